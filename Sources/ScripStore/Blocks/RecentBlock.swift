internal import ScripCore

/// The lines of the block that was looked into last, once that happened twice.
struct RecentBlock {
    private var chain: RegionName?
    private var height = 0
    /// With the number of the first line of each, from 0.
    private var batches: [(first: Int, lines: LineBatch)] = []

    /// The line `number` of the block's records, from 0; nil if its lines are not kept.
    func line(_ number: Int, of block: IndexedBlock) -> [UInt8]? {
        guard !batches.isEmpty, block.chain == chain, block.height == height, number >= 0 else { return nil }
        var low = 0
        var high = batches.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if batches[middle].first <= number { low = middle } else { high = middle }
        }
        let offset = number - batches[low].first
        return offset < batches[low].lines.count ? batches[low].lines.line(offset) : nil
    }

    /// Notes that the block is looked into; true if it was the last one, too.
    mutating func isRepeated(_ block: IndexedBlock) -> Bool {
        if block.chain == chain && block.height == height { return true }
        chain = block.chain
        height = block.height
        batches = []
        return false
    }

    mutating func keep(_ lines: [LineBatch], of block: IndexedBlock) {
        var first = 0
        batches = []
        for batch in lines {
            batches.append((first, batch))
            first += batch.count
        }
    }
}
