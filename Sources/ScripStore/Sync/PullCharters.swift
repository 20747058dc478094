internal import ScripCore

extension Synchronization {
    /// Takes over the charters of later epochs that peers have. What is not signed as it must be is left where it lies.
    /// True if there was any.
    func pullCharters(_ peers: [PeerFolder]) throws -> Bool {
        var isNew = false
        for peer in peers {
            // The hint of a region that has stepped on may be signed by a key that only the new charter tells.
            while peer.hint?.charterEpoch ?? Int.max > charters.newest.epoch, try pullNextCharter(peer) {
                isNew = true
            }
        }
        return isNew
    }

    private func pullNextCharter(_ peer: PeerFolder) throws -> Bool {
        let before = charters.newest
        guard let name = CharterFileName(epoch: before.epoch + 1) else { return false }
        let path = PublicFile.charter(name).path
        let file: ForeignFile
        let bytes: [UInt8]
        do {
            guard let opened = try open(path, of: peer, limit: RegionDirectory.charterBytesMax) else {
                return false
            }
            file = opened
            bytes = try file.contents()
        } catch let error as ForeignFileError {
            if case .file(let fault) = error, fault.isMissing { return false }
            peer.isComplete = false
            report(.pending(peer.path, path, "\(error)"))
            return false
        }
        do {
            let signed = try SignedCharter(parsing: bytes)
            // A peer of another federation is passed over with all that it has.
            if signed.charter.federation != before.federation { return false }
            try signed.check(after: before)
            try charters.check(next: signed.charter)
            try writer.install(signed)
        } catch let error as SignedCharterError {
            try foundUseless(path, of: peer, file.status)
            report(.ignored(peer.path, path, "\(error)"))
            return false
        } catch let error as CharterStepError {
            try foundUseless(path, of: peer, file.status)
            report(.ignored(peer.path, path, "\(error)"))
            return false
        }
        report(.pulled(charter: path, epoch: before.epoch + 1, from: peer.path))
        return true
    }
}

extension RegionWriter {
    /// Publishes a charter that follows the newest one and has its signatures, and goes on under it.
    func install(_ signed: SignedCharter) throws {
        guard let name = CharterFileName(epoch: signed.charter.epoch) else { throw IndexError.damaged }
        _ = try publisher.publish(
            signed.bytes, to: PublicFile.charter(name).regionPath,
            isEquivalent: { file in
                // The same charter with other signatures.
                guard let bytes = try? file.contents(limit: RegionDirectory.charterBytesMax),
                    let held = try? SignedCharter(parsing: bytes)
                else { return false }
                return held.charter == signed.charter
            })
        try directory.readLaterCharters(areChecked: true)
        try index.take(directory.charters)
        try takeUpCharters()
    }
}
