import ScripCore
import ScripCrypto
import ScripStore
import Testing

/// The whole way of a voucher through three regions, in one process.
@Suite struct FederationFlowTests {
    @Test func aVoucherIsIssuedTradedAndRedeemedAcrossRegions() throws {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        let alice = regions.account(2, at: "north")
        let bob = regions.account(3, at: "south")
        let cafe = regions.account(4, at: "east")

        let issue = try regions.issue(shop, to: alice, count: 2)
        var results = try regions.admit([try regions.accredit(shop), issue], at: "north")
        #expect(results.map(\.status) == [.admitted, .admitted])
        #expect(try regions.seal("north").map(\.count) == [2])
        try regions.settle()
        let first = VoucherID(createdBy: issue.id, index: 0)
        let second = VoucherID(createdBy: issue.id, index: 1)
        #expect(try regions.ledger("east").result(of: issue.id)?.status == .confirmed)
        #expect(try regions.ledger("south").voucher(first)?.certainty == .confirmed)

        // Across regions, for a price: south attests, north seals.
        let trade = try regions.trade(first, head: issue.id, from: alice, to: bob, price: 8_000)
        results = try regions.admit([trade], at: "north")
        #expect(results[0].status == .awaiting)
        #expect(results[0].waitingFor.map(\.text) == ["south"])
        // The head is reserved for it now.
        let other = try regions.redeem(first, head: issue.id, amount: 100, from: alice, at: shop)
        #expect(try regions.admit([other], at: "north")[0].code == .reserved)
        try regions.settle()
        for name in regions.names {
            #expect(try regions.ledger(name).result(of: trade.id)?.status == .confirmed, "\(name)")
            #expect(try regions.ledger(name).voucher(first)?.state.owner == bob.address, "\(name)")
        }

        // Bob redeems a part at a merchant of a third region, from south's custody.
        let redeem = try regions.redeem(
            first, head: trade.id, amount: 3_000, from: bob, at: cafe, ref: "till-1")
        #expect(try regions.admit([redeem], at: "south")[0].status == .awaiting)
        try regions.settle()
        #expect(try regions.ledger("east").result(of: redeem.id)?.status == .confirmed)
        #expect(try regions.ledger("north").voucher(first)?.state.remaining == 7_000)
        // The till asks again, with a record of its own.
        let again = try regions.redeem(
            first, head: redeem.id, amount: 3_000, from: bob, at: cafe, ref: "till-1")
        let answer = try regions.admit([again], at: "south")[0]
        #expect(answer.id == redeem.id && answer.reason == "already" && answer.status == .confirmed)

        // A record that reaches a region with nothing to say in it goes on its way.
        let forwarded = try regions.redeem(second, head: issue.id, amount: 10_000, from: alice, at: cafe)
        results = try regions.admit([forwarded], at: "south")
        #expect(results[0].status == .awaiting)
        #expect(results[0].waitingFor.map(\.text) == ["east", "north"])
        try regions.settle()
        #expect(try regions.ledger("south").result(of: forwarded.id)?.status == .confirmed)

        // Spent is spent.
        let late = try regions.redeem(second, head: issue.id, amount: 1, from: alice, at: shop)
        #expect(try regions.admit([late], at: "north")[0].code == .spent)
        // At rest: the outboxes and pools are empty.
        for name in regions.names {
            let files = try #require(
                try? regions.scratch.open().subdirectory("\(name)/public/outbox").names())
            #expect(files.isEmpty, "\(name) \(files)")
        }
    }

    @Test func aMajorityConfirmsWhileOneIsSilent() throws {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        let issue = try regions.issue(shop, to: shop, count: 1)
        _ = try regions.admit([try regions.accredit(shop), issue], at: "north")
        try regions.seal("north")
        #expect(try regions.ledger("north").result(of: issue.id)?.status == .sealed)
        try regions.settle(["north", "south"])
        let result = try #require(try regions.ledger("north").result(of: issue.id, withVotes: true))
        #expect(result.status == .confirmed)
        #expect(result.votes?["valid"]?.map(\.text) == ["north", "south"])
    }

    @Test func theIndexIsOnlyACache() throws {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        let bob = regions.account(3, at: "south")
        let issue = try regions.issue(shop, to: shop, count: 3)
        _ = try regions.admit([try regions.accredit(shop), issue], at: "north")
        try regions.seal("north")
        try regions.settle()
        let voucher = VoucherID(createdBy: issue.id, index: 0)
        let trade = try regions.trade(voucher, head: issue.id, from: shop, to: bob)
        _ = try regions.admit([trade], at: "north")
        _ = try RegionWriter.reindex(path: regions.scratch.path("north"), world: .system(at: regions.time))
        #expect(try regions.ledger("north").result(of: trade.id)?.status == .awaiting)
        #expect(try regions.ledger("north").voucher(voucher)?.status == .reserved)
        #expect(try regions.ledger("north").result(of: issue.id)?.status == .confirmed)
        try regions.settle()
        #expect(try regions.ledger("south").result(of: trade.id)?.status == .confirmed)
    }

    @Test func syncTwiceChangesNothing() throws {
        let regions = try TestRegions()
        let shop = regions.account(1, at: "north")
        _ = try regions.admit(
            [try regions.accredit(shop), try regions.issue(shop, to: shop, count: 1)], at: "north")
        try regions.seal("north")
        try regions.settle()
        #expect(try regions.sync("south", from: ["north", "east"]).isEmpty)
        #expect(try regions.seal("south").isEmpty)
    }
}
