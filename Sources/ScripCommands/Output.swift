internal import ScripCore
internal import ScripStore

/// Standard output: the one place that writes to descriptor 1. Lines are gathered and written together;
/// nothing counts as printed before `flush`, and what could not be written is an error, so that no command
/// says 0 for a result that nobody got.
///
/// The lines are NDJSON. This is where a form for people on a terminal will be chosen.
final class Output {
    private let stream: (Span<UInt8>) throws(FileError) -> Void
    private var buffer: [UInt8] = []
    private var hasFailed = false

    private static let bufferBytesMax = 65_536

    /// Standard output, or what tests put in its place.
    init(
        stream: @escaping (Span<UInt8>) throws(FileError) -> Void = { (bytes) throws(FileError) in
            try StandardStream.output.write(bytes)
        }
    ) {
        self.stream = stream
    }

    /// Prints one line of JSON.
    func line(_ json: JSON) throws {
        try line(json.canonical)
    }

    /// Prints one line of canonical JSON that is there already, without its newline.
    func line(_ json: [UInt8]) throws {
        buffer += json
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferBytesMax { try flush() }
    }

    /// Prints a text of another format: a charter, a region's line, help.
    func write(_ text: [UInt8]) throws {
        buffer += text
        if buffer.count >= Self.bufferBytesMax { try flush() }
    }

    /// Writes everything that was printed.
    func flush() throws {
        if buffer.isEmpty || hasFailed { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        do throws(FileError) {
            try stream(buffer.span)
        } catch {
            hasFailed = true
            throw error.isBrokenPipe ? OutputClosed() : StoreError(.io, "standard output", error.description)
        }
    }
}

/// The reader of standard output went away while SIGPIPE was ignored; otherwise the signal would have ended
/// the program without a word, and so does this.
struct OutputClosed: Error {
    let exitStatus = ExitStatus.io
}
