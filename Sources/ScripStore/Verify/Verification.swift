public import ScripCore
internal import ScripCrypto

/// Recomputes everything that the public files of a region claim, from the files alone: no index is trusted, nothing is
/// changed, no lock is taken. A copy of a `public/` folder will do.
///
/// 1. The charter, which all else is judged by.
/// 2. Certificates, each on its own bytes.
/// 3. Segments, chain by chain as far as what they have seen allows: framing, links, trees, seals, and every record,
///    with state in a temporary index. Record signatures may be skipped below a certificate from step 2.
/// 4. Votes against the blocks, evidence; what is still without a certificate is counted or disputed.
/// 5. Outbox, settlements, heads; the own chain against what the region has signed.
///
/// Files are streamed and signatures checked on all cores, so memory does not grow with the ledger. What is there
/// and wrong is a problem; what is absent is only counted as pending.
public final class Verification {
    public struct Options: Sendable {
        /// Check every record signature.
        public var isFull: Bool
        /// A charter to go by, of epoch 1 or a later one that is here too, instead of the directory's own.
        public var charterPath: String?
        /// Report on these chains only; empty for all.
        public var chains: [RegionName]

        public init(isFull: Bool = false, charterPath: String? = nil, chains: [RegionName] = []) {
            self.isFull = isFull
            self.charterPath = charterPath
            self.chains = chains
        }
    }

    private let world: World
    private let path: String
    private let options: Options
    /// The region directory; nil if this is a `public/` folder or a copy of one.
    private let root: Directory?
    private let publicFolder: Directory

    /// Opens the region directory, or the copy of a public folder, at `path`.
    ///
    /// - Throws: `noInput` if there is none.
    public init(path: String, world: World, options: Options = Options()) throws(StoreError) {
        self.world = world
        self.path = path
        self.options = options
        do {
            let directory = try Directory(path: path, fileSystem: world.fileSystem)
            if let inner = try directory.subdirectoryIfPresent(RegionLayout.public) {
                root = directory
                publicFolder = inner
            } else {
                root = nil
                publicFolder = directory
            }
        } catch {
            if error.isMissing || error.isNotDirectory {
                throw StoreError(.noInput, path, "there is no such region directory; see scrip-init(1)")
            }
            throw StoreError(error)
        }
    }

    /// Verifies, and calls `tell` with each line as it comes up: problems and invalid records first, then the chains,
    /// and the summary last.
    ///
    /// - Throws: `noInput` if this is no region or has no such chain, what `tell` throws, and errors of the disk that
    ///   the temporary index is on. Whatever is wrong with the files that are verified is told, not thrown.
    public func run(_ tell: @escaping (VerificationLine) throws -> Void) throws -> VerificationSummary {
        let findings = Findings(selection: options.chains.isEmpty ? nil : Set(options.chains), tell: tell)
        let folder = WalkedFolder(
            publicFolder, path: root == nil ? "" : RegionLayout.public, findings: findings)
        guard let charters = try readCharters(folder, findings) else {
            try FramingVerification(folder).run()
            return try findings.conclude()
        }
        for chain in options.chains where !charters.hasChain(chain) {
            throw StoreError(.noInput, path, "'\(chain)' is no chain of this federation")
        }
        findings.begin(charters.chains)
        let context = try VerificationContext(
            charters: charters, isFull: options.isFull, root: folder, findings: findings)
        try LedgerVerification(context, region: root, selection: options.chains).run()
        return try findings.conclude()
    }

    // MARK: Charter

