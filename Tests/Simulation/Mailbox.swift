/// A copy of one region's public folder as it arrives at another: late, in any order, in part, twice, or spoilt on the
/// way. What was lost comes again.
final class Mailbox {
    /// How much of what is new arrives.
    enum Delivery: String, CaseIterable {
        case whole, some, headsFirst, headsLast, half, spoilt, litter, nothing
    }

    let source: String
    let folder: String
    /// Paths that are held back, by how they begin.
    var withheld: [String] = []
    /// What arrives in the place of what lies at a path.
    private var forged: [String: [UInt8]] = [:]
    /// What was delivered of each path: its size, or -1 if it was not delivered as it is.
    private var delivered: [String: Int] = [:]

    /// `source` and `folder` are public folders.
    init(from source: String, to folder: String) {
        self.source = source
        self.folder = folder
        Files.makeFolder(folder)
    }

    /// From now on that arrives in the place of what lies at the path.
    func forge(_ path: String, _ bytes: [UInt8]) {
        forged[path] = bytes
        delivered[path] = nil
    }

    /// All arrives as it lies there again.
    func unforge() {
        for path in forged.keys { delivered[path] = nil }
        forged = [:]
    }

    private static func isReplaced(_ path: String) -> Bool {
        path == "heads.note" || path.hasPrefix("outbox/")
    }

    private static func isBeingWritten(_ path: String) -> Bool {
        path.split(separator: "/").last.map { $0.hasPrefix(".tmp-") } ?? false
    }

    /// Makes the copy like the original.
    func deliverAll() {
        for name in Files.list(folder).keys where delivered[name] == nil { Files.remove("\(folder)/\(name)") }
        var dice = Dice(seed: 0)
        deliver(.whole, deletes: true, &dice)
    }

    /// The next files arrive, and with `deletes` those go that are gone at the source.
    func deliver(_ delivery: Delivery, deletes: Bool, _ dice: inout Dice) {
        var files = Files.list(source).filter { path, _ in
            !Self.isBeingWritten(path)
                && (forged[path] != nil || !withheld.contains { path.hasPrefix($0) })
        }
        for (path, bytes) in forged where files[path] == nil { files[path] = bytes.count }
        var new = files.filter { delivered[$0.key] != $0.value || Self.isReplaced($0.key) }.keys.sorted()
        switch delivery {
        case .whole: break
        case .some: new = new.filter { _ in dice.chance(50) }
        case .headsFirst: new = new.filter { $0 == "heads.note" || $0.hasPrefix("outbox/") }
        case .headsLast: new = new.filter { $0 != "heads.note" }
        case .half, .spoilt, .litter: new.shuffle(using: &dice)
        case .nothing: new = []
        }
        for (number, path) in new.enumerated() {
            guard let bytes = forged[path] ?? Files.read("\(source)/\(path)") else { continue }
            switch delivery {
            case .half where number == 0 && !bytes.isEmpty:
                Files.write(Array(bytes.prefix(dice.number(0..<bytes.count))), to: "\(folder)/\(path)")
                delivered[path] = -1
            case .spoilt where number == 0 && !bytes.isEmpty:
                var changed = bytes
                changed[dice.number(0..<bytes.count)] ^= 1 << UInt8(dice.number(0..<8))
                Files.write(changed, to: "\(folder)/\(path)")
                delivered[path] = -1
            case .litter where number == 0:
                Files.write(bytes, to: "\(folder)/\(path).sync-conflict-20261120-101010-ABCDEFG")
                Files.write(dice.bytes(64), to: "\(folder)/\(path)~")
                fallthrough
            default:
                if delivered[path] == files[path], Files.read("\(folder)/\(path)") == bytes { continue }
                Files.write(bytes, to: "\(folder)/\(path)")
                delivered[path] = files[path]
            }
        }
        if !deletes { return }
        for path in delivered.keys.sorted() where files[path] == nil {
            Files.remove("\(folder)/\(path)")
            delivered[path] = nil
        }
    }
}
