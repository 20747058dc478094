internal import ScripCore

/// One line of input where records are read: a record in any layout, or a result, which stands for its
/// record.
enum RecordInput {
    /// The JSON of the record.
    case record([UInt8])
    /// A result of the command before that holds no record: it is passed on, and so is what it means.
    case result([UInt8], ExitStatus)
    /// Why the line is neither.
    case malformed(String)

    init(_ line: InputLine) {
        if line.isTooLong {
            self = .malformed("the line is longer than \(InputLines.lineBytesMax) bytes")
            return
        }
        // To read a record takes a parse of its own, on any core, so a line that can be no result gets none here.
        guard Self.mayBeResult(line.bytes.span) else {
            self = .record(line.bytes)
            return
        }
        let root: JSONValue
        do {
            root = try JSONDocument(line.bytes, form: .printed).root
        } catch {
            self = .malformed("\(error.reason) (byte \(error.offset + 1))")
            return
        }
        guard root.member("type")?.text == "result" else {
            self = .record(line.bytes)
            return
        }
        if let record = root.member("record") {
            self = .record(record.json.canonical)
        } else if root.member("status")?.text == RecordStatus.rejected.rawValue {
            let isMalformed = root.member("code")?.text == RefusalCode.malformed.rawValue
            self = .result(root.json.canonical, isMalformed ? .malformed : .rejected)
        } else {
            self = .malformed("the result holds no record")
        }
    }

    /// Whether the text `"result"` stands in a line.
    private static func mayBeResult(_ line: Span<UInt8>) -> Bool {
        var end = 8
        // Horspool's way: the byte where the text would end says how far on it can end at the earliest.
        while end <= line.count {
            switch line[end - 1] {
            case UInt8(ascii: "\""):
                if isResult(line, endingAt: end) { return true }
                end += 7
            case UInt8(ascii: "r"): end += 6
            case UInt8(ascii: "e"): end += 5
            case UInt8(ascii: "s"): end += 4
            case UInt8(ascii: "u"): end += 3
            case UInt8(ascii: "l"): end += 2
            case UInt8(ascii: "t"): end += 1
            default: end += 8
            }
        }
        return false
    }

    private static func isResult(_ line: Span<UInt8>, endingAt end: Int) -> Bool {
        line[end - 8] == UInt8(ascii: "\"") && line[end - 7] == UInt8(ascii: "r")
            && line[end - 6] == UInt8(ascii: "e") && line[end - 5] == UInt8(ascii: "s")
            && line[end - 4] == UInt8(ascii: "u") && line[end - 3] == UInt8(ascii: "l")
            && line[end - 2] == UInt8(ascii: "t")
    }
}
