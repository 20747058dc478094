// `environ` may change under a thread's hands where a program sets variables; this one never does.
@unsafe @preconcurrency internal import Glibc

/// The environment variables of the process.
public enum ProcessEnvironment {
    /// The value of a variable, as getenv(3) gives it; nil if it is not set.
    public static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Whether a variable is UTF-8, or not set. `value` puts U+FFFD in place of what is not.
    public static func isText(_ name: String) -> Bool {
        guard let value = unsafe getenv(name) else { return true }
        return unsafe String(validatingCString: value) != nil
    }

    /// A path that does not depend on the working directory of this process: getcwd(3) before one that does.
    public static func absolute(_ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        guard let directory = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(directory) }
        return "\(unsafe String(cString: directory))/\(path)"
    }

    /// All variables, as environ(7) lists them: what a program that is started here inherits if nothing is left out.
    public static var all: [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let mark = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<mark])] = String(text[text.utf8.index(after: mark)...])
            }
            unsafe next += 1
        }
        return variables
    }
}
