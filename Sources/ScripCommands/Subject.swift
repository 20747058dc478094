internal import ScripCore
internal import ScripCrypto
internal import ScripStore

/// What an argument of a reading command names, told by its form.
enum Subject: CustomStringConvertible {
    /// 32 hexadecimal digits.
    case voucher(VoucherID)
    /// 64 hexadecimal digits.
    case record(Digest)
    /// `north/17`.
    case block(RegionName, height: Int)
    /// `north1qypqx…`.
    case account(Address)

    /// - Throws: `malformed` if the text is none of them.
    init(_ text: String, command: String) throws(StoreError) {
        if BearerCode.resembles(text) {
            throw StoreError(.malformed, command, "a bearer code is given with --code-file or --code")
        }
        let bytes = Array(text.utf8)
        if let id = VoucherID(text) {
            self = .voucher(id)
        } else if let id = Digest(hexadecimal: bytes) {
            self = .record(id)
        } else if let block = try Self.block(text, command: command) {
            self = block
        } else if bytes.contains(UInt8(ascii: "1")), !bytes.allSatisfy(Self.isHexadecimal) {
            do {
                self = .account(try Address(parsing: text))
            } catch {
                throw StoreError(.malformed, command, "'\(text)' is no address: \(error)")
            }
        } else {
            throw StoreError(
                .malformed, command,
                "'\(text)' is no id (32 or 64 lower-case hexadecimal digits), no block (CHAIN/HEIGHT) and no address"
            )
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func block(_ text: String, command: String) throws(StoreError) -> Subject? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        guard let chain = RegionName(String(Substring(parts[0]))), let height = Self.height(parts[1]) else {
            throw StoreError(
                .malformed, command, "'\(text)' is no block, which is a chain and a height, like north/17")
        }
        return .block(chain, height: height)
    }

    /// A number from 1 on, without leading zeros.
    private static func height(_ digits: Substring.UTF8View) -> Int? {
        guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= 10,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return Int(String(Substring(digits)))
    }

    var description: String {
        switch self {
        case .voucher(let id): "voucher \(id)"
        case .record(let id): "record \(id.hexadecimal)"
        case .block(let chain, let height): "block \(chain)/\(height)"
        case .account(let address): "account \(address)"
        }
    }
}
