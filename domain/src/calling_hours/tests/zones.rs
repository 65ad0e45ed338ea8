//! Which zones a number may be in.

use std::collections::BTreeSet;

use chrono::TimeZone;
use chrono_tz::Tz::*;

use super::*;

fn zones(number: &str) -> Vec<Tz> {
    zones_of(&PhoneNumber::parse(number).unwrap())
}

fn names(number: &str) -> BTreeSet<&'static str> {
    zones(number).iter().map(|zone| zone.name()).collect()
}

#[test]
fn a_number_has_the_zones_of_its_country_or_state() {
    for (number, expected) in [
        ("+420777123456", "Europe/Prague"),
        ("+447700900123", "Europe/London"),
        ("+12125550100", "America/New_York"),
        ("+18085550100", "Pacific/Honolulu"),
        ("+19075550100", "America/Adak America/Anchorage"),
        ("+15025550100", "America/Chicago America/New_York"),
        ("+819012345678", "Asia/Tokyo"),
        ("+38344123456", "Europe/Belgrade"),
        ("+77011234567", "Asia/Almaty"),
        ("+5511912345678", "America/Manaus America/Noronha America/Rio_Branco America/Sao_Paulo"),
        ("+14415550100", "Atlantic/Bermuda"),
    ] {
        assert_eq!(names(number), expected.split(' ').collect(), "{number}");
    }
    let russia = names("+79161234567");
    assert_eq!(russia.len(), 11);
    assert!(["Europe/Kaliningrad", "Asia/Kamchatka"].iter().all(|zone| russia.contains(zone)));
    let australia = names("+61412345678");
    let ends = ["Australia/Perth", "Australia/Eucla", "Australia/Lord_Howe", "Indian/Cocos"];
    assert!(ends.iter().all(|zone| australia.contains(zone)));
    assert_eq!(names("+61891621234"), BTreeSet::from(["Indian/Cocos"]));
}

#[test]
fn a_number_that_is_at_no_place_has_no_zone() {
    for number in [
        "+18005550100",
        "+18335550100",
        "+18445550100",
        "+18555550100",
        "+18665550100",
        "+18775550100",
        "+18885550100",
        "+15005550100",
        "+16005550100",
        "+80012345678",
        "+80812345678",
        "+870773123456",
        "+878101234567",
        "+881612345678",
        "+88212345678",
        "+88351001234567",
        "+88812345678",
        "+97912345678",
        "+2101234567",
        "+9991234567",
    ] {
        assert_eq!(zones(number), [], "{number}");
    }
}

#[test]
fn an_area_code_that_is_not_known_has_the_zones_of_the_fifty_states() {
    assert_eq!(zones("+15550100042"), north_america::FIFTY_STATES);
    assert_eq!(zones("+10000000000"), north_america::FIFTY_STATES);
    for state in ["+12125550100", "+19075550100", "+18085550100", "+16025550100", "+12085550100"] {
        assert!(names("+15550100042").is_superset(&names(state)), "{state}");
    }
}

#[test]
fn the_tables_name_each_code_and_zone_once() {
    for codes in [north_america::codes(), countries::prefixes()] {
        let once: BTreeSet<&String> = codes.iter().collect();
        assert_eq!(once.len(), codes.len());
        assert!(codes.len() > 200);
    }
    for code in countries::prefixes().into_iter().chain(north_america::codes()) {
        let zones = zones(&format!("+{code:0<12}"));
        let once: BTreeSet<&str> = zones.iter().map(|zone| zone.name()).collect();
        assert_eq!(once.len(), zones.len(), "{code}");
    }
}

