//! The codes that every organization has from its first day on, without a fact (domain/04 §4.8).
//!
//! *Architecture invariant:* no line of this table ever changes. What a fact of version 1 counts as
//! follows from it, and so does what a rule of ours says.

use std::sync::LazyLock;

use super::{Category, Definition, Disposition, DispositionCatalog, Meaning, Requirement};

/// What a call has come to of which nobody has said it in time.
pub const NO_DISPOSITION: &str = "no_disposition";
/// Somebody answered, and no agent was there.
const DROPPED: &str = "dropped";
/// They said that nobody may call again.
const DO_NOT_CALL: &str = "do_not_call";

macro_rules! flag {
    (yes) => {
        true
    };
    (no) => {
        false
    };
}

macro_rules! standard {
    ($($code:literal $label:literal $category:ident
        $human:ident $right:ident $conversion:ident $resolves:ident $dnc:ident
        [$($requirement:ident)*] $retry:expr;)*) => {
        fn standard() -> Vec<Disposition> {
            vec![$(Disposition {
                code: $code.to_owned(),
                definition: Definition {
                    meaning: Meaning {
                        label: $label.to_owned(),
                        category: Category::$category,
                        human_contact: flag!($human),
                        right_party: flag!($right),
                        conversion: flag!($conversion),
                        resolves: flag!($resolves),
                        adds_to_dnc: flag!($dnc),
                        retry_after_minutes: $retry,
                        topic: None,
                    },
                    requires: vec![$(Requirement::$requirement)*],
                    campaign_ids: Vec::new(),
                },
                active: true,
            },)*]
        }
    };
}

// The flags: a human, the right party, a conversion, resolved, nobody may call again.
standard! {
    "sale" "Sale" Success yes yes yes yes no [Sale] None;
    "not_interested" "Not interested" Failure yes yes no yes no [] None;
    "callback" "Call back" Callback yes yes no no no [FollowUpAt] None;
    "wrong_number" "Wrong number" Failure yes no no yes no [] None;
    "left_message" "Left a message" Retry no no no no no [] Some(240);
    "no_answer" "No answer" Retry no no no no no [] Some(120);
    "busy" "Busy" Retry no no no no no [] Some(15);
    "disconnected" "Disconnected" Failure no no no yes no [] None;
    "transferred" "Transferred" Success yes yes no no no [] None;
    "do_not_call" "Do not call" Dnc yes yes no yes yes [] None;
    "answering_machine" "Answering machine" Retry no no no no no [] Some(240);
    "fax" "Fax" Failure no no no yes no [] None;
    "invalid_number" "Invalid number" Failure no no no yes no [] None;
    "dropped" "Dropped" Retry yes no no no no [] Some(4_320);
    "no_disposition" "No disposition" System no no no no no [] None;
}

static STANDARD: LazyLock<DispositionCatalog> =
    LazyLock::new(|| DispositionCatalog { entries: standard() });

impl DispositionCatalog {
    /// The catalog of an organization that has decided nothing.
    #[must_use]
    pub fn standard() -> &'static Self {
        &STANDARD
    }
}

/// The fields of a code that stay as they are, because the product relies on them.
pub(super) fn fixed(code: &str) -> &'static [&'static str] {
    match code {
        // Rules of ours say these, and say them without asking the catalog.
        NO_DISPOSITION | DROPPED => &[
            "/label",
            "/category",
            "/human_contact",
            "/right_party",
            "/conversion",
            "/resolves",
            "/adds_to_dnc",
            "/requires",
            "/retry_after_minutes",
            "/topic",
            "/campaign_ids",
            "/active",
        ],
        // Whoever says that they are not to be called, can be taken at their word in every call.
        DO_NOT_CALL => &["/category", "/adds_to_dnc", "/requires", "/campaign_ids", "/active"],
        // People and other systems know these by their names.
        code if STANDARD.find(code).is_some() => &["/category"],
        _ => &[],
    }
}
