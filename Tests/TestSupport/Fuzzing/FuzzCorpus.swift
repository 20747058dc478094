public import Foundation

/// The inputs of `fixtures/fuzz/<target>/`: those from which the fuzzer learnt, minimised, and those that broke something.
public struct FuzzCorpus {
    /// There is nothing to replay.
    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    public let target: FuzzTarget
    /// By the name of the file; never empty.
    public let inputs: [(name: String, bytes: [UInt8])]

    public init(_ target: FuzzTarget, in location: URL = FixtureFolder.location) throws {
        let folder = location.appending(path: "fuzz/\(target.name)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        if names.isEmpty {
            throw Missing(description: "there is no corpus at '\(folder.path)': 'scripts/fuzz' makes it")
        }
        self.target = target
        inputs = try names.sorted().map { name in
            (name, try Array(Data(contentsOf: folder.appending(path: name))))
        }
    }

    /// Replays all inputs. What breaks, by name; and how many inputs the parser takes.
    public func replay() -> (broken: [String], takenCount: Int) {
        var broken: [String] = []
        var takenCount = 0
        for (name, bytes) in inputs {
            do {
                if try target.accepts(bytes) { takenCount += 1 }
            } catch {
                broken.append("\(target.name)/\(name): \(error)")
            }
        }
        return (broken, takenCount)
    }
}
