internal import ScripCore
internal import ScripCrypto

/// The high-water mark against what is here: whether this directory is the one that the region signed in last, and
/// holds all that it signed (protocol section 9).
struct OwnMark {
    let folder: MarkFolder
    let directory: RegionDirectory
    let index: LedgerIndex
    let name: RegionName
    private var genesis: Digest { directory.genesis }

    /// Why a region must not sign with the marks that it has.
    enum Fault {
        /// There is no mark of this kind, or none that is whole.
        case missing
        /// The file is a copy: another inode, another birth, another machine, or in another folder.
        case copied(MarkName)
        /// A block that was signed is not in the own chain here.
        case blockMissing(height: Int, head: Int?)
        /// Another block than the one that was signed has its place.
        case blockDiffers(height: Int)
        /// A block of another chain that was voted on is not here, or is another one.
        case votedBlockMissing(chain: RegionName, height: Int)

        /// Whether the files themselves are all here, so that only their whereabouts are in doubt.
        var isOnlyCopied: Bool {
            switch self {
            case .missing, .copied: true
            case .blockMissing, .blockDiffers, .votedBlockMissing: false
            }
        }
    }

    /// What keeps the region from signing; nil if nothing does.
    func fault() throws -> Fault? {
        let names = try folder.names()
        guard let block = names.last, let height = block.height,
            let votes = try folder.votes()
        else { return .missing }
        for name in names where try !folder.isGenuine(name) { return .copied(name) }
        if let fault = try chainFault(block, height) { return fault }
        return try votesFault(votes)
    }

    private func chainFault(_ mark: MarkName, _ height: Int) throws -> Fault? {
        let head = try index.head(of: name, genesis: genesis).height
        if head < height { return .blockMissing(height: height, head: head) }
        if try height == 0 || isNameOfSegment(mark, height) { return nil }
        // The index remembers blocks whose files are gone.
        if try SegmentFiles.file(holding: height, of: name, in: directory.publicFolder) == nil {
            return .blockMissing(height: height, head: nil)
        }
        guard
            let checkpoint = try RegionWriter.checkpoint(
                of: mark, in: folder.folder, chain: name, directory.charters)
        else { return nil }
        return try index.block(name, height: height)?.checkpoint == checkpoint
            ? nil : .blockDiffers(height: height)
    }

    /// Whether the mark and the segment of its block are one file, as they are unless the block was packed since.
    private func isNameOfSegment(_ mark: MarkName, _ height: Int) throws -> Bool {
        guard let segment = SegmentName(heights: height...height) else { return false }
        let (path, file) = try directory.publicFolder.split(
            PublicFile.segment(chain: name, segment).path)
        guard let status = try directory.publicFolder.subdirectoryIfPresent(path)?.status(of: file),
            let own = try folder.folder.status(of: mark.text)
        else { return false }
        return status.isSameFile(as: own)
    }

    func votesFault(_ votes: VotesMark) throws -> Fault? {
        for (chain, entry) in votes.chains.sorted(by: { $0.key < $1.key })
        where directory.charters.hasChain(chain) {
            // Beyond the place at which a charter ends a chain, and on a branch that one rules out, nothing is kept.
            if directory.charters.end(of: chain).map({ index.hasReached($0) }) ?? false { continue }
            if !directory.charters.rulings(on: chain).isEmpty { continue }
            if try index.block(chain, height: entry.height)?.root != entry.root, try !isSettled(entry, chain)
            {
                return .votedBlockMissing(chain: chain, height: entry.height)
            }
        }
        return nil
    }

    /// Whether the vote was on a block by a key that a charter has replaced since: it is gone with what the key signed.
    private func isSettled(_ entry: VotesMark.Entry, _ chain: RegionName) throws -> Bool {
        try PublishedVotes(of: name, in: directory).verdicts(on: chain, height: entry.height)
            .contains { verdict in
                guard let verdict, verdict.root == entry.root else { return false }
                return directory.charters.hasSettled(
                    verdictOn: chain, size: verdict.size, epoch: verdict.charterEpoch)
            }
    }

    /// What the marks say was signed and is not here, be they copies or not.
    func lack() throws -> Fault? {
        let head = try index.head(of: name, genesis: genesis).height
        if let height = try folder.names().last?.height, height > head {
            return .blockMissing(height: height, head: head)
        }
        return try folder.votes().flatMap { try votesFault($0) }
    }

    static func text(_ fault: Fault) -> String {
        return switch fault {
        case .missing:
            """
            the high-water mark of what this region signed last is missing: \(RegionLayout.highWater) was lost or \
            set back; nothing is signed; if no other copy is or will be in use, run 'scrip repair'
            """
        case .copied(let mark) where mark.folder == nil:
            """
            this directory is a copy, or an earlier version wrote its high-water mark, which does not say in which \
            folder it is; nothing is signed; if no other copy is or will be in use, run 'scrip repair'
            """
        case .copied:
            """
            this directory is a copy or was restored from one: its high-water mark is another file than it names; \
            nothing is signed; if no other copy is or will be in use, run 'scrip repair'
            """
        case .blockMissing(let height, let head):
            """
            block \(height) of this region was signed, but \
            \(head.map { "its chain ends with block \($0) here" } ?? "no file here holds it"): files were set back, \
            lost or damaged; nothing is signed; run 'scrip repair'
            """
        case .blockDiffers(let height):
            """
            block \(height) here is another one than this region signed last: the directory was mixed with a \
            copy; nothing is signed; run 'scrip verify' and see scrip-repair(1)
            """
        case .votedBlockMissing(let chain, let height):
            """
            this region voted on block \(height) of '\(chain.text)', which is not here any more, or is another \
            one: files were set back, lost or damaged; nothing is signed; run 'scrip repair'
            """
        }
    }
}

extension RegionWriter {
    var ownMark: OwnMark {
        OwnMark(folder: markFolder, directory: directory, index: index, name: name)
    }

    /// Whether the index ends before what the marks say was signed: the files may go further than it does.
    func isIndexBehindMarks() throws -> Bool {
        try isVoter && ownMark.lack() != nil
    }

    /// Notes, before the votes on a chain of another region are published, how far this region votes on it.
    func markVotes(_ votes: [Vote], on chain: RegionName) throws {
        guard chain != name, !publisher.isDryRun, let last = votes.last,
            let block = try index.block(chain, height: last.height)
        else { return }
        let mark = try markFolder.votes() ?? VotesMark()
        try markFolder.replaceVotes(
            by: mark.merging(
                VotesMark([chain: VotesMark.Entry(height: block.height, root: block.root)])))
    }
}
