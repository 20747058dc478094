/// Why a block is invalid: a code of format section 9, and the reason for a person.
public struct BlockFault: Error, Equatable, Sendable {
    public let code: ProblemCode
    public let reason: String
    /// Whether the file simply ends early, as one does that is still arriving.
    public let isCutOff: Bool

    public init(_ code: ProblemCode, _ reason: String, isCutOff: Bool = false) {
        self.isCutOff = isCutOff
        self.code = code
        self.reason = reason
    }
}
