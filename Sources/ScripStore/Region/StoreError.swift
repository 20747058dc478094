internal import ScripCore

/// Why a command cannot go on: where, what, and the exit status that says so to a script (scrip(1)).
public struct StoreError: Error, Sendable, Equatable {
    /// What a failure means for the caller; `exitStatus` is its number.
    public enum Kind: Sendable, Equatable {
        /// A check found a fault.
        case rejected
        /// What is asked for cannot be known here yet.
        case awaiting
        case usage
        case malformed
        case noInput
        case internalFault
        case io
        /// Busy, or refusing to sign for now.
        case retry
        case durabilityUnconfirmed
        case permission

        /// The exit status, after sysexits(3) where there is one.
        public var exitStatus: Int32 {
            switch self {
            case .rejected: 1
            case .awaiting: 2
            case .usage: 64
            case .malformed: 65
            case .noInput: 66
            case .internalFault: 70
            case .io: 74
            case .retry: 75
            case .durabilityUnconfirmed: 76
            case .permission: 77
            }
        }
    }

    public let kind: Kind
    /// The file or thing that the diagnostic begins with.
    public let subject: String
    /// What is wrong and what to do.
    public let message: String

    public init(_ kind: Kind, _ subject: String, _ message: String) {
        self.kind = kind
        self.subject = subject
        self.message = message
    }

    public init(_ error: FileError) {
        let kind: Kind =
            if error.isMissing || error.isNotDirectory {
                .noInput
            } else if error.isForbidden { .permission } else { .io }
        self.init(kind, error.path, error.description)
    }

    public init(_ error: PublishError) {
        let kind: Kind =
            switch error {
            case .conflict: .rejected
            case .io, .readBackDiffers, .unsafeFileSystem: .io
            case .durabilityUnconfirmed: .durabilityUnconfirmed
            }
        self.init(kind, error.path, error.description)
    }

    public init(_ error: KeyFileError) {
        switch error {
        case .file(let fault): self.init(fault)
        case .tooLarge: self.init(.malformed, error.path, error.description)
        default: self.init(.permission, error.path, error.description)
        }
    }

    public init(_ error: RegionLockError) {
        switch error {
        case .busy(let path):
            self.init(.retry, path, "another scrip command is writing here; try again")
        case .file(let fault): self.init(fault)
        }
    }

    /// An error of the index in the region at `subject`.
    init(_ error: SQLiteError, subject: String) {
        if error.isCorrupt {
            self.init(.io, subject, IndexError.damaged.description)
        } else if error.isBusy {
            self.init(.retry, subject, "another scrip command is at work in the index; try again")
        } else {
            self.init(.io, subject, "\(error)")
        }
    }

    /// Any error of the modules below, under the name of what was worked on.
    public init(_ error: any Error, subject: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as FileError: self.init(error)
        case let error as PublishError: self.init(error)
        case let error as KeyFileError: self.init(error)
        case let error as RegionLockError: self.init(error)
        case let error as ForeignFileError: self.init(.malformed, subject, "\(error)")
        case let error as MalformedRecord: self.init(.malformed, subject, error.reason)
        case let error as BlockFault: self.init(.rejected, subject, error.reason)
        case let error as SQLiteError: self.init(error, subject: subject)
        case IndexError.damaged: self.init(.io, subject, IndexError.damaged.description)
        default: self.init(.internalFault, subject, "\(error)")
        }
    }
}
