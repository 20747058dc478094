import Glibc
import ScripStore
import Testing

@Suite struct FileErrorTests {
    @Test func `the text names the call and the system's reason`() {
        let error = FileError(operation: "openat", path: "public/heads.note", code: ENOSPC)
        #expect(error.description == "openat: No space left on device")
        #expect(error.path == "public/heads.note")
        #expect(error.isFull)
        #expect(!error.isMissing)
    }

    @Test func `an unknown code has a text too`() {
        #expect(FileError(operation: "x", path: "", code: 9_999).description == "x: error 9999")
    }
}
