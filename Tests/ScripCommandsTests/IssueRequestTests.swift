import ScripCore
import ScripCrypto
import Testing

@testable import ScripCommands

@Suite struct IssueRequestTests {
    private let now = Timestamp("2026-11-20T10:00:00Z")!
    private let key = Ed25519PrivateKey(seed: Bytes32([UInt8](repeating: 1, count: 32))!)

    private func issue(_ request: IssueRequest, now: Timestamp? = nil) throws -> RecordBody.Issue {
        let draft = try request.draft(issuer: Accounts.shop, now: now ?? self.now) { "random" }
        let record = try draft.signed(with: key, genesis: .zero)
        guard case .issue(let issue) = record.body else { throw RequestFault.malformed("no issue") }
        return issue
    }

    private func reason(_ line: String, _ options: IssueRequest = IssueRequest()) -> String {
        do {
            _ = try issue(try options.reading(InputLine(line)))
            return ""
        } catch let fault as RequestFault {
            return fault.reason
        } catch let malformed as MalformedRecord {
            return malformed.reason
        } catch {
            return "\(error)"
        }
    }

    @Test func lineOverOptions() throws {
        var options = IssueRequest()
        options.to = [Accounts.alice]
        options.value = try Money(parsing: "5.00CNY")
        options.series = "tea"
        options.partial = true
        let issue = try issue(
            options.reading(
                InputLine(
                    """
                    {"count":3,"value":"7.50CNY","partial":false,"no_transfer":true,\
                    "redeem_in":["south","north","south"],"expires":"+30d"}
                    """)))
        #expect(issue.owners.map(\.count) == [3])
        #expect(issue.owners.map(\.owner) == [Accounts.alice])
        #expect(issue.terms.value.text == "7.50CNY")
        #expect(issue.terms.series == "tea")
        #expect(!issue.terms.partial)
        #expect(!issue.terms.transferable)
        #expect(issue.terms.redeemIn?.map(\.text) == ["north", "south"])
        #expect(issue.terms.expires?.text == "2026-12-20T10:00:00Z")
        #expect(issue.ref == "random")
        #expect(issue.deadline == nil)
    }

    @Test func owners() throws {
        let several = try issue(
            IssueRequest().reading(
                InputLine(
                    """
                    {"owners":[{"owner":"\(Accounts.bob)","count":2},{"owner":"\(Accounts.alice)"}],\
                    "value":{"amount":500,"currency":"CNY"}}
                    """)))
        #expect(several.owners.map(\.count) == [2, 1])
        #expect(several.owners.map(\.owner) == [Accounts.bob, Accounts.alice])
        #expect(several.deadline?.text == "2026-11-23T10:00:00Z")
        let list = try issue(
            IssueRequest().reading(
                InputLine(#"{"to":["\#(Accounts.alice)","\#(Accounts.shop)"],"count":4,"value":"1CNY"}"#)))
        #expect(list.owners.map(\.count) == [4, 4])
    }

    @Test func refMakesTheSameRecordAtAnyTime() throws {
        let later = now.adding(seconds: 86_400)
        let line = #"{"to":"\#(Accounts.alice)","value":"1CNY","ref":"a","expires":"2027-01-01T00:00:00Z"}"#
        let request = try IssueRequest().reading(InputLine(line))
        #expect(try issue(request) == issue(request, now: later))
        for field in ["starts", "expires", "deadline"] {
            let line = #"{"to":"\#(Accounts.alice)","value":"1CNY","ref":"a","\#(field)":"+72h"}"#
            #expect(reason(line).contains("'\(field)' must be a time"))
        }
        #expect(
            reason(#"{"to":"\#(Accounts.bob)","value":"1CNY","ref":"a"}"#).contains("a deadline is needed"))
        #expect(
            reason(#"{"to":"\#(Accounts.bob)","value":"1CNY","ref":"a","deadline":"2026-12-01T00:00:00Z"}"#)
                == "")
    }

    @Test(arguments: [
        ("", "byte 1"), ("[]", "not a JSON object"), ("{", "byte"),
        (#"{"to":"x"}"#, "'to' is not an address"),
        (#"{"value":"1CNY"}"#, "no owner"), (#"{"to":"ALICE"}"#, "'value' is missing"),
        (#"{"to":"ALICE","value":"1CNY","valeu":1}"#, "'valeu' is no field"),
        (#"{"to":"ALICE","value":1}"#, "'value' is not an amount"),
        (#"{"to":"ALICE","value":{"amount":1,"currency":"CNY","x":1}}"#, "'value' is not an amount"),
        (#"{"to":"ALICE","value":"0.001CNY"}"#, "2 decimals"),
        (#"{"to":"ALICE","value":"1CNY","count":0}"#, "'count' is out of range"),
        (#"{"to":"ALICE","value":"1CNY","count":4097}"#, "'count' is out of range"),
        (#"{"to":"ALICE","value":"1CNY","count":"2"}"#, "'count' is not an integer"),
        (#"{"to":"ALICE","value":"90071992547409.91CNY","count":2}"#, "2^53"),
        (#"{"to":"ALICE","value":"1CNY","expires":"soon"}"#, "'expires' is no time"),
        (#"{"to":"ALICE","value":"1CNY","partial":1}"#, "neither true nor false"),
        (#"{"to":"ALICE","value":"1CNY","terms":"00"}"#, "64 lower-case"),
        (#"{"to":"ALICE","value":"1CNY","redeem_in":"north"}"#, "not a list"),
        (#"{"to":"ALICE","value":"1CNY","redeem_in":["North"]}"#, "no name of a region"),
        (#"{"to":"ALICE","value":"1CNY","series":""}"#, "1 to 256 bytes"),
        (#"{"to":"ALICE","value":"1CNY","owners":[]}"#, "says both"),
        (#"{"owners":[{"count":1}],"value":"1CNY"}"#, "lacks an 'owner'"),
        (#"{"owners":["ALICE"],"value":"1CNY"}"#, "holds what it should not"),
        (#"{"type":"voucher","to":"ALICE","value":"1CNY"}"#, "is no request"),
        (#"{"type":"issue","to":"ALICE","value":"1CNY"}"#, "is no request"),
    ])
    func malformed(line: String, reason expected: String) {
        let line = line.replacing("ALICE", with: Accounts.alice.text)
        let found = reason(line)
        #expect(found.contains(expected), "\(found)")
    }
}
