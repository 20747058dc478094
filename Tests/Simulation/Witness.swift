internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// Watches what honest regions publish, file by file, and throws at what must never be.
///
/// - What was acknowledged neither changes nor goes.
/// - An honest region signs one block a height, and one verdict on a block in an epoch.
/// - No two certificates of one block disagree, whatever their epochs.
/// - There is one charter of an epoch, and nothing beyond the end of a retired chain is certified.
/// - Settlements of one cut are the same, and an honest region settles no record twice.
/// - What is certified fits the reference model.
final class Witness {
    /// Those that are in force anywhere.
    private(set) var charters: CharterHistory
    private var honest: Set<RegionName>
    let model: ReferenceModel
    /// By region: what its files are once a command was done, by path.
    private var acknowledged: [RegionName: [String: Digest]] = [:]
    private var seen: [RegionName: Set<String>] = [:]
    private var blocks: [String: ReferenceModel.Block] = [:]
    private var chains: ReferenceBlocks
    /// Segment files that were read whole, by the hash of their bytes.
    private var checkedSegments: Set<String> = []
    private var certificates: [String: (root: String, verdict: Digest, size: Int, epochs: Set<Int>)] = [:]
    /// What is certified by all quorums that it needs, as `CHAIN SIZE`.
    private var certifiedSizes: Set<String> = []
    private var waiting: [(key: String, verdict: VerdictText)] = []
    private var signedBlocks: [String: String] = [:]
    private var signedVerdicts: [String: Digest] = [:]
    private var settlements: [Digest: Digest] = [:]
    private var settled: [RegionName: [String: Cut]] = [:]
    private var released: [RegionName: Int] = [:]
    /// The last block of each segment file, by the hash of its bytes: where it begins and which charter it names.
    private var lastBlocks: [Digest: (chain: RegionName, first: Int, epoch: Int)] = [:]
    private(set) var certifiedCount = 0
    /// Files of evidence that were read, none of them against an honest region.
    private(set) var evidenceCount = 0
    /// Records that a certificate says are invalid.
    private(set) var invalidCount = 0

    init(_ charters: CharterHistory, honest: Set<RegionName>, _ signers: Signers) {
        model = ReferenceModel(signers)
        chains = ReferenceBlocks(genesis: charters.genesis)
        self.charters = charters
        self.honest = honest
    }

    /// A region has joined that does what the program does.
    func welcome(_ region: RegionName) { honest.insert(region) }

    /// Files that come and go, or are replaced.
    private static func isPassing(_ path: String) -> Bool {
        path == "heads.note" || path.hasPrefix("outbox/") || path.contains("/.tmp-")
            || path.hasPrefix(".tmp-")
    }

    /// After a command of an honest region. What is new counts as acknowledged if the command said that it was done.
    /// With `isWhole` every file is read again.
    func look(at region: SimulatedRegion, isAcknowledged: Bool = true, isWhole: Bool) throws {
        let files = Files.list(region.publicFolder)
        for (path, digest) in acknowledged[region.name] ?? [:] {
            let isReleased = isReleased(path) || hasEnded(digest)
            guard files[path] != nil || isReleased else {
                throw Violation("\(region.name): \(path) was acknowledged and is gone")
            }
            if isWhole || isReleased,
                Files.read("\(region.publicFolder)/\(path)").map({ SHA256.hash($0) }) != digest
            {
                if isReleased {
                    // What comes in its place is looked at as if it was new.
                    acknowledged[region.name]?[path] = nil
                    seen[region.name]?.remove(path)
                    continue
                }
                throw Violation("\(region.name): \(path) was acknowledged and is another")
            }
        }
        let known = seen[region.name] ?? []
        let new = files.keys.filter { !known.contains($0) && !Self.isPassing($0) }.sorted()
        // What is signed in an epoch is judged by its charter.
        let epoch =
            files.keys.compactMap { path in
                if case .charter(let name) = PublicFile(path: path) { name.epoch } else { nil }
            }.max() ?? 1
        let charters = new.filter { $0.hasPrefix("\(RegionLayout.charters)/") }
        for path in charters + new.filter({ !charters.contains($0) }) {
            guard let bytes = Files.read("\(region.publicFolder)/\(path)") else { continue }
            try read(path, bytes, region.name, epoch: epoch)
            if isAcknowledged { acknowledged[region.name, default: [:]][path] = SHA256.hash(bytes) }
            seen[region.name, default: []].insert(path)
        }
        try chains.checkSeen()
        try certify()
    }

