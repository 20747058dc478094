internal import ScripCrypto

/// A signed block that is invalid by itself: evidence of kind `block` (format section 6).
///
/// `member` is the base64 of its gzip member, `subtrees` are the roots of the perfect subtrees of the tree before it,
/// base64, left to right, one a line, `-` if there are none. With the member's leaves they give the signed root, so
/// they are what the region signed, down to the last byte.
///
/// Nobody can tell by these bytes where a block begins: some of the last leaves of an honest chain, cut off anywhere,
/// give its signed root too. So only that counts which no such part of an honest chain ever shows. Its leaves are
/// valid records and well-formed block lines, each of which names the root before it and as many records as follow.
struct BlockEvidence {
    let member: [UInt8]
    let subtrees: [UInt8]

    /// What a member holds: the leaves, the first of them and the record lines that were looked at, and the seal.
    private struct Content {
        var header: [UInt8] = []
        var leafHashes: [Digest] = []
        /// The line behind the records that the header counts, if there is one.
        var overflow: [UInt8]?
        var seal: [UInt8] = []
        /// The latest time of an attestation in the records that the header counts.
        var latestAttestation: Timestamp?
    }

    /// Evidence of a block that follows on `before`; nil if it does not fit into a file.
    static func evidence(member: [UInt8], before: MerkleFrontier) -> Evidence? {
        Evidence(.block, Array(Base64.encode(member).utf8), Self.text(of: before))
    }

    private static func text(of frontier: MerkleFrontier) -> [UInt8] {
        if frontier.hashes.isEmpty { return [UInt8(ascii: "-")] }
        return Array(frontier.hashes.map { Base64.encode($0.bytes) }.joined(separator: "\n").utf8)
    }

    func prove(by charters: CharterHistory) throws(EvidenceError) -> ProvenEvidence {
        let content = try read(signedPrefix: Record.signedPrefix(genesis: charters.genesis))
        let seal = try checkpoint(content.seal, charters)
        let before = try frontier(size: seal.checkpoint.size - content.leafHashes.count)
        var tree = before
        for hash in content.leafHashes { tree.append(hash) }
        guard tree.root == seal.checkpoint.root else {
            throw .provesNothing("the lines do not hash to the signed root")
        }
        guard Self.isBlockLine(content.header) else {
            throw .provesNothing("it does not begin with a block line")
        }
        guard Self.fault(content, chain: seal.chain, before: before, charters) else {
            throw .provesNothing("the block is not invalid by itself")
        }
        return ProvenEvidence(.block, chain: seal.chain, signers: [seal.chain], first: before.size)
    }

    /// Whether the lines show something that no honest chain does.
    private static func fault(
        _ content: Content, chain: RegionName, before: MerkleFrontier, _ charters: CharterHistory
    ) -> Bool {
        guard let header = try? BlockHeader(line: content.header) else { return true }
        guard header.region == chain, header.previous == (before.size == 0 ? charters.genesis : before.root),
            (header.height == 1) == (before.size == 0), header.height - 1 <= before.size
        else { return true }
        // A block names a charter that has its region as a voter; what it has seen may have ended before.
        if let charter = charters.charter(of: header.charter),
            charter.voter(named: chain) == nil
                || header.seen.contains(where: { !charters.mayBeSeen($0.region, inEpoch: header.charter) })
        {
            return true
        }
        let count = content.leafHashes.count - 1
        if count < header.count { return true }
        // More leaves than it counts are the blocks behind it, in an honest chain.
        if let overflow = content.overflow, !isBlockLine(overflow) { return true }
        return content.latestAttestation.map { $0 > header.time } ?? false
    }

    private static func isBlockLine(_ line: [UInt8]) -> Bool {
        guard let document = try? JSONDocument(line, form: .canonical) else { return false }
        return document.root.kind == .object && document.root.member("type")?.text == "block"
    }

    // MARK: Reading

    private func checkpoint(
        _ line: [UInt8], _ charters: CharterHistory
    ) throws(EvidenceError) -> VerifiedCheckpoint {
        let seal: SealLine
        do { seal = try SealLine(line: line) } catch { throw .provesNothing(error.reason) }
        return try Evidence.checkpoint(seal.checkpoint, charters)
    }

    private func frontier(size: Int) throws(EvidenceError) -> MerkleFrontier {
        var hashes: [Digest] = []
        if subtrees != [UInt8(ascii: "-")] {
            for line in subtrees.split(separator: 0x0a, omittingEmptySubsequences: false) {
                guard let hash = LineCursor.root(line) else {
                    throw .provesNothing("the roots before the block are malformed")
                }
                hashes.append(hash)
            }
        }
        guard let frontier = MerkleFrontier(size: size, hashes: hashes) else {
            throw .provesNothing("the roots before the block are not as many as the size asks for")
        }
        return frontier
    }

