internal import Glibc

/// How one directory is reached from another, as text: for peers that were made side by side.
enum RelativePath {
    /// The way from the directory `start` to `destination`, both as seen from the working directory.
    static func path(from start: String, to destination: String) throws(StoreError) -> String {
        let from = try absolute(start)
        let to = try absolute(destination)
        let common = zip(from, to).prefix { $0 == $1 }.count
        let steps = Array(repeating: "..", count: from.count - common) + to.dropFirst(common)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// The components of `path` from the root on, without `.` and `..`.
    private static func absolute(_ path: String) throws(StoreError) -> [String] {
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        let whole = isAbsolute ? path : "\(try workingDirectory())/\(path)"
        var components: [String] = []
        for component in whole.split(separator: "/") {
            switch component {
            case ".": break
            case "..": _ = components.popLast()
            default: components.append(String(component))
            }
        }
        return components
    }

    /// getcwd(3)
    private static func workingDirectory() throws(StoreError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard unsafe getcwd(&buffer, buffer.count) != nil else {
            throw StoreError(FileError(operation: "getcwd", path: ".", code: errno))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
