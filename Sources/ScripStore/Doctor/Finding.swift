public import ScripCore

/// Something that `doctor` found, and what to do about it: the line of type `finding` (scrip-doctor(1)).
///
/// `{"check":"keys","do":"chmod 600 north/private/log.pem","level":"wrong","subject":"private/log.pem","type":"finding","what":"others can read it (mode 0644)"}`
public struct Finding: Sendable, Equatable {
    public enum Level: String, Sendable {
        /// The region does not do, or will not do much longer, what it is for.
        case wrong
        /// It goes on, but somebody should look.
        case warning
    }

    /// What was looked at. The raw values are promised.
    public enum Check: String, Sendable, CaseIterable {
        case region, permissions, keys, hook, space, filesystem, clock, mark, index, heads, peer, voter, pool
        case quarantine, litter, alarm
    }

    public let check: Check
    public let level: Level
    /// A file below the region directory, a region, a peer or a record.
    public let subject: String
    public let what: String
    public let remedy: String

    init(_ check: Check, _ level: Level, _ subject: String, _ what: String, remedy: String) {
        self.check = check
        self.level = level
        self.subject = subject
        self.what = what
        self.remedy = remedy
    }

    public var json: JSON {
        .object([
            "type": "finding", "check": .string(check.rawValue), "level": .string(level.rawValue),
            "subject": .string(subject), "what": .string(what), "do": .string(remedy),
        ])
    }
}
