/// A parser of bytes that others wrote, and what holds whatever the bytes are.
///
/// The fuzzer of `Tests/Fuzzing` looks for bytes that break it; the unit tests replay those of `fixtures/fuzz/<name>/`.
public struct FuzzTarget: Sendable {
    /// What the fuzzer, the corpus and the tests call it.
    public let name: String
    private let property: @Sendable ([UInt8]) throws -> Bool

    init(_ name: String, _ property: @escaping @Sendable ([UInt8]) throws -> Bool) {
        self.name = name
        self.property = property
    }

    /// Whether the parser takes the bytes. Throws `BrokenProperty` if something does not hold; a refusal by the parser is
    /// no error here.
    public func accepts(_ bytes: [UInt8]) throws -> Bool { try property(bytes) }

    /// Those of the parsers of each module.
    public static let ofCrypto: [FuzzTarget] = [.pem, .gzip]
    public static let ofCore: [FuzzTarget] = [
        .json, .address, .code, .note, .charter, .vote, .certificate, .evidence, .receipt, .record, .outbox,
        .settlement, .hook,
    ]
    public static let ofStore: [FuzzTarget] = [.segment]

    public static let all = ofCrypto + ofCore + ofStore
}

/// Something that always holds does not.
public struct BrokenProperty: Error, CustomStringConvertible {
    public let description: String
}

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ what: String) throws {
    if !condition { throw BrokenProperty(description: what) }
}

/// What `read` gives, or nil if it refuses. A broken property is no refusal.
func reading<Value>(_ read: () throws -> Value) throws -> Value? {
    do {
        return try read()
    } catch let error as BrokenProperty {
        throw error
    } catch {
        // A person sees the reason; making it must not fail either.
        try require(!"\(error)".isEmpty, "a refusal has no reason")
        return nil
    }
}
