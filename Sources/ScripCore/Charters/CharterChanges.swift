/// What a charter of a later epoch says of chains, behind its regions (format section 7).
public struct CharterChanges: Hashable, Sendable {
    /// The kinds of lines, in the order in which they stand.
    public enum Kind: String, Sendable {
        /// `rekey REGION SIZE ROOT`: the blocks that the region's key before signs count to there.
        case rekey
        /// `retire REGION SIZE ROOT`: the region's chain ends there.
        case retire
        /// `successor LOST REGION`: the region seals for what the lost one has in its custody.
        case successor
        /// `rule REGION SIZE ROOT`: this branch of a fork stands.
        case rule
    }

    /// Who takes the place of a region whose chain ended.
    public struct Succession: Hashable, Sendable {
        /// The region whose chain ended.
        public let lost: RegionName
        /// The region that seals for it.
        public let heir: RegionName

        /// `heir` takes the place of `lost`.
        public init(lost: RegionName, heir: RegionName) {
            self.lost = lost
            self.heir = heir
        }
    }

    /// Each sorted by region.
    public var rekeys: [ChainPoint]
    public var retirements: [ChainPoint]
    public var successions: [Succession]
    public var rulings: [ChainPoint]

    /// Those lines; none if nothing is given.
    public init(
        rekeys: [ChainPoint] = [], retirements: [ChainPoint] = [], successions: [Succession] = [],
        rulings: [ChainPoint] = []
    ) {
        self.rekeys = rekeys
        self.retirements = retirements
        self.successions = successions
        self.rulings = rulings
    }

    /// Whether there are no such lines.
    public var isEmpty: Bool {
        rekeys.isEmpty && retirements.isEmpty && successions.isEmpty && rulings.isEmpty
    }

    init(reading lines: inout LineCursor) throws(CharterError) {
        rekeys = try Self.points(.rekey, &lines)
        retirements = try Self.points(.retire, &lines)
        successions = []
        while let line = lines.value(after: Kind.successor.rawValue) {
            let words = LineCursor.words(line)
            guard words.count == 2, let lost = LineCursor.region(words[0]),
                let heir = LineCursor.region(words[1])
            else { throw .line(lines.lineNumber, expected: "successor LOST REGION") }
            guard successions.count < Charter.regionCountMax else { throw .regionCount }
            successions.append(Succession(lost: lost, heir: heir))
        }
        rulings = try Self.points(.rule, &lines)
    }

    private static func points(
        _ kind: Kind, _ lines: inout LineCursor
    ) throws(CharterError) -> [ChainPoint] {
        var points: [ChainPoint] = []
        while let line = lines.value(after: kind.rawValue) {
            guard let point = ChainPoint(parsing: LineCursor.words(line)) else {
                throw .line(lines.lineNumber, expected: "\(kind.rawValue) REGION SIZE ROOT")
            }
            guard points.count < Charter.regionCountMax else { throw .regionCount }
            points.append(point)
        }
        return points
    }

    /// The lines, without newlines.
    var lines: [String] {
        rekeys.map { "\(Kind.rekey.rawValue) \($0.text)" }
            + retirements.map { "\(Kind.retire.rawValue) \($0.text)" }
            + successions.map { "\(Kind.successor.rawValue) \($0.lost) \($0.heir)" }
            + rulings.map { "\(Kind.rule.rawValue) \($0.text)" }
    }

    /// Checks what the lines and the charter's own `regions` say of each other.
    func check(_ regions: [CharterRegion]) throws(CharterError) {
        if isEmpty { return }
        var voters: Set<RegionName> = []
        for region in regions where region.role == .voter { voters.insert(region.name) }
        try Self.checkOrder(.rekey, rekeys.map(\.region))
        try Self.checkOrder(.retire, retirements.map(\.region))
        try Self.checkOrder(.successor, successions.map(\.lost))
        try Self.checkOrder(.rule, rulings.map(\.region))
        for point in rekeys where !voters.contains(point.region) {
            throw .change(.rekey, point.region, "is about a region that is no voter of it")
        }
        for point in retirements where voters.contains(point.region) {
            throw .change(.retire, point.region, "is about a region that is a voter of it")
        }
        for succession in successions {
            if voters.contains(succession.lost) {
                throw .change(.successor, succession.lost, "is about a region that is a voter of it")
            }
            if !voters.contains(succession.heir) {
                throw .change(
                    .successor, succession.lost, "names '\(succession.heir)', which is no voter of it")
            }
        }
        for point in rulings where point.size == 0 {
            throw .change(.rule, point.region, "is about no block")
        }
        for point in rulings where retirements.contains(where: { $0.region == point.region }) {
            throw .change(
                .rule, point.region, "is about a chain that 'retire' ends, which says where it ends")
        }
    }

    private static func checkOrder(_ kind: Kind, _ regions: [RegionName]) throws(CharterError) {
        for (before, region) in zip(regions, regions.dropFirst()) where region <= before {
            throw .change(kind, region, "is out of order, or there twice")
        }
    }
}
