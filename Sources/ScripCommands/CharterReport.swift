internal import ScripCore
internal import ScripStore

/// What a command says of a charter: the line of type `charter`.
///
/// ```
/// {"epoch":1,"fault_limit":0,"federation":…,"genesis":…,"missing"?:[…],"quorum":"majority","quorum_size":2,
///  "regions":[…],"silent_limit":1,"type":"charter","voters":3}
/// ```
struct CharterReport {
    private let signed: SignedCharter

    init(_ signed: SignedCharter) {
        self.signed = signed
    }

    var json: JSON {
        let charter = signed.charter
        var members: [String: JSON] = [
            "type": "charter", "federation": .string(charter.federation.text),
            "genesis": .string(charter.digest.hexadecimal), "epoch": .integer(Int64(charter.epoch)),
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
        let missing = signed.missingSigners
        if !missing.isEmpty { members["missing"] = .array(missing.map { .string($0.text) }) }
        return .object(members)
    }

    /// Prints the line, and warns of what the quorum does not bear. `awaiting` if signatures are missing.
    func print(_ invocation: Invocation) throws -> ExitStatus {
        try invocation.output.line(json)
        let charter = signed.charter
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
        return signed.missingSigners.isEmpty ? .success : .awaiting
    }
}
