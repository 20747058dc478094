internal import ScripCore
internal import ScripCrypto

/// The index, the high-water mark, the hint, the clock, and what waits.
extension Doctor {
    private static let daySeconds: Int64 = 86_400

    func examineIndex(_ directory: RegionDirectory) throws {
        let condition = IndexFile.condition(directory)
        switch condition {
        case .good: break
        case .missing:
            // A region that has done nothing yet.
            if try !directory.publicFolder.contains(RegionLayout.heads) { break }
            found(
                .index, .warning, RegionLayout.index, "there is no index",
                remedy: "nothing: the next command that needs it builds it; 'scrip reindex' does so now")
        case .stale:
            found(
                .index, .warning, RegionLayout.index,
                "a command is at work, or was cut off, or the machine was restarted since",
                remedy: "nothing: the next command brings it up to the files")
        case .damaged:
            found(
                .index, .wrong, RegionLayout.index, "the index is damaged, or of another version",
                remedy: "run 'scrip reindex'; it is only a cache")
        }
    }

    func examineMark(_ ledger: Ledger, _ settings: RegionSettings) throws {
        guard ledger.charter.voter(named: settings.region) != nil else { return }
        guard let folder = try MarkFolder(reading: root, world: world) else {
            found(
                .mark, .wrong, RegionLayout.highWater, OwnMark.text(.missing),
                remedy: "run 'scrip repair'; see scrip-repair(1)")
            return
        }
        let mark = OwnMark(
            folder: folder, directory: ledger.directory, index: ledger.index, name: settings.region)
        if let fault = try mark.fault() {
            found(
                .mark, .wrong, RegionLayout.highWater, OwnMark.text(fault),
                remedy: "run 'scrip repair'; see scrip-repair(1)")
        }
    }

    func examineHeads(_ ledger: Ledger, _ settings: RegionSettings) throws {
        let directory = ledger.directory
        guard let hint = directory.headsHint, hint.region == settings.region else {
            let isThere = try directory.publicFolder.contains(RegionLayout.heads)
            let hasBlocks = try ledger.charters.chains.contains {
                try ledger.index.head(of: $0, genesis: directory.genesis).height > 0
            }
            if isThere || hasBlocks {
                found(
                    .heads, .warning, "\(RegionLayout.public)/\(RegionLayout.heads)",
                    isThere ? "it is not well signed by this region" : "it is missing",
                    remedy: "run 'scrip sync', which writes it anew; until then peers look at everything")
            }
            return
        }
        for chain in ledger.charters.chains {
            let head = try ledger.index.head(of: chain, genesis: directory.genesis)
            let claim = hint.chains.first { $0.region == chain }
            if claim?.height ?? 0 != head.height {
                found(
                    .heads, .warning, "\(RegionLayout.public)/\(RegionLayout.heads)",
                    """
                    it says block \(claim?.height ?? 0) of '\(chain.text)', and block \(head.height) \
                    is here
                    """,
                    remedy: "run 'scrip sync', which writes it anew; until then peers do not see what is new")
                return
            }
        }
    }

    func examineClock(_ ledger: Ledger, _ settings: RegionSettings) throws {
        let now = world.clock.now()
        var newest: (time: Timestamp, chain: RegionName)?
        for chain in ledger.charters.chains {
            let head = try ledger.index.head(of: chain, genesis: ledger.directory.genesis)
            guard let time = head.time else { continue }
            if newest.map({ time > $0.time }) ?? true { newest = (time, chain) }
            if chain == settings.region, now.seconds - time.seconds > Self.daySeconds {
                found(
                    .clock, .warning, chain.text,
                    "the last own block is of \(time.text), more than a day ago",
                    remedy: """
                        run 'scrip seal --heartbeat' daily, from cron: deadlines pass only as chains grow
                        """)
            }
        }
        guard let newest else { return }
        if newest.time.seconds - now.seconds > RegionWriter.futureSecondsMax {
            found(
                .clock, .wrong, newest.chain.text,
                "its newest block is of \(newest.time.text), and the clock here says \(now.text)",
                remedy: """
                    see to the clock of this machine (NTP); if it is right, that of '\(newest.chain.text)' \
                    is fast, and its block waits
                    """
            )
        } else if now.seconds - newest.time.seconds > RegionWriter.clockAheadSecondsMax {
            found(
                .clock, .warning, newest.chain.text,
                """
                the newest block of any chain is of \(newest.time.text), and the clock here says \
                \(now.text)
                """,
                remedy: "see to the clock; if it is right, run 'scrip seal --heartbeat --clock-ok' once")
        }
    }

    // MARK: Peers and voters

