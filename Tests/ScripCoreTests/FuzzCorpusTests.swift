import Foundation
import TestSupport
import Testing

/// The corpus of the fuzzer, replayed: every property of every parser of this module holds, for inputs that are taken and
/// for inputs that are refused.
@Suite struct FuzzCorpusTests {
    @Test(arguments: FuzzTarget.ofCore.map(\.name)) func holds(_ name: String) throws {
        let target = try #require(FuzzTarget.ofCore.first { $0.name == name })
        let corpus = try FuzzCorpus(target)
        let (broken, takenCount) = corpus.replay()
        #expect(broken.isEmpty)
        #expect(takenCount > 0 && takenCount < corpus.inputs.count, "the corpus has inputs of one kind only")
    }

    @Test func absentCorpusIsSaid() {
        #expect(throws: FuzzCorpus.Missing.self) {
            try FuzzCorpus(FuzzTarget.all[0], in: FixtureFolder.location.appending(path: "absent"))
        }
    }
}
