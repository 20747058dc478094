internal import Glibc

extension Span<UInt8> {
    /// The place of the first `byte` from `start` on; nil if there is none. memchr(3), which looks at many bytes at once:
    /// every line that is read passes here.
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        unsafe withUnsafeBufferPointer { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }
}
