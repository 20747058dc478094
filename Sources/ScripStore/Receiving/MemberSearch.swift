internal import ScripCore

/// Looks for one block in a segment file of somebody else's, and inflates no more of it than that takes.
///
/// The name of a file says of which heights its members are, one after the other, and the first line of each shows whether
/// that is so: at the first that is another one the search ends. To come to the next member takes inflating this one, so
/// a block that lies behind others is looked for first where it is if those are the very bytes that are held here, as
/// they are in every copy that `sync` and `pack` make. Whatever is inflated is taken from a budget.
struct MemberSearch {
    let chain: RegionName
    let name: SegmentName
    let height: Int
    /// Where the block begins if those before it are as they are here, in bytes; nil if that is not known.
    let offset: Int64?

    /// A reader that stands behind the first line of the block.
    struct Found {
        let reader: SegmentReader
        let header: BlockHeader
        let line: [UInt8]
    }

    init(_ height: Int, in name: SegmentName, of chain: RegionName, offset: Int64?) {
        self.chain = chain
        self.name = name
        self.height = height
        self.offset = offset
    }

    /// With the place where the block is if the file is as those of a region here.
    init(
        _ height: Int, in name: SegmentName, of chain: RegionName, _ directory: RegionDirectory,
        _ index: LedgerIndex
    ) {
        let before = name.heights.lowerBound..<max(name.heights.lowerBound, height)
        let offset = try? SegmentFiles.bytes(of: before, of: chain, in: directory.publicFolder, index)
        self.init(height, in: name, of: chain, offset: offset)
    }

    /// The path of the file in a public folder.
    var path: String { SegmentFiles.path(name, of: chain) }

    /// The block; nil if the file does not hold it where it has to be.
    ///
    /// - Throws: `BlockFault`, `MalformedRecord` or `ForeignFileError` if the file is no good, or the budget is spent.
    func run(_ file: ForeignFile, _ budget: InflationBudget) throws -> Found? {
        guard name.heights.contains(height) else { return nil }
        if let offset, offset > 0, offset < file.status.size {
            file.skip(to: offset)
            do {
                if let found = try next(height, reader(file, budget)) { return found }
            } catch let error as ForeignFileError {
                throw error
            } catch {
                // It is packed in another way, or no good.
            }
            file.skip(to: 0)
        }
        let reader = reader(file, budget)
        for expected in name.heights.lowerBound...height {
            guard let found = try next(expected, reader) else { return nil }
            if expected == height { return found }
            try reader.skipMember()
        }
        return nil
    }

    private func reader(_ file: ForeignFile, _ budget: InflationBudget) -> SegmentReader {
        SegmentReader(budget: budget) { try file.read(into: &$0) }
    }

    private func next(_ expected: Int, _ reader: SegmentReader) throws -> Found? {
        guard try reader.startMember() else { return nil }
        let line = try reader.readLines(atMost: 1).line(0)
        let header = try BlockHeader(line: line)
        guard header.height == expected, header.region == chain else { return nil }
        return Found(reader: reader, header: header, line: line)
    }
}
