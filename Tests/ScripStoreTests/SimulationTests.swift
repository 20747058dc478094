import Foundation
import ScripCore
import ScripStore
import Simulation
import Testing

/// A fixed share of what scripts/simulate runs for a night.
@Suite(.serialized) struct SimulationTests {
    @Test(arguments: [UInt64(1), 3, 16, 22])
    func aFederationLivesThroughItsFaults(seed: UInt64) throws {
        let scratch = try ScratchDirectory()
        let (hits, violation) = Campaign(seed: seed, steps: 60, home: scratch.path("home")).run()
        #expect(violation == nil, "scripts/simulate --seeds \(seed) --steps 60 --tell")
        #expect(hits.counts["regions verified", default: 0] > 0)
    }
}

/// The process is killed at each call of `seal`, another command runs, and then the power fails: what was there when
/// that command was done is there for ever.
@Suite(.serialized) struct PowerCutTests {
    private struct Machine {
        let scratch: ScratchDirectory
        let disk: SimulatedDisk
        let world: World
        var path: String { scratch.path("north") }

        /// A machine with a copy of the region at `path` that passes for its own.
        init(copying path: String, _ time: Timestamp) throws {
            scratch = try ScratchDirectory()
            try scratch.makeDirectory("graves")
            Twin.make(of: path, at: scratch.path("north"))
            disk = SimulatedDisk(graves: scratch.path("graves"))
            world = World(
                fileSystem: disk, clock: SimulatedClock(time), randomness: SeededRandomness(Dice(seed: 1)),
                programs: SystemPrograms())
        }

        func seal() throws {
            try RegionWriter.open(path: path, world: world).seal(
                isHeartbeat: true, recordsMax: nil, isClockConfirmed: true, onBlock: { _ in })
        }

        func forgetIndex() {
            for suffix in ["", "-wal", "-shm"] { try? scratch.remove("north/private/index.sqlite\(suffix)") }
        }

        /// The segments and votes below `public/`, with their bytes.
        func published() throws -> [String: [UInt8]] {
            var result: [String: [UInt8]] = [:]
            for name in try scratch.tree()
            where name.hasPrefix("north/public/segments/") || name.hasPrefix("north/public/votes/") {
                if !name.hasSuffix(".gz") && !name.hasSuffix(".jsonl") { continue }
                result[name] = scratch.contents(name)
            }
            return result
        }
    }

    private static func region() throws -> TestRegions {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        _ = try regions.admit(
            [try regions.accredit(shop), try regions.issue(shop, to: shop, count: 1)], at: "north")
        try regions.seal("north")
        return regions
    }

    @Test func whatTheNextCommandFoundIsDurable() throws {
        let regions = try Self.region()
        let path = regions.scratch.path("north")
        let whole = try Machine(copying: path, regions.time)
        whole.disk.begin(nil)
        try whole.seal()
        let calls = whole.disk.calls
        #expect(calls > 10)
        for call in 0..<calls {
            for isDone in [false, true] {
                let machine = try Machine(copying: path, regions.time)
                machine.disk.begin { number, _ in number == call ? .death(isDone: isDone) : nil }
                _ = try? machine.seal()
                #expect(machine.disk.isDead, "call \(call) was not reached")
                machine.disk.begin(nil)
                machine.forgetIndex()
                try machine.seal()
                let litter = try machine.scratch.litter().filter { !$0.hasPrefix("graves") }
                #expect(litter.isEmpty, "\(litter) after a death at call \(call)")
                let before = try machine.published()
                #expect(before.keys.filter { $0.hasSuffix(".gz") }.count >= 2)
                machine.disk.cutPower(isKept: { _ in false }, content: { _, _ in .durable })
                #expect(try machine.published() == before, "a death at call \(call), done: \(isDone)")
                machine.forgetIndex()
                try machine.seal()
            }
        }
    }
}
