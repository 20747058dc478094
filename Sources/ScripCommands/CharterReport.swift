internal import ScripCore
internal import ScripStore

/// What a command says of a charter: the line of type `charter`.
///
/// ```
/// {"epoch":1,"fault_limit":0,"federation":…,"genesis":…,"missing"?:[…],"quorum":"majority","quorum_size":2,
///  "regions":[…],"silent_limit":1,"type":"charter","voters":3}
/// ```
///
/// A later epoch has `previous`, and `lacking`, `rekey`, `retire`, `successor` and `rule` where there is any.
struct CharterReport {
    private let charter: Charter
    private let genesis: String
    private let signatures: CharterSignatures

    /// Reports on `signed`, which follows the last of `history`, or is one of it; `history` is nil in epoch 1.
    init(_ signed: SignedCharter, history: CharterHistory? = nil) throws(StoreError) {
        charter = signed.charter
        let before = history?.charter(of: charter.epoch - 1)
        if charter.epoch > 1 && before == nil {
            throw StoreError(
                .noInput, "charter",
                "this is a charter of epoch \(charter.epoch), and that of epoch \(charter.epoch - 1) is not here; "
                    + "name a region that has it with -C")
        }
        genesis = (history?.genesis ?? charter.digest).hexadecimal
        do {
            signatures = try CharterSignatures(signed, after: before)
        } catch {
            throw StoreError(.malformed, "charter", "\(error)")
        }
    }

    /// Whether the charter has all its signatures.
    var isComplete: Bool { signatures.isComplete }

    var json: JSON {
        var members: [String: JSON] = [
            "type": "charter", "federation": .string(charter.federation.text),
            "genesis": .string(genesis), "epoch": .integer(Int64(charter.epoch)),
            "quorum": .string(charter.quorum.text), "voters": .integer(Int64(charter.voterCount)),
            "quorum_size": .integer(Int64(charter.quorumSize)),
            "fault_limit": .integer(Int64(charter.faultLimit)),
            "silent_limit": .integer(Int64(charter.silentLimit)),
            "regions": .array(
                charter.regions.map { region in
                    .object([
                        "name": .string(region.name.text), "role": .string(region.role.rawValue),
                        "log": .string(region.log.text), "witness": .string(region.witness.text),
                    ])
                }),
        ]
        if let previous = charter.previous { members["previous"] = .string(previous.hexadecimal) }
        members.merge(changes) { _, new in new }
        if !signatures.missing.isEmpty {
            members["missing"] = .array(signatures.missing.map { .string($0.text) })
        }
        if !signatures.lacks.isEmpty {
            members["lacking"] = .array(
                signatures.lacks.map {
                    .object(["epoch": .integer(Int64($0.epoch)), "votes": .integer(Int64($0.count))])
                })
        }
        return .object(members)
    }

    private var changes: [String: JSON] {
        var members: [String: JSON] = [:]
        let changes = charter.changes
        for (kind, points) in [
            (CharterChanges.Kind.rekey, changes.rekeys), (.retire, changes.retirements),
            (.rule, changes.rulings),
        ] where !points.isEmpty {
            members[kind.rawValue] = .array(
                points.map {
                    .object([
                        "region": .string($0.region.text), "size": .integer(Int64($0.size)),
                        "root": .string($0.root.hexadecimal),
                    ])
                })
        }
        if !changes.successions.isEmpty {
            members[CharterChanges.Kind.successor.rawValue] = .array(
                changes.successions.map {
                    .object(["lost": .string($0.lost.text), "region": .string($0.heir.text)])
                })
        }
        return members
    }

    /// Prints the line, and warns of what the quorum does not bear. `awaiting` if signatures are missing.
    func print(_ invocation: Invocation) throws -> ExitStatus {
        try invocation.output.line(json)
        if charter.faultLimit == 0 {
            invocation.diagnostics.warn(
                "charter",
                "with \(charter.voterCount) voters and a quorum of \(charter.quorumSize), one voter that "
                    + "signs two verdicts can split the federation (fault_limit 0)")
        }
        if charter.silentLimit == 0 {
            invocation.diagnostics.warn(
                "charter",
                "with \(charter.voterCount) voters and a quorum of \(charter.quorumSize), one silent voter "
                    + "stops all confirmations (silent_limit 0)")
        }
        return isComplete ? .success : .awaiting
    }
}
