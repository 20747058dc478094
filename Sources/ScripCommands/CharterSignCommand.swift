internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// `scrip charter sign`: the note with the signature of this region added.
struct CharterSignCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Add this region's signature to a charter, and print it.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("A draft or a note; '-' is standard input.", valueName: "file"))
    var file: String

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let charter = try CharterFile.read(file, invocation)
        let path = try invocation.regionPath()
        let site = try RegionSite(foundedAt: path, world: invocation.world)
        if charter.charter.epoch > 1 && site.charter != nil {
            // A region of the federation knows what the charter is about.
            let writer = try invocation.openWriter(path)
            try invocation.output.write(try writer.sign(charter).bytes)
        } else {
            let region = try FoundedRegion(
                opening: path, world: invocation.world,
                lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
            try invocation.output.write(try region.signed(charter).bytes)
        }
        return .success
    }
}

/// `scrip charter adopt`: installs charters once all their signatures are there.
struct CharterAdoptCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Merge the signatures of a charter, and install it when all are there.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(
        help: ArgumentHelp(
            "Copies of one charter, and of those before it; '-' is standard input.", valueName: "file"))
    var files: [String]

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        let path = try invocation.regionPath()
        let site = try RegionSite(foundedAt: path, world: invocation.world)
        var copies: [(file: String, signed: SignedCharter)] = []
        for file in files { copies.append((file, try CharterFile.read(file, invocation))) }
        let first = copies.map(\.signed.charter.epoch).min() ?? 1
        guard site.charter != nil && first > 1 else { return try join(copies, path, invocation) }
        let writer = try invocation.openWriter(path)
        // Charters that came with the others, up to one that still waits for signatures.
        var last: CharterReport?
        for epoch in Set(copies.map(\.signed.charter.epoch)).sorted() {
            let same = copies.filter { $0.signed.charter.epoch == epoch }
            let before = writer.charters.charter(of: epoch - 1)
            let merged = try Self.merge(same, after: before)
            try writer.checkAdoption(merged.charter)
            let report = try CharterReport(merged, history: writer.charters)
            last = report
            guard report.isComplete else { break }
            try writer.adopt(merged)
        }
        guard let last else { throw StoreError(.usage, "charter adopt", "no file is named") }
        return try last.print(invocation)
    }

    /// A region that has no charter yet, or is shown that of epoch 1 again.
    private func join(
        _ copies: [(file: String, signed: SignedCharter)], _ path: String, _ invocation: Invocation
    ) throws -> ExitStatus {
        var charters: [SignedCharter] = []
        var history: CharterHistory?
        for epoch in Set(copies.map(\.signed.charter.epoch)).sorted() {
            let merged = try Self.merge(
                copies.filter { $0.signed.charter.epoch == epoch }, after: history?.newest)
            do {
                history = try history?.adding(merged.charter) ?? CharterHistory(merged.charter)
            } catch {
                throw StoreError(.malformed, "charter adopt", "\(error)")
            }
            charters.append(merged)
        }
        guard let last = charters.last else { throw StoreError(.usage, "charter adopt", "no file is named") }
        let region = try FoundedRegion(
            opening: path, world: invocation.world,
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        try region.check(last.charter)
        guard charters[0].charter.epoch == 1 else {
            throw StoreError(
                .noInput, path,
                "this region has no charter yet; give all of them, from that of epoch 1 on")
        }
        let report = try CharterReport(last, history: history)
        if report.isComplete { try region.install(charters) }
        return try report.print(invocation)
    }

    /// One note of the copies of one charter.
    private static func merge(
        _ copies: [(file: String, signed: SignedCharter)], after before: Charter?
    ) throws(StoreError) -> SignedCharter {
        var merged = SignedCharter(draft: copies[0].signed.charter)
        for (file, copy) in copies {
            guard copy.charter == merged.charter else {
                throw StoreError(
                    .malformed, UserFile.name(file), "this is another charter than '\(copies[0].file)'")
            }
            for signature in copy.signatures where !merged.signatures.contains(signature) {
                do {
                    merged = try merged.adding(signature, after: before)
                } catch {
                    throw StoreError(.malformed, UserFile.name(file), "\(error)")
                }
            }
        }
        return merged
    }
}
