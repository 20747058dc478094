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
        let name = text.utf8.span
        guard let end = name.count(before: ".note"), let epoch = FileNumber.parse(name.extracting(first: end))
        else { return nil }
        self.init(epoch: epoch)
    }

    public var text: String { "\(epoch).note" }
}
