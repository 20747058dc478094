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
        /// The charter of epoch 1 to go by, instead of the directory's own.
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
        guard let charter = try readCharter(folder, findings) else {
            try FramingVerification(folder).run()
            return try findings.conclude()
        }
        for chain in options.chains where charter.voter(named: chain) == nil {
            throw StoreError(.noInput, path, "'\(chain)' is no chain of this federation")
        }
        findings.begin(charter.voters.map(\.name))
        let context = try VerificationContext(
            charter: charter, isFull: options.isFull, root: folder, findings: findings)
        try LedgerVerification(context, region: root, selection: options.chains).run()
        return try findings.conclude()
    }

    // MARK: Charter

    /// The charter to go by. Nil if the one that is here cannot be read as one; then there is nothing to judge by.
    private func readCharter(_ folder: WalkedFolder, _ findings: Findings) throws -> Charter? {
        let given = try options.charterPath.map { try givenCharter($0) }
        let charters = try folder.folder(RegionLayout.charters, isOfAll: true)
        guard let charters, charters.contains(Self.firstCharterName) else {
            try requireRegion(folder, isCharterGiven: given != nil)
            findings.pending(nil)
            return given
        }
        // What is wrong with the file is told whether it is the charter to go by or not.
        let own = try ownCharter(charters)
        if let own, let given, own != given {
            try charters.problem(
                .charter, charters.path(of: Self.firstCharterName), "it is not the charter given")
        }
        return given ?? own
    }

    private func ownCharter(_ charters: WalkedFolder) throws -> Charter? {
        guard
            let bytes = try charters.contents(Self.firstCharterName, limit: RegionDirectory.charterBytesMax)
        else { return nil }
        var charter: Charter?
        do throws(SignedCharterError) {
            let signed = try SignedCharter(parsing: bytes)
            charter = signed.charter
            try signed.check()
        } catch {
            try charters.problem(.charter, charters.path(of: Self.firstCharterName), "\(error)")
        }
        return charter
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
        return try RegionDirectory.readCharter(bytes, path: path).charter
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
