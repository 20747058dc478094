internal import ScripCore
internal import ScripCrypto

/// What the policy hook has said in this run, and what it has to be asked. The hook is a program that may take seconds,
/// so it is asked about many records at once, and never while the region is locked.
final class PolicyDesk {
    private var hook: PolicyHook
    private var answers: [Digest: PolicyAnswer] = [:]
    private var questions: [PolicyHook.Question] = []
    private var questionIDs: Set<Digest> = []
    /// The vouchers that those records would change.
    private var claimed: Set<VoucherID> = []
    /// Whether what is not known counts as accepted for now, to find out what has to be asked.
    var isRehearsal = false
    /// Why the hook is asked no more in this run.
    private var giveUpReason: String?

    /// Questions that are gathered at most. What comes later is asked in the next round.
    private static let questionsMax = 65_536
    private static let answersMax = 262_144

    /// Thrown where a record passes all rules and the hook has not been asked about it. Nothing was changed.
    struct Unknown: Error {}

    /// Nil if the region has no hook.
    init?(_ directory: RegionDirectory) {
        guard let hook = PolicyHook(directory) else { return nil }
        self.hook = hook
    }

    var hasQuestions: Bool { !questions.isEmpty }
    var questionCount: Int { questions.count }

    /// What the hook says of a record that passes all rules. Outside of a rehearsal `Unknown` if it has to be asked.
    func answer(_ record: Record, _ action: PolicyHook.Action) throws(Unknown) -> PolicyAnswer {
        if let known = answers[record.id] { return known }
        if let giveUpReason { return .later(giveUpReason) }
        // Whether a second change of a voucher passes depends on the answer to the first.
        if isRehearsal || !record.body.heads.contains(where: { claimed.contains($0.voucher) }) {
            note(record, action)
        }
        if isRehearsal { return .accept }
        throw Unknown()
    }

    private func note(_ record: Record, _ action: PolicyHook.Action) {
        guard questions.count < Self.questionsMax, questionIDs.insert(record.id).inserted else { return }
        questions.append(PolicyHook.Question(record: record, action: action))
        for head in record.body.heads { claimed.insert(head.voucher) }
    }

    /// Forgets old answers where they have become many. Records that were answered for good are known elsewhere.
    func tidy() {
        if answers.count > Self.answersMax { answers = [:] }
    }

    /// Asks what was gathered. Returns what went wrong.
    func ask() -> PolicyHook.Fault? {
        let (found, fault) = hook.ask(questions)
        if let fault, fault.isHopeless { giveUpReason = fault.reason }
        for (question, answer) in zip(questions, found) { answers[question.record.id] = answer }
        questions = []
        questionIDs = []
        claimed = []
        return fault
    }
}
