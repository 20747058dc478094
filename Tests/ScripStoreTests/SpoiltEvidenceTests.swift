import ScripCore
import ScripCrypto
import ScripStore
import TestSupport
import Testing

/// A file of evidence of each kind, with bits turned over and cut: it shows nothing, or the same, and nobody else is in it
/// (quality section 2).
@Suite struct SpoiltEvidenceTests {
    private let federation: SigningFederation
    private let ledger: LedgerMaker
    private let north: RegionName
    private let south: RegionName
    private let time: Timestamp

    init() throws {
        federation = try SigningFederation()
        ledger = LedgerMaker(federation)
        north = try #require(RegionName("north"))
        south = try #require(RegionName("south"))
        time = try #require(Timestamp("2026-11-20T10:00:00Z"))
    }

    /// A few records, which a verdict may call invalid.
    private func block(_ count: Int = 1) throws -> LedgerMaker.Block {
        try ledger.seal(north, (0..<count).map { Array("{\"\($0)\":\(count)}".utf8) }, time: time)
    }

    private func evidence(_ kind: Evidence.Kind) throws -> Evidence {
        let invalid = [VerdictText.Invalid(index: 1, code: .malformed)]
        switch kind {
        case .fork:
            let head = ledger.head(north)
            let first = try ledger.aside(from: head) { try block(1) }
            let second = try ledger.aside(from: head) {
                try ledger.seal(north, [Array("{}".utf8)], time: time)
            }
            return try #require(Evidence.fork(first.checkpoint, second.checkpoint))
        case .vote:
            let block = try block()
            return try #require(
                Evidence(
                    .vote, try ledger.vote(south, on: block).verdict.bytes,
                    try ledger.vote(south, on: block, invalid: invalid).verdict.bytes))
        case .certificate:
            let block = try block()
            return try #require(
                Evidence(
                    .certificate, try ledger.certificate(on: block).line,
                    try ledger.certificate(on: block, invalid: invalid).line))
        case .charter:
            let drafts = try ["west", "up"].map {
                try federation.next(adding: [try #require(RegionName($0))])
            }
            return try #require(
                Evidence(.charter, drafts[0].signedCharter.bytes, drafts[1].signedCharter.bytes))
        case .block:
            let head = ledger.head(north)
            let wrong = try ledger.seal(north, [], time: time) {
                BlockHeader(
                    charter: $0.charter, count: 1, height: $0.height, previous: $0.previous,
                    region: $0.region, seen: $0.seen, time: $0.time)
            }
            return try #require(
                Evidence.block(wrong.member, after: head.frontier))
        }
    }

    /// Each bit of the short ones; of those that hold many signatures, which take their time, one in so many.
    @Test(arguments: [
        (Evidence.Kind.fork, 1), (.vote, 1), (.block, 1), (.charter, 23), (.certificate, 5),
    ])
    func `what it shows`(kind: Evidence.Kind, every stride: Int) throws {
        let evidence = try evidence(kind)
        let honest = try evidence.prove(by: federation.charters)
        #expect(honest.kind == kind)
        var count = 0
        forEachSpoilt(evidence.fileBytes, every: stride) { spoilt, how in
            count += 1
            guard let read = try? Evidence(parsingFile: spoilt),
                let proven = try? read.prove(by: federation.charters)
            else { return }
            // One of many signatures may be no good, and what remains is proof enough.
            #expect(Set(proven.signers).isSubset(of: honest.signers), "\(how)")
            #expect(
                (proven.kind, proven.chain, proven.height, proven.epoch, proven.first, proven.verdicts)
                    == (
                        honest.kind, honest.chain, honest.height, honest.epoch, honest.first, honest.verdicts
                    ),
                "\(how)")
        }
        print(
            "\(count) ways to spoil evidence of kind \(kind.rawValue), of \(evidence.fileBytes.count) bytes")
    }

    /// Through `sync` itself: each spoilt file has the name that its content asks for, so that it is judged by what it says.
    /// None is taken over, and the good one among them is.
    @Test func `in a peer's folder`() throws {
        let regions = try TestRegions()
        func checkpoint(_ root: UInt8) throws -> SignedNote {
            let directory = try RegionDirectory(
                path: regions.scratch.path("north"), world: .system(at: regions.time))
            return Checkpoint(
                chain: north, federation: regions.charter.federation, size: 1, root: SHA256.hash([root])
            ).signed(by: try directory.logSigner())
        }
        let good = try #require(Evidence.fork(try checkpoint(1), try checkpoint(2)))
        try regions.scratch.makeDirectory("peer/charter")
        try regions.scratch.makeDirectory("peer/evidence")
        let charter = try #require(regions.scratch.contents("north/public/charter/1.note"))
        try regions.scratch.write(charter, to: "peer/charter/1.note")
        var names: [String] = []
        func check(_ how: String) throws {
            let writer = try regions.writer("east")
            let isFault = try writer.synchronize(peers: [regions.scratch.path("peer")]) { _ in }
            #expect(!isFault, "\(how)")
            #expect(
                try regions.scratch.tree().allSatisfy { !$0.hasPrefix("east/public/evidence/") }, "\(how)")
            for name in names { try regions.scratch.remove(name) }
            names = []
        }
        var count = 0
        try forEachSpoilt(good.fileBytes) { spoilt, how in
            count += 1
            let name = "peer/evidence/\(SHA256.hash(spoilt).hexadecimal).json"
            try regions.scratch.write(spoilt, to: name)
            names.append(name)
            // As many as one run reads.
            if names.count == 1_000 { try check(how) }
        }
        try check("the last ones")
        #expect(count == good.fileBytes.count * 9)
        let name = "evidence/\(good.digest.hexadecimal).json"
        try regions.scratch.write(good.fileBytes, to: "peer/\(name)")
        #expect(try regions.writer("east").synchronize(peers: [regions.scratch.path("peer")]) { _ in })
        #expect(regions.scratch.contents("east/public/\(name)") == good.fileBytes)
    }
}
