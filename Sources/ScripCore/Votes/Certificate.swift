public import ScripCrypto

/// The votes of one class that reached the quorum for a block, in one file (format section 6).
///
///     {"chain":"north","checkpoint":"…","height":17,"type":"certificate","verdict":"…"}
///
/// The same two notes as in a vote, with the lines of several voters: the checkpoint has the log key's line
/// and the voters' cosignatures, the verdict the voters' log keys' lines. What is written here has the lines
/// of the first k voters of the class, of the votes that were there, in the order of the charter.
///
/// A certificate that another region wrote is accepted with k voters or more, and at most 15, so that the
/// checkpoint keeps within the 16 lines that C2SP clients read; every line must be good, of an enrolled
/// voter, in the order of the charter, one a key, and both notes must name the same voters. It stands on
/// these bytes alone, whatever votes are seen elsewhere.
public struct Certificate: Hashable, Sendable {
    /// Bytes that a file can have: notes without an invalid record take far less than 64 KiB, and each record of a block
    /// can be listed once, in less than 64 bytes.
    public static let bytesMax = (64 << 10) + 64 * BlockHeader.recordsMax

    /// The region whose chain the block is in.
    public let chain: RegionName

    /// The block's checkpoint with the voters' cosignatures.
    public let checkpoint: SignedNote

    /// The block's height, from 1.
    public let height: Int

    /// The verdict with the voters' signatures.
    public let verdict: SignedNote

    /// The certificate that `votes`, all on one block, give; nil if no class of them has the quorum.
    ///
    /// Several votes of a voter are one if they agree, and the least of them by their bytes is taken, so that
    /// the same votes make the same file in any order; if they do not agree, none of them counts. Votes on
    /// another chain or height than the first one's are left out.
    public init?(assembling votes: [CheckedVote], charter: Charter) {
        guard let first = votes.first else { return nil }
        let onBlock = votes.filter {
            $0.seal.chain == first.seal.chain && $0.verdict.height == first.verdict.height
                && $0.verdict.charterEpoch == charter.epoch
        }
        let tally = Tally(onBlock.map(\.ballot), charter: charter)
        guard case .confirmed(let members) = tally.outcome else { return nil }
        // Members of a class have one root and so one checkpoint text; any of its good log lines serves.
        let chosen = members.voters.prefix(charter.quorumSize).compactMap { voter in
            onBlock.filter { $0.voter == voter }.min { $0.payloads.lexicographicallyPrecedes($1.payloads) }
        }
        guard let seal = chosen.first?.seal, let text = chosen.first?.verdict.text else { return nil }
        chain = seal.chain
        height = first.verdict.height
        checkpoint = SignedNote(
            text: seal.text, signatures: [seal.signature] + chosen.map(\.cosignatureLine))
        verdict = SignedNote(text: text, signatures: chosen.map(\.verdictLine))
    }

    /// The certificate of these parts, which may come from a receipt; whether it proves anything is for `check`.
    init(chain: RegionName, checkpoint: SignedNote, height: Int, verdict: SignedNote) {
        self.chain = chain
        self.checkpoint = checkpoint
        self.height = height
        self.verdict = verdict
    }

