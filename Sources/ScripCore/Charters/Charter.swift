public import ScripCrypto

/// The roster of a federation (format section 7): its regions, their keys and roles, and the quorum.
///
///     scrip charter v1
///     federation example.org/vouchers
///     epoch 1
///     previous -
///     quorum majority
///     region east voter example.org/vouchers/east+198231fc+AaPV… example.org/vouchers/east/witness+…+…
///     region hq observer example.org/vouchers/hq+6d9ea87e+AVrd… example.org/vouchers/hq/witness+…+…
///
/// Later epochs may say more behind the regions, each kind sorted by its first region, the kinds in this order:
///
///     rekey north 10452 U513umxwJKLNNVoWPUdrhQupZ1P07PZ8wo3rnEzscNA=
///     retire south 871 c4YxBIkcocQ8TtzqQ9S93M+jLvIddnktQRRsPpc2esU=
///     successor south east
///     rule west 5012 …
///
/// This is the text that a `SignedCharter` carries signatures for. A value of this type has passed every rule
/// that the text alone can break: names sorted and distinct, keys named after their regions and all distinct,
/// a quorum that two disagreeing certificates cannot both reach honestly. What it may say after the charter
/// before it is for `CharterHistory`.
public struct Charter: Hashable, Sendable {
    /// The most regions, observers included: as many as a note may carry signatures, since each signs.
    public static let regionCountMax = SignedNote.signatureCountMax

    /// The most voters (format section 6).
    public static let voterCountMax = 29

    /// The most votes that a quorum may ask for, so that a certificate's checkpoint, with the log's own line,
    /// stays within the 16 lines that every C2SP client reads (format section 6).
    public static let quorumSizeMax = 15

    /// The name of the federation.
    public let federation: FederationName

    /// The number of the charter, from 1.
    public let epoch: Int

    /// The digest of the text of the charter before; nil in epoch 1.
    public let previous: Digest?

    /// How many votes make a certificate.
    public let quorum: Quorum

    /// The regions, sorted by name.
    public let regions: [CharterRegion]

    /// What the charter says of chains; nothing in epoch 1.
    public let changes: CharterChanges

    /// The regions that vote, in the order of the charter.
    public let voters: [CharterRegion]

    /// The number of votes, k, that a certificate needs.
    public let quorumSize: Int

    /// The text that is signed.
    public let text: [UInt8]

    /// SHA-256 of the text. That of epoch 1 is the genesis, which every signature binds.
    public let digest: Digest

    /// The number of voters, N: the denominator of every tally.
    public var voterCount: Int { voters.count }

    /// How many voters may sign two different verdicts before two certificates of a block can disagree:
    /// f = 2k - N - 1.
    public var faultLimit: Int { 2 * quorumSize - voterCount - 1 }

    /// How many voters may be silent without stopping finality: N - k.
    public var silentLimit: Int { voterCount - quorumSize }

    /// A charter of those regions, which are sorted by name.
    public init(
        federation: FederationName, epoch: Int, previous: Digest?, quorum: Quorum, regions: [CharterRegion],
        changes: CharterChanges = CharterChanges()
    ) throws(CharterError) {
        guard epoch > 0, epoch <= LineCursor.numberMax else { throw .line(3, expected: "epoch NUMBER") }
        guard (epoch == 1) == (previous == nil) else { throw .previous(epoch: epoch) }
        try Self.checkRegions(regions, of: federation)
        if epoch == 1, !changes.isEmpty { throw .firstEpoch }
        try changes.check(regions)
        let voters = regions.filter { $0.role == .voter }
        guard !voters.isEmpty else { throw .noVoter }
        guard voters.count <= Self.voterCountMax else { throw .voterCount(voters.count) }
        guard let quorumSize = quorum.size(voterCount: voters.count), quorumSize <= Self.quorumSizeMax else {
            throw .quorum(quorum, voterCount: voters.count)
        }
        self.federation = federation
        self.epoch = epoch
        self.previous = previous
        self.quorum = quorum
        self.regions = regions
        self.changes = changes
        self.voters = voters
        self.quorumSize = quorumSize
        text = Self.render(
            federation: federation, epoch: epoch, previous: previous, quorum: quorum, regions: regions,
            changes: changes)
        digest = SHA256.hash(text)
    }

    /// The charter that `text` is; it renders to the same bytes.
    public init(parsing text: [UInt8]) throws(CharterError) {
        guard text.count <= SignedNote.byteCountMax, var lines = LineCursor(text) else {
            throw .line(1, expected: Self.title)
        }
        guard let title = lines.next(), title.elementsEqual(Self.title.utf8) else {
            throw .line(1, expected: Self.title)
        }
        guard let name = lines.value(after: "federation"), let federation = FederationName(name.span) else {
            throw .line(2, expected: "federation NAME")
        }
        guard let number = lines.value(after: "epoch"), let epoch = LineCursor.number(number), epoch > 0
        else {
            throw .line(3, expected: "epoch NUMBER")
        }
        guard let word = lines.value(after: "previous") else { throw .previous(epoch: epoch) }
        let previous = Digest(hexadecimal: word)
        guard previous != nil || word.elementsEqual("-".utf8) else { throw .previous(epoch: epoch) }
        guard let votes = lines.value(after: "quorum"), let quorum = Quorum(parsing: votes) else {
            throw .line(5, expected: "quorum majority|two-thirds|NUMBER")
        }
        var regions: [CharterRegion] = []
        while let line = lines.value(after: "region") {
            guard regions.count < Self.regionCountMax else { throw .regionCount }
            regions.append(try Self.region(line, number: lines.lineNumber))
        }
        let changes = try CharterChanges(reading: &lines)
        guard lines.isAtEnd else {
            throw .line(
                lines.lineNumber + 1,
                expected: epoch == 1
                    ? "region NAME voter|observer KEY KEY"
                    : "region, rekey, retire, successor or rule, in this order, each sorted by region")
        }
        try self.init(
            federation: federation, epoch: epoch, previous: previous, quorum: quorum, regions: regions,
            changes: changes)
        guard self.text == text else { throw .notCanonical }
    }

