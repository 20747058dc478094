import Foundation
import ScripCore
import ScripStore
import TestSupport
import Testing

@testable import ScripCommands

/// What people read of vouchers that were split, refunded and voided.
@Suite struct VoucherStoryTests {
    private static func withLedger(_ body: (Ledger, VoucherLives) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scrip-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let lives = try VoucherLives()
        for (path, bytes) in lives.files {
            let location = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: location.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: location)
        }
        let directory = try RegionDirectory(path: folder.path, world: .system(at: VoucherLives.end))
        try body(try Ledger.open(directory), lives)
    }

    private static func story(_ ledger: Ledger, _ id: VoucherID) throws -> String {
        let life = try #require(try ledger.life(of: id))
        return try VoucherStory(life: life) { try ledger.name(ofIssuer: $0) }.text()
    }

    @Test func refundsAreLinkedBothWays() throws {
        try Self.withLedger { ledger, lives in
            let refund = VoucherID(createdBy: lives.refund, index: 0)
            let old = try Self.story(ledger, lives.gifts[0])
            #expect(old.contains("redeemed 40.00CNY by north1"))
            #expect(old.contains("at Corner shop (north1"))
            #expect(old.contains("refunded 15.00CNY of it on 2026-11-20 10:30:00 UTC as voucher \(refund)\n"))
            #expect(old.contains("  north/3, confirmed; record \(lives.refund.hexadecimal)\n"))
            let new = try Self.story(ledger, refund)
            #expect(new.contains("made by a refund of 15.00CNY that Corner shop (north1"))
            #expect(
                new.contains(
                    "gave for voucher \(lives.gifts[0]) (redemption \(lives.redemption.hexadecimal))"))
        }
    }

    @Test func partsOfASplitAreLinkedBothWays() throws {
        try Self.withLedger { ledger, lives in
            let parts = (0..<2).map { VoucherID(createdBy: lives.split, index: $0) }
            let whole = try Self.story(ledger, lives.gifts[2])
            #expect(whole.contains("divided into 2 by north1"))
            #expect(whole.contains("part \(parts[0]): 30.00CNY\n"))
            #expect(whole.contains("part \(parts[1]): 70.00CNY\n"))
            #expect(
                try Self.story(ledger, parts[1]).contains("split off voucher \(lives.gifts[2]) by north1"))
        }
    }

    @Test func aVoidSaysWhy() throws {
        try Self.withLedger { ledger, lives in
            let story = try Self.story(ledger, lives.teas[1])
            #expect(story.contains("status      voided, confirmed\n"))
            #expect(story.contains("withdrawn by Corner shop (north1"))
            #expect(story.contains("; 50.00CNY were left\n"))
            #expect(story.contains("reason: lost\n"))
        }
    }

    /// From any member of a family the whole of it is drawn.
    @Test func theGraphHoldsTheFamily() throws {
        try Self.withLedger { ledger, lives in
            let graph = HistoryGraph(
                life: { try ledger.life(of: $0) }, issuerName: { try ledger.name(ofIssuer: $0) })
            let parts = (0..<2).map { VoucherID(createdBy: lives.split, index: $0) }
            for id in [lives.gifts[2]] + parts {
                let text = try graph.text([id])
                for other in [lives.gifts[2]] + parts {
                    #expect(text.contains("\"voucher \(other)\" [label="))
                }
                #expect(text.contains("split\\ninto 2\\n"))
            }
            let refund = VoucherID(createdBy: lives.refund, index: 0)
            for id in [lives.gifts[0], refund] {
                let text = try graph.text([id])
                #expect(
                    text.contains(
                        "-> \"record \(lives.refund.hexadecimal)\" [label=\"refunded\\n15.00CNY\", style=dashed]"
                    ))
                #expect(text.contains("\"record \(lives.refund.hexadecimal)\" -> \"voucher \(refund)\""))
            }
            // Every record is one box, however many arrows lead to it.
            let all = try graph.text(lives.gifts + lives.teas)
            let boxes = all.split(separator: "\n").filter {
                $0.hasPrefix("  \"record ") && !$0.contains(" -> ")
            }
            #expect(Set(boxes).count == boxes.count)
            #expect(boxes.count == 8)
        }
    }

    @Test(
        arguments: [
            (0, "0"), (5, "0.05"), (99_900, "999"), (100_000, "1k"), (150_000, "1.5k"),
            (125_000_000, "1.25M"),
            (-100_000, "\u{2212}1k"), (12_345_678_900_000, "123.45bn"),
        ] as [(Int128, String)])
    func compactAmounts(amount: Int128, text: String) throws {
        #expect(HTMLText.compact(amount, try #require(Currency("CNY"))) == text)
    }

    @Test(
        arguments: [
            (0, "0.00"), (5, "0.05"), (123_456_789, "1,234,567.89"), (-100, "\u{2212}1.00"),
            (100_000, "1,000.00"),
        ] as [(Int128, String)])
    func amounts(amount: Int128, text: String) throws {
        #expect(HTMLText.amount(amount, try #require(Currency("CNY"))) == text)
        #expect(HTMLText.amount(amount, try #require(Currency("JPY"))).contains(".") == false)
    }

    @Test func escapes() {
        #expect(HTMLText.escaped("<a href='x'>\"&\u{202e}\n") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;??")
        #expect(HTMLText.share(1, of: 3) == "33.3%")
        #expect(HTMLText.share(1, of: 0) == "\u{2013}")
    }
}
