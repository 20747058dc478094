internal import ScripCore
internal import ScripCrypto

/// Judges the records of one block in order and applies the valid ones to the index.
final class RecordApplier {
    private let index: LedgerIndex
    private let chain: Int64
    private let time: Timestamp
    private let rules: Rules
    private let view: IndexView
    /// What the valid records make regions owe each other.
    private(set) var debts = BlockDebts()
    private let onValid: ((RecordBody, Effects) throws -> Void)?

    init(
        index: LedgerIndex, chain: RegionName, epoch: Epoch, time: Timestamp, seen: [RegionName: Int],
        onValid: ((RecordBody, Effects) throws -> Void)? = nil
    ) throws {
        self.onValid = onValid
        self.index = index
        self.chain = try index.id(of: chain)
        self.time = time
        rules = Rules(
            sealing: chain, time: time, served: epoch.regions(servedBy: chain, seen: seen))
        view = try IndexView(index, chain: chain, seen: seen)
    }

    /// Judges the line at the leaf index `position` of a sealed block. Whatever the verdict, its id and reference
    /// count from now on. Returns the record, if the line is one, and its code if it is invalid; throws
    /// `BlockFault` where the record makes the whole block invalid.
    func apply(_ line: CheckedLine, at position: Int) throws -> (Record?, RefusalCode?) {
        guard case .record(let record, let signatureFault) = line.content else { return (nil, .malformed) }
        for attestation in record.attestations where attestation.time > time {
            throw BlockFault(
                .time, "its time is before that of an attestation in the record at index \(position)")
        }
        let isNew = try index.addRecord(record.id, chain, position)
        var isRepeat = !isNew
        if let reference = record.body.reference,
            try !index.addReference(reference, chain, record.id)
        {
            isRepeat = true
        }
        let code: RefusalCode?
        if signatureFault != nil {
            code = .badSignature
        } else {
            view.startRecord(isRepeat: isRepeat)
            switch try rules.evaluate(record, in: view) {
            case .valid(let effects):
                try index.apply(effects, of: record.id, sequences: view.sequences, chain, position)
                try debts.add(record, effects)
                try onValid?(record.body, effects)
                code = nil
            case .invalid(let fault): code = fault.code
            }
        }
        // The entry of an id that stands twice is that of its first place.
        if let code, isNew { try index.setRecordCode(record.id, chain, code) }
        return (record, code)
    }

    /// Judges a record that may become the one at `position`, and applies it only if it is valid.
    func applyIfValid(_ record: Record, at position: Int) throws -> RuleFault? {
        view.startRecord(isRepeat: nil)
        switch try rules.evaluate(record, in: view) {
        case .invalid(let fault): return fault
        case .valid(let effects):
            let sequences = view.sequences
            _ = try index.addRecord(record.id, chain, position)
            if let reference = record.body.reference {
                _ = try index.addReference(reference, chain, record.id)
            }
            try index.apply(effects, of: record.id, sequences: sequences, chain, position)
            try debts.add(record, effects)
            return nil
        }
    }
}
