internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Files of one folder that are read in vain in one run at most.
    private static let badSettlementsMax = 16

    /// Takes over the settlements that regions signed and this one lacks. The hints do not speak of them, so their
    /// folders are listed each time; a settlement that is held is known by its name and not read. Whether one
    /// follows from the chains is for `verify`.
    func pullSettlements(_ peer: PeerFolder) throws {
        let regions = peer.names(RegionLayout.settlements) { text in
            RegionName(text).flatMap { charter.voter(named: $0) == nil ? nil : $0 }
        }
        // A region that holds none of its own lost them, and may not sign others; so it takes them back too.
        for region in regions.sorted() {
            let path = "\(RegionLayout.settlements)/\(region.text)"
            let offered = peer.names(path) { SettlementName($0) }
            if offered.isEmpty { continue }
            var held = try heldSettlements(path)
            var badCount = 0
            for name in offered where !held.contains(name) {
                if badCount == Self.badSettlementsMax { break }
                let file = SignedSettlements.path(region, name)
                guard held.count < SignedSettlements.countMax else {
                    report(
                        .ignored(
                            peer.path, file,
                            "\(SignedSettlements.countMax) settlements of '\(region.text)' are held"))
                    break
                }
                if try pull(peer, region, name, file) {
                    held.insert(name)
                } else {
                    badCount += 1
                }
            }
        }
    }

    private func heldSettlements(_ path: String) throws -> Set<SettlementName> {
        let names = try writer.directory.publicFolder.subdirectoryIfPresent(path)?.names() ?? []
        return Set(names.compactMap { SettlementName($0) })
    }

    private func pull(
        _ peer: PeerFolder, _ region: RegionName, _ name: SettlementName, _ path: String
    ) throws -> Bool {
        do {
            let bytes = try peer.contents(path, limit: SettlementNote.bytesMax)
            let note = try SettlementNote(
                try SignedNote(parsing: bytes), signer: region, charter: charter, genesis: genesis)
            guard name == SettlementName(cut: note.cut.hash, digest: note.digest) else {
                report(.ignored(peer.path, path, "the name is not that of the settlement"))
                return false
            }
            _ = try writer.publisher.publish(bytes, to: "\(RegionLayout.public)/\(path)")
            report(.pulled(settlement: path, of: region, from: peer.path))
            return true
        } catch let error as NoteError {
            report(.ignored(peer.path, path, "\(error)"))
        } catch let error as SettlementNoteError {
            report(.ignored(peer.path, path, "\(error)"))
        } catch let error as ForeignFileError {
            report(.pending(peer.path, path, "\(error)"))
        }
        return false
    }
}
