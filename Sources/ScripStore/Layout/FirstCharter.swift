extension RegionLayout {
    /// The charter of epoch 1, below `public/`.
    public static let firstCharter = "charter/1.note"
}
