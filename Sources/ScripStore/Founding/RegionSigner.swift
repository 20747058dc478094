public import ScripCore

extension RegionDirectory {
    /// The log key of the region, for records that the region itself signs. Takes no lock.
    ///
    /// - Throws: `noInput` in a copy of a `public/` folder, `permission` if the key is not safe or not that
    ///   of the charter.
    public func logSigner() throws(StoreError) -> LogSigner {
        guard let root, let settings else {
            throw StoreError(
                .noInput, path, "this is a copy of a public folder; the keys of the region are not here")
        }
        let keys = RegionKeys(
            root, path: path, region: settings.region, federation: charter.federation)
        guard let region = charter.region(named: settings.region), let signer = try keys.log(region.log)
        else {
            throw StoreError(
                .permission, "\(path)/\(RegionLayout.logKey)",
                "this is not the key of '\(settings.region)' in the charter")
        }
        return signer
    }
}
