internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// A settlement that a peer has and this region lacks.
    private struct Offered {
        let peer: PeerFolder
        let region: RegionName
        let name: SettlementName
    }

    /// Takes over the settlements that regions signed and this one lacks. The hints do not speak of them, so their
    /// folders are listed each time; a settlement that is held is known by its name and not read. Whether one
    /// follows from the chains is for `verify`.
    func pullSettlements(_ peers: [PeerFolder]) throws {
        var held: [RegionName: Set<SettlementName>] = [:]
        var offered: [Offered] = []
        for peer in peers {
            let regions = peer.names(RegionLayout.settlements) { text in
                RegionName(text).flatMap { charters.hasChain($0) ? $0 : nil }
            }
            for region in regions.sorted() {
                let path = "\(RegionLayout.settlements)/\(region.text)"
                let names = try names(
                    path, of: peer, by: { ($0.cut, $0.digest) < ($1.cut, $1.digest) }, isQuiet: true,
                    { SettlementName($0) })
                if names.isEmpty { continue }
                let known = try held[region] ?? heldSettlements(path)
                held[region] = known
                offered += alternating(names).filter { !known.contains($0) }
                    .map { Offered(peer: peer, region: region, name: $0) }
            }
        }
        if offered.isEmpty { return }
        if isDryRun {
            try writer.rehearse { try pull(offered, &held) }
            // The rest of a rehearsal follows.
            writer.publisher.isDryRun = true
        } else {
            // If this is cut off, the next command clears what it left in staging.
            try writer.changing { try pull(offered, &held) }
        }
    }

    private func pull(
        _ offered: [Offered], _ held: inout [RegionName: Set<SettlementName>]
    ) throws {
        for entry in offered {
            let count = held[entry.region]?.count ?? 0
            if held[entry.region]?.contains(entry.name) ?? false { continue }
            let path = SignedSettlements.path(entry.region, entry.name)
            guard count < SignedSettlements.countMax else {
                report(
                    .ignored(
                        entry.peer.path, "\(RegionLayout.settlements)/\(entry.region.text)",
                        "\(count) settlements of '\(entry.region.text)' are held, and no more are taken"))
                continue
            }
            if try pull(entry.peer, entry.region, entry.name, path) {
                held[entry.region, default: []].insert(entry.name)
            }
        }
    }

    private func heldSettlements(_ path: String) throws -> Set<SettlementName> {
        let names = try writer.directory.publicFolder.subdirectoryIfPresent(path)?.names() ?? []
        return Set(
            names.filter { !(damaged?.contains("\(path)/\($0)") ?? false) }.compactMap { SettlementName($0) })
    }

    private func pull(
        _ peer: PeerFolder, _ region: RegionName, _ name: SettlementName, _ path: String
    ) throws -> Bool {
        var status: FileStatus?
        do {
            guard let file = try open(path, of: peer, limit: SettlementNote.bytesMax) else { return false }
            let bytes = try file.contents()
            status = file.status
            let note = try SettlementNote(
                try SignedNote(parsing: bytes), signer: region, charters: charters)
            guard name == SettlementName(cut: note.cut.hash, digest: note.digest) else {
                try foundUseless(path, of: peer, status)
                report(.ignored(peer.path, path, "the name is not that of the settlement"))
                return false
            }
            try damaged?.clear(path, for: bytes)
            _ = try writer.publisher.publish(bytes, to: "\(RegionLayout.public)/\(path)")
            report(.pulled(settlement: path, of: region, from: peer.path))
            return true
        } catch let error as NoteError {
            try foundUseless(path, of: peer, status)
            report(.ignored(peer.path, path, "\(error)"))
        } catch let error as SettlementNoteError {
            try foundUseless(path, of: peer, status)
            report(.ignored(peer.path, path, "\(error)"))
        } catch let error as ForeignFileError {
            report(.pending(peer.path, path, "\(error)"))
        }
        return false
    }
}
