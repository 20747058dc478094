internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter draft`: the text of a charter, from the lines that `init` printed, or from the charter before it.
struct CharterDraftCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft", abstract: "Make an unsigned charter: the first one, or the next.",
        discussion:
            "With --federation it is the charter of epoch 1, of the regions' lines. Without, it is that of the epoch "
            + "after the newest of -C: what is not named stays as it is.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Option(help: ArgumentHelp("The name of a new federation, which all lines carry.", valueName: "name"))
    var federation: String?

    @Option(
        help: ArgumentHelp(
            "majority, two-thirds, or a number of votes; as before, or majority, if not given.",
            valueName: "quorum"))
    var quorum: String?

    @Option(help: ArgumentHelp("This region leaves.", valueName: "region"))
    var remove: [String] = []

    @Option(help: ArgumentHelp("This region becomes an observer.", valueName: "region"))
    var observer: [String] = []

    @Option(help: ArgumentHelp("This observer becomes a voter.", valueName: "region"))
    var voter: [String] = []

    @Option(
        help: ArgumentHelp(
            "The region's chain ends with this block; the last that is certified if no height is given.",
            valueName: "region[/height]"))
    var retire: [String] = []

    @Option(help: ArgumentHelp("The second region seals for the first.", valueName: "lost=region"))
    var successor: [String] = []

    @Option(
        help: ArgumentHelp(
            "Blocks under the region's key before count to here, the last that is held if no height is given.",
            valueName: "region[/height]"))
    var rekey: [String] = []

    @Option(
        help: ArgumentHelp(
            "The branch with this block, as it is held here, stands.", valueName: "region/height"))
    var rule: [String] = []

    @Argument(
        help: ArgumentHelp(
            "Files with lines that 'scrip init' or 'charter line' printed; '-' is standard input."))
    var lineFiles: [String] = []

    private static let fileBytesMax = 1 << 20

    private var reading: ArgumentReading { ArgumentReading(command: "charter draft") }

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let charter = try federation.map { try first($0, invocation) } ?? next(invocation)
        try invocation.output.write(charter.text)
        return .success
    }

    private func first(_ name: String, _ invocation: Invocation) throws -> Charter {
        guard (remove + observer + voter + retire + successor + rekey + rule).isEmpty else {
            throw reading.usage("--federation begins with epoch 1, in which there is nothing to change")
        }
        let federation = try reading.federation(name)
        let quorum = try reading.quorum(quorum ?? Quorum.majority.text)
        let regions = try lines(of: lineFiles.isEmpty ? ["-"] : lineFiles, invocation)
        do {
            return try Charter(
                federation: federation, epoch: 1, previous: nil, quorum: quorum,
                regions: regions.sorted { $0.name < $1.name })
        } catch {
            throw fault(error)
        }
    }

    /// Why there is no such charter: a quorum that the options ask for is a mistake in them, all else is in the lines.
    private func fault(_ error: CharterError) -> StoreError {
        if case .quorum = error, quorum != nil { return reading.usage("--quorum: \(error)") }
        return StoreError(.malformed, "charter draft", "\(error)")
    }

    // MARK: The next one

    private func next(_ invocation: Invocation) throws -> Charter {
        let region = try invocation.openRegion()
        let ledger = try Ledger.open(region)
        let newest = region.charter
        var regions = Dictionary(uniqueKeysWithValues: newest.regions.map { ($0.name, $0) })
        for line in try lines(of: lineFiles, invocation) { regions[line.name] = line }
        for name in try remove.map({ try self.region($0, "--remove", among: regions) }) {
            regions[name] = nil
        }
        for (names, role, option) in [
            (observer, CharterRegion.Role.observer, "--observer"), (voter, .voter, "--voter"),
        ] {
            for name in try names.map({ try self.region($0, option, among: regions) }) {
                regions[name] = regions[name].map {
                    CharterRegion(name: name, role: role, log: $0.log, witness: $0.witness)
                }
            }
        }
        var changes = CharterChanges()
        changes.retirements = try points(retire, "--retire", ledger) { try ledger.lastCertifiedPoint($0) }
        changes.rekeys = try points(rekey, "--rekey", ledger) { try ledger.headPoint($0) }
        changes.rulings = try points(rule, "--rule", ledger) { _ in
            throw reading.usage("--rule is 'region/height'")
        }
        changes.successions = try successor.map(succession).sorted { $0.lost < $1.lost }
        do {
            let charter = try Charter(
                federation: newest.federation, epoch: newest.epoch + 1, previous: newest.digest,
                quorum: try quorum.map { try reading.quorum($0) } ?? newest.quorum,
                regions: regions.values.sorted { $0.name < $1.name }, changes: changes)
            try region.charters.check(next: charter)
            return charter
        } catch let error as CharterError {
            throw fault(error)
        } catch let error as CharterStepError {
            throw StoreError(.malformed, "charter draft", "\(error)")
        }
    }

    private func region(
        _ text: String, _ option: String, among regions: [RegionName: CharterRegion]
    ) throws -> RegionName {
        let name = try reading.region(text, option)
        guard regions[name] != nil else { throw reading.usage("\(option): there is no region '\(name)'") }
        return name
    }

    private func succession(_ text: String) throws -> CharterChanges.Succession {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw reading.usage("--successor is 'lost=region', not '\(text)'") }
        return CharterChanges.Succession(
            lost: try reading.region(String(parts[0]), "--successor"),
            heir: try reading.region(String(parts[1]), "--successor"))
    }

    private func points(
        _ texts: [String], _ option: String, _ ledger: Ledger, without: (RegionName) throws -> ChainPoint
    ) throws -> [ChainPoint] {
        var points: [ChainPoint] = []
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try reading.region(String(parts[0]), option)
            guard ledger.charters.hasChain(name) else {
                throw reading.usage("\(option): there is no chain '\(name)'")
            }
            if parts.count == 1 {
                points.append(try without(name))
                continue
            }
            guard let height = Int(parts[1]), height >= 0, String(height) == parts[1] else {
                throw reading.usage("\(option) is 'region/height', not '\(text)'")
            }
            guard let point = try ledger.point(of: name, height: height) else {
                throw StoreError(.noInput, "charter draft", "block \(height) of '\(name)' is not here")
            }
            points.append(point)
        }
        return points.sorted { $0.region < $1.region }
    }

    // MARK: Lines

    private func lines(of files: [String], _ invocation: Invocation) throws -> Set<CharterRegion> {
        var regions: Set<CharterRegion> = []
        for file in files {
            let bytes = try UserFile.contents(file, limit: Self.fileBytesMax, world: invocation.world)
            regions.formUnion(try Self.regions(bytes, in: UserFile.name(file)))
        }
        return regions
    }

    private static func regions(
        _ bytes: [UInt8], in name: String
    ) throws(StoreError) -> [CharterRegion] {
        var regions: [CharterRegion] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            do {
                regions.append(try CharterRegion(parsing: Array(line)))
            } catch .key(_, let error) {
                throw StoreError(.malformed, "\(name):\(index + 1)", "\(error)")
            } catch {
                throw StoreError(
                    .malformed, "\(name):\(index + 1)",
                    "this is no line of a region, as 'scrip init' prints it")
            }
        }
        return regions
    }
}
