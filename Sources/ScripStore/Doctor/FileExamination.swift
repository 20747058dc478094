internal import ScripCore

/// Permissions, the disk, and what lies about.
extension Doctor {
    // MARK: Permissions

    func examinePermissions() throws {
        let user = world.fileSystem.userID
        guard let status = try root.status(of: RegionLayout.private), status.kind == .directory else {
            found(
                .permissions, .wrong, RegionLayout.private, "there is no such directory",
                remedy: """
                    put the region's two keys back there, in a directory of mode 0700, and run 'scrip \
                    repair'
                    """
            )
            return
        }
        if status.permissions.isOpenToOthers {
            found(
                .permissions, .wrong, RegionLayout.private,
                "others can look into it (mode \(Self.octal(status.permissions)))",
                remedy: "chmod 700 \(path)/\(RegionLayout.private)")
        }
        if status.owner != user {
            found(
                .permissions, .wrong, RegionLayout.private,
                "it belongs to user \(status.owner), and this command runs as user \(user)",
                remedy: "run scrip as the owner, or chown -R the region directory")
        }
        let folder = try root.subdirectory(RegionLayout.private)
        for key in [RegionLayout.logKey, RegionLayout.witnessKey] {
            do {
                _ = try RegionKeys.read(key, root, path)
            } catch {
                let name = String(key.dropFirst(RegionLayout.private.count + 1))
                let isSafe = (try? KeyFile.open(name, in: folder)) != nil
                found(
                    .keys, .wrong, key, error.message,
                    remedy: isSafe || error.kind == .noInput
                        ? "put it back, unencrypted, from where you keep a copy; without it nothing can be signed"
                        : "the key belongs to the user of this region alone: chown, chmod 600 \(path)/\(key)")
            }
        }
        for name in try folder.names() {
            guard let status = try folder.status(of: name) else { continue }
            let subject = "\(RegionLayout.private)/\(name)"
            if status.owner != user {
                found(
                    .permissions, .wrong, subject, "it belongs to user \(status.owner)",
                    remedy: "chown it to the user who runs scrip (user \(user))")
            } else if status.permissions.isWritableByOthers && status.kind != .symbolicLink {
                found(
                    .permissions, .warning, subject,
                    "others could write to it (mode \(Self.octal(status.permissions)))",
                    remedy: "chmod go-w \(path)/\(subject)")
            }
        }
        for name in [RegionLayout.settings, RegionLayout.public] {
            guard let status = try root.status(of: name) else { continue }
            if status.permissions.isWritableByOthers {
                found(
                    .permissions, .warning, name,
                    "others can write to it (mode \(Self.octal(status.permissions)))",
                    remedy: "chmod go-w \(path)/\(name)")
            }
        }
    }

    private static func octal(_ permissions: FilePermissions) -> String {
        let digits = String(permissions.rawValue, radix: 8)
        return String(repeating: "0", count: max(4 - digits.utf8.count, 0)) + digits
    }

    // MARK: Disk

    private static let freeBytesMin: Int64 = 64 << 20
    private static let freeBytesLow: Int64 = 1 << 30
    private static let freeFilesMin: Int64 = 1_000
    private static let freeFilesLow: Int64 = 20_000

    func examineDisk() throws {
        let bytes = try root.freeSpace()
        if bytes < Self.freeBytesLow {
            found(
                .space, bytes < Self.freeBytesMin ? .wrong : .warning, ".",
                "\(bytes >> 20) MiB are free on this file system",
                remedy: """
                    make room: with none left nothing is admitted, sealed or taken over (exit status 74)
                    """)
        }
        if let files = try root.freeFiles(), files < Self.freeFilesLow {
            found(
                .space, files < Self.freeFilesMin ? .wrong : .warning, ".",
                "\(files) inodes are free on this file system",
                remedy: "remove small files, or move the region to a file system with more inodes")
        }
        do {
            try examineFileSystem()
        } catch let error as FileError {
            found(
                .filesystem, .wrong, RegionLayout.staging, "nothing can be written: \(error)",
                remedy: error.isForbidden
                    ? "run scrip as the owner of the region"
                    : "see to the disk, and that it is mounted for writing")
        } catch let error as PublishError {
            found(
                .filesystem, .wrong, RegionLayout.staging, "nothing can be written: \(error)",
                remedy: "see to the disk, and that it is mounted for writing")
        }
    }

