internal import ScripCore
internal import ScripCrypto

/// A line of input that was read, and its signatures checked.
enum CheckedInput: Sendable {
    case candidate(Admission.Candidate)
    /// With the number of its line.
    case malformed(String, line: Int)
}

/// The lines of input in their order, read and checked by all cores ahead of those who judge them.
final class CheckedInputs {
    private let writer: RegionWriter
    private let source: () throws -> InputRecord?
    private var isEnd = false
    /// Nil as long as the lines are so few that threads are not worth while.
    private var pipeline: OrderedPipeline<[CheckedInput]>?

    private static let chunkCount = 64
    private static let chunkBytesMax = 1 << 18
    private static let fewMax = 32
    /// Chunks on their way, as many as a batch: they keep the cores busy while one is attested, made durable and
    /// acknowledged.
    private static let depth = 64

    /// `source` gives the next line, nil at the end.
    init(_ writer: RegionWriter, _ source: @escaping () throws -> InputRecord?) {
        self.writer = writer
        self.source = source
    }

    /// The next lines, some dozens of them; nil at the end.
    func next() throws -> [CheckedInput]? {
        while !isEnd && !(pipeline?.isFull ?? false) {
            var chunk: [InputRecord] = []
            var bytes = 0
            while chunk.count < Self.chunkCount, bytes < Self.chunkBytesMax {
                guard let input = try source() else {
                    isEnd = true
                    break
                }
                chunk.append(input)
                bytes += input.bytes?.count ?? 0
            }
            if chunk.isEmpty { break }
            let check = check(chunk)
            if isEnd && pipeline == nil && chunk.count < Self.fewMax { return check() }
            let pipeline = pipeline ?? OrderedPipeline(writer.workers, depth: Self.depth)
            self.pipeline = pipeline
            pipeline.submit(check)
        }
        return pipeline?.next()
    }

    /// As many of the next lines as there are, up to `most` and some dozens; none at the end.
    func next(atMost most: Int) throws -> [CheckedInput] {
        var inputs: [CheckedInput] = []
        while inputs.count < most, let chunk = try next() { inputs += chunk }
        return inputs
    }

    private func check(_ chunk: [InputRecord]) -> @Sendable () -> [CheckedInput] {
        let prefix = writer.signedPrefix
        // The signatures are the same whoever seals.
        let rules = writer.signatureRules(sealing: writer.name)
        return {
            chunk.map { input in
                guard let bytes = input.bytes else { return .malformed(input.fault, line: input.number) }
                do throws(MalformedRecord) {
                    let record = try Record.reading(bytes, signedPrefix: prefix)
                    return .candidate(
                        Admission.Candidate(record: record, signatureFault: rules.statementFault(record)))
                } catch {
                    return .malformed(error.reason, line: input.number)
                }
            }
        }
    }
}
