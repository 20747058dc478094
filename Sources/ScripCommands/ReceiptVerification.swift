internal import ScripCore
internal import ScripStore

/// `scrip verify --receipt`: receipts, one a line, judged by the charter alone.
struct ReceiptVerification {
    let path: String
    /// The charter that the user trusts; that of the region if nil.
    let charterPath: String?
    let invocation: Invocation

    private static let bytesMax = 64 << 20

    func run() throws -> ExitStatus {
        let bytes = try UserFile.contents(path, limit: Self.bytesMax, world: invocation.world)
        let name = UserFile.name(path)
        if bytes.starts(with: Array("c2sp.org/tlog-proof".utf8)) {
            throw StoreError(
                .malformed, name,
                """
                this is a bare tlog-proof, which shows that a record is in the chain, and not that it is valid; \
                give the receipt that 'scrip prove' prints
                """)
        }
        guard !bytes.isEmpty else { throw StoreError(.malformed, name, "it is empty; it holds no receipt") }
        let charters = try charters()
        var status = ExitStatus.success
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        for (number, line) in lines.enumerated() {
            let place = lines.count == 1 ? name : "\(name):\(number + 1)"
            status = status.worse(try judge(Array(line), place, charters))
        }
        return status
    }

    /// The charter that is given, or all that the region has.
    private func charters() throws -> [Charter] {
        guard let charterPath else {
            return try invocation.openRegion().signedCharters.map(\.charter)
        }
        return [try CharterFile.trusted(charterPath, invocation)]
    }

    private func judge(_ line: [UInt8], _ place: String, _ charters: [Charter]) throws -> ExitStatus {
        let checked: CheckedReceipt
        do throws(ReceiptError) {
            let receipt = try Receipt(parsing: line)
            guard let newest = charters.last else { return .internalFault }
            let charter = charters.first { $0.epoch == receipt.charterEpoch } ?? newest
            if let epoch = receipt.charterEpoch, epoch != charter.epoch {
                invocation.diagnostics.report(
                    place,
                    """
                    the receipt names the charter of epoch \(epoch), and this one is of epoch \(charter.epoch); \
                    give that one with --charter
                    """)
                return .rejected
            }
            checked = try receipt.check(charter: charter)
        } catch {
            invocation.diagnostics.report(place, "\(error)")
            return error.isMalformed ? .malformed : .rejected
        }
        try invocation.output.line(checked.json)
        invocation.diagnostics.note(place, checked.summary)
        return checked.code == nil ? .success : .rejected
    }
}
