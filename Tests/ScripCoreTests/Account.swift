import ScripCrypto
import Testing

@testable import ScripCore

/// A party whose private key the tests hold. The key depends on the name alone, so that one party can have
/// accounts in several regions.
struct Account {
    let key: Ed25519PrivateKey
    let address: Address

    init(_ name: String, at regionName: String) throws {
        key = privateKey("account \(name)")
        address = Address(region: try region(regionName), key: key.publicKey)
    }

    var json: JSON { .string(address.text) }
}
