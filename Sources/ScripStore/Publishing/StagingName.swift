internal import ScripCore

/// The names of files that are being written, `.tmp-` and 32 hexadecimal digits. Whatever begins with `.tmp-`
/// is litter of an interrupted run at worst, and every reader passes over it.
public enum StagingName {
    private static let prefix = ".tmp-"

    /// A name that nobody else uses.
    static func make(_ randomness: any Randomness) -> String {
        prefix + Hexadecimal.encode(randomness.bytes(16))
    }

    /// Whether a name is that of a file being written.
    public static func isOne(_ name: String) -> Bool { name.utf8.starts(with: prefix.utf8) }
}
