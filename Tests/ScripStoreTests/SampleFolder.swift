import Foundation
import Testing

/// Where the sample federation lies: `$SCRIP_SAMPLE`, or beside the package.
enum SampleFolder {
    struct Absent: Error, CustomStringConvertible {
        let description: String
    }

    static func path() throws -> String {
        let path =
            ProcessInfo.processInfo.environment["SCRIP_SAMPLE"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/sample").standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: path + "/north/public") else {
            throw Absent(description: "the sample federation is absent: \(path)")
        }
        return path + "/north"
    }
}
