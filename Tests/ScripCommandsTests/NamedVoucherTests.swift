import ScripCore
import Testing

@testable import ScripCommands

@Suite struct NamedVoucherTests {
    private static let keys: [StaticString] = ["amount", "head", "owner", "to", "voucher", "vouchers"]
    private let one = String(repeating: "0a", count: 16)
    private let two = String(repeating: "0b", count: 16)
    private let head = String(repeating: "0c", count: 32)

    private func read(_ line: String, takesAmounts: Bool = true) throws(RequestFault) -> [NamedVoucher] {
        let text = line.replacing("ONE", with: one).replacing("TWO", with: two).replacing("HEAD", with: head)
            .replacing("ALICE", with: Accounts.alice.text)
        let reader = try RequestReader(InputLine(text), keys: Self.keys, allowsVouchers: true)
        return try NamedVoucher.reading(reader, takesAmounts: takesAmounts)
    }

    @Test func oneVoucher() throws {
        let bare = try read(#"{"voucher":"ONE"}"#)
        #expect(bare.map(\.id.description) == [one])
        #expect(bare[0].head == nil && bare[0].owner == nil)
        let whole = try read(#"{"voucher":"ONE","head":"HEAD","owner":"ALICE"}"#)
        #expect(whole[0].head?.hexadecimal == head)
        #expect(whole[0].owner == Accounts.alice)
        #expect(whole[0].remaining == nil)
    }

    @Test func severalVouchers() throws {
        let ids = try read(#"{"vouchers":["ONE","TWO"],"owner":"ALICE"}"#)
        #expect(ids.map(\.id.description) == [one, two])
        #expect(ids.allSatisfy { $0.owner == Accounts.alice })
        let objects = try read(#"{"vouchers":[{"voucher":"ONE","head":"HEAD","amount":5},"TWO"]}"#)
        #expect(objects[0].head?.hexadecimal == head)
        #expect(objects.map(\.amount) == [5, nil])
    }

    /// A line as `list` prints it, with one field added.
    @Test func voucherLine() throws {
        let line = """
            {"certainty":"sealed","custodian":"north","head":"HEAD","issuer":"ALICE","owner":"ALICE",\
            "partial":false,"remaining":700,"series":"tea","status":"held","transferable":true,\
            "type":"voucher","value":{"amount":1000,"currency":"JPY"},"voidable":false,"voucher":"ONE","to":"ALICE"}
            """
        let vouchers = try read(line)
        #expect(vouchers.count == 1)
        #expect(vouchers[0].remaining == 700)
        #expect(vouchers[0].currency == Currency("JPY"))
        #expect(vouchers[0].owner == Accounts.alice)
    }

    @Test(arguments: [
        ("{}", "no voucher"), (#"{"vouchers":[]}"#, "no voucher"), (#"{"voucher":"x"}"#, "32 lower-case"),
        (#"{"voucher":"ONE","vouchers":["TWO"]}"#, "exclude"),
        (#"{"vouchers":["ONE"],"head":"HEAD"}"#, "'head'"),
        (#"{"vouchers":[{"head":"HEAD"}]}"#, "lacks"), (#"{"vouchers":[1]}"#, "should not"),
        (#"{"vouchers":[{"voucher":"ONE","x":1}]}"#, "should not"), (#"{"vouchers":"ONE"}"#, "not a list"),
        (#"{"voucher":"ONE","head":"0c"}"#, "64 lower-case"),
        (#"{"voucher":"ONE","status":"held"}"#, "no field"),
        (#"{"voucher":"ONE","owner":"north1"}"#, "not an address"),
        (#"{"type":"result","voucher":"ONE"}"#, "request"),
    ])
    func malformed(line: String, reason: String) {
        do throws(RequestFault) {
            _ = try read(line)
            Issue.record("read \(line)")
        } catch {
            #expect(error.reason.contains(reason), "\(error.reason)")
            #expect(error.status == .malformed)
        }
    }

    @Test func amountsOnlyWhereTheyCount() {
        #expect(throws: RequestFault.self) {
            try read(#"{"vouchers":[{"voucher":"ONE","amount":5}]}"#, takesAmounts: false)
        }
    }
}
