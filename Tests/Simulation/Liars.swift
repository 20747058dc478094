internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What a region does that has the keys of one and not the manners.
extension Federation {
    var liar: RegionName? { names.first { regions[$0]?.isHonest == false } }

    // MARK: Two selves

    /// From here on the region has two selves.
    func separateTwin() throws {
        if hasRuled { return }
        for name in names where regions[name]?.isHonest == false && twins[name] == nil {
            let region = try region(name)
            let home = "\(region.home)-twin"
            Files.makeFolder(home)
            Twin.make(of: region.path, at: "\(home)/\(name)")
            let twin = SimulatedRegion(
                name, home: home, path: "\(home)/\(name)", machine: "machine of \(name)",
                time: region.clock.now(), dice.split())
            twin.isHonest = false
            twins[name] = twin
            connect(name, twin, "mail")
            // Neither of them hears of the other.
            let own = [
                "segments/\(name)/", "votes/\(name)/", "certificates/\(name)/", "evidence/", "outbox/",
            ]
            for mailbox in region.mailboxes.values { mailbox.withheld = own }
            for mailbox in twin.mailboxes.values { mailbox.withheld = own }
            for peer in deceived {
                let listener = try self.region(peer)
                listener.mailboxes[name] = Mailbox(
                    from: twin.publicFolder, to: "\(listener.home)/mail-of-twin/\(name)")
            }
            hits.add("regions with two selves")
        }
    }

    // MARK: Votes

    /// A liar says of a block what is not so, and shows it to somebody: best of a block that is not certified there, and
    /// on which its word would be the first.
    func lieInVote() throws {
        guard let liar else { return }
        let teller = try region(liar)
        let listener = try region(dice.pick(living.filter { $0 != liar }))
        guard let mailbox = listener.mailboxes[liar] else { return }
        let directory = try RegionDirectory(path: teller.path, world: teller.world)
        let blocks = try newestBlocks(try Ledger.open(directory)).filter {
            $0.count > 0 && $0.charter == directory.charters.newest.epoch
        }
        let listening = try Ledger.open(try RegionDirectory(path: listener.path, world: listener.world))
        let open = try blocks.filter { block in
            let here = try listening.index.block(block.chain, height: block.height)
            return try here.map { $0.certification == .absent } ?? true
                && listening.index.vote(block.chain, height: block.height, epoch: block.charter, by: liar)
                    == nil
        }
        guard let block = blocks.isEmpty ? nil : dice.pick(open.isEmpty || dice.chance(20) ? blocks : open),
            let name = VoteFileName(heights: block.height...block.height)
        else { return }
        let seal = try block.seal(directory.charters)
        let verdict = try VerdictText(
            checkpoint: seal.checkpoint, charterEpoch: block.charter, height: block.height, from: block.first,
            invalid: invented(block))
        let vote = Vote(
            casting: verdict, on: seal, voter: liar, log: try directory.logSigner(),
            witness: try witnessSigner(teller), timeSeconds: teller.clock.now().seconds)
        // What it says to the others does not come in its place.
        let path = PublicFile.votes(voter: liar, chain: block.chain, name).path
        mailbox.withheld.append(path)
        Files.write(vote.line + [0x0a], to: "\(mailbox.folder)/\(path)")
        hits.add(open.isEmpty ? "lying votes" : "lying votes before the truth")
        tell("\(liar) lies to \(listener.name) about block \(block.height) of \(block.chain)")
    }

    /// The last blocks of each chain.
    private func newestBlocks(_ ledger: Ledger) throws -> [IndexedBlock] {
        var blocks: [IndexedBlock] = []
        for chain in ledger.charters.chains {
            let size = try ledger.size(of: chain)
            guard size > 0, let head = try ledger.index.block(chain, size: size) else { continue }
            try ledger.index.forEachBlock(chain, above: max(0, head.height - 5)) { block in
                blocks.append(block)
                return true
            }
        }
        return blocks
    }

    /// A verdict that is not the right one: all is invalid, or one more record, or nothing where something is.
    private func invented(_ block: IndexedBlock) -> [VerdictText.Invalid] {
        if !block.invalid.isEmpty && dice.chance(50) { return [] }
        let codes = RefusalCode.allCases.filter(\.isVerdict)
        if dice.chance(50) {
            let code = dice.pick(codes)
            return (1...block.count).map { VerdictText.Invalid(index: block.first + $0, code: code) }
        }
        let victim = block.first + dice.number(1..<block.count + 1)
        let lie = VerdictText.Invalid(index: victim, code: dice.pick(codes))
        return (block.invalid.filter { $0.index != victim } + [lie]).sorted { $0.index < $1.index }
    }

