internal import Glibc

extension FileError {
    /// Nobody reads the other end of the pipe any more.
    public var isBrokenPipe: Bool { code == EPIPE }
}
