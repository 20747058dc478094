internal import Glibc

/// One of the three streams that a process is started with.
public enum StandardStream: Int32, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Whether a person sits at the other end: isatty(3).
    public var isTerminal: Bool { isatty(rawValue) == 1 }

    /// The columns of the terminal at the other end; nil if it is none or does not say.
    public var columns: Int? {
        // struct winsize of tty_ioctl(4): rows, columns, and two fields that nobody uses.
        unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 4) { size in
            guard let start = size.baseAddress, unsafe ioctl(rawValue, UInt(TIOCGWINSZ), start) == 0,
                unsafe size[1] > 0
            else { return nil }
            return unsafe Int(size[1])
        }
    }

    /// Appends at most `count` bytes to `buffer`, waiting until there are some; returns how many, 0 at the
    /// end.
    public func read(atMost count: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
        while true {
            var result = 0
            var code: Int32 = 0
            buffer.append(addingCapacity: count) { output in
                unsafe output.withUnsafeMutableBufferPointer { free, initializedCount in
                    result = unsafe Glibc.read(rawValue, free.baseAddress, count)
                    code = errno
                    initializedCount = max(result, 0)
                }
            }
            if result >= 0 { return result }
            if !mayGoOn(after: code, waitingFor: POLLIN) {
                throw FileError(operation: "read", path: path, code: code)
            }
        }
    }

    /// Whether a read would not wait: there are bytes, or the end, or an error.
    public var isReady: Bool {
        var wanted = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wanted, 1, 0) != 0
    }

    /// Writes all of `bytes`.
    public func write(_ bytes: Span<UInt8>) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(written..<bytes.count)
            let result = unsafe rest.withUnsafeBytes { rest in
                unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
            }
            let code = result == 0 ? EIO : errno
            if result > 0 {
                written += result
            } else if !mayGoOn(after: code, waitingFor: POLLOUT) {
                throw FileError(operation: "write", path: path, code: code)
            }
        }
    }

    /// Whether the call can be made again: after a signal, or when the stream is ready, if another program
    /// that shares it made it non-blocking.
    private func mayGoOn(after code: Int32, waitingFor event: Int32) -> Bool {
        if code == EINTR { return true }
        guard code == EAGAIN else { return false }
        var wanted = pollfd(fd: rawValue, events: Int16(event), revents: 0)
        return unsafe poll(&wanted, 1, -1) >= 0 || errno == EINTR
    }

    /// As `write(_: Span<UInt8>)`.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes.span)
    }

    private var path: String {
        switch self {
        case .input: "standard input"
        case .output: "standard output"
        case .error: "standard error"
        }
    }
}
