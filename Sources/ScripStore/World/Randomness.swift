/// Where random bytes come from: for keys, references, bearer codes and the names of staged files.
public protocol Randomness: Sendable {
    /// `count` bytes that nobody can guess.
    func bytes(_ count: Int) -> [UInt8]
}

/// The generator of the machine: getrandom(2), by way of the standard library.
public struct SystemRandomness: Randomness {
    public init() {}

    public func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            let word: UInt64 = generator.next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
