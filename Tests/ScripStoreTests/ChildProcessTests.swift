import Glibc
import ScripStore
import Testing

@Suite struct ChildProcessTests {
    private let world = World.system()

    private func run(
        _ script: String, input: [UInt8] = [], environment: [String: String] = [:], directory: String? = nil,
        deadlineMilliseconds: Int64 = 10_000, outputBytesMax: Int = 1 << 24
    ) throws(ProgramFault) -> ProgramResult {
        let call = ProgramCall(
            path: "/bin/sh", arguments: ["-c", script], environment: environment, directory: directory)
        return try world.run(
            call, input: input, deadlineMilliseconds: deadlineMilliseconds, outputBytesMax: outputBytesMax)
    }

    @Test func `input and output of any size pass at the same time`() throws {
        let input = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let result = try run("cat", input: input)
        #expect(result.output == input)
        #expect(result.end == .exited(0))
        #expect(result.tookAllInput)
    }

    @Test(arguments: [
        ("exit 7", ProgramEnd.exited(7)), ("kill -9 $$", .killed(signal: SIGKILL)),
        // SIGPIPE, which a parent may ignore, is as a fresh process has it.
        ("kill -PIPE $$", .killed(signal: SIGPIPE)), ("exec <&- >&-; sleep 0.1; exit 3", .exited(3)),
    ])
    func `how a program ends is told`(script: String, end: ProgramEnd) throws {
        let result = try run(script, input: Array(repeating: 65, count: 1 << 20))
        #expect(result.end == end)
        #expect(result.output.isEmpty)
        #expect(!result.tookAllInput)
    }

    @Test func `nothing but what is named reaches the program`() throws {
        // A descriptor that this process leaves open on exec.
        let descriptor = unsafe open("/dev/null", O_RDONLY)
        let copy = fcntl(descriptor, F_DUPFD, 200)
        defer {
            close(descriptor)
            close(copy)
        }
        let script = """
            pwd
            /usr/bin/env | grep -v '^[_SP]'
            [ ! -e /proc/$$/fd/\(copy) ] || echo open
            """
        let result = try run(script, environment: ["WORD": "a=b ü"], directory: "/usr")
        let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
        #expect(lines == ["/usr", "WORD=a=b ü"])
    }

    @Test func `at the deadline the whole process group is killed`() throws {
        let scratch = try ScratchDirectory()
        let start = world.clock.elapsedMilliseconds()
        let fault = #expect(throws: ProgramFault.self) {
            try run(
                "sleep 300 & echo $! >child; wait", directory: scratch.path, deadlineMilliseconds: 400)
        }
        #expect(fault == .late(milliseconds: 400))
        #expect(fault?.description == "it was killed after 400 ms")
        #expect(world.clock.elapsedMilliseconds() - start < 10_000)
        let child = try #require(
            scratch.text("child").flatMap { Int32($0.split(separator: "\n").first ?? "") })
        // Init reaps it a moment later.
        var isGone = false
        for _ in 0..<500 where !isGone {
            isGone = kill(child, 0) != 0 || (try? Self.isZombie(child)) ?? true
            if !isGone { world.clock.sleep(milliseconds: 10) }
        }
        #expect(isGone)
    }

    private static func isZombie(_ pid: Int32) throws -> Bool {
        let proc = try Directory(path: "/proc/\(pid)", fileSystem: POSIXFileSystem())
        let status = String(decoding: try proc.contents(of: "stat", limit: 1 << 16), as: UTF8.self)
        return status.split(separator: ")").last?.hasPrefix(" Z") ?? true
    }

    @Test func `a flood of output is cut off`() {
        let fault = #expect(throws: ProgramFault.self) { try run("yes", outputBytesMax: 100_000) }
        #expect(fault == .outputTooLong(limit: 100_000))
    }

    @Test func `what goes on in the background is not waited for`() throws {
        let start = world.clock.elapsedMilliseconds()
        let result = try run("sleep 20 & echo done")
        #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
        #expect(world.clock.elapsedMilliseconds() - start < 15_000)
    }

    @Test func `a program that cannot start is told with the system's reason`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("#!/bin/sh\n", to: "plain")
        for (path, code) in [(scratch.path("plain"), EACCES), (scratch.path("none"), ENOENT)] {
            let fault = #expect(throws: ProgramFault.self) {
                try world.run(ProgramCall(path: path), deadlineMilliseconds: 1_000, outputBytesMax: 10)
            }
            guard case .system(let error) = fault else {
                Issue.record("\(String(describing: fault))")
                continue
            }
            #expect(error.code == code)
        }
        #expect(throws: ProgramFault.self) {
            try world.run(
                ProgramCall(path: "sh", arguments: ["a\0b"]), deadlineMilliseconds: 1_000, outputBytesMax: 10)
        }
    }

    @Test func `a name without a slash is looked up in PATH`() throws {
        let result = try world.run(
            ProgramCall(path: "true"), deadlineMilliseconds: 10_000, outputBytesMax: 0)
        #expect(result.end == .exited(0))
    }

    @Test func `the whole environment can be handed on`() {
        #expect(ProcessEnvironment.all["PATH"] == ProcessEnvironment.value("PATH"))
    }
}
