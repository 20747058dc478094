public import ScripCrypto

/// A block boundary of another chain, as one's own recomputation has it.
public struct Boundary: Sendable, Equatable {
    public let root: Digest
    public let time: Timestamp
    /// The sizes that the chain has seen up to and with the block that ends there.
    public let seen: [RegionName: Int]
    /// Whether a certificate for this root is held.
    public let isCertified: Bool

    public init(root: Digest, time: Timestamp, seen: [RegionName: Int], isCertified: Bool) {
        self.root = root
        self.time = time
        self.seen = seen
        self.isCertified = isCertified
    }
}

/// What is known of a size that a block says it has seen.
public enum BoundaryAnswer: Sendable, Equatable {
    case known(Boundary)
    /// The chain is held only below that size.
    case ahead
    /// The chain is held beyond that size and no block ends there; `isCertified` says whether a certificate
    /// covers the place.
    case noBoundary(isCertified: Bool)
}

/// The chains that a block's `seen` is checked against.
public protocol BoundaryView {
    associatedtype Failure: Error

    func boundary(of chain: RegionName, at size: Int) throws(Failure) -> BoundaryAnswer
}

/// What a valid block is, as far as its first line tells (protocol section 5).
public struct BlockRules: Sendable {
    private let charters: CharterHistory

    /// `charters` are those that are known.
    public init(charters: CharterHistory) { self.charters = charters }

    /// The rules in a federation that has had one charter only.
    public init(charter: Charter) { self.init(charters: CharterHistory(charter)) }

    /// The result of a check that found no fault.
    public enum Answer: Sendable, Equatable {
        /// The sizes seen up to and with this block.
        case good(seen: [RegionName: Int])
        /// Another chain, a certificate of it, or a charter has to be here first.
        case waits(Wait)
        /// The charter of that epoch ends what the chain's blocks of earlier epochs count for before this block.
        case ended(epoch: Int)
    }

    /// What a block waits for.
    public struct Wait: Sendable, Equatable {
        public enum Reason: String, Sendable {
            /// The chain is not held up to the size seen.
            case chain
            /// No certificate for the size seen is held.
            case certificate
            /// The chain that is held has another root, or no boundary, at the size seen, and no certificate
            /// says which is right.
            case disagreement
            /// The charter that the block names is not known; `size` is its epoch.
            case charter
        }
        public let chain: RegionName
        public let size: Int
        public let reason: Reason
    }

    /// Checks a first line against the head of its chain and against the chains that it has seen.
    ///
    /// `needsCertificates` is the rule of a voter: each size seen has a certificate that is held.
    public func check<View: BoundaryView>(
        _ header: BlockHeader, after head: ChainHead, in view: View, needsCertificates: Bool
    ) throws -> Answer {
        try checkPlace(header, head)
        if let epoch = try checkAnchors(header, head) { return .ended(epoch: epoch) }
        if header.charter > charters.newest.epoch && header.charter <= max(head.epoch, 1) + 1 {
            return .waits(Wait(chain: header.region, size: header.charter, reason: .charter))
        }
        try checkEpoch(header, head)
        var seen = head.seen
        var waits: Wait?
        var boundaries: [Boundary] = []
        for entry in header.seen {
            guard charters.mayBeSeen(entry.region, inEpoch: header.charter) else {
                throw BlockFault(.seen, "it has seen '\(entry.region)', which is no voter region")
            }
            guard entry.size > head.seen[entry.region] ?? 0 else {
                throw BlockFault(.seen, "what it has seen of '\(entry.region)' does not grow")
            }
            seen[entry.region] = entry.size
            func wait(_ reason: Wait.Reason) {
                if waits == nil { waits = Wait(chain: entry.region, size: entry.size, reason: reason) }
            }
            switch try view.boundary(of: entry.region, at: entry.size) {
            case .ahead: wait(.chain)
            case .noBoundary(let isCertified):
                if isCertified {
                    throw BlockFault(.seen, "no block of '\(entry.region)' ends at \(entry.size)")
                }
                wait(.disagreement)
            case .known(let boundary):
                if boundary.root != entry.root {
                    if boundary.isCertified {
                        let place = "'\(entry.region)' at \(entry.size)"
                        throw BlockFault(.seen, "the root seen of \(place) is not the certified one")
                    }
                    wait(.disagreement)
                } else {
                    if needsCertificates && !boundary.isCertified { wait(.certificate) }
                    boundaries.append(boundary)
                }
            }
        }
        if let waits { return .waits(waits) }
        for boundary in boundaries { try checkClosure(boundary, seen, header, head) }
        return .good(seen: seen)
    }

