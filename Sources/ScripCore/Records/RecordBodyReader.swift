internal import ScripCrypto

/// Reading bodies: each field with its range and limit (format section 3).
extension RecordBody {
    init(type: RecordType, _ fields: inout FieldReader) throws(MalformedRecord) {
        switch type {
        case .accredit: self = .accredit(try Accreditation(&fields))
        case .issue: self = .issue(try Issue(&fields))
        case .trade: self = .trade(try Trade(&fields))
        case .redeem: self = .redeem(try Redemption(&fields))
        case .refund: self = .refund(try Refund(&fields))
        case .split: self = .split(try Split(&fields))
        case .void: self = .void(try Void(&fields))
        }
    }

    /// Throws unless each voucher stands once.
    static func refuseRepeats(_ vouchers: some Collection<VoucherID>) throws(MalformedRecord) {
        if vouchers.count > 1 && Set(vouchers).count != vouchers.count {
            throw MalformedRecord("a voucher stands twice in 'vouchers'")
        }
    }
}

extension Money {
    /// `{"amount":10000,"currency":"CNY"}`.
    init(_ value: JSONValue, _ key: StaticString) throws(MalformedRecord) {
        guard value.kind == .object else {
            throw MalformedRecord("'\(key)' is not an amount with its currency")
        }
        var fields = FieldReader(value)
        let amount = try fields.integer("amount")
        let code = try fields.text("currency")
        guard let currency = Currency(code) else {
            throw MalformedRecord("'\(code)' is not a currency code")
        }
        try fields.refuseOthers()
        guard let money = Money(amount: amount, currency: currency) else {
            throw MalformedRecord("'amount' is out of range")
        }
        self = money
    }
}

extension RecordBody.Accreditation {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        issuer = try fields.address("issuer")
        name = try fields.text("name")
        ref = try fields.text("ref")
        until = try fields.optionalTime("until")
        switch try fields.text("status") {
        case "active": isActive = true
        case "revoked": isActive = false
        default: throw MalformedRecord("'status' is neither active nor revoked")
        }
    }
}

extension RecordBody.Issue {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        issuer = try fields.address("issuer")
        var owners: [Share] = []
        var total = 0
        for element in try fields.list("owners", most: Record.vouchersMax) {
            var inner = FieldReader(element)
            let count = try inner.integer("count", in: 1...Int64(Record.vouchersMax))
            owners.append(Share(count: Int(count), owner: try inner.address("owner")))
            try inner.refuseOthers()
            total += Int(count)
        }
        guard total <= Record.vouchersMax else {
            throw MalformedRecord("more than \(Record.vouchersMax) vouchers in one record")
        }
        self.owners = owners
        terms = try Terms(&fields)
        let (product, overflow) = terms.value.amount.multipliedReportingOverflow(by: Int64(total))
        guard !overflow, product <= JSONDocument.integerMax else {
            throw MalformedRecord("value × count is more than 2^53 - 1")
        }
        ref = try fields.text("ref")
        deadline = try fields.optionalTime("deadline")
    }
}

extension Terms {
    /// Reads an object that holds terms alone, under the names that an `issue` record has for them.
    public init(_ value: JSONValue) throws(MalformedRecord) {
        var fields = FieldReader(value)
        try self.init(&fields)
        try fields.refuseOthers()
    }

    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        guard let value = fields.value("value") else { throw MalformedRecord("'value' is missing") }
        var redeemIn: [RegionName]?
        if let list = fields.value("redeem_in") {
            guard list.kind == .array else { throw MalformedRecord("'redeem_in' is not a list") }
            var regions: [RegionName] = []
            for element in list.elements {
                guard let region = element.text.flatMap({ RegionName($0) }) else {
                    throw MalformedRecord("'redeem_in' holds what is not a region name")
                }
                if let last = regions.last, last >= region {
                    throw MalformedRecord("'redeem_in' is not sorted, each region once")
                }
                regions.append(region)
            }
            if regions.isEmpty { throw MalformedRecord("'redeem_in' is empty") }
            redeemIn = regions
        }
        self.init(
            value: try Money(value, "value"), partial: try fields.boolean("partial"),
            transferable: try fields.boolean("transferable"), voidable: try fields.boolean("voidable"),
            series: try fields.optionalText("series"), starts: try fields.optionalTime("starts"),
            expires: try fields.optionalTime("expires"), redeemIn: redeemIn,
            text: try fields.optionalDigest("terms"))
    }
}

extension RecordBody.Trade {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        from = try fields.address("from")
        to = try fields.address("to")
        var vouchers: [RecordBody.HeadReference] = []
        for element in try fields.list("vouchers", most: Record.vouchersMax) {
            var inner = FieldReader(element)
            vouchers.append(.init(voucher: try inner.voucher("voucher"), head: try inner.digest("head")))
            try inner.refuseOthers()
        }
        try RecordBody.refuseRepeats(vouchers.map(\.voucher))
        self.vouchers = vouchers
        if let value = fields.value("price") { price = try Money(value, "price") } else { price = nil }
        deadline = try fields.time("deadline")
        memo = try fields.optionalText("memo")
    }
}

extension RecordBody.Redemption {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        holder = try fields.address("holder")
        merchant = try fields.address("merchant")
        var vouchers: [Item] = []
        for element in try fields.list("vouchers", most: Record.vouchersMax) {
            var inner = FieldReader(element)
            vouchers.append(
                Item(
                    voucher: try inner.voucher("voucher"), head: try inner.digest("head"),
                    amount: try inner.integer("amount")))
            try inner.refuseOthers()
        }
        try RecordBody.refuseRepeats(vouchers.map(\.voucher))
        self.vouchers = vouchers
        deadline = try fields.time("deadline")
        ref = try fields.optionalText("ref")
        memo = try fields.optionalText("memo")
    }
}

extension RecordBody.Refund {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        merchant = try fields.address("merchant")
        redemption = try fields.digest("redemption")
        var vouchers: [RecordBody.Part] = []
        for element in try fields.list("vouchers", most: Record.vouchersMax) {
            var inner = FieldReader(element)
            vouchers.append(
                .init(voucher: try inner.voucher("voucher"), amount: try inner.integer("amount")))
            try inner.refuseOthers()
        }
        try RecordBody.refuseRepeats(vouchers.map(\.voucher))
        self.vouchers = vouchers
        deadline = try fields.time("deadline")
        ref = try fields.optionalText("ref")
    }
}

extension RecordBody.Split {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        holder = try fields.address("holder")
        voucher = .init(voucher: try fields.voucher("voucher"), head: try fields.digest("head"))
        var amounts: [Int64] = []
        for element in try fields.list("amounts", most: Record.vouchersMax) {
            guard let amount = element.integer, amount >= 1 else {
                throw MalformedRecord("'amounts' holds what is not an amount")
            }
            amounts.append(amount)
        }
        guard amounts.count >= 2 else { throw MalformedRecord("'amounts' has fewer than 2 elements") }
        self.amounts = amounts
    }
}

extension RecordBody.Void {
    fileprivate init(_ fields: inout FieldReader) throws(MalformedRecord) {
        issuer = try fields.address("issuer")
        var vouchers: [VoucherID] = []
        for element in try fields.list("vouchers", most: Record.vouchersMax) {
            var inner = FieldReader(element)
            vouchers.append(try inner.voucher("voucher"))
            try inner.refuseOthers()
        }
        try RecordBody.refuseRepeats(vouchers)
        self.vouchers = vouchers
        reason = try fields.text("reason")
        deadline = try fields.time("deadline")
    }
}
