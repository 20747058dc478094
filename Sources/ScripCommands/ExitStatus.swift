internal import ScripCore
internal import ScripStore

/// What the program says to the shell (scrip(1), after sysexits(3) from 64 on). Thrown where a command ends
/// early and has told why.
enum ExitStatus: Int32, Error, CaseIterable {
    /// Yes, all of it.
    case success = 0
    /// No: something was rejected, or a check found a fault.
    case rejected = 1
    /// Not yet: provisional, awaiting another region or more votes.
    case awaiting = 2
    case usage = 64
    case malformed = 65
    case noInput = 66
    case internalFault = 70
    /// Nothing was published.
    case io = 74
    /// Busy, or refusing to sign for now.
    case retry = 75
    case durabilityUnconfirmed = 76
    case permission = 77

    init(_ kind: StoreError.Kind) {
        self = ExitStatus(rawValue: kind.exitStatus) ?? .internalFault
    }

    /// What one result line among many means.
    init(_ result: RecordResult) {
        switch result.status {
        case .awaiting: self = .awaiting
        case .admitted, .sealed, .confirmed: self = .success
        case .rejected: self = result.code == .malformed ? .malformed : .rejected
        case .disputed: self = .rejected
        }
    }

    /// The status of many lines is that of the worst (scrip(1)): 65, else 77, 66, 1, 2, 0. Whatever else
    /// comes up ends the command.
    func worse(_ other: ExitStatus) -> ExitStatus {
        badness >= other.badness ? self : other
    }

    private var badness: Int {
        switch self {
        case .success: 0
        case .awaiting: 1
        case .rejected: 2
        case .noInput: 3
        case .permission: 4
        case .usage: 5
        case .malformed: 6
        case .internalFault, .io, .retry, .durabilityUnconfirmed: 7
        }
    }
}
