public import ScripCrypto

/// A region's signed statement that a record passed its legality check (format section 3).
///
/// In a record: `{"region":"south","sig":"<base64>","time":"2026-11-18T11:06:40Z"}`.
public struct Attestation: Sendable, Equatable {
    public let region: RegionName
    public let signature: Ed25519Signature
    public let time: Timestamp

    public init(region: RegionName, signature: Ed25519Signature, time: Timestamp) {
        self.region = region
        self.signature = signature
        self.time = time
    }

    /// What the region's log key signs:
    /// `scrip attest v1 <genesis>\n<region>\n<record id>\n<time>\n`.
    public static func signedBytes(
        genesis: Digest, region: RegionName, record: Digest, time: Timestamp
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes += "scrip attest v1 ".utf8
        genesis.appendHexadecimal(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        bytes += region.text.utf8
        bytes.append(UInt8(ascii: "\n"))
        record.appendHexadecimal(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        time.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Whether `key` signed this attestation of `record`.
    public func isSigned(by key: Ed25519PublicKey, record: Digest, genesis: Digest) -> Bool {
        key.isValid(
            signature,
            for: Self.signedBytes(genesis: genesis, region: region, record: record, time: time))
    }

    /// Appends it as it stands in a record. No part of it needs an escape.
    func append(to output: inout [UInt8]) {
        output += "{\"region\":\"".utf8
        output += region.text.utf8
        output += "\",\"sig\":\"".utf8
        Base64.append(signature.bytes.span, to: &output)
        output += "\",\"time\":\"".utf8
        time.append(to: &output)
        output += "\"}".utf8
    }
}

/// The buyer's signature on a priced trade: `"accept":{"sig":"<base64>"}`.
public enum Acceptance {
    /// What the buyer signs: `scrip accept v1 <genesis>\n<record id>\n`.
    public static func signedBytes(genesis: Digest, record: Digest) -> [UInt8] {
        Array("scrip accept v1 \(genesis.hexadecimal)\n\(record.hexadecimal)\n".utf8)
    }
}
