/// What `verify` calls a fault that it finds (format section 9).
public enum ProblemCode: String, CaseIterable, Sendable {
    case charter, framing, block, limit, link, time, seen, checkpoint, root, fork, rollback, name, file, vote
    case notAVoter = "not-a-voter"
    case equivocation, verdict, disputed, certificate, evidence, outbox, heads, conservation, settlement
}
