/// One seed: a federation lives through its faults, and heals.
public struct Campaign {
    public let seed: UInt64
    public let steps: Int
    /// An empty folder for this seed alone.
    public let home: String
    /// Every step is told on standard output.
    public let isTold: Bool

    public init(seed: UInt64, steps: Int, home: String, isTold: Bool = false) {
        self.seed = seed
        self.steps = steps
        self.home = home
        self.isTold = isTold
    }

    /// What was hit, and the step at which something was violated.
    public func run() -> (hits: HitCounts, violation: (step: Int, reason: String)?) {
        Files.remove(home)
        Files.makeFolder(home)
        var hits = HitCounts()
        var step = 0
        do {
            let federation = try Federation(seed: seed, home: home, isTold: isTold)
            defer { hits = federation.hits }
            try federation.begin()
            while step < steps {
                if isTold { print("step \(step)") }
                try federation.step()
                step += 1
            }
            if isTold { print("all faults end") }
            try federation.heal()
        } catch {
            return (hits, (step, "\(error)"))
        }
        Files.remove(home)
        return (hits, nil)
    }
}
