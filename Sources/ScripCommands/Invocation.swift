internal import ScripCore
internal import ScripStore

/// One run of a command: the world that it works in, and where it prints.
final class Invocation {
    let world: World
    let output: Output
    let diagnostics: Diagnostics
    /// The directory that `-C` or `SCRIP_REGION` names.
    let namedRegion: String?
    /// How long to wait for the lock of a region, in milliseconds.
    let lockTimeoutMilliseconds: Int64

    private static let lockTimeoutSecondsMax = 86_400

    init(_ options: GlobalOptions) throws(StoreError) {
        if options.quiet && options.verbose {
            throw StoreError(.usage, "usage", "--quiet and --verbose exclude each other")
        }
        world = World.system(at: try Self.fixedTime())
        output = Output()
        diagnostics = Diagnostics(
            detail: options.quiet ? .errors : options.verbose ? .steps : .warnings)
        if let region = options.region {
            namedRegion = region
        } else {
            let region = ProcessEnvironment.value("SCRIP_REGION")
            namedRegion = region == "" ? nil : region
        }
        let seconds = options.lockTimeout ?? Int(RegionLock.defaultTimeoutMilliseconds / 1_000)
        guard (0...Self.lockTimeoutSecondsMax).contains(seconds) else {
            throw StoreError(
                .usage, "usage",
                "--lock-timeout is a number of seconds, at most \(Self.lockTimeoutSecondsMax)")
        }
        lockTimeoutMilliseconds = Int64(seconds) * 1_000
    }

    private static func fixedTime() throws(StoreError) -> Timestamp? {
        guard let text = ProcessEnvironment.value("SCRIP_NOW"), !text.isEmpty else { return nil }
        guard let time = Timestamp(text) else {
            throw StoreError(.usage, "SCRIP_NOW", "'\(text)' is no time like 2026-11-20T10:00:00Z")
        }
        return time
    }

    /// The time of day.
    var now: Timestamp { world.clock.now() }

    /// The region directory of a command that needs one.
    func regionPath() throws(StoreError) -> String {
        guard let namedRegion else {
            throw StoreError(
                .usage, "usage", "no region is named; give its directory with -C or SCRIP_REGION")
        }
        return namedRegion
    }

    /// The region at `path`, opened for a command that writes there.
    func openWriter(_ path: String) throws(StoreError) -> RegionWriter {
        try openWriter(try RegionDirectory(path: path, world: world))
    }

    /// As `openWriter(_: String)`, for a directory that was opened before the wait for input.
    func openWriter(_ directory: RegionDirectory) throws(StoreError) -> RegionWriter {
        let writer = try RegionWriter.open(directory, lockTimeoutMilliseconds: lockTimeoutMilliseconds)
        writer.onFault = diagnostics.report
        return writer
    }

    /// The region directory, or the copy of a `public/` folder, opened for reading.
    func openRegion(checksCharter: Bool = true) throws(StoreError) -> RegionDirectory {
        try RegionDirectory(path: try regionPath(), world: world, checksCharter: checksCharter)
    }
}
