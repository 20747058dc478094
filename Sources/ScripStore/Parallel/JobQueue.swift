internal import Glibc

/// What the threads of a pool share: jobs that wait, under one mutex, and two conditions: that there is
/// work, and that a job whose result somebody waits for is done.
///
/// It outlives the pool until the last of its threads has ended.
@safe final class JobQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let hasWork: UnsafeMutablePointer<pthread_cond_t>
    private let isDone: UnsafeMutablePointer<pthread_cond_t>

    // Guarded by the mutex.
    private var jobs = Queue<@Sendable () -> Void>()
    private var urgentJobs = Queue<@Sendable () -> Void>()
    private var isClosed = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe hasWork = .allocate(capacity: 1)
        unsafe isDone = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(hasWork, nil)
        unsafe pthread_cond_init(isDone, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(isDone)
        unsafe pthread_cond_destroy(hasWork)
        unsafe pthread_mutex_destroy(mutex)
        unsafe isDone.deallocate()
        unsafe hasWork.deallocate()
        unsafe mutex.deallocate()
    }

    /// Takes a job to be run by one of the threads, after those that it took before; one that is urgent comes before
    /// all that are not.
    func add(isUrgent: Bool = false, _ job: @escaping @Sendable () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        if isUrgent { urgentJobs.append(job) } else { jobs.append(job) }
        unsafe pthread_cond_signal(hasWork)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Drops the jobs that wait; the threads end after those that they run.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        jobs.removeAll()
        urgentJobs.removeAll()
        unsafe pthread_cond_broadcast(hasWork)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Runs jobs until the queue is closed: the life of a thread.
    func work() {
        while let job = take() { job() }
    }

    private func take() -> (@Sendable () -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while jobs.isEmpty && urgentJobs.isEmpty && !isClosed { unsafe pthread_cond_wait(hasWork, mutex) }
        return urgentJobs.takeFirst() ?? jobs.takeFirst()
    }

    /// Gives a result to whoever waits for it.
    func put<Output>(_ value: Output, into result: PendingResult<Output>) {
        unsafe pthread_mutex_lock(mutex)
        result.value = value
        if result.isAwaited { unsafe pthread_cond_broadcast(isDone) }
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits for a result.
    func wait<Output>(for result: PendingResult<Output>) -> Output {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let value = result.value { return value }
            result.isAwaited = true
            unsafe pthread_cond_wait(isDone, mutex)
        }
    }
}

/// The place of a result that is not there yet. Both fields are guarded by the mutex of the queue.
final class PendingResult<Output: Sendable>: @unchecked Sendable {
    fileprivate var value: Output?
    fileprivate var isAwaited = false
}
