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
        var members: [String: JSON] = ["type": "result", "status": .string(status.rawValue)]
        if let id { members["id"] = .string(id.hexadecimal) }
        if let code { members["code"] = .string(code.rawValue) }
        if let reason { members["reason"] = .string(reason) }
        if !waitingFor.isEmpty { members["waiting_for"] = .array(waitingFor.map { .string($0.text) }) }
        if let place {
            members["chain"] = .string(place.chain.text)
            members["height"] = .integer(Int64(place.height))
            members["index"] = .integer(Int64(place.index))
            members["time"] = .string(place.time.text)
        }
        if let votes {
            members["votes"] = .object(votes.mapValues { .array($0.map { .string($0.text) }) })
        }
        if let record { members["record"] = .raw(record) }
        if let line { members["line"] = .integer(Int64(line)) }
        return .object(members)
    }

    /// The canonical bytes of `json`, for whoever prints many: nothing is put together first and sorted.
    public var canonical: [UInt8] {
        var writer = CanonicalWriter(capacity: (record?.count ?? 0) + 320)
        writer.beginObject()
        if let place { writer.member("chain", place.chain.text) }
        if let code { writer.member("code", code.rawValue) }
        if let place { writer.member("height", place.height) }
        if let id { writer.member("id", id) }
        if let place { writer.member("index", place.index) }
        if let line { writer.member("line", line) }
        if let reason { writer.member("reason", reason) }
        if let record {
            writer.key("record")
            writer.raw(record)
        }
        writer.member("status", status.rawValue)
        if let place { writer.member("time", place.time.text) }
        writer.member("type", "result")
        if let votes {
            writer.key("votes")
            writer.raw(JSON.object(votes.mapValues { .array($0.map { .string($0.text) }) }).canonical)
        }
        if !waitingFor.isEmpty {
            writer.key("waiting_for")
            writer.beginArray()
            for region in waitingFor { writer.string(region.text) }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
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
