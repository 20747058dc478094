extension Charter {
    /// The voter region of that name: only those have accounts, a chain and a vote.
    public func voter(named name: RegionName) -> CharterRegion? {
        for voter in voters where voter.name == name { return voter }
        return nil
    }
}
