public import ScripCrypto

/// What a region says that it has, so that a peer need not look (format section 5): the text of `heads.note`.
///
///     scrip heads v1
///     federation example.org/vouchers
///     genesis 038505b4a1a2be6166c8a0d7b5b25357d3afa841acb8d38aa83cfbb31e177ddb
///     region north
///     time 2026-11-18T13:36:12Z
///     charter 1
///     chain east 6 45 c4YxBIkcocQ8TtzqQ9S93M+jLvIddnktQRRsPpc2esU=
///     vote north east 6
///     certificate east 6
///     outbox 1 1
///     evidence 0
///
/// Lines of one kind are sorted by their regions. It is a hint: nothing is believed because of it, and a
/// region that lies in it only delays those who read it.
public struct HeadsNote: Hashable, Sendable {
    /// How far the region holds one chain.
    public struct Chain: Hashable, Sendable {
        /// The region whose chain it is.
        public let region: RegionName
        /// The height of its last block, from 1.
        public let height: Int
        /// The size of its tree, at least its height.
        public let size: Int
        /// The root of that tree.
        public let root: Digest

        /// The head of the chain of `region`.
        public init(region: RegionName, height: Int, size: Int, root: Digest) {
            self.region = region
            self.height = height
            self.size = size
            self.root = root
        }
    }

    /// How far the region holds one voter's votes on one chain.
    public struct Votes: Hashable, Sendable {
        /// The region that votes.
        public let voter: RegionName
        /// The region whose chain it votes on.
        public let chain: RegionName
        /// The height of the last block voted on; 0 for none.
        public let height: Int

        /// The votes of `voter` on the chain of `chain` up to a height.
        public init(voter: RegionName, chain: RegionName, height: Int) {
            self.voter = voter
            self.chain = chain
            self.height = height
        }
    }

    /// How many certificates of one chain the region holds.
    public struct Certificates: Hashable, Sendable {
        /// The region whose chain it is.
        public let chain: RegionName
        /// How many blocks of it have a certificate here.
        public let count: Int

        /// So many certificates of the chain of `chain`.
        public init(chain: RegionName, count: Int) {
            self.chain = chain
            self.count = count
        }
    }

    /// The files of the region's outbox.
    public struct Outbox: Hashable, Sendable {
        /// The highest number that was ever used; 0 for none.
        public let highest: Int
        /// How many are there.
        public let count: Int

        /// So many files, of which the newest has the number `highest`.
        public init(highest: Int, count: Int) {
            self.highest = highest
            self.count = count
        }
    }

    /// The most chains: one a region.
    public static let chainCountMax = Charter.regionCountMax

    /// The most `vote` lines: every voter on every chain.
    public static let voteCountMax = chainCountMax * chainCountMax

    /// The name of the federation.
    public let federation: FederationName

    /// The digest of the charter of epoch 1.
    public let genesis: Digest

    /// The region that speaks.
    public let region: RegionName

    /// When it wrote the note.
    public let time: Timestamp

    /// The highest epoch whose charter it holds.
    public let charterEpoch: Int

    /// Its chains, sorted by region.
    public let chains: [Chain]

    /// Its votes, sorted by voter and then by chain.
    public let votes: [Votes]

    /// Its certificates, sorted by chain.
    public let certificates: [Certificates]

    /// Its outbox.
    public let outbox: Outbox

    /// The number of its evidence files.
    public let evidenceCount: Int

