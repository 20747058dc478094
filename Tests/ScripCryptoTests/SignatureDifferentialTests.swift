import ScripCrypto
import Testing

/// Against a second implementation of Ed25519, after RFC 8032, in Python, and against the openssl program: good
/// signatures with something changed are taken by all or by none. Points of low order are refused here on top.
@Suite struct SignatureDifferentialTests {
    /// Prints a case a line: key, signature and message in hexadecimal, what the reference says, what openssl says (- for
    /// not asked), and whether key or R is of low order.
    private static let program = """
        import hashlib, random, subprocess, sys, tempfile
        p = 2**255 - 19
        L = 2**252 + 27742317777372353535851937790883648493
        d = -121665 * pow(121666, -1, p) % p
        root = pow(2, (p - 1) // 4, p)
        def add(a, b):
            x, y, z, t = a
            i, j, k, l = b
            e, g = (y - x) * (j - i) % p, (y + x) * (j + i) % p
            m, n = 2 * t * l * d % p, 2 * z * k % p
            return ((g - e) * (n - m) % p, (n + m) * (g + e) % p, (n - m) * (n + m) % p, (g - e) * (g + e) % p)
        def multiply(n, a):
            result, power = (0, 1, 1, 0), (a[0], a[1], 1, a[0] * a[1] % p)
            while n:
                if n & 1:
                    result = add(result, power)
                power = add(power, power)
                n >>= 1
            return affine(result)
        def affine(a):
            inverse = pow(a[2], -1, p)
            return (a[0] * inverse % p, a[1] * inverse % p)
        def decode(text):
            y = int.from_bytes(text, "little")
            sign, y = y >> 255, (y & (1 << 255) - 1) % p
            square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
            x = pow(square, (p + 3) // 8, p)
            if (x * x - square) % p:
                x = x * root % p
            if (x * x - square) % p:
                return None
            return (x if x & 1 == sign else -x % p, y)
        def encode(a):
            return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")
        base = decode((4 * pow(5, -1, p) % p).to_bytes(32, "little"))
        def challenge(*parts):
            return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L
        def sign(seed, message):
            half = hashlib.sha512(seed).digest()
            scalar = int.from_bytes(half[:32], "little") & ((1 << 254) - 8) | 1 << 254
            key = encode(multiply(scalar, base))
            nonce = challenge(half[32:], message)
            point = encode(multiply(nonce, base))
            return key, point + ((nonce + challenge(point, key, message) * scalar) % L).to_bytes(32, "little")
        def verify(key, signature, message):
            a, s = decode(key), int.from_bytes(signature[32:], "little")
            if a is None or s >= L:
                return False
            h = challenge(signature[:32], key, message)
            b, c = multiply(s, base), multiply(h, (-a[0] % p, a[1]))
            total = add((b[0], b[1], 1, b[0] * b[1]), (c[0], c[1], 1, c[0] * c[1]))
            return encode(affine(total)) == signature[:32]
        def low(text):
            a = decode(text)
            return a is not None and multiply(8, a) == (0, 1)
        def openssl(key, signature, message, folder):
            der = bytes.fromhex("302a300506032b6570032100") + key
            for name, data in [("key", der), ("signature", signature), ("message", message)]:
                with open(folder + "/" + name, "wb") as file:
                    file.write(data)
            run = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder + "/key", "-rawin",
                 "-in", folder + "/message", "-sigfile", folder + "/signature"], capture_output=True)
            return run.returncode == 0
        chance = random.Random(int(sys.argv[1]))
        lows = [(0).to_bytes(32, "little"), (1).to_bytes(32, "little"), (p - 1).to_bytes(32, "little"),
                p.to_bytes(32, "little"), (p + 1).to_bytes(32, "little"), (1 | 1 << 255).to_bytes(32, "little"),
                (p - 1 | 1 << 255).to_bytes(32, "little")]
        def flip(data):
            place = chance.randrange(8 * len(data))
            data = bytearray(data)
            data[place // 8] ^= 1 << place % 8
            return bytes(data)
        with tempfile.TemporaryDirectory() as folder:
            for number in range(int(sys.argv[2])):
                message = chance.randbytes(chance.randrange(1, 200))
                key, signature = sign(chance.randbytes(32), message)
                s = int.from_bytes(signature[32:], "little")
                kind = number % 10
                if kind == 1: signature = flip(signature)
                if kind == 2: key = flip(key)
                if kind == 3: message = flip(message)
                if kind == 4: signature = signature[:32] + (s + L).to_bytes(32, "little")
                if kind == 5: key = chance.choice(lows)
                if kind == 6: key, signature = chance.choice(lows), chance.choice(lows) + bytes(32)
                if kind == 7: signature = chance.choice(lows) + signature[32:]
                if kind == 8: signature = signature[:32] + (L - s).to_bytes(32, "little")
                if kind == 9: signature = flip(flip(signature))
                outside = str(openssl(key, signature, message, folder)) if number % 2 == 0 or kind == 5 else "-"
                print(key.hex(), signature.hex(), message.hex(), verify(key, signature, message), outside,
                      low(key) or low(signature[:32]))
        """

    private static let caseCount = 240

    @Test func agreesWithAReferenceAndTheProgram() throws {
        let run = try Program.run("python3", ["-c", Self.program, "8032", "\(Self.caseCount)"])
        try #require(run.status == 0, "python3 or openssl is missing: \(run.errors)")
        let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == Self.caseCount)
        var counts = (good: 0, low: 0, asked: 0)
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            try #require(words.count == 6)
            let key = try #require(Bytes32(hexadecimal(words[0])))
            let signature = try #require(Ed25519Signature(hexadecimal(words[1])))
            let isLow = words[5] == "True"
            let isGood = Ed25519PublicKey(bytes: key).isValid(signature, for: hexadecimal(words[2]))
            #expect(isGood == (words[3] == "True" && !isLow), "\(line)")
            if words[4] != "-" {
                counts.asked += 1
                #expect(isGood == (words[4] == "True" && !isLow), "\(line)")
            }
            if isGood { counts.good += 1 }
            if isLow && words[3] == "True" { counts.low += 1 }
        }
        // Otherwise nothing of interest was tried.
        #expect(counts.good >= 24 && counts.low > 0 && counts.asked >= 100)
    }
}