    /// The charters to go by, from epoch 1 on as far as they follow each other. Nil if that of epoch 1 cannot be read as
    /// one; then there is nothing to judge by.
    private func readCharters(_ folder: WalkedFolder, _ findings: Findings) throws -> CharterHistory? {
        let given = try options.charterPath.map { try givenCharter($0) }
        let charters = try folder.folder(RegionLayout.charters, isOfAll: true)
        guard let charters, charters.contains(Self.firstCharterName) else {
            try requireRegion(folder, isCharterGiven: given != nil)
            findings.pending(nil)
            return try given.map { try laterCharters(charters, after: CharterHistory($0), findings) }
        }
        // What is wrong with the file is told whether it is the charter to go by or not.
        let own = try ownCharter(charters)
        let isFirst = given.map { $0.epoch == 1 } ?? false
        if let own, let given, isFirst, own != given {
            try charters.problem(
                .charter, charters.path(of: Self.firstCharterName), "it is not the charter given")
        }
        guard let first = isFirst ? given : own else { return nil }
        let history = try laterCharters(charters, after: CharterHistory(first), findings)
        if let given, !isFirst, history.charter(of: given.epoch) != given {
            try charters.problem(
                .charter, history.charter(of: given.epoch).map { charters.path(of: "\($0.epoch).note") },
                "the charter of epoch \(given.epoch) here is not the one given")
        }
        return history
    }

    /// The charters of later epochs, as far as each follows the one before and is signed as it must be.
    private func laterCharters(
        _ folder: WalkedFolder?, after first: CharterHistory, _ findings: Findings
    ) throws -> CharterHistory {
        var history = first
        guard let folder else { return history }
        var isBroken = false
        for name in try folder.names({ CharterFileName($0) }).map(\.name)
            .sorted(by: { $0.epoch < $1.epoch }) where name.epoch > 1
        {
            guard let bytes = try folder.contents(name.text, limit: RegionDirectory.charterBytesMax) else {
                isBroken = true
                continue
            }
            do {
                let signed = try SignedCharter(parsing: bytes)
                if isBroken || name.epoch > history.newest.epoch + 1 {
                    // What it follows is not here, or is no charter.
                    findings.pending(nil)
                    isBroken = true
                    continue
                }
                try signed.check(after: history.newest)
                history = try history.adding(signed.charter)
            } catch let error as SignedCharterError {
                isBroken = true
                try folder.problem(.charter, folder.path(of: name.text), "\(error)")
            } catch let error as CharterStepError {
                isBroken = true
                try folder.problem(.charter, folder.path(of: name.text), "\(error)")
            }
        }
        return history
    }

    private func ownCharter(_ charters: WalkedFolder) throws -> Charter? {
        guard
            let bytes = try charters.contents(Self.firstCharterName, limit: RegionDirectory.charterBytesMax)
        else { return nil }
        var charter: Charter?
        do throws(SignedCharterError) {
            let signed = try SignedCharter(parsing: bytes)
            charter = signed.charter
            if signed.charter.epoch == 1 { try signed.check() }
        } catch {
            try charters.problem(.charter, charters.path(of: Self.firstCharterName), "\(error)")
        }
        guard let charter, charter.epoch > 1 else { return charter }
        try charters.problem(
            .charter, charters.path(of: Self.firstCharterName),
            "it is no charter of epoch 1, as its name says")
        return nil
    }

    private static let firstCharterName = CharterFileName(epoch: 1)?.text ?? ""

    private func givenCharter(_ path: String) throws(StoreError) -> Charter {
        let bytes: [UInt8]
        do throws(FileError) {
            let (directory, name) = try Directory.parent(ofUserPath: path, fileSystem: world.fileSystem)
            bytes = try directory.contents(of: name, limit: RegionDirectory.charterBytesMax)
        } catch {
            throw StoreError(error)
        }
        do throws(SignedCharterError) {
            let signed = try SignedCharter(parsing: bytes)
            // The signatures of a later one are judged where the charters before it are at hand.
            if signed.charter.epoch == 1 { try signed.check() }
            return signed.charter
        } catch {
            throw StoreError(.malformed, path, "\(error)")
        }
    }

    /// Throws unless something here belongs to a region.
    private func requireRegion(_ folder: WalkedFolder, isCharterGiven: Bool) throws {
        let known = [
            RegionLayout.charters, RegionLayout.segments, RegionLayout.certificates, RegionLayout.votes,
        ]
        if isCharterGiven && known.contains(where: folder.contains) { return }
        throw StoreError(
            .noInput, path,
            isCharterGiven
                ? "this is no region directory, nor a copy of its public folder"
                : "this is no region directory (it has no charter); see scrip-init(1)")
    }
}
