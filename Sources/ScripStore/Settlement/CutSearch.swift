internal import ScripCore
internal import ScripCrypto

/// Finding the largest cut that can be settled, and judging one that is given (protocol section 11).
struct CutSearch {
    let index: LedgerIndex
    let charters: CharterHistory
    private var genesis: Digest { charters.genesis }

    /// What becomes of a cut that is given.
    enum Answer: Equatable {
        case good
        /// The ledger here does not reach that far, in blocks or in certificates; as a phrase for a person.
        case behind(String)
        /// It is no cut of these chains.
        case wrong(String)
    }

    // MARK: The largest

    /// The largest certified, causally closed cut, following on `before`, which is one too. Nil if there is nothing
    /// in it that is not in `before`.
    func largest(after before: Cut?) throws -> Cut? {
        var ends: [RegionName: IndexedBlock] = [:]
        for chain in charters.chains { ends[chain] = try lastOfCertified(chain) }
        // Going back in one chain may make another go back, so this ends when a round changes nothing.
        var isClosed = false
        while !isClosed {
            isClosed = true
            for chain in charters.chains {
                guard let end = ends[chain], !Self.sees(end, only: ends) else { continue }
                isClosed = false
                ends[chain] = try last(of: chain, to: end.height, seeing: ends)
            }
        }
        let from = before?.sizes ?? [:]
        let blocks = ends.values.sorted { $0.chain < $1.chain }
        guard blocks.contains(where: { $0.size > from[$0.chain] ?? 0 }),
            let time = blocks.map(\.time).max()
        else { return nil }
        return try Cut(
            federation: charters.federation, genesis: genesis,
            chains: blocks.map {
                Cut.Chain(region: $0.chain, from: from[$0.chain] ?? 0, size: $0.size, root: $0.root)
            },
            previous: before?.hash, time: time)
    }

    /// The last block of a chain that itself and all before it have a certificate that agrees.
    private func lastOfCertified(_ chain: RegionName) throws -> IndexedBlock? {
        let height = try index.firstNotCertified(chain) - 1
        return height > 0 ? try index.block(chain, height: height) : nil
    }

    private static func sees(_ block: IndexedBlock, only ends: [RegionName: IndexedBlock]) -> Bool {
        block.seen.allSatisfy { $0.value <= ends[$0.key]?.size ?? 0 }
    }

    /// The last block up to `height` that has seen no more than `ends`. What blocks have seen never shrinks.
    private func last(
        of chain: RegionName, to height: Int, seeing ends: [RegionName: IndexedBlock]
    ) throws -> IndexedBlock? {
        var found: IndexedBlock?
        var low = 1
        var high = height
        while low <= high {
            let middle = (low + high) / 2
            guard let block = try index.block(chain, height: middle) else { throw IndexError.damaged }
            if Self.sees(block, only: ends) {
                found = block
                low = middle + 1
            } else {
                high = middle - 1
            }
        }
        return found
    }

    // MARK: One that is given

    /// Judges a cut by the chains and certificates that are held.
    func check(_ cut: Cut) throws -> Answer {
        guard cut.genesis == genesis, cut.federation == charters.federation else {
            return .wrong("it is a cut of another federation")
        }
        var isBehind: String?
        var newest: Timestamp?
        for chain in cut.chains {
            guard charters.hasChain(chain.region) else {
                return .wrong("the federation has no chain '\(chain.region.text)'")
            }
            switch try check(chain) {
            case .good: break
            case .behind(let reason): isBehind = isBehind ?? reason
            case .wrong(let reason): return .wrong(reason)
            }
            if let block = try index.block(chain.region, size: chain.size) {
                newest = max(newest ?? block.time, block.time)
            }
        }
        for (sizes, name) in [(cut.sizes, "the cut"), (cut.sizesBefore, "the cut before")] {
            for (chain, size) in sizes where size > 0 {
                guard let block = try index.block(chain, size: size) else { continue }
                for (other, seen) in block.seen.sorted(by: { $0.key < $1.key }) where seen > sizes[other] ?? 0
                {
                    return .wrong(
                        """
                        \(name) is not closed: '\(chain.text)' to \(size) builds on '\(other.text)' to \
                        \(seen), which is not in it
                        """)
                }
            }
        }
        if let isBehind { return .behind(isBehind) }
        guard newest == cut.time else { return .wrong("its time is not that of the newest block in it") }
        return .good
    }

    private func check(_ chain: Cut.Chain) throws -> Answer {
        let name = chain.region.text
        let size = try index.head(of: chain.region, genesis: genesis).size
        for boundary in [chain.from, chain.size] where boundary > 0 && boundary <= size {
            if try index.block(chain.region, size: boundary) == nil {
                return .wrong("no block of '\(name)' ends at size \(boundary)")
            }
        }
        guard let block = try index.block(chain.region, size: chain.size) else {
            return .behind("'\(name)' is here to size \(size), and the cut goes to \(chain.size)")
        }
        guard block.root == chain.root else {
            return .wrong("the root of '\(name)' at size \(chain.size) is another one here")
        }
        let height = try index.firstNotCertified(chain.region)
        if height > block.height { return .good }
        let open = try index.block(chain.region, height: height)
        if open?.certification == .differs {
            return .wrong("the certificate of block \(height) of '\(name)' contradicts the chains")
        }
        if let open, try index.isDisputed(open) {
            return .wrong("block \(height) of '\(name)' is disputed")
        }
        return .behind("block \(height) of '\(name)' has no certificate here")
    }
}

extension LedgerIndex {
    /// The height of the first block of a chain without a certificate that agrees, or the one after the last.
    func firstNotCertified(_ chain: RegionName) throws -> Int {
        var first: Int?
        for certification in [IndexedBlock.Certification.absent, .differs] {
            let query = try database.cached(
                "SELECT MIN(height) FROM block WHERE certified=? AND chain=? AND certified<>1")
            try query.bind(1, certification.rawValue)
            try query.bind(2, try id(of: chain))
            if try query.step(), !query.isNull(0) {
                first = min(first ?? Int.max, Int(query.integer(0)))
            }
        }
        // Certificates that disagree certify nothing.
        if let leaf = try frozen().contradicted[chain], let block = try block(chain, holding: leaf) {
            first = min(first ?? Int.max, block.height)
        }
        if let first { return first }
        let last = try database.cached("SELECT MAX(height) FROM block WHERE chain=?")
        try last.bind(1, try id(of: chain))
        return try last.step() && !last.isNull(0) ? Int(last.integer(0)) + 1 : 1
    }
}
