public import ScripCore
internal import ScripCrypto

/// How a region stands: the lines that `status` prints (scrip-status(1)).
public struct StatusReport: Sendable {
    public let lines: [JSON]
    /// Whether a person must look.
    public let hasAlarm: Bool
}

extension Ledger {
    /// Gathers how the region stands. A copy of a `public/` folder knows of no pool and no peers.
    public func statusReport() throws -> StatusReport {
        var lines = [try statusLine()]
        for chain in charters.chains { lines.append(try chainLine(chain)) }
        if let settings = directory.settings {
            for result in try waitingRecords() { lines.append(try Self.waitingLine(result, signedPrefix)) }
            for peer in settings.peers { lines.append(try peerLine(peer)) }
        }
        let alarms = try alarmLines()
        return StatusReport(lines: lines + alarms, hasAlarm: alarms.contains { !Self.isAcknowledged($0) })
    }

    private static func isAcknowledged(_ alarm: JSON) -> Bool {
        guard case .object(let members) = alarm else { return false }
        return members["acknowledged"] != nil
    }

    private func statusLine() throws -> JSON {
        var members: [String: JSON] = [
            "type": "status", "federation": .string(charter.federation.text),
            "genesis": .string(directory.genesis.hexadecimal), "epoch": .integer(Int64(charter.epoch)),
            "time": .string(directory.world.clock.now().text),
        ]
        if let region = directory.regionName.flatMap({ charter.region(named: $0) }) {
            members["region"] = .string(region.name.text)
            members["role"] = .string(region.role.rawValue)
        }
        if directory.settings != nil {
            let counts = try poolCounts()
            members["complete"] = .integer(Int64(counts.complete))
            members["awaiting"] = .integer(Int64(counts.all - counts.complete))
        }
        let outbox = try directory.publicFolder.subdirectoryIfPresent(RegionLayout.outbox)?.names() ?? []
        members["outbox"] = .integer(Int64(outbox.count { OutboxFileName($0) != nil }))
        return .object(members)
    }

    private func poolCounts() throws -> (all: Int, complete: Int) {
        let query = try index.database.prepare("SELECT COUNT(*), COALESCE(SUM(complete), 0) FROM pool")
        _ = try query.step()
        return (Int(query.integer(0)), Int(query.integer(1)))
    }

    // MARK: Chains

    private func chainLine(_ chain: RegionName) throws -> JSON {
        let head = try index.head(of: chain, genesis: directory.genesis)
        var members: [String: JSON] = [
            "type": "chain", "chain": .string(chain.text), "height": .integer(Int64(head.height)),
            "size": .integer(Int64(head.size)),
            "confirmed": .integer(
                Int64(try index.firstUnconfirmedBlock(chain)?.first ?? head.size)),
            "voted": .array(
                try voters(of: head).map { voter in
                    .object([
                        "voter": .string(voter.text),
                        "height": .integer(Int64(try index.lastVote(chain, by: voter))),
                    ])
                }),
        ]
        if head.epoch > 0 { members["epoch"] = .integer(Int64(head.epoch)) }
        if let end = charters.end(of: chain) {
            members["end"] = .integer(Int64(end.size))
        } else if head.epoch < charter.epoch, charters.joined(chain) ?? charter.epoch < charter.epoch {
            // It has not sealed under the newest charter yet.
            members["epochs_behind"] = .integer(Int64(charter.epoch - max(head.epoch, 1)))
        }
        let frozen = try index.frozen()
        if frozen.stops(chain) || frozen.isContradicted(chain: chain, first: head.size, seen: head.seen) {
            members["frozen"] = true
        }
        if let time = head.time {
            members["root"] = .string(head.root.hexadecimal)
            members["time"] = .string(time.text)
        }
        return .object(members)
    }

    /// The voters of the epoch that a chain is in.
    private func voters(of head: ChainHead) -> [RegionName] {
        (charters.charter(of: head.epoch) ?? charter).voters.map(\.name)
    }

    // MARK: What waits

