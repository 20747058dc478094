public import Foundation
internal import ScripCrypto

/// The files of `fixtures/` as they should be.
///
///     honest/public/…           a small federation
///     honest/expected           what 'verify' says of it
///     broken/<name>/apply.sh    run in a copy of honest/public, makes it the broken one
///     broken/<name>/files/…     what it takes over from there
///     broken/<name>/expected
///     restored/apply.sh         makes a region that was restored from a backup
///     restored/files/…          what it takes over from there
///     restored/expected         what commands do there
public struct FixtureFolder {
    /// By their path below `fixtures/`.
    public private(set) var files: [String: [UInt8]] = [:]

    public static let location = Vectors.package.appending(path: "fixtures", directoryHint: .isDirectory)

    private static let folders = ["honest", "broken", "restored"]

    public init() throws {
        let honest = try HonestFederation()
        for (path, bytes) in honest.files { files["honest/public/\(path)"] = bytes }
        files["honest/expected"] = Array("exit 0\npending 0\n".utf8)
        for (path, bytes) in try RestoredRegion(honest).files { files["restored/\(path)"] = bytes }
        for broken in try BrokenFederations.all(from: honest) {
            let folder = "broken/\(broken.name)"
            for (path, bytes) in broken.files { files["\(folder)/files/\(path)"] = bytes }
            files["\(folder)/expected"] = Array(broken.expected.utf8)
            files["\(folder)/apply.sh"] = Array(Self.script(broken).utf8)
        }
    }

    private static func script(_ broken: BrokenFederation) -> String {
        var lines = ["#!/bin/sh", "# \(broken.story)", "set -eu"]
        if !broken.files.isEmpty { lines.append("cp -R \"$(dirname \"$0\")/files/.\" .") }
        lines += broken.absent.sorted().map { "rm \($0)" }
        lines += broken.commands
        return lines.map { $0 + "\n" }.joined()
    }

    /// Writes all files, in place of those that are there.
    public func write() throws {
        for folder in Self.folders {
            try? FileManager.default.removeItem(at: Self.location.appending(path: folder))
        }
        for (path, bytes) in files {
            let file = Self.location.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }

    /// The paths below `fixtures/` of the files that differ from what they should be, are missing, or should not be
    /// there. Segments may be compressed otherwise.
    public func differences() throws -> [String] {
        var wrong: [String] = []
        for (path, bytes) in files {
            let file = Self.location.appending(path: path)
            guard let present = try? Array(Data(contentsOf: file)) else {
                wrong.append(path)
                continue
            }
            if present != bytes
                && (Self.inflated(present) == nil || Self.inflated(present) != Self.inflated(bytes))
            {
                wrong.append(path)
            }
        }
        for folder in Self.folders {
            let location = Self.location.appending(path: folder)
            for path in try FileManager.default.subpathsOfDirectory(atPath: location.path) {
                var isFolder: ObjCBool = false
                let file = location.appending(path: path).path
                _ = unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
                if !isFolder.boolValue && files["\(folder)/\(path)"] == nil {
                    wrong.append("\(folder)/\(path)")
                }
            }
        }
        return wrong.sorted()
    }

    private static func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        let inflater = GzipInflater()
        var output: [UInt8] = []
        var rest = bytes.span
        while !rest.isEmpty {
            inflater.reset()
            guard let (consumed, isEnd) = try? inflater.read(rest, into: &output, limit: 1 << 30), isEnd
            else {
                return nil
            }
            rest = rest.extracting(droppingFirst: consumed)
        }
        return output
    }
}
