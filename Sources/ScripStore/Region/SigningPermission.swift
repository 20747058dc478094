internal import ScripCore
internal import ScripCrypto

/// Whether a region may sign for now (protocol sections 8 and 9): no certificate contradicts its own recomputation, and
/// what it would sign next cannot be signed already.
struct SigningPermission {
    let directory: RegionDirectory
    let index: LedgerIndex
    let settings: RegionSettings
    /// Nil if the folder is not there.
    let marks: MarkFolder?
    /// Where files of peers that were read in vain are remembered; nil for who changes nothing.
    var useless: UselessFiles?
    private var isVoter: Bool { directory.charter.voter(named: settings.region) != nil }

    /// Throws `retry` if it must not.
    func require() throws {
        if let place = try index.firstContradiction(but: settings.acknowledgedBlocks) {
            throw StoreError(
                .retry, directory.path,
                """
                the certificate of block \(place.height) of '\(place.chain.text)' contradicts this region's own \
                recomputation; nothing is signed until an operator has looked: run 'scrip verify --full', and see \
                ALARMS in scrip-status(1)
                """)
        }
        guard isVoter else { return }
        try requireOwnMark()
        try OwnCopies(directory, index, settings.region, remembering: useless).requireNothingElsewhere()
    }

    /// Throws if the directory is a copy, or was set back: what it would sign next may be signed already.
    func requireOwnMark() throws {
        guard isVoter else { return }
        let fault =
            try marks.map {
                try OwnMark(folder: $0, directory: directory, index: index, name: settings.region).fault()
            } ?? .missing
        if let fault { throw StoreError(.retry, directory.path, OwnMark.text(fault)) }
    }
}

extension RegionWriter {
    private var signingPermission: SigningPermission {
        SigningPermission(
            directory: directory, index: index, settings: settings, marks: markFolder,
            useless: UselessFiles(self))
    }

    /// Throws if this region must not sign for now: a certificate contradicts its own recomputation, or it may have
    /// signed already what it would sign next.
    func requireMaySign() throws { try signingPermission.require() }

    /// Throws if the directory is a copy, or was set back: what it would sign next may be signed already.
    func requireOwnMark() throws { try signingPermission.requireOwnMark() }
}

extension RegionDirectory {
    /// Throws if the region must not sign for now. Takes the lock, for as long as it looks, only where something seems
    /// to be wrong: another command that is half done can look like that.
    ///
    /// - Throws: `retry` if it must not sign; `busy` if another command stays at work.
    public func requireMaySign(
        lockTimeoutMilliseconds: Int64 = RegionLock.defaultTimeoutMilliseconds
    ) throws(StoreError) {
        guard let root, let settings else {
            throw StoreError(
                .noInput, path, "this is a copy of a public folder; the keys of the region are not here")
        }
        do {
            let ledger = try Ledger.open(self)
            let marks = try MarkFolder(reading: root, world: world)
            try ledger.consistently {
                try SigningPermission(directory: self, index: ledger.index, settings: settings, marks: marks)
                    .require()
            }
        } catch {
            let writer = try RegionWriter.open(self, lockTimeoutMilliseconds: lockTimeoutMilliseconds)
            do {
                try writer.requireMaySign()
            } catch {
                throw StoreError(error, subject: path)
            }
        }
    }
}
