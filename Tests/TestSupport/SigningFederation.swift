public import ScripCore
public import ScripCrypto

/// A federation whose private keys are at hand: all of them are derived from names, so that the same federation
/// comes out each time.
public struct SigningFederation: Sendable {
    /// The keys of one region.
    public struct Region: Sendable {
        public let name: RegionName
        public let log: LogSigner
        public let witness: WitnessSigner
    }

    /// What was asked for is no federation.
    public struct Impossible: Error {}

    /// The regions, voters and observers, by name.
    public let regions: [RegionName: Region]
    /// With the signatures of all regions.
    public let signedCharter: SignedCharter
    /// The charters up to this one.
    public let charters: CharterHistory
    private let salt: String

    public var charter: Charter { signedCharter.charter }
    public var genesis: Digest { charters.genesis }
    /// In the order of the charter.
    public var voters: [Region] { charter.voters.compactMap { regions[$0.name] } }

    /// Federations of another `salt` have other keys.
    public init(
        name: String = "example.org/vouchers", voters: [String] = ["east", "north", "south"],
        observers: [String] = ["hq"], quorum: Quorum = .majority, salt: String = ""
    ) throws {
        guard let federation = FederationName(name) else { throw Impossible() }
        var regions: [RegionName: Region] = [:]
        var entries: [CharterRegion] = []
        for text in (voters + observers).sorted() {
            guard let name = RegionName(text) else { throw Impossible() }
            let log = LogSigner(
                region: name, federation: federation, privateKey: Self.key("\(text) log", salt: salt))
            let witness = WitnessSigner(
                region: name, federation: federation, privateKey: Self.key("\(text) witness", salt: salt))
            regions[name] = Region(name: name, log: log, witness: witness)
            entries.append(
                CharterRegion(
                    name: name, role: voters.contains(text) ? .voter : .observer, log: log.verifierKey,
                    witness: witness.verifierKey))
        }
        let charter = try Charter(
            federation: federation, epoch: 1, previous: nil, quorum: quorum, regions: entries)
        var signed = SignedCharter(draft: charter)
        for entry in entries {
            guard let region = regions[entry.name] else { throw Impossible() }
            signed = try signed.signed(by: region.log)
        }
        self.regions = regions
        self.salt = salt
        signedCharter = signed
        charters = CharterHistory(charter)
    }

    private init(
        regions: [RegionName: Region], signedCharter: SignedCharter, charters: CharterHistory, salt: String
    ) {
        self.regions = regions
        self.signedCharter = signedCharter
        self.charters = charters
        self.salt = salt
    }

    /// The federation in the next epoch, whose charter all regions of both epochs have signed, but for `unsigned`.
    public func next(
        adding added: [RegionName] = [], removing removed: Set<RegionName> = [],
        rekeying rekeyed: Set<RegionName> = [], changes: CharterChanges = CharterChanges(),
        unsigned: Set<RegionName> = []
    ) throws -> SigningFederation {
        let epoch = charter.epoch + 1
        var regions = regions.filter { !removed.contains($0.key) }
        for name in added + rekeyed.sorted() {
            let log = LogSigner(
                region: name, federation: charter.federation,
                privateKey: Self.key("\(name) log \(epoch)", salt: salt))
            let witness = WitnessSigner(
                region: name, federation: charter.federation,
                privateKey: Self.key("\(name) witness \(epoch)", salt: salt))
            regions[name] = Region(name: name, log: log, witness: self.regions[name]?.witness ?? witness)
        }
        let next = try Charter(
            federation: charter.federation, epoch: epoch, previous: charter.digest, quorum: charter.quorum,
            regions: regions.values.sorted { $0.name < $1.name }.map { region in
                CharterRegion(
                    name: region.name, role: charter.region(named: region.name)?.role ?? .voter,
                    log: region.log.verifierKey, witness: region.witness.verifierKey)
            }, changes: changes)
        var signed = SignedCharter(draft: next)
        for region in Array(self.regions.values) + Array(regions.values) where !unsigned.contains(region.name)
        {
            signed = try signed.signed(by: region.log, after: charter)
        }
        return SigningFederation(
            regions: regions, signedCharter: signed, charters: try charters.adding(next), salt: salt)
    }

    /// The private keys of a region, as its key files hold them.
    public func keyFiles(_ name: RegionName) -> (log: [UInt8], witness: [UInt8]) {
        (
            PrivateKeyPEM.encode(Self.key("\(name.text) log", salt: salt)),
            PrivateKeyPEM.encode(Self.key("\(name.text) witness", salt: salt))
        )
    }

    /// The keys of a region of the federation.
    public func region(_ name: RegionName) throws -> Region {
        guard let region = regions[name] else { throw Impossible() }
        return region
    }

    /// The account that belongs to a word.
    public func account(_ word: String, at region: RegionName) -> SigningAccount {
        SigningAccount(region: region, key: Self.key("account \(word)", salt: salt))
    }

    static func key(_ word: String, salt: String) -> Ed25519PrivateKey {
        Ed25519PrivateKey(seed: SHA256.hash(Array("test key of \(salt)\(word)".utf8)))
    }
}

/// An account with its private key.
public struct SigningAccount: Sendable {
    public let address: Address
    public let key: Ed25519PrivateKey

    init(region: RegionName, key: Ed25519PrivateKey) {
        self.key = key
        address = Address(region: region, key: key.publicKey)
    }
}