    private func checkPlace(_ header: BlockHeader, _ head: ChainHead) throws(BlockFault) {
        guard header.region == head.region else {
            throw BlockFault(.link, "it is a block of '\(header.region)', not of '\(head.region)'")
        }
        guard header.height == head.height + 1 else {
            throw BlockFault(.link, "its height is \(header.height), not \(head.height + 1)")
        }
        guard header.previous == head.root else {
            throw BlockFault(.link, "'previous' is not the root of the block before")
        }
    }

    /// What charters say of places in this chain. The epoch of the one that ends it before this block; nil if none does.
    private func checkAnchors(_ header: BlockHeader, _ head: ChainHead) throws(BlockFault) -> Int? {
        for anchor in charters.anchors(of: header.region) {
            let size = anchor.point.size
            if head.size >= size {
                if anchor.endsEarlierEpochs && header.charter < anchor.epoch { return anchor.epoch }
            } else if head.size + header.count + 1 > size {
                throw BlockFault(
                    .charter, "charter \(anchor.epoch) says that a block ends at \(size), and it goes beyond")
            } else if header.charter >= anchor.epoch && anchor.endsEarlierEpochs {
                throw BlockFault(
                    .charter, "it names charter \(header.charter), and the chain is not at \(size) yet")
            }
        }
        return nil
    }

    /// Epochs step by one, from the one in which the region became a voter.
    private func checkEpoch(_ header: BlockHeader, _ head: ChainHead) throws(BlockFault) {
        guard header.charter <= charters.newest.epoch else {
            throw BlockFault(
                .charter, "it names charter \(header.charter), and the block before \(head.epoch)")
        }
        if head.epoch == 0 {
            guard let joined = charters.joined(header.region) else {
                throw BlockFault(.charter, "'\(header.region)' is no voter region")
            }
            guard header.charter == joined else {
                throw BlockFault(
                    .charter, "it names charter \(header.charter), and the chain begins with \(joined)")
            }
        } else if header.charter != head.epoch && header.charter != head.epoch + 1 {
            throw BlockFault(
                .charter, "it names charter \(header.charter), and the block before \(head.epoch)")
        }
        guard charters.charter(of: header.charter)?.voter(named: header.region) != nil else {
            throw BlockFault(.charter, "'\(header.region)' is no voter region of charter \(header.charter)")
        }
        if let time = head.time, header.time < time {
            throw BlockFault(.time, "its time is before that of the block before")
        }
    }

    /// Checks the root of a block that ends at `size` against what charters say of this place.
    public func check(root: Digest, of chain: RegionName, at size: Int) throws(BlockFault) {
        for anchor in charters.anchors(of: chain) where anchor.point.size == size && anchor.point.root != root
        {
            throw BlockFault(.charter, "charter \(anchor.epoch) says that another block ends at \(size)")
        }
    }

    /// The whole is causally closed: at least what every block seen has itself seen.
    private func checkClosure(
        _ boundary: Boundary, _ seen: [RegionName: Int], _ header: BlockHeader, _ head: ChainHead
    ) throws(BlockFault) {
        if header.time < boundary.time {
            throw BlockFault(.time, "its time is before that of a block that it has seen")
        }
        for (region, size) in boundary.seen {
            if region == header.region {
                if size > head.size {
                    throw BlockFault(.seen, "a block that it has seen saw more of this chain than exists")
                }
            } else if size > seen[region] ?? 0 {
                throw BlockFault(.seen, "a block that it has seen saw more of '\(region)' than it has")
            }
        }
    }
}