    /// The records that wait for another region: those in the pool, in the order of their arrival, then those that
    /// wait for this region's own policy, then those that others seal.
    public func waitingRecords() throws -> [RecordResult] {
        var ids: [Digest] = []
        let pool = try index.database.prepare("SELECT id FROM pool WHERE complete=0 ORDER BY position")
        while try pool.step() { if let id = pool.bytes32(0) { ids.append(id) } }
        let deferred = try index.database.prepare("SELECT id FROM deferred ORDER BY position")
        while try deferred.step() { if let id = deferred.bytes32(0) { ids.append(id) } }
        let outbox = try index.database.prepare(
            "SELECT id FROM outbox WHERE done=0 GROUP BY id ORDER BY MIN(file), MIN(item)")
        while try outbox.step() { if let id = outbox.bytes32(0) { ids.append(id) } }
        var seen: Set<Digest> = []
        var results: [RecordResult] = []
        for id in ids where seen.insert(id).inserted {
            if let result = try result(of: id), result.status == .awaiting { results.append(result) }
        }
        return results
    }

    private static func waitingLine(_ result: RecordResult, _ signedPrefix: [UInt8]) throws -> JSON {
        var members: [String: JSON] = [
            "type": "waiting", "waiting_for": .array(result.waitingFor.map { .string($0.text) }),
        ]
        if let id = result.id { members["id"] = .string(id.hexadecimal) }
        if let reason = result.reason { members["reason"] = .string(reason) }
        if let line = result.record {
            let record = try Record(line: line, signedPrefix: signedPrefix)
            if let deadline = record.body.deadline { members["deadline"] = .string(deadline.text) }
        }
        return .object(members)
    }

    // MARK: Peers

    private func peerLine(_ name: String) throws -> JSON {
        var members: [String: JSON] = ["type": "peer", "peer": .string(name)]
        let path = RegionSettings.path(ofPeer: name, from: directory.path)
        guard
            let peer = try? PeerFolder(
                path: path, charters: charters, fileSystem: directory.world.fileSystem)
        else {
            members["present"] = false
            return .object(members)
        }
        members["present"] = true
        guard let hint = peer.hint else { return .object(members) }
        members["region"] = .string(hint.region.text)
        members["time"] = .string(hint.time.text)
        var ahead = 0
        var behind = 0
        for chain in charters.chains {
            let ours = try index.head(of: chain, genesis: directory.genesis).height
            let theirs = hint.chains.first { $0.region == chain }?.height ?? 0
            ahead += max(theirs - ours, 0)
            behind += max(ours - theirs, 0)
        }
        members["ahead"] = .integer(Int64(ahead))
        members["behind"] = .integer(Int64(behind))
        return .object(members)
    }

    // MARK: Alarms

    func alarmLines() throws -> [JSON] {
        var alarms = try index.evidence()
            .filter { !index.isRuled($0.kind, chain: $0.chain, first: $0.first) }.map { evidenceAlarm($0) }
        let acknowledged = directory.settings?.acknowledgedBlocks ?? []
        for chain in charters.chains {
            for height in try index.unconfirmedHeights(chain) {
                guard let block = try index.block(chain, height: height),
                    try status(of: block, code: nil) == .disputed
                else { continue }
                if block.certification == .differs {
                    let isSeen = acknowledged.contains(BlockPlace(chain: block.chain, height: height))
                    alarms.append(verdictAlarm(block, isSeen: isSeen))
                } else if try !index.isFrozen(block) {
                    // What evidence freezes is said once, by the evidence.
                    alarms.append(
                        Self.alarm(
                            "disputed", block,
                            "no class of votes can reach the quorum; see 'scrip tally \(block.chain)/\(height)'"
                        ))
                }
            }
        }
        if let alarm = try quarantineAlarm() { alarms.append(alarm) }
        if directory.settings != nil && !isTemporary {
            for damage in try PendingDamage.known(to: index) {
                alarms.append(
                    .object([
                        "type": "alarm", "code": "damaged", "file": .string(damage.path),
                        "reason": .string(
                            "\(damage.reason), and nothing is admitted or signed without it: \(damage.remedy)"
                        ),
                    ]))
            }
        }
        if let obstacle = PolicyHook(directory)?.obstacle {
            alarms.append(
                .object([
                    "type": "alarm", "code": "policy",
                    "reason": .string("\(RegionLayout.validateHook): \(obstacle)"),
                ]))
        }
        return alarms
    }

