import ScripCrypto
import Testing

@testable import ScripCore

/// The bytes of settlements: what scrip-settle(1) promises.
@Suite struct SettlementTextTests {
    static func cut(previous: Digest? = nil, from: Int = 0) throws -> Cut {
        try Cut(
            federation: try #require(FederationName("example.org/vouchers")), genesis: SHA256.hash([1]),
            chains: [
                .init(region: try region("north"), from: from, size: 12, root: SHA256.hash([2])),
                .init(region: try region("south"), from: 0, size: 7, root: SHA256.hash([3])),
            ], previous: previous, time: try #require(Timestamp("2026-11-30T22:00:00Z")))
    }

    private func settlement(_ code: String, _ amount: Int128) throws -> CurrencySettlement {
        let (north, south) = (try region("north"), try region("south"))
        return try CurrencySettlement(
            try #require(Currency(code)),
            [
                DebtPair(debtor: north, creditor: south): [
                    .redemption: DebtTotal(count: 2, amount: amount), .trade: DebtTotal(count: 1, amount: 5),
                ],
                DebtPair(debtor: south, creditor: north): [.refund: DebtTotal(count: 1, amount: 1)],
            ])
    }

    private func text(_ format: SettlementFormat, _ code: String, _ amount: Int128) throws -> String {
        var text = SettlementText(try Self.cut(), format)
        return String(
            decoding: text.beginning + text.text(of: try settlement(code, amount)), as: UTF8.self)
    }

    @Test func linesAreCanonicalJSON() throws {
        let hash = try Self.cut().hash.hexadecimal
        let lines = try text(.ndjson, "CNY", 300).split(separator: "\n").map(String.init)
        #expect(Array(lines[0].utf8) == (try Self.cut().line))
        #expect(SHA256.hash(Array("\(lines[0])\n".utf8)).hexadecimal == hash)
        let zero = #"{"amount":0,"count":0}"#
        #expect(
            Array(lines.dropFirst()) == [
                #"{"amount":305,"creditor":"south","currency":"CNY","cut":"\#(hash)","debtor":"north","redemptions":{"amount":300,"count":2},"refunds":\#(zero),"trades":{"amount":5,"count":1},"type":"debt"}"#,
                #"{"amount":1,"creditor":"north","currency":"CNY","cut":"\#(hash)","debtor":"south","redemptions":\#(zero),"refunds":{"amount":1,"count":1},"trades":\#(zero),"type":"debt"}"#,
                #"{"currency":"CNY","cut":"\#(hash)","net":-304,"payable":305,"receivable":1,"region":"north","type":"balance"}"#,
                #"{"currency":"CNY","cut":"\#(hash)","net":304,"payable":1,"receivable":305,"region":"south","type":"balance"}"#,
                #"{"amount":304,"currency":"CNY","cut":"\#(hash)","from":"north","to":"south","type":"payment"}"#,
            ])
    }

    /// What a reader of JSON would round is written as text.
    @Test func largeAmountsAreDigits() throws {
        let limit = Int128(Money.amountMax)
        #expect(SettlementLines.amount(limit) == .integer(Money.amountMax))
        #expect(SettlementLines.amount(-limit) == .integer(-Money.amountMax))
        #expect(SettlementLines.amount(limit + 1) == .string("9007199254740992"))
        #expect(SettlementLines.amount(-limit - 1) == .string("-9007199254740992"))
        #expect(try text(.ndjson, "CNY", limit).contains(#""amount":"9007199254740996""#))
    }

    @Test func theTableHasUnits() throws {
        let rows = try text(.csv, "JPY", 300).split(separator: "\r\n").map(String.init)
        let hash = try Self.cut().hash.hexadecimal
        let beginning = "\(hash),2026-11-30T22:00:00Z"
        #expect(rows[1] == "\(beginning),debt,JPY,north,south,305,1,5,2,300,0,0,,")
        #expect(rows[3] == "\(beginning),balance,JPY,north,,-304,,,,,,,1,305")
        #expect(rows[5] == "\(beginning),payment,JPY,north,south,304,,,,,,,,")
        #expect(try text(.csv, "KWD", 300).contains(",0.305,"))
    }

