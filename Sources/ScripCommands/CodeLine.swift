internal import ScripCore

/// One line of a file of codes: a code alone, as somebody typed it, or the object that `issue --bearer` wrote for
/// it, of which more than the code may be wanted.
struct CodeLine {
    let code: BearerCode
    /// What the file says of the voucher; nil for a code alone.
    let details: JSONValue?

    /// What the `type` of an object is that holds a code.
    static let type = "code"

    init(_ line: InputLine) throws(RequestFault) {
        if line.isTooLong {
            throw .malformed("the line is longer than \(InputLines.lineBytesMax) bytes")
        }
        let space: Set<UInt8> = [0x20, 0x09, 0x0d]
        guard line.bytes.first(where: { !space.contains($0) }) == UInt8(ascii: "{") else {
            code = try Self.code(String(decoding: line.bytes.filter { $0 != 0x0d }, as: UTF8.self))
            details = nil
            return
        }
        let root: JSONValue
        do {
            root = try JSONDocument(line.bytes, form: .any).root
        } catch {
            throw .malformed("\(error.reason) (byte \(error.offset + 1))")
        }
        if let type = root.member("type") {
            guard type.text == Self.type else { throw .malformed("this is no line of a file of codes") }
        }
        guard let text = root.member("code")?.text else { throw .malformed("'code' is missing") }
        code = try Self.code(text)
        details = root
    }

    private static func code(_ text: String) throws(RequestFault) -> BearerCode {
        do {
            return try BearerCode(parsing: text)
        } catch {
            throw .malformed("\(error)")
        }
    }
}
