public import ScripCrypto

/// A signed request to change vouchers (format section 3), read from its canonical line and well-formed.
///
/// `{"attest":[…],…fields…,"id":"<hex>",…,"sig":"<base64>","type":"trade","v":1,…}`
///
/// Signatures are read, not checked: `SignatureRules` does that, for the chain that seals the record.
public struct Record: Sendable, Equatable {
    /// The longest line of a record in bytes, without its newline.
    public static let lineBytesMax = 65_535
    /// Vouchers in one record at most.
    public static let vouchersMax = 4_096

    /// SHA-256 of the signed bytes.
    public let id: Digest
    public let body: RecordBody
    public let signature: Ed25519Signature
    /// The buyer's signature on a priced trade.
    public let accept: Ed25519Signature?
    /// Sorted by region, each region once.
    public let attestations: [Attestation]
    /// The canonical line without its newline.
    public let line: [UInt8]
    /// What `id` and `signature` cover: the line without `id`, `sig`, `accept` and `attest`, behind
    /// `scrip record v1 <genesis>\n`.
    public let signedBytes: [UInt8]

    public var type: RecordType { body.type }

    /// What signed bytes begin with: `scrip record v1 <genesis>\n`.
    public static func signedPrefix(genesis: Digest) -> [UInt8] {
        Array("scrip record v1 \(genesis.hexadecimal)\n".utf8)
    }

    /// Reads a canonical line. Throws what makes it `malformed`: JSON, an unknown type or field, a value out
    /// of range, a limit, an id that is not the hash of the signed bytes under `prefix`.
    public init(line: [UInt8], signedPrefix prefix: [UInt8]) throws(MalformedRecord) {
        guard line.count <= Self.lineBytesMax else {
            throw MalformedRecord("the line is longer than \(Self.lineBytesMax) bytes")
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(line, form: .canonical)
        } catch {
            throw MalformedRecord("\(error.reason) (byte \(error.offset + 1))")
        }
        try self.init(document, signedPrefix: prefix)
    }

    /// Reads a record from a document in canonical form.
    init(_ document: JSONDocument, signedPrefix prefix: [UInt8]) throws(MalformedRecord) {
        let root = document.root
        guard root.kind == .object else { throw MalformedRecord("the line is not a JSON object") }
        var fields = FieldReader(root)
        guard try fields.integer("v") == 1 else { throw MalformedRecord("'v' is not 1") }
        let typeName = try fields.text("type")
        guard let type = RecordType(rawValue: typeName) else {
            throw MalformedRecord("the type '\(typeName)' is not known")
        }
        id = try fields.digest("id")
        signature = try fields.signature("sig")
        body = try RecordBody(type: type, &fields)
        accept = try Self.readAccept(&fields)
        attestations = try Self.readAttestations(&fields)
        try fields.refuseOthers()
        if accept != nil {
            guard case .trade(let trade) = body, trade.price != nil else {
                throw MalformedRecord("'accept' stands without a price")
            }
        }
        line = document.bytes
        signedBytes = Self.signedBytes(document, prefix: prefix)
        guard SHA256.hash(signedBytes) == id else {
            throw MalformedRecord("'id' does not match the content, or the record is of another federation")
        }
    }

    /// `record` with other attestations, and the line that says so.
    init(_ record: Record, attestations: [Attestation], line: [UInt8]) {
        id = record.id
        body = record.body
        signature = record.signature
        accept = record.accept
        signedBytes = record.signedBytes
        self.attestations = attestations
        self.line = line
    }

    /// The signed bytes of a record's document: the members but `id`, `sig`, `accept` and `attest`.
    static func signedBytes(_ document: JSONDocument, prefix: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(prefix.count + document.bytes.count)
        result += prefix
        result.append(UInt8(ascii: "{"))
        // Members that follow each other are taken together, with the commas between them.
        var run: Range<Int>?
        var isFirst = true
        func take() {
            guard let found = run else { return }
            if !isFirst { result.append(UInt8(ascii: ",")) }
            isFirst = false
            result += document.bytes[found]
            run = nil
        }
        var child = 1
        let end = Int(document.nodes[0].next)
        while child < end {
            let key = document.nodes[child]
            let value = document.nodes[child + 1]
            let keyStart = Int(key.start)
            if isUnsigned(document.bytes, keyStart, Int(key.end)) {
                take()
            } else {
                // A string's node leaves out its quotation marks; the key's opening one precedes it.
                let valueEnd = Int(value.end) + (value.kind == .string ? 1 : 0)
                run = (run?.lowerBound ?? keyStart - 1)..<valueEnd
            }
            child = Int(value.next)
        }
        take()
        result.append(UInt8(ascii: "}"))
        return result
    }

    private static func isUnsigned(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        switch end - start {
        case 2: bytes[start] == UInt8(ascii: "i") && bytes[start + 1] == UInt8(ascii: "d")
        case 3:
            bytes[start] == UInt8(ascii: "s") && bytes[start + 1] == UInt8(ascii: "i")
                && bytes[start + 2] == UInt8(ascii: "g")
        case 6:
            bytes[start] == UInt8(ascii: "a")
                && (bytes[start..<end].elementsEqual("accept".utf8)
                    || bytes[start..<end].elementsEqual("attest".utf8))
        default: false
        }
    }

    private static func readAccept(_ fields: inout FieldReader) throws(MalformedRecord) -> Ed25519Signature? {
        guard let value = fields.value("accept") else { return nil }
        var inner = FieldReader(value)
        let signature = try inner.signature("sig")
        try inner.refuseOthers()
        return signature
    }

    private static func readAttestations(
        _ fields: inout FieldReader
    ) throws(MalformedRecord) -> [Attestation] {
        let elements = try fields.optionalList("attest", most: Charter.regionCountMax)
        guard let elements else { return [] }
        var attestations: [Attestation] = []
        for element in elements {
            var inner = FieldReader(element)
            let attestation = Attestation(
                region: try inner.region("region"), signature: try inner.signature("sig"),
                time: try inner.time("time"))
            try inner.refuseOthers()
            if let last = attestations.last, last.region >= attestation.region {
                throw MalformedRecord("'attest' is not sorted by region, each region once")
            }
            attestations.append(attestation)
        }
        return attestations
    }
}
