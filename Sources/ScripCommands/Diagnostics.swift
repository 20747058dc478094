internal import ScripStore

/// Standard error: one line each, `scrip: <where>: <what>`.
struct Diagnostics {
    enum Detail {
        /// Errors alone: `--quiet`.
        case errors
        case warnings
        /// What is being done, too: `--verbose`.
        case steps
    }

    var detail = Detail.warnings
    /// Standard error, or what tests put in its place.
    var stream: ([UInt8]) -> Void = { try? StandardStream.error.write($0) }

    /// What went wrong, and what to do.
    func report(_ place: String, _ message: String) {
        write("\(place): \(message)")
    }

    func report(_ error: StoreError) {
        report(error.subject, error.message)
    }

    /// What is allowed, and still worth a look.
    func warn(_ place: String, _ message: String) {
        if detail != .errors { write("\(place): warning: \(message)") }
    }

    /// What a result means, for people.
    func note(_ place: String, _ message: String) {
        if detail != .errors { write("\(place): \(message)") }
    }

    /// What is being done.
    func explain(_ place: String, _ message: @autoclosure () -> String) {
        if detail == .steps { write("\(place): \(message())") }
    }

    private func write(_ text: String) {
        stream(Array("scrip: \(DisplayText.withoutCodes(DisplayText.safe(text)))\n".utf8))
    }
}
