import Simulation
import Testing

/// A fixed share of what scripts/powercuts does: the power fails at calls of the commands that write, and the disk keeps
/// some of what was not durable.
@Suite(.serialized) struct PowerCutTests {
    private static func reports(_ options: PowerCutOptions) throws -> [PowerCutReport] {
        let scratch = try ScratchDirectory()
        var reports: [PowerCutReport] = []
        try PowerCutSweep(home: scratch.path("home"), options: options).run { reports.append($0) }
        return reports
    }

    /// Every call of `validate`, and every subset of what is not durable. A record that a killed `validate` had left
    /// was acknowledged by the next one without being durable.
    @Test func whatWasValidatedIsThere() throws {
        var options = PowerCutOptions()
        options.commands = ["validate, records of the own region"]
        for report in try Self.reports(options) {
            #expect(report.failures == [])
            #expect(report.calls >= 5 && report.changesMax >= 3 && report.states > 5)
        }
    }

    /// Some calls of every command.
    @Test func everyCommandGoesOnAfterAPowerCut() throws {
        var options = PowerCutOptions()
        options.stride = 25
        options.subsetsMax = 2
        let reports = try Self.reports(options)
        #expect(reports.count >= 20)
        for report in reports {
            #expect(report.failures == [])
            #expect(report.calls > 0 && report.subsets > 0)
        }
    }

    /// The process is killed once a key for the next epoch, a block or a charter has its name, the command is run again, and
    /// then the power fails with nothing kept.
    @Test(arguments: [
        ("charter line, new keys", 12), ("charter adopt", 5), ("seal", 11), ("keygen", 5),
        ("sync that takes over blocks, votes and certifies", 12),
    ])
    func whatTheNextCommandFoundIsDurable(command: String, call: Int) throws {
        var options = PowerCutOptions()
        options.commands = [command]
        options.call = call
        options.moment = .later
        options.subsetsMax = 2
        for report in try Self.reports(options) {
            #expect(report.failures == [])
            #expect(report.calls > call)
        }
    }

    /// A disk that only says that it has made something durable is found out.
    @Test(arguments: PowerCutOptions.Lie.allCases)
    func aDiskThatLiesIsFoundOut(lie: PowerCutOptions.Lie) throws {
        var options = PowerCutOptions()
        options.commands = [lie == .remains ? "validate, a split" : "seal --heartbeat"]
        options.lie = lie
        options.stride = lie == .remains ? 1 : 3
        options.subsetsMax = 16
        for report in try Self.reports(options) { #expect(!report.failures.isEmpty) }
    }

    @Test func subsetsAreAllOrMany() {
        #expect(PowerCutSweep.subsetCount(of: 0) == 1)
        #expect(PowerCutSweep.subsetCount(of: 10) == 1_024)
        #expect(PowerCutSweep.subsetCount(of: 40) == 1_024)
    }
}
