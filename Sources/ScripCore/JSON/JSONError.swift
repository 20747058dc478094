/// Why bytes are not JSON as scrip reads it (format section 1), and where.
public struct JSONError: Error, Equatable, Sendable {
    /// The offset in bytes, from 0, at which reading stopped.
    public let offset: Int
    /// What is wrong there, as a phrase for a person.
    public let reason: String

    init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
