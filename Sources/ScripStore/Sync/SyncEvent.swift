public import ScripCore
internal import ScripCrypto

/// One thing that `sync` took over, did or found: the line of type `event`.
public struct SyncEvent: Sendable {
    public let event: String
    /// Whether it is a fault that makes `sync` exit 1.
    public let isFault: Bool
    private let members: [String: JSON]

    private init(_ event: String, isFault: Bool = false, _ members: [String: JSON]) {
        self.event = event
        self.isFault = isFault
        self.members = members
    }

    /// The line that is printed.
    public var json: JSON {
        var members = members
        members["type"] = "event"
        members["event"] = .string(event)
        return .object(members)
    }

    private static func block(_ chain: RegionName, _ height: Int) -> [String: JSON] {
        ["chain": .string(chain.text), "height": .integer(Int64(height))]
    }

    static func pulled(block: IndexedBlock, from peer: String) -> SyncEvent {
        var members = Self.block(block.chain, block.height)
        members["kind"] = "block"
        members["count"] = .integer(Int64(block.count))
        members["peer"] = .string(peer)
        return SyncEvent("pulled", members)
    }

    static func pulled(
        certificateOf chain: RegionName, height: Int, from peer: String
    ) -> SyncEvent {
        var members = block(chain, height)
        members["kind"] = "certificate"
        members["peer"] = .string(peer)
        return SyncEvent("pulled", members)
    }

    static func pulled(
        votesOf voter: RegionName, on chain: RegionName, _ heights: ClosedRange<Int>, from peer: String
    ) -> SyncEvent {
        SyncEvent(
            "pulled",
            [
                "kind": "votes", "voter": .string(voter.text), "chain": .string(chain.text),
                "height": .integer(Int64(heights.upperBound)), "count": .integer(Int64(heights.count)),
                "peer": .string(peer),
            ])
    }

    static func record(
        _ event: String, _ id: Digest, from peer: String, _ more: [String: JSON] = [:]
    ) -> SyncEvent {
        var members = more
        members["id"] = .string(id.hexadecimal)
        members["peer"] = .string(peer)
        return SyncEvent(event, members)
    }

    static func voted(_ chain: RegionName, height: Int) -> SyncEvent {
        SyncEvent("voted", block(chain, height))
    }

    static func confirmed(_ chain: RegionName, height: Int) -> SyncEvent {
        SyncEvent("confirmed", block(chain, height))
    }

    static func rejected(
        _ chain: RegionName, height: Int, _ index: Int, _ code: RefusalCode
    ) -> SyncEvent {
        var members = block(chain, height)
        members["index"] = .integer(Int64(index))
        members["code"] = .string(code.rawValue)
        return SyncEvent("rejected", members)
    }

    static func contradicted(_ chain: RegionName, height: Int) -> SyncEvent {
        var members = block(chain, height)
        members["code"] = "verdict"
        members["reason"] = "the certificate contradicts this region's own recomputation"
        return SyncEvent("disputed", isFault: true, members)
    }

    static func pending(_ peer: String, _ path: String, _ reason: String) -> SyncEvent {
        SyncEvent(
            "pending", ["peer": .string(peer), "file": .string(path), "reason": .string(reason)])
    }

    static func ignored(_ peer: String, _ path: String, _ reason: String) -> SyncEvent {
        SyncEvent(
            "ignored", ["peer": .string(peer), "file": .string(path), "reason": .string(reason)])
    }

    static func quarantined(
        _ peer: String, _ path: String, _ code: ProblemCode, _ reason: String
    ) -> SyncEvent {
        SyncEvent(
            code == .fork ? "fork" : "quarantined", isFault: true,
            [
                "peer": .string(peer), "file": .string(path), "code": .string(code.rawValue),
                "reason": .string(reason),
            ])
    }
}
