internal import ScripCore
internal import ScripCrypto

/// What to issue: from the command line, or from a line of input over what the command line says.
struct IssueRequest {
    struct Share {
        let count: Int64
        let owner: Address
    }

    var issuer: Address?
    var to: [Address] = []
    var count: Int64?
    var owners: [Share]?
    var value: Money?
    var series: String?
    var starts: TimeArgument?
    var expires: TimeArgument?
    var partial = false
    var voidable = false
    var noTransfer = false
    var redeemIn: [RegionName]?
    var terms: Digest?
    var ref: String?
    var deadline: TimeArgument?

    private static let keys: [StaticString] = [
        "count", "deadline", "expires", "issuer", "no_transfer", "owners", "partial", "redeem_in", "ref",
        "series",
        "starts", "terms", "to", "value", "voidable",
    ]

    /// This request with what `line` says in place of what it says itself.
    func reading(_ line: InputLine) throws(RequestFault) -> IssueRequest {
        let reader = try RequestReader(line, keys: Self.keys, allowsVouchers: false)
        var request = self
        request.issuer = try reader.address("issuer") ?? issuer
        request.value = try reader.money("value") ?? value
        request.series = try reader.text("series") ?? series
        request.starts = try reader.time("starts") ?? starts
        request.expires = try reader.time("expires") ?? expires
        request.partial = try reader.boolean("partial") ?? partial
        request.voidable = try reader.boolean("voidable") ?? voidable
        request.noTransfer = try reader.boolean("no_transfer") ?? noTransfer
        request.terms = try reader.digest("terms") ?? terms
        request.ref = try reader.text("ref") ?? ref
        request.deadline = try reader.time("deadline") ?? deadline
        if let elements = try reader.elements("redeem_in") {
            request.redeemIn = try Self.regions(elements.map(\.text))
        }
        try request.readOwners(reader)
        return request
    }

    private mutating func readOwners(_ reader: RequestReader) throws(RequestFault) {
        if let elements = try reader.elements("owners") {
            guard !reader.has("to"), !reader.has("count") else {
                throw .malformed("'owners' stands beside 'to' or 'count'; it says both")
            }
            var shares: [Share] = []
            for element in elements {
                let inner = try RequestReader(element, "owners", keys: ["count", "owner"])
                guard let owner = try inner.address("owner") else {
                    throw .malformed("'owners' lacks an 'owner'")
                }
                shares.append(Share(count: try inner.integer("count") ?? 1, owner: owner))
            }
            owners = shares
            return
        }
        count = try reader.integer("count") ?? count
        if let elements = reader.value("to")?.elements, !elements.isEmpty {
            to = []
            for element in elements {
                do {
                    to.append(try Address(parsing: element.text ?? ""))
                } catch {
                    throw .malformed("'to' is not an address: \(error)")
                }
            }
        } else if let address = try reader.address("to") {
            to = [address]
        }
    }

    /// Names of regions, sorted, each once, as a record has them.
    static func regions(_ names: [String?]) throws(RequestFault) -> [RegionName] {
        var regions: Set<RegionName> = []
        for name in names {
            guard let region = name.flatMap({ RegionName($0) }) else {
                throw .malformed("'redeem_in' holds what is no name of a region")
            }
            regions.insert(region)
        }
        return regions.sorted()
    }

    /// The record that is asked for, before it is signed by `issuer`.
    ///
    /// With a `ref`, the same request gives the same record whenever it is made, so nothing in it may depend
    /// on the time: relative times are refused, and so is a deadline that is needed and not given.
    func draft(
        issuer: Address, now: Timestamp, randomRef: () -> String
    ) throws(RequestFault) -> RecordDraft {
        let shares = owners ?? to.map { Share(count: count ?? 1, owner: $0) }
        guard !shares.isEmpty else { throw .malformed("no owner is named; give 'to'") }
        guard let value else { throw .malformed("'value' is missing") }
        let waits = shares.contains { $0.owner.region != issuer.region }
        if ref != nil {
            for (name, time) in [("starts", starts), ("expires", expires), ("deadline", deadline)] {
                guard let time, time.isRelative else { continue }
                throw .malformed(
                    "with a ref '\(name)' must be a time like 2026-11-20T10:00:00Z, so that asking again "
                        + "gives the same record")
            }
            if waits && deadline == nil {
                throw .malformed(
                    "another region must attest, so a deadline is needed, and with a ref it must be given as "
                        + "a time like 2026-11-20T10:00:00Z")
            }
        }
        var members: [String: JSON] = [
            "issuer": .string(issuer.text),
            "owners": .array(
                shares.map { .object(["count": .integer($0.count), "owner": .string($0.owner.text)]) }),
            "value": value.json, "partial": .boolean(partial), "transferable": .boolean(!noTransfer),
            "voidable": .boolean(voidable), "ref": .string(ref ?? randomRef()),
        ]
        if let series { members["series"] = .string(series) }
        if let starts { members["starts"] = .string(starts.time(now: now).text) }
        if let expires { members["expires"] = .string(expires.time(now: now).text) }
        if let redeemIn { members["redeem_in"] = .array(redeemIn.map { .string($0.text) }) }
        if let terms { members["terms"] = .string(terms.hexadecimal) }
        if let deadline {
            members["deadline"] = .string(deadline.time(now: now).text)
        } else if waits {
            members["deadline"] = .string(DefaultDeadline.time(now: now).text)
        }
        return RecordDraft(type: .issue, members: members)
    }
}
