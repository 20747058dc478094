import ScripCrypto
import Testing

@Suite struct HKDFTests {
    struct Known {
        var input: [UInt8]
        var salt: [UInt8]
        var info: [UInt8]
        var count: Int
        var output: String
    }

    /// RFC 5869 appendix A, the three cases of SHA-256.
    static let known = [
        Known(
            input: [UInt8](repeating: 0x0b, count: 22), salt: Array(0x00...0x0c), info: Array(0xf0...0xf9),
            count: 42,
            output: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Known(
            input: Array(0x00...0x4f), salt: Array(0x60...0xaf), info: Array(0xb0...0xff), count: 82,
            output: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
                + "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        Known(
            input: [UInt8](repeating: 0x0b, count: 22), salt: [], info: [], count: 42,
            output: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test func agreesWithTheStandard() {
        for known in Self.known {
            let output = HKDF.sha256(
                input: known.input, salt: known.salt, info: known.info, count: known.count)
            #expect(hexadecimal(output) == known.output)
        }
    }

    @Test func takesNoSaltForZeros() {
        let input: [UInt8] = [1, 2, 3]
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(
            HKDF.sha256(input: input, salt: [], info: [4], count: 32)
                == HKDF.sha256(input: input, salt: zeros, info: [4], count: 32))
    }

    @Test func givesItsLongestOutput() {
        let output = HKDF.sha256(input: [1], salt: [2], info: [3], count: 8_160)
        #expect(output.count == 8_160)
        #expect(Array(output.prefix(100)) == HKDF.sha256(input: [1], salt: [2], info: [3], count: 100))
    }
}
