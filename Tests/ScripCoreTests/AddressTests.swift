import ScripCore
import ScripCrypto
import Testing

struct AddressTests {
    /// The public key of RFC 8032 section 7.1, test 1.
    static let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    private static func address(_ region: String, _ key: String) throws -> Address {
        let bytes = try #require(Bytes32(hexadecimal: key.utf8))
        return Address(region: try #require(RegionName(region)), key: Ed25519PublicKey(bytes: bytes))
    }

    /// Made with the reference code of BIP 350.
    static let good: [(region: String, key: String, text: String)] = [
        ("north", key, "north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578"),
        ("hq", key, "hq16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqsjahj5"),
        ("a", key, "a16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydq9d3v8s"),
        ("a1", key, "a116adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydq68xluc"),
        ("south-east-2", key, "south-east-216adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqfl33wq"),
        (
            "abcdefghijklmnopqrstuvwxyz-0123", key,
            "abcdefghijklmnopqrstuvwxyz-012316adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydq58rtu0"
        ),
        (
            "north", String(repeating: "00", count: 32),
            "north1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq9dv3a8"
        ),
        (
            "north", String(repeating: "ff", count: 32),
            "north1llllllllllllllllllllllllllllllllllllllllllllllllllls8n0q5s"
        ),
    ]

    @Test(arguments: good) func goodText(region: String, key: String, text: String) throws {
        let address = try Self.address(region, key)
        #expect(address.text == text)
        #expect(try Address(parsing: text) == address)
        var output: [UInt8] = [0x22]
        address.append(to: &output)
        #expect(output == [0x22] + Array(text.utf8))
    }

    private static func wrong(_ position: Int) -> AddressError { .encoding(.character(position: position)) }
    private static func upperCase(_ position: Int) -> AddressError {
        .encoding(.upperCase(position: position))
    }

    static let bad: [(text: String, error: AddressError)] = [
        ("", .length(0)),
        ("north", .length(5)),
        ("north1", .length(0)),
        // One character is missing, or one too many.
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l57", .length(57)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l5788", .length(59)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578\n", .length(59)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578\r\n", .length(60)),
        // No prefix.
        ("16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578", .region),
        // 31 and 33 bytes with a good checksum.
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82yehx75m", .length(56)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqq73cwzv", .length(59)),
        // A prefix of 32 bytes with a good checksum.
        (
            String(repeating: "x", count: 32) + "16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqyctx5v",
            .region
        ),
        // The separator is a wrong character.
        ("northl6adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578", wrong(5)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l57b", wrong(63)),
        ("north16adfsqvzky9t0421lmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5l578", wrong(21)),
        // Upper case: all, one, and a prefix whose checksum is right.
        ("NORTH16ADFSQVZKY9T042TLMFUJEQ88G8WZUHNM2NZXFD0QGDX3AC82YDQU5L578", upperCase(0)),
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqu5L578", upperCase(60)),
        ("North16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqqevrrw", upperCase(0)),
        // The checksum of bech32, not of bech32m.
        (
            "north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqfg0cm9",
            .encoding(.checksum(position: nil))
        ),
        // The last bit after the key is not zero; the checksum is right.
        ("north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydppztpr4", .encoding(.padding)),
        // The checksum is right, the prefix is not the name of a region.
        ("scrip16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqaqv67l", .region),
        ("nor_th16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydqltql7w", .region),
        ("1north16adfsqvzky9t042tlmfujeq88g8wzuhnm2nzxfd0qgdx3ac82ydq2m300y", .region),
        // A bearer code is no address.
        ("scrip1qqqsyqcyq5rqwzqfpg9scrgwpudtp7k5", .length(32)),
    ]

    @Test(arguments: bad) func badText(text: String, error: AddressError) {
        #expect(throws: error) { try Address(parsing: text) }
    }

    /// Even in the longest address, whose prefix is expanded beyond what the code was chosen for.
    @Test func aSingleWrongCharacterIsLocated() {
        let good = Array(Self.good[5].text.utf8)
        let separator = good.count - 59
        for position in good.indices where position != separator {
            let replacements =
                position < separator
                ? "abcdefghijklmnopqrstuvwxyz0123456789-" : "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
            for replacement in replacements.utf8 where replacement != good[position] {
                var text = good
                text[position] = replacement
                do throws(AddressError) {
                    _ = try Address(parsing: text.span)
                    Issue.record("accepted with a wrong character at \(position)")
                } catch {
                    #expect(error == .encoding(.checksum(position: position)))
                }
            }
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<200 {
            let key = Ed25519PublicKey(bytes: try #require(Bytes32(generator.bytes(32))))
            for region in ["north", "s", "a-1-b", "region-with-a-name-of-31-bytes-"] {
                let address = Address(region: try #require(RegionName(region)), key: key)
                #expect(try Address(parsing: address.text) == address)
            }
        }
    }

    @Test func orderIsByRegionThenByKey() throws {
        let addresses = [
            try Self.address("a", Self.key),
            try Self.address("a-b", String(repeating: "00", count: 32)),
            try Self.address("a-b", String(repeating: "00", count: 31) + "01"),
            try Self.address("a0", String(repeating: "00", count: 32)),
            try Self.address("b", String(repeating: "00", count: 32)),
        ]
        #expect(addresses.shuffled().sorted() == addresses)
    }
}
