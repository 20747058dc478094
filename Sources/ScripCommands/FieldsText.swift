internal import ScripCore

/// A line that a command prints, laid out for people: a field a line, texts as they are, other values as JSON.
enum FieldsText {
    static func text(_ json: JSON) -> String {
        guard case .object(let members) = json else { return "" }
        var type = ""
        if case .string(let name)? = members["type"] { type = name }
        let fields = members.filter { $0.key != "type" }.sorted { $0.key < $1.key }
        let width = (fields.map(\.key.count).max() ?? 0) + 2
        var result = "\(type)\n"
        for (name, value) in fields {
            var shown = String(decoding: value.canonical, as: UTF8.self)
            if case .string(let text) = value { shown = text }
            let padding = String(repeating: " ", count: width - name.count)
            result += "  \(name)\(padding)\(DisplayText.safe(shown))\n"
        }
        return result
    }
}
