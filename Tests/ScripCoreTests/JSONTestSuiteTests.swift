import TestSupport
import Testing

@testable import ScripCore

/// The public JSONTestSuite. What format section 1 leaves out of JSON is refused for a reason that is pinned
/// here, so that nothing is refused silently.
@Suite struct JSONTestSuiteTests {
    private static let folder = "jsontestsuite/test_parsing"
    private static let null = "null is not used: leave the field out"
    private static let notAnInteger = "a number is not an integer"
    private static let minusZero = "an integer has a leading zero or is -0"
    private static let tooLarge = "an integer is larger than 2^53 - 1"
    private static let control = "a control character stands in a string"
    private static let keyCharacter = "a key holds a character other than a-z, 0-9 and _"
    private static let notUTF8 = "the text is not UTF-8"
    private static let tooDeep = "nested deeper than 8 levels"
    private static let surrogate = "a surrogate stands alone"
    private static let noValue = "no JSON value starts here"
    private static let twice = "the key 'a' stands twice"

    /// Good JSON that is no JSON of scrip.
    private static let refusedOfGood: [String: String] = [
        "y_array_heterogeneous": null, "y_array_null": null, "y_array_with_several_null": null,
        "y_structure_lonely_null": null,
        "y_number": notAnInteger, "y_number_0e+1": notAnInteger, "y_number_0e1": notAnInteger,
        "y_number_double_close_to_zero": notAnInteger, "y_number_int_with_exp": notAnInteger,
        "y_number_real_capital_e": notAnInteger, "y_number_real_capital_e_neg_exp": notAnInteger,
        "y_number_real_capital_e_pos_exp": notAnInteger, "y_number_real_exponent": notAnInteger,
        "y_number_real_fraction_exponent": notAnInteger, "y_number_real_neg_exp": notAnInteger,
        "y_number_real_pos_exponent": notAnInteger, "y_number_simple_real": notAnInteger,
        "y_object_extreme_numbers": notAnInteger, "y_structure_lonely_negative_real": notAnInteger,
        "y_number_minus_zero": minusZero, "y_number_negative_zero": minusZero,
        "y_object_duplicated_key": twice, "y_object_duplicated_key_and_value": twice,
        "y_object_empty_key": "a key is empty", "y_object_escaped_null_in_key": keyCharacter,
        "y_string_allowed_escapes": control, "y_string_escaped_control_character": control,
        "y_string_null_escape": control, "y_string_uescaped_newline": control,
        "y_string_unescaped_char_delete": control, "y_string_with_del_character": control,
    ]

    /// What the suite leaves to each implementation.
    private static let refusedOfOpen: [String: String] = [
        "i_number_double_huge_neg_exp": notAnInteger, "i_number_huge_exp": notAnInteger,
        "i_number_neg_int_huge_exp": notAnInteger, "i_number_pos_double_huge_exp": notAnInteger,
        "i_number_real_neg_overflow": notAnInteger, "i_number_real_pos_overflow": notAnInteger,
        "i_number_real_underflow": notAnInteger, "i_number_too_big_neg_int": tooLarge,
        "i_number_too_big_pos_int": tooLarge, "i_number_very_big_negative_int": tooLarge,
        "i_object_key_lone_2nd_surrogate": keyCharacter,
        "i_string_1st_surrogate_but_2nd_missing": surrogate,
        "i_string_1st_valid_surrogate_2nd_invalid": surrogate,
        "i_string_UTF-16LE_with_BOM": noValue, "i_string_UTF-8_invalid_sequence": notUTF8,
        "i_string_UTF8_surrogate_U+D800": notUTF8,
        "i_string_incomplete_surrogate_and_escape_valid": surrogate,
        "i_string_incomplete_surrogate_pair": surrogate,
        "i_string_incomplete_surrogates_escape_valid": surrogate,
        "i_string_invalid_lonely_surrogate": surrogate, "i_string_invalid_surrogate": surrogate,
        "i_string_invalid_utf-8": notUTF8, "i_string_inverted_surrogates_U+1D11E": surrogate,
        "i_string_iso_latin_1": notUTF8, "i_string_lone_second_surrogate": surrogate,
        "i_string_lone_utf8_continuation_byte": notUTF8, "i_string_not_in_unicode_range": notUTF8,
        "i_string_overlong_sequence_2_bytes": notUTF8, "i_string_overlong_sequence_6_bytes": notUTF8,
        "i_string_overlong_sequence_6_bytes_null": notUTF8, "i_string_truncated-utf-8": notUTF8,
        "i_string_utf16BE_no_BOM": noValue, "i_string_utf16LE_no_BOM": noValue,
        "i_structure_500_nested_arrays": tooDeep, "i_structure_UTF-8_BOM_empty_object": noValue,
    ]

