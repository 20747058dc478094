/// Runs programs of others: a hook of the operator's, a tool of the machine. Part of `World`, so that a simulation
/// can play the program.
public protocol Programs: Sendable {
    /// Starts a program. What goes wrong before it runs is thrown here: it is not there, or not executable.
    func start(_ call: ProgramCall) throws(FileError) -> any RunningProgram
}

/// What a program is started with. Nothing else reaches it: the only descriptors are the three standard ones.
public struct ProgramCall: Sendable {
    /// With a slash a path, below `directory` if it is relative; without one a name to look up in `PATH`.
    public var path: String
    /// Those after the program's own name.
    public var arguments: [String]
    /// All that the program finds in its environment.
    public var environment: [String: String]
    /// Its working directory; that of this process if nil.
    public var directory: String?
    /// Whether its standard error is this process's; else it goes to `/dev/null`.
    public var sharesStandardError: Bool

    public init(
        path: String, arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, sharesStandardError: Bool = false
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.sharesStandardError = sharesStandardError
    }
}

/// How a program ended.
public enum ProgramEnd: Hashable, Sendable, CustomStringConvertible {
    /// By itself, with an exit status.
    case exited(Int32)
    /// By a signal.
    case killed(signal: Int32)

    public var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}

/// A program that was started. It must be seen to its end: by `end()`, or by `kill()`, which also happens when the
/// last reference goes.
public protocol RunningProgram: AnyObject {
    /// Hands over what the program takes of `input` and appends what it has printed to `output`, waiting at most
    /// `milliseconds` until either is possible. Neither waits for the other, so no program can bring both sides to a
    /// stop.
    func exchange(
        _ input: ArraySlice<UInt8>, into output: inout [UInt8], waitingAtMost milliseconds: Int64
    ) throws(FileError) -> ProgramExchange

    /// Ends the program's standard input.
    func closeInput()

    /// How it ended; nil while it runs. Does not wait.
    func end() -> ProgramEnd?

    /// Kills the program and all that it started and did not move to a group of its own.
    func kill()
}

/// What one exchange with a program brought.
public struct ProgramExchange: Hashable, Sendable {
    /// The bytes that were handed over.
    public var written = 0
    /// The bytes that were read.
    public var read = 0
    /// Nobody reads the program's standard input any more: the rest of the input is of no use.
    public var isInputClosed = false
    /// The program's standard output has ended.
    public var isOutputEnded = false

    public init() {}
}
