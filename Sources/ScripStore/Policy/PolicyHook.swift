internal import ScripCore

/// The region's own policy: `private/hooks/validate`, a program of the operator's that is asked about every record
/// before this region admits or attests it (protocol section 5). It never decides how the region votes.
struct PolicyHook {
    /// What the region is about to do with a record. The raw values are those of `SCRIP_ACTION`.
    enum Action: String, CaseIterable, Sendable {
        /// It seals the record itself, and takes it into its pool.
        case admit
        /// Another region seals the record, and this one signs that it may.
        case attest
    }

    struct Question: Sendable {
        let record: Record
        let action: Action
    }

    /// What went wrong with the hook: a line for the operator.
    struct Fault: Sendable {
        let path: String
        let message: String
        /// What the results of the records say.
        let reason: String
        /// Whether it would be no better with other records.
        let isHopeless: Bool
    }

    /// What could not be found out, as a phrase.
    private struct Problem {
        let message: String
        let isHopeless: Bool
    }

    private let directory: RegionDirectory
    private let path: String
    /// Why the hook cannot be run at all.
    let obstacle: String?
    private let environment: [String: String]
    /// Whether it takes many records at once; nil until it was asked to.
    private var takesLines: Bool?

    /// How long the hook may go without progress, in milliseconds.
    static let idleMillisecondsMax: Int64 = 5_000
    /// Records, and their bytes, that one process is asked about at most.
    private static let questionsMax = 4_096
    private static let questionBytesMax = 16 << 20
    /// What a hook that is asked about one record may print.
    private static let reasonBytesMax = 65_536

    /// The hook of a region; nil if it has none. One that is there and cannot be used is a hook all the same: what it
    /// would say is not known, so nothing may be signed.
    init?(_ directory: RegionDirectory) {
        guard let root = directory.root, let region = directory.settings?.region else { return nil }
        self.directory = directory
        path = "\(directory.path)/\(RegionLayout.validateHook)"
        do {
            guard let status = try Self.status(root) else { return nil }
            obstacle = Self.obstacle(status, userID: root.fileSystem.userID)
        } catch {
            obstacle = "\(error)"
        }
        var environment = ProcessEnvironment.all
        environment["SCRIP_REGION"] = ProcessEnvironment.absolute(directory.path)
        environment["SCRIP_REGION_NAME"] = region.text
        environment["SCRIP_TIME"] = directory.world.clock.now().text
        self.environment = environment
    }

    private static func status(_ root: Directory) throws(FileError) -> FileStatus? {
        let (folder, name) = try root.split(RegionLayout.validateHook)
        return try root.subdirectoryIfPresent(folder)?.status(of: name)
    }

    /// A program that somebody else may change is somebody else's policy.
    private static func obstacle(_ status: FileStatus, userID: UInt32) -> String? {
        if status.kind == .symbolicLink { return "it is a symbolic link; put the program itself there" }
        if status.kind != .regular { return "it is a \(status.kind.rawValue), not a program" }
        if status.owner != userID && status.owner != 0 {
            return "it belongs to another user (uid \(status.owner))"
        }
        if status.permissions.isWritableByOthers { return "others can write to it; run chmod go-w on it" }
        if !status.permissions.isExecutable { return "it is not executable; run chmod u+x on it" }
        return nil
    }

    // MARK: Asking

