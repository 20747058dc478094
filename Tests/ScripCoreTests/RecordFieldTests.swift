import ScripCrypto
import Testing

@testable import ScripCore

/// Every field of every type of record, by the table of format section 3: missing, of another type, out of
/// range, at its limits; and fields that are not in the table.
@Suite struct RecordFieldTests {
    /// What a value may be.
    indirect enum Shape: Sendable {
        /// 1 to 256 bytes.
        case text
        case words([String])
        case digest, voucher, time, address, region, signature, boolean, currency
        case integer(ClosedRange<Int64>)
        case object([Field])
        /// At least `least` elements.
        case list(Shape, least: Int = 1)
    }

    struct Field: Sendable {
        let name: String
        let shape: Shape
        var isOptional = false

        init(_ name: String, _ shape: Shape, isOptional: Bool = false) {
            self.name = name
            self.shape = shape
            self.isOptional = isOptional
        }
    }

    private static let amount = Shape.integer(1...9_007_199_254_740_991)
    private static let money = Shape.object([Field("amount", amount), Field("currency", .currency)])

    private static func fields(_ type: RecordType) -> [Field] {
        let attest = Field(
            "attest",
            .list(.object([Field("region", .region), Field("sig", .signature), Field("time", .time)])),
            isOptional: true)
        let own: [Field] =
            switch type {
            case .accredit:
                [
                    Field("issuer", .address), Field("name", .text), Field("ref", .text),
                    Field("status", .words(["active", "revoked"])), Field("until", .time, isOptional: true),
                ]
            case .issue:
                [
                    attest, Field("deadline", .time, isOptional: true),
                    Field("expires", .time, isOptional: true), Field("issuer", .address),
                    Field(
                        "owners",
                        .list(.object([Field("count", .integer(1...4_096)), Field("owner", .address)]))),
                    Field("partial", .boolean), Field("redeem_in", .list(.region), isOptional: true),
                    Field("ref", .text), Field("series", .text, isOptional: true),
                    Field("starts", .time, isOptional: true), Field("terms", .digest, isOptional: true),
                    Field("transferable", .boolean), Field("value", money), Field("voidable", .boolean),
                ]
            case .trade:
                [
                    Field("accept", .object([Field("sig", .signature)]), isOptional: true), attest,
                    Field("deadline", .time), Field("from", .address), Field("memo", .text, isOptional: true),
                    Field("price", money, isOptional: true), Field("to", .address),
                    Field(
                        "vouchers", .list(.object([Field("head", .digest), Field("voucher", .voucher)]))),
                ]
            case .redeem:
                [
                    attest, Field("deadline", .time), Field("holder", .address),
                    Field("memo", .text, isOptional: true), Field("merchant", .address),
                    Field("ref", .text, isOptional: true),
                    Field(
                        "vouchers",
                        .list(
                            .object([
                                Field("amount", amount), Field("head", .digest), Field("voucher", .voucher),
                            ]))),
                ]
            case .refund:
                [
                    attest, Field("deadline", .time), Field("merchant", .address),
                    Field("redemption", .digest), Field("ref", .text, isOptional: true),
                    Field(
                        "vouchers", .list(.object([Field("amount", amount), Field("voucher", .voucher)]))),
                ]
            case .split:
                [
                    Field("amounts", .list(amount, least: 2)), Field("head", .digest),
                    Field("holder", .address), Field("voucher", .voucher),
                ]
            case .void:
                [
                    Field("deadline", .time), Field("issuer", .address), Field("reason", .text),
                    Field("vouchers", .list(.object([Field("voucher", .voucher)]))),
                ]
            }
        let common = [
            Field("id", .digest), Field("sig", .signature), Field("type", .words([type.rawValue])),
            Field("v", .integer(1...1)),
        ]
        return own + common
    }

    private struct Place {
        let path: [JSON.Step]
        let field: Field
    }

    /// Every field of a shape, at any depth.
    private static func places(_ field: Field, below path: [JSON.Step]) -> [Place] {
        places(inside: field.shape, at: path + [.member(field.name)])
            + [Place(path: path + [.member(field.name)], field: field)]
    }

