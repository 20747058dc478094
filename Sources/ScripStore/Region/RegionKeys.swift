internal import ScripCore
internal import ScripCrypto

/// The key files of a region: `private/log.pem` and `private/witness.pem`, and beside them, from `private/log-2.pem` on,
/// those that were made for later epochs. Which one is meant shows in the public key that a charter names.
struct RegionKeys {
    private let root: Directory
    private let path: String
    private let region: RegionName
    private let federation: FederationName

    init(_ root: Directory, path: String, region: RegionName, federation: FederationName) {
        self.root = root
        self.path = path
        self.region = region
        self.federation = federation
    }

    /// The signer whose public key that is; nil if none of the files holds it.
    func log(_ key: VerifierKey) throws(StoreError) -> LogSigner? {
        for file in try Self.files(RegionLayout.logKey, root, path) {
            let signer = LogSigner(
                region: region, federation: federation, privateKey: try Self.read(file, root, path))
            if signer.verifierKey == key { return signer }
        }
        return nil
    }

    /// The signer whose public key that is; nil if none of the files holds it.
    func witness(_ key: VerifierKey) throws(StoreError) -> WitnessSigner? {
        for file in try Self.files(RegionLayout.witnessKey, root, path) {
            let signer = WitnessSigner(
                region: region, federation: federation, privateKey: try Self.read(file, root, path))
            if signer.verifierKey == key { return signer }
        }
        return nil
    }

    /// The name of the key file that is made for an epoch: `private/log-2.pem` for the second.
    static func file(_ relativePath: String, epoch: Int) -> String {
        let stem = relativePath.utf8.dropLast(4)
        return "\(String(Substring(stem)))-\(epoch).pem"
    }

    /// The key files of that kind that are there, the first one first, then the newest.
    static func files(
        _ relativePath: String, _ root: Directory, _ path: String
    ) throws(StoreError) -> [String] {
        let stem = String(
            Substring(relativePath.utf8.dropFirst(RegionLayout.private.utf8.count + 1).dropLast(4)))
        var epochs: [Int] = []
        do {
            for name in try root.subdirectory(RegionLayout.private).names() {
                if let digits = name[...].utf8.dropping(suffix: ".pem"),
                    let (before, after) = digits.splitAtHyphen(), Substring(before) == stem[...],
                    let epoch = FileNumber.parse(after.span)
                {
                    epochs.append(epoch)
                }
            }
        } catch {
            throw StoreError(error, subject: path)
        }
        return [relativePath] + epochs.sorted(by: >).map { file(relativePath, epoch: $0) }
    }

    static func read(
        _ relativePath: String, _ root: Directory, _ path: String
    ) throws(StoreError) -> Ed25519PrivateKey {
        let bytes: [UInt8]
        do {
            let folder = try root.subdirectory(RegionLayout.private)
            bytes = try KeyFile.contents(
                String(relativePath.dropFirst(RegionLayout.private.count + 1)), in: folder)
        } catch let error as KeyFileError {
            throw StoreError(error)
        } catch {
            throw StoreError(error, subject: path)
        }
        do {
            return try PrivateKeyPEM.decode(bytes, passphrase: nil)
        } catch {
            throw StoreError(error, ofRegionKey: relativePath, in: path)
        }
    }
}