    /// How parsers are known to change content: here it is refused or kept.
    private static let refusedOfTransformed: [String: String] = [
        "number_-9223372036854775808": tooLarge, "number_-9223372036854775809": tooLarge,
        "number_1.0": notAnInteger, "number_1.000000000000000005": notAnInteger,
        "number_10000000000000000999": tooLarge, "number_1e-999": notAnInteger,
        "number_1e6": notAnInteger, "number_9223372036854775807": tooLarge,
        "number_9223372036854775808": tooLarge, "object_key_nfc_nfd": keyCharacter,
        "object_key_nfd_nfc": keyCharacter, "object_same_key_different_values": twice,
        "object_same_key_same_value": twice, "object_same_key_unclear_values": minusZero,
        "string_1_escaped_invalid_codepoint": surrogate, "string_1_invalid_codepoint": notUTF8,
        "string_2_escaped_invalid_codepoints": surrogate, "string_2_invalid_codepoints": notUTF8,
        "string_3_escaped_invalid_codepoints": surrogate, "string_3_invalid_codepoints": notUTF8,
        "string_with_escaped_NULL": control,
    ]

    @Test func badJSONIsRefused() throws {
        let files = try files(Self.folder, "n_")
        #expect(files.count == 188)
        for (name, bytes) in files {
            #expect(throws: JSONError.self, "\(name)") { try JSONDocument(bytes, form: .any) }
            #expect(throws: JSONError.self, "\(name)") {
                try JSONDocument(bytes, form: .any, allowsNewlines: true)
            }
            #expect(throws: JSONError.self, "\(name)") { try JSONDocument(bytes, form: .canonical) }
        }
    }

    @Test func goodJSONIsReadOrRefusedForAKnownReason() throws {
        let files = try files(Self.folder, "y_")
        #expect(files.count == 95)
        try check(files, refused: Self.refusedOfGood)
    }

    @Test func openCasesAreRefusedForAKnownReason() throws {
        let files = try files(Self.folder, "i_")
        #expect(files.count == 35)
        #expect(Self.refusedOfOpen.count == files.count)
        try check(files, refused: Self.refusedOfOpen)
    }

    @Test func nothingIsTransformed() throws {
        let files = try files("jsontestsuite/test_transform", "")
        #expect(files.count == 22)
        try check(files, refused: Self.refusedOfTransformed)
        let kept = try #require(files.first { $0.name == "number_1000000000000000" })
        #expect(
            try JSONDocument(kept.bytes, form: .any).root.elements.map(\.integer) == [1_000_000_000_000_000])
    }

    /// What is read reads again, once written canonically; what is refused is refused for that reason.
    private func check(_ files: [(name: String, bytes: [UInt8])], refused: [String: String]) throws {
        let names = Set(files.map(\.name))
        for name in refused.keys where !names.contains(name) { Issue.record("there is no \(name)") }
        for (name, bytes) in files {
            do {
                let canonical = try JSONDocument(bytes, form: .any).root.json.canonical
                #expect(refused[name] == nil, "\(name) is read")
                let again = try JSONDocument(canonical, form: .canonical)
                #expect(again.root.json.canonical == canonical, "\(name)")
            } catch {
                #expect(error.reason == refused[name], "\(name) at \(error.offset)")
                #expect((0...bytes.count).contains(error.offset), "\(name)")
            }
        }
    }

    private func files(_ folder: String, _ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        try Vectors.names(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.map {
            (String($0.dropLast(".json".count)), try Vectors.bytes("\(folder)/\($0)"))
        }
    }
}
