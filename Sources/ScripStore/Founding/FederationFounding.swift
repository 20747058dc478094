public import ScripCore

/// A whole federation founded at once, one region a directory, on one machine.
///
/// 1. Everything is looked at, and nothing is changed if anything is in the way.
/// 2. Every region is made: directory, keys, settings with the others as peers.
/// 3. The charter follows from the keys; all sign it, and it is installed everywhere.
///
/// A run that was killed is finished by the same run again: the keys that are there stay, so the charter is
/// the same, and signatures of Ed25519 do not differ from one time to the next.
public struct FederationFounding {
    private let federation: FederationName
    private let quorum: Quorum
    private let observers: Set<RegionName>
    private let sites: [RegionSite]

    /// Looks at the directories.
    ///
    /// - Throws: `usage` if two regions have one name, an observer is not among them, or the quorum is not
    ///   possible; `rejected` if a directory holds something else.
    public init(
        paths: [String], federation: FederationName, quorum: Quorum, observers: Set<RegionName>, world: World
    ) throws(StoreError) {
        self.federation = federation
        self.quorum = quorum
        self.observers = observers
        var sites: [RegionSite] = []
        for path in paths { sites.append(try RegionSite(path: path, world: world)) }
        // In the order of their names, whatever order they were given in, so that two runs at once take the
        // locks in one order.
        sites.sort { $0.name < $1.name }
        self.sites = sites
        for (first, second) in zip(sites, sites.dropFirst()) where first.name == second.name {
            throw StoreError(.usage, second.path, "two directories have the name '\(second.name)'")
        }
        let names = Set(sites.map(\.name))
        if let stranger = observers.subtracting(names).min() {
            throw StoreError(.usage, "init", "there is no directory for the observer '\(stranger)'")
        }
        try checkQuorum(voterCount: sites.count - observers.count)
        try checkCharters()
    }

    private func checkQuorum(voterCount: Int) throws(StoreError) {
        guard voterCount > 0 else {
            throw StoreError(.usage, "init", "a federation needs a region that is no observer")
        }
        guard voterCount <= Charter.voterCountMax else {
            throw StoreError(.usage, "init", "a federation has at most \(Charter.voterCountMax) voters")
        }
        guard let size = quorum.size(voterCount: voterCount), size <= Charter.quorumSizeMax else {
            throw StoreError(
                .usage, "init",
                "a quorum of '\(quorum)' is not possible with \(voterCount) voters: it is more than half of "
                    + "them, and at most \(min(voterCount, Charter.quorumSizeMax))")
        }
        guard sites.count <= Charter.regionCountMax else {
            throw StoreError(.usage, "init", "a federation has at most \(Charter.regionCountMax) regions")
        }
    }

    /// A charter that is installed names keys, so those of all regions are there, or it is another's.
    private func checkCharters() throws(StoreError) {
        guard let installed = sites.first(where: { $0.charter != nil }), let charter = installed.charter
        else {
            return
        }
        let names = charter.charter.regions.map(\.name)
        guard charter.charter.federation == federation, names == sites.map(\.name),
            sites.allSatisfy(\.hasKeys)
        else {
            throw StoreError(
                .rejected, installed.path,
                "this is a region of another federation already; name new directories")
        }
    }

    /// Founds the federation, or finishes doing so. Returns its charter, which has all signatures.
    public func found(
        world: World, lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) -> SignedCharter {
        var regions: [FoundedRegion] = []
        for site in sites {
            var peers: [String] = []
            for other in sites where other.name != site.name {
                peers.append(try RelativePath.path(from: site.path, to: other.path))
            }
            regions.append(
                try FoundedRegion(
                    site, federation: federation, peers: peers, world: world,
                    lockTimeoutMilliseconds: lockTimeoutMilliseconds))
        }
        var signed = SignedCharter(draft: try charter(of: regions))
        for region in regions { signed = try region.signed(signed) }
        for region in regions { try region.install(signed) }
        return signed
    }

    private func charter(of regions: [FoundedRegion]) throws(StoreError) -> Charter {
        do {
            return try Charter(
                federation: federation, epoch: 1, previous: nil, quorum: quorum,
                regions: regions.map {
                    $0.charterRegion(role: observers.contains($0.name) ? .observer : .voter)
                })
        } catch {
            throw StoreError(.malformed, "init", "\(error)")
        }
    }
}
