internal import ScripCrypto

/// One question to one file of a peer's, and whether the file as it is now was asked in vain before.
///
/// Taken before the file is opened: what arrives while it is read belongs to the next time.
struct FruitlessSearch {
    /// What is asked of files. Each has its memory of a file, as the pull of the same file has.
    enum Kind: String {
        case ownBlockBeyond = "own-beyond"
        case otherOwnBlock = "own-other"
        case ownVotes = "own-votes"
    }

    private let path: String
    private let peer: String
    private let status: FileStatus?
    private let question: Digest
    private let useless: UselessFiles?
    /// Whether this was asked in vain: it need not be asked again.
    let isKnown: Bool

    /// `useless` is nil where nothing is remembered.
    init(
        _ kind: Kind, _ path: String, of peer: PeerFolder, _ question: String, _ useless: UselessFiles?
    ) throws {
        self.path = "\(kind.rawValue)/\(path)"
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
