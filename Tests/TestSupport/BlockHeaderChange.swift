internal import ScripCore
internal import ScripCrypto

extension BlockHeader {
    /// The same block line, but for what is given.
    func changed(
        charter: Int? = nil, count: Int? = nil, previous: Digest? = nil, seen: [Seen]? = nil,
        time: Timestamp? = nil
    ) -> BlockHeader {
        BlockHeader(
            charter: charter ?? self.charter, count: count ?? self.count, height: height,
            previous: previous ?? self.previous, region: region, seen: seen ?? self.seen,
            time: time ?? self.time)
    }
}
