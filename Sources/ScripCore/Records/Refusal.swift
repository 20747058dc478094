public import ScripCrypto

/// A region's signed word that it will not attest a record (format section 3):
/// `{"code":"policy","id":"<hex>","reason":"not here","region":"south","sig":"<base64>","time":"…","type":"refusal"}`.
public struct Refusal: Sendable, Equatable {
    public let code: RefusalCode
    public let id: Digest
    public let reason: String
    public let region: RegionName
    public let signature: Ed25519Signature
    public let time: Timestamp

    public init(
        code: RefusalCode, id: Digest, reason: String, region: RegionName, signature: Ed25519Signature,
        time: Timestamp
    ) {
        self.code = code
        self.id = id
        self.reason = reason
        self.region = region
        self.signature = signature
        self.time = time
    }

    /// What the region's log key signs:
    /// `scrip refuse v1 <genesis>\n<region>\n<record id>\n<time>\n<code>\n`.
    public static func signedBytes(
        genesis: Digest, region: RegionName, record: Digest, time: Timestamp, code: RefusalCode
    ) -> [UInt8] {
        let lines = [region.text, record.hexadecimal, time.text, code.rawValue]
        return Array("scrip refuse v1 \(genesis.hexadecimal)\n\(lines.joined(separator: "\n"))\n".utf8)
    }

    /// Whether `key` signed this refusal.
    public func isSigned(by key: Ed25519PublicKey, genesis: Digest) -> Bool {
        key.isValid(
            signature,
            for: Self.signedBytes(genesis: genesis, region: region, record: id, time: time, code: code))
    }

    /// The line, canonical, without its newline.
    public var line: [UInt8] {
        JSON.object([
            "code": .string(code.rawValue), "id": .string(id.hexadecimal), "reason": .string(reason),
            "region": .string(region.text), "sig": .string(Base64.encode(signature.bytes)),
            "time": .string(time.text), "type": "refusal",
        ]).canonical
    }

    /// Reads a line whose `type` is `refusal`.
    public init(_ value: JSONValue) throws(MalformedRecord) {
        var fields = FieldReader(value)
        let word = try fields.text("code")
        guard let code = RefusalCode(rawValue: word) else {
            throw MalformedRecord("'code' is none of the codes of a refusal")
        }
        self.code = code
        id = try fields.digest("id")
        reason = try fields.text("reason")
        region = try fields.region("region")
        signature = try fields.signature("sig")
        time = try fields.time("time")
        guard try fields.text("type") == "refusal" else { throw MalformedRecord("'type' is not refusal") }
        try fields.refuseOthers()
    }
}

extension Refusal {
    /// Reads a line of a file, without its newline; nil if it is no refusal in canonical form.
    public init?(line: [UInt8]) {
        guard let document = try? JSONDocument(line, form: .canonical),
            let refusal = try? Refusal(document.root)
        else { return nil }
        self = refusal
    }
}
