public import ScripCore
internal import ScripCrypto

/// A region directory with its settings and its two keys, locked: what a charter needs to be signed and
/// installed.
///
/// Everything here is published, so a run that was killed is finished by the same run again: what is there
/// stays, above all the keys, and what is missing is made.
public final class FoundedRegion {
    /// As the user named it.
    public let path: String
    public let settings: RegionSettings

    public var name: RegionName { settings.region }

    private let publisher: Publisher
    private let lock: RegionLock
    private let log: LogSigner
    private let witness: WitnessSigner
    private let directory: Directory

    /// Founds the region at `site`, or finishes doing so. With a `charter`, only if that could be the
    /// region's.
    ///
    /// `peers` are those that it begins with; nil leaves them as they are.
    ///
    /// - Throws: `rejected` if it was founded for another federation; `permission` if its keys are not safe,
    ///   or not those of the charter.
    public init(
        _ site: RegionSite, federation: FederationName, peers: [String]? = nil, charter: Charter? = nil,
        world: World,
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) {
        path = site.path
        if let settings = site.settings, settings.federation != federation {
            throw StoreError(
                .rejected, site.path, "this is a region of the federation '\(settings.federation)' already")
        }
        var settings = site.settings ?? RegionSettings(federation: federation, region: site.name)
        // Once it has a charter the region is at work, and its settings are the operator's.
        if let peers, site.charter == nil { settings.peers = peers }
        self.settings = settings
        do {
            directory = try Self.makeDirectory(site.path, world: world)
            let folder = try directory.makeSubdirectory(
                RegionLayout.private, permissions: .privateDirectory)
            lock = try RegionLock(
                in: folder, timeoutMilliseconds: lockTimeoutMilliseconds, clock: world.clock)
            publisher = Publisher(
                region: directory,
                staging: try directory.makeSubdirectory(
                    RegionLayout.staging, permissions: .privateDirectory),
                randomness: world.randomness)
            // Made now so that no later command has to make sure of their names.
            for path in RegionLayout.foundedPrivate {
                _ = try directory.makeSubdirectory(path, permissions: .privateDirectory)
            }
            _ = try publisher.clearStaging()
            // Whoever made keys or settings may have been killed before they were durable.
            if try site.settings != nil || directory.contains(RegionLayout.logKey) {
                try directory.synchronizeEverything()
            }
            let logKey = try Self.key(RegionLayout.logKey, directory, publisher, world, mayMake: true)
            let witnessKey = try Self.key(
                RegionLayout.witnessKey, directory, publisher, world, mayMake: true)
            _ = try directory.makeSubdirectory(RegionLayout.public)
            // Only now: in a region that is founded already a mark that is missing means that something was lost.
            if site.settings == nil { try MarkFolder(of: directory, world: world).found() }
            log = LogSigner(region: settings.region, federation: federation, privateKey: logKey)
            witness = WitnessSigner(region: settings.region, federation: federation, privateKey: witnessKey)
        } catch {
            throw StoreError(error, subject: site.path)
        }
        if let charter { try check(charter) }
        // Last, so that a directory with settings has everything else.
        if site.settings != settings { try publishSettings(replacing: site.settings != nil) }
    }

    /// Opens a region that was founded before.
    ///
    /// - Throws: `noInput` if there is none.
    public init(
        opening path: String, world: World,
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) {
        self.path = path
        do {
            directory = try Directory(path: path, fileSystem: world.fileSystem)
            guard
                let bytes = try directory.contentsIfPresent(
                    of: RegionLayout.settings, limit: RegionDirectory.settingsBytesMax)
            else { throw StoreError(.noInput, path, "this is no region directory; see scrip-init(1)") }
            do {
                settings = try RegionSettings(parsing: bytes)
            } catch {
                throw StoreError(.malformed, "\(path)/\(RegionLayout.settings)", error.reason)
            }
            lock = try RegionLock(
                in: try directory.subdirectory(RegionLayout.private),
                timeoutMilliseconds: lockTimeoutMilliseconds, clock: world.clock)
            // Whoever founded it may have been killed before all of it was durable.
            try directory.synchronizeEverything()
            publisher = Publisher(
                region: directory,
                staging: try directory.makeSubdirectory(
                    RegionLayout.staging, permissions: .privateDirectory),
                randomness: world.randomness)
            let logKey = try Self.key(RegionLayout.logKey, directory, publisher, world, mayMake: false)
            let witnessKey = try Self.key(
                RegionLayout.witnessKey, directory, publisher, world, mayMake: false)
            log = LogSigner(
                region: settings.region, federation: settings.federation, privateKey: logKey)
            witness = WitnessSigner(
                region: settings.region, federation: settings.federation, privateKey: witnessKey)
        } catch {
            throw StoreError(error, subject: path)
        }
    }

