internal import Glibc

/// What a process does before anything else (quality section 1).
public enum ProcessStart {
    /// Makes sure that the descriptors 0 to 2 are open and ignores SIGXFSZ. SIGPIPE stays as it is: a
    /// closed pipe ends the program in silence, as with every Unix filter.
    ///
    /// A daemon like cron may start a program with these descriptors closed. The next file to be opened would
    /// then be descriptor 1 or 2, and results or diagnostics would be written into it. So `/dev/null` takes
    /// the place, opened the wrong way round: what is written to a standard output that was never there, or
    /// read from such a standard input, fails with `EBADF` and is not lost without a word.
    ///
    /// With SIGXFSZ ignored, a write beyond the size limit of the process fails with `EFBIG`. A program that
    /// this process starts inherits that, unless it is told otherwise.
    public static func prepare() throws(FileError) {
        for descriptor in Int32(0)...2 {
            if fcntl(descriptor, F_GETFD) >= 0 { continue }
            // The lowest free descriptor is this one, for those below it are open by now.
            let opened = unsafe open("/dev/null", descriptor == 1 ? O_RDONLY : O_WRONLY)
            guard opened == descriptor else {
                throw FileError(operation: "open", path: "/dev/null", code: opened < 0 ? errno : EBADF)
            }
        }
        signal(SIGXFSZ, SIG_IGN)
    }
}
