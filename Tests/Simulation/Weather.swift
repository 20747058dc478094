/// What a seed is exposed to. Each seed has its own mixture, so that some see much of one thing and nothing of another.
struct Weather {
    let regionCount: Int
    /// Regions that lie: in votes, in blocks, or by running twice with the same keys.
    let liarCount: Int
    let quorum: String
    /// Of a hundred commands.
    let deathPercent: Double
    /// Of a hundred deaths.
    let powerPercent: Double
    /// Of a hundred calls in commands that are exposed to it.
    let diskErrorPercent: Double
    let clockJumpPercent: Double
    let restorePercent: Double
    let clonePercent: Double
    let lyingVotePercent: Double
    /// Of a hundred steps: a liar seals what it should have refused.
    let forgeryPercent: Double
    /// Of a hundred steps: a liar shows a block that is invalid as a block.
    let invalidBlockPercent: Double
    /// Of a hundred steps: a liar begins to run twice with the same keys, and to tell each half of the others another
    /// story.
    let separationPercent: Double
    let partitionPercent: Double
    let deliveries: [Mailbox.Delivery]
    let deletes: Bool
    /// Regions that take part from the start, and have no chain and no vote.
    let observerCount: Int
    /// Of a hundred steps: the operators do something about the next charter.
    let charterPercent: Double

    init(_ dice: inout Dice) {
        regionCount = dice.number(3..<6)
        liarCount = regionCount >= 4 && dice.chance(60) ? 1 : 0
        // With a liar among them the quorum must bear one.
        let size = regionCount / 2 + 1
        quorum =
            liarCount > 0
            ? "\((regionCount + 1) / 2 + 1)" : dice.chance(70) ? "\(size)" : "\(min(size + 1, regionCount))"
        deathPercent = dice.pick([0, 2, 8, 20])
        powerPercent = dice.pick([0, 30, 70])
        diskErrorPercent = dice.pick([0, 0, 1, 5])
        clockJumpPercent = dice.pick([0, 2, 10])
        restorePercent = dice.pick([0, 0, 3])
        clonePercent = dice.pick([0, 2])
        lyingVotePercent = liarCount > 0 ? dice.pick([5, 20]) : 0
        forgeryPercent = liarCount > 0 ? dice.pick([3, 10]) : 0
        separationPercent = liarCount > 0 ? dice.pick([0, 5, 10]) : 0
        invalidBlockPercent = liarCount > 0 ? dice.pick([0, 10]) : 0
        partitionPercent = dice.pick([0, 3, 10])
        let more = Mailbox.Delivery.allCases.filter { _ in dice.chance(50) }
        deliveries = [.whole, .some] + more
        deletes = dice.chance(50)
        observerCount = dice.chance(35) ? 1 : 0
        charterPercent = dice.pick([0, 10, 25])
    }
}
