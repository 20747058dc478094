internal import ScripCore
internal import ScripCrypto

/// The last statement about the own chain that this region signed, durable before anybody sees it: what a restart
/// completes, and what tells an old backup (protocol section 9). The file `private/high-water`:
///
/// `{"checkpoint":"<signed note>","height":17,"staged":".tmp-…","type":"high-water","v":1}`
struct HighWaterMark: Equatable {
    let height: Int
    /// The bytes of the signed checkpoint.
    let checkpoint: [UInt8]
    /// Where the block lies until it has its final name.
    let staged: String

    static let bytesMax = 1 << 16

    var bytes: [UInt8] {
        JSON.object([
            "checkpoint": .string(String(decoding: checkpoint, as: UTF8.self)),
            "height": .integer(Int64(height)), "staged": .string(staged), "type": "high-water", "v": 1,
        ]).canonical + [UInt8(ascii: "\n")]
    }

    init(height: Int, checkpoint: [UInt8], staged: String) {
        self.height = height
        self.checkpoint = checkpoint
        self.staged = staged
    }

    init?(parsing bytes: [UInt8]) {
        guard bytes.last == UInt8(ascii: "\n"),
            let document = try? JSONDocument(
                Array(bytes.dropLast()), form: .canonical, allowsNewlines: true),
            document.root.member("type")?.text == "high-water",
            let height = document.root.member("height")?.integer,
            let checkpoint = document.root.member("checkpoint")?.string,
            let staged = document.root.member("staged")?.text
        else { return nil }
        self.init(height: Int(height), checkpoint: checkpoint, staged: staged)
    }
}

extension RegionWriter {
    func readHighWater() throws -> HighWaterMark? {
        guard
            let bytes = try root.contentsIfPresent(
                of: RegionLayout.highWater, limit: HighWaterMark.bytesMax)
        else { return nil }
        guard let mark = HighWaterMark(parsing: bytes) else {
            throw StoreError(
                .retry, "\(directory.path)/\(RegionLayout.highWater)",
                "the high-water mark is damaged, so nothing is signed; restore it from a backup")
        }
        return mark
    }

    /// Gives the block of the high-water mark its final name, if a killed command did not come to it. True if
    /// there was something to do.
    func completeSeal() throws -> Bool {
        guard let mark = try readHighWater() else { return false }
        if try SegmentFiles.file(holding: mark.height, of: name, in: directory.publicFolder) != nil {
            return false
        }
        guard let target = SegmentName(heights: mark.height...mark.height) else { return false }
        let staged: StagedFile
        do {
            staged = try publisher.resume(mark.staged)
        } catch {
            throw StoreError(
                .retry, directory.path,
                """
                block \(mark.height) of this region was signed but is not in public/: the directory is an old \
                copy; nothing is signed until the region's own files are back
                """)
        }
        _ = try publisher.publish(staged, to: PublicFile.segment(chain: name, target).regionPath)
        return true
    }

    func stagingNamesInUse() throws -> Set<String> {
        guard let mark = try readHighWater() else { return [] }
        return [mark.staged]
    }
}
