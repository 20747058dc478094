import Testing

@testable import ScripCore

@Suite struct OwnQuorumTests {
    /// A charter with the lines of these regions, each good or by a key that is not the region's.
    private func signed(by names: [String], forgedBy forgers: [String] = []) throws -> SignedCharter {
        let federation = try TestFederation()
        let others = try TestFederation(salt: "other")
        var signatures: [NoteSignature] = []
        let text = federation.charter.text
        for name in names { signatures.append(try federation.keys(name).log.signature(on: text)) }
        for name in forgers {
            let good = try federation.keys(name).log.verifierKey
            let bad = try others.keys(name).log.signature(on: text)
            signatures.append(NoteSignature(name: good.name, keyHash: good.keyHash, payload: bad.payload))
        }
        return try SignedCharter(parsing: SignedNote(text: text, signatures: signatures).bytes)
    }

    @Test func aQuorumOfVotersIsEnough() throws {
        try signed(by: ["east", "south"]).checkOwnQuorum()
        try signed(by: ["east", "hq", "north", "south"]).checkOwnQuorum()
        try signed(by: ["east", "south"], forgedBy: ["north"]).checkOwnQuorum()
    }

    @Test func observersForgersAndRepeatersAreNone() throws {
        for (names, forgers) in [
            (["south"], []), (["south", "hq"], []), (["south"], ["east"]), (["south", "south"], []),
        ] as [([String], [String])] {
            let charter = try signed(by: names, forgedBy: forgers)
            #expect(throws: SignedCharterError.quorum(epoch: charter.charter.epoch, lacking: 1)) {
                try charter.checkOwnQuorum()
            }
        }
    }
}
