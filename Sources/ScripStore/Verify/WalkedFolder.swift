internal import ScripCore

/// A folder that `verify` goes through. Nothing in it is trusted: no link is followed, and what is no folder or no file
/// where there should be one is a problem, not an error.
final class WalkedFolder {
    private let directory: Directory
    /// As problems name it: relative to the directory that is verified.
    let path: String
    /// The chain that what lies here is about.
    let chain: RegionName?
    /// Whether what lies here matters to all chains.
    private let isOfAll: Bool
    private let findings: Findings

    init(
        _ directory: Directory, path: String, chain: RegionName? = nil, isOfAll: Bool = false,
        findings: Findings
    ) {
        self.directory = directory
        self.path = path
        self.chain = chain
        self.isOfAll = isOfAll
        self.findings = findings
    }

    func path(of name: String) -> String { Directory.join(path, name) }

    /// The names here, sorted, without those of files that are being written.
    func names() throws -> [String] {
        do {
            return try directory.names().filter { !StagingName.isOne($0) }
        } catch {
            try problem(.file, path.isEmpty ? nil : path, "the folder cannot be read: \(error)")
            return []
        }
    }

    /// The names that `parse` knows, in the order of `names`; the others are problems.
    func names<Name>(_ parse: (String) -> Name?) throws -> [(text: String, name: Name)] {
        var known: [(text: String, name: Name)] = []
        for text in try names() {
            if let name = parse(text) {
                known.append((text, name))
            } else {
                try problem(.name, path(of: text), "nothing of this name belongs here")
            }
        }
        return known
    }

    /// The folder `name`; nil if there is none.
    func folder(
        _ name: String, chain: RegionName? = nil, isOfAll: Bool = false
    ) throws -> WalkedFolder? {
        do {
            return WalkedFolder(
                try directory.subdirectory(name), path: path(of: name), chain: chain ?? self.chain,
                isOfAll: isOfAll, findings: findings)
        } catch {
            if error.isMissing { return nil }
            try problem(.file, path(of: name), "\(Self.reason(error, status(of: name))), not a folder")
            return nil
        }
    }

    private func status(of name: String) -> FileStatus? { (try? directory.status(of: name)) ?? nil }

    private static func reason(_ error: FileError, _ status: FileStatus?) -> String {
        if let status, status.kind != .directory { return "it is a \(status.kind.rawValue)" }
        return "it cannot be read: \(error)"
    }

    /// The file `name`, opened; nil if there is none, or if it is a problem.
    func file(_ name: String, limit: Int) throws -> ForeignFile? {
        do {
            return try ForeignFile(name, in: directory, limit: limit)
        } catch {
            try report(error, name)
            return nil
        }
    }

    /// The content of the file `name`; nil if there is none, or if it is a problem.
    func contents(_ name: String, limit: Int) throws -> [UInt8]? {
        guard let file = try file(name, limit: limit) else { return nil }
        do {
            return try file.contents()
        } catch {
            try report(error, name)
            return nil
        }
    }

    /// Whether anything has the name.
    func contains(_ name: String) -> Bool { status(of: name) != nil }

    /// Tells why a file cannot be read. A file that vanished since its name was read is one that is absent.
    func report(_ error: ForeignFileError, _ name: String, height: Int? = nil) throws {
        if case .file(let fault) = error, fault.isMissing { return }
        let code: ProblemCode = if case .tooLarge = error { .limit } else { .file }
        let reason: String =
            if case .file = error { "it cannot be read: \(error)" } else { "it \(error)" }
        try problem(code, path(of: name), reason, height: height)
    }

    func problem(
        _ code: ProblemCode, _ file: String?, _ reason: String, height: Int? = nil, index: Int? = nil
    ) throws {
        try findings.problem(
            code, file, reason, chain: chain, height: height, index: index, isOfAll: isOfAll)
    }
}
