import ScripCommands

ScripCommand.run()