    private func publishSettings(replacing: Bool) throws(StoreError) {
        do {
            if replacing {
                try publisher.replace(RegionLayout.settings, with: settings.bytes)
            } else {
                _ = try publisher.publish(
                    settings.bytes, to: RegionLayout.settings, permissions: .replaceable)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// The region as a charter lists it.
    public func charterRegion(role: CharterRegion.Role) -> CharterRegion {
        CharterRegion(name: name, role: role, log: log.verifierKey, witness: witness.verifierKey)
    }

    // MARK: Charter

    /// The charter with this region's signature too. That it signs this text, and no other of the epoch, is
    /// durable before the signature leaves.
    ///
    /// A charter of a later epoch adds this region, which has no charter yet; what it says of others is for those who
    /// are in the federation already. `before` is the charter before it, if that is at hand.
    ///
    /// - Throws: `permission` if the charter does not name this region with its keys; `rejected` if the
    ///   region has signed another one.
    public func signed(
        _ charter: SignedCharter, after before: Charter? = nil
    ) throws(StoreError) -> SignedCharter {
        try check(charter.charter)
        let epoch = charter.charter.epoch
        let promise = CharterPromises.path(epoch: epoch)
        do {
            _ = try publisher.publish(charter.charter.text, to: promise, permissions: .secret)
        } catch .conflict {
            throw StoreError(
                .rejected, path,
                "this region has signed another charter of epoch \(epoch), and signs one only "
                    + "(its text is \(promise)); to begin anew, found a region with new keys")
        } catch {
            throw StoreError(error)
        }
        do {
            return try charter.signed(by: log, after: before)
        } catch {
            throw StoreError(.malformed, path, "\(error)")
        }
    }

    /// Installs a charter that has all its signatures.
    ///
    /// - Throws: `malformed` if a signature is wrong or missing; `permission` if the charter does not name
    ///   this region with its keys; `rejected` if another charter is installed.
    public func install(_ charter: SignedCharter) throws(StoreError) { try install([charter]) }

    /// Installs the charters of a federation that this region joins, from epoch 1 on, the last of which names it.
    ///
    /// - Throws: as `install(_:)`, and `malformed` if one does not follow the one before.
    public func install(_ charters: [SignedCharter]) throws(StoreError) {
        guard let first = charters.first, let last = charters.last else { return }
        try check(last.charter)
        var history = CharterHistory(first.charter)
        do {
            try first.check()
            for signed in charters.dropFirst() {
                try signed.check(after: history.newest)
                history = try history.adding(signed.charter)
            }
        } catch {
            throw StoreError(.malformed, path, "\(error)")
        }
        // That of epoch 1 last: without it the region has no charter, so one that was cut off is installed again.
        for signed in charters.reversed() {
            let epoch = signed.charter.epoch
            guard let name = CharterFileName(epoch: epoch) else { continue }
            do {
                _ = try publisher.publish(signed.bytes, to: PublicFile.charter(name).regionPath)
            } catch .conflict {
                throw StoreError(.rejected, path, "another charter of epoch \(epoch) is installed here")
            } catch {
                throw StoreError(error)
            }
        }
    }

    private func installed() throws(StoreError) -> SignedCharter? {
        let name = "\(RegionLayout.public)/\(RegionLayout.firstCharter)"
        let bytes: [UInt8]?
        do {
            bytes = try directory.contentsIfPresent(of: name, limit: RegionDirectory.charterBytesMax)
        } catch {
            throw StoreError(error)
        }
        guard let bytes else { return nil }
        return try RegionDirectory.readCharter(bytes, path: "\(path)/\(name)")
    }

    /// Throws unless the charter could be that of this region.
    ///
    /// - Throws: `permission` if it does not name this region with the keys that lie here; `rejected` if
    ///   another is installed.
    public func check(_ charter: Charter) throws(StoreError) {
        guard let region = charter.region(named: name) else {
            throw StoreError(.permission, path, "the charter does not name the region '\(name)'")
        }
        guard region.log == log.verifierKey, region.witness == witness.verifierKey else {
            throw StoreError(
                .permission, path,
                "the keys of '\(name)' in the charter are not those in \(RegionLayout.private)/ here")
        }
        if charter.epoch == 1, let installed = try installed(), installed.charter != charter {
            throw StoreError(.rejected, path, "another charter of epoch 1 is installed here")
        }
    }

    // MARK: Making

    private static func makeDirectory(_ path: String, world: World) throws(StoreError) -> Directory {
        do {
            if let present = try? Directory(path: path, fileSystem: world.fileSystem) {
                // One that another run made a moment ago, or that a user made, gets a durable name too.
                try? Directory.parent(ofUserPath: path, fileSystem: world.fileSystem).directory.synchronize()
                return present
            }
            let (parent, name) = try Directory.parent(ofUserPath: path, fileSystem: world.fileSystem)
            return try parent.makeSubdirectory(name)
        } catch {
            throw StoreError(error)
        }
    }

    /// The key at a path below the region directory, made if it is missing and may be made.
    private static func key(
        _ relativePath: String, _ directory: Directory, _ publisher: Publisher, _ world: World, mayMake: Bool
    ) throws -> Ed25519PrivateKey {
        if mayMake, try !directory.contains(relativePath) {
            guard let seed = Bytes32(world.randomness.bytes(32)) else {
                throw StoreError(.internalFault, directory.path, "there were no 32 random bytes")
            }
            _ = try publisher.publish(
                PrivateKeyPEM.encode(Ed25519PrivateKey(seed: seed)), to: relativePath, permissions: .secret)
        }
        // Read back also when it was just made: what signs from now on is what lies there.
        return try RegionKeys.read(relativePath, directory, directory.path)
    }
}
