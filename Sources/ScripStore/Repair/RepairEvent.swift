public import ScripCore
internal import ScripCrypto

/// One thing that `repair` found or did: the line of type `event` (scrip-repair(1)). What it takes over is told by the
/// events of `sync`.
public struct RepairEvent: Sendable {
    public let json: JSON
    /// Whether something is left that is not as it should be.
    public let isFault: Bool

    private init(_ event: String, isFault: Bool = false, _ members: [String: JSON]) {
        var members = members
        members["type"] = "event"
        members["event"] = .string(event)
        json = .object(members)
        self.isFault = isFault
    }

    init(_ event: SyncEvent) {
        json = event.json
        isFault = event.isFault
    }

    /// A peer's folder was read, and it is a copy of that region's, as of that time.
    static func heard(_ peer: String, _ hint: HeadsNote?) -> RepairEvent {
        var members: [String: JSON] = ["peer": .string(peer)]
        if let hint {
            members["region"] = .string(hint.region.text)
            members["time"] = .string(hint.time.text)
        }
        return RepairEvent("heard", members)
    }

    /// A file that was no good was moved away.
    static func moved(_ path: String, to place: String) -> RepairEvent {
        RepairEvent(
            "moved", ["file": .string("\(RegionLayout.public)/\(path)"), "to": .string(place)])
    }

    /// An own attestation or refusal that a peer's outbox held.
    static func recovered(_ id: Digest, isRefusal: Bool, from peer: String) -> RepairEvent {
        RepairEvent(
            "recovered",
            [
                "id": .string(id.hexadecimal), "kind": isRefusal ? "refusal" : "attestation",
                "peer": .string(peer),
            ])
    }

    /// The charter came from a peer.
    static func charter(_ path: String, from peer: String) -> RepairEvent {
        RepairEvent("pulled", ["file": .string(path), "kind": "charter", "peer": .string(peer)])
    }

    /// A new high-water mark was written.
    static func marked(_ head: ChainHead) -> RepairEvent {
        RepairEvent(
            "marked",
            [
                "chain": .string(head.region.text), "height": .integer(Int64(head.height)),
                "size": .integer(Int64(head.size)), "root": .string(head.root.hexadecimal),
            ])
    }

    /// Something is wrong still.
    static func unrepaired(_ problem: Problem) -> RepairEvent {
        var members: [String: JSON] = [
            "code": .string(problem.code.rawValue), "reason": .string(problem.reason),
        ]
        if let file = problem.file { members["file"] = .string(file) }
        if let chain = problem.chain { members["chain"] = .string(chain.text) }
        if let height = problem.height { members["height"] = .integer(Int64(height)) }
        return RepairEvent("unrepaired", isFault: true, members)
    }

    static func unrepaired(_ file: String, _ reason: String) -> RepairEvent {
        RepairEvent("unrepaired", isFault: true, ["file": .string(file), "reason": .string(reason)])
    }
}
