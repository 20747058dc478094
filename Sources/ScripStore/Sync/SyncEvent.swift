public import ScripCore
internal import ScripCrypto

/// One thing that `sync` took over, did or found: the line of type `event` (scrip-sync(1)).
///
/// `{"chain":"north","event":"pulled","file":"segments/north/0000000/0000000017.seg.gz","from":17,"kind":"segment","peer":"../north","to":17,"type":"event"}`
public struct SyncEvent: Sendable {
    public let event: String
    /// Whether it is a fault that makes `sync` exit 1.
    public let isFault: Bool
    private let members: [String: JSON]
    /// The line, where it was written before.
    private var line: [UInt8]?

    private init(_ event: String, isFault: Bool = false, _ members: [String: JSON]) {
        self.event = event
        self.isFault = isFault
        self.members = members
    }

    /// An event whose line was written before.
    init(_ event: String, isFault: Bool, line: [UInt8]) {
        self.init(event, isFault: isFault, [:])
        self.line = line
    }

    /// Whether a second look at the same things brings it again: what is left where it lies.
    var mayRepeat: Bool { isFault || event == "pending" || event == "ignored" }

    /// The line that is printed.
    public var json: JSON {
        if let line { return .raw(line) }
        var members = members
        members["type"] = "event"
        members["event"] = .string(event)
        return .object(members)
    }

    /// What many events may have in common: a folder of a peer's in which files wait or are of no use, or a peer whose
    /// records wait. Nil for an event that stands for itself.
    var crowd: (peer: String, folder: String)? {
        guard event == "pending" || event == "ignored" || event == "quarantined",
            case .string(let peer)? = members["peer"]
        else { return nil }
        guard case .string(let path)? = members["file"] else { return (peer, RegionLayout.outbox) }
        return (peer, PeerFolder.split(path).folder)
    }

    /// More of the same in a crowd.
    static func more(_ event: String, isFault: Bool, _ peer: String, _ folder: String, count: Int)
        -> SyncEvent
    {
        var members = file(peer, folder)
        members["reason"] = "there are more of these"
        members["count"] = .integer(Int64(count))
        return SyncEvent(event, isFault: isFault, members)
    }

    private static func block(_ chain: RegionName, _ height: Int) -> [String: JSON] {
        ["chain": .string(chain.text), "height": .integer(Int64(height))]
    }

    private static func file(_ peer: String, _ path: String) -> [String: JSON] {
        ["peer": .string(peer), "file": .string(path)]
    }

    private static func record(_ id: Digest) -> [String: JSON] { ["id": .string(id.hexadecimal)] }

    // MARK: What was taken over

    static func pulled(
        segment path: String, of chain: RegionName, _ heights: ClosedRange<Int>, from peer: String
    ) -> SyncEvent {
        var members = file(peer, path)
        members["kind"] = "segment"
        members["chain"] = .string(chain.text)
        members["from"] = .integer(Int64(heights.lowerBound))
        members["to"] = .integer(Int64(heights.upperBound))
        return SyncEvent("pulled", members)
    }

    static func pulled(
        votes path: String, of voter: RegionName, on chain: RegionName, _ heights: ClosedRange<Int>,
        from peer: String
    ) -> SyncEvent {
        var members = file(peer, path)
        members["kind"] = "vote"
        members["voter"] = .string(voter.text)
        members["chain"] = .string(chain.text)
        members["from"] = .integer(Int64(heights.lowerBound))
        members["to"] = .integer(Int64(heights.upperBound))
        return SyncEvent("pulled", members)
    }

    static func pulled(
        certificate path: String, of chain: RegionName, height: Int, from peer: String
    ) -> SyncEvent {
        var members = file(peer, path).merging(block(chain, height)) { _, new in new }
        members["kind"] = "certificate"
        return SyncEvent("pulled", members)
    }

    static func pulled(charter path: String, epoch: Int, from peer: String) -> SyncEvent {
        var members = file(peer, path)
        members["kind"] = "charter"
        members["epoch"] = .integer(Int64(epoch))
        return SyncEvent("pulled", members)
    }

    static func pulled(settlement path: String, of region: RegionName, from peer: String) -> SyncEvent {
        var members = file(peer, path)
        members["kind"] = "settlement"
        members["region"] = .string(region.text)
        return SyncEvent("pulled", members)
    }

    /// The attestation of another region.
    static func pulled(attestationOf id: Digest, _ path: String, from peer: String) -> SyncEvent {
        var members = file(peer, path).merging(record(id)) { _, new in new }
        members["kind"] = "outbox"
        return SyncEvent("pulled", members)
    }

    /// A record that this region seals came from a peer.
    static func admitted(_ id: Digest, _ status: RecordStatus, from peer: String) -> SyncEvent {
        var members = record(id)
        members["peer"] = .string(peer)
        members["status"] = .string(status.rawValue)
        return SyncEvent("admitted", members)
    }

    /// A record of this region's own that waited for its policy.
    static func admitted(_ id: Digest, _ status: RecordStatus) -> SyncEvent {
        var members = record(id)
        members["status"] = .string(status.rawValue)
        return SyncEvent("admitted", members)
    }

    /// A record or refusal that is for others was put into the own outbox.
    static func relayed(_ id: Digest, from peer: String) -> SyncEvent {
        var members = record(id)
        members["peer"] = .string(peer)
        return SyncEvent("relayed", members)
    }

