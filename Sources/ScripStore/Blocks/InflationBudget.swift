internal import ScripCore

/// How many bytes may still come out of files of somebody's that are only searched. Compressed a thousandfold, a small file
/// can keep a reader busy for minutes; what it costs is what comes out.
final class InflationBudget {
    private var bytesLeft: Int
    private let bytesMax: Int

    /// At most `bytesMax` come out, and what is inflated at one time.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
        bytesLeft = bytesMax
    }

    /// Whether anything came out yet.
    var isTouched: Bool { bytesLeft < bytesMax }
    /// Whether more came out than there may.
    var isSpent: Bool { bytesLeft < 0 }

    /// Throws once more was inflated than there may be.
    func spend(_ bytes: Int) throws(BlockFault) {
        bytesLeft -= bytes
        if bytesLeft < 0 { throw BlockFault(.limit, "what is searched inflates to too much") }
    }
}
