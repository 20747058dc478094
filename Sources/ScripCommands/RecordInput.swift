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
        let wanted = resultText
        var end = wanted.count
        // Horspool's way: the byte where the text would end says how far on it can end at the earliest.
        while end <= line.count {
            let last = line[end - 1]
            if last == UInt8(ascii: "\"") {
                var place = 0
                while place < wanted.count && line[end - wanted.count + place] == wanted[place] { place += 1 }
                if place == wanted.count { return true }
                end += wanted.count - 1
            } else {
                end += wanted.lastIndex(of: last).map { wanted.count - 1 - $0 } ?? wanted.count
            }
        }
        return false
    }

    private static let resultText = Array("\"result\"".utf8)
}
