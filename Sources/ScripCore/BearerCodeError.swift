/// What is wrong with a typed code. It names places, and neither what stands there nor what should: somebody else
/// may read the message, and all but one character of a code is nearly a code.
public enum BearerCodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A place in what was typed, counted from 1; spaces and hyphens are no characters.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        public let character: Int
        /// The group that the character stands in, and its place there, if the code was typed in groups.
        public let group: (number: Int, character: Int)?

        public static func == (left: Place, right: Place) -> Bool { left.character == right.character }
        public func hash(into hasher: inout Hasher) { hasher.combine(character) }

        public var description: String {
            guard let group else { return "character \(character)" }
            return "character \(character) (group \(group.number), character \(group.character))"
        }
    }

    /// It does not begin with `scrip1`, and not with something close to it.
    case prefix
    /// Small and capital letters are mixed; this is the first of the other kind.
    case mixedCase(Place)
    /// So many characters are missing. For one it may be known before which it is; nil is the end.
    case missing(Int, before: Place?, isLocated: Bool)
    /// So many characters are too many. For one it may be known which.
    case superfluous(Int, Place?)
    /// A character that no code has there.
    case impossible(Place)
    /// The checksum does not match, and one character explains it.
    case wrong(Place)
    /// The checksum does not match, and two neighbours in the wrong order explain it.
    case swapped(Place, Place)
    /// The checksum does not match, and no single mistake explains it.
    case checksum
    /// The checksum matches, and yet these are no 16 bytes.
    case padding

    /// The place of the mistake, the first if there are two; nil if it is not known.
    public var place: Place? {
        switch self {
        case .mixedCase(let place), .impossible(let place), .wrong(let place), .swapped(let place, _): place
        case .missing(_, let place, _): place
        case .superfluous(_, let place): place
        case .prefix, .checksum, .padding: nil
        }
    }

    public var description: String {
        switch self {
        case .prefix: "a code begins with 'scrip1', and this does not"
        case .mixedCase(let place):
            "small and capital letters are mixed, at \(place); type all of it in one or the other"
        case .missing(1, let place?, true): "a character is missing; it seems to belong before \(place)"
        case .missing(1, nil, true): "a character is missing, it seems at the end"
        case .missing(let count, _, _):
            "\(Self.count(count)) missing: a code has \(BearerCode.characterCount)"
        case .superfluous(1, let place?): "a character is too many, it seems \(place)"
        case .superfluous(9..., _): "this is too long: a code has \(BearerCode.characterCount) characters"
        case .superfluous(let count, _):
            "\(Self.count(count)) too many: a code has \(BearerCode.characterCount)"
        case .impossible(let place):
            "\(place) cannot stand there: after 'scrip1' a code has letters but b, i and o, and digits but 1"
        case .wrong(let place): "the checksum does not match; \(place) seems to be wrong"
        case .swapped(let first, let second):
            "the checksum does not match; \(first) and \(second) seem to be swapped"
        case .checksum:
            "the checksum does not match, and more than one character is wrong; compare it with the print"
        case .padding: "its checksum is good, but this program makes no such codes"
        }
    }

    private static func count(_ count: Int) -> String {
        count == 1 ? "a character is" : "\(count) characters are"
    }
}
