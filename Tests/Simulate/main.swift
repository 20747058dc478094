import Foundation
import Simulation

/// `simulate [--seeds FIRST..LAST] [--steps N] [--tell] [--home DIR]`: lives of whole federations, one a seed.
var first: UInt64 = 1
var last: UInt64 = 20
var steps = 120
var isTold = false
var home = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
var arguments = CommandLine.arguments.dropFirst()

func refuse(_ text: String) -> Never {
    FileHandle.standardError.write(Data("simulate: \(text)\n".utf8))
    exit(64)
}

while let argument = arguments.popFirst() {
    if argument == "--tell" {
        isTold = true
        continue
    }
    guard let value = arguments.popFirst() else { refuse("\(argument) has no value") }
    switch argument {
    case "--seeds":
        let parts = value.components(separatedBy: "..").compactMap { UInt64($0) }
        guard let from = parts.first, let to = parts.last, from <= to, parts.count <= 2 else {
            refuse("--seeds is FIRST..LAST, or one seed")
        }
        (first, last) = (from, to)
    case "--steps":
        guard let number = Int(value), number > 0 else { refuse("--steps is a number") }
        steps = number
    case "--home": home = value
    default: refuse("there is no option \(argument)")
    }
}

let folder = "\(home)/scrip-simulation-\(ProcessInfo.processInfo.processIdentifier)"
var hits = HitCounts()
var violations = 0
for seed in first...last {
    let home = "\(folder)/\(violations)"
    let (more, violation) = Campaign(seed: seed, steps: steps, home: home, isTold: isTold).run()
    hits.add(more)
    // A night's log is read while it is written.
    defer { fflush(nil) }
    guard let (step, reason) = violation else { continue }
    violations += 1
    print("VIOLATION seed \(seed) step \(step): \(reason)")
    print("  repeat it: scripts/simulate --seeds \(seed) --steps \(steps) --tell")
}
if violations == 0 {
    try? FileManager.default.removeItem(atPath: folder)
} else {
    print("the files of each violation are left in \(folder)")
}
for (name, count) in hits.counts.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(name)") }
// Who never met a fault has not lived through it; so with enough seeds each kind must have happened.
let kinds = [
    "death at", "power cuts with", "power cuts of idle machines", "write fails", "write is short",
    "fsync fails",
    "linkat fails", "unlinkat fails", "openat fails", "renameat fails", "clock jumps", "clones refused",
    "restores from a backup", "repaired regions", "regions with two selves", "lying votes",
    "partitions, one way",
    "delivery: half", "delivery: spoilt", "delivery: litter", "delivery: nothing", "delivery: headsFirst",
    "delivery: headsLast", "sync: evidence", "lying votes before the truth", "forged blocks",
    "records certified as invalid", "power cuts after a peer has pulled", "power cuts right after a command",
    "twice: rejected",
    "much: rejected overspent",
    "indexes set back", "charter drafted: the quorum", "charter drafted: a region's keys",
    "charter drafted: a new observer", "charter drafted: an observer that becomes a voter", "regions retired",
    "charter adopted by a new region", "charter of the same epoch refused", "charter signature lost",
    "deaths in charter sign", "settlements compared with the model", "trade at a price: admitted",
    "deaths in charter adopt", "deaths in charter line",
    "bearer issue: admitted", "bearer issue: awaiting", "files of codes taken up again",
    "deaths in issue --bearer",
    "code redeemed: admitted", "code redeemed: awaiting", "code traded: admitted", "code relocated: awaiting",
    "code mistyped, and refused", "code of nobody, worth nothing", "code of nobody: rejected not-owner",
    "code of nobody: rejected bad-signature", "code of another voucher: rejected not-owner",
    "code of another voucher: rejected bad-signature", "code used again: rejected",
    "code used in two regions: awaiting", "code used in two regions: one confirmed",
    "code used again: one confirmed", "forged: unsigned", "codes compared with the model",
    "vouchers in a chain that stands still", "charter drafted: the end of an old key",
    "seal refused until the new key is in force", "old key used, before the new charter is there: true",
    "old key used, before the new charter is there: false", "restores from a backup of before a rekey",
    "old key used by a liar",
    "chains that go on with a new key alone", "forks that operators look at",
    "charter drafted: a branch of a fork", "ruling refused by who holds the branch",
    "ruling refused by who holds the other branch", "ruling refused by the program of who forked",
    "forks that a charter has ruled on", "files of evidence, none against the honest",
]
let flaws = BlockFlaw.allCases.map { "invalid block: \($0.rawValue)" }
let missing =
    last - first + 1 < 100
    ? [] : (kinds + flaws).filter { kind in !hits.counts.keys.contains { $0.hasPrefix(kind) } }
for kind in missing { print("NEVER HIT: \(kind)") }
print("\(last - first + 1) seeds of \(steps) steps, \(violations) violations")
exit(violations == 0 && missing.isEmpty ? 0 : 1)
