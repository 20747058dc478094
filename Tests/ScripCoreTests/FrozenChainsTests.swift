import ScripCore
import Testing

@Suite struct FrozenChainsTests {
    private let north: RegionName
    private let south: RegionName
    private let east: RegionName

    init() throws {
        north = try region("north")
        south = try region("south")
        east = try region("east")
    }

    @Test func nothingIsFrozenWithoutEvidence() {
        let frozen = FrozenChains()
        #expect(frozen.isEmpty && !frozen.stops(north))
        #expect(!frozen.isFrozen(chain: north, first: 0, seen: [south: 9], isCertified: false))
    }

    @Test(arguments: [Evidence.Kind.fork, .block])
    func aForkStopsItsChainAndNothingElse(kind: Evidence.Kind) {
        var frozen = FrozenChains()
        frozen.add(kind, chain: north, first: 10)
        #expect(frozen.stops(north) && !frozen.stops(south))
        // What has a certificate is final; so is what builds on it.
        #expect(frozen.isFrozen(chain: north, first: 20, seen: [:], isCertified: false))
        #expect(frozen.isFrozen(chain: north, first: 0, seen: [:], isCertified: false))
        #expect(!frozen.isFrozen(chain: north, first: 20, seen: [:], isCertified: true))
        #expect(!frozen.isFrozen(chain: south, first: 5, seen: [north: 30], isCertified: false))
    }

    @Test func certificatesThatDisagreeFreezeWhatBuildsOnThem() {
        var frozen = FrozenChains()
        frozen.add(.certificate, chain: north, first: 20)
        frozen.add(.certificate, chain: north, first: 10)
        frozen.add(.certificate, chain: north, first: 30)
        #expect(frozen.contradicted == [north: 10])
        #expect(frozen.isFrozen(chain: north, first: 10, seen: [:], isCertified: true))
        #expect(!frozen.isFrozen(chain: north, first: 5, seen: [:], isCertified: true))
        #expect(frozen.isFrozen(chain: south, first: 0, seen: [north: 11], isCertified: true))
        #expect(!frozen.isFrozen(chain: south, first: 0, seen: [north: 10], isCertified: true))
        #expect(!frozen.isFrozen(chain: east, first: 0, seen: [south: 99], isCertified: false))
    }

    @Test func votesAndChartersFreezeNoChain() {
        var frozen = FrozenChains()
        frozen.add(.vote, chain: north, first: 10)
        frozen.add(.charter, chain: nil, first: 0)
        #expect(frozen.isEmpty)
    }
}
