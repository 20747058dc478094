/// The answers of a policy hook to many records, as they come in: exactly one line for each record, in their order.
/// Anything else leaves it open which record an answer is about, so that none of them counts.
public struct PolicyAnswers: Sendable {
    /// The longest line, in bytes. A refusal keeps 256 bytes of it.
    public static let lineBytesMax = 4_096

    /// How many records were asked about.
    public let count: Int
    public private(set) var answers: [PolicyAnswer] = []
    private var line: [UInt8] = []

    public init(count: Int) {
        self.count = count
    }

    /// Why the answers are of no use.
    public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The answer of this number, from 1, is none of the three.
        case garbage(Int)
        case tooLong(Int)
        case tooMany(for: Int)
        case tooFew(Int, for: Int)
        /// The last line has no newline, so it may be cut off.
        case cutOff(Int)

        public var description: String {
            switch self {
            case .garbage(let number):
                "its answer \(number) is neither 'accept', 'refuse REASON' nor 'later'"
            case .tooLong(let number):
                "its answer \(number) is longer than \(PolicyAnswers.lineBytesMax) bytes"
            case .tooMany(let count): "it gave more answers than the \(count) asked for"
            case .tooFew(let given, let count):
                given == 0
                    ? "it answered none of \(count) records; a hook that does not know --lines exits 64"
                    : "it answered \(given) of \(count) records"
            case .cutOff(let number): "its answer \(number) has no newline"
            }
        }
    }

    /// Takes in what the hook printed next.
    public mutating func read(_ bytes: some Collection<UInt8>) throws(Fault) {
        for byte in bytes {
            if byte != UInt8(ascii: "\n") {
                line.append(byte)
                if line.count > Self.lineBytesMax { throw .tooLong(answers.count + 1) }
                continue
            }
            guard answers.count < count else { throw .tooMany(for: count) }
            guard let answer = PolicyAnswer(line: line) else { throw .garbage(answers.count + 1) }
            answers.append(answer)
            line.removeAll(keepingCapacity: true)
        }
    }

    /// Says that the hook printed no more.
    public func finish() throws(Fault) {
        if !line.isEmpty { throw answers.count < count ? .cutOff(answers.count + 1) : .tooMany(for: count) }
        if answers.count < count { throw .tooFew(answers.count, for: count) }
    }
}
