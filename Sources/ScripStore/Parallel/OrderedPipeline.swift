/// Jobs that run in parallel while their results are taken one by one in the order of submission, with a
/// bound on how many are on the way: one thread reads and submits, the pool computes, the same thread
/// consumes.
///
/// ```
/// let pipeline = OrderedPipeline<Checked>(pool)
/// while let chunk = try readChunk() {
///     if pipeline.isFull, let checked = pipeline.next() { try apply(checked) }
///     pipeline.submit { check(chunk) }
/// }
/// while let checked = pipeline.next() { try apply(checked) }
/// ```
///
/// Used by one thread. Results that nobody takes are dropped.
public final class OrderedPipeline<Output: Sendable> {
    /// How many jobs may be on the way.
    public let depth: Int

    private enum Result {
        case done(Output)
        case pending(PendingResult<Output>)
    }

    private let pool: WorkerPool
    private let isUrgent: Bool
    private var results = Queue<Result>()

    /// A depth of about twice the workers keeps all of them busy. The jobs of one that is urgent come before those of
    /// others that wait in the same pool.
    public init(_ pool: WorkerPool, depth: Int? = nil, isUrgent: Bool = false) {
        self.pool = pool
        self.isUrgent = isUrgent
        self.depth = max(depth ?? pool.workers * 2 + 2, 1)
    }

    /// How many jobs were submitted whose results were not taken yet.
    public var count: Int { results.count }

    /// Whether a result should be taken before the next job is submitted.
    public var isFull: Bool { count >= depth }

    /// Starts a job. In a pool of one worker it is over when this returns.
    public func submit(_ job: @escaping @Sendable () -> Output) {
        guard let queue = pool.queue else {
            results.append(.done(job()))
            return
        }
        let pending = PendingResult<Output>()
        results.append(.pending(pending))
        queue.add(isUrgent: isUrgent) { queue.put(job(), into: pending) }
    }

    /// The result of the oldest job, once it is there; nil if there is no job on the way.
    public func next() -> Output? {
        switch results.takeFirst() {
        case .done(let output): return output
        case .pending(let pending): return pool.queue?.wait(for: pending)
        case nil: return nil
        }
    }
}
