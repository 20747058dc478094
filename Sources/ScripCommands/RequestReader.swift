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

    private let object: JSONValue

    /// Whether the line says of itself that it is a voucher, so that it holds more than a request.
    let isVoucher: Bool

    /// A request that may hold `keys`, and nothing else.
    init(
        _ line: InputLine, keys: [StaticString], allowsVouchers: Bool
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
        isVoucher = type == "voucher"
        guard object.member("type") == nil || (isVoucher && allowsVouchers) else {
            throw .malformed("a line of type '\(type ?? "")' is no request")
        }
        let known = isVoucher ? keys + Self.voucherKeys : keys
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
        isVoucher = false
    }

    /// An object of a file of codes, which may hold more than is asked for.
    init(_ object: JSONValue) {
        self.object = object
        isVoucher = false
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
