/// The name under which a file is to appear: whole, once, and never over another.
struct FinalName {
    let directory: Directory
    let name: String
    let randomness: any Randomness

    /// Gives the name to a finished staged file and removes the staging name. The caller synchronizes the
    /// directory.
    ///
    /// `isEquivalent` says whether a file that has the name is as good as the new one although its bytes
    /// differ.
    ///
    /// With `keepsName` the staging name stays, as a second name of the same file.
    func give(
        to staged: StagedFile, isEquivalent: ((File) -> Bool)?, keepsName: Bool = false
    ) throws(PublishError) -> PublishOutcome {
        switch try attempt(staged, keepsName: keepsName) {
        case .done:
            if !keepsName { try removeStagingName(of: staged) }
            return .published
        case .taken:
            return try compare(staged, isEquivalent: isEquivalent, keepsName: keepsName)
        case .needsCopy:
            // The copy is staged where it is to appear; a second answer of this kind is then a plain error.
            let copy = try staged.copy(into: directory, randomness: randomness)
            let outcome = try give(to: copy, isEquivalent: isEquivalent)
            if !keepsName { try removeStagingName(of: staged) }
            return outcome
        }
    }

    /// Gives the name to a finished staged file in place of the file that has it.
    func giveReplacing(_ staged: StagedFile) throws(PublishError) {
        do {
            try staged.rename(to: name, in: directory, replacing: true)
        } catch {
            guard error.isCrossDevice, staged.directory !== directory else { throw .io(error) }
            let copy = try staged.copy(into: directory, randomness: randomness)
            try giveReplacing(copy)
            try removeStagingName(of: staged)
        }
    }

    /// Makes the name durable.
    func synchronize() throws(PublishError) {
        do {
            try directory.synchronize()
        } catch {
            throw .durabilityUnconfirmed(error)
        }
    }

    private enum Attempt {
        case done
        case taken
        /// The staged file lies on another file system, or there are no hard links and its own name is to stay.
        case needsCopy
    }

    private func attempt(_ staged: StagedFile, keepsName: Bool) throws(PublishError) -> Attempt {
        do {
            try staged.directory.link(staged.name, to: name, in: directory)
            return .done
        } catch {
            if error.isAlreadyThere { return .taken }
            if error.isCrossDevice && staged.directory !== directory { return .needsCopy }
            guard error.isLinkUnsupported else { throw .io(error) }
            if keepsName { return .needsCopy }
        }
        do {
            try staged.rename(to: name, in: directory, replacing: false)
            return .done
        } catch {
            if error.isAlreadyThere { return .taken }
            if error.isCrossDevice && staged.directory !== directory { return .needsCopy }
            throw error.isRenameUnsupported ? .unsafeFileSystem(error) : .io(error)
        }
    }

    /// The name is taken: by a file that is as good, or by something else.
    private func compare(
        _ staged: StagedFile, isEquivalent: ((File) -> Bool)?, keepsName: Bool
    ) throws(PublishError) -> PublishOutcome {
        let holder: Holder
        do {
            holder = try self.holder(staged, isEquivalent: isEquivalent)
        } catch {
            throw .io(error)
        }
        switch holder {
        case .stagedFile:
            if !keepsName { try removeStagingName(of: staged) }
            return .published
        case .equal(let present):
            // Whoever wrote it may have been interrupted before it was durable.
            do {
                try present.synchronize()
            } catch {
                throw .durabilityUnconfirmed(error)
            }
            if !keepsName { staged.discard() }
            return .alreadyThere
        case .other:
            staged.discard()
            throw .conflict(path: Directory.join(directory.path, name))
        }
    }

    private enum Holder {
        /// The staged file itself: the answer to the first link(2) was lost on the way from a file server.
        case stagedFile
        case equal(File)
        case other
    }

    private func holder(
        _ staged: StagedFile, isEquivalent: ((File) -> Bool)?
    ) throws(FileError) -> Holder {
        if let status = try directory.status(of: name), status.kind != .regular { return .other }
        let present = try directory.file(name)
        let status = try present.status()
        if status.kind != .regular { return .other }
        if status.isSameFile(as: try staged.file.status()) { return .stagedFile }
        if try present.hasSameContent(as: staged.file) { return .equal(present) }
        if let isEquivalent, isEquivalent(present) { return .equal(present) }
        return .other
    }

    private func removeStagingName(of staged: StagedFile) throws(PublishError) {
        do {
            try staged.removeName()
        } catch {
            throw .durabilityUnconfirmed(error)
        }
    }
}
