/// The names of keys and the origins of chains, as they stand in notes.
///
/// C2SP signed notes allow any name without Unicode spaces and `+`. Every name in a federation is printable
/// ASCII by its grammar (format section 2), so anything else names nobody, and is refused before `String`
/// could treat two spellings of it as equal.
enum KeyName {
    /// The most bytes of a name: 200 of a federation, 31 of a region, and what joins them.
    static let byteCountMax = 255

    /// `bytes` as a name; nil if they are none.
    static func parse(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.isEmpty, bytes.count <= byteCountMax else { return nil }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "+") }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
