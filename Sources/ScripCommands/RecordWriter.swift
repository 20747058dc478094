internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What the commands that write records share: the region whose charter they bind, its ledger where a head
/// has to be looked up, the keys, and where the records go. They take no lock and touch nothing. Nothing is signed under a
/// charter that is not in force.
final class RecordWriter {
    /// The command, as diagnostics begin.
    let command: String
    let invocation: Invocation
    let region: RegionDirectory
    let sink: RecordSink
    /// The time of day.
    var now: Timestamp { invocation.now }

    private var openedLedger: Ledger?

    init(_ command: String, submits: Bool, _ invocation: Invocation) throws {
        self.command = command
        self.invocation = invocation
        region = try invocation.openRegion()
        sink = RecordSink(submits: submits, invocation)
    }

    /// Opened when it is first needed: a request may bring all that a record takes.
    func ledger() throws(StoreError) -> Ledger {
        if let openedLedger { return openedLedger }
        let ledger = try Ledger.open(region)
        openedLedger = ledger
        return ledger
    }

    /// Throws unless the address is at a region that has accounts: no record that names it could ever be
    /// valid.
    func requireAccount(_ address: Address) throws(RequestFault) {
        if region.charters.newestEpoch.voter(for: address.region) != nil { return }
        guard region.charter.region(named: address.region) != nil else {
            throw RequestFault(
                code: .badSignature,
                reason: region.charters.hasChain(address.region)
                    ? "the region '\(address.region)' was retired, and has no successor"
                    : "the federation has no region '\(address.region)'",
                status: .noInput)
        }
        throw RequestFault(
            code: .badSignature, reason: "'\(address.region)' is an observer, which has no accounts",
            status: .noInput)
    }

    func sign(_ draft: RecordDraft, _ key: Ed25519PrivateKey) throws(RequestFault) -> Record {
        do {
            return try draft.signed(with: key, genesis: region.genesis)
        } catch {
            throw .malformed(error.reason)
        }
    }

    /// What is known of the redemption or refund with this merchant and `ref`, whichever region seals it: a till
    /// that was cut off asks again and nothing happens twice. One that came to nothing does not stand in the way of
    /// another.
    func earlier(_ type: RecordType, _ merchant: Address, _ ref: String?) throws -> RecordResult? {
        guard let ref else { return nil }
        let reference = RecordReference(type: type, party: merchant, ref: ref)
        for chain in region.charters.chains {
            guard var result = try ledger().result(of: reference, sealedBy: chain),
                result.status != .rejected
            else { continue }
            result.reason = "already"
            return result
        }
        return nil
    }

    /// Throws unless an amount in `currency` is one of the voucher, whose currency is looked up if `known` is nil.
    func requireCurrency(
        _ currency: Currency, of voucher: VoucherID, known: Currency? = nil
    ) throws {
        var own = known
        if own == nil {
            guard let report = try ledger().voucher(voucher) else {
                throw RequestFault.unknownVoucher(voucher)
            }
            own = report.state.kind.terms.value.currency
        }
        if let own, own != currency {
            throw RequestFault.malformed("voucher \(voucher) is worth \(own), not \(currency)")
        }
    }

    /// Writes the record of the one request that the options make.
    func writeOne(_ write: () throws -> Void) throws -> ExitStatus {
        do {
            try write()
        } catch let fault as RequestFault {
            throw fault.error(command)
        }
        return try sink.finish()
    }

    /// Writes a record for each line of standard input. A line that cannot be used, or whose key is missing, gets a
    /// result that says so, and the others go on.
    func writeEach(_ write: (InputLine) throws -> Void) throws -> ExitStatus {
        let lines = InputLines(standardInput: {
            if StandardStream.input.isReady { return }
            try self.sink.flush()
            // What comes after a wait is looked up in the ledger as it is then.
            self.openedLedger = nil
        })
        while let line = try lines.next() {
            do {
                try write(line)
            } catch let fault as RequestFault {
                try refuse(line.number, of: lines.name, fault)
            } catch let error as StoreError where error.kind == .permission {
                let reason = "\(error.subject): \(error.message)"
                try sink.write(RecordResult.rejected(nil, .badSignature, reason: reason, line: line.number))
                sink.note(.permission)
                invocation.diagnostics.report("\(lines.name):\(line.number)", reason)
            }
        }
        return try sink.finish()
    }

    /// Answers a line that cannot be used.
    func refuse(_ line: Int, of input: String, _ fault: RequestFault) throws {
        try sink.write(RecordResult.rejected(nil, fault.code, reason: fault.reason, line: line))
        sink.note(fault.status)
        invocation.diagnostics.report("\(input):\(line)", fault.reason)
    }
}
