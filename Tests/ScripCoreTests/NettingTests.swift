import Testing

@testable import ScripCore

/// Few payments out of many debts, in one way only.
@Suite struct NettingTests {
    private func payments(_ balances: [(String, Int128)]) throws -> [String] {
        let named = try balances.map { (try region($0.0), $0.1) }
        return Netting.payments(Dictionary(uniqueKeysWithValues: named))
            .map { "\($0.from) \($0.to) \($0.amount)" }
    }

    @Test func theLargestDebtorPaysTheLargestCreditorFirst() throws {
        #expect(
            try payments([("a", -10), ("b", 3), ("c", -5), ("d", 12)]) == ["a d 10", "c b 3", "c d 2"])
        #expect(try payments([("a", 7), ("b", -7)]) == ["b a 7"])
        #expect(try payments([("a", 0), ("b", 0)]).isEmpty)
        #expect(try payments([]).isEmpty)
    }

    @Test func ofEqualsTheFirstByNameComesFirst() throws {
        #expect(
            try payments([("d", -5), ("c", -5), ("b", 5), ("a", 5)]) == ["c a 5", "d b 5"])
        // After the first payment b owes as much as c, and is first.
        #expect(try payments([("a", 4), ("b", -7), ("c", -3), ("d", 6)]) == ["b d 6", "c a 3", "b a 1"])
    }

    /// Sums of any sign beyond 64 bits, many regions: everybody is even in the end, with N − 1 payments at most.
    @Test func everybodyIsEvenInTheEnd() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let count = Int.random(in: 2...29, using: &random)
            var balances: [RegionName: Int128] = [:]
            var sum: Int128 = 0
            for number in 1..<count {
                let bits = Int128.random(in: 0...90, using: &random)
                let value = Int128.random(in: -(1 << bits)...(1 << bits), using: &random)
                balances[try region("r\(number)")] = value
                sum += value
            }
            balances[try region("r0")] = -sum
            let payments = Netting.payments(balances)
            #expect(payments.count < count)
            #expect(payments.allSatisfy { $0.amount > 0 && $0.from != $0.to })
            for payment in payments {
                balances[payment.from, default: 0] += payment.amount
                balances[payment.to, default: 0] -= payment.amount
            }
            #expect(balances.values.allSatisfy { $0 == 0 })
        }
    }
}