    private static func places(inside shape: Shape, at path: [JSON.Step]) -> [Place] {
        switch shape {
        case .object(let fields): fields.flatMap { places($0, below: path) }
        case .list(let element, _):
            places(inside: element, at: path + [.element(0)])
                + [Place(path: path + [.element(0)], field: Field("", element))]
        default: []
        }
    }

    /// The paths of objects: where an unknown field could stand.
    private static func objects(_ fields: [Field]) -> [[JSON.Step]] {
        [[]]
            + fields.flatMap { places($0, below: []) }.compactMap {
                if case .object = $0.field.shape { $0.path } else { nil }
            }
    }

    /// Values of other types than the shape's.
    private static func otherTypes(_ shape: Shape) -> [JSON] {
        let all: [JSON] = [1, true, "x", .array([]), .array([1]), .object([:]), .object(["x": 1])]
        return all.filter { value in
            switch (shape, value) {
            case (.integer, .integer), (.boolean, .boolean), (.object, .object), (.list, .array): false
            case (.integer, _), (.boolean, _), (.object, _), (.list, _): true
            case (_, .string): false
            default: true
            }
        }
    }

    /// Values of the shape's type that it does not take.
    private static func bad(_ shape: Shape) throws -> [JSON] {
        let hex = SampleRecords.head
        let address = try Account("alice", at: "north").address.text
        let signature = Base64.encode([UInt8](repeating: 1, count: 64))
        switch shape {
        case .text:
            return ["", .string(text(257)), .string(text(256, of: "é") + "a"), .string(text(258, of: "é"))]
        case .words(let words):
            return ["", "x"]
                + words.flatMap {
                    [.string($0.uppercased()), .string($0 + " "), .string(String($0.dropLast()))]
                }
        case .digest:
            return [
                "", .string(String(hex.dropLast())), .string(hex + "5"), .string(hex.uppercased()),
                .string(hex.replacing("a", with: "g")), .string(String(hex.dropLast(32))),
                .string(" " + hex.dropFirst()), .string("0x" + hex.dropFirst(2)),
            ]
        case .voucher:
            let id = SampleRecords.vouchers[0]
            return [
                "", .string(String(id.dropLast())), .string(id + "0"), .string(id.uppercased()),
                .string(String(id.dropLast()) + "g"), .string(hex),
            ]
        case .time:
            return [
                "", "2026-11-20", "2026-11-20T10:00:00", "2026-11-20T10:00:00z", "2026-11-20t10:00:00Z",
                "2026-11-20 10:00:00Z", "2026-11-20T10:00Z", "2026-11-20T10:00:00.0Z",
                "2026-11-20T10:00:00+00:00", "2026-02-29T10:00:00Z", "2026-13-01T10:00:00Z",
                "2026-00-01T10:00:00Z", "2026-01-00T10:00:00Z", "2026-11-20T24:00:00Z",
                "2026-11-20T10:60:00Z", "2026-11-20T10:00:60Z", "0000-01-01T00:00:00Z",
                "10000-01-01T00:00:00Z", "2026-11-20T10:00:0\u{661}Z",
            ]
        case .address:
            let last = address.last == "q" ? "p" : "q"
            return [
                "", "north", .string(String(address.dropLast())), .string(address + "q"),
                .string(String(address.dropLast()) + last), .string(address.uppercased()),
                .string("south" + address.dropFirst(5)), .string(" " + address),
                .string(Bech32m.encode(prefix: "scrip", bytes: [UInt8](repeating: 1, count: 32))),
                .string(Bech32m.encode(prefix: "north", bytes: [UInt8](repeating: 1, count: 31))),
                .string(Bech32m.encode(prefix: "north", bytes: [UInt8](repeating: 1, count: 33))),
            ]
        case .region:
            return ["", "North", "scrip", "1north", "nor_th", "nörth", .string(text(32))]
        case .signature:
            return [
                "", .string(Base64.encode([UInt8](repeating: 1, count: 63))),
                .string(Base64.encode([UInt8](repeating: 1, count: 65))),
                .string(String(signature.dropLast(2))), .string(String(signature.dropLast(2)) + "\u{a0}"),
                // The bits that pad the last byte are zero.
                .string(String(signature.dropLast(3)) + "R=="),
                .string(signature.replacing("A", with: "-")), .string(" " + signature),
            ]
        case .currency:
            return ["", "CN", "cny", "1CNY", "CN¥", "\u{212a}RW", .string(text(13, of: "A")), "C Y"]
        case .integer(let range):
            return [0, -1, .integer(range.lowerBound - 1)]
                + (range.upperBound < JSONDocument.integerMax
                    ? [.integer(range.upperBound + 1), .integer(JSONDocument.integerMax)] : [])
        case .boolean: return []
        case .object: return [.object([:])]
        case .list: return [.array([])]
        }
    }

