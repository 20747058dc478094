import ScripCrypto
import TestSupport
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032 section 7.1, tests 1 to 3.
    static let known: [(seed: String, key: String, message: String, signature: String)] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test func signsAsTheStandardDoes() throws {
        for (seed, key, message, signature) in Self.known {
            let privateKey = try Ed25519PrivateKey(seed: #require(Bytes32(hexadecimal(seed))))
            #expect(hexadecimal(privateKey.publicKey.bytes.bytes) == key)
            let made = privateKey.signature(for: hexadecimal(message))
            #expect(hexadecimal(made.bytes) == signature)
            #expect(privateKey.publicKey.isValid(made, for: hexadecimal(message)))
        }
    }

    /// A thread's context stays set up for the key that signed last.
    @Test func signsTheSameWhateverItSignedBefore() throws {
        let messages = (0..<8 as Range<UInt8>).map { Array(repeating: $0, count: Int($0) * 40) }
        let seeds = (0..<3 as Range<UInt8>).map { SHA256.hash([$0]) }
        // A new key for each: none of these contexts was used before.
        let expected = seeds.map { seed in
            messages.map { Ed25519PrivateKey(seed: seed).signature(for: $0).bytes }
        }
        for (number, seed) in seeds.enumerated() {
            let key = Ed25519PrivateKey(seed: seed)
            for _ in 0..<2 {
                for (place, message) in messages.enumerated() {
                    let signature = key.signature(for: message)
                    #expect(signature.bytes == expected[number][place])
                    #expect(key.publicKey.isValid(signature, for: message))
                }
            }
        }
        // Keys in turns, and keys that go while their context is still set up for them.
        for round in 0..<40 {
            let number = round % seeds.count
            let signature = Ed25519PrivateKey(seed: seeds[number]).signature(for: messages[round % 8])
            #expect(signature.bytes == expected[number][round % 8])
        }
    }

    @Test func refusesEveryFlippedBit() throws {
        let privateKey = Ed25519PrivateKey(seed: .zero)
        let message: [UInt8] = [1, 2, 3]
        let signature = privateKey.signature(for: message).bytes
        for bit in 0..<512 {
            var flipped = signature
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!privateKey.publicKey.isValid(try #require(Ed25519Signature(flipped)), for: message))
        }
        let whole = try #require(Ed25519Signature(signature))
        for bit in 0..<24 {
            var flipped = message
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!privateKey.publicKey.isValid(whole, for: flipped))
        }
        for bit in 0..<256 {
            var flipped = privateKey.publicKey.bytes.bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let other = Ed25519PublicKey(bytes: try #require(Bytes32(flipped)))
            #expect(!other.isValid(whole, for: message))
        }
    }

    @Test func takesSignaturesOf64Bytes() throws {
        for count in 0...130 {
            let bytes = noise(count)
            #expect((Ed25519Signature(bytes) != nil) == (count == 64))
        }
        let bytes = noise(64)
        let signature = try #require(Ed25519Signature(bytes))
        #expect(signature.bytes == bytes)
        #expect(signature == Ed25519Signature(bytes))
    }

    struct WycheproofFile: Decodable {
        struct Group: Decodable {
            struct PublicKey: Decodable { var pk: String }
            struct Case: Decodable {
                var tcId: Int
                var comment: String
                var msg: String
                var sig: String
                var result: String
            }
            var publicKey: PublicKey
            var tests: [Case]
        }
        var numberOfTests: Int
        var testGroups: [Group]
    }

    @Test func agreesWithWycheproof() throws {
        let file = try Vectors.value(WycheproofFile.self, "wycheproof-ed25519/ed25519_test.json")
        var counts: [String: Int] = [:]
        for group in file.testGroups {
            let key = Ed25519PublicKey(bytes: try #require(Bytes32(hexadecimal(group.publicKey.pk))))
            for test in group.tests {
                let message = hexadecimal(test.msg)
                let signature = Ed25519Signature(hexadecimal(test.sig).span)
                let isValid = signature.map { key.isValid($0, for: message) } ?? false
                #expect(isValid == (test.result == "valid"), "test \(test.tcId): \(test.comment)")
                counts[test.result, default: 0] += 1
            }
        }
        #expect(counts == ["valid": 88, "invalid": 63])
        #expect(file.numberOfTests == 151)
    }

    struct EdgeCase: Decodable {
        var number: Int
        var key: String
        var sig: String
        var msg: String
        var flags: [String]?
    }

    /// The rule is pinned: what OpenSSL accepts (R compared as bytes, no cofactor), without the 14 encodings.
    @Test func agreesWithTheEdgeCasesOfCCTV() throws {
        let cases = try Vectors.value([EdgeCase].self, "cctv-ed25519/ed25519vectors.json")
        #expect(cases.count == 914)
        let reasons: Set = ["non_canonical_R", "low_order_residue", "low_order_A", "low_order_R"]
        var validCount = 0
        var lowOrderCount = 0
        var lowOrderEncodings: Set<Bytes32> = []
        for edge in cases {
            let flags = Set(edge.flags ?? [])
            let key = Ed25519PublicKey(bytes: try #require(Bytes32(hexadecimal(edge.key))))
            let signature = try #require(Ed25519Signature(hexadecimal(edge.sig)))
            let point = Ed25519PublicKey(bytes: try #require(Bytes32(signature.bytes.prefix(32))))
            #expect(key.isLowOrder == flags.contains("low_order_A"), "case \(edge.number)")
            #expect(point.isLowOrder == flags.contains("low_order_R"), "case \(edge.number)")
            lowOrderEncodings.formUnion([key, point].filter(\.isLowOrder).map(\.bytes))
            if key.isLowOrder || point.isLowOrder { lowOrderCount += 1 }
            let isValid = key.isValid(signature, for: Array(edge.msg.utf8))
            #expect(isValid == flags.isDisjoint(with: reasons), "case \(edge.number): \(flags.sorted())")
            if isValid { validCount += 1 }
        }
        #expect(validCount == 43)
        #expect(lowOrderCount == 808)
        #expect(lowOrderEncodings.count == 14)
    }

    @Test func knowsNoOtherEncodingsOfLowOrder() throws {
        // One bit away from each of the 14, there is none but the other sign of the same y, and 0 beside 1.
        let all = try Vectors.value([EdgeCase].self, "cctv-ed25519/ed25519vectors.json")
            .filter { $0.flags?.contains("low_order_A") == true }
            .map { hexadecimal($0.key) }
        let encodings = Set(all)
        #expect(encodings.count == 14)
        for encoding in encodings {
            for bit in 0..<256 {
                var other = encoding
                other[bit / 8] ^= 1 << UInt8(bit % 8)
                let key = Ed25519PublicKey(bytes: try #require(Bytes32(other)))
                #expect(key.isLowOrder == encodings.contains(other))
            }
        }
    }

    @Test func verifiesOnManyThreadsAtOnce() async {
        let message = noise(500)
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<16 as Range<UInt8> {
                group.addTask {
                    (0..<20 as Range<UInt8>).allSatisfy { round in
                        let key = Ed25519PrivateKey(seed: SHA256.hash([number, round]))
                        let other = Ed25519PrivateKey(seed: SHA256.hash([round, number, 0]))
                        let signature = key.signature(for: message)
                        return key.publicKey.isValid(signature, for: message)
                            && !other.publicKey.isValid(signature, for: message)
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
