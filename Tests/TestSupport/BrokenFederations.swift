internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The ways in which a public folder can be wrong that the fixtures show.
public struct BrokenFederations {
    let honest: HonestFederation
    private var all: [BrokenFederation] = []

    /// Every one of them, sorted by name.
    public static func all(from honest: HonestFederation) throws -> [BrokenFederation] {
        var made = BrokenFederations(honest: honest)
        try made.addCutFiles()
        try made.addFlippedBits()
        try made.addNames()
        made.addFileKinds()
        try made.addVotes()
        try made.addCertificates()
        try made.addBlocks()
        try made.addRecords()
        try made.addOthers()
        try made.addEvidence()
        try made.addSettlements()
        try made.addRechartered()
        return made.all.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private init(honest: HonestFederation) { self.honest = honest }

    // MARK: Means

    let east = HonestFederation.east
    let north = HonestFederation.north
    let south = HonestFederation.south

    /// A change of a file's bytes.
    typealias Change = ([UInt8]) -> [UInt8]

    func file(_ path: String) throws -> [UInt8] {
        guard let bytes = honest.files[path] else { throw SigningFederation.Impossible() }
        return bytes
    }

    /// `lines` are what `verify` says; `pending` what it counts.
    mutating func add(
        _ name: String, _ story: String, _ files: [String: [UInt8]] = [:], without absent: [String] = [],
        pending: Int = 0, _ lines: [String], commands: [String] = []
    ) {
        var broken = BrokenFederation(name, story)
        broken.files = files
        broken.absent = absent
        broken.lines = lines
        broken.pending = pending
        broken.commands = commands
        broken.exitStatus = lines.contains { $0.utf8.starts(with: "problem".utf8) } ? 1 : 0
        all.append(broken)
    }

    /// One file that is changed, and is the one problem.
    mutating func add(
        _ name: String, _ story: String, _ path: String, _ code: ProblemCode, pending: Int = 0,
        _ change: Change
    ) throws {
        add(name, story, [path: change(try file(path))], pending: pending, [Self.problem(code, path)])
    }

    static func problem(_ code: ProblemCode, _ path: String) -> String { "problem \(code.rawValue) \(path)" }

    static func cut(to count: Int) -> Change { { Array($0.prefix(count)) } }

    /// Flips a bit of the byte `offset` behind the beginning of `text`.
    static func flip(_ bit: UInt8, _ text: String, _ offset: Int) -> Change {
        { bytes in
            let wanted = Array(text.utf8)
            guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: wanted) }) else {
                return []
            }
            return flip(bit, at: start + offset)(bytes)
        }
    }

    static func flip(_ bit: UInt8, at place: Int) -> Change {
        { bytes in
            var bytes = bytes
            bytes[place] ^= bit
            return bytes
        }
    }

    // MARK: Files that end early

    private mutating func addCutFiles() throws {
        let segment = HonestFederation.segment(south, 4)
        let count = try file(segment).count
        try add("cut-segment-nothing", "A segment is empty.", segment, .framing, pending: 4, Self.cut(to: 0))
        try add(
            "cut-segment-header", "A segment ends in its header.", segment, .framing, pending: 4,
            Self.cut(to: 7))
        try add(
            "cut-segment-middle", "A segment ends in its middle.", segment, .framing, pending: 4,
            Self.cut(to: count / 2))
        try add(
            "cut-segment-end", "A segment lacks its last byte.", segment, .framing, pending: 4,
            Self.cut(to: count - 1))
        try add(
            "cut-segment-between-blocks", "Of two blocks in a segment one is there.",
            HonestFederation.segment(north, 1...2), .name, pending: 39,
            Self.cut(to: honest.blocks[north]?[0].member.count ?? 0))
        try add(
            "cut-votes", "A vote file ends in its middle.", HonestFederation.votes(south, north, 3), .vote,
            Self.cut(to: 300))
        try add(
            "cut-certificate", "A certificate ends in its middle.", HonestFederation.certificate(south, 4),
            .certificate, pending: 1, Self.cut(to: 300))
        try add(
            "cut-charter", "The charter ends in its middle.", "charter/1.note", .charter, Self.cut(to: 300))
        try add("cut-heads", "The heads end in their middle.", "heads.note", .heads, Self.cut(to: 300))
        try add(
            "cut-outbox", "An outbox file ends in its middle.", "outbox/0000000007.jsonl", .outbox,
            Self.cut(to: 700))
    }

    // MARK: Single bits

    private mutating func addFlippedBits() throws {
        let segment = HonestFederation.segment(south, 4)
        let count = try file(segment).count
        let places = [
            ("magic", 0), ("flags", 3), ("time", 4), ("system", 9), ("data", count / 2),
            ("checksum", count - 6),
            ("length", count - 2),
        ]
        for (name, place) in places {
            try add(
                "flip-segment-\(name)", "A bit of a segment is flipped: \(name).", segment, .framing,
                pending: 4,
                Self.flip(4, at: place))
        }
        let votes = HonestFederation.votes(east, south, 2)
        try add(
            "flip-vote-cosignature", "A bit of a cosignature is flipped.", votes, .vote,
            Self.flip(1, "east/witness ", 60))
        try add(
            "flip-vote-height", "A bit of the height of a vote is flipped.", votes, .vote,
            Self.flip(1, "\"height\":", 9))
        try add(
            "flip-vote-json", "A bit of the JSON of a vote is flipped.", votes, .vote, Self.flip(1, at: 1))
        try add(
            "flip-certificate-root", "A bit of a root in a certificate is flipped.",
            HonestFederation.certificate(north, 4), .certificate, pending: 2, Self.flip(2, "root ", 9))
        try add(
            "flip-charter-signature", "A bit of a signature of the charter is flipped.", "charter/1.note",
            .charter,
            Self.flip(1, "— example.org/fixture/south", 50))
        try add(
            "flip-heads-height", "A bit of a height in the heads is flipped.", "heads.note", .heads,
            Self.flip(1, "chain east ", 11))
        try add(
            "flip-outbox-deadline", "A bit of a deadline in the outbox is flipped.",
            "outbox/0000000007.jsonl",
            .outbox, Self.flip(1, "2030", 3))
    }

    // MARK: Names

    private mutating func addNames() throws {
        let (third, fourth) = (HonestFederation.segment(north, 3), HonestFederation.segment(north, 4))
        add(
            "name-wrong-height", "The last segment is named as if it held a later block.",
            [HonestFederation.segment(north, 9): try file(fourth)], without: [fourth], pending: 14,
            [Self.problem(.name, HonestFederation.segment(north, 9))])
        add(
            "name-wrong-thousand", "A segment lies in the folder of other heights.",
            ["segments/north/0000001/0000000004.seg.gz": try file(fourth)], without: [fourth],
            pending: 10, [Self.problem(.name, "segments/north/0000001/0000000004.seg.gz")])
        add(
            "name-swapped-segments", "Two segments have each other's name.",
            [third: try file(fourth), fourth: try file(third)], pending: 23,
            [Self.problem(.name, third), Self.problem(.name, fourth)])
        add(
            "name-other-chain", "A segment lies in the folder of another chain.",
            [HonestFederation.segment(south, 4): try file(fourth)], pending: 4,
            [Self.problem(.link, HonestFederation.segment(south, 4))])
        add(
            "name-certificate", "A certificate has the name of another.",
            [HonestFederation.certificate(south, 4): try file(HonestFederation.certificate(south, 3))],
            pending: 1,
            [Self.problem(.name, HonestFederation.certificate(south, 4))])
        add(
            "name-votes", "A vote file has the name of another.",
            [HonestFederation.votes(south, east, 4): try file(HonestFederation.votes(south, east, 3))],
            [Self.problem(.vote, HonestFederation.votes(south, east, 4))])
        add(
            "name-votes-range", "A vote file is named as if it held more votes.",
            [
                "votes/south/east/0000000/0000000004-0000000005.jsonl": try file(
                    HonestFederation.votes(south, east, 4))
            ], without: [HonestFederation.votes(south, east, 4)],
            [Self.problem(.name, "votes/south/east/0000000/0000000004-0000000005.jsonl")])
        let strangers = [
            "README", "segments/north/0000000/0000000003 (1).seg.gz", "segments/north/0000000/3.seg.gz",
            "votes/south/0000000004.jsonl", "outbox/7.jsonl", "charter/01.note",
            "certificates/hq/0000000/a.json",
        ]
        var files: [String: [UInt8]] = [:]
        for path in strangers { files[path] = Array("what is this\n".utf8) }
        add(
            "name-unknown", "Files that do not belong here.", files,
            strangers.map {
                Self.problem(.name, $0.utf8.starts(with: "certificates".utf8) ? "certificates/hq" : $0)
            })
        add(
            "name-temporary", "A file that is being written is no problem.",
            ["segments/north/0000000/.tmp-0123456789abcdef0123456789abcdef": [1, 2, 3]], [])
        add(
            "absent-segment", "A segment in the middle is absent, which is no problem.",
            without: [third], pending: 25, [])
        add(
            "absent-certificates", "The certificates of a chain are absent, which is no problem.",
            without: (1...4).map { HonestFederation.certificate(south, $0) }, pending: 10, [])
    }

    // MARK: What is no file

    private mutating func addFileKinds() {
        let segment = HonestFederation.segment(north, 3)
        let kinds = [
            ("link", "a symbolic link", "mv \(segment) ../real && ln -s \"$PWD/../real\" \(segment)"),
            ("pipe", "a pipe", "rm \(segment) && mkfifo \(segment)"),
            ("folder", "a folder", "rm \(segment) && mkdir \(segment)"),
        ]
        for (name, word, command) in kinds {
            add(
                "kind-\(name)", "A segment is \(word).", [:], pending: 24, [Self.problem(.file, segment)],
                commands: [command])
        }
        add(
            "kind-linked-folder", "A folder is a symbolic link.", [:], [Self.problem(.file, "votes/south")],
            commands: ["mv votes/south ../real && ln -s \"$PWD/../real\" votes/south"])
    }
}
