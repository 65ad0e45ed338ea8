//! Which zones belong to the area codes of +1, the North American Numbering Plan.
//!
//! Source: the area codes by state, province and country as the plan's administrator publishes
//! them, and zone.tab of the IANA time zone database, which is in the public domain. A code has
//! every zone of its state, also those that only a few places keep by custom: the exchanges of a
//! code do not stop at a zone's border. Zones that have told the same time since 2026 are one
//! here; a test holds that they still do.
//!
//! Alberta, British Columbia and Manitoba stopped changing their clocks in 2026, which the tables
//! of chrono-tz (2025b) do not know. Beside their zone stands one that has their new time all
//! year: America/Regina, America/Creston, America/Atikokan.

use chrono_tz::Tz::{self, *};

const EASTERN: &[Tz] = &[America__New_York];
const CENTRAL: &[Tz] = &[America__Chicago];
const MOUNTAIN: &[Tz] = &[America__Denver];
const PACIFIC: &[Tz] = &[America__Los_Angeles];
const EASTERN_CENTRAL: &[Tz] = &[America__New_York, America__Chicago];
const CENTRAL_MOUNTAIN: &[Tz] = &[America__Chicago, America__Denver];
const MOUNTAIN_PACIFIC: &[Tz] = &[America__Denver, America__Los_Angeles];
const ATLANTIC: &[Tz] = &[America__Halifax];
const ONTARIO: &[Tz] = &[America__Toronto, America__Winnipeg, America__Atikokan];
const QUEBEC: &[Tz] = &[America__Toronto, America__Halifax, America__BlancSablon];
const MANITOBA: &[Tz] = &[America__Winnipeg, America__Atikokan];
const SASKATCHEWAN: &[Tz] =
    &[America__Regina, America__Edmonton, America__Winnipeg, America__Atikokan];
const ALBERTA: &[Tz] = &[America__Edmonton, America__Regina];
const COLUMBIA: &[Tz] = &[America__Vancouver, America__Creston, America__Edmonton, America__Regina];
const NORTH: &[Tz] = &[
    America__Creston,
    America__Edmonton,
    America__Cambridge_Bay,
    America__Regina,
    America__Winnipeg,
    America__Resolute,
    America__Toronto,
    America__Atikokan,
];

/// Every zone of the fifty states, for a code of which nothing is known.
pub(super) const FIFTY_STATES: &[Tz] = &[
    America__New_York,
    America__Chicago,
    America__Denver,
    America__Phoenix,
    America__Los_Angeles,
    America__Anchorage,
    America__Adak,
    Pacific__Honolulu,
];

/// Codes that are at no place: free of charge, personal, Canada's and the government's own,
/// premium.
const NOWHERE: &[u16] = &[
    500, 521, 522, 523, 524, 525, 526, 527, 528, 529, 532, 533, 535, 538, 542, 543, 544, 545, 546,
    547, 549, 550, 552, 553, 554, 556, 558, 566, 569, 577, 578, 588, 589, 600, 622, 633, 644, 655,
    677, 688, 700, 710, 800, 822, 833, 844, 855, 866, 877, 880, 881, 882, 883, 884, 885, 886, 887,
    888, 889, 900,
];

