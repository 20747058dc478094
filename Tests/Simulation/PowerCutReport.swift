/// What became of one command.
public struct PowerCutReport: Sendable {
    public let command: String
    /// Calls that change something.
    public var calls = 0
    /// The most changes that were not durable at once.
    public var changesMax = 0
    /// What the disk may have kept.
    public var subsets = 0
    /// Different states of the machine among them, each of which was started.
    public var states = 0
    public var failures: [String] = []

    init(_ command: String) { self.command = command }
}
