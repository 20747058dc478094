extension SignedCharter {
    /// Checks a charter that is trusted because of where it came from, and whose forerunner is not at hand: the quorum of
    /// its own voters must have signed it. Other lines are passed over, since they may be those of voters of the charter
    /// before.
    public func checkOwnQuorum() throws(SignedCharterError) {
        let lacking = charter.voters.filter { voter in
            !signatures.contains { voter.log.isValid($0, on: charter.text) }
        }
        guard charter.voters.count - lacking.count >= charter.quorumSize else {
            throw .missing(lacking.map(\.name))
        }
    }
}
