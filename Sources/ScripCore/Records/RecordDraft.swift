public import ScripCrypto

/// A record before it is signed: its fields by name.
public struct RecordDraft: Sendable {
    private var members: [String: JSON]

    /// `members` are the fields of format section 3 but `v`, `type`, `id` and `sig`.
    public init(type: RecordType, members: [String: JSON]) {
        self.members = members
        self.members["type"] = .string(type.rawValue)
        self.members["v"] = 1
    }

    /// Signs the draft and reads the result back, so that nothing leaves that a reader would call malformed.
    public func signed(
        with key: Ed25519PrivateKey, genesis: Digest
    ) throws(MalformedRecord) -> Record {
        let prefix = Record.signedPrefix(genesis: genesis)
        let signedBytes = prefix + JSON.object(members).canonical
        var complete = members
        complete["id"] = .string(SHA256.hash(signedBytes).hexadecimal)
        complete["sig"] = .string(Base64.encode(key.signature(for: signedBytes).bytes))
        return try Record(line: JSON.object(complete).canonical, signedPrefix: prefix)
    }
}

extension Record {
    /// The members of the line, to make another line of.
    private func members() -> [String: JSON] {
        guard let document = try? JSONDocument(line, form: .canonical),
            case .object(let members) = document.root.json
        else { return [:] }
        return members
    }

    /// The same record with `signature` as the buyer's acceptance.
    public func accepted(
        by key: Ed25519PrivateKey, genesis: Digest
    ) throws(MalformedRecord) -> Record {
        var members = members()
        let signature = key.signature(for: Acceptance.signedBytes(genesis: genesis, record: id))
        members["accept"] = .object(["sig": .string(Base64.encode(signature.bytes))])
        return try Record(
            line: JSON.object(members).canonical, signedPrefix: Record.signedPrefix(genesis: genesis))
    }

    /// Reads a record from one line in any JSON layout, such as standard input holds, and makes it canonical.
    public static func reading(
        _ text: [UInt8], signedPrefix prefix: [UInt8]
    ) throws(MalformedRecord) -> Record {
        if text.count <= lineBytesMax, let document = try? JSONDocument(text, form: .canonical) {
            return try Record(document, signedPrefix: prefix)
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(text, form: .any)
        } catch {
            throw MalformedRecord("\(error.reason) (byte \(error.offset + 1))")
        }
        return try Record(line: document.root.json.canonical, signedPrefix: prefix)
    }
}
