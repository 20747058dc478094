public import ScripCore
public import ScripCrypto

/// A region directory, or a copy of its `public/` folder, opened for reading; with its charter, which has been
/// checked.
public final class RegionDirectory {
    public let world: World
    /// As the user named it.
    public let path: String
    /// The region directory; nil if only a `public/` folder is here.
    public let root: Directory?
    /// The folder that peers may read.
    public let publicFolder: Directory
    /// Nil in a copy of a `public/` folder.
    public let settings: RegionSettings?
    /// The charters that are here, from epoch 1 on, with their signatures.
    public private(set) var signedCharters: [SignedCharter]
    public private(set) var charters: CharterHistory
    /// The newest charter.
    public var signedCharter: SignedCharter { signedCharters[signedCharters.count - 1] }
    public var charter: Charter { charters.newest }
    /// The digest of the charter of epoch 1: what every signature binds.
    public var genesis: Digest { charters.genesis }
    public var federation: FederationName { charters.federation }

    /// The index, opened ahead of its use, and the file that it is.
    var readyIndex: (index: LedgerIndex, file: FileStatus)?

    static let settingsBytesMax = 1 << 20
    static let charterBytesMax = 1 << 20

    /// Opens `path`, which is a region directory, or its `public/` folder or a copy of that.
    ///
    /// Without `checksCharter` the charter's signatures are not checked: for commands that go on with an index, which is
    /// only ever filled under a charter of this text that was checked.
    public init(path: String, world: World, checksCharter: Bool = true) throws(StoreError) {
        self.world = world
        self.path = path
        do {
            let directory = try Directory(path: path, fileSystem: world.fileSystem)
            if let inner = try directory.subdirectoryIfPresent(RegionLayout.public) {
                root = directory
                publicFolder = inner
            } else {
                root = nil
                publicFolder = directory
            }
            if let root,
                let bytes = try root.contentsIfPresent(
                    of: RegionLayout.settings, limit: Self.settingsBytesMax)
            {
                settings = try Self.readSettings(bytes, path: "\(path)/\(RegionLayout.settings)")
            } else {
                settings = nil
            }
            guard
                let note = try publicFolder.contentsIfPresent(
                    of: RegionLayout.firstCharter, limit: Self.charterBytesMax)
            else {
                if settings != nil {
                    throw StoreError(
                        .noInput, path,
                        "this region waits for its charter; see scrip-charter(1), 'scrip charter adopt'")
                }
                throw StoreError(
                    .noInput, path, "this is no region directory (it has no charter); see scrip-init(1)")
            }
            let first = try Self.readCharter(
                note, path: "\(publicFolder.path)/\(RegionLayout.firstCharter)", isChecked: checksCharter)
            signedCharters = [first]
            charters = CharterHistory(first.charter)
            try readLaterCharters(areChecked: checksCharter)
        } catch let error as StoreError {
            throw error
        } catch let error as FileError {
            if error.isMissing || error.isNotDirectory {
                throw StoreError(.noInput, path, "there is no such region directory; see scrip-init(1)")
            }
            throw StoreError(error)
        } catch {
            throw StoreError(error, subject: path)
        }
        if let settings, settings.federation != charter.federation {
            throw StoreError(
                .malformed, path, "scrip.json names another federation than the charter")
        }
    }

    private static func readSettings(_ bytes: [UInt8], path: String) throws(StoreError) -> RegionSettings {
        do {
            return try RegionSettings(parsing: bytes)
        } catch {
            throw StoreError(.malformed, path, error.reason)
        }
    }

    static func readCharter(
        _ bytes: [UInt8], path: String, isChecked: Bool = true
    ) throws(StoreError) -> SignedCharter {
        do {
            let signed = try SignedCharter(parsing: bytes)
            if isChecked { try signed.check() }
            if signed.charter.epoch == 1 { return signed }
        } catch {
            throw StoreError(.malformed, path, "\(error)")
        }
        throw StoreError(.malformed, path, "it is no charter of epoch 1, as its name says")
    }

    /// Reads the charters that came since; true if there are any.
    @discardableResult
    func readLaterCharters(areChecked: Bool) throws -> Bool {
        var isNew = false
        while let name = CharterFileName(epoch: charter.epoch + 1),
            let bytes = try publicFolder.contentsIfPresent(
                of: PublicFile.charter(name).path, limit: Self.charterBytesMax)
        {
            let path = "\(publicFolder.path)/\(PublicFile.charter(name).path)"
            do {
                let signed = try SignedCharter(parsing: bytes)
                if areChecked { try signed.check(after: charter) }
                charters = try charters.adding(signed.charter)
                signedCharters.append(signed)
            } catch {
                throw StoreError(.malformed, path, "\(error)")
            }
            isNew = true
        }
        return isNew
    }

    /// Throws unless all charters are in force.
    func checkCharter() throws(StoreError) {
        var before: Charter?
        for signed in signedCharters {
            do {
                try signed.check(after: before)
            } catch {
                throw StoreError(
                    .malformed,
                    "\(publicFolder.path)/\(RegionLayout.charters)/\(signed.charter.epoch).note", "\(error)")
            }
            before = signed.charter
        }
    }

    /// Does ahead what a command that writes will need, while it waits for input anyway. The lock is not taken.
    public func makeReady() {
        if root != nil, settings != nil { IndexFile.makeReady(self) }
    }

    /// The region that keeps this directory: from the settings, or from the hint in a copy.
    public var regionName: RegionName? { settings?.region ?? headsHint?.region }

    /// The peers that `scrip.json` names, as paths from here.
    var configuredPeers: [String] {
        (settings?.peers ?? []).map { RegionSettings.path(ofPeer: $0, from: path) }
    }

    /// The checked `heads.note`; nil if there is none or it is not good.
    public var headsHint: HeadsNote? { headsBytes.flatMap { HeadsFile.read($0, charters: charters) } }

    /// What `heads.note` says, whoever signed it.
    var uncheckedHeads: HeadsNote? { headsBytes.flatMap { HeadsFile.readUnchecked($0) } }

    private var headsBytes: [UInt8]? {
        try? publicFolder.contentsIfPresent(of: RegionLayout.heads, limit: HeadsFile.bytesMax)
    }

    /// The workers for signatures: one per core.
    public static func makeWorkers() -> WorkerPool { WorkerPool() }
}
