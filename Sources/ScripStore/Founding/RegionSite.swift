public import ScripCore
internal import ScripCrypto

/// What lies at a path where a region is, or is to be. Looking at it changes nothing.
public struct RegionSite {
    /// As the user named it, without slashes at the end.
    public let path: String
    /// From the settings; where there are none yet, the last component of the path.
    public let name: RegionName
    /// Nil until the region was founded.
    public let settings: RegionSettings?
    /// The charter of epoch 1, checked; nil until it is installed.
    public let charter: SignedCharter?
    /// Whether both keys are there.
    public let hasKeys: Bool

    /// Names in a region directory; beside them only litter of interrupted runs is passed over.
    private static let names: Set<String> = [
        RegionLayout.settings, RegionLayout.public, RegionLayout.private,
    ]

    /// Looks at `path`, which need not exist. Throws `usage` if its last component names no region,
    /// `rejected` if it is a directory of something else.
    public init(path: String, world: World) throws(StoreError) {
        let slash = UInt8(ascii: "/")
        self.path = Self.trimmed(path)
        let component = self.path.utf8.split(separator: slash).last.map { String(Substring($0)) } ?? ""
        do {
            guard let directory = try Self.directory(self.path, world: world) else {
                name = try Self.name(component, path: path)
                settings = nil
                charter = nil
                hasKeys = false
                return
            }
            settings = try Self.settings(in: directory, path: self.path)
            name = try settings?.region ?? Self.name(component, path: path)
            if settings == nil { try Self.refuseOthers(in: directory, path: self.path) }
            charter = try Self.charter(in: directory, path: self.path)
            hasKeys =
                try directory.contains(RegionLayout.logKey) && directory.contains(RegionLayout.witnessKey)
        } catch {
            throw StoreError(error, subject: self.path)
        }
    }

    /// Looks at `path`, where a region was founded before.
    ///
    /// - Throws: `noInput` if there is none, whatever else is there.
    public init(foundedAt path: String, world: World) throws(StoreError) {
        let trimmed = Self.trimmed(path)
        // The root of the file system.
        self.path = trimmed.isEmpty ? path : trimmed
        do {
            let directory = try Directory(path: self.path, fileSystem: world.fileSystem)
            guard let settings = try Self.settings(in: directory, path: self.path) else {
                throw StoreError(.noInput, path, "this is no region directory; see scrip-init(1)")
            }
            self.settings = settings
            name = settings.region
            charter = try Self.charter(in: directory, path: self.path)
            hasKeys =
                try directory.contains(RegionLayout.logKey) && directory.contains(RegionLayout.witnessKey)
        } catch let error as FileError where error.isMissing || error.isNotDirectory {
            throw StoreError(.noInput, path, "there is no such region directory; see scrip-init(1)")
        } catch {
            throw StoreError(error, subject: self.path)
        }
    }

    private static func trimmed(_ path: String) -> String {
        let slash = UInt8(ascii: "/")
        let significant = path.utf8.count - path.utf8.reversed().prefix { $0 == slash }.count
        return String(Substring(path.utf8.prefix(significant)))
    }

    private static func name(_ component: String, path: String) throws(StoreError) -> RegionName {
        guard let name = RegionName(component) else {
            throw StoreError(
                .usage, path,
                "the last part is no name of a region, which is a letter and up to 30 of a-z, 0-9 and '-'")
        }
        return name
    }

    private static func directory(_ path: String, world: World) throws(StoreError) -> Directory? {
        do {
            return try Directory(path: path, fileSystem: world.fileSystem)
        } catch {
            if error.isMissing { return nil }
            if error.isNotDirectory {
                throw StoreError(.rejected, path, "this is no directory; name a new or an empty one")
            }
            throw StoreError(error)
        }
    }

    private static func settings(in directory: Directory, path: String) throws -> RegionSettings? {
        guard
            let bytes = try directory.contentsIfPresent(
                of: RegionLayout.settings, limit: RegionDirectory.settingsBytesMax)
        else { return nil }
        do {
            return try RegionSettings(parsing: bytes)
        } catch {
            throw StoreError(.malformed, "\(path)/\(RegionLayout.settings)", error.reason)
        }
    }

    private static func refuseOthers(in directory: Directory, path: String) throws {
        for name in try directory.names() where !names.contains(name) && !StagingName.isOne(name) {
            throw StoreError(
                .rejected, path,
                "the directory holds '\(name)', which is no part of a region; name a new or an empty one")
        }
    }

    private static func charter(in directory: Directory, path: String) throws -> SignedCharter? {
        let name = "\(RegionLayout.public)/\(RegionLayout.firstCharter)"
        guard let bytes = try directory.contentsIfPresent(of: name, limit: RegionDirectory.charterBytesMax)
        else { return nil }
        return try RegionDirectory.readCharter(bytes, path: "\(path)/\(name)")
    }
}
