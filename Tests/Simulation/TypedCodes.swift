internal import ScripCore

/// Bearer codes as people type them.
enum TypedCodes {
    private static let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
    /// Behind `scrip1`.
    private static let dataStart = 6

    /// The code, in one of the ways that are good.
    static func right(_ code: BearerCode, _ dice: inout Dice) -> String {
        dice.pick([
            code.text, code.grouped, code.grouped.uppercased(),
            code.grouped.split(separator: " ").joined(separator: "-"),
        ])
    }

    /// The code with one mistake in it, of those that people make.
    static func wrong(_ code: BearerCode, _ dice: inout Dice) -> String {
        var text = Array(code.text)
        let place = dice.number(dataStart..<text.count)
        switch dice.number(0..<4) {
        case 0: text[place] = dice.pick(letters.filter { $0 != text[place] })
        case 1: text.remove(at: place)
        case 2: text.insert(dice.pick(letters), at: place)
        default:
            // Two neighbours that differ; the data of a code is hardly ever one letter throughout.
            guard let first = (dataStart..<text.count - 1).first(where: { text[$0] != text[$0 + 1] }) else {
                text.removeLast()
                break
            }
            text.swapAt(first, first + 1)
        }
        return String(text)
    }
}
