internal import ScripCore
internal import ScripCrypto

/// Whose key each record was signed with, as those know who wrote it: nothing that anybody had to verify.
final class Signers {
    /// By the id of the record.
    private var keys: [String: Ed25519PublicKey] = [:]

    func note(_ record: Record, signedBy key: Ed25519PublicKey) { keys[record.id.hexadecimal] = key }

    /// Whether whoever has the key of that address wrote the record of that id.
    func isWritten(_ id: String, by address: String) -> Bool {
        guard let key = keys[id], let address = try? Address(parsing: address) else { return false }
        return address.key == key
    }
}
