internal import ScripCore

/// Finding segment files by height.
enum SegmentFiles {
    /// The names in a chain's folder that hold blocks of the thousand of `height`, ascending; of those that begin
    /// at the same height the longest first.
    static func names(around height: Int, of chain: RegionName, in folder: Directory) throws -> [SegmentName]
    {
        let path =
            "\(RegionLayout.segments)/\(chain.text)/\(ThousandName(height: height).text)"
        guard let directory = try folder.subdirectoryIfPresent(path) else { return [] }
        return try directory.names().compactMap { SegmentName($0) }.sorted {
            ($0.heights.lowerBound, -$0.heights.upperBound) < ($1.heights.lowerBound, -$1.heights.upperBound)
        }
    }

    /// The path below `public/`.
    static func path(_ name: SegmentName, of chain: RegionName) -> String {
        PublicFile.segment(chain: chain, name).path
    }

    /// The file that holds a block; nil if none does.
    static func file(holding height: Int, of chain: RegionName, in folder: Directory) throws -> File? {
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
    ) throws -> File? {
        // Most blocks lie in a file of their own, whose name needs no listing.
        if let single = SegmentName(heights: height...height) {
            do {
                return try folder.file(at: path(single, of: chain))
            } catch {
                if !error.isMissing { throw error }
            }
        }
        let names = try names(around: height, of: chain, in: folder)
        guard let name = names.first(where: { $0.heights.contains(height) }) else { return nil }
        return try folder.file(at: path(name, of: chain))
    }
}
