/// What can go wrong at one call that changes a disk.
public enum DiskFault: Sendable {
    /// Nothing is done, and errno is this.
    case error(Int32)
    /// Only so many bytes are written.
    case short(Int)
    /// The process dies before the call, or after it; of a write, when a part of it was done.
    case death(isDone: Bool)
}

/// Decides about each call: which one it is, counted from 0, and its name like `linkat`.
public typealias DiskFaults = @Sendable (_ number: Int, _ operation: String) -> DiskFault?
