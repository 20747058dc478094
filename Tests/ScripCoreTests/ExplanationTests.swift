import Testing

@testable import ScripCore

/// What a person is told.
@Suite struct ExplanationTests {
    @Test(arguments: RefusalCode.allCases) func oneSentenceForEachCode(_ code: RefusalCode) throws {
        let samples = try SampleRecords()
        let voucher = try #require(VoucherID(SampleRecords.vouchers[0]))
        for type in RecordType.allCases {
            let record = try samples.bare(type)
            for named in [nil, voucher] {
                let text = Explanation.text(RuleFault(code, named), record)
                #expect(!text.isEmpty && !text.hasSuffix(".") && text.first?.isUppercase == false)
                #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
                // A refusal carries it as its reason, which has a limit.
                #expect((1...256).contains(text.utf8.count))
            }
        }
        #expect(Explanation.sealed(code).contains(code.rawValue))
    }

    /// Where one voucher is at fault it is named.
    @Test(arguments: [
        RefusalCode.unknownVoucher, .wrongRegion, .notOwner, .spent, .overspent, .notStarted, .expired,
        .notTransferable, .notRedeemableHere, .notVoidable, .reserved,
    ])
    func theVoucherIsNamed(_ code: RefusalCode) throws {
        let record = try SampleRecords().bare(.redeem)
        let voucher = try #require(VoucherID(SampleRecords.vouchers[1]))
        #expect(Explanation.text(RuleFault(code, voucher), record).contains(voucher.description))
    }

    /// Faults of the record as a whole speak of the record.
    @Test func withoutAVoucher() throws {
        let samples = try SampleRecords()
        for (type, code, text) in [
            (.refund, .unknownVoucher, "no such redemption is sealed here"),
            (.trade, .wrongRegion, "the record belongs in the chain of another region"),
            (.refund, .notOwner, "the redemption was at another merchant"),
            (.trade, .notOwner, "the signer does not own one of the vouchers"),
            (.redeem, .spent, "one of the vouchers was changed since by another record"),
            (.issue, .duplicate, "the chain holds a record with the same id or ref already"),
            (.issue, .deadline, "the record's deadline has passed"),
        ] as [(RecordType, RefusalCode, String)] {
            #expect(Explanation.text(RuleFault(code), try samples.bare(type)) == text)
        }
    }
}
