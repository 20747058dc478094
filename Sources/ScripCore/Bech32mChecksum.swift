/// The checksum of BIP 173 over symbols of five bits, and the constant of BIP 350 that a good text leaves.
///
/// A remainder of a polynomial over GF(32): six symbols in 30 bits. Each symbol moves the remainder up by one
/// place, and what leaves at the top is reduced. Six symbols are taken at a time: the six places that leave are
/// looked up independently of each other, so that a text costs a sixth of the waiting.
struct Bech32mChecksum {
    /// What the symbols of a good text leave (BIP 350).
    static let valid: UInt32 = 0x2bc8_30a3

    private var state: UInt32 = 1
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// Adds one symbol, 0 to 31.
    mutating func add(_ symbol: UInt8) {
        pending = pending << 5 | UInt32(symbol)
        pendingCount += 1
        if pendingCount == 6 {
            state = Self.afterSix(state) ^ pending
            pending = 0
            pendingCount = 0
        }
    }

    /// Adds `prefix`: the high bits of all its bytes, a zero, the low bits of all.
    mutating func addPrefix(_ prefix: Span<UInt8>) {
        for position in prefix.indices { add(prefix[position] >> 5) }
        add(0)
        for position in prefix.indices { add(prefix[position] & 31) }
    }

    /// The checksum of the symbols so far.
    var value: UInt32 {
        var result = state
        for _ in 0..<pendingCount { result = Self.next(result) }
        return result ^ pending
    }

    /// What `state` becomes when a zero symbol follows.
    static func next(_ state: UInt32) -> UInt32 {
        (state & 0x1ff_ffff) << 5 ^ reductions[Int(state >> 25)]
    }

    /// What `state` becomes when six zero symbols follow.
    private static func afterSix(_ state: UInt32) -> UInt32 {
        let table = sixTable
        return table[Int(state & 31)]
            ^ table[32 + Int(state >> 5 & 31)]
            ^ table[64 + Int(state >> 10 & 31)]
            ^ table[96 + Int(state >> 15 & 31)]
            ^ table[128 + Int(state >> 20 & 31)]
            ^ table[160 + Int(state >> 25 & 31)]
    }

    /// What each symbol that leaves at the top is reduced to: the sum of the constants of BIP 173 for its bits.
    private static let reductions: [UInt32] = {
        let generators: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        return (0..<32).map { symbol in
            (0..<5).reduce(0) { sum, bit in symbol >> bit & 1 == 1 ? sum ^ generators[bit] : sum }
        }
    }()

    /// For each of the six places and each symbol there: what it becomes when six zero symbols follow.
    private static let sixTable: [UInt32] = (0..<192).map { entry in
        var state = UInt32(entry % 32) << UInt32(entry / 32 * 5)
        for _ in 0..<6 { state = next(state) }
        return state
    }
}