    private func witnessSigner(_ region: SimulatedRegion) throws -> WitnessSigner {
        let pem = Files.read("\(region.path)/private/witness.pem") ?? []
        return WitnessSigner(
            region: region.name, federation: charter.federation,
            privateKey: try PrivateKeyPEM.decode(pem, passphrase: nil))
    }

    // MARK: Blocks

    /// A liar seals records that no rule allows, as a region would that has none: behind those of a block that it has
    /// sealed and shown to nobody. Everybody else has to call them invalid, and each for the same reason.
    func forge() throws {
        guard let liar, twins[liar] == nil else { return }
        let region = try region(liar)
        var forged: [Record] = []
        for _ in 0..<dice.number(1..<4) {
            if let (record, kind) = try requests.forgery(
                &dice, at: liar, deadline: Self.end.text, state: { [self] in try? look(up: $0) })
            {
                forged.append(record)
                hits.add("forged: \(kind)")
            }
        }
        if forged.isEmpty { return }
        guard case .done = try heartbeat(region) else { return }
        try append(forged, toLastBlockOf: region)
    }

    /// Makes the last block of a region anew, with more records in it.
    private func append(_ records: [Record], toLastBlockOf region: SimulatedRegion) throws {
        let name = region.name
        let directory = try RegionDirectory(path: region.path, world: region.world)
        let ledger = try Ledger.open(directory)
        guard
            let head = try ledger.index.block(name, size: try ledger.size(of: name)),
            // A chain that is epochs behind is signed with keys that may be gone.
            head.charter == directory.charters.newest.epoch
        else { return }
        var frontier = MerkleFrontier()
        for height in 1..<head.height {
            for line in try lines(ofBlock: height, region).dropLast() {
                frontier.append(MerkleTree.leafHash(line.span))
            }
        }
        let before = try lines(ofBlock: head.height, region)
        let header = try BlockHeader(line: before[0])
        guard head.height == 1 || frontier.root == header.previous else {
            throw Violation("the simulation cannot follow the chain of \(name)")
        }
        let longer = BlockHeader(
            charter: header.charter, count: header.count + records.count, height: header.height,
            previous: header.previous, region: name, seen: header.seen, time: header.time)
        let leaves = [longer.line] + before[1..<before.count - 1] + records.map(\.line)
        for line in leaves { frontier.append(MerkleTree.leafHash(line.span)) }
        let checkpoint = Checkpoint(
            chain: name, federation: charter.federation, size: frontier.size, root: frontier.root)
        let note = checkpoint.signed(by: try directory.logSigner()).bytes
        try replaceLastBlock(
            head.height, of: region, by: SegmentText.file(of: leaves + [SealLine(checkpoint: note).line]))
        hits.add("forged blocks")
        tell("\(name) has forged block \(head.height)")
    }

    private func segmentPath(_ height: Int, _ region: SimulatedRegion) throws -> String {
        guard let segment = SegmentName(heights: height...height) else {
            throw Violation("there is no block \(height)")
        }
        return "\(region.publicFolder)/\(PublicFile.segment(chain: region.name, segment).path)"
    }

    private func lines(ofBlock height: Int, _ region: SimulatedRegion) throws -> [[UInt8]] {
        try SegmentText.lines(of: Files.read(try segmentPath(height, region)) ?? [])
    }

    /// Puts a block in the place of another that nobody has seen, as if it had never been: with the mark of it, and
    /// without a vote on it.
    private func replaceLastBlock(_ height: Int, of region: SimulatedRegion, by bytes: [UInt8]) throws {
        Files.write(bytes, to: try segmentPath(height, region))
        let marks = "\(region.path)/private/high-water"
        for name in Files.names(marks) where Int(name.prefix { $0.isNumber }) == height {
            Files.write(bytes, to: "\(marks)/\(name)")
            Twin.claimMark(name, in: marks)
        }
        for path in Files.list(region.publicFolder).keys {
            guard case .votes(_, region.name, let file) = PublicFile(path: path),
                file.heights.upperBound >= height
            else { continue }
            Files.remove("\(region.publicFolder)/\(path)")
        }
        Files.remove("\(region.publicFolder)/heads.note")
        for name in Files.names("\(region.path)/private") where name.hasPrefix("index.sqlite") {
            Files.remove("\(region.path)/private/\(name)")
        }
    }
}
