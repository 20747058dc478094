/// Everything that happens by chance in a simulation, from one seed (SplitMix64).
public struct Dice: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Dice of their own, which depend on this throw alone.
    public mutating func split() -> Dice { Dice(seed: next()) }

    /// True in `percent` of a hundred throws.
    public mutating func chance(_ percent: Double) -> Bool {
        Double(next() >> 11) < percent / 100 * Double(UInt64(1) << 53)
    }

    /// A number of the range.
    public mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of them; they must not be empty.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(0..<elements.count)]
    }

    /// `count` bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
