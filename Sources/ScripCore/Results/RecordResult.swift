public import ScripCrypto

/// What a command says of one record: the line of type `result`.
///
/// `{"type":"result","id":…,"status":…,"code"?,"reason"?,"waiting_for"?,"chain"?,"height"?,"index"?,"time"?,"votes"?,"record":{…}}`
public struct RecordResult: Sendable {
    /// Nil where no record could be read.
    public var id: Digest?
    public var status: RecordStatus
    public var code: RefusalCode?
    /// For a person.
    public var reason: String?
    /// The regions that must still attest or seal.
    public var waitingFor: [RegionName] = []
    public var place: RecordPlace?
    /// Voters by class, where the votes of the block are asked for: `valid`, or a code.
    public var votes: [String: [RegionName]]?
    /// The canonical line of the record.
    public var record: [UInt8]?
    /// Whether it waits for the policy of the region that says so. Not printed: `reason` says it.
    public var isDeferred = false
    /// The number of the input line, from 1, where it could not be read.
    public var line: Int?

    public init(id: Digest?, status: RecordStatus, record: [UInt8]?) {
        self.id = id
        self.status = status
        self.record = record
    }

    /// A refusal.
    public static func rejected(
        _ record: Record?, _ code: RefusalCode, reason: String, line: Int? = nil
    ) -> RecordResult {
        var result = RecordResult(id: record?.id, status: .rejected, record: record?.line)
        result.code = code
        result.reason = reason
        result.line = line
        return result
    }

    /// The line that is printed.
    public var json: JSON {
        .object(Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first })
    }

    /// The canonical bytes of `json`, for whoever prints many: the members are in their order already.
    public var canonical: [UInt8] { JSON.canonical(ordered: members, capacity: (record?.count ?? 0) + 320) }

    /// In the order of their keys.
    private var members: [(key: String, value: JSON)] {
        var members: [(key: String, value: JSON)] = []
        members.reserveCapacity(13)
        if let place { members.append(("chain", .string(place.chain.text))) }
        if let code { members.append(("code", .string(code.rawValue))) }
        if let place { members.append(("height", .integer(Int64(place.height)))) }
        if let id { members.append(("id", .string(id.hexadecimal))) }
        if let place { members.append(("index", .integer(Int64(place.index)))) }
        if let line { members.append(("line", .integer(Int64(line)))) }
        if let reason { members.append(("reason", .string(reason))) }
        if let record { members.append(("record", .raw(record))) }
        members.append(("status", .string(status.rawValue)))
        if let place { members.append(("time", .string(place.time.text))) }
        members.append(("type", "result"))
        if let votes {
            members.append(("votes", .object(votes.mapValues { .array($0.map { .string($0.text) }) })))
        }
        if !waitingFor.isEmpty {
            members.append(("waiting_for", .array(waitingFor.map { .string($0.text) })))
        }
        return members
    }
}

/// Where a record lies.
public struct RecordPlace: Sendable, Equatable {
    public let chain: RegionName
    public let height: Int
    /// The leaf index in the chain, from 0.
    public let index: Int
    /// The time of the block.
    public let time: Timestamp

    public init(chain: RegionName, height: Int, index: Int, time: Timestamp) {
        self.chain = chain
        self.height = height
        self.index = index
        self.time = time
    }
}
