import ArgumentParser
import Testing

@testable import ScripCommands

/// What a command reads of plain arguments itself is what ArgumentParser reads of them.
@Suite struct PlainCommandTests {
    /// All that a command was told, as text.
    private func text(_ command: any ParsableCommand) -> String { String(describing: command) }

    private func readBoth<Command: PlainCommand>(
        _ type: Command.Type, _ arguments: [String]
    ) throws -> (plain: String?, parsed: String?) {
        let parsed = try? type.parseAsRoot(arguments)
        return (type.reading(arguments).map(text), parsed.flatMap { $0 is Command ? text($0) : nil })
    }

    @Test(arguments: [
        "", "-C north", "-C north -", "- -C north", "--json -C north --quiet", "--lock-timeout 7 --verbose",
    ])
    func everywhere(line: String) throws {
        let arguments = line.split(separator: " ").map { String($0) }
        let validate = try readBoth(ValidateCommand.self, arguments)
        #expect(validate.plain != nil && validate.plain == validate.parsed)
        let seal = try readBoth(SealCommand.self, arguments)
        #expect(seal.plain != nil && seal.plain == seal.parsed)
        let issue = try readBoth(IssueCommand.self, arguments)
        #expect(issue.plain != nil && issue.plain == issue.parsed)
    }

    @Test(arguments: ["--heartbeat --max 12 --clock-ok", "--max +7 -", "--max 007"])
    func seal(line: String) throws {
        let both = try readBoth(SealCommand.self, line.split(separator: " ").map { String($0) })
        #expect(both.plain != nil && both.plain == both.parsed)
    }

    @Test(arguments: [
        "--key a.pem --to x --value 1.00CNY --count 3 --series s --starts t --expires +1d",
        "--keys dir --to x --to y --partial --voidable --no-transfer --redeem-in a,b --terms 00",
        "--key a --ref r --deadline +72h --region north --submit --passphrase-file p -",
        "--passphrase-fd 3 --value ä --series =x",
    ])
    func issue(line: String) throws {
        let both = try readBoth(IssueCommand.self, line.split(separator: " ").map { String($0) })
        #expect(both.plain != nil && both.plain == both.parsed)
    }

    /// What is not plain goes to the parser, right or wrong.
    @Test(arguments: [
        "--help", "-h", "-q", "--max=3", "--max", "--max --heartbeat", "--max x", "--max -1", "-C", "-Cnorth",
        "-C a -C b", "--heartbeat --heartbeat", "--", "-- -", "a b", "--color never", "--unknown",
        "--max 3 --max 4", "--version", "--heart",
    ])
    func others(line: String) {
        #expect(SealCommand.reading(line.split(separator: " ").map { String($0) }) == nil)
    }

    @Test func emptyWord() {
        #expect(SealCommand.reading([""]) == nil)
        #expect(SealCommand.reading(["-C", "", "-"]) != nil)
    }
}
