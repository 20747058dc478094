/// How many votes make a certificate (protocol section 8), as a charter writes it: `majority`, `two-thirds`
/// or a number of votes.
public enum Quorum: Hashable, Sendable, CustomStringConvertible {
    /// ⌊N/2⌋ + 1 of N voters.
    case majority
    /// ⌊2N/3⌋ + 1 of N voters.
    case twoThirds
    /// A stated number of votes, above N/2 and at most N.
    case votes(Int)

    /// The quorum that `text` writes; nil if it is none of the three forms.
    public init?(_ text: String) {
        self.init(parsing: Array(text.utf8)[...])
    }

    init?(parsing bytes: ArraySlice<UInt8>) {
        if bytes.elementsEqual("majority".utf8) {
            self = .majority
        } else if bytes.elementsEqual("two-thirds".utf8) {
            self = .twoThirds
        } else if let number = LineCursor.number(bytes) {
            self = .votes(number)
        } else {
            return nil
        }
    }

    /// The quorum as a charter writes it.
    public var text: String {
        switch self {
        case .majority: "majority"
        case .twoThirds: "two-thirds"
        case .votes(let count): String(count)
        }
    }

    public var description: String { text }

    /// The number of votes, k, that a block needs among `voterCount` voters; nil if there is no voter, or if
    /// the stated number is not above half of them, where two certificates could disagree without a liar, or
    /// above all of them, where there would never be one.
    public func size(voterCount: Int) -> Int? {
        guard voterCount > 0 else { return nil }
        switch self {
        case .majority: return voterCount / 2 + 1
        case .twoThirds: return 2 * voterCount / 3 + 1
        case .votes(let count):
            // The upper bound comes first: twice a number read from a text need not fit.
            return count <= voterCount && 2 * count > voterCount ? count : nil
        }
    }
}
