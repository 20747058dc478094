internal import ScripCore
internal import ScripCrypto

extension FuzzTarget {
    /// Addresses: what is one is written the same. The bytes also make an address of their own, because no mutation
    /// meets a checksum: it is read again, and with any one character replaced it is refused there.
    static let address = FuzzTarget("address") { bytes in
        let parsed = try reading { try Address(parsing: bytes.span) }
        if let parsed {
            try require(Array(parsed.text.utf8) == bytes, "an address is written differently")
        }
        if let text = String(validating: bytes, as: UTF8.self) {
            try require(try reading { try Address(parsing: text) } == parsed, "text and bytes differ")
        }
        if let (prefix, payload) = try reading({ try Bech32m.decode(bytes.span) }) {
            try require(
                Array(Bech32m.encode(prefix: prefix, bytes: payload).utf8) == bytes,
                "bech32m is written differently")
        }
        try made(of: bytes)
        return parsed != nil
    }

    private static func made(of bytes: [UInt8]) throws {
        guard bytes.count > 34, let key = Bytes32(bytes[..<32]),
            let region = RegionName(bytes.span.extracting(34...))
        else { return }
        let address = Address(region: region, key: Ed25519PublicKey(bytes: key))
        var text = Array(address.text.utf8)
        try require(
            try reading { try Address(parsing: text.span) } == address, "an address is not read again")
        let position = Int(bytes[32]) % text.count
        if text[position] == bytes[33] { return }
        text[position] = bytes[33]
        do {
            let other = try Address(parsing: text.span)
            throw BrokenProperty(description: "one wrong character makes another address: \(other)")
        } catch let error as AddressError {
            try require((0..<text.count).contains(error.position ?? 0), "a mistake outside the address")
        }
    }
}
