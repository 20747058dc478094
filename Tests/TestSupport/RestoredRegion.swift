internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// The region south of the honest federation as a backup of its second block brings it back, while north's public
/// folder, which is `honest/public`, has its blocks three and four: what `fixtures/restored` holds.
public struct RestoredRegion {
    /// By their path below `fixtures/restored`.
    public private(set) var files: [String: [UInt8]] = [:]

    private static let height = 2

    public init(_ honest: HonestFederation) throws {
        let south = try honest.federation.region(HonestFederation.south)
        let keys = ["log", "witness"].map { SigningFederation.key("\(south.name.text) \($0)", salt: "") }
        let settings = RegionSettings(federation: honest.federation.charter.federation, region: south.name)
        files["files/scrip.json"] = settings.bytes
        files["files/private/log.pem"] = PrivateKeyPEM.encode(keys[0])
        files["files/private/witness.pem"] = PrivateKeyPEM.encode(keys[1])
        // The marks, as some other machine wrote them.
        let mark = "private/high-water"
        files["files/\(mark)/000000000\(Self.height)-0123456789abcdef-7-1763632860000000000.seg.gz"] =
            honest.files[HonestFederation.segment(south.name, Self.height)]
        let entries = honest.blocks.filter { $0.key != south.name }.sorted { $0.key < $1.key }
            .map { chain, blocks in
                let root = blocks[Self.height - 1].root.hexadecimal
                return "{\"chain\":\"\(chain.text)\",\"height\":\(Self.height),\"root\":\"\(root)\"}"
            }
        files["files/\(mark)/votes-0123456789abcdef-8-1763632860000000001.json"] = Array(
            "{\"chains\":[\(entries.joined(separator: ","))],\"type\":\"votes\",\"v\":1}\n".utf8)
        files["apply.sh"] = Array(Self.script.utf8)
        files["expected"] = Array(Self.expected.utf8)
    }

    /// Makes the region in the working directory.
    private static let script = """
        #!/bin/sh
        # The region south, restored from a backup of its second block, in the working directory.
        set -eu
        here=$(cd "$(dirname "$0")" && pwd)
        cp -R "$here/files/." .
        chmod 700 private private/high-water
        chmod 600 private/*.pem
        cp -R "$here/../honest/public" public
        rm -r public/heads.note public/outbox
        rm public/segments/east/0000000/0000000002-0000000003.seg.gz
        find public/segments public/votes public/certificates -type f -name '000000000[34]*' -exec rm -f {} +

        """

    /// The exit statuses of commands, one after the other.
    private static let expected = """
        seal --heartbeat: 75
        sync PEER: 75
        repair --from PEER: 75
        seal --heartbeat: 75
        repair --from PEER --moved: 0
        marked: south 4
        seal --heartbeat: 0
        sealed: south 5

        """
}
