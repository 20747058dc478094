public import ScripCore
internal import ScripCrypto

/// The settings of a region, `scrip.json` (format section 5). Any JSON layout is read:
///
/// `{"federation":"example.org/vouchers","full_scan_hours":24,"peers":["../south"],"region":"north","reservation_days":30,"v":1}`
public struct RegionSettings: Sendable, Equatable {
    public var federation: FederationName
    public var region: RegionName
    /// Where `sync` looks when it is told no peer; relative to the region directory.
    public var peers: [String]
    /// How far ahead, in days, the deadline of a record may lie that reserves vouchers here; 1 to `reservationDaysMax`.
    public var reservationDays: Int
    /// After how many hours `sync` looks at everything that a peer has, whatever its `heads.note` says.
    public var fullScanHours: Int
    /// What an operator has looked at and lets stand: blocks whose certificate contradicts this region, like
    /// `north/17`, and evidence by its hash.
    public var acknowledged: [String]

    public init(
        federation: FederationName, region: RegionName, peers: [String] = [], reservationDays: Int = 30,
        fullScanHours: Int = 24, acknowledged: [String] = []
    ) {
        self.federation = federation
        self.region = region
        self.peers = peers
        self.reservationDays = reservationDays
        self.fullScanHours = fullScanHours
        self.acknowledged = acknowledged
    }

    /// A reservation ends after 30 days at the latest (protocol section 6).
    private static let reservationDaysMax: Int64 = 30

    /// The blocks among what is acknowledged.
    var acknowledgedBlocks: Set<BlockPlace> { Set(acknowledged.compactMap { BlockPlace($0) }) }

    /// Whether evidence is acknowledged.
    func acknowledges(_ evidence: Digest) -> Bool { acknowledged.contains(evidence.hexadecimal) }

    /// Where a peer of that name in the settings of the region at `regionPath` is.
    static func path(ofPeer name: String, from regionPath: String) -> String {
        name.utf8.first == UInt8(ascii: "/") ? name : "\(regionPath)/\(name)"
    }

    /// The file: canonical JSON and a newline.
    public var bytes: [UInt8] {
        var members: [String: JSON] = [
            "federation": .string(federation.text), "full_scan_hours": .integer(Int64(fullScanHours)),
            "peers": .array(peers.map { .string($0) }), "region": .string(region.text),
            "reservation_days": .integer(Int64(reservationDays)), "v": 1,
        ]
        if !acknowledged.isEmpty { members["acknowledged"] = .array(acknowledged.map { .string($0) }) }
        return JSON.object(members).canonical + [UInt8(ascii: "\n")]
    }

    /// Reads the file; throws what is wrong with it as a phrase.
    public init(parsing bytes: [UInt8]) throws(MalformedRecord) {
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes, form: .any)
        } catch {
            throw MalformedRecord("\(error.reason) (byte \(error.offset + 1))")
        }
        let root = document.root
        guard
            root.hasOnly([
                "acknowledged", "federation", "full_scan_hours", "peers", "region", "reservation_days", "v",
            ])
        else { throw MalformedRecord("it holds an unknown setting; see scrip-format(5)") }
        guard root.member("v")?.integer == 1 else { throw MalformedRecord("'v' is not 1") }
        guard let federation = root.member("federation")?.text.flatMap({ FederationName($0) }) else {
            throw MalformedRecord("'federation' is not a federation name")
        }
        guard let region = root.member("region")?.text.flatMap({ RegionName($0) }) else {
            throw MalformedRecord("'region' is not a region name")
        }
        self.init(federation: federation, region: region)
        if let list = root.member("peers") {
            peers = list.elements.compactMap(\.text)
            guard list.kind == .array, peers.count == list.elements.count else {
                throw MalformedRecord("'peers' is not a list of paths")
            }
        }
        if let list = root.member("acknowledged") {
            acknowledged = list.elements.compactMap(\.text)
            guard list.kind == .array, acknowledged.count == list.elements.count,
                acknowledged.allSatisfy({
                    BlockPlace($0) != nil || Digest(hexadecimal: Array($0.utf8)) != nil
                })
            else {
                throw MalformedRecord(
                    "'acknowledged' is not a list of blocks, like \"north/17\", and names of evidence")
            }
        }
        if let value = root.member("reservation_days") {
            guard let days = value.integer, (1...Self.reservationDaysMax).contains(days) else {
                throw MalformedRecord(
                    "'reservation_days' is not a number from 1 to \(Self.reservationDaysMax)")
            }
            reservationDays = Int(days)
        }
        if let value = root.member("full_scan_hours") {
            guard let hours = value.integer, (0...8760).contains(hours) else {
                throw MalformedRecord("'full_scan_hours' is not a number from 0 to 8760")
            }
            fullScanHours = Int(hours)
        }
    }
}
