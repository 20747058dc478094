internal import ScripCore
internal import ScripCrypto

/// Checks the certificates of a chain, all signatures in them, and adds the good ones to the index.
struct CertificateVerification {
    private let context: VerificationContext

    /// A certificate's file that was read.
    private struct Checked: Sendable {
        let name: CertificateName
        let path: String
        let result: Result<CheckedCertificate, CertificateError>
        let chain: RegionName?
        let height: Int?
    }

    init(_ context: VerificationContext) { self.context = context }

    func run(_ chain: RegionName, _ folder: WalkedFolder) throws {
        let pipeline = OrderedPipeline<Checked>(context.workers)
        let charters = context.charters
        for (text, thousand) in try folder.names({ ThousandName($0) }) {
            guard let inner = try folder.folder(text) else { continue }
            let names = try inner.names { text in
                CertificateName(text).flatMap { $0.thousand == thousand ? $0 : nil }
            }
            for (text, name) in names {
                guard let bytes = try inner.contents(text, limit: Certificate.bytesMax) else { continue }
                let path = inner.path(of: text)
                if pipeline.isFull, let checked = pipeline.next() { try take(checked, chain, folder) }
                pipeline.submit { Self.check(bytes, name, path, charters) }
            }
        }
        while let checked = pipeline.next() { try take(checked, chain, folder) }
    }

    private static func check(
        _ bytes: [UInt8], _ name: CertificateName, _ path: String, _ charters: CharterHistory
    ) -> Checked {
        var certificate: Certificate?
        let result = Result { () throws(CertificateError) in
            let read = try Certificate(parsingFile: bytes)
            certificate = read
            return try read.check(charters: charters)
        }
        return Checked(
            name: name, path: path, result: result, chain: certificate?.chain, height: certificate?.height)
    }

    private func take(_ checked: Checked, _ chain: RegionName, _ folder: WalkedFolder) throws {
        let verdict: VerdictText
        switch checked.result {
        case .success(let certificate): verdict = certificate.verdict
        case .failure(.epoch(let epoch, let newest)) where epoch > newest:
            // The charter that it is judged by is not here.
            return context.findings.pending(chain)
        case .failure(let error):
            return try folder.problem(
                .certificate, checked.path, "\(error)", height: checked.height ?? checked.name.height)
        }
        guard checked.chain == chain, verdict.height == checked.name.height,
            verdict.charterEpoch == checked.name.epoch
        else {
            return try folder.problem(
                .name, checked.path, "the certificate is of another block than the name says",
                height: checked.name.height)
        }
        try context.index.addCertificate(
            chain, height: verdict.height, epoch: verdict.charterEpoch, size: verdict.size,
            root: verdict.root,
            verdict: verdict.text)
        context.findings.count(chain) { $0.certificates += 1 }
    }
}