    /// The region of that name.
    public func region(named name: RegionName) -> CharterRegion? {
        index(of: name).map { regions[$0] }
    }

    /// The place of the region of that name among `regions`.
    public func index(of name: RegionName) -> Int? {
        var low = 0
        var high = regions.count
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < regions.count && regions[low].name == name ? low : nil
    }

    /// The place of that voter among `voters`: the charter's order, in which certificates list them.
    public func voterIndex(of name: RegionName) -> Int? {
        voters.firstIndex { $0.name == name }
    }

    private static let title = "scrip charter v1"

    private static func render(
        federation: FederationName, epoch: Int, previous: Digest?, quorum: Quorum, regions: [CharterRegion],
        changes: CharterChanges
    ) -> [UInt8] {
        let head = [
            title, "federation \(federation)", "epoch \(epoch)", "previous \(previous?.hexadecimal ?? "-")",
            "quorum \(quorum)",
        ]
        return Array((head + regions.map(\.line) + changes.lines).map { $0 + "\n" }.joined().utf8)
    }

    private static func region(
        _ line: ArraySlice<UInt8>, number: Int
    ) throws(CharterError) -> CharterRegion {
        let words = LineCursor.words(line)
        guard words.count == 4, let name = LineCursor.region(words[0]),
            let role = CharterRegion.Role(rawValue: String(decoding: words[1], as: UTF8.self))
        else { throw .line(number, expected: "region NAME voter|observer KEY KEY") }
        do {
            return CharterRegion(
                name: name, role: role, log: try VerifierKey(parsing: words[2]),
                witness: try VerifierKey(parsing: words[3]))
        } catch {
            throw .key(line: number, error)
        }
    }

    private static func checkRegions(
        _ regions: [CharterRegion], of federation: FederationName
    ) throws(CharterError) {
        guard regions.count <= regionCountMax else { throw .regionCount }
        var keys: Set<Ed25519PublicKey> = []
        for (position, region) in regions.enumerated() {
            if position > 0, region.name <= regions[position - 1].name { throw .order(region.name) }
            guard region.log.kind == .log, region.log.name == federation.origin(of: region.name),
                region.witness.kind == .witness,
                region.witness.name == federation.witnessName(of: region.name)
            else { throw .keyName(region.name) }
            for key in [region.log.key, region.witness.key] {
                // No signature under such a key is ever good: the region could never take part.
                if key.isLowOrder { throw .lowOrderKey(region.name) }
                // One key in two places would let one vote, or one cosignature, count twice.
                if !keys.insert(key).inserted { throw .sharedKey(region.name) }
            }
        }
    }
}

/// Why a text is no charter.
public enum CharterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of that number, from 1, does not read as it should.
    case line(Int, expected: String)
    /// Epoch 1 has no charter before it, and every later one has.
    case previous(epoch: Int)
    /// A charter of epoch 1 with lines that only later ones may have.
    case firstEpoch
    /// A line of that kind about a region is out of order, or cannot be.
    case change(CharterChanges.Kind, RegionName, String)
    /// A verifier key in the line of that number is malformed.
    case key(line: Int, VerifierKeyError)
    /// The region is not behind the one before it by name, or there twice.
    case order(RegionName)
    /// A key of the region is not named after it, or the log key and the witness key changed places.
    case keyName(RegionName)
    case lowOrderKey(RegionName)
    /// A key of the region stands elsewhere in the charter too.
    case sharedKey(RegionName)
    case regionCount
    case noVoter
    case voterCount(Int)
    /// The quorum is not above half of the voters, above all of them, or above what a certificate can hold.
    case quorum(Quorum, voterCount: Int)
    /// Rendered again, the charter gives other bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .line(let number, let expected): "line \(number) of the charter is not '\(expected)'"
        case .previous(let epoch):
            epoch == 1
                ? "line 4 of a charter of epoch 1 is not 'previous -'"
                : "line 4 of the charter is not 'previous' with the hash of the charter before"
        case .firstEpoch: "a charter of epoch 1 has only 'region' lines"
        case .change(let kind, let region, let reason):
            "the line '\(kind.rawValue) \(region)' of the charter \(reason)"
        case .key(let number, let error): "line \(number) of the charter: \(error)"
        case .order(let region): "region '\(region)' of the charter is out of order, or there twice"
        case .keyName(let region): "a key of region '\(region)' is not named after it"
        case .lowOrderKey(let region): "a key of region '\(region)' is one of low order"
        case .sharedKey(let region): "a key of region '\(region)' stands twice in the charter"
        case .regionCount: "the charter has more than \(Charter.regionCountMax) regions"
        case .noVoter: "the charter has no voter"
        case .voterCount(let count): "the charter has \(count) voters, more than \(Charter.voterCountMax)"
        case .quorum(let quorum, let count):
            "a quorum '\(quorum)' of \(count) voters is not above half of them, or above all of them,"
                + " or above \(Charter.quorumSizeMax)"
        case .notCanonical: "the charter is not written canonically"
        }
    }
}
