/// The name of a charter, `1.note`, by its epoch.
public struct CharterFileName: Hashable, Sendable {
    public let epoch: Int

    /// Nil if there is no such epoch.
    public init?(epoch: Int) {
        guard epoch >= 1, epoch <= FileNumber.max else { return nil }
        self.epoch = epoch
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        guard let digits = text[...].utf8.dropping(suffix: ".note"), let epoch = FileNumber.parse(digits)
        else { return nil }
        self.init(epoch: epoch)
    }

    public var text: String { "\(epoch).note" }
}
