internal import ScripCore

/// The charters that a region has signed: the texts `private/charter/<epoch>.text`, each durable before its signature
/// was given out. They are promises: to sign no other charter of that epoch, and never to vote in an earlier epoch
/// beyond the place at which one of them ends a chain.
struct CharterPromises {
    /// By epoch; that of epoch 1 promises nothing more and is left out.
    let charters: [Charter]

    /// Where the text of the charter lies that a region signed for an epoch.
    static func path(epoch: Int) -> String { "\(folder)/\(epoch).text" }

    private static let folder = "private/charter"

    /// Reads the promises of the region directory `root`, named `path`.
    init(reading root: Directory, path: String) throws {
        var charters: [Charter] = []
        for name in try root.subdirectoryIfPresent(Self.folder)?.names() ?? [] {
            guard let digits = name[...].utf8.dropping(suffix: ".text"),
                let epoch = FileNumber.parse(digits.span),
                epoch > 1
            else { continue }
            let file = Self.path(epoch: epoch)
            let text = try root.contents(of: file, limit: RegionDirectory.charterBytesMax)
            do throws(CharterError) {
                charters.append(try Charter(parsing: text))
            } catch {
                // A promise that cannot be read cannot be kept.
                throw StoreError(
                    .retry, "\(path)/\(file)",
                    "this is what the region has signed, and it does not read (\(error)); nothing is voted on"
                )
            }
        }
        self.charters = charters.sorted { $0.epoch < $1.epoch }
    }

    /// Where the region has promised that the chain ends for blocks that name `epoch`; nil if it has not.
    func end(of chain: RegionName, naming epoch: Int) -> ChainPoint? {
        for charter in charters where charter.epoch > epoch {
            for point in charter.changes.retirements + charter.changes.rekeys where point.region == chain {
                return point
            }
        }
        return nil
    }
}
