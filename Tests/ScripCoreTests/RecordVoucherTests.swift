import ScripCrypto
import Testing

@testable import ScripCore

/// Voucher ids: the first 16 bytes of SHA-256("scrip voucher v1\n", id of the creating record, index as u32
/// BE).
@Suite struct RecordVoucherTests {
    /// Computed with Python's hashlib for the record id 00 01 02 … 1f.
    @Test(arguments: [
        (0, "30d3fdadd5af4eb8e2612208a9db5520"),
        (1, "536d609b37aa3e285f2521cb6a881571"),
        (255, "6c419b66b72c6e308e507af1da0d7d5d"),
        (256, "d245f7dccd7ff07f8a042676cc3137fb"),
        (258, "966ae8539d8f550439ea6653bf9e8aba"),
        (4095, "b93bdc59cd378fa2fbc6776a0a77cbc7"),
    ])
    func derivation(index: Int, text: String) throws {
        let record = try #require(Digest((0..<32).map { UInt8($0) }))
        let id = VoucherID(createdBy: record, index: index)
        #expect(id.description == text)
        #expect(VoucherID(text) == id)
    }

    @Test func idsDoNotRepeat() {
        var ids: Set<VoucherID> = []
        for record in [SHA256.hash([1]), SHA256.hash([2])] {
            for index in 0..<Record.vouchersMax { ids.insert(VoucherID(createdBy: record, index: index)) }
        }
        #expect(ids.count == 2 * Record.vouchersMax)
    }

    @Test(arguments: [
        "", "0", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeff0",
        "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabbccddeefg",
        " 0112233445566778899aabbccddeeff",
    ])
    func badTexts(_ text: String) {
        #expect(VoucherID(text) == nil)
    }

    @Test func orderIsThatOfTheBytes() {
        let texts = ["00", "01", "7f", "80", "ff"].map { $0 + String(repeating: "0", count: 30) }
        let ids = texts.compactMap { VoucherID($0) }
        #expect(ids.shuffled().sorted().map(\.description) == texts)
    }
}
