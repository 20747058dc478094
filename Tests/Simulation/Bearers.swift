internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What people do with bearer codes: shops print them, holders redeem and trade what they are worth, mistype them, use
/// them twice and in two regions at once, and try with codes that are not those of the voucher.
extension Federation {
    func useCodes() throws {
        if requests.codes.isEmpty || dice.chance(25) {
            let shops = accounts.shops.keys.filter { !lost.contains($0) }.sorted()
            return try printCodes(at: try region(dice.pick(shops)))
        }
        switch dice.number(0..<10) {
        case 0..<4: try spendByCode()
        case 4..<7: try spendTwiceByCode()
        case 7: try mistype()
        case 8: try spendByCodeOfNobody()
        default: try spendByAnotherCode()
        }
    }

    // MARK: Shops

    /// The shop of a region issues vouchers to codes; the file of codes comes first.
    func printCodes(at region: SimulatedRegion) throws {
        let keeper = dice.chance(70) ? region.name : dice.pick(accounts.shops.keys.sorted())
        let path = "\(region.home)/codes/\(codeFiles.count + 1)"
        guard let codes = try codes(dice.number(1..<4), path, at: region) else { return }
        codeFiles.note(codes, path: path)
        let record = try requests.issue(&dice, from: region.name, to: codes, in: keeper, deadline())
        try bring(record, to: region.name, "bearer issue")
    }

    /// Whoever was interrupted asks again for the same, a few times; nil if that never came to an end.
    private func codes(_ count: Int, _ path: String, at region: SimulatedRegion) throws -> [BearerCode]? {
        for _ in 0..<4 {
            var made: (codes: [BearerCode], isTakenUp: Bool) = ([], false)
            let ending = try run(region, "issue --bearer", isRare: true, isOfRegion: false) { world in
                made = try CodeFiles.codes(count, path: path, world: world)
            }
            guard case .done = ending else { continue }
            hits.add(made.isTakenUp ? "files of codes taken up again" : "files of codes made")
            return made.codes
        }
        return nil
    }

    // MARK: Holders

    /// What a code is worth by what a region knows, of the vouchers that nothing is in the way of.
    private func held(_ code: BearerCode, at name: RegionName) throws -> [VoucherState] {
        let region = try region(name)
        var states: [VoucherState] = []
        let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
        try ledger.forEachVoucher(VoucherFilter(ownerKey: code.key.publicKey)) { report in
            if report.status == .held { states.append(report.state) }
            return true
        }
        return states
    }

    /// Somebody types a code at a till: what it is worth there, and the merchant.
    private func present() throws -> (code: BearerCode, state: VoucherState, till: Accounts.Account)? {
        let till = dice.pick(accounts.all.filter { !lost.contains($0.address.region) })
        for _ in 0..<4 {
            let code = try BearerCode(parsing: TypedCodes.right(dice.pick(requests.codes), &dice))
            let states = try held(code, at: till.address.region)
            if !states.isEmpty { return (code, dice.pick(states), till) }
        }
        hits.add("code of nothing that can be used")
        return nil
    }

    private func part(_ state: VoucherState) -> Int64 {
        dice.chance(50) ? state.remaining : Int64(dice.number(1..<Int(state.remaining) + 1))
    }

    private func spendByCode() throws {
        guard let (code, state, till) = try present() else { return }
        if dice.chance(60) {
            let record = try requests.redeem(
                state, part(state), by: code.key, at: till.address, deadline())
            try bring(record, to: till.address.region, "code redeemed")
            return
        }
        // To somebody, or to the code's own account in another region.
        let isRelocation = dice.chance(40)
        let buyer =
            isRelocation ? Address(region: till.address.region, key: code.key.publicKey) : till.address
        if buyer == state.owner { return }
        let record = try requests.trade(state, by: code.key, to: buyer, deadline())
        try bring(record, to: state.owner.region, isRelocation ? "code relocated" : "code traded")
    }

