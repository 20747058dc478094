internal import ScripCrypto

/// One question to one file of a peer's, and whether the file as it is now was asked in vain before.
///
/// Taken before the file is opened: what arrives while it is read belongs to the next time.
struct FruitlessSearch {
    private let path: String
    private let peer: String
    private let status: FileStatus?
    private let question: Digest
    private let useless: UselessFiles?
    /// Whether this was asked in vain: it need not be asked again.
    let isKnown: Bool

    /// `useless` is nil where nothing is remembered.
    init(_ path: String, of peer: PeerFolder, _ question: String, _ useless: UselessFiles?) throws {
        // What a pull of the same file found is another matter.
        self.path = "own/\(path)"
        self.peer = peer.path
        self.question = SHA256.hash(Array(question.utf8))
        self.useless = useless
        status = useless == nil ? nil : peer.status(of: path)
        isKnown =
            if let useless, let status {
                try useless.contains(self.path, of: self.peer, status, state: self.question)
            } else {
                false
            }
    }

    /// Remembers that it was.
    func note() throws {
        guard let useless, let status else { return }
        try useless.note(path, of: peer, status, state: question)
    }
}
