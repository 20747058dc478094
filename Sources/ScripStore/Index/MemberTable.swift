internal import ScripCore

/// Where blocks lie in segment files that hold several. Only a hint, for those who look up single records: what is found
/// there is looked at, and where there is nothing the file is read from its beginning.
extension LedgerIndex {
    /// Notes where the members of a file of several blocks begin.
    func setMembers(_ offsets: [Int64], of chain: RegionName, in name: SegmentName) throws {
        if name.heights.count == 1 { return }
        for (height, offset) in zip(name.heights, offsets) {
            let query = try query(.setMember)
            try query.bind(1, try id(of: chain))
            try query.bind(2, Int64(height))
            try query.bind(3, Int64(name.heights.lowerBound))
            try query.bind(4, Int64(name.heights.upperBound))
            try query.bind(5, offset)
            try query.run()
        }
    }

    /// Where the block's member begins in the file of that name; 0 if that is not known.
    func memberOffset(_ chain: RegionName, height: Int, in name: SegmentName) throws -> Int64 {
        if name.heights.lowerBound == height { return 0 }
        let query = try query(.member)
        try query.bind(1, try id(of: chain))
        try query.bind(2, Int64(height))
        try query.bind(3, Int64(name.heights.lowerBound))
        try query.bind(4, Int64(name.heights.upperBound))
        let offset = try query.step() ? query.integer(0) : 0
        query.reset()
        return offset
    }
}
