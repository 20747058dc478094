internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What the files of a region say that somebody signed and can be bound to: by what it is about, what it says.
struct Statements {
    private(set) var said: [String: String] = [:]
    /// What the files say that one region signed itself.
    private(set) var own: [String: String] = [:]

    typealias Statement = (key: String, value: String, signer: RegionName?)

    /// Files are the same from one case to the next.
    final class Reader {
        let region: RegionName
        private var known: [String: [[UInt8]: [Statement]]] = [:]

        init(of region: RegionName) { self.region = region }

        /// Reads what lies in a public folder, but for names that come and go.
        ///
        /// Unless it `isStrict`, what does not read is passed over.
        func read(_ files: [String: [UInt8]], isStrict: Bool = true) throws -> Statements {
            var result = Statements()
            for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
                let found: [Statement]
                do {
                    found = try statements(path, bytes)
                } catch {
                    if !isStrict { continue }
                    throw Violation("\(path) does not read: \(error)")
                }
                for (key, value, signer) in found {
                    if let before = result.said[key], before != value {
                        throw Violation("two statements about \(key)")
                    }
                    result.said[key] = value
                    if signer == region { result.own[key] = value }
                }
            }
            return result
        }

        private func statements(_ path: String, _ bytes: [UInt8]) throws -> [Statement] {
            if let known = known[path]?[bytes] { return known }
            let read = try Self.read(path, bytes)
            known[path, default: [:]][bytes] = read
            return read
        }

        private static func read(_ path: String, _ bytes: [UInt8]) throws -> [Statement] {
            switch PublicFile(path: path) {
            case .charter(let name):
                [("charter \(name.epoch)", text(SHA256.hash(bytes)), nil)]
            case .segment(let chain, _): try blocks(bytes, chain)
            case .votes(let voter, let chain, _): try votes(bytes, voter, chain)
            case .certificate(let chain, let name): try certificate(bytes, chain, name.epoch)
            case .settlement(let region, let name):
                [("settlement \(region) \(text(name.cut))", text(name.digest), region)]
            case .evidence, .outbox, .heads, nil: []
            }
        }

        private static func text(_ digest: Digest) -> String { digest.hexadecimal }

        private static func blocks(_ bytes: [UInt8], _ chain: RegionName) throws -> [Statement] {
            var result: [Statement] = []
            var rest = bytes.span
            while !rest.isEmpty {
                var output: [UInt8] = []
                let (consumed, isEnd) = try GzipInflater().read(rest, into: &output, limit: 1 << 26)
                guard isEnd else { throw Violation("a segment is cut off") }
                rest = rest.extracting(droppingFirst: consumed)
                let lines = output.split(separator: 0x0a).map(Array.init)
                guard let first = lines.first, let last = lines.last else {
                    throw Violation("a block is empty")
                }
                // All that was signed, by all who did.
                result.append(
                    ("block \(chain) \(try BlockHeader(line: first).height)", text(SHA256.hash(last)), chain))
            }
            return result
        }

        private static func votes(
            _ bytes: [UInt8], _ voter: RegionName, _ chain: RegionName
        ) throws -> [Statement] {
            try bytes.split(separator: 0x0a).map { line in
                let vote = try Vote(parsing: Array(line))
                let verdict = try VerdictText(parsing: vote.verdict.text)
                return (
                    "vote \(voter) \(chain) \(vote.height) \(verdict.charterEpoch)",
                    text(SHA256.hash(vote.verdict.text)), voter
                )
            }
        }

        private static func certificate(
            _ bytes: [UInt8], _ chain: RegionName, _ epoch: Int
        ) throws -> [Statement] {
            let certificate = try Certificate(parsingFile: bytes)
            return [
                (
                    "certificate \(chain) \(certificate.height) \(epoch)",
                    text(SHA256.hash(certificate.verdict.text)), nil
                )
            ]
        }
    }
}
