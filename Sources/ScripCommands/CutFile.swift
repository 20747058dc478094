internal import ScripCore
internal import ScripStore

/// A cut in a file that the user named: what `settle` printed as lines of JSON, or the cut's line alone, or a signed
/// settlement.
enum CutFile {
    private static let bytesMax = 256 << 20

    static func read(_ path: String, _ invocation: Invocation) throws(StoreError) -> Cut {
        let bytes = try UserFile.contents(path, limit: bytesMax, world: invocation.world)
        // In a signed settlement the cut is the second line.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: true)
        guard let line = lines.prefix(2).first(where: { $0.first == UInt8(ascii: "{") }) else {
            throw StoreError(
                .malformed, UserFile.name(path),
                bytes.isEmpty ? "it is empty" : "it holds no cut; give what 'scrip settle' printed as NDJSON")
        }
        do {
            return try Cut(line: Array(line))
        } catch {
            throw StoreError(.malformed, UserFile.name(path), error.reason)
        }
    }
}
