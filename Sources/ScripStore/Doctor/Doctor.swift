internal import ScripCore
internal import ScripCrypto

/// Looks at everything that goes wrong with a region in practice, and says what to do (scrip-doctor(1)). It takes no
/// lock and changes nothing but for a file in `private/staging/` that it makes, links and removes again, and for an
/// index that a crash left behind, which is brought up to the files as by any command that reads.
public final class Doctor {
    let world: World
    let path: String
    let root: Directory
    private var findings: [Finding] = []

    /// - Throws: `noInput` if there is no directory.
    public init(path: String, world: World) throws(StoreError) {
        self.path = path
        self.world = world
        do {
            root = try Directory(path: path, fileSystem: world.fileSystem)
        } catch {
            if error.isMissing || error.isNotDirectory {
                throw StoreError(.noInput, path, "there is no such region directory; see scrip-init(1)")
            }
            throw StoreError(error)
        }
    }

    /// All that was found, the files first.
    public func run() throws(StoreError) -> [Finding] {
        do {
            guard try root.contains(RegionLayout.settings) else {
                throw StoreError(
                    .noInput, path,
                    """
                    this is no region directory (it has no \(RegionLayout.settings)); see \
                    scrip-init(1)
                    """
                )
            }
            try examinePermissions()
            try examineDisk()
            try examineLitter()
            try examineQuarantine()
            let directory: RegionDirectory
            do {
                directory = try RegionDirectory(path: path, world: world)
            } catch {
                found(
                    .region, .wrong, error.subject, error.message,
                    remedy: "run 'scrip repair' once the settings are right; it takes a charter from a peer")
                return findings
            }
            guard directory.root != nil, let settings = directory.settings else {
                found(
                    .region, .wrong, RegionLayout.public, "the folder is missing",
                    remedy: "run 'scrip repair'")
                return findings
            }
            if let obstacle = PolicyHook(directory)?.obstacle {
                found(
                    .hook, .wrong, RegionLayout.validateHook, obstacle,
                    remedy: """
                        put it right or remove it: until then nothing is admitted or attested \
                        (scrip-hooks(7))
                        """
                )
            }
            try examineIndex(directory)
            guard let ledger = try openLedger(directory) else { return findings }
            try examineMark(ledger, settings)
            try examineHeads(ledger, settings)
            try examineClock(ledger, settings)
            try examinePeers(ledger, settings)
            try examineVoters(ledger)
            try examinePending(ledger)
            try examinePool(ledger)
            try examineAlarms(ledger)
            return findings
        } catch {
            throw StoreError(error, subject: path)
        }
    }

    /// The ledger; nil if that cannot be read, which is a finding.
    private func openLedger(_ directory: RegionDirectory) throws -> Ledger? {
        do {
            return try Ledger.open(directory)
        } catch {
            guard error.kind == .malformed else { throw error }
            found(
                .region, .wrong, error.subject, error.message,
                remedy: "run 'scrip repair', which takes the file from a peer, and then 'scrip reindex'")
            return nil
        }
    }

    func found(
        _ check: Finding.Check, _ level: Finding.Level, _ subject: String, _ what: String, remedy: String
    ) {
        findings.append(Finding(check, level, subject, what, remedy: remedy))
    }

    private func examineAlarms(_ ledger: Ledger) throws {
        for alarm in try ledger.alarmLines() {
            guard case .object(let members) = alarm, case .string(let code) = members["code"],
                case .string(let reason) = members["reason"]
            else { continue }
            // The quarantine, the hook and the files of what waits were looked at above.
            if code == ProblemCode.block.rawValue || code == "policy" || code == "damaged" { continue }
            var subject = code
            if case .string(let chain) = members["chain"] {
                subject = chain
                if case .integer(let height) = members["height"] { subject += "/\(height)" }
            }
            found(.alarm, .wrong, subject, reason, remedy: "see 'scrip status' and 'scrip tally \(subject)'")
        }
    }
}
