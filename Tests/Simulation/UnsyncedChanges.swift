/// What a disk was told and has not been asked to keep: each may be there after a power cut, or not.
struct UnsyncedChanges {
    /// A name in a directory, by the directory's inode.
    struct Place: Hashable {
        let directory: UInt64
        let name: String
    }

    /// Names that come or go in one step: two of them for a rename, one for anything else.
    struct Step {
        /// The inode that the place has from then on; nil if the name goes.
        let edits: [(place: Place, inode: UInt64?)]
    }

    /// In the order in which they were done.
    private(set) var steps: [Step] = []
    /// What is durable of each place that some step changes: the inode, or nil for none.
    private(set) var durable: [Place: UInt64?] = [:]
    /// What is durable of each file that was written to; nil if nothing of it ever was.
    private(set) var contents: [UInt64: [UInt8]?] = [:]
    /// Files whose content the disk lost and does not know it: an fsync failed.
    private(set) var lost: Set<UInt64> = []

    var isEmpty: Bool { steps.isEmpty && contents.isEmpty }

    /// `before` says what the places had until now.
    mutating func add(_ step: Step, before: [UInt64?]) {
        for (edit, inode) in zip(step.edits, before) where durable[edit.place] == nil {
            durable[edit.place] = .some(inode)
        }
        steps.append(step)
    }

    /// Before a file is written to: what it has is durable, but for a new one.
    mutating func willWrite(_ inode: UInt64, content: [UInt8]?) {
        if contents[inode] == nil { contents[inode] = .some(content) }
    }

    /// The content of a file became durable.
    mutating func keepContent(of inode: UInt64) {
        if !lost.contains(inode) { contents[inode] = nil }
    }

    /// An fsync of the file failed: a later one that succeeds says nothing.
    mutating func lose(_ inode: UInt64) { lost.insert(inode) }

    /// The names in a directory became durable.
    mutating func keepNames(in directory: UInt64) {
        steps.removeAll { $0.edits.contains { $0.place.directory == directory } }
        let touched = Set(steps.flatMap { $0.edits.map(\.place) })
        durable = durable.filter { touched.contains($0.key) }
    }

    /// Everything became durable but what was lost.
    mutating func keepEverything() {
        steps = []
        durable = [:]
        contents = contents.filter { lost.contains($0.key) }
    }

    /// All inodes that some outcome may bring back.
    var inodes: Set<UInt64> {
        var result = Set(contents.keys)
        for inode in durable.values { if let inode { result.insert(inode) } }
        for step in steps { for edit in step.edits { if let inode = edit.inode { result.insert(inode) } } }
        return result
    }

    /// What each place has if those steps survive, in their order.
    func outcome(keeping isKept: (Int) -> Bool) -> [Place: UInt64?] {
        var result = durable
        for (number, step) in steps.enumerated() where isKept(number) {
            for edit in step.edits { result[edit.place] = .some(edit.inode) }
        }
        return result
    }
}
