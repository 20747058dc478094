internal import ScripCore
internal import ScripCrypto

/// Attestations that were decided, while the cores make their signatures and the records behind them are judged.
///
/// Until a record comes back from here it counts as not answered: whoever asks about it waits for it first.
final class UnsignedAttestations {
    /// A record to be signed, and where its result stands.
    struct Item: Sendable {
        let record: Record
        let sealing: RegionName
        let place: Int
        /// Whether nothing was known of the record.
        let isNew: Bool
    }

    /// The attested record in place of the one to be signed.
    struct Signed: Sendable {
        let item: Item
        let attested: Result<Record, MalformedRecord>
    }

    private let workers: () -> WorkerPool
    /// Nil as long as the records are so few that threads are not worth while.
    private var pipeline: OrderedPipeline<[Signed]>?
    private let sign: @Sendable (Record) -> Result<Record, MalformedRecord>
    private var gathered: [Item] = []
    private var ids: Set<Digest> = []
    private var references: Set<RecordReference> = []

    private static let chunkCount = 64
    private static let fewMax = 16

    /// Signs for the region in the hands of `writer`, at `time`.
    init(_ writer: RegionWriter, at time: Timestamp) throws {
        workers = { writer.workers }
        let attester = try writer.attester(at: time)
        sign = { record in
            do throws(MalformedRecord) {
                return .success(try attester.attest(record))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Whether what becomes of `record` may depend on one that is not signed yet.
    func concern(_ record: Record) -> Bool {
        ids.contains(record.id) || (record.body.reference.map { references.contains($0) } ?? false)
    }

    /// Takes a record to be signed; `place` comes back with it.
    func add(_ record: Record, sealing: RegionName, place: Int, isNew: Bool) {
        gathered.append(Item(record: record, sealing: sealing, place: place, isNew: isNew))
        ids.insert(record.id)
        if let reference = record.body.reference { references.insert(reference) }
        if gathered.count == Self.chunkCount { submit() }
    }

    private func submit() {
        let items = gathered
        gathered = []
        // A batch is bounded, so nothing waits for room. Its end waits for these signatures, while the checks of the
        // records behind it are what the cores do meanwhile.
        let pipeline = pipeline ?? OrderedPipeline(workers(), depth: .max, isUrgent: true)
        self.pipeline = pipeline
        pipeline.submit { [sign] in items.map { Signed(item: $0, attested: sign($0.record)) } }
    }

    /// Waits for all signatures and gives them out in order; afterwards there are none.
    func finish(_ body: (Signed) throws -> Void) throws {
        if pipeline == nil, gathered.count < Self.fewMax {
            for item in gathered { try body(Signed(item: item, attested: sign(item.record))) }
            gathered = []
        } else {
            submit()
            while let chunk = pipeline?.next() {
                for signed in chunk { try body(signed) }
            }
        }
        ids = []
        references = []
    }
}
