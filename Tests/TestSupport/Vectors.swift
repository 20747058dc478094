public import Foundation

/// Public test data that lies beside the package, not in it: each folder with its origin and its licence.
///
/// The data is in the folder that SCRIP_VECTORS names, else in `../shared/vectors` as seen from the package.
/// Where it is absent, the tests that need it fail, and say why: a test that silently does nothing would say
/// that all is well.
public enum Vectors {
    /// The data is not where it was looked for.
    public struct Missing: Error, CustomStringConvertible {
        let path: String

        public var description: String {
            "no public test vectors at '\(path)': put them at '../shared/vectors' beside the package,"
                + " or name their folder in SCRIP_VECTORS"
        }
    }

    /// The folder of the package itself.
    public static let package = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL

    /// The folder of all vectors, there or not.
    public static var root: URL {
        if let path = ProcessInfo.processInfo.environment["SCRIP_VECTORS"], !path.isEmpty {
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        return package.deletingLastPathComponent().appending(path: "shared/vectors")
    }

    /// The file or folder at `path` below the folder of all vectors, as in
    /// `wycheproof-ed25519/ed25519_test.json`.
    public static func location(_ path: String) throws(Missing) -> URL {
        let location = root.appending(path: path)
        guard FileManager.default.fileExists(atPath: location.path) else {
            throw Missing(path: location.path)
        }
        return location
    }

    /// The bytes of the file at `path`.
    public static func bytes(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: location(path)))
    }

    /// The value in the JSON file at `path`.
    public static func value<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: location(path)))
    }

    /// The names of what is in the folder at `path`, sorted; never none.
    public static func names(in path: String) throws -> [String] {
        let location = try location(path)
        let names = try FileManager.default.contentsOfDirectory(atPath: location.path).sorted()
        if names.isEmpty { throw Missing(path: location.path) }
        return names
    }
}
