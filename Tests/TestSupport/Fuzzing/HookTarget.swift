internal import ScripCore

extension FuzzTarget {
    /// What a policy hook prints, after a byte that says how many records it was asked about: the same answers and the
    /// same fault in whatever parts it comes; a reason fits into a refusal.
    static let hook = FuzzTarget("hook") { bytes in
        guard let first = bytes.first else { return false }
        let count = Int(first % 8)
        let whole = try answers(bytes.dropFirst(), to: count, part: bytes.count)
        let single = try answers(bytes.dropFirst(), to: count, part: 1)
        try require(
            whole.fault == single.fault && whole.answers == single.answers, "parts change the answers")
        try require(whole.answers.count <= count, "there are more answers than questions")
        try require(
            whole.fault != nil || whole.answers.count == count, "an answer is missing, and nobody notices")
        for case .refuse(let reason) in whole.answers {
            try require(
                (1...ReasonText.bytesMax).contains(reason.utf8.count), "a reason is too long or empty")
            try require(
                reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) },
                "a reason holds a control character")
            try require(
                PolicyAnswer(line: Array("refuse \(reason)".utf8)) == .refuse(reason),
                "a reason changes again")
        }
        return whole.fault == nil && count > 0
    }

    private static func answers(
        _ bytes: ArraySlice<UInt8>, to count: Int, part: Int
    ) throws -> (answers: [PolicyAnswer], fault: PolicyAnswers.Fault?) {
        var answers = PolicyAnswers(count: count)
        do throws(PolicyAnswers.Fault) {
            var rest = bytes
            while !rest.isEmpty {
                try answers.read(rest.prefix(max(part, 1)))
                rest = rest.dropFirst(max(part, 1))
            }
            try answers.finish()
            return (answers.answers, nil)
        } catch {
            try require(!error.description.isEmpty, "a fault has no reason")
            return (answers.answers, error)
        }
    }
}