    // MARK: What was decided

    static func attested(_ id: Digest) -> SyncEvent { SyncEvent("attested", record(id)) }

    static func refused(
        _ id: Digest, by region: RegionName, _ code: RefusalCode, _ reason: String
    ) -> SyncEvent {
        var members = record(id)
        members["region"] = .string(region.text)
        members["code"] = .string(code.rawValue)
        members["reason"] = .string(reason)
        return SyncEvent("refused", members)
    }

    static func voted(_ chain: RegionName, height: Int, invalid: Int) -> SyncEvent {
        var members = block(chain, height)
        members["invalid"] = .integer(Int64(invalid))
        return SyncEvent("voted", members)
    }

    static func confirmed(_ block: IndexedBlock) -> SyncEvent {
        var members = Self.block(block.chain, block.height)
        members["size"] = .integer(Int64(block.size))
        return SyncEvent("confirmed", members)
    }

    /// A certificate lists a record as invalid. The line may be so bad that it has no id.
    static func rejected(_ id: Digest?, _ block: IndexedBlock, _ invalid: VerdictText.Invalid) -> SyncEvent {
        var members = Self.block(block.chain, block.height)
        if let id { members["id"] = .string(id.hexadecimal) }
        members["index"] = .integer(Int64(invalid.index))
        members["code"] = .string(invalid.code.rawValue)
        return SyncEvent("rejected", members)
    }

    /// A record on its way is dead.
    static func rejected(_ id: Digest, _ code: RefusalCode) -> SyncEvent {
        var members = record(id)
        members["code"] = .string(code.rawValue)
        return SyncEvent("rejected", members)
    }

    // MARK: What is wrong, or has to wait

    /// A block that can no longer reach the quorum.
    static func disputed(_ chain: RegionName, height: Int) -> SyncEvent {
        var members = block(chain, height)
        members["code"] = "disputed"
        members["reason"] = "no class of votes can reach the quorum"
        return SyncEvent("disputed", isFault: true, members)
    }

    static func contradicted(_ chain: RegionName, height: Int) -> SyncEvent {
        var members = block(chain, height)
        members["code"] = "verdict"
        members["reason"] = .string(
            "the certificate contradicts this region's own recomputation; it signs nothing until a person has looked: "
                + "run 'scrip verify --full', then see ALARMS in scrip-status(1)")
        return SyncEvent("disputed", isFault: true, members)
    }

    static func pending(_ peer: String, _ path: String, _ reason: String) -> SyncEvent {
        var members = file(peer, path)
        members["reason"] = .string(reason)
        return SyncEvent("pending", members)
    }

    /// A record on its way that this region cannot judge yet.
    static func pending(_ id: Digest, from peer: String, _ reason: String) -> SyncEvent {
        var members = record(id)
        members["peer"] = .string(peer)
        members["reason"] = .string(reason)
        return SyncEvent("pending", members)
    }

    /// A record that was received here and waits for this region's own policy.
    static func pending(_ id: Digest, _ reason: String) -> SyncEvent {
        var members = record(id)
        members["reason"] = .string(reason)
        return SyncEvent("pending", members)
    }

    /// A block that this region does not vote on yet.
    static func pending(_ chain: RegionName, height: Int, _ reason: String) -> SyncEvent {
        var members = block(chain, height)
        members["reason"] = .string(reason)
        return SyncEvent("pending", members)
    }

    /// `count` files, or lines of one file, that are of no use; `path` is the first, or that of their folder.
    static func ignored(_ peer: String, _ path: String, _ reason: String, count: Int = 1) -> SyncEvent {
        var members = file(peer, path)
        members["reason"] = .string(reason)
        if count > 1 { members["count"] = .integer(Int64(count)) }
        return SyncEvent("ignored", members)
    }

    static func quarantined(
        _ peer: String, _ path: String, _ code: ProblemCode, _ reason: String
    ) -> SyncEvent {
        var members = file(peer, path)
        members["code"] = .string(code.rawValue)
        members["reason"] = .string(reason)
        return SyncEvent("quarantined", isFault: true, members)
    }

    /// A chain has two roots at one size.
    static func fork(
        _ peer: String, _ path: String, _ chain: RegionName, size: Int, _ reason: String
    ) -> SyncEvent {
        var members = file(peer, path)
        members["chain"] = .string(chain.text)
        members["size"] = .integer(Int64(size))
        members["reason"] = .string(reason)
        return SyncEvent("fork", isFault: true, members)
    }

    /// Statements that cannot both be honest were found, or came from `peer`, and are kept.
    static func evidence(_ evidence: IndexedEvidence, from peer: String?) -> SyncEvent {
        var members: [String: JSON] = [
            "code": .string(evidence.code), "kind": .string(evidence.kind.rawValue),
            "file": .string(evidence.path), "reason": .string(evidence.reason),
            "signers": .array(evidence.signers.map { .string($0.text) }),
        ]
        if let chain = evidence.chain { members["chain"] = .string(chain.text) }
        if let height = evidence.height { members["height"] = .integer(Int64(height)) }
        if let peer { members["peer"] = .string(peer) }
        return SyncEvent("evidence", isFault: true, members)
    }

    /// A file of this region's own that is not what it should be.
    static func damaged(_ path: String, _ reason: String) -> SyncEvent {
        SyncEvent("damaged", isFault: true, ["file": .string(path), "reason": .string(reason)])
    }
}
