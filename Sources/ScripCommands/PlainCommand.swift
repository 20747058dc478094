internal import ArgumentParser

/// A command that reads its arguments itself where they are plain.
protocol PlainCommand: ProgramCommand {
    /// Sets every property: one that is left out cannot be read.
    init(_ plain: inout PlainArguments)
}

extension PlainCommand {
    /// The command that the arguments behind its name call for; nil if ArgumentParser has to read them.
    static func reading(_ arguments: [String]) -> Self? {
        var plain = PlainArguments(arguments)
        let command = Self(&plain)
        return plain.isUsedUp ? command : nil
    }
}

/// The commands of the way from a request to a sealed block.
enum PlainCommands {
    static func command(_ name: String, _ arguments: [String]) -> (any ParsableCommand)? {
        switch name {
        case "issue": return IssueCommand.reading(arguments)
        case "validate": return ValidateCommand.reading(arguments)
        case "seal": return SealCommand.reading(arguments)
        default: return nil
        }
    }
}

extension IssueCommand: PlainCommand {
    init(_ plain: inout PlainArguments) {
        self.init()
        globals = GlobalOptions(&plain)
        keys = KeyOptions(&plain)
        to = plain.options("--to")
        bearer = plain.option("--bearer")
        value = plain.option("--value")
        count = plain.integer("--count")
        series = plain.option("--series")
        starts = plain.option("--starts")
        expires = plain.option("--expires")
        partial = plain.flag("--partial")
        voidable = plain.flag("--voidable")
        noTransfer = plain.flag("--no-transfer")
        redeemIn = plain.option("--redeem-in")
        terms = plain.option("--terms")
        ref = plain.option("--ref")
        deadline = plain.option("--deadline")
        region = plain.option("--region")
        submit = plain.flag("--submit")
        input = plain.word()
    }
}

extension ValidateCommand: PlainCommand {
    init(_ plain: inout PlainArguments) {
        self.init()
        globals = GlobalOptions(&plain)
        input = plain.word()
    }
}

extension SealCommand: PlainCommand {
    init(_ plain: inout PlainArguments) {
        self.init()
        globals = GlobalOptions(&plain)
        heartbeat = plain.flag("--heartbeat")
        max = plain.integer("--max")
        clockOk = plain.flag("--clock-ok")
        input = plain.word()
    }
}
