import ScripCore
import ScripCrypto
import Testing

@testable import ScripCommands
@testable import ScripStore

/// Which vouchers of a code a record takes.
@Suite struct BearerHoldingTests {
    private let now = Timestamp("2026-11-20T10:00:00Z")!
    private let north = RegionName("north")!

    private func report(
        _ number: UInt8, _ remaining: Int64, currency: String = "CNY", partial: Bool = true,
        transferable: Bool = true, starts: String? = nil, expires: String? = nil, redeemIn: [String]? = nil,
        owner: Address = Accounts.alice, status: VoucherReport.Status = .held
    ) throws -> VoucherReport {
        let terms = Terms(
            value: try Money(parsing: "100.00\(currency)"), partial: partial, transferable: transferable,
            voidable: false, series: nil, starts: starts.flatMap { Timestamp($0) },
            expires: expires.flatMap { Timestamp($0) }, redeemIn: redeemIn?.compactMap { RegionName($0) },
            text: nil)
        let state = VoucherState(
            id: VoucherID(Bytes16(repeatElement(number, count: 16))!),
            kind: VoucherKind(issuer: Accounts.shop, terms: terms), owner: owner, remaining: remaining,
            head: .zero, isVoided: status == .voided)
        return VoucherReport(state: state, value: 10_000, status: status, certainty: .sealed)
    }

    /// `1:300 2:50`, or the code and the reason.
    private func taken(
        _ reports: [VoucherReport], _ amount: String? = nil, trade: Bool = false
    ) throws -> String {
        do {
            let amount = try amount.map { try Money(parsing: $0) }
            return try BearerHolding(reports, now: now).vouchers(
                for: trade ? .trade : .redemption(at: north), amount: amount
            ).map { "\($0.id.bytes.bytes[0]):\($0.amount ?? 0)" }.joined(separator: " ")
        } catch let fault as RequestFault {
            return "\(fault.code.rawValue): \(fault.reason)"
        }
    }

    @Test func allThatCanBeUsed() throws {
        let reports = [
            try report(1, 500), try report(2, 0, status: .redeemed), try report(3, 700, status: .reserved),
            try report(4, 900, redeemIn: ["south"]), try report(5, 1_100, transferable: false),
            try report(6, 1_300, starts: "2026-12-01T00:00:00Z"), try report(7, 1, status: .voided),
            try report(8, 1, status: .expired),
        ]
        #expect(try taken(reports) == "1:500 5:1100")
        #expect(try taken(reports, trade: true) == "1:500 4:900 6:1300")
    }

    @Test func whatExpiresFirstIsSpentFirst() throws {
        let reports = [
            try report(1, 500), try report(2, 300, expires: "2027-06-01T00:00:00Z"),
            try report(3, 200, expires: "2027-01-01T00:00:00Z"), try report(4, 900, currency: "EUR"),
        ]
        #expect(try taken(reports, "1.00CNY") == "3:100")
        #expect(try taken(reports, "4.00CNY") == "3:200 2:200")
        #expect(try taken(reports, "10.00CNY") == "3:200 2:300 1:500")
        #expect(try taken(reports, "10.01CNY") == "overspent: 10.00CNY is left for this code")
        #expect(try taken(reports, "9.00EUR") == "4:900")
        #expect(try taken(reports, "1JPY").contains("worth CNY, not JPY"))
    }

    @Test func whatCannotBePartedIsTakenWhole() throws {
        let reports = [try report(1, 500, partial: false), try report(2, 300)]
        #expect(try taken(reports, "5.00CNY") == "1:500")
        #expect(try taken(reports, "6.00CNY") == "1:500 2:100")
        #expect(try taken(reports, "2.00CNY") == "2:200")
        #expect(try taken(reports, "4.00CNY").hasSuffix("it cannot be parted so"))
    }

    @Test func regions() throws {
        let elsewhere = try report(2, 300, owner: Accounts.bob)
        #expect(try taken([try report(1, 500), elsewhere]).contains("in north and south"))
        #expect(try taken([try report(1, 0, status: .redeemed), elsewhere]) == "2:300")
    }

    @Test(arguments: [
        (VoucherReport.Status.redeemed, Int64(0), "overspent: nothing is left"),
        (.voided, 5, "spent: the issuer"),
        (.reserved, 5, "reserved: a record"), (.expired, 5, "expired: the voucher"),
    ])
    func reasons(status: VoucherReport.Status, remaining: Int64, reason: String) throws {
        let report = try report(1, remaining, expires: "2026-01-01T00:00:00Z", status: status)
        #expect(try taken([report]).hasPrefix(reason))
        // What was spent before tells less than what is there.
        let spent = try self.report(0, 0, status: .redeemed)
        #expect(try taken([spent, report]).hasPrefix(reason))
    }
}
