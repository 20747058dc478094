internal import ScripCore

/// A seal line with a checkpoint that the log key of its chain has signed.
struct CheckedSeal: Sendable {
    let seal: SealLine
    let checkpoint: VerifiedCheckpoint

    /// The seal of a block of `chain` that names `epoch`. Throws what makes the block invalid.
    init(line: [UInt8], chain: RegionName, epoch: Int, _ charters: CharterHistory) throws(BlockFault) {
        guard let charter = charters.charter(of: epoch) else {
            throw BlockFault(.charter, "it names charter \(epoch), which is not known")
        }
        do throws(MalformedRecord) {
            seal = try SealLine(line: line)
        } catch {
            throw BlockFault(.block, error.reason)
        }
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(parsing: seal.checkpoint)
        } catch {
            throw BlockFault(.checkpoint, "\(error)")
        }
        do throws(VerifiedCheckpointError) {
            checkpoint = try VerifiedCheckpoint(sealing: note, chain: chain, charter: charter)
        } catch {
            throw BlockFault(.checkpoint, "\(error)")
        }
    }
}
