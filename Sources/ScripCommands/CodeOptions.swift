internal import ArgumentParser
internal import ScripCore
internal import ScripStore

/// Bearer codes, in place of a key and of what it owns.
struct CodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A bearer code, in place of a key; ps shows it to everybody, so rather use --code-file.",
            valueName: "code"))
    var code: String?

    @Option(
        help: ArgumentHelp(
            "Bearer codes, one a line, in a file that only its owner can read; '-' is standard input.",
            valueName: "file"))
    var codeFile: String?

    var isGiven: Bool { code != nil || codeFile != nil }

    /// Throws unless a command that signs got either codes or a key, and vouchers with the key.
    func check(_ keys: KeyOptions, _ vouchers: [String], _ command: String) throws(StoreError) {
        guard isGiven else {
            if vouchers.isEmpty {
                throw StoreError(.usage, command, "Missing expected argument '<voucher> ...'")
            }
            return
        }
        if keys.key != nil || keys.keys != nil {
            throw StoreError(
                .usage, command, "a code signs itself; --key and --keys exclude --code and --code-file")
        }
        if vouchers == ["-"] {
            throw StoreError(.usage, command, "'-' reads requests, which are signed with --key or --keys")
        }
    }

    /// The codes, read as they are needed. `command` stands in the diagnostics; `beforeReading` runs before standard
    /// input is waited for.
    func source(
        for command: String, world: World, beforeReading: @escaping () throws -> Void = {}
    ) throws(StoreError) -> CodeSource {
        switch (code, codeFile) {
        case (let code?, nil):
            do {
                return CodeSource(try BearerCode(parsing: code))
            } catch {
                throw StoreError(
                    .malformed, command, "--code: \(error); quote a code that holds spaces")
            }
        case (nil, let path?):
            return try CodeSource(path: path, world: world, beforeReading: beforeReading)
        case (_?, _?): throw StoreError(.usage, command, "--code and --code-file exclude each other")
        case (nil, nil): throw StoreError(.usage, command, "no code is given; use --code-file FILE")
        }
    }
}

/// Codes, one after the other.
final class CodeSource {
    /// How diagnostics call the codes.
    let name: String

    /// Whether there is one code only, from the command line.
    var isSingle: Bool { lines == nil }

    private let lines: InputLines?
    private var next: [InputLine] = []
    private var only: BearerCode?
    private var isRead = false

    init(_ code: BearerCode) {
        name = "--code"
        lines = nil
        only = code
    }

    /// The codes of a file, of standard input or of a descriptor like `/dev/fd/3`.
    init(
        path: String, world: World, beforeReading: @escaping () throws -> Void
    ) throws(StoreError) {
        name = UserFile.name(path)
        if let descriptor = path == "-" ? InheritedDescriptor(number: 0) : InheritedDescriptor(path: path) {
            lines = InputLines(name: name, beforeReading: beforeReading) { (buffer) throws(FileError) in
                try descriptor.read(atMost: InputLines.chunkBytes, into: &buffer)
            }
            return
        }
        guard let file = try CodesFile.open(path: path, world: world) else {
            throw StoreError(.noInput, path, "there is no such file")
        }
        lines = InputLines(file.file)
    }

    /// Whether there is more than one code; reads ahead to find out.
    func holdsSeveral() throws -> Bool {
        guard let lines else { return false }
        while next.count < 2, let line = try lines.next() { next.append(line) }
        return next.count > 1
    }

    /// The next code and its line, which is 0 on the command line, or what is wrong with the line; nil at the end.
    ///
    /// - Throws: `noInput` if there was none at all.
    func read() throws -> (line: Int, code: Result<CodeLine, RequestFault>)? {
        guard let lines else { return nil }
        guard let line = next.isEmpty ? try lines.next() : next.removeFirst() else {
            if !isRead { throw StoreError(.noInput, name, "it holds no code") }
            return nil
        }
        isRead = true
        do {
            return (line.number, .success(try CodeLine(line)))
        } catch {
            return (line.number, .failure(error))
        }
    }

    /// Calls `body` with each code. What is wrong with one, or what `body` says is wrong, goes to `refuse` with the
    /// number of the line, and the others go on; the one code of the command line is a matter of its own.
    func forEach(
        _ body: (BearerCode) throws -> Void, refuse: (_ line: Int, RequestFault) throws -> Void
    ) throws {
        if let only { return try body(only) }
        while let (line, code) = try read() {
            do {
                try body(try code.get().code)
            } catch let fault as RequestFault {
                try refuse(line, fault)
            }
        }
    }
}

extension InputLines {
    /// The lines of a file.
    convenience init(_ file: File) {
        var position: Int64 = 0
        self.init(name: file.path) { (buffer) throws(FileError) in
            let count = try file.read(at: position, atMost: Self.chunkBytes, into: &buffer)
            position += Int64(count)
            return count
        }
    }
}

extension RecordWriter {
    /// Writes what `write` makes of each code. A line of a file that cannot be used gets a result that says so, and
    /// the others go on, and so it is with a voucher of `choice` that none of the codes owns. `single` are the options
    /// that were given and that only make sense for one code.
    func writeEach(
        _ codes: CodeSource, single: [String], _ choice: VoucherChoice, _ write: (BearerCode) throws -> Void
    ) throws -> ExitStatus {
        if let option = single.first, try codes.holdsSeveral() {
            throw StoreError(
                .usage, command, "\(option) goes with a single code, and \(codes.name) holds several")
        }
        if codes.isSingle {
            return try writeOne { try codes.forEach(write, refuse: { _, fault in throw fault }) }
        }
        try codes.forEach(write) { line, fault in try refuse(line, of: codes.name, fault) }
        for voucher in choice.untaken {
            sink.note(.permission)
            invocation.diagnostics.report(
                command,
                "none of the codes of \(codes.name) owns voucher \(voucher); add its code, or leave it out")
        }
        return try sink.finish()
    }
}
