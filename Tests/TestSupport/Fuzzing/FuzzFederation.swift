internal import Foundation
internal import ScripCore

/// The federation of `fixtures/honest/`, whose files are the seeds of what is signed.
enum FuzzFederation {
    /// Nil where the fixtures are absent; then nothing that is signed is taken, and replaying the corpus fails.
    static let charters: CharterHistory? = {
        let file = FixtureFolder.location.appending(path: "honest/public/charter/1.note")
        guard let bytes = try? Array(Data(contentsOf: file)), let signed = try? SignedCharter(parsing: bytes)
        else { return nil }
        return CharterHistory(signed.charter)
    }()

    /// What the signed bytes of its records begin with.
    static let signedPrefix: [UInt8] = charters.map { Record.signedPrefix(genesis: $0.genesis) } ?? []
}
