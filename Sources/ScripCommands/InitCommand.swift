internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip init`: makes a region, or a whole federation at once.
struct InitCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", _superCommandName: "scrip",
        abstract: "Make a region, or a whole federation at once.",
        discussion:
            "A region is named by the last component of its directory. With several directories, they "
            + "are the regions of a new federation; with one, it waits for a charter.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "The name of the federation, like example.org/vouchers; vouchers.local if not given.",
            valueName: "name"))
    var federation: String?

    @Option(
        help: ArgumentHelp(
            "majority (if not given), two-thirds, or a number of votes.", valueName: "quorum"))
    var quorum: String?

    @Option(
        name: .customLong("observer"),
        help: ArgumentHelp("This region follows and checks, and does not vote.", valueName: "name"))
    var observers: [String] = []

    @Option(help: ArgumentHelp("Take over this charter, which names the region.", valueName: "file"))
    var charter: String?

    @Argument(help: ArgumentHelp("The directories of the regions.", valueName: "dir"))
    var directories: [String]

    private static let defaultFederation = "vouchers.local"

    private var reading: ArgumentReading { ArgumentReading(command: "init") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        if let charter { return try join(charter, invocation) }
        let federation = try reading.federation(federation ?? Self.defaultFederation)
        let quorum = try reading.quorum(quorum ?? Quorum.majority.text)
        var observers: Set<RegionName> = []
        for name in self.observers { observers.insert(try reading.region(name, "--observer")) }
        if directories.count == 1 {
            return try found(directories[0], federation, isObserver: observers, invocation)
        }
        let founding = try FederationFounding(
            paths: directories, federation: federation, quorum: quorum, observers: observers,
            world: invocation.world)
        invocation.diagnostics.explain("init", "founding '\(federation)' with \(directories.count) regions")
        let charter = try founding.found(
            world: invocation.world, lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        return try CharterReport(charter).print(invocation)
    }

    /// One region that will be named in a charter later.
    private func found(
        _ path: String, _ federation: FederationName, isObserver observers: Set<RegionName>,
        _ invocation: Invocation
    ) throws -> ExitStatus {
        if quorum != nil {
            throw reading.usage("--quorum belongs to the charter; give it to 'scrip charter draft'")
        }
        let site = try RegionSite(path: path, world: invocation.world)
        guard observers.isSubset(of: [site.name]) else {
            throw reading.usage("--observer can name only the region itself, '\(site.name)'")
        }
        let region = try FoundedRegion(
            site, federation: federation, world: invocation.world,
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        let line = region.charterRegion(role: observers.isEmpty ? .voter : .observer).line
        try invocation.output.write(Array("\(line)\n".utf8))
        return .success
    }

    /// One region that a charter names.
    private func join(_ file: String, _ invocation: Invocation) throws -> ExitStatus {
        guard directories.count == 1 else {
            throw reading.usage(
                "--charter goes with one directory; each region takes over the charter itself")
        }
        guard federation == nil, quorum == nil, observers.isEmpty else {
            throw reading.usage("--charter says it all; leave out --federation, --quorum and --observer")
        }
        let charter = try CharterFile.read(file, invocation)
        guard charter.charter.epoch == 1 else {
            throw StoreError(
                .usage, UserFile.name(file),
                "this is a charter of epoch \(charter.charter.epoch); make the region with 'scrip init DIR', and give "
                    + "all charters from epoch 1 on to 'scrip charter adopt'")
        }
        let missing = charter.missingSigners
        guard missing.isEmpty else {
            throw StoreError(
                .malformed, UserFile.name(file), "\(SignedCharterError.missing(missing))")
        }
        let site = try RegionSite(path: directories[0], world: invocation.world)
        guard site.hasKeys else {
            throw StoreError(
                .permission, site.path,
                "there are no keys here that a charter could name; "
                    + "make them with 'scrip init DIR' and send its line to who drafts the charter")
        }
        let region = try FoundedRegion(
            site, federation: charter.charter.federation, charter: charter.charter,
            world: invocation.world, lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        try region.install(charter)
        return try CharterReport(charter).print(invocation)
    }
}
