/// The name of a certificate, `0000000017-1.json`: the height of the block and the epoch of the charter.
public struct CertificateName: Hashable, Sendable {
    public let height: Int
    public let epoch: Int

    /// Nil if there is no such height or epoch.
    public init?(height: Int, epoch: Int) {
        guard height >= 1, height <= FileNumber.max, epoch >= 1, epoch <= FileNumber.max else { return nil }
        self.height = height
        self.epoch = epoch
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let (before, after) = text[...].utf8.dropping(suffix: ".json")?.splitAtHyphen(),
            let height = FileNumber.parse(before, width: FileNumber.width),
            let epoch = FileNumber.parse(after)
        else { return nil }
        self.init(height: height, epoch: epoch)
    }

    public var text: String { "\(FileNumber.padded(height, width: FileNumber.width))-\(epoch).json" }

    /// The directory that the file lies in.
    public var thousand: ThousandName { ThousandName(height: height) }
}
