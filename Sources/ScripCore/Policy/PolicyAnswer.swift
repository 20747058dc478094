/// What a region's own policy says of a record (protocol section 5).
///
/// A hook that is asked about many records answers each with a line: `accept`, `refuse REASON` or `later`.
public enum PolicyAnswer: Hashable, Sendable {
    case accept
    /// Once and for all, with the reason that the refusal names.
    case refuse(String)
    /// Not now, and why.
    case later(String)

    /// The reason of a refusal that gives none.
    public static let noReason = "the policy of this region refuses it"

    /// What a later answer of the hook's own is explained with.
    public static let hookSaysLater = "the policy hook says: later"

    /// Reads an answer without its newline. Nil if it is none.
    public init?(line: some Collection<UInt8>) {
        let refuse = Array("refuse".utf8)
        if line.elementsEqual("accept".utf8) {
            self = .accept
        } else if line.elementsEqual("later".utf8) {
            self = .later(Self.hookSaysLater)
        } else if line.elementsEqual(refuse) {
            self = .refuse(Self.noReason)
        } else if line.starts(with: refuse + [UInt8(ascii: " ")]) {
            self = .refuse(ReasonText.text(line.dropFirst(refuse.count + 1)) ?? Self.noReason)
        } else {
            return nil
        }
    }
}
