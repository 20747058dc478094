/// What of a campaign of power cuts is run.
public struct PowerCutOptions: Sendable {
    /// What becomes of the index, which nothing makes durable.
    public enum Index: String, CaseIterable, Sendable {
        case kept, lost
        /// As it was before the command.
        case before
        /// Its log ends somewhere.
        case cut
    }

    /// When the power fails.
    public enum Moment: String, CaseIterable, Sendable {
        /// At the call.
        case atOnce = "at-once"
        /// The process is killed at the call, the command is run again, and then the power fails.
        case later
    }

    /// A call that does nothing and says that it did. With one of these the campaign has to fail.
    public enum Lie: String, CaseIterable, Sendable {
        /// fsync(2) of directories.
        case names
        /// fsync(2) of files.
        case contents
        /// syncfs(2).
        case remains
    }

    /// Names of commands, or how they begin; all of them if empty.
    public var commands: [String] = []
    /// Every so many calls; the first and the last are always among them.
    public var stride = 1
    /// Subsets of one moment at most.
    public var subsetsMax = 1 << 10
    public var seed: UInt64 = 0
    public var lie: Lie?

    // To repeat one case.
    public var call: Int?
    public var subset: String?
    public var index: Index?
    public var moment: Moment?
    public var isPulled: Bool?

    public init() {}
}
