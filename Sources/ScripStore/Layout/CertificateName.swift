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
        let name = text.utf8.span
        guard let end = name.count(before: ".json"), name.hasHyphen(at: FileNumber.width),
            end > FileNumber.width,
            let height = FileNumber.parse(name.extracting(first: FileNumber.width), width: FileNumber.width),
            let epoch = FileNumber.parse(name.extracting(FileNumber.width + 1..<end))
        else { return nil }
        self.init(height: height, epoch: epoch)
    }

    public var text: String { "\(FileNumber.padded(height, width: FileNumber.width))-\(epoch).json" }

    /// The directory that the file lies in.
    public var thousand: ThousandName { ThousandName(height: height) }
}