    /// What `region` has. The lists are sorted as their properties say.
    public init(
        federation: FederationName, genesis: Digest, region: RegionName, time: Timestamp,
        charterEpoch: Int, chains: [Chain], votes: [Votes], certificates: [Certificates], outbox: Outbox,
        evidenceCount: Int
    ) throws(HeadsError) {
        guard charterEpoch > 0 else { throw .number("charter") }
        guard chains.count <= Self.chainCountMax else { throw .count("chain") }
        guard votes.count <= Self.voteCountMax else { throw .count("vote") }
        guard certificates.count <= Self.chainCountMax else { throw .count("certificate") }
        guard Self.ascends(chains, by: { $0.region < $1.region }) else { throw .order("chain") }
        guard Self.ascends(votes, by: { ($0.voter, $0.chain) < ($1.voter, $1.chain) }) else {
            throw .order("vote")
        }
        guard Self.ascends(certificates, by: { $0.chain < $1.chain }) else { throw .order("certificate") }
        // Every block has a leaf of its own, so a chain is at least as large as it is high.
        guard chains.allSatisfy({ $0.height > 0 && $0.size >= $0.height }) else { throw .number("chain") }
        guard votes.allSatisfy({ $0.height >= 0 }) else { throw .number("vote") }
        guard certificates.allSatisfy({ $0.count >= 0 }) else { throw .number("certificate") }
        guard outbox.count >= 0, outbox.count <= outbox.highest else { throw .number("outbox") }
        guard evidenceCount >= 0 else { throw .number("evidence") }
        self.federation = federation
        self.genesis = genesis
        self.region = region
        self.time = time
        self.charterEpoch = charterEpoch
        self.chains = chains
        self.votes = votes
        self.certificates = certificates
        self.outbox = outbox
        self.evidenceCount = evidenceCount
    }

    /// The heads that the text of a note are; they render to the same bytes.
    public init(parsing text: [UInt8]) throws(HeadsError) {
        guard var lines = LineCursor(text), let title = lines.next(), title.elementsEqual(Self.title.utf8)
        else { throw .line(1, expected: Self.title) }
        guard let name = lines.value(after: "federation"), let federation = FederationName(name.span) else {
            throw .line(2, expected: "federation NAME")
        }
        guard let digits = lines.value(after: "genesis"), let genesis = Digest(hexadecimal: digits.span)
        else {
            throw .line(3, expected: "genesis HEX")
        }
        guard let word = lines.value(after: "region"), let region = LineCursor.region(word) else {
            throw .line(4, expected: "region NAME")
        }
        guard let clock = lines.value(after: "time"), let time = Timestamp(clock.span) else {
            throw .line(5, expected: "time YYYY-MM-DDTHH:MM:SSZ")
        }
        guard let number = lines.value(after: "charter"), let charterEpoch = LineCursor.number(number) else {
            throw .line(6, expected: "charter EPOCH")
        }
        let chains = try Self.chains(&lines)
        let votes = try Self.votes(&lines)
        let certificates = try Self.certificates(&lines)
        let outboxLine = lines.lineNumber + 1
        guard let files = lines.value(after: "outbox").map(LineCursor.words), files.count == 2,
            let highest = LineCursor.number(files[0]), let count = LineCursor.number(files[1])
        else { throw .line(outboxLine, expected: "outbox NUMBER COUNT") }
        guard let files = lines.value(after: "evidence"), let evidenceCount = LineCursor.number(files) else {
            throw .line(outboxLine + 1, expected: "evidence COUNT")
        }
        guard lines.isAtEnd else { throw .line(lines.lineNumber + 1, expected: "the end") }
        try self.init(
            federation: federation, genesis: genesis, region: region, time: time, charterEpoch: charterEpoch,
            chains: chains, votes: votes, certificates: certificates,
            outbox: Outbox(highest: highest, count: count), evidenceCount: evidenceCount)
        guard self.text == text else { throw .notCanonical }
    }

    /// The heads in `note` if it is a good one of this federation: exactly one line, by the log key of the
    /// region that it names.
    /// The key is that of the epoch that the note names, or where that is not known here, of the newest.
    public init(_ note: SignedNote, charters: CharterHistory) throws(HeadsError) {
        try self.init(parsing: note.text)
        guard federation == charters.federation, genesis == charters.genesis else { throw .federation }
        let charter = charters.charter(of: charterEpoch) ?? charters.newest
        guard let speaker = charter.region(named: region) else { throw .stranger(region) }
        guard note.signatures.count == 1 else { throw .signatureCount(note.signatures.count) }
        guard speaker.log.isSigner(of: note.signatures[0]) else {
            throw .signer(note.signatures[0].name, expected: speaker.log.name)
        }
        guard speaker.log.isValid(note.signatures[0], on: note.text) else { throw .badSignature(region) }
    }

