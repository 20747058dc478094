public import ScripCrypto

/// What an issue fixes for all its vouchers and their descendants (protocol section 4).
public struct Terms: Sendable, Equatable, Hashable {
    /// What one issued voucher is worth.
    public let value: Money
    /// Whether a part may be redeemed, and the voucher split.
    public let partial: Bool
    public let transferable: Bool
    public let voidable: Bool
    public let series: String?
    /// Redeemable from this moment, inclusive.
    public let starts: Timestamp?
    /// Good to this moment, inclusive.
    public let expires: Timestamp?
    /// The regions whose merchants may take it, sorted; nil means all.
    public let redeemIn: [RegionName]?
    /// SHA-256 of the text of the conditions.
    public let text: Digest?

    public init(
        value: Money, partial: Bool, transferable: Bool, voidable: Bool, series: String?, starts: Timestamp?,
        expires: Timestamp?, redeemIn: [RegionName]?, text: Digest?
    ) {
        self.value = value
        self.partial = partial
        self.transferable = transferable
        self.voidable = voidable
        self.series = series
        self.starts = starts
        self.expires = expires
        self.redeemIn = redeemIn
        self.text = text
    }

    // Swift compares texts by canonical equivalence; the wire compares bytes. Two series that only look alike
    // are two kinds of voucher.
    public static func == (left: Terms, right: Terms) -> Bool {
        left.value == right.value && left.partial == right.partial && left.transferable == right.transferable
            && left.voidable == right.voidable && left.starts == right.starts && left.expires == right.expires
            && left.redeemIn == right.redeemIn && left.text == right.text
            && (left.series == nil) == (right.series == nil)
            && (left.series ?? "").utf8.elementsEqual((right.series ?? "").utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(value)
        hasher.combine(series)
        hasher.combine(starts)
        hasher.combine(expires)
        hasher.combine(text)
    }

    /// The members under the names that an `issue` record has for them.
    public var members: [String: JSON] {
        var members: [String: JSON] = [
            "value": value.json, "partial": .boolean(partial), "transferable": .boolean(transferable),
            "voidable": .boolean(voidable),
        ]
        if let series { members["series"] = .string(series) }
        if let starts { members["starts"] = .string(starts.text) }
        if let expires { members["expires"] = .string(expires.text) }
        if let redeemIn { members["redeem_in"] = .array(redeemIn.map { .string($0.text) }) }
        if let text { members["terms"] = .string(text.hexadecimal) }
        return members
    }
}

extension Money {
    /// `{"amount":10000,"currency":"CNY"}`.
    public var json: JSON { .object(["amount": .integer(amount), "currency": .string(currency.text)]) }
}
