internal import ScripCore
internal import ScripCrypto

/// The name of a file of lines under `private/`: `0000000001.jsonl` as long as a crash can leave it cut off, and
/// `0000000001-DIGEST.jsonl`, by the SHA-256 of its content, once all of it is durable. What such a name does not fit was
/// damaged since, and what was acknowledged may be lost with it.
struct LineFileName {
    let number: Int
    /// Of the whole content; nil if nobody has said that it is whole.
    let digest: Digest?

    /// Nil if there is no such number.
    init?(number: Int, digest: Digest? = nil) {
        guard OutboxFileName(number: number) != nil else { return nil }
        self.number = number
        self.digest = digest
    }

    /// Reads a file name; nil unless `text` is exactly how this name is written.
    init?(_ text: String) {
        if let plain = OutboxFileName(text) {
            self.init(number: plain.number)
            return
        }
        guard let (number, rest) = text.utf8[...].splitAtHyphen(),
            let hexadecimal = rest.dropping(suffix: ".jsonl"),
            let value = FileNumber.parse(number.span, width: FileNumber.width),
            let digest = Digest(hexadecimal: hexadecimal)
        else { return nil }
        self.init(number: value, digest: digest)
        if self.text != text { return nil }
    }

    var text: String {
        let padded = FileNumber.padded(number, width: FileNumber.width)
        return digest.map { "\(padded)-\($0.hexadecimal).jsonl" } ?? "\(padded).jsonl"
    }
}
