internal import Glibc

/// The environment variables of the process.
public enum ProcessEnvironment {
    /// The value of a variable, as getenv(3) gives it; nil if it is not set.
    public static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
