internal import ScripCore

/// What the vote files of a region hold, whether or not the blocks are in the index, as those on a branch that lost are
/// not.
struct PublishedVotes {
    private let voter: RegionName
    private let directory: RegionDirectory

    init(of voter: RegionName, in directory: RegionDirectory) {
        self.voter = voter
        self.directory = directory
    }

    /// The verdicts on the blocks of a height, for the quorum of whatever epoch; nil of what cannot be read.
    func verdicts(on chain: RegionName, height: Int) throws -> [VerdictText?] {
        let path =
            "\(RegionLayout.votes)/\(voter.text)/\(chain.text)/\(ThousandName(height: height).text)"
        guard let folder = try directory.publicFolder.subdirectoryIfPresent(path) else { return [] }
        var verdicts: [VerdictText?] = []
        for text in try folder.names() {
            guard let name = VoteFileName(text), name.heights.contains(height) else { continue }
            let lines = VoteFile.read(try folder.contents(of: text, limit: PublicFiles.voteFileBytesMax))
            let place = height - name.heights.lowerBound
            let vote = lines.indices.contains(place) ? try? Vote(parsing: lines[place]) : nil
            verdicts.append(vote.flatMap { try? VerdictText(parsing: $0.verdict.text) })
        }
        return verdicts
    }
}
