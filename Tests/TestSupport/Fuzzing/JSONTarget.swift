internal import ScripCore

extension FuzzTarget {
    /// Canonical JSON: what is canonical is rendered the same, what is not is rendered and then is; the looser forms take
    /// all that the stricter ones take, and as the same value.
    static let json = FuzzTarget("json") { bytes in
        var isTaken = false
        for allowsNewlines in [false, true] {
            let canonical = try read(bytes, .canonical, allowsNewlines)
            let any = try read(bytes, .any, allowsNewlines)
            let printed = try read(bytes, .printed, allowsNewlines)
            if let canonical {
                try require(canonical.canonical == bytes, "canonical JSON is rendered differently")
                try require(any == canonical, "the form 'any' reads canonical JSON as something else")
            }
            guard let any else { continue }
            isTaken = true
            try require(printed == any, "the form 'printed' reads JSON as something else")
            let rendered = any.canonical
            try require(
                try read(rendered, .canonical, allowsNewlines) == any, "what was rendered is not canonical")
            try require((canonical != nil) == (rendered == bytes), "canonical JSON is refused")
            if !allowsNewlines {
                let wider = try? JSONDocument(bytes, form: .any, allowsNewlines: true).root.json
                try require(wider == any, "newlines in strings change what has none")
            }
        }
        return isTaken
    }

    private static func read(
        _ bytes: [UInt8], _ form: JSONDocument.Form, _ allowsNewlines: Bool
    ) throws -> JSON? {
        do {
            return try JSONDocument(bytes, form: form, allowsNewlines: allowsNewlines).root.json
        } catch {
            try require((0...bytes.count).contains(error.offset), "an error outside the text")
            try require(!error.reason.isEmpty, "an error without a reason")
            return nil
        }
    }
}