    @Test func theJournalDeclaresWhatItUses() throws {
        let journal = try text(.hledger, "CNY", 300)
        #expect(
            journal.contains(
                """

                commodity 1000.00 CNY
                account regions:north:south
                account regions:south:north

                """))
        #expect(
            journal.contains(
                "    regions:south:north  3.05 CNY\n    regions:north:south  -3.05 CNY\n"))
        #expect(try text(.hledger, "JPY", 300).contains("\ncommodity 1000. JPY\n"))
        #expect(try text(.hledger, "CLF", 300).contains("\ncommodity 1000.0000 CLF\n"))
        #expect(try text(.hledger, "P2P", 300).contains("\ncommodity 1000.00 \"P2P\"\n"))
    }

    @Test func cellsAreQuotedWhereTheyMustBe() {
        let row = TableRow.text(["plain", "a,b", "say \"a\"", "", "a\nb"])
        #expect(String(decoding: row, as: UTF8.self) == "plain,\"a,b\",\"say \"\"a\"\"\",,\"a\nb\"\r\n")
    }

    @Test(arguments: [
        ("gift", "gift"), ("a:b", "a%3Ab"), ("a b", "a%20b"), ("50%", "50%25"), ("", ""), ("é茶", "é茶"),
        ("(x)", "%28x%29"), ("a;b", "a%3Bb"),
    ])
    func namesBecomeOneComponentOfAnAccount(text: String, component: String) {
        #expect(JournalText.component(text) == component)
    }
}

/// Cuts and the notes that sign settlements.
@Suite struct CutTests {
    @Test func aLineIsReadAndWrittenAgain() throws {
        for cut in [
            try SettlementTextTests.cut(),
            try SettlementTextTests.cut(previous: SHA256.hash([4]), from: 5),
        ] {
            #expect(try Cut(line: cut.line) == cut)
            #expect(try Cut(line: cut.line).hash == cut.hash)
        }
    }

    @Test func whatCannotBeACutIsRefused() throws {
        #expect(throws: MalformedCut.self) { try SettlementTextTests.cut(previous: SHA256.hash([4])) }
        #expect(throws: MalformedCut.self) { try SettlementTextTests.cut(from: 5) }
        let line = String(decoding: try SettlementTextTests.cut().line, as: UTF8.self)
        let changes = [
            ("\"size\":7", "\"size\":-7"), ("\"size\":7", "\"size\":0"), ("\"from\":0,", "\"from\":8,"),
            ("\"north\"", "\"tango\""), ("\"north\"", "\"North\""), ("\"v\":1", "\"v\":2"),
            ("\"type\":\"cut\"", "\"type\":\"debt\""), ("\"from\":0,", ""),
            ("{\"chains\"", "{\"a\":1,\"chains\""),
            ("\"time\":\"2026", "\"time\":\"x026"), ("22:00:00Z", "22:00:00"),
        ]
        for (old, new) in changes {
            var changed = line
            let range = try #require(changed.firstRange(of: old), "\(old)")
            changed.replaceSubrange(range, with: new)
            #expect(throws: MalformedCut.self, "\(new)") { try Cut(line: Array(changed.utf8)) }
        }
        for count in 0..<line.utf8.count {
            #expect(throws: MalformedCut.self) { try Cut(line: Array(line.utf8.prefix(count))) }
        }
    }

    @Test func aNoteIsGoodOnlyUnderItsRegionsKey() throws {
        let federation = try TestFederation()
        let charter = federation.charter
        let north = try region("north")
        let cut = try Cut(
            federation: charter.federation, genesis: charter.digest,
            chains: [.init(region: north, from: 0, size: 3, root: SHA256.hash([1]))], previous: nil,
            time: try #require(Timestamp("2026-11-30T22:00:00Z")))
        let note = SettlementNote(cut: cut, digest: SHA256.hash([2]))
        #expect(try SettlementNote(parsing: note.text) == note)
        let signed = note.signed(by: try federation.keys("north").log)
        func read(_ note: SignedNote, _ name: String) throws -> SettlementNote {
            try SettlementNote(note, signer: try region(name), charters: CharterHistory(charter))
        }
        #expect(try read(signed, "north") == note)
        #expect(throws: SettlementNoteError.signature(try region("south"))) { try read(signed, "south") }
        let other = SettlementNote(cut: cut, digest: SHA256.hash([3]))
        let moved = SignedNote(text: other.text, signatures: signed.signatures)
        #expect(throws: SettlementNoteError.signature(north)) { try read(moved, "north") }
        let twice = SignedNote(text: note.text, signatures: signed.signatures + signed.signatures)
        #expect(throws: SettlementNoteError.signature(north)) { try read(twice, "north") }
        #expect(throws: SettlementNoteError.federation) {
            let namesake = try TestFederation(quorum: .votes(3)).charter
            return try SettlementNote(signed, signer: north, charters: CharterHistory(namesake))
        }
        #expect(throws: SettlementNoteError.form) { try SettlementNote(parsing: note.text + [0x0a]) }
    }
}
