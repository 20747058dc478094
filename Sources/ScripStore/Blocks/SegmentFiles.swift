internal import ScripCore

/// Finding segment files by height.
enum SegmentFiles {
    /// The folder of a thousand heights of a chain, below `public/`.
    static func folder(of thousand: ThousandName, _ chain: RegionName) -> String {
        "\(RegionLayout.segments)/\(chain.text)/\(thousand.text)"
    }

    /// The thousands of which a chain has a folder, ascending.
    static func thousands(of chain: RegionName, in folder: Directory) throws -> [ThousandName] {
        try folder.subdirectoryIfPresent("\(RegionLayout.segments)/\(chain.text)")?.names()
            .compactMap { ThousandName($0) } ?? []
    }

    /// The names of the files of a thousand, ascending; of those that begin at the same height the longest first.
    static func names(
        in thousand: ThousandName, of chain: RegionName, in folder: Directory
    ) throws -> [SegmentName] {
        guard let directory = try folder.subdirectoryIfPresent(Self.folder(of: thousand, chain)) else {
            return []
        }
        return try directory.names().compactMap { SegmentName($0) }.filter { $0.thousand == thousand }.sorted
        {
            ($0.heights.lowerBound, -$0.heights.upperBound) < ($1.heights.lowerBound, -$1.heights.upperBound)
        }
    }

    /// The path below `public/`.
    static func path(_ name: SegmentName, of chain: RegionName) -> String {
        PublicFile.segment(chain: chain, name).path
    }

    /// The folder of a thousand heights, below `public/`.
    static func folder(_ thousand: ThousandName, of chain: RegionName) -> String {
        "\(RegionLayout.segments)/\(chain.text)/\(thousand.text)"
    }

    /// The file that holds a block, and its name; nil if none does.
    static func file(
        holding height: Int, of chain: RegionName, in folder: Directory
    ) throws -> (file: File, name: SegmentName)? {
        // Where a name vanishes between being listed and being opened, `pack` has put the block elsewhere meanwhile.
        for _ in 1..<attemptsMax {
            do {
                return try listedFile(holding: height, of: chain, in: folder)
            } catch let error as FileError {
                if !error.isMissing { throw error }
            }
        }
        return try listedFile(holding: height, of: chain, in: folder)
    }

    private static let attemptsMax = 8

    private static func listedFile(
        holding height: Int, of chain: RegionName, in folder: Directory
    ) throws -> (file: File, name: SegmentName)? {
        // Most blocks lie in a file of their own, whose name needs no listing.
        if let single = SegmentName(heights: height...height) {
            do {
                return (try folder.file(at: path(single, of: chain)), single)
            } catch {
                if !error.isMissing { throw error }
            }
        }
        let names = try names(in: ThousandName(height: height), of: chain, in: folder)
        guard let name = names.first(where: { $0.heights.contains(height) }) else { return nil }
        return (try folder.file(at: path(name, of: chain)), name)
    }

    /// That a block that was verified is not what is there now.
    static func changed(_ block: IndexedBlock, in folder: Directory) -> StoreError {
        damaged(block, in: folder, "block \(block.height) in it is not the one that was verified")
    }

    private static func damaged(_ block: IndexedBlock, in folder: Directory, _ reason: String) -> StoreError {
        let found = (try? file(holding: block.height, of: block.chain, in: folder))?.file.path
        return StoreError(
            .rejected, found ?? "\(folder.path)/\(RegionLayout.segments)/\(block.chain.text)",
            "\(reason); run 'scrip verify' for all that is damaged, and 'scrip repair' to get it from a peer")
    }

    /// Runs `body`, which reads a block; what it finds wrong is told with the name of the file.
    static func naming<Result>(
        _ block: IndexedBlock, in folder: Directory, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let fault as BlockFault {
            throw damaged(block, in: folder, fault.reason)
        } catch let fault as MalformedRecord {
            throw damaged(block, in: folder, fault.reason)
        }
    }

    /// How many bytes the members of those heights, of one thousand, take in the files here, one after the other; nil if
    /// they are not all here, or it is not known where one of them begins.
    static func bytes(
        of heights: Range<Int>, of chain: RegionName, in folder: Directory, _ index: LedgerIndex
    ) throws -> Int64? {
        if heights.isEmpty { return 0 }
        let thousand = ThousandName(height: heights.lowerBound)
        guard let directory = try folder.subdirectoryIfPresent(Self.folder(of: thousand, chain)) else {
            return nil
        }
        let names = try names(in: thousand, of: chain, in: folder)
        func offset(_ height: Int, _ name: SegmentName) throws -> Int64? {
            if height == name.heights.lowerBound { return 0 }
            let offset = try index.memberOffset(chain, height: height, in: name)
            return offset > 0 ? offset : nil
        }
        var bytes: Int64 = 0
        var next = heights.lowerBound
        while next < heights.upperBound {
            guard let name = names.first(where: { $0.heights.contains(next) }),
                let start = try offset(next, name)
            else { return nil }
            if name.heights.contains(heights.upperBound) {
                return try offset(heights.upperBound, name).map { bytes + $0 - start }
            }
            guard let size = try directory.status(of: name.text)?.size else { return nil }
            bytes += size - start
            next = name.heights.upperBound + 1
        }
        return bytes
    }

    /// A reader that stands behind the first line of a block, and that line.
    static func reader(
        at height: Int, of chain: RegionName, in folder: Directory, _ index: LedgerIndex
    ) throws -> (reader: SegmentReader, line: [UInt8]) {
        guard let (file, name) = try file(holding: height, of: chain, in: folder) else {
            throw StoreError(
                .rejected, "\(folder.path)/\(RegionLayout.segments)/\(chain.text)",
                "the segment with block \(height) is not there; run 'scrip verify'")
        }
        let offset = try index.memberOffset(chain, height: height, in: name)
        if offset > 0, let found = try? Self.reader(at: height, in: file, from: offset) { return found }
        guard let found = try reader(at: height, in: file, from: 0) else {
            throw StoreError(.rejected, file.path, "it does not hold block \(height)")
        }
        return found
    }

    private static func reader(
        at height: Int, in file: File, from offset: Int64
    ) throws -> (reader: SegmentReader, line: [UInt8])? {
        let reader = SegmentReader(file, from: offset)
        while try reader.startMember() {
            let line = try reader.readLines(atMost: 1).line(0)
            if try BlockHeader(line: line).height == height { return (reader, line) }
            try reader.skipMember()
        }
        return nil
    }
}
