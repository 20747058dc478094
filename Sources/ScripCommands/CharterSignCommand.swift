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
        let region = try FoundedRegion(
            opening: try invocation.regionPath(), world: invocation.world,
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        try invocation.output.write(try region.signed(charter).bytes)
        return .success
    }
}

/// `scrip charter adopt`: installs a charter once all its signatures are there.
struct CharterAdoptCommand: ProgramCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Merge the signatures of a charter, and install it when all are there.")

    @OptionGroup(title: "Options of every command") var globals: GlobalOptions

    @Argument(help: ArgumentHelp("Copies of one charter; '-' is standard input.", valueName: "file"))
    var files: [String]

    func execute(_ invocation: Invocation) throws -> ExitStatus {
        var merged: SignedCharter?
        for file in files {
            let copy = try CharterFile.read(file, invocation)
            guard let before = merged else {
                merged = try Self.merge(copy, into: SignedCharter(draft: copy.charter), file)
                continue
            }
            guard before.charter == copy.charter else {
                throw StoreError(
                    .malformed, UserFile.name(file), "this is another charter than '\(files[0])'")
            }
            merged = try Self.merge(copy, into: before, file)
        }
        guard let merged else { throw StoreError(.usage, "charter adopt", "no file is named") }
        let region = try FoundedRegion(
            opening: try invocation.regionPath(), world: invocation.world,
            lockTimeoutMilliseconds: invocation.lockTimeoutMilliseconds)
        try region.check(merged.charter)
        if merged.missingSigners.isEmpty { try region.install(merged) }
        return try CharterReport(merged).print(invocation)
    }

    private static func merge(
        _ copy: SignedCharter, into merged: SignedCharter, _ file: String
    ) throws(StoreError) -> SignedCharter {
        var merged = merged
        for signature in copy.signatures where !merged.signatures.contains(signature) {
            do {
                merged = try merged.adding(signature)
            } catch {
                throw StoreError(.malformed, UserFile.name(file), "\(error)")
            }
        }
        return merged
    }
}
