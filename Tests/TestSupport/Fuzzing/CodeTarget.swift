internal import ScripCore

extension FuzzTarget {
    /// Typed bearer codes: what is one is read again from each way to type it. The bytes also make a code of their own:
    /// one wrong, missing, superfluous or swapped character is never taken for a code, and no message shows any of it.
    static let code = FuzzTarget("code") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let parsed = try read(text)
        if let parsed {
            try require(BearerCode.resembles(text), "a code does not resemble one")
            for typed in [parsed.text, parsed.grouped, parsed.text.uppercased(), parsed.grouped.uppercased()]
            {
                try require(try read(typed)?.text == parsed.text, "a code is not read again")
            }
        }
        if let made = bytes.count > 18 ? BearerCode(Array(bytes[..<16])) : nil {
            var typed = Array(made.grouped.utf8)
            try require(try read(made.grouped)?.text == made.text, "a new code is not read")
            let position = Int(bytes[16]) % typed.count
            switch bytes[17] % 4 {
            case 0: typed[position] = bytes[18]
            case 1: typed.remove(at: position)
            case 2: typed.insert(bytes[18], at: position)
            default: typed.swapAt(position, (position + 1) % typed.count)
            }
            let other = try read(String(decoding: typed, as: UTF8.self))
            try require(other == nil || other?.text == made.text, "a mistyped code is another code")
        }
        return parsed != nil
    }

    private static func read(_ text: String) throws -> BearerCode? {
        do {
            return try BearerCode(parsing: text)
        } catch {
            if let place = error.place {
                try require(
                    place.character >= 1 && place.character <= text.unicodeScalars.count, "a place outside")
            }
            // Eight characters in a row that were typed, and that a message has too, would be a part of the code.
            let message = error.description
            let typed = Array(text.unicodeScalars)
            if typed.count >= 8, typed.count <= 64 {
                for start in 0...(typed.count - 8) {
                    let part = String(String.UnicodeScalarView(typed[start..<start + 8]))
                    let isData =
                        part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && part.utf8.contains { $0 < 0x40 }
                    try require(!isData || !message.contains(part), "a message shows what was typed")
                }
            }
            return nil
        }
    }
}
