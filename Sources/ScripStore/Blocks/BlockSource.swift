internal import ScripCore

/// A block that is being read, front to back: where its lines come from, and who checks what needs no state.
/// Whatever makes the block invalid is thrown as `BlockFault`.
protocol BlockSource: AnyObject {
    /// The block line without its newline; the same one until lines are taken.
    func headerLine() throws -> [UInt8]

    /// Says how the signatures of the records are judged, before the first of them is taken. `first` is the leaf index
    /// of the first record.
    func begin(_ header: BlockHeader, first: Int, _ signatures: CheckedLine.SignatureCheck)

    /// The next record lines, at least one; nil when there are no more.
    func nextLines() throws -> [CheckedLine]?

    /// The end of the block, after its last record line.
    func seal() throws -> CheckedSeal
}
