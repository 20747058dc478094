public import ScripCore
public import ScripCrypto

/// A line that `verify` prints.
public enum VerificationLine: Sendable {
    case problem(Problem)
    case invalid(InvalidRecord)
    case conservation(ConservedBook)
    case chain(ChainReport)
    case summary(VerificationSummary)

    public var json: JSON {
        switch self {
        case .problem(let problem): problem.json
        case .invalid(let record): record.json
        case .conservation(let book): book.json
        case .chain(let report): report.json
        case .summary(let summary): summary.json
        }
    }
}

/// A fault that was found: a line
/// `{"chain"?,"code":"framing","file"?,"height"?,"index"?,"reason":…,"type":"problem"}`; of code `conservation` also
/// `"accounted","created","currency","issuer","series"?`.
public struct Problem: Sendable, Equatable {
    public let code: ProblemCode
    /// As a phrase for a person.
    public let reason: String
    /// Relative to the directory that was verified; nil where no single file is to blame.
    public let file: String?
    public let chain: RegionName?
    public let height: Int?
    /// The leaf index in the chain, from 0.
    public let index: Int?
    /// The books that do not balance, and the two sums that differ.
    public var book: BookKey?
    public var created: Int128?
    public var accounted: Int128?

    var json: JSON {
        var members: [String: JSON] = book?.members ?? [:]
        members["type"] = "problem"
        members["code"] = .string(code.rawValue)
        members["reason"] = .string(reason)
        if let created { members["created"] = .sum(created) }
        if let accounted { members["accounted"] = .sum(accounted) }
        if let file { members["file"] = .string(file) }
        if let chain { members["chain"] = .string(chain.text) }
        if let height { members["height"] = .integer(Int64(height)) }
        if let index { members["index"] = .integer(Int64(index)) }
        return .object(members)
    }
}

/// A sealed record that breaks a rule, which changes nothing and is no problem: a line
/// `{"chain":"north","code":"spent","height":4,"id"?,"index":31,"type":"invalid"}`.
public struct InvalidRecord: Sendable, Equatable {
    public let chain: RegionName
    public let height: Int
    /// The leaf index in the chain, from 0.
    public let index: Int
    /// Nil if the line is no record.
    public let id: Digest?
    public let code: RefusalCode

    var json: JSON {
        var members: [String: JSON] = [
            "type": "invalid", "chain": .string(chain.text), "height": .integer(Int64(height)),
            "index": .integer(Int64(index)), "code": .string(code.rawValue),
        ]
        if let id { members["id"] = .string(id.hexadecimal) }
        return .object(members)
    }
}

/// Whether an issuer's vouchers of a series and currency make and lose no value: a line
/// `{"currency":"CNY","expired":0,"issued":20000,"issuer":…,"outstanding":10000,"redeemed":10000,"refunded":0,"series"?,"type":"conservation","voided":0}`.
public struct ConservedBook: Sendable, Equatable {
    public let key: BookKey
    public let sums: ConservationSums

    var json: JSON {
        var members = key.members
        members.merge(sums.members) { $1 }
        members["type"] = "conservation"
        return .object(members)
    }
}

/// What was found of one chain: a line
/// `{"blocks":6,"chain":"north","confirmed":31,"pending":0,"problems":0,"records":25,"root":"<hex>","size":31,"type":"chain"}`.
public struct ChainReport: Sendable, Equatable {
    public let chain: RegionName
    /// Blocks that are valid, from the first on.
    public var blocks = 0
    /// Records in them.
    public var records = 0
    /// Of these, the ones that break a rule.
    public var invalid = 0
    /// Leaves of the chain up to the last valid block.
    public var size = 0
    /// Nil before the first block.
    public var root: Digest?
    /// The size below which every block has a certificate that agrees.
    public var confirmed = 0
    /// Good votes and certificates on blocks of this chain.
    public var votes = 0
    public var certificates = 0
    /// How much refers to something that is not here.
    public var pending = 0
    public var problems = 0

    init(chain: RegionName) { self.chain = chain }

    var json: JSON {
        var members: [String: JSON] = [
            "type": "chain", "chain": .string(chain.text), "blocks": .integer(Int64(blocks)),
            "records": .integer(Int64(records)), "size": .integer(Int64(size)),
            "confirmed": .integer(Int64(confirmed)), "pending": .integer(Int64(pending)),
            "problems": .integer(Int64(problems)),
        ]
        if let root { members["root"] = .string(root.hexadecimal) }
        return .object(members)
    }
}

/// The last line.
public struct VerificationSummary: Sendable, Equatable {
    public var chains = 0
    public var blocks = 0
    public var records = 0
    public var invalid = 0
    public var votes = 0
    public var certificates = 0
    public var pending = 0
    public var problems = 0
    /// Nothing is wrong.
    public var isGood: Bool { problems == 0 }

    var json: JSON {
        .object([
            "type": "summary", "ok": .boolean(isGood), "chains": .integer(Int64(chains)),
            "blocks": .integer(Int64(blocks)), "records": .integer(Int64(records)),
            "invalid": .integer(Int64(invalid)), "votes": .integer(Int64(votes)),
            "certificates": .integer(Int64(certificates)), "pending": .integer(Int64(pending)),
            "problems": .integer(Int64(problems)),
        ])
    }
}
