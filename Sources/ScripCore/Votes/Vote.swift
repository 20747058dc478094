public import ScripCrypto

/// One voter's word on one block: a line of a vote file (format section 6).
///
///     {"chain":"north","checkpoint":"…","height":17,"type":"vote","verdict":"…","voter":"south"}
///
/// `checkpoint` is a note with exactly two lines, the log key's of the chain and the voter's cosignature:
/// "I saw this extend all that I saw before". `verdict` is a note with exactly one, the voter's log key's. A
/// vote that was read is well-formed only; it counts once `check` has let it through.
public struct Vote: Hashable, Sendable {
    /// The region whose chain the block is in.
    public let chain: RegionName

    /// The block's checkpoint with the voter's cosignature.
    public let checkpoint: SignedNote

    /// The block's height, from 1.
    public let height: Int

    /// What the voter says of the block's records.
    public let verdict: SignedNote

    /// The region that votes.
    public let voter: RegionName

    /// The vote of `voter` on the block of `chain` that `seal` ends, with the text of `verdict`.
    /// `timeSeconds` is POSIX time, and goes into the cosignature.
    public init(
        casting verdict: VerdictText, on seal: VerifiedCheckpoint, voter: RegionName, log: LogSigner,
        witness: WitnessSigner, timeSeconds: Int64
    ) {
        chain = seal.chain
        checkpoint = SignedNote(
            text: seal.text,
            signatures: [seal.signature, witness.cosignature(on: seal.text, timeSeconds: timeSeconds)])
        height = verdict.height
        let text = verdict.text
        self.verdict = SignedNote(text: text, signatures: [log.signature(on: text)])
        self.voter = voter
    }

    /// The vote that `line`, without its newline, is; it renders to the same bytes.
    public init(parsing line: [UInt8]) throws(VoteError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(noteLine: line)
        } catch {
            throw .json(error)
        }
        try self.init(document.root)
    }

    /// The vote that an object of canonical JSON is.
    public init(_ value: JSONValue) throws(VoteError) {
        guard value.hasOnly(["chain", "checkpoint", "height", "type", "verdict", "voter"]) else {
            throw .field("an unknown one")
        }
        guard value.member("type")?.string == Array("vote".utf8) else { throw .field("type") }
        guard let chain = value.member("chain")?.text.flatMap(RegionName.init) else { throw .field("chain") }
        guard let voter = value.member("voter")?.text.flatMap(RegionName.init) else { throw .field("voter") }
        guard let height = value.member("height")?.integer, height > 0 else { throw .field("height") }
        guard let checkpoint = value.member("checkpoint")?.string else { throw .field("checkpoint") }
        guard let verdict = value.member("verdict")?.string else { throw .field("verdict") }
        self.chain = chain
        self.voter = voter
        self.height = Int(height)
        do { self.checkpoint = try SignedNote(parsing: checkpoint) } catch { throw .checkpointNote(error) }
        do { self.verdict = try SignedNote(parsing: verdict) } catch { throw .verdictNote(error) }
    }

    /// The line, without its newline.
    public var line: [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.member("chain", chain.text)
        writer.key("checkpoint")
        writer.string(checkpoint.bytes)
        writer.member("height", height)
        writer.member("type", "vote")
        writer.key("verdict")
        writer.string(verdict.bytes)
        writer.member("voter", voter.text)
        writer.endObject()
        return writer.bytes
    }

    /// The vote if it counts: every condition of format section 6.
    ///
    /// The voter votes in the charter of the epoch that the verdict names; checkpoint and verdict carry
    /// exactly the lines that they should, by the right keys, and all of them good; and the two agree with
    /// each other and with the fields. That the fields agree with the name of the file, and the verdict with
    /// the block itself, is for who knows file and block.
    ///
    /// `seal` is the block's checkpoint if it is known already: where the vote carries the same bytes, their
    /// log signature is not verified again, and the check costs two verifications in place of three. Whatever
    /// does not take a signature to tell is told first.
    public func check(
        charters: CharterHistory, seal: VerifiedCheckpoint? = nil
    ) throws(VoteError) -> CheckedVote {
        let epoch = VerdictText.epoch(in: verdict.text) ?? charters.newest.epoch
        guard let charter = charters.charter(of: epoch) else {
            throw .epoch(epoch, expected: charters.newest.epoch)
        }
        return try check(charter, charters, seal)
    }

    /// The vote if it counts in a federation that has had one charter only.
    public func check(
        charter: Charter, seal: VerifiedCheckpoint? = nil
    ) throws(VoteError) -> CheckedVote {
        try check(charter, CharterHistory(charter), seal)
    }

    private func check(
        _ charter: Charter, _ charters: CharterHistory, _ seal: VerifiedCheckpoint?
    ) throws(VoteError) -> CheckedVote {
        guard let region = charter.region(named: voter) else { throw .stranger(voter) }
        guard let voterIndex = charter.voterIndex(of: voter) else { throw .observer(voter) }

        guard checkpoint.signatures.count == 2 else {
            throw .checkpointLines(count: checkpoint.signatures.count)
        }
        let cosignatureLine = checkpoint.signatures[1]
        guard region.witness.isSigner(of: cosignatureLine) else {
            throw .checkpointSigner(cosignatureLine.name, expected: region.witness.name)
        }
        guard let cosignature = Cosignature(payload: cosignatureLine.payload) else {
            throw .badCosignature(voter)
        }
        guard verdict.signatures.count == 1 else { throw .verdictLines(count: verdict.signatures.count) }
        let verdictLine = verdict.signatures[0]
        guard region.log.isSigner(of: verdictLine) else {
            throw .verdictSigner(verdictLine.name, expected: region.log.name)
        }

        let text: VerdictText
        do { text = try VerdictText(parsing: verdict.text) } catch { throw .verdict(error) }
        guard text.charterEpoch == charter.epoch else {
            throw .epoch(text.charterEpoch, expected: charter.epoch)
        }
        guard text.height == height else { throw .height(text.height, expected: height) }

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
        guard cosignature.isValid(by: region.witness.key, on: checkpoint.text) else {
            throw .badCosignature(voter)
        }
        guard region.log.isValid(verdictLine, on: verdict.text) else { throw .badVerdictSignature(voter) }
        return CheckedVote(
            seal: verified, verdict: text, voter: voter, voterIndex: voterIndex,
            verdictDigest: SHA256.hash(verdict.text), cosignatureTimeSeconds: cosignature.timeSeconds,
            cosignatureLine: cosignatureLine, verdictLine: verdictLine)
    }
}

