internal import ScripCore
internal import ScripStore

/// The files in which shops keep the codes that they have printed.
struct CodeFiles {
    /// By path: the codes, one a line, as they were when the file was done.
    private var texts: [String: [UInt8]] = [:]

    private static func text(_ codes: [BearerCode]) -> [UInt8] {
        codes.flatMap { Array("\($0.text)\n".utf8) }
    }

    /// What `issue --bearer` does before anybody sees a code: the file at `path` is taken up, if it is there, or made of
    /// new codes, and is durable.
    static func codes(
        _ count: Int, path: String, world: World
    ) throws -> (codes: [BearerCode], isTakenUp: Bool) {
        guard let present = try CodesFile.open(path: path, world: world) else {
            let codes = (0..<count).compactMap { _ in
                BearerCode(world.randomness.bytes(BearerCode.byteCount))
            }
            try CodesFile.create(path: path, world: world) { file in
                for code in codes { try file.append(text([code])) }
            }
            return (codes, false)
        }
        let bytes = try present.file.contents(limit: 1 << 16)
        let codes = try bytes.split(separator: 0x0a).map { line in
            try BearerCode(parsing: String(decoding: line, as: UTF8.self))
        }
        guard codes.count == count, text(codes) == bytes else {
            throw Violation("\(path) has its name and is not whole")
        }
        try present.synchronize()
        return (codes, true)
    }

    mutating func note(_ codes: [BearerCode], path: String) { texts[path] = Self.text(codes) }

    /// Codes that were printed are all there is of what they are worth.
    func check() throws {
        for (path, text) in texts where Files.read(path) != text {
            throw Violation("\(path) was done, and its codes are gone")
        }
    }

    var count: Int { texts.count }
}
