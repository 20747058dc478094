/// The own copy of a segment file, which grows while that is read and verified. It comes to the disk only once it is
/// needed there: most files that are no good are short, and leave no trace.
final class SegmentCopy {
    private let publisher: Publisher
    private var head: [UInt8] = []
    private var file: StagedFile?
    /// In bytes.
    private(set) var size: Int64 = 0

    private static let headBytesMax = 1 << 18

    init(_ publisher: Publisher) {
        self.publisher = publisher
    }

    func append(_ bytes: Span<UInt8>) throws(PublishError) {
        size += Int64(bytes.count)
        if file == nil, head.count + bytes.count <= Self.headBytesMax {
            for position in bytes.indices { head.append(bytes[position]) }
        } else {
            try staged().append(bytes)
        }
    }

    /// The file in staging, with all that was appended.
    func staged() throws(PublishError) -> StagedFile {
        if let file { return file }
        let staged = try publisher.stage()
        try staged.append(head)
        head = []
        file = staged
        return staged
    }

    func discard() {
        file?.discard()
    }
}
