import CLibFuzzer
import Foundation
import TestSupport

// Fuzz                              names the targets
// Fuzz TARGET [OPTION|FOLDER]...    looks for bytes that break what TARGET says of its parser, with libFuzzer's options
// Fuzz TARGET --taken FOLDER...     names the files that the parser takes

/// Set once, before the driver starts.
nonisolated(unsafe) var target = FuzzTarget.all[0]

let words = CommandLine.arguments
guard words.count > 1 else {
    for target in FuzzTarget.all { print(target.name) }
    exit(0)
}
guard let named = FuzzTarget.all.first(where: { $0.name == words[1] }) else {
    print("there is no target '\(words[1])'; without arguments, Fuzz names them")
    exit(64)
}
unsafe target = named

if words.count > 2 && words[2] == "--taken" {
    for folder in words.dropFirst(3) {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)"
            if try named.accepts(Array(Data(contentsOf: URL(filePath: path)))) { print(path) }
        }
    }
    exit(0)
}

// The driver takes the name for the program's.
var count = CommandLine.argc - 1
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv + 1
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
