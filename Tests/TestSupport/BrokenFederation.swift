/// A copy of the honest federation in which something is wrong, and what `verify` says of it: one folder below
/// `fixtures/broken`.
public struct BrokenFederation: Sendable {
    /// The name of the folder.
    public let name: String
    /// What is wrong, as a sentence.
    public let story: String
    /// Files that are new or other, by their path below `public/`.
    public var files: [String: [UInt8]] = [:]
    /// The paths of files that are not there.
    public var absent: [String] = []
    /// Shell commands, run in the copy, for what files alone cannot say.
    public var commands: [String] = []
    /// The exit status of `verify`.
    public var exitStatus = 1
    /// What it counts as pending.
    public var pending = 0
    /// `problem CODE FILE` and `invalid CODE CHAIN INDEX`.
    public var lines: [String] = []

    /// The file `expected`.
    public var expected: String {
        (["exit \(exitStatus)", "pending \(pending)"] + lines.sorted()).map { $0 + "\n" }.joined()
    }

    init(_ name: String, _ story: String) {
        self.name = name
        self.story = story
    }
}
