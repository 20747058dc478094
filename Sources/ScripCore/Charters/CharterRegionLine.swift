extension CharterRegion {
    /// The region that one line of a charter is, given without its newline: what `scrip init` prints.
    public init(parsing line: [UInt8]) throws(CharterError) {
        let words = LineCursor.words(line[...])
        guard words.count == 5, words[0].elementsEqual("region".utf8),
            let name = LineCursor.region(words[1]),
            let role = Role(rawValue: String(decoding: words[2], as: UTF8.self))
        else { throw .line(1, expected: "region NAME voter|observer KEY KEY") }
        do {
            self.init(
                name: name, role: role, log: try VerifierKey(parsing: words[3]),
                witness: try VerifierKey(parsing: words[4]))
        } catch {
            throw .key(line: 1, error)
        }
    }
}
