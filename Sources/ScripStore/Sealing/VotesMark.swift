internal import ScripCore
internal import ScripCrypto

/// How far a region has voted on the chains of others, and on which tree: the high-water mark of its votes, durable
/// before a vote is published.
/// ```
/// {"chains":[{"chain":"south","height":12,"root":"<hex>"}],"type":"votes","v":1}
/// ```
/// A verdict follows from the chain, so as long as the block at that height is still this one, a vote that is lost can
/// only be signed again with the same text.
struct VotesMark: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let height: Int
        let root: Digest
    }

    var chains: [RegionName: Entry]

    init(_ chains: [RegionName: Entry] = [:]) { self.chains = chains }

    /// Reads the file; nil if it is not whole.
    init?(parsing bytes: [UInt8]) {
        guard bytes.last == UInt8(ascii: "\n"),
            let document = try? JSONDocument(Array(bytes.dropLast()), form: .canonical)
        else { return nil }
        chains = [:]
        let root = document.root
        guard root.hasOnly(["chains", "type", "v"]), root.member("type")?.text == "votes",
            root.member("v")?.integer == 1, let list = root.member("chains"), list.kind == .array
        else { return nil }
        for element in list.elements {
            guard let chain = element.member("chain")?.text.flatMap({ RegionName($0) }),
                let height = element.member("height")?.integer,
                let hash = element.member("root")?.text.flatMap({ Digest(hexadecimal: Array($0.utf8)) })
            else { return nil }
            chains[chain] = Entry(height: Int(height), root: hash)
        }
    }

    var bytes: [UInt8] {
        let entries = chains.sorted { $0.key < $1.key }.map { chain, entry in
            JSON.object([
                "chain": .string(chain.text), "height": .integer(Int64(entry.height)),
                "root": .string(entry.root.hexadecimal),
            ])
        }
        return JSON.object(["chains": .array(entries), "type": "votes", "v": 1]).canonical
            + [UInt8(ascii: "\n")]
    }

    /// For each chain the higher of the two.
    func merging(_ other: VotesMark) -> VotesMark {
        var union = self
        union.chains.merge(other.chains) { $0.height >= $1.height ? $0 : $1 }
        return union
    }
}
