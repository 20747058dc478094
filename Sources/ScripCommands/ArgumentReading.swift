internal import ScripCore
internal import ScripStore

/// Turns the words of the command line into values. What is not a number, time or amount is a mistake in
/// usage; an address or id that does not parse is malformed input (scrip(1)).
struct ArgumentReading {
    /// The command, as diagnostics begin.
    let command: String

    func usage(_ message: String) -> StoreError { StoreError(.usage, command, message) }

    func address(_ text: String, _ option: String) throws(StoreError) -> Address {
        do {
            return try Address(parsing: text)
        } catch {
            if BearerCode.resembles(text) { throw misplacedCode }
            throw StoreError(.malformed, command, "\(option): '\(text)' is no address: \(error)")
        }
    }

    private var misplacedCode: StoreError {
        StoreError(.malformed, command, "a bearer code stands where none belongs; see --code-file")
    }

    func voucher(_ text: String) throws(StoreError) -> VoucherID {
        guard let id = VoucherID(text) else {
            // What may be a code is not shown.
            if BearerCode.resembles(text) { throw misplacedCode }
            throw StoreError(
                .malformed, command, "'\(text)' is no voucher id, which is 32 lower-case hexadecimal digits")
        }
        return id
    }

    func money(_ text: String, _ option: String) throws(StoreError) -> Money {
        do {
            return try Money(parsing: text)
        } catch {
            throw usage("\(option): '\(text)' is no amount: \(error)")
        }
    }

    func time(_ text: String, _ option: String) throws(StoreError) -> TimeArgument {
        guard let time = TimeArgument(text) else {
            throw usage("\(option): '\(text)' is no time; write 2026-11-20T10:00:00Z or, from now on, +72h")
        }
        return time
    }

    func region(_ text: String, _ option: String) throws(StoreError) -> RegionName {
        guard let name = RegionName(text) else {
            throw usage("\(option): '\(text)' is no name of a region")
        }
        return name
    }

    func federation(_ text: String) throws(StoreError) -> FederationName {
        guard let name = FederationName(text) else {
            throw usage("--federation: '\(text)' is no name of a federation, like example.org/vouchers")
        }
        return name
    }

    func quorum(_ text: String) throws(StoreError) -> Quorum {
        guard let quorum = Quorum(text) else {
            throw usage("--quorum: '\(text)' is not majority, two-thirds or a number of votes")
        }
        return quorum
    }
}
