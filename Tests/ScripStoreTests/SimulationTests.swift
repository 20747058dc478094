import Simulation
import Testing

/// A fixed share of what scripts/simulate runs for a night.
@Suite(.serialized) struct SimulationTests {
    // In 36 and 38 a charter rules on a fork, which found two bugs: see the CHANGELOG.
    @Test(arguments: [UInt64(1), 3, 16, 22, 36, 38])
    func aFederationLivesThroughItsFaults(seed: UInt64) throws {
        let scratch = try ScratchDirectory()
        let (hits, violation) = Campaign(seed: seed, steps: 60, home: scratch.path("home")).run()
        #expect(violation == nil, "scripts/simulate --seeds \(seed) --steps 60 --tell")
        #expect(hits.counts["regions verified", default: 0] > 0)
    }
}