    /// A region lost what it had: a backup came in its place.
    func forget(_ region: RegionName) {
        acknowledged[region] = nil
        seen[region] = nil
    }

    // MARK: Files

    private func read(_ path: String, _ bytes: [UInt8], _ region: RegionName, epoch: Int) throws {
        switch PublicFile(path: path) {
        case .charter: try readCharter(bytes)
        case .segment(let chain, _): try readSegment(bytes, chain, holderEpoch: epoch)
        case .evidence: try readEvidence(bytes, region)
        case .votes(let voter, let chain, _): try readVotes(bytes, voter, chain)
        case .certificate(let chain, let name): try readCertificate(bytes, chain, name.epoch)
        case .settlement(let signer, let name): try readSettlement(bytes, signer, name)
        default: break
        }
    }

    /// Nobody is named as a liar who is none.
    private func readEvidence(_ bytes: [UInt8], _ region: RegionName) throws {
        let proof = Result { () throws(EvidenceError) in
            try Evidence(parsingFile: bytes).prove(by: charters)
        }
        // Who has not heard of the charter yet by which it is settled may hold it.
        if case .failure(.settled) = proof { return }
        let proven = try proof.get()
        // Who signed two blocks of a chain whose old key is in other hands cannot be told.
        for signer in proven.signers where honest.contains(signer) && released[signer] == nil {
            throw Violation("\(region) has evidence against \(signer), which is honest: \(proven.reason)")
        }
        evidenceCount += 1
    }

    private func readCharter(_ bytes: [UInt8]) throws {
        let signed = try SignedCharter(parsing: bytes)
        let epoch = signed.charter.epoch
        if let known = charters.charter(of: epoch) {
            if known != signed.charter { throw Violation("two charters of epoch \(epoch) are in force") }
            return
        }
        try signed.check(after: charters.newest)
        charters = try charters.adding(signed.charter)
        for succession in signed.charter.changes.successions {
            model.succeed(succession.lost.text, by: succession.heir.text, since: epoch)
        }
        for point in signed.charter.changes.retirements {
            for (key, certificate) in certificates
            where key.hasPrefix("\(point.region) ") && certificate.size > point.size {
                throw Violation(
                    "chain \(point.region) ends at \(point.size), and \(certificate.size) is certified")
            }
        }
    }

    private func readSegment(_ bytes: [UInt8], _ chain: RegionName, holderEpoch: Int) throws {
        // Whether it may be held is a matter of the holder's charter.
        let digest = SHA256.hash(bytes)
        let isNew = checkedSegments.insert("\(holderEpoch) \(digest.hexadecimal)").inserted
        var lines: [[UInt8]] = []
        for line in try SegmentText.lines(of: bytes) {
            lines.append(line)
            guard let seal = try? SealLine(line: line) else { continue }
            if isNew { try chains.take(lines, seal, of: chain, charters, holderEpoch: holderEpoch) }
            lastBlocks[digest] = try place(lines, seal, chain)
            try take(lines, seal, chain)
            lines = []
        }
    }

    private func place(
        _ lines: [[UInt8]], _ seal: SealLine, _ chain: RegionName
    ) throws -> (chain: RegionName, first: Int, epoch: Int) {
        let size = try Checkpoint(parsing: try SignedNote(parsing: seal.checkpoint).text).size
        return (chain, size - lines.count + 1, try BlockHeader(line: lines[0]).charter)
    }

    private func take(_ lines: [[UInt8]], _ seal: SealLine, _ chain: RegionName) throws {
        let header = try BlockHeader(line: lines[0])
        // `origin`, size, root in base64, as the checkpoint has them.
        let text = String(decoding: seal.checkpoint, as: UTF8.self).split(separator: "\n")
        guard text.count >= 3, let size = Int(text[1]) else { throw Violation("a checkpoint is none") }
        let root = String(text[2])
        let first = size - lines.count + 1
        let block = ReferenceModel.Block(
            chain: chain.text, height: header.height, charter: header.charter, first: first,
            previous: Base64.encode(header.previous.bytes), size: size, root: root,
            seen: Dictionary(uniqueKeysWithValues: header.seen.map { ($0.region.text, $0.size) }),
            records: lines[1..<(lines.count - 1)].enumerated().map { (first + 1 + $0.offset, $0.element) })
        blocks["\(chain) \(size) \(root)"] = block
        // What a thief of its key has signed is not its own.
        let name = ReferenceBlocks.name(chain, size, Digest(Base64.decode(Array(root.utf8)) ?? []) ?? .zero)
        if honest.contains(chain), !chains.isCondemned(name) {
            let before = signedBlocks.updateValue(root, forKey: "\(chain) \(header.height)")
            if let before, before != root {
                throw Violation("\(chain) has sealed two blocks of height \(header.height)")
            }
        }
    }

