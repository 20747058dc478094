internal import ScripCore
internal import ScripCrypto

/// A record line after all that needs no state: read, hashed, its signatures checked. Many are made at once on
/// all cores.
struct CheckedLine: Sendable {
    enum Content: Sendable {
        case malformed(String)
        /// `signatureFault` is why the record is `bad-signature`, nil if it is not.
        case record(Record, signatureFault: String?)
    }

    let content: Content
    /// The RFC 6962 hash of the line.
    let leafHash: Digest

    /// How record signatures are judged.
    enum SignatureCheck: Sendable {
        case all(SignatureRules)
        /// A certificate was checked: it lists the leaves that are `bad-signature`.
        case certified(badSignatures: Set<Int>)
    }

    /// Checks the lines of a batch whose first has the leaf index `first`.
    static func check(
        _ batch: LineBatch, first: Int, signedPrefix: [UInt8], _ signatures: SignatureCheck
    ) -> [CheckedLine] {
        var result: [CheckedLine] = []
        result.reserveCapacity(batch.count)
        for number in 0..<batch.count {
            let line = batch.line(number)
            let leafHash = MerkleTree.leafHash(line.span)
            let content: Content
            do throws(MalformedRecord) {
                let record = try Record(line: line, signedPrefix: signedPrefix)
                let fault: String? =
                    switch signatures {
                    case .all(let rules): rules.fault(record)
                    case .certified(let bad): bad.contains(first + number) ? "so its certificate says" : nil
                    }
                content = .record(record, signatureFault: fault)
            } catch {
                content = .malformed(error.reason)
            }
            result.append(CheckedLine(content: content, leafHash: leafHash))
        }
        return result
    }
}