/// A vote that counts. Only `Vote.check` makes one.
public struct CheckedVote: Hashable, Sendable {
    /// The block's checkpoint, with the chain's own signature.
    public let seal: VerifiedCheckpoint

    /// What the voter says.
    public let verdict: VerdictText

    /// The region that votes.
    public let voter: RegionName

    /// Its place among the voters of the charter.
    public let voterIndex: Int

    /// SHA-256 of the verdict's text: the class of the vote.
    public let verdictDigest: Digest

    /// When the voter cosigned: POSIX time, in seconds. Two votes that differ in it alone are no
    /// contradiction.
    public let cosignatureTimeSeconds: Int64

    /// The voter's line on the checkpoint, as a certificate takes it over.
    let cosignatureLine: NoteSignature

    /// The voter's line on the verdict, as a certificate takes it over.
    let verdictLine: NoteSignature

    /// What can differ between two votes of one voter that agree: its cosignature, which begins with the
    /// time, and the bytes of signatures.
    var payloads: [UInt8] { cosignatureLine.payload + verdictLine.payload + seal.signature.payload }

    /// The vote as a tally counts it.
    public var ballot: Ballot { Ballot(voter: voter, verdict: verdictDigest) }
}

/// Why a vote does not count.
public enum VoteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line is not canonical JSON; see the offset, from 0.
    case json(JSONError)
    /// A field is missing, malformed or unknown.
    case field(String)
    case checkpointNote(NoteError)
    case verdictNote(NoteError)
    /// The voter is no region of the charter.
    case stranger(RegionName)
    /// The voter is a region without a vote.
    case observer(RegionName)
    /// Not exactly the log key's line and the voter's.
    case checkpointLines(count: Int)
    /// The second line on the checkpoint is of another key than the voter's witness key.
    case checkpointSigner(String, expected: String)
    case badCosignature(RegionName)
    /// Not exactly the voter's line.
    case verdictLines(count: Int)
    /// The line on the verdict is of another key than the voter's log key.
    case verdictSigner(String, expected: String)
    case badVerdictSignature(RegionName)
    case verdict(VerdictError)
    /// The verdict names another epoch than the charter has.
    case epoch(Int, expected: Int)
    /// The verdict names another height than the vote.
    case height(Int, expected: Int)
    /// The checkpoint is none of the chain that the vote names.
    case checkpoint(VerifiedCheckpointError)
    /// Checkpoint and verdict differ in chain, size or root.
    case disagreement

    public var description: String {
        switch self {
        case .json(let error): "the vote is not canonical JSON at byte \(error.offset): \(error.reason)"
        case .field(let name): "the vote has a field missing, malformed or unknown: \(name)"
        case .checkpointNote(let error): "the vote's checkpoint: \(error)"
        case .verdictNote(let error): "the vote's verdict: \(error)"
        case .stranger(let region): "the voter '\(region)' is no region of the charter"
        case .observer(let region): "the voter '\(region)' is an observer"
        case .checkpointLines(let count): "the vote's checkpoint has \(count) signatures in place of 2"
        case .checkpointSigner(let name, let expected):
            "the vote's checkpoint is cosigned by '\(name)', not by '\(expected)'"
        case .badCosignature(let region): "the cosignature of region '\(region)' is bad"
        case .verdictLines(let count): "the vote's verdict has \(count) signatures in place of 1"
        case .verdictSigner(let name, let expected):
            "the vote's verdict is signed by '\(name)', not by '\(expected)'"
        case .badVerdictSignature(let region): "the signature of region '\(region)' on its verdict is bad"
        case .verdict(let error): "\(error)"
        case .epoch(let epoch, let expected): "the verdict is of epoch \(epoch), not of \(expected)"
        case .height(let height, let expected): "the verdict is on height \(height), not on \(expected)"
        case .checkpoint(let error): "\(error)"
        case .disagreement: "the vote's checkpoint and verdict are not of the same tree"
        }
    }
}
