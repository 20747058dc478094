/// A line that is no record: verdict `malformed` (protocol section 5, step 1), with the reason for a person.
public struct MalformedRecord: Error, Equatable, Sendable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}