    /// The text that is signed.
    public var text: [UInt8] {
        var lines = [
            Self.title, "federation \(federation)", "genesis \(genesis.hexadecimal)", "region \(region)",
            "time \(time.text)", "charter \(charterEpoch)",
        ]
        lines += chains.map {
            "chain \($0.region) \($0.height) \($0.size) \(Base64.encode($0.root.bytes))"
        }
        lines += votes.map { "vote \($0.voter) \($0.chain) \($0.height)" }
        lines += certificates.map { "certificate \($0.chain) \($0.count)" }
        lines += ["outbox \(outbox.highest) \(outbox.count)", "evidence \(evidenceCount)"]
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    /// The note as its region signs it.
    public func signed(by log: LogSigner) -> SignedNote {
        let text = text
        return SignedNote(text: text, signatures: [log.signature(on: text)])
    }

    private static let title = "scrip heads v1"

    private static func chains(_ lines: inout LineCursor) throws(HeadsError) -> [Chain] {
        var chains: [Chain] = []
        while let line = lines.value(after: "chain") {
            let words = LineCursor.words(line)
            guard words.count == 4, let region = LineCursor.region(words[0]),
                let height = LineCursor.number(words[1]), let size = LineCursor.number(words[2]),
                let root = LineCursor.root(words[3])
            else { throw .line(lines.lineNumber, expected: "chain REGION HEIGHT SIZE ROOT") }
            guard chains.count < chainCountMax else { throw .count("chain") }
            chains.append(Chain(region: region, height: height, size: size, root: root))
        }
        return chains
    }

    private static func votes(_ lines: inout LineCursor) throws(HeadsError) -> [Votes] {
        var votes: [Votes] = []
        while let line = lines.value(after: "vote") {
            let words = LineCursor.words(line)
            guard words.count == 3, let voter = LineCursor.region(words[0]),
                let chain = LineCursor.region(words[1]), let height = LineCursor.number(words[2])
            else { throw .line(lines.lineNumber, expected: "vote VOTER CHAIN HEIGHT") }
            guard votes.count < voteCountMax else { throw .count("vote") }
            votes.append(Votes(voter: voter, chain: chain, height: height))
        }
        return votes
    }

    private static func certificates(_ lines: inout LineCursor) throws(HeadsError) -> [Certificates] {
        var certificates: [Certificates] = []
        while let line = lines.value(after: "certificate") {
            let words = LineCursor.words(line)
            guard words.count == 2, let chain = LineCursor.region(words[0]),
                let count = LineCursor.number(words[1])
            else { throw .line(lines.lineNumber, expected: "certificate CHAIN COUNT") }
            guard certificates.count < chainCountMax else { throw .count("certificate") }
            certificates.append(Certificates(chain: chain, count: count))
        }
        return certificates
    }

    private static func ascends<Element>(_ list: [Element], by precedes: (Element, Element) -> Bool) -> Bool {
        zip(list, list.dropFirst()).allSatisfy(precedes)
    }
}

/// Why a note holds no heads of a region.
public enum HeadsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line of that number, from 1, does not read as it should.
    case line(Int, expected: String)
    /// More lines of that kind than there can be.
    case count(String)
    /// The lines of that kind are not sorted, or one is there twice.
    case order(String)
    /// A number in a line of that kind cannot be.
    case number(String)
    /// Another federation, or one of the same name with another genesis.
    case federation
    /// The region is not in the charter.
    case stranger(RegionName)
    case signatureCount(Int)
    case signer(String, expected: String)
    case badSignature(RegionName)
    /// Rendered again, the heads give other bytes.
    case notCanonical

    public var description: String {
        switch self {
        case .line(let number, let expected): "line \(number) of the heads is not '\(expected)'"
        case .count(let kind): "the heads have too many '\(kind)' lines"
        case .order(let kind): "the '\(kind)' lines of the heads are not sorted"
        case .number(let kind): "a number in a '\(kind)' line of the heads cannot be"
        case .federation: "the heads are of another federation"
        case .stranger(let region): "the heads are of '\(region)', which is no region of the charter"
        case .signatureCount(let count): "the heads have \(count) signatures in place of 1"
        case .signer(let name, let expected): "the heads are signed by '\(name)', not by '\(expected)'"
        case .badSignature(let region): "the signature of region '\(region)' on its heads is bad"
        case .notCanonical: "the heads are not written canonically"
        }
    }
}