    private func readVotes(_ bytes: [UInt8], _ voter: RegionName, _ chain: RegionName) throws {
        guard honest.contains(voter) else { return }
        for line in bytes.split(separator: 0x0a).map(Array.init) {
            guard let checked = try? Vote(parsing: line).check(charters: charters), checked.voter == voter
            else {
                throw Violation("a vote of \(voter) is published that is not good")
            }
            let verdict = checked.verdict
            try chains.refuse(
                ReferenceBlocks.name(chain, verdict.size, verdict.root), in: verdict.charterEpoch,
                "a vote of \(voter)")
            let key = "\(voter) \(chain) \(verdict.height) \(verdict.charterEpoch)"
            let before = signedVerdicts.updateValue(checked.verdictDigest, forKey: key)
            if let before, before != checked.verdictDigest {
                throw Violation(
                    "\(voter) has signed two verdicts on block \(verdict.height) of \(chain)")
            }
        }
    }

    private func readSettlement(_ bytes: [UInt8], _ signer: RegionName, _ name: SettlementName) throws {
        guard honest.contains(signer) else { return }
        let note = try SettlementNote(try SignedNote(parsing: bytes), signer: signer, charters: charters)
        if let before = settlements.updateValue(note.digest, forKey: note.cut.hash), before != note.digest {
            throw Violation("two settlements of one cut differ")
        }
        guard settled[signer, default: [:]].updateValue(note.cut, forKey: name.text) == nil else { return }
        for (other, cut) in settled[signer] ?? [:] where other != name.text {
            for chain in note.cut.chains {
                for before in cut.chains where before.region == chain.region {
                    if max(before.from, chain.from) < min(before.size, chain.size) {
                        throw Violation("\(signer) settles records of \(chain.region) twice")
                    }
                }
            }
        }
    }

    private func readCertificate(_ bytes: [UInt8], _ chain: RegionName, _ epoch: Int) throws {
        let certificate = try Certificate(parsingFile: bytes)
        let checked = try certificate.check(charters: charters)
        let verdict = checked.verdict
        if chains.isCondemned(ReferenceBlocks.name(chain, verdict.size, verdict.root)) {
            throw Violation("block \(verdict.height) of \(chain) is certified, and is none")
        }
        // Counted here once more, by names alone.
        let voters = Set(certificate.verdict.signatures.map(\.name))
        guard let charter = charters.charter(of: epoch), voters.count >= charter.quorumSize else {
            throw Violation("block \(verdict.height) of \(chain) is certified by \(voters.sorted()) alone")
        }
        let root = Base64.encode(verdict.root.bytes)
        let key = "\(chain) \(verdict.height)"
        // Verdicts of two epochs on one block have different texts; what they say of the block is compared.
        let digest = SHA256.hash(Array("\(verdict.root.hexadecimal) \(verdict.invalid)".utf8))
        if let end = charters.end(of: chain), verdict.size > end.size {
            throw Violation("chain \(chain) ends at \(end.size), and \(verdict.size) is certified")
        }
        if let before = certificates[key] {
            if before.root != root || before.verdict != digest {
                throw Violation("two certificates of block \(verdict.height) of \(chain) disagree")
            }
            certificates[key]?.epochs.insert(verdict.charterEpoch)
        } else {
            certificates[key] = (root, digest, verdict.size, [verdict.charterEpoch])
            certifiedCount += 1
            waiting.append(("\(chain) \(verdict.size) \(root)", verdict))
        }
    }

    /// Whether all quorums that a block needs have certified it: those of two epochs, if it is the first of its chain that
    /// names the second, or that of a charter which ruled on its branch. Nil if the block before is not known.
    private func hasAllQuorums(_ block: ReferenceModel.Block, _ epochs: Set<Int>) -> Bool? {
        guard let chain = RegionName(block.chain) else { return nil }
        var isFirst = false
        if block.height > 1 {
            guard let before = blocks["\(chain) \(block.first) \(block.previous)"] else { return nil }
            isFirst = block.charter > before.charter
        }
        let needed = charters.certifyingEpochs(naming: block.charter, isFirst: isFirst, of: chain)
        // A branch that was ruled on may be certified by the voters of that charter instead.
        let ruling = charters.rulingEpochs(of: chain, size: block.size, naming: block.charter)
        return needed.allSatisfy(epochs.contains) || ruling.contains(where: epochs.contains)
    }

