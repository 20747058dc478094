import Foundation
import ScripCrypto
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples, and what is known of zero bytes and of a million.
    static let known: [(text: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test func agreesWithTheStandard() {
        for (text, digest) in Self.known {
            let bytes = Array(text.utf8)
            #expect(hexadecimal(SHA256.hash(bytes).bytes) == digest)
            #expect(hexadecimal(SHA256.hash(bytes.span).bytes) == digest)
            let hasher = SHA256Hasher()
            for byte in bytes { hasher.update([byte]) }
            #expect(hexadecimal(hasher.finish().bytes) == digest)
        }
    }

    @Test func agreesWithSha256sumAtEveryLengthAroundABlock() throws {
        try Folder.temporary { folder in
            var arguments: [String] = []
            for count in 0...130 {
                let file = folder.appending(path: "\(count)")
                try Data(noise(count)).write(to: file)
                arguments.append(file.path)
            }
            let run = try Program.run("sha256sum", arguments)
            #expect(run.status == 0)
            let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
            #expect(lines.count == 131)
            for (count, line) in lines.enumerated() {
                #expect(line.prefix(64) == hexadecimal(SHA256.hash(noise(count)).bytes))
            }
        }
    }

    @Test func hashesPartsAsTheWhole() {
        let bytes = noise(300)
        for split in 0...300 {
            let (head, tail) = (Array(bytes[..<split]), Array(bytes[split...]))
            #expect(SHA256.hash(prefix: head, tail.span) == SHA256.hash(bytes))
            let hasher = SHA256Hasher()
            hasher.update(head)
            hasher.update(tail.span)
            #expect(hasher.finish() == SHA256.hash(bytes))
        }
    }

    @Test func beginsAnewAfterFinish() {
        let hasher = SHA256Hasher()
        hasher.update([1, 2, 3])
        #expect(hasher.finish() == SHA256.hash([1, 2, 3]))
        #expect(hasher.finish() == SHA256.hash([]))
        hasher.update([4])
        #expect(hasher.finish() == SHA256.hash([4]))
    }

    @Test func hashesTheNodeOfTwoDigests() {
        // The node of "N123" and "N456" that the tests of github.com/transparency-dev/merkle hold as known is
        // of other lengths than digests; so the parts are compared with the whole.
        let left = SHA256.hash([1])
        let right = SHA256.hash([2])
        for prefix in [0, 1, 255] as [UInt8] {
            let whole = [prefix] + left.bytes + right.bytes
            #expect(SHA256.hash(prefix: prefix, left, right) == SHA256.hash(whole))
        }
    }

    @Test func isTheSameOnEveryThread() async {
        let messages = (0..<64).map { noise($0 * 17, seed: UInt64($0 + 1)) }
        let expected = messages.map { SHA256.hash($0) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    (0..<50).allSatisfy { _ in messages.map { SHA256.hash($0) } == expected }
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
