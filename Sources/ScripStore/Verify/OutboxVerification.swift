internal import ScripCore
internal import ScripCrypto

/// Checks the files of the outbox: records on their way, and refusals. Whether the records are valid is not asked; it
/// shows when they are sealed.
final class OutboxVerification {
    private let context: VerificationContext
    private let pipeline: OrderedPipeline<[String?]>
    private var batches = Queue<(path: String, firstLine: Int)>()

    private static let fileBytesMax = 1 << 40
    private static let linesPerJob = 64
    private static let jobBytesMax = 256 << 10

    init(_ context: VerificationContext) {
        self.context = context
        pipeline = OrderedPipeline(context.workers)
    }

    func run(_ folder: WalkedFolder) throws {
        for (text, _) in try folder.names({ OutboxFileName($0) }) {
            guard let file = try folder.file(text, limit: Self.fileBytesMax) else { continue }
            try read(LineStream(file, lineBytesMax: Record.lineBytesMax), folder.path(of: text))
        }
        while let faults = pipeline.next() { try take(faults) }
    }

    private func read(_ lines: LineStream, _ path: String) throws {
        var count = 0
        var batch: [[UInt8]] = []
        var bytes = 0
        do {
            while let line = try lines.next() {
                count += 1
                batch.append(line)
                bytes += line.count
                if batch.count == Self.linesPerJob || bytes > Self.jobBytesMax {
                    try submit(batch, path, firstLine: count - batch.count + 1)
                    batch = []
                    bytes = 0
                }
            }
        } catch let fault as LineStream.Fault {
            switch fault {
            case .tooLong: try problem(path, count + 1, "it is longer than \(Record.lineBytesMax) bytes")
            case .cutOff: try problem(path, count + 1, "it is cut off")
            case .file(let error):
                try context.findings.problem(.file, path, "it cannot be read: \(error)")
            }
        }
        if !batch.isEmpty { try submit(batch, path, firstLine: count - batch.count + 1) }
    }

    private func problem(_ path: String, _ line: Int, _ reason: String) throws {
        try context.findings.problem(.outbox, path, "line \(line): \(reason)")
    }

    private func submit(_ lines: [[UInt8]], _ path: String, firstLine: Int) throws {
        if pipeline.isFull, let faults = pipeline.next() { try take(faults) }
        batches.append((path, firstLine))
        let check = OutboxLineCheck(context.charters)
        pipeline.submit { lines.map { check.fault($0) } }
    }

    private func take(_ faults: [String?]) throws {
        guard let (path, firstLine) = batches.takeFirst() else { return }
        for (number, fault) in faults.enumerated() {
            if let fault { try problem(path, firstLine + number, fault) }
        }
    }
}

/// What a line of an outbox file must be.
struct OutboxLineCheck: Sendable {
    private let charters: CharterHistory
    private let signedPrefix: [UInt8]
    /// Those of the newest epoch first.
    private let rules: [SignatureRules]

    init(_ charters: CharterHistory) {
        self.charters = charters
        signedPrefix = Record.signedPrefix(genesis: charters.genesis)
        // Which chain seals does not matter to the signatures alone.
        rules = charters.epochs.reversed().compactMap { epoch in
            epoch.charter.voters.first.map {
                SignatureRules(epoch: epoch, genesis: charters.genesis, sealing: $0.name)
            }
        }
    }

    /// What is wrong with a line, as a phrase; nil if nothing is.
    func fault(_ line: [UInt8]) -> String? {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(line, form: .canonical)
        } catch {
            return "\(error.reason) (byte \(error.offset + 1))"
        }
        do throws(MalformedRecord) {
            if document.root.member("type")?.text == "refusal" { return fault(try Refusal(document.root)) }
            return fault(try Record(line: line, signedPrefix: signedPrefix))
        } catch {
            return error.reason
        }
    }

    /// What came before the charter changed may still lie there.
    private func fault(_ record: Record) -> String? {
        let newest = rules.first?.statementFault(record)
        if newest == nil || rules.dropFirst().contains(where: { $0.statementFault(record) == nil }) {
            return nil
        }
        return newest
    }

    private func fault(_ refusal: Refusal) -> String? {
        guard charters.hasChain(refusal.region) else {
            return "'\(refusal.region)' is no voter region of the charter"
        }
        let isSigned = charters.logKeys(of: refusal.region).contains {
            refusal.isSigned(by: $0.key, genesis: charters.genesis)
        }
        return isSigned ? nil : "the signature of '\(refusal.region)' is not good"
    }
}
