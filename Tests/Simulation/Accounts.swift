internal import ScripCore
internal import ScripCrypto

/// The people of a simulation: in each region a shop that issues, two holders, and a merchant.
struct Accounts {
    struct Account {
        let key: Ed25519PrivateKey
        let address: Address
    }

    private(set) var all: [Account] = []
    let shops: [RegionName: Account]
    private let byText: [String: Account]

    init(_ regions: [RegionName]) {
        var shops: [RegionName: Account] = [:]
        for region in regions {
            for role in ["shop", "holder", "friend", "merchant"] {
                let key = Ed25519PrivateKey(seed: SHA256.hash(Array("\(role) of \(region)".utf8)))
                let account = Account(key: key, address: Address(region: region, key: key.publicKey))
                if role == "shop" { shops[region] = account }
                all.append(account)
            }
        }
        self.shops = shops
        byText = Dictionary(uniqueKeysWithValues: all.map { ($0.address.text, $0) })
    }

    func account(_ address: Address) -> Account? { byText[address.text] }
}
