import Testing

@testable import ScripStore

/// What of a folder with too many names is looked at, and in which order.
@Suite struct CrowdedFolderTests {
    @Test func filesAreTriedFromBothEnds() {
        #expect(alternating([1, 2, 3, 4, 5]) == [5, 1, 4, 2, 3])
        #expect(alternating([1, 2]) == [2, 1])
        #expect(alternating([Int]()) == [])
    }

    @Test func allNotedNamesAreFound() {
        var names = NotedNames()
        #expect(!names.mayContain("0000000001.jsonl"))
        for number in stride(from: 0, to: 2_000, by: 2) { names.insert("file \(number)".utf8) }
        names.sort()
        for number in 0..<2_000 {
            #expect(names.mayContain("file \(number)") == number.isMultiple(of: 2), "file \(number)")
        }
    }

    @Test(arguments: [PeerFolder.KeptNames.first, .bothEnds])
    func theEndsAreKeptInWhateverOrderNamesCome(kept: PeerFolder.KeptNames) {
        for step in [1, 7, 3_333, 9_999] {
            var selection = NameSelection<Int>(limit: 100, kept, <)
            for number in 0..<10_000 {
                let name = number * step % 10_000
                if selection.hasPlace(for: name) { selection.add(name) }
            }
            let names = selection.finish()
            #expect(selection.isCut)
            switch kept {
            case .first: #expect(names == Array(0..<100), "step \(step)")
            case .bothEnds: #expect(names == Array(0..<50) + Array(9_950..<10_000), "step \(step)")
            }
        }
    }

    @Test func nothingIsLeftOutOfWhatFits() {
        var selection = NameSelection<Int>(limit: 100, .bothEnds, <)
        for name in (0..<100).reversed() where selection.hasPlace(for: name) { selection.add(name) }
        #expect(selection.finish() == Array(0..<100))
        #expect(!selection.isCut)
    }
}
