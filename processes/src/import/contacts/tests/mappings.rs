//! Which column is which field.

use super::super::{MAX_CUSTOM, MappingError, Target};
use super::*;

fn guessed(header: &[&str]) -> Vec<(String, Vec<String>)> {
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    let mapping = Mapping::guess(&header);
    mapping.fields().map(|(target, columns)| (target.to_string(), columns.to_vec())).collect()
}

fn one(header: &str) -> String {
    guessed(&[header]).first().map(|(target, _)| target.clone()).unwrap_or_default()
}

#[test]
fn usual_names_of_columns_are_recognized_however_they_are_written() {
    for (header, target) in [
        ("phone", "phone"),
        ("Phone Number", "phone"),
        ("PHONE_NUMBER", "phone"),
        ("telephone", "phone"),
        ("Mobile", "phone"),
        ("mobile-no.", "phone"),
        ("number", "phone"),
        ("MSISDN", "phone"),
        ("Telefon", "phone"),
        ("Phone 2", "phone"),
        ("Teléfono", "phone"),
        ("Full Name", "name"),
        ("name", "name"),
        ("First name", "first_name"),
        ("Given-Name", "first_name"),
        ("Příjmení", "last_name"),
        ("surname", "last_name"),
        ("E-mail", "email"),
        ("Email Address", "email"),
        ("TZ", "time_zone"),
        ("Time Zone", "time_zone"),
        ("lang", "language"),
        ("Locale", "language"),
        ("Priority", "priority"),
        ("Tags", "tags"),
        ("custom.city", "custom.city"),
        ("City", ""),
        ("phones of friends", ""),
        ("", ""),
        ("custom.", ""),
        ("custom.cvv", ""),
    ] {
        assert_eq!(one(header), target, "{header}");
    }
}

#[test]
fn columns_of_the_same_kind_are_all_named_in_their_order() {
    assert_eq!(
        guessed(&["Mobile", "Name", "Phone", "Tel", "Tel", "City"]),
        [
            ("phone".to_owned(), vec!["Mobile".to_owned(), "Phone".to_owned()]),
            ("name".to_owned(), vec!["Name".to_owned()]),
        ]
    );
    assert!(!Mapping::guess(&["City".to_owned()]).has_phone());
}

#[test]
fn the_first_column_that_is_not_blank_fills_a_field() {
    let mapping = Mapping::parse([
        ("phone", vec!["mobile", "home"]),
        ("tags", vec!["a", "b"]),
        ("first_name", vec!["first"]),
        ("last_name", vec!["last"]),
    ])
    .unwrap();
    let text = "mobile,home,a,b,first,last\n,+420777120001,x;y,y|z,Ann,\n\
                +420777120002,+420777120001,,,Ann,Lee\n12,+420777120001,,,,\n";
    let rows = read(text, &csv(), &mapping).unwrap();
    let row = good(&rows[0]);
    assert_eq!(row.number.as_str(), "+420777120001");
    assert_eq!(row.tags, ["x", "y", "z"]);
    assert_eq!(names(&rows), ["Ann", "Ann Lee"]);
    assert_eq!(good(&rows[1]).number.as_str(), "+420777120002");
    // Nothing is chosen in the place of what is wrong.
    assert_eq!(faults(&rows[2]), [("mobile", "invalid-phone-number")]);
}

#[test]
fn a_mapping_that_cannot_be_used_is_refused() {
    let parse = |fields: &[(&str, &[&str])]| {
        Mapping::parse(fields.iter().map(|(name, columns)| (*name, columns.to_vec())))
    };
    let phone: (&str, &[&str]) = ("phone", &["p"]);
    assert_eq!(parse(&[]), Err(MappingError::NoPhone));
    assert_eq!(parse(&[("name", &["n"])]), Err(MappingError::NoPhone));
    assert_eq!(parse(&[phone, phone]), Err(MappingError::Repeated("phone".to_owned())));
    for (name, columns, code) in [
        ("fax", &["f"][..], "unknown-field"),
        ("custom.", &["c"], "unknown-field"),
        ("custom. x", &["c"], "invalid-mapping"),
        ("custom.cvv", &["c"], "card-data"),
        ("name", &[], "invalid-mapping"),
        ("name", &[" "], "invalid-mapping"),
        ("name", &["n", "n "], "invalid-mapping"),
        ("name", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"], "invalid-mapping"),
    ] {
        assert_eq!(parse(&[phone, (name, columns)]).unwrap_err().code(), code, "{name}");
    }
    let custom = |count: usize| {
        let keys = (0..count).map(|at| (format!("custom.k{at}"), ["c"]));
        Mapping::parse(keys.chain([("phone".to_owned(), ["p"])]))
    };
    assert!(custom(MAX_CUSTOM).is_ok());
    assert_eq!(custom(MAX_CUSTOM + 1), Err(MappingError::TooManyCustom));
    let mapping = mapping(&[("phone", "p"), ("custom.a", "c")]);
    assert_eq!(mapping.columns(&Target::Custom("a".to_owned())), ["c"]);
}
