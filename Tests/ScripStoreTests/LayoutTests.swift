import ScripCore
import ScripCrypto
import ScripStore
import Testing

@Suite struct LayoutTests {
    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test(arguments: [
        "charter/1.note", "charter/12.note", "charter/9999999999.note",
        "segments/north/0000000/0000000001.seg.gz",
        "segments/north/0000000/0000000001-0000000999.seg.gz",
        "segments/north-2/0000001/0000001000-0000001999.seg.gz",
        "segments/n/9999999/9999999999.seg.gz",
        "votes/north/south/0000000/0000000006-0000000006.jsonl",
        "votes/north/south/0000000/0000000006-0000001006.jsonl",
        "certificates/north/0000000/0000000001-1.json",
        "certificates/north/0000012/0000012345-17.json",
        "outbox/0000000001.jsonl", "evidence/\(digits).json", "heads.note",
        "settlements/north/\(digits)-\(digits).note",
    ])
    func `a path of the format is read and written again`(path: String) throws {
        let file = try #require(PublicFile(path: path))
        #expect(file.path == path)
        #expect(file.regionPath == "public/\(path)")
    }

    @Test(arguments: [
        "", "/", "charter", "charter/", "charter/.note", "charter/0.note", "charter/01.note",
        "charter/+1.note", "charter/-1.note", "charter/1.NOTE", "charter/1.note/", "charter//1.note",
        "charter/1.note.tmp", "charter/ 1.note", "charter/1 .note", "charter/x.note",
        "charter/\u{0661}.note", "charter/10000000000.note", "charter/99999999999999999999.note",
        "Charter/1.note", "public/charter/1.note", "./charter/1.note", "../charter/1.note",
        "segments/north/0000000/0000000000.seg.gz", "segments/north/0000000/000000001.seg.gz",
        "segments/north/0000000/00000000001.seg.gz", "segments/north/0000001/0000000001.seg.gz",
        "segments/north/0/0000000001.seg.gz", "segments/north/0000000001.seg.gz",
        "segments/north/0000000/0000000001-0000000001.seg.gz",
        "segments/north/0000000/0000000002-0000000001.seg.gz",
        "segments/north/0000000/0000000999-0000001000.seg.gz",
        "segments/north/0000000/0000000001-.seg.gz", "segments/north/0000000/-0000000001.seg.gz",
        "segments/north/0000000/0000000001-0000000002-0000000003.seg.gz",
        "segments/north/0000000/+000000001.seg.gz", "segments/north/0000000/0000000001.seg",
        "segments/north/0000000/0000000001.SEG.GZ", "segments/north/0000000/0000000001.seg.gz~",
        "segments/north/0000000/0000000001 (1).seg.gz",
        "segments/north/0000000/0000000001.sync-conflict-20261120.seg.gz",
        "segments/north/0000000/.tmp-0000000001.seg.gz", "segments/North/0000000/0000000001.seg.gz",
        "segments/scrip/0000000/0000000001.seg.gz", "segments//0000000/0000000001.seg.gz",
        "segments/../0000000/0000000001.seg.gz", "segments/north/00000000/0000000001.seg.gz",
        "votes/north/south/0000000/0000000006.jsonl",
        "votes/north/south/0000000/0000000006-0000000005.jsonl",
        "votes/north/south/0000001/0000000006-0000001006.jsonl",
        "votes/north/0000000/0000000006-0000000006.jsonl",
        "votes/north/south/0000000/0000000000-0000000006.jsonl",
        "votes/north/south/0000000/0000000006-0000000006.json",
        "certificates/north/0000000/0000000001.json", "certificates/north/0000000/0000000001-01.json",
        "certificates/north/0000000/0000000001-0.json", "certificates/north/0000000/0000000001-.json",
        "certificates/north/0000000/0000000000-1.json", "certificates/north/0000000/0000000001-1-1.json",
        "certificates/north/0000000/0000000001-a.json",
        "outbox/1.jsonl", "outbox/0000000000.jsonl", "outbox/0000000001.json", "outbox/000000000a.jsonl",
        "evidence/\(digits.uppercased()).json", "evidence/\(digits.dropLast()).json",
        "evidence/\(digits)0.json", "evidence/\(digits).JSON", "heads.note/", "Heads.note", "heads",
        "heads.note\0", "settlements/x", "settlements/north/\(digits).note",
        "settlements/north/\(digits)-\(digits).json", "settlements/North/\(digits)-\(digits).note",
        "settlements/north/\(digits)-\(digits.uppercased()).note", "settlements/\(digits)-\(digits).note",
    ])
    func `any other path is none of the format`(path: String) {
        #expect(PublicFile(path: path) == nil)
    }

    @Test func `names are made of numbers within their bounds only`() {
        #expect(SegmentName(heights: 0...1) == nil)
        #expect(SegmentName(heights: 999...1_000) == nil)
        #expect(SegmentName(heights: 10_000_000_000...10_000_000_000) == nil)
        #expect(SegmentName(heights: 1_000...1_999)?.text == "0000001000-0000001999.seg.gz")
        #expect(SegmentName(heights: 7...7)?.text == "0000000007.seg.gz")
        #expect(VoteFileName(heights: 7...7)?.text == "0000000007-0000000007.jsonl")
        #expect(VoteFileName(heights: 0...7) == nil)
        #expect(CertificateName(height: 1, epoch: 0) == nil)
        #expect(CertificateName(height: 0, epoch: 1) == nil)
        #expect(CharterFileName(epoch: 0) == nil)
        #expect(OutboxFileName(number: -1) == nil)
        #expect(OutboxFileName(number: 10_000_000_000) == nil)
        #expect(ThousandName(height: 12_345).text == "0000012")
        #expect(ThousandName("0000012")?.number == 12)
        #expect(ThousandName("000012") == nil)
        #expect(ThousandName("00000l2") == nil)
    }

    @Test func `only names with the prefix are those of files being written`() {
        #expect(StagingName.isOne(".tmp-0123"))
        #expect(StagingName.isOne(".tmp-"))
        #expect(!StagingName.isOne(".tmp"))
        #expect(!StagingName.isOne("x.tmp-0"))
        #expect(!StagingName.isOne(""))
    }
}