    private func verdictAlarm(_ block: IndexedBlock, isSeen: Bool) -> JSON {
        let place = BlockPlace(chain: block.chain, height: block.height).text
        let reason = "the certificate contradicts this region's own recomputation"
        if isSeen { return Self.alarm("verdict", block, reason, isSeen: true) }
        return Self.alarm(
            "verdict", block,
            "\(reason), and nothing is signed; run 'scrip verify --full'; to sign again all the same, add "
                + "\"\(place)\" to 'acknowledged' in \(RegionLayout.settings)")
    }

    /// Statements that cannot both be honest, and what to do about it.
    private func evidenceAlarm(_ evidence: IndexedEvidence) -> JSON {
        let advice =
            switch evidence.kind {
            case .fork, .block:
                evidence.chain == directory.regionName
                    ? "stop whoever else runs this region, and ask the others for a charter that rules "
                        + "on a block beyond leaf \(evidence.first)"
                    : "ask its operators; only a charter can rule which branch stands, on a block beyond leaf "
                        + "\(evidence.first)"
            case .certificate: "ask those who signed both; only a charter can rule which stands"
            case .vote:
                evidence.signers.first == directory.regionName
                    ? "make sure that nobody else runs this region" : "ask its operators"
            case .charter: "ask those who signed both which of them stands"
            }
        var members: [String: JSON] = [
            "type": "alarm", "code": .string(evidence.code),
            "reason": .string("\(evidence.reason); \(advice)"),
            "file": .string(evidence.path),
            "signers": .array(evidence.signers.map { .string($0.text) }),
        ]
        if let chain = evidence.chain { members["chain"] = .string(chain.text) }
        if let height = evidence.height { members["height"] = .integer(Int64(height)) }
        if directory.settings?.acknowledges(evidence.name) ?? false { members["acknowledged"] = true }
        return .object(members)
    }

    private static func alarm(_ code: String, _ block: IndexedBlock, _ reason: String, isSeen: Bool = false)
        -> JSON
    {
        var members: [String: JSON] = [
            "type": "alarm", "code": .string(code), "chain": .string(block.chain.text),
            "height": .integer(Int64(block.height)), "reason": .string(reason),
        ]
        if isSeen { members["acknowledged"] = true }
        return .object(members)
    }

    /// What peers sent that is signed and invalid, or was ruled out by a charter.
    private func quarantineAlarm() throws -> JSON? {
        let names = try directory.root?.subdirectoryIfPresent(RegionLayout.quarantine)?.names() ?? []
        // What a repair replaced is no alarm: 'scrip doctor' tells of it.
        let count = names.count {
            !StagingName.isOne($0) && !$0.utf8.starts(with: DamagedFiles.prefix.utf8)
        }
        if count == 0 { return nil }
        return .object([
            "type": "alarm", "code": "block", "count": .integer(Int64(count)),
            "reason": .string(
                """
                signed files that are invalid or that a charter has ruled out lie in \(RegionLayout.quarantine); \
                look at them, then remove them
                """
            ),
        ])
    }
}

extension LedgerIndex {
    /// The lowest block of a chain without a certificate that agrees.
    func firstUnconfirmedBlock(_ chain: RegionName) throws -> IndexedBlock? {
        let query = try database.prepare("SELECT MIN(height) FROM block WHERE certified<>1 AND chain=?")
        try query.bind(1, try id(of: chain))
        guard try query.step(), !query.isNull(0) else { return nil }
        return try block(chain, height: Int(query.integer(0)))
    }
}
