/// How a file came to be there, whole and durable.
public enum PublishOutcome: Hashable, Sendable {
    /// It is new.
    case published

    /// It was there already with the same content, perhaps by an earlier run that was interrupted.
    case alreadyThere
}
