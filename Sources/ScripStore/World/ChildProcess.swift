internal import CLinux
internal import Glibc

/// The programs of the machine.
public struct SystemPrograms: Programs {
    public init() {}

    public func start(_ call: ProgramCall) throws(FileError) -> any RunningProgram {
        try ChildProcess(call)
    }
}

/// A child process, in a process group of its own, with pipes to its standard input and from its standard output.
///
/// posix_spawn(3) does not fork the threads of this process, and says in the parent why a program could not be
/// started. In the child, signals are as a fresh process expects them (SIGPIPE kills, nothing is blocked), and every
/// descriptor from 3 on is closed.
final class ChildProcess: RunningProgram {
    private let pid: pid_t
    /// Not blocking; -1 once it is closed.
    private var input: Int32
    private var output: Int32
    private var ended: ProgramEnd?

    /// The longest single wait, in milliseconds: how late the end of a program may be seen that left its standard
    /// output to others.
    private static let sliceMilliseconds: Int64 = 20
    private static let chunkBytes = 65_536

    init(_ call: ProgramCall) throws(FileError) {
        let toChild = try Self.pipe(call.path)
        let fromChild: (read: Int32, write: Int32)
        do {
            fromChild = try Self.pipe(call.path)
        } catch {
            Self.close(toChild.read, toChild.write)
            throw error
        }
        var started: pid_t = 0
        let code = Self.spawn(call, input: toChild.read, output: fromChild.write, &started)
        Self.close(toChild.read, fromChild.write)
        if code != 0 {
            Self.close(toChild.write, fromChild.read)
            throw FileError(operation: "posix_spawn", path: call.path, code: code)
        }
        pid = started
        input = toChild.write
        output = fromChild.read
        for descriptor in [input, output] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
    }

    deinit {
        kill()
    }

    // MARK: Start

    /// pipe2(2), both ends closed on exec
    private static func pipe(_ path: String) throws(FileError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        if unsafe pipe2(&ends, O_CLOEXEC) != 0 {
            throw FileError(operation: "pipe2", path: path, code: errno)
        }
        return (ends[0], ends[1])
    }

