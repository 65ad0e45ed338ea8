//! What columns are usually called.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::target::Target;

/// Names without case, white space, punctuation and accents; English, and what the office
/// suites of our neighbors write.
const NAMES: [(Target, &[&str]); 9] = [
    (
        Target::Phone,
        &[
            "phone",
            "phonenumber",
            "phoneno",
            "phonenr",
            "telephone",
            "telephonenumber",
            "tel",
            "telno",
            "mobile",
            "mobilenumber",
            "mobileno",
            "mobilephone",
            "mobilephonenumber",
            "cell",
            "cellphone",
            "cellnumber",
            "cellphonenumber",
            "number",
            "msisdn",
            "e164",
            "contactnumber",
            "contactphone",
            "primaryphone",
            "homephone",
            "workphone",
            "businessphone",
            "dialnumber",
            "callto",
            "landline",
            "telefon",
            "telefonnummer",
            "telefonnr",
            "rufnummer",
            "handy",
            "handynummer",
            "mobil",
            "mobilnummer",
            "mobiltelefon",
            "telefono",
            "movil",
            "celular",
            "cellulare",
            "telefone",
            "portable",
            "numerodetelephone",
            "telefonnicislo",
            "cislo",
            "mobilnitelefon",
        ],
    ),
    (
        Target::Name,
        &[
            "name",
            "fullname",
            "contactname",
            "customername",
            "contact",
            "customer",
            "displayname",
            "clientname",
            "leadname",
            "vollername",
            "nomcomplet",
            "nombrecompleto",
            "celejmeno",
        ],
    ),
    (
        Target::FirstName,
        &[
            "firstname",
            "forename",
            "givenname",
            "first",
            "fname",
            "vorname",
            "prenom",
            "nombre",
            "jmeno",
            "krestnijmeno",
        ],
    ),
    (
        Target::LastName,
        &[
            "lastname",
            "surname",
            "familyname",
            "last",
            "lname",
            "nachname",
            "familienname",
            "nom",
            "nomdefamille",
            "apellido",
            "apellidos",
            "cognome",
            "prijmeni",
        ],
    ),
    (
        Target::Email,
        &[
            "email",
            "emailaddress",
            "mail",
            "mailaddress",
            "emailaddr",
            "contactemail",
            "primaryemail",
            "correo",
            "correoelectronico",
            "courriel",
            "emailadresse",
        ],
    ),
    (
        Target::TimeZone,
        &["timezone", "tz", "timezonename", "zeitzone", "zonahoraria", "fuseau", "casovepasmo"],
    ),
    (
        Target::Language,
        &[
            "language",
            "lang",
            "locale",
            "languagecode",
            "preferredlanguage",
            "sprache",
            "langue",
            "idioma",
            "lingua",
            "jazyk",
        ],
    ),
    (Target::Priority, &["priority", "prio", "rank", "prioritat", "priorite", "priorita"]),
    (Target::Tags, &["tags", "tag", "labels", "label"]),
];

/// The field that a column of this name usually is. `custom.<key>` says it itself; digits at
/// the end (`Phone 2`) are those of one more of the same.
pub(super) fn target(column: &str) -> Option<Target> {
    if let Some(Target::Custom(key)) = Target::named(column) {
        return Some(Target::Custom(key));
    }
    let plain: String = column
        .nfkd()
        .filter(|c| c.is_alphanumeric() && !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .take(64)
        .collect();
    let found = |name: &str| {
        let entry = NAMES.iter().find(|(_, names)| names.contains(&name));
        entry.map(|(target, _)| target.clone())
    };
    let more_of = || plain.trim_end_matches(|c: char| c.is_ascii_digit());
    found(&plain).or_else(|| found(more_of()).filter(|target| *target == Target::Phone))
}
