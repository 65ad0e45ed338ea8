//! What a call can come to: the catalog of domain/04 §4.8, a constant until its
//! aggregate comes. Flags, not names, drive numbers and next steps.

use crate::words::words;

words! {
    /// What kind of result it is.
    Category {
        /// What the call was made for.
        Success,
        /// A call later, at a moment that was agreed on.
        Callback,
        /// Another attempt.
        Retry,
        /// Nothing came of it and nothing will.
        Failure,
        /// Nobody may call again.
        Dnc,
        /// Said by a rule of ours, for somebody to look at.
        System,
    }
    /// What must be said along with a code.
    Requirement {
        /// A note.
        Note,
        /// When to call again.
        FollowUpAt,
        /// What was sold.
        Sale,
    }
}

/// One entry of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition {
    /// The code, `^[a-z0-9_]{2,32}$`.
    pub code: &'static str,
    /// The code in words.
    pub label: &'static str,
    /// What kind of result it is.
    pub category: Category,
    /// Somebody, not a machine, was spoken to.
    pub human_contact: bool,
    /// It was the one who was to be spoken to.
    pub right_party: bool,
    /// The call counts as a success.
    pub conversion: bool,
    /// The matter is settled.
    pub resolves: bool,
    /// The number goes onto the do-not-call list.
    pub adds_to_dnc: bool,
    /// What must be said along with it.
    pub requires: &'static [Requirement],
    /// When a contact is tried again by itself.
    pub retry_after_minutes: Option<u32>,
    /// Whether it may still be chosen.
    pub active: bool,
}

/// Every entry.
#[must_use]
pub fn catalog() -> &'static [Disposition] {
    &CATALOG
}

/// The entry with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Disposition> {
    CATALOG.iter().find(|entry| entry.code == code)
}

static CATALOG: [Disposition; 15] = [
    Disposition {
        code: "sale",
        label: "Sale",
        category: Category::Success,
        human_contact: true,
        right_party: true,
        conversion: true,
        resolves: true,
        adds_to_dnc: false,
        requires: &[Requirement::Sale],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "not_interested",
        label: "Not interested",
        category: Category::Failure,
        human_contact: true,
        right_party: true,
        conversion: false,
        resolves: true,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "callback",
        label: "Call back",
        category: Category::Callback,
        human_contact: true,
        right_party: true,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[Requirement::FollowUpAt],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "wrong_number",
        label: "Wrong number",
        category: Category::Failure,
        human_contact: true,
        right_party: false,
        conversion: false,
        resolves: true,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "left_message",
        label: "Left a message",
        category: Category::Retry,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: Some(240),
        active: true,
    },
    Disposition {
        code: "no_answer",
        label: "No answer",
        category: Category::Retry,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: Some(120),
        active: true,
    },
    Disposition {
        code: "busy",
        label: "Busy",
        category: Category::Retry,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: Some(15),
        active: true,
    },
    Disposition {
        code: "disconnected",
        label: "Disconnected",
        category: Category::Failure,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: true,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "transferred",
        label: "Transferred",
        category: Category::Success,
        human_contact: true,
        right_party: true,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "do_not_call",
        label: "Do not call",
        category: Category::Dnc,
        human_contact: true,
        right_party: true,
        conversion: false,
        resolves: true,
        adds_to_dnc: true,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "answering_machine",
        label: "Answering machine",
        category: Category::Retry,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: Some(240),
        active: true,
    },
    Disposition {
        code: "fax",
        label: "Fax",
        category: Category::Failure,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: true,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "invalid_number",
        label: "Invalid number",
        category: Category::Failure,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: true,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
    Disposition {
        code: "dropped",
        label: "Dropped",
        category: Category::Retry,
        human_contact: true,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: Some(4_320),
        active: true,
    },
    Disposition {
        code: "no_disposition",
        label: "No disposition",
        category: Category::System,
        human_contact: false,
        right_party: false,
        conversion: false,
        resolves: false,
        adds_to_dnc: false,
        requires: &[],
        retry_after_minutes: None,
        active: true,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_there_once_and_well_formed() {
        let codes: BTreeSet<&str> = catalog().iter().map(|entry| entry.code).collect();
        assert_eq!(codes.len(), catalog().len());
        for code in codes {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!((2..=32).contains(&code.len()) && code.chars().all(plain), "{code}");
        }
    }

    #[test]
    fn flags_say_what_follows() {
        let codes = |wanted: fn(&Disposition) -> bool| -> Vec<&str> {
            catalog().iter().filter(|entry| wanted(entry)).map(|entry| entry.code).collect()
        };
        assert_eq!(codes(|entry| entry.conversion), ["sale"]);
        assert_eq!(codes(|entry| entry.adds_to_dnc), ["do_not_call"]);
        assert_eq!(codes(|entry| entry.category == Category::System), ["no_disposition"]);
        assert_eq!(codes(|entry| entry.requires.contains(&Requirement::Sale)), ["sale"]);
        assert_eq!(codes(|entry| entry.requires.contains(&Requirement::FollowUpAt)), ["callback"]);
        assert!(find("sold").is_none());
    }
}
