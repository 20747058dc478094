internal import Foundation
internal import Glibc

/// Plain work on files, of the simulation itself: copies that arrive, backups, clones.
enum Files {
    /// The regular files below `folder`, by their path from there, with sizes.
    static func list(_ folder: String) -> [String: Int] {
        var result: [String: Int] = [:]
        let root = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if root >= 0 { list(root, "", &result) }
        return result
    }

    /// Lists the directory of the descriptor, and closes it.
    private static func list(_ directory: Int32, _ prefix: String, _ result: inout [String: Int]) {
        guard let stream = unsafe fdopendir(directory) else { return }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
                unsafe String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            var status = stat()
            guard unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFREG {
                result[prefix + name] = Int(status.st_size)
            } else if status.st_mode & S_IFMT == S_IFDIR {
                let child = unsafe openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                if child >= 0 { list(child, "\(prefix)\(name)/", &result) }
            }
        }
    }

    static func read(_ path: String) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        unsafe fstat(file, &status)
        let size = Int(status.st_size)
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = unsafe max(0, pread(file, buffer.baseAddress, size, 0))
        }
    }

    /// Writes a file, in place of whatever is there, and makes the folders that it lies in.
    static func write(_ bytes: [UInt8], to path: String, isSecret: Bool = false) {
        let location = URL(fileURLWithPath: path)
        do {
            try? FileManager.default.removeItem(at: location)
            try FileManager.default.createDirectory(
                at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: location)
            if isSecret { unsafe chmod(path, 0o600) }
        } catch {
            fatalError("the simulation cannot write \(path): \(error)")
        }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    static func makeFolder(_ path: String) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            fatalError("the simulation cannot make \(path): \(error)")
        }
    }

    /// Copies a folder with all that is below, modes included.
    static func copyTree(_ folder: String, to target: String) {
        do {
            try FileManager.default.copyItem(atPath: folder, toPath: target)
        } catch {
            fatalError("the simulation cannot copy \(folder): \(error)")
        }
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    static func rename(_ path: String, to target: String) {
        do {
            try FileManager.default.moveItem(atPath: path, toPath: target)
        } catch {
            fatalError("the simulation cannot rename \(path): \(error)")
        }
    }
}