/// Zones that are left out of the tables, and the zone of the same country that tells their time.
const SAME: &[(Tz, &[Tz])] = &[
    (
        America__New_York,
        &[
            America__Detroit,
            America__Kentucky__Louisville,
            America__Kentucky__Monticello,
            America__Indiana__Indianapolis,
            America__Indiana__Vincennes,
            America__Indiana__Winamac,
            America__Indiana__Marengo,
            America__Indiana__Petersburg,
            America__Indiana__Vevay,
        ],
    ),
    (
        America__Chicago,
        &[
            America__Indiana__Tell_City,
            America__Indiana__Knox,
            America__Menominee,
            America__North_Dakota__Center,
            America__North_Dakota__New_Salem,
            America__North_Dakota__Beulah,
        ],
    ),
    (America__Denver, &[America__Boise]),
    (
        America__Anchorage,
        &[America__Juneau, America__Sitka, America__Metlakatla, America__Yakutat, America__Nome],
    ),
    (America__Halifax, &[America__Glace_Bay, America__Moncton, America__Goose_Bay]),
    (America__Toronto, &[America__Iqaluit]),
    (America__Resolute, &[America__Rankin_Inlet]),
    (America__Regina, &[America__Swift_Current]),
    (America__Edmonton, &[America__Inuvik]),
    (
        America__Creston,
        &[America__Dawson_Creek, America__Fort_Nelson, America__Whitehorse, America__Dawson],
    ),
    (Pacific__Guam, &[Pacific__Saipan]),
    (
        America__Puerto_Rico,
        &[
            America__St_Thomas,
            America__Barbados,
            America__Anguilla,
            America__Antigua,
            America__Tortola,
            America__Grenada,
            America__Montserrat,
            America__Lower_Princes,
            America__St_Lucia,
            America__Dominica,
            America__St_Vincent,
            America__Santo_Domingo,
            America__Port_of_Spain,
            America__St_Kitts,
        ],
    ),
    (Africa__Casablanca, &[Africa__El_Aaiun]),
    (America__Nuuk, &[America__Scoresbysund]),
    (Europe__Madrid, &[Africa__Ceuta]),
    (Europe__Lisbon, &[Atlantic__Madeira]),
    (Asia__Nicosia, &[Asia__Famagusta]),
    (Europe__Helsinki, &[Europe__Mariehamn]),
    (Europe__Rome, &[Europe__Vatican]),
    (Europe__London, &[Europe__Guernsey, Europe__Jersey, Europe__Isle_of_Man]),
    (Europe__Oslo, &[Arctic__Longyearbyen]),
    (Europe__Berlin, &[Europe__Busingen]),
    (
        America__Mexico_City,
        &[America__Merida, America__Monterrey, America__Chihuahua, America__Bahia_Banderas],
    ),
    (America__Matamoros, &[America__Ojinaga]),
    (America__Hermosillo, &[America__Mazatlan]),
    (
        America__Argentina__Buenos_Aires,
        &[
            America__Argentina__Cordoba,
            America__Argentina__Salta,
            America__Argentina__Jujuy,
            America__Argentina__Tucuman,
            America__Argentina__Catamarca,
            America__Argentina__La_Rioja,
            America__Argentina__San_Juan,
            America__Argentina__Mendoza,
            America__Argentina__San_Luis,
            America__Argentina__Rio_Gallegos,
            America__Argentina__Ushuaia,
        ],
    ),
    (
        America__Sao_Paulo,
        &[
            America__Belem,
            America__Fortaleza,
            America__Recife,
            America__Araguaina,
            America__Maceio,
            America__Bahia,
            America__Santarem,
        ],
    ),
    (
        America__Manaus,
        &[America__Campo_Grande, America__Cuiaba, America__Porto_Velho, America__Boa_Vista],
    ),
    (America__Rio_Branco, &[America__Eirunepe]),
    (America__Punta_Arenas, &[America__Coyhaique]),
    (America__Guadeloupe, &[America__St_Barthelemy, America__Marigot]),
    (America__Curacao, &[America__Kralendijk]),
    (Asia__Kuala_Lumpur, &[Asia__Kuching]),
    (Australia__Sydney, &[Antarctica__Macquarie, Australia__Hobart, Australia__Melbourne]),
    (Australia__Adelaide, &[Australia__Broken_Hill]),
    (Australia__Brisbane, &[Australia__Lindeman]),
    (Asia__Jakarta, &[Asia__Pontianak]),
    (Pacific__Pohnpei, &[Pacific__Kosrae]),
    (Pacific__Majuro, &[Pacific__Kwajalein]),
    (Europe__Moscow, &[Europe__Kirov, Europe__Volgograd]),
    (Europe__Samara, &[Europe__Astrakhan, Europe__Saratov, Europe__Ulyanovsk]),
    (Asia__Novosibirsk, &[Asia__Barnaul, Asia__Tomsk, Asia__Novokuznetsk, Asia__Krasnoyarsk]),
    (Asia__Yakutsk, &[Asia__Chita, Asia__Khandyga]),
    (Asia__Vladivostok, &[Asia__UstNera]),
    (Asia__Magadan, &[Asia__Sakhalin, Asia__Srednekolymsk]),
    (Asia__Kamchatka, &[Asia__Anadyr]),
    (
        Asia__Almaty,
        &[Asia__Qyzylorda, Asia__Qostanay, Asia__Aqtobe, Asia__Aqtau, Asia__Atyrau, Asia__Oral],
    ),
    (Asia__Gaza, &[Asia__Hebron]),
    (Asia__Tashkent, &[Asia__Samarkand]),
];

#[test]
fn a_zone_is_left_out_only_where_another_tells_the_same_time() {
    // Every hour from 2026 to 2036.
    let hours: Vec<_> = (0..24 * 365 * 11)
        .map(|hour| DateTime::from_timestamp(1_767_225_600 + hour * 3_600, 0).unwrap().naive_utc())
        .collect();
    let offsets = |zone: Tz| hours.iter().map(move |at| zone.offset_from_utc_datetime(at).fix());
    for (kept, others) in SAME {
        for other in *others {
            assert!(offsets(*kept).eq(offsets(*other)), "{kept} and {other}");
        }
    }
}
