internal import ScripCore
internal import ScripCrypto

/// Reads one line of input as a request: the options' names as keys, or a voucher as `list` prints it. What
/// is absent is nil; what is there and wrong is thrown as `malformed`.
struct RequestReader {
    /// What a line of type `voucher` holds beside what a request needs.
    private static let voucherKeys: [StaticString] = [
        "certainty", "custodian", "expires", "head", "history", "issuer", "owner", "partial", "redeem_in",
        "remaining",
        "series", "starts", "status", "terms", "transferable", "type", "value", "voidable", "voucher",
    ]

    /// What a line of type `result` holds beside what a request needs.
    private static let resultKeys: [StaticString] = [
        "chain", "code", "height", "id", "index", "line", "reason", "record", "status", "time", "type",
        "votes", "waiting_for",
    ]

    /// What a record of type `redeem` holds.
    private static let redemptionKeys: [StaticString] = [
        "attest", "deadline", "holder", "id", "memo", "merchant", "ref", "sig", "type", "v", "vouchers",
    ]

    private let object: JSONValue

    /// What a line is by its own word.
    enum Form {
        case request
        /// A voucher, which holds more than a request.
        case voucher
        /// A result, which stands for its record.
        case result
        /// A record of type `redeem`.
        case redemption
    }

    let form: Form

    var isVoucher: Bool { form == .voucher }

    /// A request that may hold `keys`, and nothing else. With `allowsRedemptions`, a redemption may stand in its
    /// place, as a record, or as a result with more of `keys` beside it.
    init(
        _ line: InputLine, keys: [StaticString], allowsVouchers: Bool, allowsRedemptions: Bool = false
    ) throws(RequestFault) {
        if line.isTooLong {
            throw .malformed("the line is longer than \(InputLines.lineBytesMax) bytes")
        }
        do {
            object = try JSONDocument(line.bytes, form: .any).root
        } catch {
            throw .malformed("\(error.reason) (byte \(error.offset + 1))")
        }
        guard object.kind == .object else { throw .malformed("the line is not a JSON object") }
        let type = object.member("type")?.text
        let known: [StaticString]
        switch type {
        case "voucher" where allowsVouchers: (form, known) = (.voucher, keys + Self.voucherKeys)
        case "result" where allowsRedemptions: (form, known) = (.result, keys + Self.resultKeys)
        case "redeem" where allowsRedemptions: (form, known) = (.redemption, Self.redemptionKeys)
        default:
            guard object.member("type") == nil else {
                throw .malformed("a line of type '\(type ?? "")' is no request")
            }
            (form, known) = (.request, keys)
        }
        guard object.hasOnly(known) else {
            let names = known.map { $0.description }
            let stranger = object.members.first { !names.contains($0.key) }?.key ?? ""
            throw .malformed("'\(stranger)' is no field of a request")
        }
    }

    /// A part of a request.
    init(_ value: JSONValue, _ key: StaticString, keys: [StaticString]) throws(RequestFault) {
        guard value.kind == .object, value.hasOnly(keys) else {
            throw .malformed("'\(key)' holds what it should not")
        }
        object = value
        form = .request
    }

    /// An object of a file of codes, which may hold more than is asked for.
    init(_ object: JSONValue) {
        self.object = object
        form = .request
    }

    func value(_ key: StaticString) -> JSONValue? { object.member(key) }

    func has(_ key: StaticString) -> Bool { object.member(key) != nil }

    func text(_ key: StaticString) throws(RequestFault) -> String? {
        guard let value = object.member(key) else { return nil }
        guard let text = value.text else { throw .malformed("'\(key)' is not a string") }
        return text
    }

    func boolean(_ key: StaticString) throws(RequestFault) -> Bool? {
        guard let value = object.member(key) else { return nil }
        guard let boolean = value.boolean else { throw .malformed("'\(key)' is neither true nor false") }
        return boolean
    }

    func integer(_ key: StaticString) throws(RequestFault) -> Int64? {
        guard let value = object.member(key) else { return nil }
        guard let integer = value.integer else { throw .malformed("'\(key)' is not an integer") }
        return integer
    }

    /// An amount without its currency.
    func minorUnits(_ key: StaticString) throws(RequestFault) -> Int64? {
        guard let minorUnits = try integer(key) else { return nil }
        return try Self.minorUnits(minorUnits, key)
    }

    static func minorUnits(_ minorUnits: Int64, _ key: StaticString) throws(RequestFault) -> Int64 {
        guard (1...Money.amountMax).contains(minorUnits) else {
            throw .malformed("'\(key)' holds \(minorUnits), and an amount is 1 to \(Money.amountMax)")
        }
        return minorUnits
    }

    func elements(_ key: StaticString) throws(RequestFault) -> [JSONValue]? {
        guard let value = object.member(key) else { return nil }
        guard value.kind == .array else { throw .malformed("'\(key)' is not a list") }
        return value.elements
    }

    func address(_ key: StaticString) throws(RequestFault) -> Address? {
        guard let text = try text(key) else { return nil }
        do {
            return try Address(parsing: text)
        } catch {
            throw .malformed("'\(key)' is not an address: \(error)")
        }
    }

    func digest(_ key: StaticString) throws(RequestFault) -> Digest? {
        guard let text = try text(key) else { return nil }
        guard let digest = Digest(hexadecimal: Array(text.utf8)) else {
            throw .malformed("'\(key)' is not 64 lower-case hexadecimal digits")
        }
        return digest
    }

    func voucher(_ key: StaticString) throws(RequestFault) -> VoucherID? {
        guard let text = try text(key) else { return nil }
        return try Self.voucher(text, key)
    }

    static func voucher(_ text: String, _ key: StaticString) throws(RequestFault) -> VoucherID {
        guard let id = VoucherID(text) else {
            throw .malformed("'\(key)' holds what is not 32 lower-case hexadecimal digits")
        }
        return id
    }

    func time(_ key: StaticString) throws(RequestFault) -> TimeArgument? {
        guard let text = try text(key) else { return nil }
        guard let time = TimeArgument(text) else {
            throw .malformed("'\(key)' is no time like 2026-11-20T10:00:00Z or +72h")
        }
        return time
    }

    /// As `time`, for what was written out before, and so is not relative.
    func timestamp(_ key: StaticString) throws(RequestFault) -> Timestamp? {
        guard let text = try text(key) else { return nil }
        guard let time = Timestamp(text) else {
            throw .malformed("'\(key)' is no time like 2026-11-20T10:00:00Z")
        }
        return time
    }

    /// `"100.00CNY"` as on the command line, or `{"amount":10000,"currency":"CNY"}` as in records.
    func money(_ key: StaticString) throws(RequestFault) -> Money? {
        guard let value = object.member(key) else { return nil }
        if let text = value.text {
            do {
                return try Money(parsing: text)
            } catch {
                throw .malformed("'\(key)': \(error)")
            }
        }
        guard value.hasOnly(["amount", "currency"]), let amount = value.member("amount")?.integer,
            let currency = value.member("currency")?.text.flatMap({ Currency($0) }),
            let money = Money(amount: amount, currency: currency)
        else { throw .malformed("'\(key)' is not an amount with its currency") }
        return money
    }
}
