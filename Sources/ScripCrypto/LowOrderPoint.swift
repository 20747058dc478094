/// The points of order 1, 2, 4 and 8 on edwards25519, by their encodings.
///
/// A key or an R of low order makes one signature hold for many messages, and verifiers differ about it.
/// Bytes decide consensus here, so the rule is one of bytes (format section 2): all 14 encodings that decode
/// to such a point, canonical or not, are refused. They are these seven y, little-endian, each with the
/// highest bit (the sign of x) clear and set:
/// ```
/// 0     order 4             0000000000000000000000000000000000000000000000000000000000000000
/// 1     order 1             0100000000000000000000000000000000000000000000000000000000000000
///       order 8             26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05
///       order 8             c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a
/// p-1   order 2             ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
/// p     order 4, not canonical: edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
/// p+1   order 1, not canonical: eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
/// ```
enum LowOrderPoint {
    /// Whether `encoding` is one of the 14.
    static func isEncoded(by encoding: Bytes32) -> Bool {
        let first = UInt64(littleEndian: encoding.first)
        let second = UInt64(littleEndian: encoding.second)
        let third = UInt64(littleEndian: encoding.third)
        let fourth = UInt64(littleEndian: encoding.fourth) & 0x7fff_ffff_ffff_ffff
        switch (first, second, third, fourth) {
        case (0...1, 0, 0, 0),
            (0xb027_b2c2_8f95_e826, 0xf098_eff2_89f4_c345, 0x3933_c6d3_05ac_dfd5, 0x05fc_536d_8802_38b1),
            (0x4fd8_4d3d_706a_17c7, 0x0f67_100d_760b_3cba, 0xc6cc_392c_fa53_202a, 0x7a03_ac92_77fd_c74e),
            (0xffff_ffff_ffff_ffec...0xffff_ffff_ffff_ffee, .max, .max, 0x7fff_ffff_ffff_ffff):
            return true
        default:
            return false
        }
    }
}
