import Glibc
import ScripStore
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    private static let counts = [0, 1, 2, 3, 8]

    @Test(arguments: counts) func `results come in the order of the inputs`(workers: Int) {
        let pool = WorkerPool(workers: workers)
        #expect(pool.workers == max(workers, 1))
        let inputs = Array(0..<1_000)
        let outputs = pool.map(inputs) { input in
            // The later ones are done first.
            for _ in 0..<(1_000 - input) * 10 { _ = input &* 31 }
            return input * 2
        }
        #expect(outputs == inputs.map { $0 * 2 })
        #expect(pool.map([Int]()) { $0 } == [])
        #expect(pool.map([1, 2]) { $0 == 1 ? nil : $0 } == [nil, 2])
    }

    @Test func `one worker runs on the thread of the caller, several do not`() {
        let caller = pthread_self()
        #expect(WorkerPool(workers: 1).map([0]) { _ in pthread_self() } == [caller])
        #expect(WorkerPool(workers: 2).map([0]) { _ in pthread_self() } != [caller])
    }

    @Test func `several workers run at once`() {
        // Each job waits for the other, so that one thread alone would never come to the end.
        let pool = WorkerPool(workers: 2)
        let meeting = Meeting()
        let outcome = pool.map([0, 1]) { _ in
            meeting.arrivals.withLock { $0 += 1 }
            for _ in 0..<10_000 where meeting.arrivals.withLock({ $0 }) < 2 { usleep(1_000) }
            return meeting.arrivals.withLock { $0 }
        }
        #expect(outcome == [2, 2])
    }

    private final class Meeting: Sendable {
        let arrivals = Mutex(0)
    }

    @Test(arguments: counts) func `a pipeline keeps the order and its bound`(workers: Int) {
        let pool = WorkerPool(workers: workers)
        let pipeline = OrderedPipeline<Int>(pool, depth: 5)
        var taken: [Int] = []
        for input in 0..<5_000 {
            if pipeline.isFull, let output = pipeline.next() { taken.append(output) }
            pipeline.submit { input * 3 }
            #expect(pipeline.count <= 5)
        }
        while let output = pipeline.next() { taken.append(output) }
        #expect(taken == (0..<5_000).map { $0 * 3 })
        #expect(pipeline.next() == nil)
    }

    @Test func `urgent jobs come before those that wait`() {
        let pool = WorkerPool(workers: 2)
        let gate = Mutex(false)
        let begun = Mutex<[Bool]>([])
        let blockers = OrderedPipeline<Void>(pool, depth: 2)
        // Both threads are held up until everything waits.
        for _ in 0..<2 {
            blockers.submit { for _ in 0..<20_000 where !gate.withLock({ $0 }) { usleep(500) } }
        }
        usleep(20_000)
        let ordinary = OrderedPipeline<Void>(pool, depth: 100)
        let urgent = OrderedPipeline<Int>(pool, depth: 100, isUrgent: true)
        for _ in 0..<40 { ordinary.submit { begun.withLock { $0.append(false) } } }
        for number in 0..<20 {
            urgent.submit {
                begun.withLock { $0.append(true) }
                return number
            }
        }
        gate.withLock { $0 = true }
        var taken: [Int] = []
        while let number = urgent.next() { taken.append(number) }
        while ordinary.next() != nil {}
        #expect(taken == Array(0..<20))
        // One thread may be a job ahead of the other.
        let order = begun.withLock { $0 }
        #expect(order.count == 60)
        #expect(order.prefix(22).filter { $0 }.count == 20)
    }

    @Test func `what a pipeline gave out it does not keep`() {
        final class Payload: Sendable {}
        let pool = WorkerPool(workers: 2)
        let pipeline = OrderedPipeline<Payload>(pool, depth: 100)
        for _ in 0..<50 { pipeline.submit { Payload() } }
        weak var first: Payload?
        do {
            let payload = pipeline.next()
            first = payload
            #expect(first != nil)
        }
        // The thread that computed it may be on its last instructions with it.
        for _ in 0..<1_000 where first != nil { usleep(1_000) }
        #expect(first == nil)
        #expect(pipeline.count == 49)
    }

    @Test func `a pool that goes waits for what runs and drops what waits`() {
        let counter = Meeting()
        do {
            let pool = WorkerPool(workers: 2)
            let pipeline = OrderedPipeline<Void>(pool, depth: 1_000)
            for _ in 0..<1_000 {
                pipeline.submit {
                    usleep(1_000)
                    counter.arrivals.withLock { $0 += 1 }
                }
            }
            _ = pipeline.next()
        }
        let count = counter.arrivals.withLock { $0 }
        #expect(count >= 1 && count < 1_000)
        usleep(20_000)
        #expect(counter.arrivals.withLock { $0 } == count)
    }

    @Test func `chunks cover the whole range`() {
        #expect(WorkerPool.chunks(of: 10, size: 4) == [0..<4, 4..<8, 8..<10])
        #expect(WorkerPool.chunks(of: 8, size: 4) == [0..<4, 4..<8])
        #expect(WorkerPool.chunks(of: 0, size: 4) == [])
        #expect(WorkerPool.chunks(of: 3, size: 0) == [0..<1, 1..<2, 2..<3])
        #expect(WorkerPool.processors >= 1)
    }
}
