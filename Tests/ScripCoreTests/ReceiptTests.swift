import ScripCrypto
import Testing

@testable import ScripCore

@Suite struct ReceiptTests {
    let federation: TestFederation
    /// Leaves of a chain; those from 20 on are the block of height 17, whose records are 21 ... 30.
    let leaves: [[UInt8]]
    let tree: GrownTree
    let id = String(repeating: "ab", count: 32)

    init() throws {
        federation = try TestFederation()
        let id = id
        leaves = (0..<31).map { Array("{\"id\":\"\(id)\",\"v\":\($0)}".utf8) }
        var before = MerkleFrontier()
        for leaf in leaves[..<20] { before.append(MerkleTree.leafHash(leaf.span)) }
        tree = GrownTree(before, leafHashes: leaves[20...].map { MerkleTree.leafHash($0.span) })
    }

    /// The certificate of east and south.
    private func certificate(
        invalid: [VerdictText.Invalid] = [], from: Int = 20, times: [Int64] = [1_795_003_912, 1_795_003_999]
    ) throws -> Certificate {
        let checkpoint = Checkpoint(
            chain: try region("north"), federation: federation.name, size: 31, root: tree.root)
        let log = try federation.keys("north").log
        let seal = try VerifiedCheckpoint(
            sealing: checkpoint.signed(by: log), chain: region("north"), charter: federation.charter)
        let verdict = try VerdictText(
            checkpoint: checkpoint, charterEpoch: 1, height: 17, from: from, invalid: invalid)
        let votes = try zip(["south", "east"], times).map { name, time in
            try Vote(
                casting: verdict, on: seal, voter: region(name), log: federation.keys(name).log,
                witness: federation.keys(name).witness, timeSeconds: time
            ).check(charter: federation.charter)
        }
        return try #require(Certificate(assembling: votes, charter: federation.charter))
    }

    private func receipt(
        at index: Int = 25, leaf: Int? = nil, of path: Int? = nil, _ certificate: Certificate? = nil
    ) throws -> Receipt {
        let hashes = try #require(tree.inclusion(of: path ?? index))
        let certificate = try certificate ?? self.certificate()
        let receipt = Receipt(
            record: leaves[leaf ?? index], index: index, hashes: hashes, certificate: certificate)
        return try #require(receipt)
    }

    @Test func everyRecordOfTheBlockIsProved() throws {
        for index in 21...30 {
            let receipt = try receipt(at: index)
            let checked = try receipt.check(charter: federation.charter)
            #expect(checked.status == .confirmed && checked.index == index)
            #expect(checked.record == leaves[index] && checked.id?.hexadecimal == id)
            #expect(checked.certificate.voters.map(\.text) == ["east", "south"])
            #expect(checked.time?.seconds == 1_795_003_999)
            #expect(try Receipt(parsing: receipt.line) == receipt)
            #expect(try TransparencyProof(parsing: receipt.proof.bytes) == receipt.proof)
        }
    }

    @Test func anInvalidRecordIsRejected() throws {
        let certificate = try certificate(invalid: [.init(index: 25, code: .spent)])
        let checked = try receipt(certificate).check(charter: federation.charter)
        #expect(checked.status == .rejected && checked.code == .spent)
        #expect(try receipt(at: 26, certificate).check(charter: federation.charter).status == .confirmed)
    }

    @Test func everyFlippedBitIsRefused() throws {
        let line = try receipt().line
        for position in line.indices {
            for bit in 0..<8 {
                var flipped = line
                flipped[position] ^= 1 << UInt8(bit)
                let isRefused: Bool
                do throws(ReceiptError) {
                    _ = try Receipt(parsing: flipped).check(charter: federation.charter)
                    isRefused = false
                } catch {
                    isRefused = true
                }
                #expect(isRefused, "bit \(bit) of byte \(position)")
            }
        }
        for length in 0..<line.count {
            #expect(throws: ReceiptError.self) { try Receipt(parsing: Array(line[..<length])) }
        }
    }

