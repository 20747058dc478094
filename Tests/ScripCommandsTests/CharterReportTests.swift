import ScripCore
import ScripCrypto
import Testing

@testable import ScripCommands

@Suite struct CharterReportTests {
    @Test func draft() throws {
        let federation = FederationName("example.org/vouchers")!
        var regions: [CharterRegion] = []
        for (number, name) in ["east", "hq", "north", "south"].enumerated() {
            let region = RegionName(name)!
            func key(_ kind: VerifierKey.Kind) -> VerifierKey {
                let seed = [UInt8](repeating: UInt8(10 * number) + kind.rawValue, count: 32)
                return VerifierKey(
                    kind: kind, of: region, in: federation,
                    key: Ed25519PrivateKey(seed: Bytes32(seed)!).publicKey)
            }
            regions.append(
                CharterRegion(
                    name: region, role: name == "hq" ? .observer : .voter, log: key(.log),
                    witness: key(.witness)))
        }
        let charter = try Charter(
            federation: federation, epoch: 1, previous: nil, quorum: .twoThirds, regions: regions)
        let document = try JSONDocument(
            CharterReport(SignedCharter(draft: charter)).json.canonical, form: .canonical)
        let root = document.root
        #expect(root.member("type")?.text == "charter")
        #expect(root.member("genesis")?.text == charter.digest.hexadecimal)
        #expect(root.member("quorum")?.text == "two-thirds")
        #expect(root.member("voters")?.integer == 3)
        #expect(root.member("quorum_size")?.integer == 3)
        #expect(root.member("fault_limit")?.integer == 2)
        #expect(root.member("silent_limit")?.integer == 0)
        #expect(root.member("missing")?.elements.map(\.text) == ["east", "hq", "north", "south"])
        let listed = try #require(root.member("regions")?.elements)
        #expect(listed.map { $0.member("role")?.text } == ["voter", "observer", "voter", "voter"])
        #expect(listed[1].member("log")?.text == regions[1].log.text)
        // What init prints reads back.
        for region in regions {
            #expect(try CharterRegion(parsing: Array(region.line.utf8)) == region)
        }
    }
}
