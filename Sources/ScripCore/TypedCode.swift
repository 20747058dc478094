internal import ScripCrypto

/// The characters of a bearer code as somebody typed it, and the search for the mistake in it.
///
/// One character that is wrong, missing or too many, or two neighbours that are swapped, is looked for by trying:
/// a checksum of 30 bits hardly ever fits by chance, so what fits is where the mistake is. The fit is told, and
/// never taken: a code that is nearly right may be somebody else's.
struct TypedCode {
    static let start = Array("scrip1".utf8)

    /// In small letters, without spaces and hyphens; 0 stands for what no code holds.
    private(set) var characters: [UInt8] = []
    /// Where the groups begin, but the first.
    private var groupStarts: [Int] = []
    private var mixedCasePosition: Int?

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// With more characters too many than this, none of them is worth a word.
    private static let superfluousMax = 8

    /// More than this was not meant to be a code, and is not looked at.
    private static let charactersMax = 4 * BearerCode.characterCount

    init(_ text: String) {
        characters.reserveCapacity(Self.charactersMax + 1)
        var isBetween = false
        var isCapital: Bool?
        for scalar in text.unicodeScalars {
            if scalar == " " || scalar == "-" || scalar == "\t" {
                isBetween = !characters.isEmpty
                continue
            }
            if isBetween { groupStarts.append(characters.count) }
            isBetween = false
            if scalar.isASCIILetter {
                let isOther = isCapital.map { $0 != scalar.isCapital } ?? false
                if isOther && mixedCasePosition == nil { mixedCasePosition = characters.count }
                isCapital = isCapital ?? scalar.isCapital
                characters.append(UInt8(scalar.value) | 0x20)
            } else {
                characters.append(scalar.value > 0x20 && scalar.value < 0x7f ? UInt8(scalar.value) : 0)
            }
            if characters.count > Self.charactersMax { return }
        }
    }

    mutating func erase() { characters.erase() }

    /// Throws what is wrong, if anything is.
    func check() throws(BearerCodeError) {
        if let mixedCasePosition, characters.starts(with: Self.start) {
            throw .mixedCase(place(mixedCasePosition))
        }
        if Self.isGood(characters) { return }
        if let located = neighbouringMistake() { throw located }
        guard isStartNear else { throw .prefix }
        if let mixedCasePosition { throw .mixedCase(place(mixedCasePosition)) }
        let difference = characters.count - BearerCode.characterCount
        if difference > Self.superfluousMax { throw .superfluous(difference, nil) }
        if difference == 0, let position = wrongStartPosition { throw .wrong(place(position)) }
        if let position = impossiblePosition { throw .impossible(place(position)) }
        if difference < 0 { throw .missing(-difference, before: nil, isLocated: false) }
        if difference > 0 { throw .superfluous(difference, nil) }
        throw checksumFault
    }

    /// Whether these are the characters of a code.
    private static func isGood(_ characters: [UInt8]) -> Bool {
        guard characters.count == BearerCode.characterCount, characters.starts(with: start) else {
            return false
        }
        return (try? Bech32m.difference(characters.span, prefixCount: BearerCode.prefix.utf8.count)) == 0
    }

    /// Whether what was typed begins with `scrip1`, but perhaps for one character.
    private var isStartNear: Bool {
        if characters.starts(with: Self.start) { return true }
        return characters.count == BearerCode.characterCount && wrongStartPosition != nil
    }

    /// The only character of `scrip1` that is wrong; nil if there is none, or more than one.
    private var wrongStartPosition: Int? {
        let wrong = Self.start.indices.filter { $0 < characters.count && characters[$0] != Self.start[$0] }
        return wrong.count == 1 ? wrong[0] : nil
    }

    private var impossiblePosition: Int? {
        characters.indices.dropFirst(Self.start.count).first { !Self.alphabet.contains(characters[$0]) }
    }

    /// A right number of possible characters with a wrong checksum.
    private var checksumFault: BearerCodeError {
        do {
            try Bech32m.check(characters.span, prefixCount: BearerCode.prefix.utf8.count)
            return .checksum
        } catch {
            guard let position = error.position, position >= Self.start.count else { return .checksum }
            return .wrong(place(position))
        }
    }

    // MARK: Trying

    /// One character missing, one too many, or two neighbours swapped.
    private func neighbouringMistake() -> BearerCodeError? {
        switch characters.count - BearerCode.characterCount {
        case -1: missingCharacter()
        case 1: superfluousCharacter()
        case 0: swappedCharacters()
        default: nil
        }
    }

    private func missingCharacter() -> BearerCodeError? {
        let found = search { (position, fits) in
            let candidates = position < Self.start.count ? [Self.start[position]] : Self.alphabet
            for candidate in candidates {
                var trial = characters
                trial.insert(candidate, at: position)
                fits(&trial)
            }
        }
        guard let found else { return nil }
        return .missing(1, before: found < characters.count ? place(found) : nil, isLocated: true)
    }

    private func superfluousCharacter() -> BearerCodeError? {
        let found = search { (position, fits) in
            guard position < characters.count else { return }
            var trial = characters
            trial.remove(at: position)
            fits(&trial)
        }
        return found.map { .superfluous(1, place($0)) }
    }

    private func swappedCharacters() -> BearerCodeError? {
        let found = search { (position, fits) in
            guard position + 1 < characters.count, characters[position] != characters[position + 1] else {
                return
            }
            var trial = characters
            trial.swapAt(position, position + 1)
            fits(&trial)
        }
        return found.map { .swapped(place($0), place($0 + 1)) }
    }

    /// The first position at which a trial is a code, if all the trials that are codes are one and the same.
    private func search(_ tryAt: (Int, _ fits: (inout [UInt8]) -> Void) -> Void) -> Int? {
        var code: [UInt8] = []
        defer { code.erase() }
        var found: Int?
        var isUnique = true
        for position in 0...characters.count {
            tryAt(position) { trial in
                if Self.isGood(trial) {
                    if found == nil {
                        found = position
                        code = trial.map { $0 }
                    } else if trial != code {
                        isUnique = false
                    }
                }
                trial.erase()
            }
        }
        return isUnique ? found : nil
    }

    private func place(_ position: Int) -> BearerCodeError.Place {
        guard !groupStarts.isEmpty else { return BearerCodeError.Place(character: position + 1, group: nil) }
        let before = groupStarts.filter { $0 <= position }
        return BearerCodeError.Place(
            character: position + 1,
            group: (number: before.count + 1, character: position - (before.last ?? 0) + 1))
    }
}

extension Unicode.Scalar {
    fileprivate var isCapital: Bool { (0x41...0x5a).contains(value) }
    fileprivate var isASCIILetter: Bool { (0x41...0x5a).contains(value & 0x5f) && isASCII }
}
