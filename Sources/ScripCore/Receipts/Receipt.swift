public import ScripCrypto

/// An offline proof of what became of one record (protocol section 12, scrip-format(5)):
///
///     {"proof":"<tlog-proof>","type":"receipt","verdict":"<note>"}
///
/// `proof` is a C2SP tlog-proof of the record's line, against the checkpoint of the record's own block, which carries
/// the cosignatures of a certificate. `verdict` is the verdict of that certificate. So the two hold a whole
/// certificate, and no part of it twice; chain, height and epoch stand in the signed texts and nowhere else.
///
/// It shows that the record stands in the chain at the index named, and what the quorum of the charter found of it. It
/// cannot show that nothing came after.
public struct Receipt: Hashable, Sendable {
    /// That the record is in the tree that the checkpoint heads.
    public let proof: TransparencyProof

    /// The verdict with the voters' signatures.
    public let verdict: SignedNote

    /// The most bytes of a receipt's line; the notes have a limit of their own.
    public static let byteCountMax = 3 * SignedNote.byteCountMax

    /// The receipt of the record whose line is `record`, under the certificate of its block; nil if the line is too
    /// long for a proof.
    public init?(record: [UInt8], index: Int, hashes: [Digest], certificate: Certificate) {
        guard
            let proof = TransparencyProof(
                leaf: record, index: index, hashes: hashes, checkpoint: certificate.checkpoint)
        else { return nil }
        self.proof = proof
        verdict = certificate.verdict
    }

    /// The receipt that `line`, without a newline, is; it renders to the same bytes.
    public init(parsing line: [UInt8]) throws(ReceiptError) {
        let root: JSONValue
        do {
            guard line.count <= Self.byteCountMax else { throw ReceiptError.tooLong }
            root = try JSONDocument(noteLine: line).root
        } catch let error as ReceiptError {
            throw error
        } catch let error as JSONError {
            throw .json(error)
        } catch {
            throw .field("an unknown one")
        }
        guard root.hasOnly(["proof", "type", "verdict"]) else { throw .field("an unknown one") }
        guard root.member("type")?.string == Array("receipt".utf8) else { throw .field("type") }
        guard let proof = root.member("proof")?.string else { throw .field("proof") }
        guard let verdict = root.member("verdict")?.string else { throw .field("verdict") }
        do { self.proof = try TransparencyProof(parsing: proof) } catch { throw .proof(error) }
        do { self.verdict = try SignedNote(parsing: verdict) } catch { throw .verdictNote(error) }
    }

    /// The line, without a newline.
    public var line: [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.key("proof")
        writer.string(proof.bytes)
        writer.member("type", "receipt")
        writer.key("verdict")
        writer.string(verdict.bytes)
        writer.endObject()
        return writer.bytes
    }

    /// The epoch of the charter that judges the receipt, as its verdict names it; nil if that does not parse.
    public var charterEpoch: Int? { (try? VerdictText(parsing: verdict.text))?.charterEpoch }

    /// What the receipt shows, under the charter of the epoch that its verdict names. Nothing but the two is looked at.
    public func check(charter: Charter) throws(ReceiptError) -> CheckedReceipt {
        let text: VerdictText
        do { text = try VerdictText(parsing: verdict.text) } catch { throw .certificate(.verdict(error)) }
        guard let chain = charter.voters.first(where: { $0.log.name == text.origin })?.name else {
            throw .noChain(text.origin)
        }
        let certificate = Certificate(
            chain: chain, checkpoint: proof.checkpoint, height: text.height, verdict: verdict)
        let checked: CheckedCertificate
        do { checked = try certificate.check(charter: charter) } catch { throw .certificate(error) }
        // The first leaf of a block is its block line, which is no record.
        guard proof.index > text.from, proof.index < text.size else {
            throw .index(proof.index, height: text.height)
        }
        guard proof.isIncluded(size: text.size, root: text.root) else { throw .notIncluded }
        let times = proof.checkpoint.signatures.dropFirst().compactMap { Cosignature(payload: $0.payload) }
        return CheckedReceipt(
            certificate: checked, index: proof.index, record: proof.leaf,
            code: text.code(at: proof.index),
            time: times.map(\.timeSeconds).max().flatMap { Timestamp(seconds: $0) })
    }
}