    /// Values at the limits that the shape takes.
    private static func good(_ shape: Shape) throws -> [JSON] {
        switch shape {
        case .text:
            [
                "a", .string(text(256)), .string(text(256, of: "é")), .string(text(256, of: "\u{1f602}")),
                " ",
                "\"\\/", "\u{202e}", "e\u{301}", "null", "\u{feff}",
            ]
        case .words(let words): words.map { .string($0) }
        case .digest:
            [.string(String(repeating: "0", count: 64)), .string(String(repeating: "f", count: 64))]
        case .voucher:
            [.string(String(repeating: "0", count: 32)), .string(String(repeating: "f", count: 32))]
        case .time: ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T00:00:00Z"]
        case .address:
            [
                try Account("someone", at: "z").json, try Account("someone", at: text(31)).json,
                // An address of a low-order key is well-formed.
                .string(
                    Address(region: try region("north"), key: Ed25519PublicKey(bytes: .zero)).text),
            ]
        case .region: ["a", "z-", "scrip-", .string(text(31))]
        case .signature: [.string(Base64.encode([UInt8](repeating: 255, count: 64)))]
        case .boolean: [true, false]
        case .currency: ["XXX", "A00", "ABCDEFGHIJKL", "EUR"]
        case .integer(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
        case .object, .list: []
        }
    }

    private static func text(_ byteCount: Int, of unit: String = "a") -> String {
        String(repeating: unit, count: byteCount / unit.utf8.count)
    }

    private let samples: SampleRecords

    init() throws { samples = try SampleRecords() }

    /// Changes one place of a good record's line, with the id and signature that go with the change.
    private func line(_ type: RecordType, _ path: [JSON.Step], _ value: JSON?) throws -> [UInt8] {
        let members = try samples.lineMembers(type)
        let key = try samples.signer(type)
        if path == [.member("id")] || path == [.member("sig")] {
            let complete = try JSONDocument(samples.line(members, signedBy: key), form: .canonical).root.json
            return complete.replacing(path[...], by: value).canonical
        }
        guard case .object(let changed) = JSON.object(members).replacing(path[...], by: value) else {
            return []
        }
        return samples.line(changed, signedBy: key)
    }

    private func reason(_ line: [UInt8]) -> String? {
        reasonMalformed { () throws(MalformedRecord) in _ = try samples.read(line) }
    }

    @Test(arguments: RecordType.allCases) func theSampleHasEveryField(_ type: RecordType) throws {
        let record = try samples.complete(type)
        #expect(record.type == type)
        guard case .object(let members) = try JSONDocument(record.line, form: .canonical).root.json else {
            return
        }
        var names = Set(Self.fields(type).map(\.name))
        if type == .void { #expect(!members.keys.contains("attest")) }
        if !names.contains("attest") { #expect(record.attestations.isEmpty) }
        names.subtract(members.keys)
        #expect(names.isEmpty)
        #expect(Set(members.keys).isSubset(of: Set(Self.fields(type).map(\.name))))
        #expect(reason(try line(type, [.member("type")], .string(type.rawValue))) == nil)
    }

    @Test(arguments: RecordType.allCases) func missingFields(_ type: RecordType) throws {
        for place in Self.fields(type).flatMap({ Self.places($0, below: []) }) {
            guard case .member(let name) = place.path.last else { continue }
            let reason = reason(try line(type, place.path, nil))
            // The buyer's acceptance goes with the price.
            let isOptional = place.field.isOptional && place.path != [.member("price")]
            if isOptional {
                #expect(reason == nil, "\(type) \(place.path)")
            } else if place.path == [.member("price")] {
                #expect(reason == "'accept' stands without a price")
            } else {
                #expect(reason == "'\(name)' is missing", "\(type) \(place.path)")
            }
        }
    }

    @Test(arguments: RecordType.allCases) func otherTypes(_ type: RecordType) throws {
        for place in Self.fields(type).flatMap({ Self.places($0, below: []) }) {
            for value in Self.otherTypes(place.field.shape) {
                #expect(reason(try line(type, place.path, value)) != nil, "\(type) \(place.path) \(value)")
            }
        }
    }

    @Test(arguments: RecordType.allCases) func outOfRange(_ type: RecordType) throws {
        for place in Self.fields(type).flatMap({ Self.places($0, below: []) }) {
            for value in try Self.bad(place.field.shape) {
                #expect(reason(try line(type, place.path, value)) != nil, "\(type) \(place.path) \(value)")
            }
        }
    }

    @Test(arguments: RecordType.allCases) func atTheLimits(_ type: RecordType) throws {
        for place in Self.fields(type).flatMap({ Self.places($0, below: []) }) {
            // The id is bound to the content; the order of lists and the total of an issue have tests of
            // their own.
            if place.path == [.member("id")] || place.path.first == .member("redeem_in") { continue }
            if place.path.first == .member("attest"), place.path.last == .member("region") { continue }
            if type == .issue, place.path.last == .member("amount") || place.path.last == .member("count") {
                continue
            }
            for value in try Self.good(place.field.shape) {
                let line = try line(type, place.path, value)
                #expect(reason(line) == nil, "\(type) \(place.path) \(value)")
                #expect(try samples.read(line).line == line)
            }
        }
    }

    @Test(arguments: RecordType.allCases) func unknownFields(_ type: RecordType) throws {
        let names = [
            "a", "zz", "id2", "memo", "price", "until", "deadline", "attest", "accept", "seen", "sig",
        ]
        for path in Self.objects(Self.fields(type)) {
            let known: [Field] = path.isEmpty ? Self.fields(type) : []
            for name in names where !known.contains(where: { $0.name == name }) {
                let members = JSON.object(try samples.lineMembers(type))
                let place = path + [JSON.Step.member(name)]
                if members[place[...]] != nil { continue }
                for value: JSON in ["x", 1, .array([]), .object([:])] {
                    let reason = reason(try line(type, place, value))
                    if path.isEmpty && (name == "accept" || name == "attest" || name == "sig") {
                        #expect(reason != nil, "\(type) \(place)")
                    } else {
                        #expect(reason == "unknown field '\(name)'", "\(type) \(place)")
                    }
                }
            }
        }
    }

    /// Attestations may stand on any record, as far as its form goes: that nobody asks for one on a split is
    /// for the signatures. The acceptance belongs to a price.
    @Test(arguments: RecordType.allCases) func acceptanceBelongsToAPrice(_ type: RecordType) throws {
        let sig = JSON.string(Base64.encode([UInt8](repeating: 1, count: 64)))
        var members = try samples.lineMembers(type)
        members["price"] = nil
        members["accept"] = .object(["sig": sig])
        #expect(
            reason(samples.line(members, signedBy: samples.alice.key)) == "'accept' stands without a price")
        members["accept"] = nil
        members["attest"] = .array([
            .object(["region": "east", "sig": sig, "time": .string(SampleRecords.time)])
        ])
        #expect(reason(samples.line(members, signedBy: samples.alice.key)) == nil)
    }

    @Test func typesAreThoseOfTheTable() throws {
        #expect(RecordType.allCases.count == 7)
        for name in ["Trade", "TRADE", "refusal", "block", "seal", "vote", "transfer", "trade "] {
            let reason = reason(try line(.trade, [.member("type")], .string(name)))
            #expect(reason == "the type '\(name)' is not known")
        }
        // The fields of one type are not those of another.
        for type in RecordType.allCases {
            for other in RecordType.allCases where other != type {
                #expect(reason(try line(type, [.member("type")], .string(other.rawValue))) != nil)
            }
        }
    }
}
