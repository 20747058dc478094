import Foundation
import ScripCrypto
import Testing

@testable import ScripCore

/// The sample federation that another program wrote: `../shared/sample` beside the package, or where
/// `SCRIP_SAMPLE` says. A test that needs it fails where it is missing.
struct SampleFederation {
    private let folder: URL

    init() throws {
        let base: URL
        if let path = ProcessInfo.processInfo.environment["SCRIP_SAMPLE"] {
            base = URL(fileURLWithPath: path)
        } else {
            var package = URL(fileURLWithPath: #filePath)
            for _ in 0..<3 { package.deleteLastPathComponent() }
            base = package.deletingLastPathComponent().appendingPathComponent("shared/sample")
        }
        folder = base.appendingPathComponent("north/public")
        try #require(
            FileManager.default.fileExists(atPath: folder.path),
            "the sample federation is missing at \(folder.path); set SCRIP_SAMPLE")
    }

    func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// The files below a folder, sorted by name.
    func files(below path: String) throws -> [String] {
        let files = try #require(
            FileManager.default.enumerator(atPath: folder.appendingPathComponent(path).path))
        return files.compactMap { $0 as? String }.filter { $0.contains(".") }.map { "\(path)/\($0)" }.sorted()
    }

    func charter() throws -> Charter {
        let signed = try SignedCharter(parsing: bytes("charter/1.note"))
        try signed.check()
        return signed.charter
    }

    /// The lines of a file of lines, each without its newline.
    func lines(_ path: String) throws -> [[UInt8]] {
        let bytes = try bytes(path)
        try #require(bytes.last == UInt8(ascii: "\n"))
        return bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Array($0) }
    }

    /// The lines of every block of a segment.
    func blocks(_ path: String) throws -> [[[UInt8]]] {
        let bytes = try bytes(path)
        let inflater = GzipInflater()
        var blocks: [[[UInt8]]] = []
        var position = 0
        while position < bytes.count {
            var output: [UInt8] = []
            let rest = Array(bytes[position...])
            let (consumed, isMemberEnd) = try inflater.read(rest.span, into: &output, limit: 1 << 20)
            try #require(isMemberEnd)
            inflater.reset()
            position += consumed
            blocks.append(
                output.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                    .map { Array($0) })
        }
        return blocks
    }

    /// The votes of every file, with the path of each.
    func votes() throws -> [(path: String, vote: Vote)] {
        try files(below: "votes").flatMap { path in
            try lines(path).map { (path, try Vote(parsing: $0)) }
        }
    }
}
