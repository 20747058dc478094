internal import ScripCore

/// The bytes of a `heads.note`, strictly.
enum HeadsFile {
    static let bytesMax = 1 << 20

    /// The hint, if it is signed by the region that it names in its charter; nil otherwise. A hint that is not
    /// good is no fault: it is only bypassed.
    static func read(_ bytes: [UInt8], charters: CharterHistory) -> HeadsNote? {
        guard let note = try? SignedNote(parsing: bytes) else { return nil }
        return try? HeadsNote(note, charters: charters)
    }

    /// What the hint says; its signature is not looked at.
    static func readUnchecked(_ bytes: [UInt8]) -> HeadsNote? {
        guard let note = try? SignedNote(parsing: bytes) else { return nil }
        return try? HeadsNote(parsing: note.text)
    }
}
