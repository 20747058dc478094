internal import ScripCore

/// The lines of a file, in bounded memory.
final class LineStream {
    private let file: ForeignFile
    private let lineBytesMax: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// How far `buffer` was searched for the end of a line.
    private var searched = 0
    private var isFileEnd = false

    /// Why the next line cannot be had.
    enum Fault: Error {
        case tooLong
        /// The file does not end with a newline.
        case cutOff
        case file(ForeignFileError)
    }

    /// Lines may be `lineBytesMax` bytes long, without the newline.
    init(_ file: ForeignFile, lineBytesMax: Int) {
        self.file = file
        self.lineBytesMax = lineBytesMax
    }

    /// The next line without its newline; nil at the end of the file.
    func next() throws(Fault) -> [UInt8]? {
        while true {
            if let end = buffer.span.firstIndex(of: UInt8(ascii: "\n"), from: searched) {
                guard end - start <= lineBytesMax else { throw .tooLong }
                let line = Array(buffer[start..<end])
                start = end + 1
                searched = start
                return line
            }
            searched = buffer.count
            guard buffer.count - start <= lineBytesMax else { throw .tooLong }
            if isFileEnd {
                if start == buffer.count { return nil }
                throw .cutOff
            }
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
            do throws(ForeignFileError) {
                isFileEnd = try file.read(into: &buffer) == 0
            } catch {
                throw .file(error)
            }
        }
    }
}
