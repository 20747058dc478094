/// What a program printed, and how it ended.
public struct ProgramResult: Hashable, Sendable {
    public let output: [UInt8]
    public let end: ProgramEnd
    /// Whether the program took all of its input before it ended. One that does not look at it need not.
    public let tookAllInput: Bool
}

/// Why a program has no result.
public enum ProgramFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// It did not start, or the exchange with it failed.
    case system(FileError)
    /// It was killed at its deadline.
    case late(milliseconds: Int64)
    /// It was killed because it printed more than this many bytes.
    case outputTooLong(limit: Int)

    public var description: String {
        switch self {
        case .system(let error): error.description
        case .late(let milliseconds): "it was killed after \(Self.seconds(milliseconds))"
        case .outputTooLong(let limit): "it was killed because it printed more than \(limit) bytes"
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}

extension World {
    /// Runs a program from start to end: feeds it `input`, gathers what it prints, and kills it if it takes longer
    /// than the deadline or prints more than the limit. The output of a program that goes on in the background is not
    /// waited for.
    public func run(
        _ call: ProgramCall, input: [UInt8] = [], deadlineMilliseconds: Int64, outputBytesMax: Int
    ) throws(ProgramFault) -> ProgramResult {
        let start = clock.elapsedMilliseconds()
        do {
            let program = try programs.start(call)
            defer { program.kill() }
            var rest = input[...]
            var output: [UInt8] = []
            var isInputOpen = true
            while true {
                if isInputOpen, rest.isEmpty {
                    program.closeInput()
                    isInputOpen = false
                }
                // Asked before the output is read: what it printed before it ended is there by now.
                let end = program.end()
                let left = deadlineMilliseconds - (clock.elapsedMilliseconds() - start)
                if end == nil, left <= 0 { throw ProgramFault.late(milliseconds: deadlineMilliseconds) }
                let exchange = try program.exchange(
                    isInputOpen ? rest : [], into: &output, waitingAtMost: end == nil ? left : 0)
                if output.count > outputBytesMax {
                    throw ProgramFault.outputTooLong(limit: outputBytesMax)
                }
                rest = rest.dropFirst(exchange.written)
                if exchange.isInputClosed, isInputOpen {
                    program.closeInput()
                    isInputOpen = false
                }
                if let end, exchange.isOutputEnded || exchange.read == 0 || left <= 0 {
                    return ProgramResult(output: output, end: end, tookAllInput: rest.isEmpty)
                }
            }
        } catch let error as FileError {
            throw .system(error)
        } catch let fault as ProgramFault {
            throw fault
        } catch {
            throw .system(FileError(operation: "run", path: call.path, code: 0))
        }
    }
}