    /// Does once what every published file needs, with a file of its own.
    private func examineFileSystem() throws {
        guard let staging = try root.subdirectoryIfPresent(RegionLayout.staging) else {
            found(
                .filesystem, .warning, RegionLayout.staging, "the folder is missing",
                remedy: "run 'scrip sync', which makes it")
            return
        }
        let staged = try StagedFile(in: staging, randomness: world.randomness)
        defer { staged.discard() }
        try staged.append(Array("scrip\n".utf8))
        try staged.finish(permissions: .secret)
        let status = try staged.file.status()
        let second = StagingName.make(world.randomness)
        do throws(FileError) {
            try staging.link(staged.name, to: second, in: staging)
            if try staging.status(of: second)?.isSameFile(as: status) != true {
                found(
                    .filesystem, .warning, RegionLayout.staging,
                    "a second name of a file is another inode: the file system does not keep inode numbers",
                    remedy: """
                        use a local file system for the region directory: its high-water mark is known by \
                        its inode
                        """
                )
            }
            do {
                try staging.link(staged.name, to: second, in: staging)
                found(
                    .filesystem, .wrong, RegionLayout.staging, "a link replaces a file that is there",
                    remedy: "use another file system: two writers could replace each other's files here")
            } catch {
                if !error.isAlreadyThere { throw error }
            }
            try staging.remove(second)
        } catch {
            guard error.isLinkUnsupported else { throw error }
            do {
                try staging.rename(staged.name, to: second, in: staging, replacing: false)
                try staging.remove(second)
                found(
                    .filesystem, .warning, RegionLayout.staging,
                    "the file system has no hard links; files are renamed instead",
                    remedy: "nothing, as long as only one machine writes here")
            } catch {
                found(
                    .filesystem, .wrong, RegionLayout.staging,
                    "the file system has neither hard links nor renames that refuse to replace (\(error))",
                    remedy: "use another file system for the region directory: nothing can be published here")
            }
        }
        do {
            try staging.synchronize()
        } catch {
            found(
                .filesystem, .wrong, RegionLayout.staging,
                "the names in a directory cannot be made durable: \(error)",
                remedy: """
                    use another file system for the region directory: nothing is acknowledged here (exit status 74)
                    """
            )
        }
        if status.born == nil {
            found(
                .filesystem, .warning, RegionLayout.staging,
                "the file system does not keep when files were made",
                remedy: "nothing at once; a copy of this region is known by its inodes alone here")
        }
        try examineLocks(staging)
    }

    private func examineLocks(_ staging: Directory) throws {
        let name = StagingName.make(world.randomness)
        let first = try staging.open(name, for: .lock)
        defer { try? staging.remove(name) }
        let second = try staging.open(name, for: .lock)
        do {
            if try first.lock(), try second.lock() {
                found(
                    .filesystem, .wrong, RegionLayout.lock, "flock(2) does not keep others out",
                    remedy: "use a file system with locks, or see to it that only one command runs at a time")
            }
        } catch {
            found(
                .filesystem, .wrong, RegionLayout.lock, "flock(2) does not work here: \(error)",
                remedy: "use a file system with locks (NFS: mount without nolock)")
        }
        withExtendedLifetime((first, second)) {}
    }

    // MARK: Litter, quarantine

    private static let litterSecondsMax: Int64 = 3_600
    private static let litterDepthMax = 6

    func examineLitter() throws {
        for folder in [RegionLayout.public, RegionLayout.staging, RegionLayout.highWater] {
            guard let directory = try? root.subdirectoryIfPresent(folder) else { continue }
            var names: [String] = []
            findLitter(directory, folder, depth: 0, &names)
            guard let first = names.first else { continue }
            found(
                .litter, .warning, first,
                names.count == 1
                    ? "an unfinished file of a command that was cut off"
                    : "the first of \(names.count) unfinished files of commands that were cut off",
                remedy: "remove files named .tmp-* that are older than an hour; nothing refers to them")
        }
    }

    private func findLitter(_ directory: Directory, _ path: String, depth: Int, _ names: inout [String]) {
        for name in (try? directory.names()) ?? [] {
            guard let status = try? directory.status(of: name) else { continue }
            if status.kind == .directory, depth < Self.litterDepthMax {
                if let child = try? directory.subdirectory(name) {
                    findLitter(child, "\(path)/\(name)", depth: depth + 1, &names)
                }
            } else if StagingName.isOne(name),
                world.clock.now().seconds - status.modified.seconds > Self.litterSecondsMax
            {
                names.append("\(path)/\(name)")
            }
        }
    }

    func examineQuarantine() throws {
        let names = try root.subdirectoryIfPresent(RegionLayout.quarantine)?.names() ?? []
        let replaced = names.count { $0.utf8.starts(with: DamagedFiles.prefix.utf8) }
        let foreign = names.count { !StagingName.isOne($0) } - replaced
        if replaced > 0 {
            found(
                .quarantine, .warning, RegionLayout.quarantine,
                "\(replaced) own files that were damaged and replaced lie there",
                remedy: """
                    find out what damaged them (the disk?), then remove \
                    \(path)/\(RegionLayout.quarantine)/\(DamagedFiles.prefix)*
                    """
            )
        }
        if foreign > 0 {
            found(
                .quarantine, .wrong, RegionLayout.quarantine,
                "\(foreign) signed files that are invalid or that a charter has ruled out lie there",
                remedy: """
                    look at them: a region has sealed what is invalid, or forked, or lost its key; then remove \
                    them
                    """)
        }
    }
}
