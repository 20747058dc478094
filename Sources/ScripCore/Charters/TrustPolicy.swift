extension Charter {
    /// The charter as a C2SP tlog-policy, for tools that check proofs and know nothing of verdicts:
    ///
    ///     log example.org/vouchers/north+f7a70208+AY5iZRwMVeOADl5aXTKA0VuooyzGCp2f+AUEVIIOY2pc
    ///     witness example.org/vouchers/north/witness example.org/vouchers/north/witness+7263df48+BEly…
    ///     group voters 2 example.org/vouchers/north/witness example.org/vouchers/south/witness
    ///     quorum voters
    ///
    /// A log for every chain, a witness for every voter, and the quorum of the charter over them. Witnesses go
    /// by the names of their keys: a region may be called `none` or `voters`, and those words are taken.
    public var trustPolicy: [UInt8] {
        var lines = ["# Cosigned is not yet valid: only a certificate says which records are."]
        lines += voters.map { "log \($0.log.text)" }
        lines += voters.map { "witness \($0.witness.name) \($0.witness.text)" }
        lines.append("group voters \(quorumSize) \(voters.map(\.witness.name).joined(separator: " "))")
        lines.append("quorum voters")
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }
}
