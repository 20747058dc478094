import ScripCore
import ScripCrypto

@testable import ScripCommands

/// Accounts for tests, each with the key of a seed of equal bytes.
enum Accounts {
    static let shop = account("north", 1)
    static let alice = account("north", 2)
    static let bob = account("south", 3)

    private static func account(_ region: String, _ seed: UInt8) -> Address {
        let key = Ed25519PrivateKey(seed: Bytes32([UInt8](repeating: seed, count: 32))!)
        return Address(region: RegionName(region)!, key: key.publicKey)
    }
}

extension InputLine {
    /// A line as standard input gives it.
    init(_ text: String) {
        self.init(number: 1, bytes: Array(text.utf8), isTooLong: false)
    }
}