    /// The answers to questions, one for each, and what went wrong on the way. What could not be found out is `later`.
    mutating func ask(_ questions: [Question]) -> (answers: [PolicyAnswer], fault: Fault?) {
        var answers = [PolicyAnswer?](repeating: nil, count: questions.count)
        var problem = obstacle.map { Problem(message: $0, isHopeless: true) }
        for action in Action.allCases {
            var rest = questions.indices.filter { questions[$0].action == action }[...]
            while !rest.isEmpty && problem?.isHopeless != true {
                var bytes = 0
                let part = rest.prefix(Self.questionsMax).prefix { place in
                    defer { bytes += questions[place].record.line.count + 1 }
                    return bytes < Self.questionBytesMax
                }
                rest = rest.dropFirst(part.count)
                let (found, trouble) = ask(part.map { questions[$0].record }, action)
                for (place, answer) in zip(part, found) { answers[place] = answer }
                // The first is told; a hopeless one ends the asking.
                if let trouble, problem == nil || trouble.isHopeless { problem = trouble }
            }
        }
        guard let problem else { return (answers.compactMap(\.self), nil) }
        let reason = Self.reason(problem.message)
        let waiting = answers.count { if case .later = $0 ?? .later("") { true } else { false } }
        let fault = Fault(
            path: path, message: Self.advice(problem.message, waiting), reason: reason,
            isHopeless: problem.isHopeless)
        return (answers.map { $0 ?? .later(reason) }, fault)
    }

    /// What the result of a record says.
    private static func reason(_ message: String) -> String {
        ReasonText.text("the policy hook gave no answer: \(message)") ?? ""
    }

    private static func advice(_ message: String, _ count: Int) -> String {
        let subject = count == 1 ? "1 record waits" : "\(count) records wait"
        return "\(message); \(subject) for its answer; mend the hook, then run 'scrip sync'"
    }

    /// Asks about records of one action. Answers that are missing at the end could not be had.
    private mutating func ask(
        _ records: [Record], _ action: Action
    ) -> (answers: [PolicyAnswer], problem: Problem?) {
        // A single one costs a process either way, and every hook understands that.
        if records.count > 1, takesLines != false {
            switch askLines(records, action) {
            case .answers(let answers): return (answers, nil)
            case .problem(let problem): return ([], problem)
            case .notSupported: takesLines = false
            }
        }
        var answers: [PolicyAnswer] = []
        var first: Problem?
        for record in records {
            let (answer, problem) = askOne(record, action)
            answers.append(answer)
            if let problem, first == nil || problem.isHopeless { first = problem }
            if problem?.isHopeless ?? false { break }
        }
        return (answers, first)
    }

    private func call(_ arguments: [String], _ action: Action) -> ProgramCall {
        var call = ProgramCall(
            path: "./\(RegionLayout.validateHook)", arguments: arguments, environment: environment,
            directory: directory.path, sharesStandardError: true)
        call.environment["SCRIP_ACTION"] = action.rawValue
        return call
    }

    // MARK: One record, one process

    /// The exit status is the answer.
    private func askOne(
        _ record: Record, _ action: Action
    ) -> (answer: PolicyAnswer, problem: Problem?) {
        let problem: Problem
        do throws(ProgramFault) {
            let result = try directory.world.run(
                call([], action), input: record.line + [UInt8(ascii: "\n")],
                deadlineMilliseconds: Self.idleMillisecondsMax, outputBytesMax: Self.reasonBytesMax)
            // Words for many records, where the exit status is the answer: which of the two is meant is not certain.
            let word = PolicyAnswer(line: result.output.prefix { $0 != UInt8(ascii: "\n") })
            switch result.end {
            case .exited(0) where word == nil || word == .accept: return (.accept, nil)
            case .exited(0):
                problem = Problem(
                    message: "it printed '\(word.map(Self.name) ?? "")' and ended with exit status 0",
                    isHopeless: false)
            case .exited(1):
                return (.refuse(ReasonText.text(result.output) ?? PolicyAnswer.noReason), nil)
            default:
                problem = Problem(
                    message: "it ended with \(result.end) for record \(record.id.hexadecimal)",
                    isHopeless: false)
            }
        } catch {
            problem = Self.problem(error)
        }
        return (.later(Self.reason(problem.message)), problem)
    }