    /// The certificate that `line`, without a newline, is; it renders to the same bytes.
    public init(parsing line: [UInt8]) throws(CertificateError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(noteLine: line)
        } catch {
            throw .json(error)
        }
        try self.init(document.root)
    }

    /// The certificate that a file holds: its line and one newline.
    public init(parsingFile bytes: [UInt8]) throws(CertificateError) {
        guard bytes.last == UInt8(ascii: "\n") else { throw .noFinalNewline }
        try self.init(parsing: bytes.dropLast())
    }

    /// The certificate that an object of canonical JSON is.
    public init(_ value: JSONValue) throws(CertificateError) {
        guard value.hasOnly(["chain", "checkpoint", "height", "type", "verdict"]) else {
            throw .field("an unknown one")
        }
        guard value.member("type")?.string == Array("certificate".utf8) else { throw .field("type") }
        guard let chain = value.member("chain")?.text.flatMap(RegionName.init) else { throw .field("chain") }
        guard let height = value.member("height")?.integer, height > 0 else { throw .field("height") }
        guard let checkpoint = value.member("checkpoint")?.string else { throw .field("checkpoint") }
        guard let verdict = value.member("verdict")?.string else { throw .field("verdict") }
        self.chain = chain
        self.height = Int(height)
        do { self.checkpoint = try SignedNote(parsing: checkpoint) } catch { throw .checkpointNote(error) }
        do { self.verdict = try SignedNote(parsing: verdict) } catch { throw .verdictNote(error) }
    }

    /// The line, without a newline.
    public var line: [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.member("chain", chain.text)
        writer.key("checkpoint")
        writer.string(checkpoint.bytes)
        writer.member("height", height)
        writer.member("type", "certificate")
        writer.key("verdict")
        writer.string(verdict.bytes)
        writer.endObject()
        return writer.bytes
    }

    /// What its file holds.
    public var fileBytes: [UInt8] { line + [UInt8(ascii: "\n")] }

    /// The certificate if it proves what it says, under the charter of the epoch that its verdict names.
    /// `seal` serves as in `Vote.check`.
    public func check(
        charters: CharterHistory, seal: VerifiedCheckpoint? = nil
    ) throws(CertificateError) -> CheckedCertificate {
        let epoch = VerdictText.epoch(in: verdict.text) ?? charters.newest.epoch
        guard let charter = charters.charter(of: epoch) else {
            throw .epoch(epoch, expected: charters.newest.epoch)
        }
        return try check(charter, charters, seal)
    }

    /// The certificate if it proves what it says in a federation that has had one charter only.
    public func check(
        charter: Charter, seal: VerifiedCheckpoint? = nil
    ) throws(CertificateError) -> CheckedCertificate {
        try check(charter, CharterHistory(charter), seal)
    }

    private func check(
        _ charter: Charter, _ charters: CharterHistory, _ seal: VerifiedCheckpoint?
    ) throws(CertificateError) -> CheckedCertificate {
        let text: VerdictText
        do { text = try VerdictText(parsing: verdict.text) } catch { throw .verdict(error) }
        guard text.charterEpoch == charter.epoch else {
            throw .epoch(text.charterEpoch, expected: charter.epoch)
        }
        guard text.height == height else { throw .height(text.height, expected: height) }
        let signers = try signers(charter: charter)

        let verified: VerifiedCheckpoint
        if let seal, seal.begins(checkpoint, chain: chain, charters: charters) {
            verified = seal
        } else {
            do {
                verified = try VerifiedCheckpoint(checkpoint, chain: chain, charters: charters)
            } catch {
                throw .checkpoint(error)
            }
        }
        guard text.isOn(verified.checkpoint) else { throw .disagreement }
        for (position, voter) in signers.enumerated() {
            guard voter.witness.isValid(checkpoint.signatures[position + 1], on: checkpoint.text) else {
                throw .badCosignature(voter.name)
            }
            guard voter.log.isValid(verdict.signatures[position], on: verdict.text) else {
                throw .badVerdictSignature(voter.name)
            }
        }
        return CheckedCertificate(
            seal: verified, verdict: text, verdictDigest: SHA256.hash(verdict.text),
            voters: signers.map(\.name))
    }

    /// The voters whose lines the two notes carry, by name and key hash alone: enrolled, in the charter's
    /// order, each once, the same in both notes, and enough.
    private func signers(charter: Charter) throws(CertificateError) -> [CharterRegion] {
        let count = verdict.signatures.count
        guard checkpoint.signatures.count == count + 1 else { throw .linesDiffer }
        guard count >= charter.quorumSize else { throw .voterCount(count, expected: charter.quorumSize) }
        guard count <= Charter.quorumSizeMax else { throw .tooManyVoters(count) }
        var signers: [CharterRegion] = []
        var last = -1
        for (position, line) in verdict.signatures.enumerated() {
            guard let index = charter.voters.firstIndex(where: { $0.log.isSigner(of: line) }) else {
                throw .stranger(line.name)
            }
            guard index > last else { throw .order(charter.voters[index].name) }
            let voter = charter.voters[index]
            guard voter.witness.isSigner(of: checkpoint.signatures[position + 1]) else { throw .linesDiffer }
            signers.append(voter)
            last = index
        }
        return signers
    }
}

