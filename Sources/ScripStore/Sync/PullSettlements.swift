internal import ScripCore
internal import ScripCrypto

extension Synchronization {
    /// Files of one folder that are read in vain in one run at most.
    private static let badSettlementsMax = 16

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
                let names = peer.names(path) { SettlementName($0) }
                if names.isEmpty { continue }
                let known = try held[region] ?? heldSettlements(path)
                held[region] = known
                offered += names.filter { !known.contains($0) }
                    .map { Offered(peer: peer, region: region, name: $0) }
            }
        }
        if offered.isEmpty { return }
        if isDryRun {
            try pull(offered, &held)
        } else {
            // If this is cut off, the next command clears what it left in staging.
            try writer.changing { try pull(offered, &held) }
        }
    }

    private func pull(
        _ offered: [Offered], _ held: inout [RegionName: Set<SettlementName>]
    ) throws {
        var badCounts: [String: Int] = [:]
        for entry in offered {
            let folder = "\(entry.region.text) \(entry.peer.path)"
            let count = held[entry.region]?.count ?? 0
            if held[entry.region]?.contains(entry.name) ?? false { continue }
            if badCounts[folder, default: 0] == Self.badSettlementsMax { continue }
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
            } else {
                badCounts[folder, default: 0] += 1
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
        do {
            let bytes = try peer.contents(path, limit: SettlementNote.bytesMax)
            let note = try SettlementNote(
                try SignedNote(parsing: bytes), signer: region, charters: charters)
            guard name == SettlementName(cut: note.cut.hash, digest: note.digest) else {
                report(.ignored(peer.path, path, "the name is not that of the settlement"))
                return false
            }
            try damaged?.clear(path, for: bytes)
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
