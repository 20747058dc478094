/// Which of some changes a disk has kept.
struct Subset: Hashable, CustomStringConvertible {
    let isKept: [Bool]

    /// Up to so many changes all subsets are tried.
    static let exhaustiveMax = 10
    static let randomCount = 1 << exhaustiveMax

    init(_ isKept: [Bool]) { self.isKept = isKept }

    /// Reads what `description` writes, for `count` changes.
    init?(_ text: String, count: Int) {
        var isKept: [Bool] = []
        for digit in text.reversed() {
            guard let value = digit.hexDigitValue else { return nil }
            for bit in 0..<4 { isKept.append(value >> bit & 1 == 1) }
        }
        guard isKept.dropFirst(count).allSatisfy({ !$0 }) else { return nil }
        self.isKept = (0..<count).map { $0 < isKept.count && isKept[$0] }
    }

    /// The changes that are kept as hexadecimal digits, the first change being the lowest bit.
    var description: String {
        var text = ""
        for start in stride(from: 0, to: max(isKept.count, 1), by: 4) {
            var value = 0
            for bit in 0..<4 where start + bit < isKept.count && isKept[start + bit] { value |= 1 << bit }
            text = String(value, radix: 16) + text
        }
        return text
    }

    /// All subsets of so many changes, or `randomCount` of them: none, all, each one alone, all but one, and others by
    /// chance. No more than `limit`.
    static func some(of count: Int, limit: Int, _ dice: inout Dice) -> [Subset] {
        if count <= exhaustiveMax, 1 << count <= limit {
            return (0..<1 << count).map { mask in Subset((0..<count).map { mask >> $0 & 1 == 1 }) }
        }
        var result = [
            Subset(Array(repeating: false, count: count)), Subset(Array(repeating: true, count: count)),
        ]
        for number in 0..<count {
            for isAlone in [true, false] {
                result.append(Subset((0..<count).map { ($0 == number) == isAlone }))
            }
        }
        var known = Set(result)
        result.shuffle(using: &dice)
        if result.count > limit { result.removeLast(result.count - limit) }
        while result.count < min(limit, randomCount) {
            let percent = dice.pick([15.0, 50, 50, 85])
            let subset = Subset((0..<count).map { _ in dice.chance(percent) })
            if known.insert(subset).inserted { result.append(subset) }
        }
        return result
    }
}