/// A certificate that proves what it says. Only `Certificate.check` makes one.
public struct CheckedCertificate: Hashable, Sendable {
    /// The block's checkpoint, with the chain's own signature.
    public let seal: VerifiedCheckpoint

    /// What the voters say.
    public let verdict: VerdictText

    /// SHA-256 of the verdict's text: two certificates of a block agree if it is the same, whoever signed
    /// them.
    public let verdictDigest: Digest

    /// Who signed, in the order of the charter.
    public let voters: [RegionName]
}

/// Why a certificate proves nothing.
public enum CertificateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line is not canonical JSON; see the offset, from 0.
    case json(JSONError)
    /// The file does not end with a newline.
    case noFinalNewline
    /// A field is missing, malformed or unknown.
    case field(String)
    case checkpointNote(NoteError)
    case verdictNote(NoteError)
    case verdict(VerdictError)
    /// The verdict names another epoch than the charter has.
    case epoch(Int, expected: Int)
    /// The verdict names another height than the certificate.
    case height(Int, expected: Int)
    /// Fewer voters than the quorum.
    case voterCount(Int, expected: Int)
    case tooManyVoters(Int)
    /// A line on the verdict that is of no voter's log key.
    case stranger(String)
    /// The voter is there twice, or before one that comes earlier in the charter.
    case order(RegionName)
    /// The lines on the checkpoint are not the log key's and those of the verdict's voters, in that order.
    case linesDiffer
    /// The checkpoint is none of the chain that the certificate names.
    case checkpoint(VerifiedCheckpointError)
    /// Checkpoint and verdict differ in chain, size or root.
    case disagreement
    case badCosignature(RegionName)
    case badVerdictSignature(RegionName)

    public var description: String {
        switch self {
        case .json(let error):
            "the certificate is not canonical JSON at byte \(error.offset): \(error.reason)"
        case .noFinalNewline: "the certificate does not end with a newline"
        case .field(let name): "the certificate has a field missing, malformed or unknown: \(name)"
        case .checkpointNote(let error): "the certificate's checkpoint: \(error)"
        case .verdictNote(let error): "the certificate's verdict: \(error)"
        case .verdict(let error): "\(error)"
        case .epoch(let epoch, let expected): "the verdict is of epoch \(epoch), not of \(expected)"
        case .height(let height, let expected): "the verdict is on height \(height), not on \(expected)"
        case .voterCount(let count, let expected):
            "the certificate has \(count) voters, and the quorum is \(expected)"
        case .tooManyVoters(let count):
            "the certificate has \(count) voters, more than \(Charter.quorumSizeMax)"
        case .stranger(let name): "the certificate is signed by '\(name)', which is no voter's log key"
        case .order(let region): "the certificate's voter '\(region)' is there twice, or out of order"
        case .linesDiffer: "the certificate's checkpoint and verdict are not signed by the same voters"
        case .checkpoint(let error): "\(error)"
        case .disagreement: "the certificate's checkpoint and verdict are not of the same tree"
        case .badCosignature(let region): "the cosignature of region '\(region)' is bad"
        case .badVerdictSignature(let region): "the signature of region '\(region)' on the verdict is bad"
        }
    }
}
