internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The history of vouchers as a graph for Graphviz: records as boxes, from each to the next an arrow for the voucher, at
/// its end what it is now. Vouchers that splits and refunds connect with it are drawn, too.
struct HistoryGraph {
    /// Vouchers that are drawn, so that a split into thousands stays a picture.
    private static let vouchersMax = 200

    /// The life of a voucher; nil if there is none.
    let life: (VoucherID) throws -> VoucherLife?
    let issuerName: (Address) throws -> String?

    /// The text for dot(1) of `vouchers`, which exist, and their family.
    func text(_ vouchers: [VoucherID]) throws -> String {
        var waiting = vouchers[...]
        var known = Set(vouchers)
        var records: Set<Digest> = []
        var result = """
            digraph history {
              graph [rankdir=TB, fontname="sans-serif"]
              node [fontname="sans-serif", fontsize=11, shape=box, style="rounded"]
              edge [fontname="sans-serif", fontsize=9]

            """
        while let id = waiting.popFirst() {
            guard let life = try life(id) else { continue }
            result += try draw(life, isSubject: vouchers.contains(id), &records)
            var relatives = life.origin.map { [$0] } ?? []
            for event in life.events {
                relatives += event.parts.map(\.voucher) + event.refunds.map(\.voucher)
            }
            for relative in relatives where !known.contains(relative) {
                if known.count >= Self.vouchersMax {
                    result += "  more [label=\"more vouchers are not drawn\", shape=plaintext]\n"
                    break
                }
                known.insert(relative)
                waiting.append(relative)
            }
        }
        return result + "}\n"
    }

    private func draw(
        _ life: VoucherLife, isSubject: Bool, _ records: inout Set<Digest>
    ) throws -> String {
        let currency = life.report.state.kind.terms.value.currency
        let style = isSubject ? ", penwidth=2" : ""
        var result = ""
        for (number, event) in life.events.enumerated() {
            if records.insert(event.record.id).inserted { result += try box(event, currency) }
            let next =
                number + 1 < life.events.count
                ? Self.name(life.events[number + 1].record.id) : "\"voucher \(life.id)\""
            let label = [
                "\(life.id.description.prefix(8))\u{2026}",
                Money.text(amount: Int128(event.remaining), currency: currency), try name(event.owner),
            ]
            result += "  \(Self.name(event.record.id)) -> \(next) [label=\(Self.quoted(label))\(style)]\n"
            for refund in event.refunds {
                let amount = Money.text(amount: Int128(refund.amount), currency: currency)
                result += "  \(Self.name(event.record.id)) -> \(Self.name(refund.record)) "
                result += "[label=\(Self.quoted(["refunded", amount])), style=dashed]\n"
            }
        }
        let report = life.report
        let end = [
            "voucher \(life.id.description.prefix(8))\u{2026}",
            "\(report.status.rawValue), \(Money.text(amount: Int128(report.state.remaining), currency: currency))",
        ]
        let shape = "shape=ellipse, style=solid\(style)"
        return result + "  \"voucher \(life.id)\" [label=\(Self.quoted(end)), \(shape)]\n"
    }

    private func box(_ event: VoucherLife.Event, _ currency: Currency) throws -> String {
        var label = [event.record.type.rawValue]
        switch event.record.body {
        case .issue(let issue):
            label.append("by \(try name(issue.issuer)), \(issue.count)\u{d7} \(issue.terms.value.text)")
        case .trade(let trade):
            let price = trade.price.map { " for \($0.text)" } ?? ""
            label.append("to \(try name(trade.to))\(price)")
        case .redeem(let redemption):
            let total = redemption.vouchers.reduce(Int128(0)) { $0 + Int128($1.amount) }
            let amount = Money.text(amount: total, currency: currency)
            label.append("\(amount) at \(try name(redemption.merchant))")
        case .refund(let refund): label.append("by \(try name(refund.merchant))")
        case .split(let split): label.append("into \(split.amounts.count)")
        case .void(let void): label.append("by \(try name(void.issuer)): \(void.reason.prefix(40))")
        case .accredit: break
        }
        let time = event.place.time.text
        label.append("\(time.prefix(10)) \(time.dropFirst(11).prefix(8))")
        label.append("\(event.place.chain)/\(event.place.height), \(event.status.rawValue)")
        let style =
            switch event.status {
            case .confirmed: ""
            case .disputed: ", color=red"
            default: ", style=\"rounded,dashed\""
            }
        return "  \(Self.name(event.record.id)) [label=\(Self.quoted(label))\(style)]\n"
    }

    private func name(_ address: Address) throws -> String {
        try issuerName(address) ?? DisplayText.short(address)
    }

    private static func name(_ record: Digest) -> String { "\"record \(record.hexadecimal)\"" }

    /// Lines as a string of the dot language.
    private static func quoted(_ lines: [String]) -> String {
        let texts = lines.map { line in
            var result = ""
            for character in DisplayText.safe(line) {
                if character == "\"" || character == "\\" { result += "\\" }
                result.append(character)
            }
            return result
        }
        return "\"\(texts.joined(separator: "\\n"))\""
    }
}
