/// The last line of a block (format section 4): `{"checkpoint":"<signed note>","type":"seal"}`. It is no leaf.
public struct SealLine: Sendable, Equatable {
    /// The bytes of the signed note: a C2SP tlog-checkpoint, signed once, by the log key.
    public let checkpoint: [UInt8]

    public init(checkpoint: [UInt8]) { self.checkpoint = checkpoint }

    /// The line, canonical, without its newline.
    public var line: [UInt8] {
        JSON.object([
            "checkpoint": .string(String(decoding: checkpoint, as: UTF8.self)), "type": "seal",
        ]).canonical
    }

    /// Reads a canonical line; throws what makes the block invalid.
    public init(line: [UInt8]) throws(MalformedRecord) {
        let document: JSONDocument
        do {
            document = try JSONDocument(noteLine: line)
        } catch {
            throw MalformedRecord("the seal line: \(error.reason) (byte \(error.offset + 1))")
        }
        let root = document.root
        guard root.hasOnly(["checkpoint", "type"]), root.member("type")?.text == "seal",
            let checkpoint = root.member("checkpoint")?.string
        else { throw MalformedRecord("the last line is not a seal line") }
        self.checkpoint = checkpoint
    }
}
