//! N4: the table of phone numbers, the vendor's and our own.

use serde_json::Value;

use super::super::number::{ReadNumber, read};
use super::super::{NumberRule, Region};
use super::*;

fn region(code: &str) -> Option<Region> {
    (!code.is_empty()).then(|| Region::parse(code).expect(code))
}

/// The E.164 form, or the code of the fault.
fn number(text: &str, code: &str, rule: NumberRule) -> String {
    match super::super::number::read(text, region(code), rule) {
        Ok(ReadNumber { number, .. }) => number.as_str().to_owned(),
        Err(fault) => fault.code.to_owned(),
    }
}

#[test]
fn n4_every_vector_of_the_vendor_is_read_as_the_vendor_reads_it() {
    // There are no exceptions, by either rule.
    let text = std::fs::read(format!("{DATA}/vendor-vectors/phone_numbers.json")).unwrap();
    let file: Value = serde_json::from_slice(&text).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 166);
    for vector in vectors {
        let input = vector["input"].as_str().unwrap();
        let code = vector["default_region"].as_str().unwrap_or("");
        let valid = vector["valid"].as_bool().unwrap();
        let expected =
            if valid { vector["e164"].as_str().unwrap() } else { "invalid-phone-number" };
        for rule in [NumberRule::Plausible, NumberRule::Assigned] {
            assert_eq!(number(input, code, rule), expected, "{input} {code}");
        }
        if valid {
            let international = number(expected, "", NumberRule::Assigned);
            assert_eq!(international, expected, "in itself");
        }
    }
}

#[test]
fn n4_numbers_are_normalized_and_only_a_default_region_lets_them_be_guessed() {
    for (text, code, expected) in [
        // International, with and without a region of another country.
        ("+420 602 123 456", "", "+420602123456"),
        ("+420-602.123.456", "US", "+420602123456"),
        ("+46 18 234 56 78", "US", "+46182345678"),
        ("+86 138 0013 8000", "US", "+8613800138000"),
        ("+61 1300 123 456", "US", "+611300123456"),
        ("+7 800 555 35 35", "RU", "+78005553535"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("+39 06 698 82222", "", "+390669882222"),
        ("tel:+1-415-867-5309", "", "+14158675309"),
        // Full-width digits and plus, and a no-break space.
        ("＋４２０　６０２　１２３　４５６", "", "+420602123456"),
        ("６０２１２３４５６", "CZ", "+420602123456"),
        ("+420\u{a0}602\u{a0}123\u{a0}456", "", "+420602123456"),
        // International prefixes: 00 everywhere, the region's own where there is one.
        ("00420 602 123 456", "", "+420602123456"),
        ("00420602123456", "CZ", "+420602123456"),
        ("00420602123456", "US", "+420602123456"),
        ("011 420 602 123 456", "US", "+420602123456"),
        ("011 420 602 123 456", "", "invalid-phone-number"),
        ("001 415 867 5309", "CZ", "+14158675309"),
        // National forms.
        ("602 123 456", "CZ", "+420602123456"),
        ("420602123456", "CZ", "+420602123456"),
        ("602 123 456", "", "invalid-phone-number"),
        ("420602123456", "", "invalid-phone-number"),
        ("(415) 867-5309", "US", "+14158675309"),
        ("1 415 867 5309", "US", "+14158675309"),
        ("867-5309", "US", "invalid-phone-number"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("0412 345 678", "AU", "+61412345678"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("8 (800) 555-35-35", "RU", "+78005553535"),
        ("06 698 82222", "IT", "+390669882222"),
        ("712 112", "AD", "+376712112"),
        // Letters.
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+1-800-FLOWERS", "", "+18003569377"),
        ("1-800-FLOWERS", "", "invalid-phone-number"),
        // What spreadsheets make of numbers.
        ("420602123456.0", "CZ", "+420602123456"),
        ("4.20602E+11", "CZ", "invalid-phone-number"),
        // No numbers.
        ("", "CZ", "invalid-phone-number"),
        ("n/a", "CZ", "invalid-phone-number"),
        ("+", "", "invalid-phone-number"),
        ("+420 60", "", "invalid-phone-number"),
        ("+420 602 123 456 789 123", "", "invalid-phone-number"),
        ("+999 123 456 789", "", "invalid-phone-number"),
        // Two numbers in one cell: what follows a comma is an extension, says the vendor too.
        ("602123456, 602123457", "CZ", "+420602123456"),
        ("602123456 / 602123457", "CZ", "invalid-phone-number"),
        ("ann@example.com", "US", "invalid-phone-number"),
    ] {
        assert_eq!(number(text, code, NumberRule::Plausible), expected, "{text} {code}");
    }
}

#[test]
fn numbers_of_no_plan_are_taken_where_they_are_written_out_in_full() {
    for (text, code, plausible, assigned) in [
        ("+1 555 010 0042", "", "+15550100042", "invalid-phone-number"),
        ("001 555 010 0042", "CZ", "+15550100042", "invalid-phone-number"),
        ("(555) 010-0042", "US", "invalid-phone-number", "invalid-phone-number"),
        ("+1 415 867 5309", "", "+14158675309", "+14158675309"),
    ] {
        assert_eq!(number(text, code, NumberRule::Plausible), plausible, "{text}");
        assert_eq!(number(text, code, NumberRule::Assigned), assigned, "{text}");
    }
}

#[test]
fn k15_numbers_that_are_never_dialed_are_refused_by_their_codes() {
    for (text, code, expected) in [
        ("112", "CZ", "emergency-number"),
        ("911", "US", "emergency-number"),
        ("911", "", "emergency-number"),
        ("+1 911", "", "emergency-number"),
        ("00420112", "", "emergency-number"),
        ("9-8-8", "US", "emergency-number"),
        ("+1 900 555 0100", "", "premium-number"),
        ("900 911 234", "CZ", "premium-number"),
        ("0900 123 456", "CH", "premium-number"),
        ("4242 4242 4242 4242", "US", "card-data"),
    ] {
        assert_eq!(number(text, code, NumberRule::Plausible), expected, "{text} {code}");
    }
}

#[test]
fn an_extension_is_kept_beside_its_number() {
    for text in [
        "+1 415 867 5309 ext. 42",
        "+1 (415) 867-5309 x42",
        "+1 415 867 5309 extension 42",
        "tel:+1-415-867-5309;ext=42",
        "+1 415-867-5309 #42",
    ] {
        let ReadNumber { number, extension } = read(text, None, NumberRule::Assigned).unwrap();
        assert_eq!((number.as_str(), extension.as_deref()), ("+14158675309", Some("42")), "{text}");
    }
    let without = read("+1 415 867 5309", None, NumberRule::Assigned).unwrap();
    assert_eq!(without.extension, None);
}

#[test]
fn regions_are_those_of_iso_3166() {
    for code in ["CZ", "us", " Gb "] {
        assert_eq!(Region::parse(code).unwrap().to_string(), code.trim().to_uppercase());
    }
    for code in ["", "C", "CZE", "ZZ", "001", "QQ", "č"] {
        assert_eq!(Region::parse(code), None, "{code}");
    }
}
