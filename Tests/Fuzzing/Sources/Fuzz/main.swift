import CLibFuzzer
import Foundation
import TestSupport

// Fuzz                                  names the targets
// FUZZ_TARGET=NAME Fuzz OPTION|FOLDER...  looks for bytes that break what NAME says of its parser, by libFuzzer's options
// FUZZ_TARGET=NAME Fuzz --taken FOLDER... names the files that the parser takes
//
// The name is in the environment because libFuzzer starts itself again, with its own options, to merge corpora.

/// Set once, before the driver starts.
nonisolated(unsafe) var target = FuzzTarget.all[0]

guard let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] else {
    for target in FuzzTarget.all { print(target.name) }
    exit(0)
}
guard let named = FuzzTarget.all.first(where: { $0.name == name }) else {
    print("there is no target '\(name)'; without FUZZ_TARGET, Fuzz names them")
    exit(64)
}
unsafe target = named

let words = CommandLine.arguments
if words.count > 1 && words[1] == "--taken" {
    for folder in words.dropFirst(2) {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)"
            if try named.accepts(Array(Data(contentsOf: URL(filePath: path)))) { print(path) }
        }
    }
    exit(0)
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
exit(
    unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, length in
        let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: length))
        do {
            _ = try unsafe target.accepts(input)
        } catch {
            // The driver keeps the input of what ends the process.
            print("broken: \(error)")
            fflush(nil)
            abort()
        }
        return 0
    })
