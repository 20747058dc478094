internal import ScripCore

/// The events of a run, kept until what they tell is durable. They take little memory, however many there are: what does
/// not fit lies in a file in staging, and of files that are of no use, or records that wait, only the first of each
/// folder are told one by one.
final class EventSpool {
    private let publisher: Publisher
    /// Lines, each `<event> <fault?> <json>`.
    private var buffer: [UInt8] = []
    private var spilled: StagedFile?
    /// What of that file counts, in bytes.
    private var spilledSize: Int64 = 0
    private var mayBeSpilled = true
    /// What a second look would bring again, by the hash of its line.
    private var told: Set<UInt64> = []
    private var crowds: [Crowd: Int] = [:]

    private struct Crowd: Hashable {
        let event: String
        let isFault: Bool
        let peer: String
        let folder: String
    }

    private static let bufferBytesMax = 1 << 20
    /// Events of one crowd that are told one by one.
    private static let crowdMax = 100
    /// Events that are remembered, so that they are told once.
    private static let toldMax = 1 << 18

    init(_ publisher: Publisher) {
        self.publisher = publisher
    }

    /// Adds an event, unless it is one that was told and may be met again.
    func add(_ event: SyncEvent) {
        let line = event.json.canonical
        if event.mayRepeat {
            if told.count < Self.toldMax {
                guard told.insert(Self.hash(line)).inserted else { return }
            } else if told.contains(Self.hash(line)) {
                return
            }
            if let crowd = event.crowd {
                let key = Crowd(
                    event: event.event, isFault: event.isFault, peer: crowd.peer, folder: crowd.folder)
                crowds[key, default: 0] += 1
                if crowds[key, default: 0] > Self.crowdMax { return }
            }
        }
        append(event.event, event.isFault, line)
    }

    private func append(_ event: String, _ isFault: Bool, _ line: [UInt8]) {
        buffer += Array("\(event) \(isFault ? 1 : 0) ".utf8) + line
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferBytesMax, mayBeSpilled { spill() }
    }

    /// Moves what is in memory to a file. Where there is no room for one, it stays in memory.
    private func spill() {
        do {
            let file = try spilled ?? publisher.stage()
            spilled = file
            try file.append(buffer)
            spilledSize = file.size
            buffer.removeAll(keepingCapacity: true)
        } catch {
            // What was written of it does not count.
            mayBeSpilled = false
        }
    }

    /// Tells all events in their order, and forgets them.
    func tell(_ onEvent: (SyncEvent) throws -> Void) throws {
        for (crowd, count) in crowds.sorted(by: {
            ($0.key.peer, $0.key.folder) < ($1.key.peer, $1.key.folder)
        })
        where count > Self.crowdMax {
            let event = SyncEvent.more(
                crowd.event, isFault: crowd.isFault, crowd.peer, crowd.folder, count: count - Self.crowdMax)
            append(event.event, event.isFault, event.json.canonical)
        }
        crowds = [:]
        var rest: [UInt8] = []
        if let spilled {
            var position: Int64 = 0
            while position < spilledSize {
                let wanted = Int(min(spilledSize - position, Int64(Self.bufferBytesMax)))
                let count = try spilled.file.read(at: position, atMost: wanted, into: &rest)
                if count == 0 { break }
                position += Int64(count)
                rest = try tellLines(rest, onEvent)
            }
            spilled.discard()
        }
        spilled = nil
        spilledSize = 0
        rest = try tellLines(rest + buffer, onEvent)
        buffer = []
    }

    /// Tells the whole lines; returns what comes after them.
    private func tellLines(_ bytes: [UInt8], _ onEvent: (SyncEvent) throws -> Void) throws -> [UInt8] {
        var start = 0
        while let end = bytes.span.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            let parts = bytes[start..<end].split(separator: UInt8(ascii: " "), maxSplits: 2)
            if parts.count == 3 {
                try onEvent(
                    SyncEvent(
                        String(decoding: parts[0], as: UTF8.self),
                        isFault: parts[1].first == UInt8(ascii: "1"),
                        line: Array(parts[2])))
            }
            start = end + 1
        }
        return Array(bytes[start...])
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ line: [UInt8]) -> UInt64 {
        line.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