/// What a receipt shows. Only `Receipt.check` makes one.
public struct CheckedReceipt: Hashable, Sendable {
    /// The quorum's verdict on the record's block.
    public let certificate: CheckedCertificate

    /// The leaf index of the record in its chain.
    public let index: Int

    /// The record's line.
    public let record: [UInt8]

    /// Why the record is invalid; nil if it is valid.
    public let code: RefusalCode?

    /// When the last of the voters cosigned, by its own clock; nil if that is no time that can be written. Nothing is
    /// ordered by it.
    public let time: Timestamp?

    /// Whether the record is confirmed or rejected.
    public var status: RecordStatus { code == nil ? .confirmed : .rejected }

    /// The id that the line names. A voter has checked it, or found the line malformed.
    public var id: Digest? {
        guard code != .malformed, let document = try? JSONDocument(record, form: .canonical) else {
            return nil
        }
        return document.root.member("id")?.string.flatMap { Digest(hexadecimal: $0) }
    }

    /// The line that is printed (scrip-verify(1)).
    public var json: JSON {
        let verdict = certificate.verdict
        var members: [String: JSON] = [
            "type": "proof", "status": .string(status.rawValue),
            "chain": .string(certificate.seal.chain.text), "height": .integer(Int64(verdict.height)),
            "index": .integer(Int64(index)), "size": .integer(Int64(verdict.size)),
            "root": .string(verdict.root.hexadecimal), "charter": .integer(Int64(verdict.charterEpoch)),
            "voters": .array(certificate.voters.map { .string($0.text) }),
        ]
        if let code { members["code"] = .string(code.rawValue) }
        if let id { members["id"] = .string(id.hexadecimal) }
        if let time { members["time"] = .string(time.text) }
        // Only canonical JSON can stand inside a line that is printed.
        if (try? JSONDocument(record, form: .canonical)) != nil { members["record"] = .raw(record) }
        return .object(members)
    }

    /// The same for a person, and what it does not show.
    public var summary: String {
        let verdict = certificate.verdict
        let names = certificate.voters.map { "'\($0.text)'" }.joined(separator: ", ")
        let place = "index \(index) of '\(certificate.seal.chain.text)', in block \(verdict.height)"
        let record = id.map { "record \($0.hexadecimal)" } ?? "the record"
        let finding = code.map { "rejected (\($0.rawValue))" } ?? "confirmed"
        let until = time.map { " at \($0.text)" } ?? ""
        return """
            \(record) stands at \(place), and was \(finding) by \(names)\(until); \
            that nothing came after is not shown
            """
    }
}

/// Why a receipt proves nothing.
public enum ReceiptError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line is not canonical JSON; see the offset, from 0.
    case json(JSONError)
    case tooLong
    /// A field is missing, malformed or unknown.
    case field(String)
    case proof(TransparencyProofError)
    case verdictNote(NoteError)
    /// The verdict is of no chain of the charter.
    case noChain(String)
    /// The checkpoint and the verdict are no certificate under the charter.
    case certificate(CertificateError)
    /// The index is that of no record of the block.
    case index(Int, height: Int)
    /// The hashes do not lead from the record to the root.
    case notIncluded

    /// Whether the bytes are no receipt at all, whatever the charter is.
    public var isMalformed: Bool {
        switch self {
        case .json, .tooLong, .field, .proof, .verdictNote: true
        case .noChain, .certificate, .index, .notIncluded: false
        }
    }

    public var description: String {
        switch self {
        case .json(let error):
            "the receipt is not canonical JSON at byte \(error.offset): \(error.reason)"
        case .tooLong: "the receipt is longer than \(Receipt.byteCountMax) bytes"
        case .field(let name): "the receipt has a field missing, malformed or unknown: \(name)"
        case .proof(let error): "\(error)"
        case .verdictNote(let error): "the receipt's verdict: \(error)"
        case .noChain(let origin): "the receipt is of '\(origin)', which is no chain of this charter"
        case .certificate(let error): "\(error)"
        case .index(let index, let height): "index \(index) is that of no record of block \(height)"
        case .notIncluded: "the record is not in the tree that the voters have signed"
        }
    }
}
