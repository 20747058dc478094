import ScripCrypto
import Testing

/// Against zlib as Python has it: members of several levels and strategies with bytes changed, some with a checksum that
/// fits again. What is taken here is taken there, to the same bytes and the same end; behind this header the reverse holds
/// too.
@Suite struct GzipDifferentialTests {
    /// Prints a case a line: the member in hexadecimal, and `-`, or the number of bytes that were read and what came out,
    /// behind an x.
    private static let program = """
        import random, struct, sys, zlib
        header = bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
        chance = random.Random(int(sys.argv[1]))
        def inflate(data, bits):
            reader = zlib.decompressobj(bits)
            output = reader.decompress(data, 1 << 20)
            return (output, len(data) - len(reader.unused_data)) if reader.eof else None
        def attempt(data, bits):
            try:
                return inflate(data, bits)
            except zlib.error:
                return None
        for number in range(int(sys.argv[2])):
            words = [chance.randbytes(chance.randrange(1, 9)) for _ in range(4)]
            content = b"".join(chance.choice(words) for _ in range(chance.randrange(60)))
            writer = zlib.compressobj(chance.randrange(10), zlib.DEFLATED, -15, 8, chance.randrange(5))
            data = bytearray(writer.compress(content) + writer.flush())
            trailer = struct.pack("<II", zlib.crc32(content), len(content))
            for _ in range(number % 4):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            changed = attempt(bytes(data), -15)
            if changed is not None and chance.randrange(4):
                del data[changed[1]:]
                trailer = struct.pack("<II", zlib.crc32(changed[0]), len(changed[0]))
            member = bytearray(header + data + trailer)
            if number % 11 == 10:
                member[chance.randrange(len(member))] ^= 1 << chance.randrange(8)
            if number % 13 == 12:
                del member[chance.randrange(len(member)):]
            member += chance.randbytes(number % 3)
            result = attempt(bytes(member), 31)
            print("x" + member.hex(), "-" if result is None else f"{result[1]} x{result[0].hex()}")
        """

    private static let caseCount = 2_000

    @Test func agreesWithZlib() throws {
        let run = try Program.run("python3", ["-c", Self.program, "1952", "\(Self.caseCount)"])
        try #require(run.status == 0, "python3 is missing: \(run.errors)")
        let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == Self.caseCount)
        var counts = (taken: 0, refused: 0)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let member = hexadecimal(String(words[0].dropFirst()))
            var output: [UInt8] = []
            let read = try? GzipInflater().read(member.span, into: &output, limit: 1 << 20)
            let isTaken = read?.isMemberEnd == true
            if isTaken { counts.taken += 1 } else { counts.refused += 1 }
            guard words.count == 3 else {
                #expect(!isTaken, "zlib refuses \(line)")
                continue
            }
            let isFramed = member.starts(with: GzipMemberHeader.bytes)
            #expect(isTaken == isFramed, "\(line)")
            guard isTaken else { continue }
            #expect(read.map { "\($0.consumed)" } == words[1], "\(line)")
            #expect(output == hexadecimal(String(words[2].dropFirst())), "\(line)")
        }
        #expect(counts.taken > 500 && counts.refused > 200)
    }
}

private enum GzipMemberHeader {
    static let bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
}
