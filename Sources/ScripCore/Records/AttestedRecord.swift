internal import ScripCrypto

extension Record {
    /// The same record with exactly these attestations, which may stand in any order.
    ///
    /// The signed part stays as it is, so nothing of it is read or hashed again: a region that attests does this for
    /// every record. Throws if a region stands twice, there are too many, or the line becomes too long.
    public func attested(_ attestations: [Attestation]) throws(MalformedRecord) -> Record {
        let sorted = attestations.sorted { $0.region < $1.region }
        guard zip(sorted, sorted.dropFirst()).allSatisfy({ $0.region < $1.region }) else {
            throw MalformedRecord("'attest' is not sorted by region, each region once")
        }
        guard sorted.count <= Charter.regionCountMax else {
            throw MalformedRecord("'attest' has more than \(Charter.regionCountMax) elements")
        }
        let line = try lineAttested(sorted)
        guard line.count <= Self.lineBytesMax else {
            throw MalformedRecord("the line is longer than \(Self.lineBytesMax) bytes")
        }
        return Record(self, attestations: sorted, line: line)
    }

    /// The line with `attest` in its place among the members, in place of the one that is there.
    private func lineAttested(_ attestations: [Attestation]) throws(MalformedRecord) -> [UInt8] {
        if let line = lineAttestedFirst(attestations) { return line }
        let document: JSONDocument
        do {
            document = try JSONDocument(line, form: .canonical)
        } catch {
            throw MalformedRecord("\(error.reason) (byte \(error.offset + 1))")
        }
        var members: [ArraySlice<UInt8>] = []
        var place: Int?
        let name = Array("attest".utf8)
        var child = 1
        let end = Int(document.nodes[0].next)
        while child < end {
            let key = document.nodes[child]
            let value = document.nodes[child + 1]
            let keyBytes = line[Int(key.start)..<Int(key.end)]
            if place == nil, !keyBytes.lexicographicallyPrecedes(name) { place = members.count }
            if !keyBytes.elementsEqual(name) {
                // A string's node leaves out its quotation marks.
                let valueEnd = Int(value.end) + (value.kind == .string ? 1 : 0)
                members.append(line[(Int(key.start) - 1)..<valueEnd])
            }
            child = Int(value.next)
        }
        if !attestations.isEmpty {
            let member = Self.member(attestations)
            members.insert(member[...], at: place ?? members.count)
        }
        var result: [UInt8] = []
        result.reserveCapacity(line.count + attestations.count * 256)
        result.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { result.append(UInt8(ascii: ",")) }
            result += member
        }
        result.append(UInt8(ascii: "}"))
        return result
    }

    /// The line with `attest` in front, where it has none and all other members come behind: nothing of a line that is
    /// canonical has to be looked at. Nil where it is not so.
    private func lineAttestedFirst(_ attestations: [Attestation]) -> [UInt8]? {
        guard self.attestations.isEmpty, !attestations.isEmpty, line.count > 2, line[2] > UInt8(ascii: "a")
        else {
            return nil
        }
        var result: [UInt8] = []
        result.reserveCapacity(line.count + attestations.count * 256)
        result.append(UInt8(ascii: "{"))
        result += Self.member(attestations)
        result.append(UInt8(ascii: ","))
        result += line[1...]
        return result
    }

    private static func member(_ attestations: [Attestation]) -> [UInt8] {
        var member = Array("\"attest\":[".utf8)
        for (index, attestation) in attestations.enumerated() {
            if index > 0 { member.append(UInt8(ascii: ",")) }
            attestation.append(to: &member)
        }
        member.append(UInt8(ascii: "]"))
        return member
    }
}