    /// Two people have the code, or one is in a hurry: two records that cannot both be good are brought to two regions
    /// before either hears of the other, or to one.
    private func spendTwiceByCode() throws {
        guard let (code, state, till) = try present() else { return }
        let others = accounts.all.filter {
            !lost.contains($0.address.region) && $0.address.region != till.address.region
        }
        let isElsewhere = !others.isEmpty && dice.chance(60)
        let second = isElsewhere ? dice.pick(others) : till
        let kind = isElsewhere ? "code used in two regions" : "code used again"
        var pair: [Digest] = []
        for merchant in [till, second] {
            let record = try requests.redeem(
                state, part(state), by: code.key, at: merchant.address, deadline())
            try admit([record], at: someSelf(of: try region(merchant.address.region)), kind)
            pair.append(record.id)
        }
        codeRaces.append((kind, pair[0], pair[1]))
    }

    // MARK: Wrong codes

    private func mistype() throws {
        let text = TypedCodes.wrong(dice.pick(requests.codes), &dice)
        if (try? BearerCode(parsing: text)) != nil {
            throw Violation("a code with a typing mistake is taken for another code")
        }
        hits.add("code mistyped, and refused")
    }

    private func spendByCodeOfNobody() throws {
        guard let code = BearerCode(dice.bytes(BearerCode.byteCount)) else { return }
        let till = dice.pick(accounts.all.filter { !lost.contains($0.address.region) })
        if try !held(code, at: till.address.region).isEmpty {
            throw Violation("a code that nobody printed is worth something in \(till.address.region)")
        }
        hits.add("code of nobody, worth nothing")
        try spend(with: code, "code of nobody")
    }

    private func spendByAnotherCode() throws {
        try spend(with: dice.pick(requests.codes), "code of another voucher")
    }

    /// A code signs for a voucher that is another's: under that one's name, or under its own.
    private func spend(with code: BearerCode, _ kind: String) throws {
        guard let (owner, state, till) = try present(), owner.key.publicKey != code.key.publicKey else {
            return
        }
        let isForged = dice.chance(50)
        let holder =
            isForged ? state.owner : Address(region: state.owner.region, key: code.key.publicKey)
        let record = try requests.redeem(
            state, part(state), of: holder, by: code.key, at: till.address, deadline())
        let results = try bring(record, to: till.address.region, kind)
        for result in results where result.status != .rejected {
            // Who does not know the voucher passes on what is signed well; who seals it must not take it.
            if isForged || result.status == .admitted {
                throw Violation("a voucher is spent with \(kind): \(result.status)")
            }
        }
    }

    // MARK: The end

    /// Codes are where they were printed, are worth in every region what the model says, and of two records by one code
    /// one is good at most.
    func concludeCodes() throws {
        try codeFiles.check()
        hits.add("files of codes still there", codeFiles.count)
        for (kind, first, second) in codeRaces {
            switch [first, second].count(where: { witness.model.records.contains($0.hexadecimal) }) {
            case 2:
                // Both were good of what they took if one built on the other, and neither did.
                throw Violation("one head was redeemed twice with a code, by \(first.hexadecimal)")
            case 1: hits.add("\(kind): one confirmed")
            default: hits.add("\(kind): none confirmed")
            }
        }
    }

    func compareCodes(_ region: SimulatedRegion) throws {
        let ledger = try Ledger.open(try RegionDirectory(path: region.path, world: region.world))
        for code in requests.codes {
            let key = code.key.publicKey
            let addresses = Set(names.map { Address(region: $0, key: key).text })
            var worth: [String: Int] = [:]
            try ledger.forEachVoucher(VoucherFilter(ownerKey: key)) { report in
                worth[report.state.id.description] = Int(report.state.remaining)
                return true
            }
            let expected = witness.model.vouchers.filter { addresses.contains($0.value.owner) }
                .mapValues(\.remaining)
            if worth != expected {
                throw Violation("\(region.name) says of a code \(worth), the model \(expected)")
            }
        }
        hits.add("codes compared with the model", requests.codes.count)
    }
}
