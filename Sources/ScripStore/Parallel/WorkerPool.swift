internal import Glibc

/// Threads that compute in parallel what a command then uses in order, so that the outcome never depends on
/// how many there are.
///
/// A pool of one worker has no thread at all: everything runs on the caller's. When a pool goes, the jobs
/// that have not begun are dropped and those that run are waited for; a job must not hold the pool itself.
public final class WorkerPool: Sendable {
    /// How many jobs run at once.
    public let workers: Int

    let queue: JobQueue?
    private let threads: [pthread_t]

    /// What a thread of a pool has for its stack, in bytes.
    private static let stackSize = 1_048_576

    /// The processors that the process can use: `_SC_NPROCESSORS_ONLN` of sysconf(3).
    public static var processors: Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }

    /// A pool of at most `workers`; of fewer if the system gives no more threads.
    public init(workers: Int = WorkerPool.processors) {
        guard workers > 1 else {
            self.workers = 1
            queue = nil
            threads = []
            return
        }
        let queue = JobQueue()
        let threads = Self.start(workers, on: queue)
        self.workers = max(threads.count, 1)
        self.queue = threads.isEmpty ? nil : queue
        self.threads = threads
    }

    deinit {
        queue?.close()
        for thread in threads { pthread_join(thread, nil) }
    }

    private static func start(_ count: Int, on queue: JobQueue) -> [pthread_t] {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { unsafe attributes.deallocate() }
        unsafe pthread_attr_init(attributes)
        defer { unsafe pthread_attr_destroy(attributes) }
        unsafe pthread_attr_setstacksize(attributes, stackSize)
        // Signals are the business of the thread that the program began with; the others inherit this mask.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        var threads: [pthread_t] = []
        for _ in 0..<count {
            var thread = pthread_t()
            let argument = unsafe Unmanaged.passRetained(queue)
            let result = unsafe pthread_create(
                &thread, attributes,
                { argument in
                    if let argument = unsafe argument {
                        unsafe Unmanaged<JobQueue>.fromOpaque(argument).takeRetainedValue().work()
                    }
                    return nil
                }, argument.toOpaque())
            guard result == 0 else {
                unsafe argument.release()
                break
            }
            threads.append(thread)
        }
        return threads
    }

    /// The results of `transform` for all inputs, in their order. Each input is one job, so it should be
    /// worth some tens of microseconds: a chunk, not a single record.
    public func map<Input: Sendable, Output: Sendable>(
        _ inputs: [Input], _ transform: @escaping @Sendable (Input) -> Output
    ) -> [Output] {
        let pipeline = OrderedPipeline<Output>(self, depth: inputs.count)
        for input in inputs { pipeline.submit { transform(input) } }
        var outputs: [Output] = []
        outputs.reserveCapacity(inputs.count)
        while let output = pipeline.next() { outputs.append(output) }
        return outputs
    }

    /// The ranges that divide `0..<count` into chunks of `size`, the last perhaps shorter: inputs for `map`.
    public static func chunks(of count: Int, size: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: max(size, 1)).map { $0..<min($0 + max(size, 1), count) }
    }
}