/// The codes of a state, a province or a country, and its zones.
const AREAS: &[(&[u16], &[Tz])] = &[
    // The fifty states and the capital. Alabama's border with Georgia keeps Georgia's time.
    (&[205, 251, 256, 334, 659, 938], EASTERN_CENTRAL),
    // Alaska
    (&[907], &[America__Anchorage, America__Adak]),
    // Arizona, of which the Navajo change their clocks
    (&[480, 520, 602, 623, 928], &[America__Phoenix, America__Denver]),
    // Arkansas
    (&[327, 479, 501, 870], CENTRAL),
    // California
    (&[209, 213, 279, 310, 323, 341, 350, 369, 408, 415, 424, 442, 510, 530, 559], PACIFIC),
    (&[562, 619, 626, 628, 650, 657, 661, 669, 707, 714, 738, 747, 760, 805, 818, 820], PACIFIC),
    (&[831, 837, 840, 858, 909, 916, 925, 949, 951], PACIFIC),
    // Colorado
    (&[303, 719, 720, 748, 970, 983], MOUNTAIN),
    // Connecticut, Delaware, District of Columbia
    (&[203, 475, 860, 959, 302, 202, 771], EASTERN),
    // Florida
    (&[239, 305, 321, 324, 352, 386, 407, 448, 561, 645, 656, 689, 727], EASTERN_CENTRAL),
    (&[728, 754, 772, 786, 813, 850, 863, 904, 941, 954], EASTERN_CENTRAL),
    // Georgia
    (&[229, 404, 470, 478, 678, 706, 762, 770, 912, 943], EASTERN),
    // Hawaii
    (&[808], &[Pacific__Honolulu]),
    // Idaho
    (&[208, 986], MOUNTAIN_PACIFIC),
    // Illinois
    (&[217, 224, 309, 312, 331, 447, 464, 618, 630, 708, 730, 773, 779, 815, 847, 861], CENTRAL),
    (&[872], CENTRAL),
    // Indiana
    (&[219, 260, 317, 463, 574, 765, 812, 930], EASTERN_CENTRAL),
    // Iowa
    (&[319, 515, 563, 641, 712], CENTRAL),
    // Kansas
    (&[316, 620, 785, 913], CENTRAL_MOUNTAIN),
    // Kentucky
    (&[270, 364, 502, 606, 859], EASTERN_CENTRAL),
    // Louisiana
    (&[225, 318, 337, 457, 504, 985], CENTRAL),
    // Maine, Maryland
    (&[207, 227, 240, 301, 410, 443, 667], EASTERN),
    // Massachusetts
    (&[339, 351, 413, 508, 617, 774, 781, 857, 978], EASTERN),
    // Michigan
    (&[231, 248, 269, 313, 517, 586, 616, 679, 734, 810, 906, 947, 989], EASTERN_CENTRAL),
    // Minnesota, Mississippi
    (&[218, 320, 507, 612, 651, 763, 924, 952, 228, 471, 601, 662, 769], CENTRAL),
    // Missouri
    (&[235, 314, 417, 557, 573, 636, 660, 816, 975], CENTRAL),
    // Montana
    (&[406], MOUNTAIN),
    // Nebraska
    (&[308, 402, 531], CENTRAL_MOUNTAIN),
    // Nevada, of which West Wendover and Jackpot keep the time of their neighbors
    (&[702, 725, 775], MOUNTAIN_PACIFIC),
    // New Hampshire, New Jersey
    (&[603, 201, 551, 609, 640, 732, 848, 856, 862, 908, 973], EASTERN),
    // New Mexico
    (&[505, 575], MOUNTAIN),
    // New York
    (&[212, 315, 329, 332, 347, 363, 516, 518, 585, 607, 624, 631, 646, 680, 716], EASTERN),
    (&[718, 838, 845, 914, 917, 929, 934], EASTERN),
    // North Carolina
    (&[252, 336, 472, 704, 743, 828, 910, 919, 980, 984], EASTERN),
    // North Dakota
    (&[701], CENTRAL_MOUNTAIN),
    // Ohio
    (&[216, 220, 234, 283, 326, 330, 380, 419, 436, 440, 513, 567, 614, 740, 937], EASTERN),
    // Oklahoma, of which Kenton keeps the time of New Mexico
    (&[405, 539, 572, 580, 918], CENTRAL_MOUNTAIN),
    // Oregon
    (&[458, 503, 541, 971], MOUNTAIN_PACIFIC),
    // Pennsylvania
    (&[215, 223, 267, 272, 412, 445, 484, 570, 582, 610, 717, 724, 814, 835, 878], EASTERN),
    // Rhode Island, South Carolina
    (&[401, 803, 821, 839, 843, 854, 864], EASTERN),
    // South Dakota
    (&[605], CENTRAL_MOUNTAIN),
    // Tennessee
    (&[423, 615, 629, 729, 731, 865, 901, 931], EASTERN_CENTRAL),
    // Texas
    (&[210, 214, 254, 281, 325, 346, 361, 409, 430, 432, 469, 512, 621, 682], CENTRAL_MOUNTAIN),
    (&[713, 726, 737, 806, 817, 830, 832, 903, 915, 936, 940, 945, 956, 972], CENTRAL_MOUNTAIN),
    (&[979], CENTRAL_MOUNTAIN),
    // Utah
    (&[385, 435, 801], MOUNTAIN),
    // Vermont, Virginia
    (&[802, 276, 434, 540, 571, 686, 703, 757, 804, 826, 948], EASTERN),
    // Washington
    (&[206, 253, 360, 425, 509, 564], PACIFIC),
    // West Virginia
    (&[304, 681], EASTERN),
    // Wisconsin
    (&[262, 274, 353, 414, 534, 608, 715, 920], CENTRAL),
    // Wyoming
    (&[307], MOUNTAIN),
    // Other parts of the United States: American Samoa, Guam, Northern Marianas, Puerto Rico,
    // Virgin Islands
    (&[684], &[Pacific__Pago_Pago]),
    (&[671, 670], &[Pacific__Guam]),
    (&[787, 939, 340], &[America__Puerto_Rico]),
    // Canada: Alberta
    (&[368, 403, 587, 780, 825], ALBERTA),
    // British Columbia
    (&[236, 250, 257, 604, 672, 778], COLUMBIA),
    // Manitoba
    (&[204, 431, 584], MANITOBA),
    // New Brunswick, Nova Scotia, Prince Edward Island
    (&[428, 506, 782, 902], ATLANTIC),
    // Newfoundland and Labrador
    (&[709, 879], &[America__St_Johns, America__Halifax]),
    // Ontario
    (&[226, 249, 289, 343, 365, 382, 416, 437, 519, 548, 613, 647, 683, 705], ONTARIO),
    (&[742, 753, 807, 905, 942], ONTARIO),
    // Quebec
    (&[263, 273, 354, 367, 418, 438, 450, 468, 514, 579, 581, 819, 873], QUEBEC),
    // Saskatchewan
    (&[306, 474, 639], SASKATCHEWAN),
    // Yukon, Northwest Territories, Nunavut
    (&[867], NORTH),
    // Islands that keep Atlantic time all year: Barbados, Anguilla, Antigua and Barbuda, British
    // Virgin Islands, Grenada, Montserrat, Sint Maarten, Saint Lucia, Dominica, Saint Vincent,
    // Dominican Republic, Trinidad and Tobago, Saint Kitts and Nevis
    (&[246, 264, 268, 284, 473, 664, 721, 758, 767, 784], &[America__Puerto_Rico]),
    (&[809, 829, 849, 868, 869], &[America__Puerto_Rico]),
    // Bahamas, Cayman Islands, Bermuda, Turks and Caicos Islands, Jamaica
    (&[242], &[America__Nassau]),
    (&[345], &[America__Cayman]),
    (&[441], &[Atlantic__Bermuda]),
    (&[649], &[America__Grand_Turk]),
    (&[658, 876], &[America__Jamaica]),
];

/// The zones of an area code. None, where it is at no place.
pub(super) fn zones(code: u16) -> &'static [Tz] {
    if NOWHERE.contains(&code) {
        return &[];
    }
    let area = AREAS.iter().find(|(codes, _)| codes.contains(&code));
    area.map_or(FIFTY_STATES, |(_, zones)| zones)
}

/// Every area code at a place or at none, with the 1 before it.
#[cfg(test)]
pub(super) fn codes() -> Vec<String> {
    let placed = AREAS.iter().flat_map(|(codes, _)| codes.iter());
    placed.chain(NOWHERE).map(|code| format!("1{code}")).collect()
}