    /// Gives the model what is certified and whose block was seen by now.
    private func certify() throws {
        var certified: [(block: ReferenceModel.Block, verdict: VerdictText)] = []
        waiting.removeAll { key, verdict in
            guard let block = blocks[key],
                let epochs = certificates["\(block.chain) \(block.height)"]?.epochs,
                hasAllQuorums(block, epochs) == true
            else { return false }
            certified.append((block, verdict))
            return true
        }
        for (block, _) in certified { certifiedSizes.insert("\(block.chain) \(block.size)") }
        for (block, verdict) in certified {
            for (chain, size) in block.seen where !certifiedSizes.contains("\(chain) \(size)") {
                throw Violation(
                    "block \(block.height) of \(block.chain) is certified, what it has seen of \(chain) is not"
                )
            }
            invalidCount += verdict.invalid.count
            try model.certify(block, invalid: Set(verdict.invalid.map(\.index)))
        }
    }

    /// What is wrong with how it all ended. The chain of a liar may have a block without a certificate below one that has
    /// one, and what is upon it cannot be followed here.
    func conclude(isSure: Bool) throws {
        if let entry = waiting.first(where: { blocks[$0.key] == nil }) {
            throw Violation("a block that is certified is nowhere: \(entry.key)")
        }
        if isSure, let reason = model.incomplete {
            throw Violation("a certified block cannot be followed: \(reason)")
        }
    }

    /// Whether the block of this height of the chain has all certificates that it needs.
    func isCertified(_ chain: RegionName, _ height: Int) -> Bool {
        certificates["\(chain) \(height)"].map { certifiedSizes.contains("\(chain) \($0.size)") } ?? false
    }

    /// A liar has signed those lines of a block that is none.
    func condemn(_ lines: [[UInt8]], of chain: RegionName, since epoch: Int = 1, from height: Int? = nil) {
        guard let last = lines.last, let seal = try? SealLine(line: last),
            let note = try? SignedNote(parsing: seal.checkpoint),
            let checkpoint = try? Checkpoint(parsing: note.text)
        else { return }
        chains.condemn(ReferenceBlocks.name(chain, checkpoint.size, checkpoint.root), since: epoch)
        if let height { release(chain, from: height) }
    }

    /// From that height on a charter says which blocks of a chain stand, and what is of others is put aside.
    func release(_ chain: RegionName, from height: Int) {
        released[chain] = min(height, released[chain] ?? height)
    }

    /// Whether that is a segment with a block by a key that a charter has replaced, beyond the place to which it counts.
    private func hasEnded(_ segment: Digest) -> Bool {
        guard let last = lastBlocks[segment] else { return false }
        return charters.anchors(of: last.chain).contains {
            $0.endsEarlierEpochs && last.epoch < $0.epoch && last.first >= $0.point.size
        }
    }

    /// Whether that is a file about blocks that a charter has put aside, or may have.
    private func isReleased(_ path: String) -> Bool {
        switch PublicFile(path: path) {
        case .segment(let chain, let name): released[chain].map { name.heights.upperBound >= $0 } ?? false
        case .votes(_, let chain, let name): released[chain].map { name.heights.upperBound >= $0 } ?? false
        case .certificate(let chain, let name): released[chain].map { name.height >= $0 } ?? false
        default: false
        }
    }

    /// The root of the block of a chain that is certified at a height, by the first certificate of it.
    func certifiedRoot(of chain: RegionName, _ height: Int) -> Digest? {
        certificates["\(chain) \(height)"].flatMap { Base64.decode(Array($0.root.utf8)) }.flatMap {
            Digest($0)
        }
    }

    /// The sizes at which certified blocks of a chain end, in order.
    func certifiedSizes(of chain: RegionName) -> [Int] {
        certificates.filter { $0.key.hasPrefix("\(chain) ") }.map(\.value.size).sorted()
    }

    /// The newest epoch that a block of an honest chain names; nil if it has none.
    func lastEpoch(of chain: RegionName) -> Int? {
        blocks.values.filter { $0.chain == chain.text }.map(\.charter).max()
    }

    /// The heights of an honest chain that were sealed.
    func sealedHeights(of chain: RegionName) -> [Int] {
        signedBlocks.keys.compactMap { key in
            let parts = key.split(separator: " ")
            return parts[0] == chain.text ? Int(parts[1]) : nil
        }
    }
}
