internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What the commands that write records share: the region whose charter they bind, its ledger where a head
/// has to be looked up, the keys, and where the records go. They take no lock and touch nothing.
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
        region = try invocation.openRegion(checksCharter: false)
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
        guard let found = region.charter.region(named: address.region) else {
            throw RequestFault(
                code: .badSignature, reason: "the federation has no region '\(address.region)'",
                status: .noInput)
        }
        guard found.role == .voter else {
            throw RequestFault(
                code: .badSignature, reason: "'\(address.region)' is an observer, which has no accounts",
                status: .noInput)
        }
    }

    func sign(_ draft: RecordDraft, _ key: Ed25519PrivateKey) throws(RequestFault) -> Record {
        do {
            return try draft.signed(with: key, genesis: region.genesis)
        } catch {
            throw .malformed(error.reason)
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

    /// Writes a record for each line of standard input. A line that cannot be used gets a result that says
    /// so, and the others go on; so they do where a key is missing, which is told on standard error.
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
                sink.note(.permission)
                invocation.diagnostics.report(
                    "\(lines.name):\(line.number)", "\(error.subject): \(error.message)")
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