    private static func close(_ descriptors: Int32...) {
        for descriptor in descriptors where descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    /// posix_spawnp(3); returns its error number, 0 if the program runs.
    private static func spawn(
        _ call: ProgramCall, input: Int32, output: Int32, _ pid: inout pid_t
    ) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var codes: [Int32] = []
        codes.append(unsafe posix_spawn_file_actions_adddup2(&actions, input, 0))
        codes.append(unsafe posix_spawn_file_actions_adddup2(&actions, output, 1))
        if !call.sharesStandardError {
            codes.append(unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0))
        }
        codes.append(unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3))
        if let directory = call.directory {
            codes.append(unsafe posix_spawn_file_actions_addchdir_np(&actions, directory))
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        codes.append(unsafe posix_spawnattr_setpgroup(&attributes, 0))
        codes.append(unsafe posix_spawnattr_setsigmask(&attributes, &none))
        codes.append(unsafe posix_spawnattr_setsigdefault(&attributes, &all))
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        codes.append(unsafe posix_spawnattr_setflags(&attributes, Int16(flags)))
        if let code = codes.first(where: { $0 != 0 }) { return code }

        let variables = call.environment.map { "\($0.key)=\($0.value)" }.sorted()
        let texts = [call.path] + call.arguments
        // A string that ends early would make another argument of it.
        guard !(texts + variables).contains(where: { $0.utf8.contains(0) }) else { return EINVAL }
        return unsafe withStrings(texts) { arguments in
            unsafe withStrings(variables) { environment in
                unsafe posix_spawnp(&pid, call.path, &actions, &attributes, arguments, environment)
            }
        }
    }

    /// The strings as C wants them: pointers, and nil at the end.
    private static func withStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        return unsafe body(pointers)
    }

    // MARK: While it runs

    func exchange(
        _ bytes: ArraySlice<UInt8>, into buffer: inout [UInt8], waitingAtMost milliseconds: Int64
    ) throws(FileError) -> ProgramExchange {
        var exchange = ProgramExchange()
        try wait(forInput: !bytes.isEmpty, milliseconds)
        if !bytes.isEmpty {
            if input < 0 {
                exchange.isInputClosed = true
            } else {
                let (count, code) = Self.writeWithoutSignal(bytes, to: input)
                if count >= 0 {
                    exchange.written = count
                } else if code == EPIPE {
                    exchange.isInputClosed = true
                } else if code != EAGAIN && code != EINTR {
                    throw FileError(operation: "write", path: "", code: code)
                }
            }
        }
        if output < 0 {
            exchange.isOutputEnded = true
            return exchange
        }
        var count = 0
        var code: Int32 = 0
        buffer.append(addingCapacity: Self.chunkBytes) { free in
            unsafe free.withUnsafeMutableBufferPointer { free, initializedCount in
                count = unsafe Glibc.read(output, free.baseAddress, Self.chunkBytes)
                code = errno
                initializedCount = max(count, 0)
            }
        }
        if count > 0 {
            exchange.read = count
        } else if count == 0 {
            exchange.isOutputEnded = true
            Self.close(output)
            output = -1
        } else if code != EAGAIN && code != EINTR {
            throw FileError(operation: "read", path: "", code: code)
        }
        return exchange
    }

    /// poll(2). With nothing left to read or to write only the end of the process can be waited for.
    private func wait(forInput hasInput: Bool, _ milliseconds: Int64) throws(FileError) {
        let slice = Int32(clamping: max(0, min(milliseconds, Self.sliceMilliseconds)))
        let waitsForInput = hasInput && input >= 0
        if hasInput && !waitsForInput { return }
        // poll passes over negative descriptors.
        var wanted = [
            pollfd(fd: waitsForInput ? input : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        ]
        // With both pipes closed the process is about to end; a long wait would only be in its way.
        let timeout = waitsForInput || output >= 0 ? slice : min(slice, 1)
        if unsafe poll(&wanted, nfds_t(wanted.count), timeout) < 0, errno != EINTR {
            throw FileError(operation: "poll", path: "", code: errno)
        }
    }

    /// write(2), without the signal that comes if nobody reads: SIGPIPE is blocked for this thread meanwhile, and
    /// taken back if it came. Elsewhere it stays what it is, the end of a filter whose reader went away.
    private static func writeWithoutSignal(
        _ bytes: ArraySlice<UInt8>, to descriptor: Int32
    ) -> (count: Int, code: Int32) {
        var pipeSignal = sigset_t()
        unsafe sigemptyset(&pipeSignal)
        unsafe sigaddset(&pipeSignal, SIGPIPE)
        var pending = sigset_t()
        unsafe sigpending(&pending)
        let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        let code = errno
        if count < 0, code == EPIPE, !wasPending {
            var noTime = timespec()
            while unsafe sigtimedwait(&pipeSignal, nil, &noTime) < 0, errno == EINTR {}
        }
        return (count, code)
    }

    func closeInput() {
        Self.close(input)
        input = -1
    }

    // MARK: End

    /// waitpid(2)
    func end() -> ProgramEnd? {
        if let ended { return ended }
        var status: Int32 = 0
        let result = unsafe waitpid(pid, &status, WNOHANG)
        if result == pid {
            ended = Self.end(status)
        } else if result < 0, errno != EINTR {
            // Somebody else waited for it, or the kernel reaps by itself: how it ended cannot be known.
            ended = .killed(signal: 0)
        }
        return ended
    }

    /// The macros of wait(2): the low seven bits are the signal, the next byte is the exit status.
    private static func end(_ status: Int32) -> ProgramEnd {
        status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: status & 0x7f)
    }

    /// kill(2) of the group with SIGKILL, then waitpid(2), which then does not take long.
    func kill() {
        closeInput()
        Self.close(output)
        output = -1
        // Once the leader was waited for, its number may be another's.
        guard ended == nil else { return }
        _ = Glibc.kill(-pid, SIGKILL)
        var status: Int32 = 0
        while true {
            let result = unsafe waitpid(pid, &status, 0)
            if result == pid { ended = Self.end(status) }
            if result >= 0 || errno != EINTR { break }
        }
        ended = ended ?? .killed(signal: SIGKILL)
    }
}
