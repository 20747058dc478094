import ScripCrypto
import Testing

@Suite struct Bytes32Tests {
    @Test func takesExactlyItsNumberOfBytes() {
        for count in 0...70 {
            let bytes = noise(count)
            #expect((Bytes32(bytes) != nil) == (count == 32))
            #expect((Bytes32(bytes.span) != nil) == (count == 32))
            #expect((Bytes16(bytes) != nil) == (count == 16))
            #expect((Bytes16(bytes.span) != nil) == (count == 16))
        }
    }

    @Test func givesBackItsBytes() throws {
        for seed in 1...100 as ClosedRange<UInt64> {
            let bytes = noise(40, seed: seed)
            let slice = bytes[3..<35]
            let value = try #require(Bytes32(slice))
            #expect(value.bytes == Array(slice))
            #expect(value == Bytes32(bytes.span.extracting(3..<35)))
            #expect(value == Bytes32(slice.reversed().reversed()))
            #expect(value.prefix.bytes == Array(slice.prefix(16)))
            #expect(value.prefix == Bytes16(bytes.span.extracting(3..<19)))
            var output: [UInt8] = [7]
            value.append(to: &output)
            value.prefix.append(to: &output)
            #expect(output == [7] + slice + slice.prefix(16))
            #expect(value.withSpan { span in span.count } == 32)
            #expect(value.withSpan { span in span.indices.allSatisfy { span[$0] == bytes[3 + $0] } })
            #expect(value.prefix.withSpan { span in span.indices.allSatisfy { span[$0] == bytes[3 + $0] } })
        }
    }

    @Test func isOrderedAsItsBytesAre() throws {
        // Two values that differ at one place only, and beyond it in the other direction.
        for place in 0..<32 {
            var lower = noise(32)
            var higher = lower
            lower[place] = 0x7f
            higher[place] = 0x80
            for beyond in place + 1..<max(32, place + 1) {
                lower[beyond] = 0xff
                higher[beyond] = 0x00
            }
            let (left, right) = try (#require(Bytes32(lower)), #require(Bytes32(higher)))
            #expect(left < right)
            #expect(!(right < left))
            #expect(!(left < left))
            #expect(left != right)
            if place < 16 { #expect(left.prefix < right.prefix) }
            #expect(!(right.prefix < left.prefix))
        }
    }

    @Test func isZeroAtFirst() {
        #expect(Bytes32.zero.bytes == [UInt8](repeating: 0, count: 32))
        #expect(Bytes16.zero.bytes == [UInt8](repeating: 0, count: 16))
    }
}
