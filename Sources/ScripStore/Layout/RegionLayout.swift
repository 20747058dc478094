/// Where things lie in a region directory (format section 5).
public enum RegionLayout {
    // MARK: Below the region directory

    /// The settings.
    public static let settings = "scrip.json"
    /// What peers may read, and all that they need.
    public static let `public` = "public"
    /// What never leaves the region; mode 0700.
    public static let `private` = "private"

    /// The key of the region's chain.
    public static let logKey = "private/log.pem"
    /// The key of the region's cosignatures.
    public static let witnessKey = "private/witness.pem"
    /// Records that wait to be sealed.
    public static let pool = "private/pool"
    /// Records that wait for the region's policy.
    public static let deferred = "private/deferred"
    /// Files that are being written.
    public static let staging = "private/staging"
    /// What was signed last.
    public static let highWater = "private/high-water"
    /// The index: a cache, which may be deleted at any time.
    public static let index = "private/index.sqlite"
    /// The file whose lock a writing command holds.
    public static let lock = "private/lock"
    /// What peers sent and nobody may build on.
    public static let quarantine = "private/quarantine"
    /// The region's policy: a program that is asked before anything is attested.
    public static let validateHook = "private/hooks/validate"

    // MARK: Below the public directory

    /// The charters, one a epoch.
    public static let charters = "charter"
    /// The chains, a directory for each region.
    public static let segments = "segments"
    /// The votes, by voter and chain.
    public static let votes = "votes"
    /// The certificates, by chain.
    public static let certificates = "certificates"
    /// Records that other regions must attest, and the answers to theirs.
    public static let outbox = "outbox"
    /// Pairs of signed statements that cannot both be honest.
    public static let evidence = "evidence"
    /// The signed hint of what there is; the only file that is replaced.
    public static let heads = "heads.note"
    /// Signed settlements (protocol section 11).
    public static let settlements = "settlements"
}
