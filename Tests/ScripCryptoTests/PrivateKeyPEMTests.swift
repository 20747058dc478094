import Foundation
import ScripCrypto
import Testing

@Suite struct PrivateKeyPEMTests {
    /// RFC 8410 section 10.3.
    static let known = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----

        """

    static let knownSeed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842"

    /// What openssl writes to standard output.
    static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let run = try Program.run("openssl", arguments, input: input)
        try #require(run.status == 0, "openssl \(arguments): \(run.errors)")
        return run.output
    }

    /// The public key that openssl finds in a private key.
    static func publicKey(of pem: [UInt8], passphrase: String? = nil) throws -> [UInt8] {
        let passphrase = passphrase.map { ["-passin", "pass:\($0)"] } ?? []
        return Array(try openssl(["pkey", "-pubout", "-outform", "DER"] + passphrase, input: pem).suffix(32))
    }

    static func error(decoding pem: [UInt8], passphrase: [UInt8]? = nil) -> PrivateKeyPEMError? {
        do {
            _ = try PrivateKeyPEM.decode(pem, passphrase: passphrase)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsAndWritesTheExampleOfTheStandard() throws {
        let pem = Array(Self.known.utf8)
        let key = try PrivateKeyPEM.decode(pem, passphrase: nil)
        let seed = try #require(Bytes32(hexadecimal(Self.knownSeed)))
        #expect(key.publicKey == Ed25519PrivateKey(seed: seed).publicKey)
        #expect(PrivateKeyPEM.encode(key) == pem)
        #expect(!PrivateKeyPEM.isEncrypted(pem))
        #expect(try PrivateKeyPEM.decode(pem, passphrase: [1]).publicKey == key.publicKey)
    }

    @Test func readsWhatOpensslWrites() throws {
        for _ in 0..<5 {
            let pem = try Self.openssl(["genpkey", "-algorithm", "ed25519"])
            let key = try PrivateKeyPEM.decode(pem, passphrase: nil)
            #expect(PrivateKeyPEM.encode(key) == pem)
            #expect(key.publicKey.bytes.bytes == (try Self.publicKey(of: pem)))
        }
    }

    @Test func readsWhatOpensslEncrypts() throws {
        let plain = try Self.openssl(["genpkey", "-algorithm", "ed25519"])
        let expected = try PrivateKeyPEM.decode(plain, passphrase: nil).publicKey
        let ways = [
            ["pkey", "-aes-256-cbc", "-passout", "pass:correct horse"],
            ["pkey", "-aes-128-cbc", "-passout", "pass:correct horse"],
            ["pkcs8", "-topk8", "-passout", "pass:correct horse"],
            ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:correct horse"],
            ["pkcs8", "-topk8", "-v2prf", "hmacWithSHA512", "-passout", "pass:correct horse"],
            ["pkcs8", "-topk8", "-scrypt", "-passout", "pass:correct horse"],
        ]
        for way in ways {
            let pem = try Self.openssl(way, input: plain)
            #expect(PrivateKeyPEM.isEncrypted(pem), "\(way)")
            let key = try PrivateKeyPEM.decode(pem, passphrase: Array("correct horse".utf8))
            #expect(key.publicKey == expected, "\(way)")
            #expect(Self.error(decoding: pem) == .passphraseRequired)
            for wrong in ["", "correct hors", "correct horse\n"] {
                #expect(Self.error(decoding: pem, passphrase: Array(wrong.utf8)) == .wrongPassphrase)
            }
        }
        let pem = try Self.openssl(
            ["genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "pass:correct horse"])
        #expect(PrivateKeyPEM.isEncrypted(pem))
        #expect(Self.error(decoding: pem) == .passphraseRequired)
        #expect(Self.error(decoding: pem, passphrase: Array("correct horse".utf8)) == nil)
    }

    @Test func opensslReadsWhatIsWritten() throws {
        let key = Ed25519PrivateKey(seed: SHA256.hash([1]))
        #expect(try Self.publicKey(of: PrivateKeyPEM.encode(key)) == key.publicKey.bytes.bytes)
        let passphrase = "pass phrase, and umlauts: äöü"
        let encrypted = PrivateKeyPEM.encode(key, passphrase: Array(passphrase.utf8))
        #expect(PrivateKeyPEM.isEncrypted(encrypted))
        #expect(try Self.publicKey(of: encrypted, passphrase: passphrase) == key.publicKey.bytes.bytes)
        let decoded = try PrivateKeyPEM.decode(encrypted, passphrase: Array(passphrase.utf8))
        #expect(decoded.publicKey == key.publicKey)
        #expect(Self.error(decoding: encrypted) == .passphraseRequired)
        #expect(encrypted != PrivateKeyPEM.encode(key, passphrase: Array(passphrase.utf8)))
    }

    @Test func takesAnEmptyPassphraseForOne() throws {
        let key = Ed25519PrivateKey(seed: SHA256.hash([2]))
        let encrypted = PrivateKeyPEM.encode(key, passphrase: [])
        #expect(Self.error(decoding: encrypted) == .passphraseRequired)
        #expect(try PrivateKeyPEM.decode(encrypted, passphrase: []).publicKey == key.publicKey)
    }

    @Test func opensslVerifiesWhatAKeySigns() throws {
        let pem = try Self.openssl(["genpkey", "-algorithm", "ed25519"])
        let key = try PrivateKeyPEM.decode(pem, passphrase: nil)
        let message = noise(500)
        try Folder.temporary { folder in
            let files = ["key", "message", "signature"].map { folder.appending(path: $0) }
            try Data(pem).write(to: files[0])
            try Data(message).write(to: files[1])
            try Data(key.signature(for: message).bytes).write(to: files[2])
            let run = try Program.run(
                "openssl",
                [
                    "pkeyutl", "-verify", "-rawin", "-inkey", files[0].path, "-in", files[1].path,
                    "-sigfile", files[2].path,
                ])
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test func refusesKeysOfOtherAlgorithms() throws {
        let ways = [
            ["genpkey", "-algorithm", "ed448"],
            ["genpkey", "-algorithm", "x25519"],
            ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
            ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            ["ecparam", "-name", "prime256v1", "-genkey", "-noout"],
        ]
        for way in ways {
            #expect(Self.error(decoding: try Self.openssl(way)) == .notEd25519, "\(way)")
        }
        let encrypted = try Self.openssl(
            ["genpkey", "-algorithm", "x25519", "-aes-256-cbc", "-pass", "pass:x"])
        #expect(Self.error(decoding: encrypted) == .passphraseRequired)
        #expect(Self.error(decoding: encrypted, passphrase: Array("x".utf8)) == .notEd25519)
    }

    @Test func refusesWhatIsNoKey() throws {
        let pem = Array(Self.known.utf8)
        let publicKey = try Self.openssl(["pkey", "-pubout"], input: pem)
        #expect(Self.error(decoding: publicKey) == .wrongLabel("PUBLIC KEY"))
        #expect(Self.error(decoding: []) == .notPEM)
        #expect(Self.error(decoding: noise(1_000)) == .notPEM)
        #expect(Self.error(decoding: pem + pem) == .notPEM)
        #expect(Self.error(decoding: pem + publicKey) == .notPEM)
        #expect(Self.error(decoding: pem + Array("-----BEGIN ".utf8)) == nil)
        #expect(Self.error(decoding: pem + Array("-----BEGIN PRIVATE KEY-----\n".utf8)) == .notPEM)
        #expect(Self.error(decoding: pem + [UInt8](repeating: 10, count: 70_000)) == .notPEM)
        for count in 0..<pem.count - 1 {
            #expect(Self.error(decoding: Array(pem.prefix(count))) == .notPEM, "cut at \(count)")
        }
        let empty = "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"
        #expect(Self.error(decoding: Array(empty.utf8)) != nil)
        #expect(!PrivateKeyPEM.isEncrypted(publicKey))
        #expect(!PrivateKeyPEM.isEncrypted([]))
    }

    @Test func refusesEveryOtherInformation() throws {
        let base64 = try #require(Self.known.split(separator: "\n").dropFirst().first)
        let information = try #require(Data(base64Encoded: String(base64)))
        func pem(_ label: String, _ content: Data) -> [UInt8] {
            Array("-----BEGIN \(label)-----\n\(content.base64EncodedString())\n-----END \(label)-----\n".utf8)
        }
        #expect(Self.error(decoding: pem("PRIVATE KEY", information)) == nil)
        #expect(Self.error(decoding: pem("PRIVATE KEY", information + [0])) == .malformed)
        #expect(Self.error(decoding: pem("ENCRYPTED PRIVATE KEY", information)) == .passphraseRequired)
        #expect(Self.error(decoding: pem("ENCRYPTED PRIVATE KEY", information), passphrase: [1]) != nil)
        for count in 1..<information.count {
            #expect(Self.error(decoding: pem("PRIVATE KEY", information.prefix(count))) == .malformed)
        }
        // Before the seed, no bit may change; in the seed, any bit makes another key.
        for bit in 0..<information.count * 8 {
            var flipped = information
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let error = Self.error(decoding: pem("PRIVATE KEY", flipped))
            if bit / 8 >= 16 {
                #expect(error == nil)
            } else if bit / 8 == 4 {
                // The version, at which libcrypto does not look.
                #expect(error == nil)
            } else if (9..<12).contains(bit / 8) {
                #expect(error == .notEd25519 || error == .malformed, "bit \(bit)")
            } else {
                #expect(error != nil, "bit \(bit)")
            }
        }
    }

    @Test func erasesBytes() {
        var secret: [UInt8] = [1, 2, 3]
        secret.erase()
        #expect(secret == [0, 0, 0])
    }
}
