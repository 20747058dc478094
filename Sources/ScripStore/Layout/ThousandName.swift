/// A directory that holds the files of a thousand heights, so that none grows without end:
/// `0000001` holds the heights 1,000 to 1,999.
public struct ThousandName: Hashable, Sendable {
    /// The height divided by 1,000.
    public let number: Int

    /// The directory of a file whose first height is `height`.
    public init(height: Int) {
        number = height / 1_000
    }

    /// Reads a directory name; nil unless it is exactly seven digits.
    public init?(_ text: String) {
        guard let number = FileNumber.parse(text.utf8.span, width: FileNumber.thousandWidth) else {
            return nil
        }
        self.number = number
    }

    public var text: String { FileNumber.padded(number, width: FileNumber.thousandWidth) }
}
