internal import ArgumentParser
internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// `scrip accept`: adds the buyer's signature to trades that have a price.
struct AcceptCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", _superCommandName: "scrip",
        abstract: "Add the buyer's signature to trades that have a price.",
        discussion:
            "Reads records from standard input and prints them all. Whoever accepts a trade owes its price.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @OptionGroup var keys: KeyOptions

    @Flag(help: "Admit the records at once.")
    var submit = false

    @Argument(help: ArgumentHelp("Standard input, which is read anyway.", valueName: "-"))
    var input: String?

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        guard input == nil || input == "-" else {
            throw StoreError(
                .usage, "accept", "'\(input ?? "")' is not '-'; records come from standard input")
        }
        let writer = try RecordWriter("accept", submits: submit, invocation)
        let keyring = try keys.keyring(for: "accept", readsInput: true, world: invocation.world)
        let prefix = Record.signedPrefix(genesis: writer.region.genesis)
        return try writer.writeEach { line in
            switch RecordInput(line) {
            case .malformed(let reason): throw RequestFault.malformed(reason)
            case .result(let result, let status): try writer.sink.pass(result, status)
            case .record(let bytes):
                let record = try Self.read(bytes, prefix)
                try accept(record, keyring, writer)
            }
        }
    }

    private static func read(_ bytes: [UInt8], _ prefix: [UInt8]) throws(RequestFault) -> Record {
        do {
            return try Record.reading(bytes, signedPrefix: prefix)
        } catch {
            throw .malformed(error.reason)
        }
    }

    private func accept(_ record: Record, _ keyring: Keyring, _ writer: RecordWriter) throws {
        guard case .trade(let trade) = record.body, trade.price != nil, record.accept == nil else {
            return try writer.sink.write(record)
        }
        guard trade.from.key.isValid(record.signature, for: record.signedBytes) else {
            return try writer.sink.write(
                RecordResult.rejected(record, .badSignature, reason: "the seller's signature is not good"))
        }
        let key = try keyring.key(for: trade.to)
        try writer.sink.write(try record.accepted(by: key, genesis: writer.region.genesis))
    }
}
