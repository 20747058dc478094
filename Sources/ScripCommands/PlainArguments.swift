internal import ArgumentParser

/// The arguments of a command in the form that scripts use: `--name value`, flags, `-C dir` and words, each option
/// once.
///
/// To read them with ArgumentParser costs a third of a short command, since the runtime has to be asked about
/// some hundred types, and a script pays it for every command of `issue | validate | seal`. So these read the plain
/// form themselves. Whatever is not plain (`--name=value`, abbreviations, `--`, help, a mistake) they leave to the
/// parser, which knows how to say what is wrong.
///
/// Each name that is asked for is taken out; only if nothing is left in the end was the form plain. As no value
/// begins with a hyphen, a name is never mistaken for a value.
struct PlainArguments {
    private var rest: [String]
    private var isPlain = true

    init(_ arguments: [String]) { rest = arguments }

    /// Whether all that was given was asked for, and could be read.
    var isUsedUp: Bool { isPlain && rest.isEmpty }

    mutating func flag(_ name: String) -> Bool {
        guard let place = rest.firstIndex(of: name) else { return false }
        rest.remove(at: place)
        return true
    }

    mutating func option(_ name: String) -> String? {
        guard let place = rest.firstIndex(of: name) else { return nil }
        guard place + 1 < rest.count, rest[place + 1].utf8.first != UInt8(ascii: "-") else {
            isPlain = false
            return nil
        }
        defer { rest.removeSubrange(place...(place + 1)) }
        return rest[place + 1]
    }

    /// All values of an option that may be repeated.
    mutating func options(_ name: String) -> [String] {
        var values: [String] = []
        while let value = option(name) { values.append(value) }
        return values
    }

    mutating func integer<Integer: FixedWidthInteger>(_ name: String) -> Integer? {
        guard let text = option(name) else { return nil }
        guard let integer = Integer(text) else {
            isPlain = false
            return nil
        }
        return integer
    }

    /// The words that are left; to be asked for last.
    mutating func words() -> [String] {
        defer { rest = [] }
        if rest.contains(where: { $0 != "-" && ($0.isEmpty || $0.utf8.first == UInt8(ascii: "-")) }) {
            isPlain = false
        }
        return rest
    }

    /// The one word that is left, if any; to be asked for last.
    mutating func word() -> String? {
        let words = words()
        if words.count > 1 { isPlain = false }
        return words.first
    }
}

extension GlobalOptions {
    init(_ plain: inout PlainArguments) {
        self.init()
        region = plain.option("-C")
        json = plain.flag("--json")
        quiet = plain.flag("--quiet")
        verbose = plain.flag("--verbose")
        lockTimeout = plain.integer("--lock-timeout")
        color = .auto
    }
}

extension KeyOptions {
    init(_ plain: inout PlainArguments) {
        self.init()
        key = plain.option("--key")
        keys = plain.option("--keys")
        passphrase = PassphraseOptions()
        passphrase.passphraseFile = plain.option("--passphrase-file")
        passphrase.passphraseFd = plain.integer("--passphrase-fd")
    }
}