    /// Inflates the member part by part, and keeps of it what is asked of it.
    private func read(signedPrefix: [UInt8]) throws(EvidenceError) -> Content {
        let inflater = GzipInflater()
        var reading = Reading(signedPrefix: signedPrefix)
        var digits = member[...]
        var buffer: [UInt8] = []
        var total = 0
        var isEnd = false
        while !digits.isEmpty {
            let part = digits.prefix(Self.partDigits)
            digits = digits.dropFirst(part.count)
            // Padding stands at the end only.
            guard let bytes = Base64.decode(part), digits.isEmpty || bytes.count == part.count / 4 * 3 else {
                throw .provesNothing("the block is not in base64")
            }
            var rest = bytes.span
            var isMore = true
            while isMore, !isEnd {
                let before = buffer.count
                let consumed: Int
                do {
                    (consumed, isEnd) = try inflater.read(rest, into: &buffer, limit: Self.partBytes)
                } catch {
                    throw .provesNothing("the block is no gzip member: \(error)")
                }
                rest = rest.extracting(droppingFirst: consumed)
                total += buffer.count - before
                guard total <= BlockHeader.bytesMax else {
                    throw .provesNothing("the block inflates to more than \(BlockHeader.bytesMax) bytes")
                }
                isMore = !rest.isEmpty || buffer.count - before == Self.partBytes
                try reading.take(&buffer)
                guard buffer.count <= Self.lineBytesMax else {
                    throw .provesNothing("a line is longer than \(Self.lineBytesMax) bytes")
                }
            }
            guard rest.isEmpty else { throw .provesNothing("bytes follow the block") }
        }
        guard isEnd else { throw .provesNothing("the block is cut off") }
        guard buffer.isEmpty else { throw .provesNothing("bytes follow the block") }
        return try reading.finish()
    }

    /// What is decoded, and inflated, at once: whole groups of base64.
    private static let partDigits = 4 << 16
    private static let partBytes = 256 << 10
    /// Longer than any line that an honest region writes.
    private static let lineBytesMax = 1 << 20

    /// Lines as they come; the last of them is the seal.
    private struct Reading {
        private let signedPrefix: [UInt8]
        private var content = Content()
        private var last: [UInt8]?
        private var count: Int?

        init(signedPrefix: [UInt8]) { self.signedPrefix = signedPrefix }

        /// Takes the whole lines at the beginning of `buffer` out of it.
        mutating func take(_ buffer: inout [UInt8]) throws(EvidenceError) {
            var start = 0
            while let end = buffer.span.firstIndex(of: UInt8(ascii: "\n"), from: start) {
                if let line = last { try add(line) }
                last = Array(buffer[start..<end])
                start = end + 1
            }
            buffer.removeSubrange(..<start)
        }

        private mutating func add(_ line: [UInt8]) throws(EvidenceError) {
            guard content.leafHashes.count <= BlockHeader.recordsMax else {
                throw .provesNothing("the block has more than \(BlockHeader.recordsMax) records")
            }
            let number = content.leafHashes.count
            content.leafHashes.append(MerkleTree.leafHash(line.span))
            if number == 0 {
                content.header = line
                count = (try? BlockHeader(line: line))?.count
            } else if let count, number <= count {
                guard let record = try? Record(line: line, signedPrefix: signedPrefix) else { return }
                for attestation in record.attestations {
                    content.latestAttestation = max(
                        content.latestAttestation ?? attestation.time, attestation.time)
                }
            } else if let count, number == count + 1 {
                content.overflow = line
            }
        }

        mutating func finish() throws(EvidenceError) -> Content {
            guard let last, !content.leafHashes.isEmpty else {
                throw .provesNothing("the block has no lines")
            }
            content.seal = last
            return content
        }
    }
}

extension Evidence {
    /// Evidence of a block, given as its gzip member, that follows on the leaves of `before`; nil if it does not fit
    /// into a file.
    public static func block(_ member: [UInt8], after before: MerkleFrontier) -> Evidence? {
        BlockEvidence.evidence(member: member, before: before)
    }

    /// Evidence of two checkpoints, of which only the log key's line is kept; nil if they are the same.
    public static func fork(_ first: SignedNote, _ second: SignedNote) -> Evidence? {
        let notes = [first, second].map { note in
            SignedNote(text: note.text, signatures: Array(note.signatures.prefix(1))).bytes
        }
        return first.text == second.text ? nil : Evidence(.fork, notes[0], notes[1])
    }

    /// Evidence of two proofs of one leaf.
    public static func fork(_ first: TransparencyProof, _ second: TransparencyProof) -> Evidence? {
        Evidence(.fork, first.bytes, second.bytes)
    }
}