    func examinePeers(_ ledger: Ledger, _ settings: RegionSettings) throws {
        let charter = ledger.charter
        if settings.peers.isEmpty, charter.regions.count > 1 {
            found(
                .peer, .warning, RegionLayout.settings, "no peers are named",
                remedy: "name the public folders of other regions, or mirrors of them, in 'peers'")
        }
        let now = world.clock.now()
        for (peerName, peerPath) in zip(settings.peers, ledger.directory.configuredPeers) {
            let peer: PeerFolder
            do {
                peer = try PeerFolder(
                    path: peerPath, charters: ledger.charters, fileSystem: world.fileSystem)
            } catch {
                found(
                    .peer, .warning, peerName, "it cannot be read: \(error)",
                    remedy: "mount it, or see to what mirrors it; the others are read all the same")
                continue
            }
            if let bytes = try? peer.contents(
                RegionLayout.firstCharter, limit: RegionDirectory.charterBytesMax),
                let signed = try? SignedCharter(parsing: bytes),
                signed.charter.digest != ledger.charters.genesis
            {
                found(
                    .peer, .wrong, peerName, "it is of another federation",
                    remedy: "take it out of 'peers' in \(RegionLayout.settings)")
                continue
            }
            guard let hint = peer.hint else {
                // Nothing is there yet to speak of.
                if (try? peer.folder.status(of: RegionLayout.segments)) == .some(nil),
                    (try? peer.folder.status(of: RegionLayout.heads)) == .some(nil)
                {
                    continue
                }
                found(
                    .peer, .warning, peerName, "it has no good heads.note",
                    remedy: "see to what mirrors it; until then everything there is looked at")
                continue
            }
            if charter.voter(named: settings.region) != nil,
                let finding = try OwnCopies(ledger.directory, ledger.index, settings.region).finding(
                    in: peer)
            {
                found(
                    .peer, .wrong, peerName, OwnCopies.text(finding, peer.path),
                    remedy: "see scrip-repair(1)")
            }
            var ahead = 0
            var behind = 0
            for chain in ledger.charters.chains {
                let ours = try ledger.index.head(of: chain, genesis: ledger.directory.genesis).height
                let theirs = hint.chains.first { $0.region == chain }?.height ?? 0
                ahead += max(theirs - ours, 0)
                behind += max(ours - theirs, 0)
            }
            if ahead > 0 {
                found(
                    .peer, .warning, peerName, "it holds \(ahead) blocks that are not here",
                    remedy: "run 'scrip sync', from cron every few minutes")
            }
            if behind > 0, now.seconds - hint.time.seconds > Self.daySeconds {
                found(
                    .peer, .warning, peerName,
                    "it lacks \(behind) blocks that are here, and has not changed since \(hint.time.text)",
                    remedy: """
                        ask '\(hint.region.text)' whether it runs 'scrip sync'; or the mirror of it here \
                        is old
                        """
                )
            }
        }
    }

    /// Voters that have not voted for a day on a block that is here.
    func examineVoters(_ ledger: Ledger) throws {
        let charter = ledger.charter
        let now = world.clock.now()
        var silent: [RegionName] = []
        for voter in charter.voters {
            for chain in charter.voters {
                let last = try ledger.index.lastVote(chain.name, by: voter.name)
                guard let block = try ledger.index.block(chain.name, height: last + 1),
                    ledger.charters.charter(of: block.charter)?.voter(named: voter.name) != nil,
                    now.seconds - block.time.seconds > Self.daySeconds
                else { continue }
                silent.append(voter.name)
                found(
                    .voter, .warning, voter.name.text,
                    """
                    no vote of it on block \(last + 1) of '\(chain.name.text)', which is of \
                    \(block.time.text), is here
                    """,
                    remedy: voter.name == ledger.directory.settings?.region
                        ? "run 'scrip sync'; it says what the vote waits for"
                        : """
                        ask '\(voter.name.text)' whether it runs 'scrip sync', and name a peer that \
                        has its votes
                        """
                )
                break
            }
        }
        let silentMax = charter.voters.count - charter.quorumSize
        if silent.count > silentMax {
            found(
                .voter, .wrong, silent.map(\.text).joined(separator: " "),
                """
                \(silent.count) voters are silent, and no more than \(silentMax) may be: nothing is \
                confirmed
                """,
                remedy: "bring them back; see scrip-protocol(7) on what a lost region means")
        }
    }

    // MARK: What waits

    private static let listedMax = 100

    /// The files of the pool, the answers and the deferred records themselves: the index may be older than the damage.
    func examinePending(_ ledger: Ledger) throws {
        for damage in try PendingDamage.find(in: root, signedPrefix: ledger.signedPrefix) {
            found(.pool, .wrong, damage.path, damage.reason, remedy: damage.remedy)
        }
    }

    func examinePool(_ ledger: Ledger) throws {
        let now = world.clock.now()
        var listed = 0
        for result in try ledger.waitingRecords() {
            guard let line = result.record, let id = result.id,
                let record = try? Record(line: line, signedPrefix: ledger.signedPrefix)
            else { continue }
            let waits =
                result.waitingFor.isEmpty
                ? "it waits" : "it waits for \(result.waitingFor.map(\.text).joined(separator: ", "))"
            guard let deadline = record.body.deadline, deadline.seconds - now.seconds < Self.daySeconds,
                listed < Self.listedMax
            else { continue }
            listed += 1
            found(
                .pool, .warning, id.hexadecimal,
                deadline < now
                    ? "\(waits), and its deadline \(deadline.text) is past"
                    : "\(waits), and its deadline \(deadline.text) is less than a day away",
                remedy: deadline < now
                    ? """
                    nothing: it ends with the next block of the chain that would seal it; sign it anew \
                    if it is still wanted
                    """
                    : "see that the regions named run 'scrip sync', and run it here")
        }
    }
}