    @Test func anotherPlaceLeafOrPathIsRefused() throws {
        let charter = federation.charter
        func refusal(_ receipt: Receipt) -> ReceiptError? {
            do throws(ReceiptError) {
                _ = try receipt.check(charter: charter)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(try receipt(at: 25, leaf: 26)) == .notIncluded)
        #expect(refusal(try receipt(at: 25, leaf: 26, of: 26)) == .notIncluded)
        #expect(refusal(try receipt(at: 25, of: 26)) == .notIncluded)
        // The block line is no record, nor is a leaf of an earlier block, although both are in the tree.
        #expect(refusal(try receipt(at: 20)) == .index(20, height: 17))
        let later = try certificate(from: 22)
        #expect(refusal(try receipt(at: 21, later)) == .index(21, height: 17))
        #expect(refusal(try receipt(at: 22, later)) == .index(22, height: 17))
        #expect(refusal(try receipt(at: 23, later)) == nil)
    }

    @Test func anotherFederationJudgesNothing() throws {
        let receipt = try receipt()
        let renamed = try TestFederation(name: "example.org/other").charter
        #expect(throws: ReceiptError.noChain("example.org/vouchers/north")) {
            try receipt.check(charter: renamed)
        }
        let rekeyed = try TestFederation(salt: "other").charter
        #expect(throws: ReceiptError.certificate(.stranger("example.org/vouchers/east"))) {
            try receipt.check(charter: rekeyed)
        }
        let strict = try TestFederation(quorum: .votes(3)).charter
        #expect(throws: ReceiptError.certificate(.voterCount(2, expected: 3))) {
            try receipt.check(charter: strict)
        }
    }

    @Test func aTimeBeyondTheCalendarIsNone() throws {
        let certificate = try certificate(times: [1, .max])
        #expect(try receipt(certificate).check(charter: federation.charter).time == nil)
    }

    @Test func aProofIsReadStrictly() throws {
        let bytes = try receipt().proof.bytes
        for (old, new) in [
            ("@v1", "@v2"), ("extra ", "extra  "), ("index 25", "index 025"), ("index 25", "index +25"),
            ("index 25\n", "index 25\n\n"), ("extra ", "Extra "),
        ] {
            #expect(throws: TransparencyProofError.self, "\(old)") {
                try TransparencyProof(parsing: bytes.replacing(old, by: new))
            }
        }
        #expect(throws: TransparencyProofError.self) { try TransparencyProof(parsing: []) }
        #expect(throws: TransparencyProofError.noCheckpoint) {
            try TransparencyProof(parsing: Array("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\n".utf8))
        }
        let long = [UInt8](repeating: 0x61, count: TransparencyProof.leafByteCountMax + 1)
        #expect(Receipt(record: long, index: 25, hashes: [], certificate: try certificate()) == nil)
    }
}

@Suite struct GrownTreeTests {
    /// Every leaf of every last block of every tree up to 40 leaves.
    @Test func provesEveryLeafOfTheLastBlock() throws {
        let hashes = (0..<40).map { MerkleTree.leafHash([UInt8($0)].span) }
        for size in 1...40 {
            var whole = MerkleFrontier()
            for hash in hashes[..<size] { whole.append(hash) }
            var before = MerkleFrontier()
            for first in 0..<size {
                let tree = GrownTree(before, leafHashes: Array(hashes[first..<size]))
                #expect(tree.root == whole.root && tree.size == size)
                for index in first..<size {
                    let proof = try #require(tree.inclusion(of: index))
                    #expect(
                        MerkleProof.verifyInclusion(
                            leafHash: hashes[index], index: index, size: size, proof: proof, root: whole.root)
                    )
                }
                #expect(tree.inclusion(of: first - 1) == nil && tree.inclusion(of: size) == nil)
                before.append(hashes[first])
            }
        }
    }
}