    private static func name(_ answer: PolicyAnswer) -> String {
        switch answer {
        case .accept: "accept"
        case .refuse: "refuse"
        case .later: "later"
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case ProgramFault.late(let milliseconds):
            // Each further one could take as long.
            Problem(
                message: "it was killed after \(milliseconds / 1_000) s without an answer", isHopeless: true)
        case ProgramFault.system(let error): Problem(message: "\(error)", isHopeless: true)
        case let error as FileError: Problem(message: "\(error)", isHopeless: true)
        default: Problem(message: "\(error)", isHopeless: false)
        }
    }

    // MARK: Many records, one process

    private enum LinesOutcome {
        case answers([PolicyAnswer])
        case notSupported
        case problem(Problem)
    }

    /// Hands all records over and reads an answer for each. The time limit starts anew whenever the hook takes in more
    /// of its input or completes another answer.
    private func askLines(_ records: [Record], _ action: Action) -> LinesOutcome {
        var input: [UInt8] = []
        input.reserveCapacity(records.reduce(0) { $0 + $1.line.count + 1 })
        for record in records {
            input += record.line
            input.append(UInt8(ascii: "\n"))
        }
        var answers = PolicyAnswers(count: records.count)
        do {
            let end = try converse(call(["--lines"], action), input[...], &answers)
            if end == .exited(64) { return .notSupported }
            guard end == .exited(0) else {
                return .problem(
                    Problem(
                        message:
                            "it ended with \(end) after \(answers.answers.count) of \(records.count) answers",
                        isHopeless: false))
            }
            try answers.finish()
            return .answers(answers.answers)
        } catch {
            return .problem(Self.problem(error))
        }
    }

    private func converse(
        _ call: ProgramCall, _ input: ArraySlice<UInt8>, _ answers: inout PolicyAnswers
    ) throws -> ProgramEnd {
        let clock = directory.world.clock
        let program = try directory.world.programs.start(call)
        defer { program.kill() }
        var rest = input
        var isInputOpen = true
        var output: [UInt8] = []
        var progressTime = clock.elapsedMilliseconds()
        while true {
            if isInputOpen && rest.isEmpty {
                program.closeInput()
                isInputOpen = false
            }
            // Asked before its output is read: what it printed before it ended is there by now.
            let end = program.end()
            let left = Self.idleMillisecondsMax - (clock.elapsedMilliseconds() - progressTime)
            if end == nil, left <= 0 {
                throw ProgramFault.late(milliseconds: Self.idleMillisecondsMax)
            }
            output.removeAll(keepingCapacity: true)
            let exchange = try program.exchange(
                isInputOpen ? rest : [], into: &output, waitingAtMost: end == nil ? left : 0)
            rest = rest.dropFirst(exchange.written)
            if exchange.isInputClosed && isInputOpen {
                program.closeInput()
                isInputOpen = false
            }
            let before = answers.answers.count
            // One that does not know the argument may print a usage text before it says so.
            do throws(PolicyAnswers.Fault) {
                try answers.read(output)
            } catch {
                if try waitForEnd(program, clock) == .exited(64) { return .exited(64) }
                throw error
            }
            if exchange.written > 0 || answers.answers.count > before {
                progressTime = clock.elapsedMilliseconds()
            }
            if let end, exchange.isOutputEnded || exchange.read == 0 {
                if end == .exited(0), !rest.isEmpty {
                    throw PolicyAnswers.Fault.tooFew(answers.answers.count, for: answers.count)
                }
                return end
            }
        }
    }

    /// Waits a moment for the end of a program that printed what is of no use.
    private func waitForEnd(_ program: any RunningProgram, _ clock: any WallClock) throws -> ProgramEnd? {
        program.closeInput()
        let start = clock.elapsedMilliseconds()
        var ignored: [UInt8] = []
        while clock.elapsedMilliseconds() - start < Self.usageMillisecondsMax {
            if let end = program.end() { return end }
            ignored.removeAll(keepingCapacity: true)
            _ = try program.exchange([], into: &ignored, waitingAtMost: Self.usageMillisecondsMax)
        }
        return nil
    }

    private static let usageMillisecondsMax: Int64 = 500
}
