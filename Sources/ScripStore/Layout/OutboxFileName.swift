/// The name of an outbox file, `0000000001.jsonl`, by its number, from 1.
public struct OutboxFileName: Hashable, Sendable {
    public let number: Int

    /// Nil if there is no such number.
    public init?(number: Int) {
        guard number >= 1, number <= FileNumber.max else { return nil }
        self.number = number
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    public init?(_ text: String) {
        let name = text.utf8.span
        guard let end = name.count(before: ".jsonl"),
            let number = FileNumber.parse(name.extracting(first: end), width: FileNumber.width)
        else { return nil }
        self.init(number: number)
    }

    public var text: String { "\(FileNumber.padded(number, width: FileNumber.width)).jsonl" }
}
