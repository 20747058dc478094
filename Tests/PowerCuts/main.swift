import Foundation
import Simulation

/// `powercuts [COMMAND]... [--seed N] [--stride N] [--subsets N] [--lie KIND] [--home DIR] [--list]`, and to repeat one case
/// `--moment`, `--call`, `--kept`, `--index`, `--pulled`.
var options = PowerCutOptions()
var home = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
var arguments = CommandLine.arguments.dropFirst()

func refuse(_ text: String) -> Never {
    FileHandle.standardError.write(Data("powercuts: \(text)\n".utf8))
    exit(64)
}

func number(_ text: String, _ option: String) -> Int {
    guard let number = Int(text), number >= 0 else { refuse("\(option) is a number") }
    return number
}

while let argument = arguments.popFirst() {
    guard argument.hasPrefix("--") else {
        options.commands.append(argument)
        continue
    }
    if argument == "--list" {
        for name in PowerCutSweep.commands(options) { print(name) }
        exit(0)
    }
    guard let value = arguments.popFirst() else { refuse("\(argument) has no value") }
    switch argument {
    case "--seed": options.seed = UInt64(number(value, argument))
    case "--stride": options.stride = max(1, number(value, argument))
    case "--subsets": options.subsetsMax = max(1, number(value, argument))
    case "--call": options.call = number(value, argument)
    case "--kept": options.subset = value
    case "--index":
        guard let index = PowerCutOptions.Index(rawValue: value) else {
            refuse("--index is kept, lost, before or cut")
        }
        options.index = index
    case "--moment":
        guard let moment = PowerCutOptions.Moment(rawValue: value) else {
            refuse("--moment is at-once or later")
        }
        options.moment = moment
    case "--lie":
        guard let lie = PowerCutOptions.Lie(rawValue: value) else {
            refuse("--lie is names, contents or remains")
        }
        options.lie = lie
    case "--pulled": options.isPulled = value == "yes"
    case "--home": home = value
    default: refuse("there is no option \(argument)")
    }
}
if PowerCutSweep.commands(options).isEmpty { refuse("there is no such command; --list names all") }

func row(_ cells: [String]) { print("| \(cells.joined(separator: " | ")) |") }

let folder = "\(home)/scrip-powercuts-\(ProcessInfo.processInfo.processIdentifier)"
var sum = (calls: 0, subsets: 0, states: 0, failures: 0)
var isEmpty = false
let start = Date()
do {
    let sweep = try PowerCutSweep(home: folder, options: options) {
        print("FAILURE \($0)")
        fflush(nil)
    }
    row([
        "command", "calls that change something", "changes not durable, at most", "subsets", "states",
        "failures",
    ])
    print("|---|---|---|---|---|---|")
    try sweep.run { report in
        row([
            report.command, "\(report.calls)", "\(report.changesMax)", "\(report.subsets)",
            "\(report.states)",
            "\(report.failures.count)",
        ])
        fflush(nil)
        sum.calls += report.calls
        sum.subsets += report.subsets
        sum.states += report.states
        sum.failures += report.failures.count
        if report.calls == 0 || report.changesMax == 0 {
            print(
                "NEVER CUT: \(report.command) had no call that changes something, or nothing that was not durable"
            )
            isEmpty = true
        }
    }
    row(["in all", "\(sum.calls)", "", "\(sum.subsets)", "\(sum.states)", "\(sum.failures)"])
} catch {
    print("FAILURE \(error)")
    sum.failures += 1
}
try? FileManager.default.removeItem(atPath: folder)
print("\(sum.failures) failures in \(Int(Date().timeIntervalSince(start))) s")
exit(sum.failures == 0 && !isEmpty ? 0 : 1)
