//! A code of the catalog: what it counts as, what has to be said along with it, where it can be
//! chosen.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::standard::fixed;
use super::{Category, DispositionCatalog, Requirement};
use crate::contact::ContactFailure;
use crate::patch::stated;
use crate::{CampaignId, FieldFault, text};

/// The longest code, and the shortest.
const CODE: RangeInclusive<usize> = 2..=32;
/// The longest label and the longest topic, in characters.
const MAX_LABEL: usize = 64;
/// After how many minutes somebody is tried again: at the latest after 30 days.
const RETRY_MINUTES: RangeInclusive<u32> = 1..=43_200;
/// The most campaigns to whose calls a code can be bound.
pub const MAX_CAMPAIGNS: usize = 100;

/// What a code counts as. The fact of a call carries it, so that what the call counted as stays
/// whatever becomes of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meaning {
    /// The code in words.
    pub label: String,
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
    /// When a contact is tried again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_minutes: Option<u32>,
    /// What the call was about, where the code says so: of calls about the same a customer makes
    /// one, if the first one settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

impl Meaning {
    /// How many versions later than a meaning without a topic a fact with this one is.
    pub(crate) fn later(&self) -> i16 {
        i16::from(self.topic.is_some())
    }

    /// What a code counts as in a fact: what the fact says, and where it does not, what the
    /// standard code of this name always has.
    #[must_use]
    pub fn of<'m>(code: &str, said: Option<&'m Self>) -> Option<&'m Self> {
        said.or_else(|| DispositionCatalog::standard().find(code).map(Disposition::meaning))
    }
}

/// All that is decided of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What it counts as.
    #[serde(flatten)]
    pub meaning: Meaning,
    /// What must be said along with it.
    #[serde(default)]
    pub requires: Vec<Requirement>,
    /// The campaigns of whose calls alone it can be said; of every call, where there are none.
    #[serde(default)]
    pub campaign_ids: Vec<CampaignId>,
}

/// One entry of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposition {
    /// The code, `^[a-z0-9_]{2,32}$`.
    pub code: String,
    /// What is decided of it.
    #[serde(flatten)]
    pub definition: Definition,
    /// Whether it may still be chosen.
    pub active: bool,
}

/// What is different from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of Disposition")]
#[serde(default)]
pub struct DispositionChanges {
    pub label: Option<String>,
    pub category: Option<Category>,
    pub human_contact: Option<bool>,
    pub right_party: Option<bool>,
    pub conversion: Option<bool>,
    pub resolves: Option<bool>,
    pub adds_to_dnc: Option<bool>,
    pub requires: Option<Vec<Requirement>>,
    #[serde(deserialize_with = "stated")]
    pub retry_after_minutes: Option<Option<u32>>,
    #[serde(deserialize_with = "stated")]
    pub topic: Option<Option<String>>,
    pub campaign_ids: Option<Vec<CampaignId>>,
    pub active: Option<bool>,
}

impl Disposition {
    /// What it counts as.
    #[must_use]
    pub fn meaning(&self) -> &Meaning {
        &self.definition.meaning
    }

    /// Whether it is one for the calls of this campaign, or for those of none.
    #[must_use]
    pub fn is_for(&self, campaign: Option<CampaignId>) -> bool {
        let of = &self.definition.campaign_ids;
        of.is_empty() || campaign.is_some_and(|campaign| of.contains(&campaign))
    }

    /// The same with what is different.
    #[must_use]
    pub fn with(&self, changes: &DispositionChanges) -> Self {
        let (before, changes) = (&self.definition, changes.clone());
        let meaning = &before.meaning;
        let meaning = Meaning {
            label: changes.label.unwrap_or_else(|| meaning.label.clone()),
            category: changes.category.unwrap_or(meaning.category),
            human_contact: changes.human_contact.unwrap_or(meaning.human_contact),
            right_party: changes.right_party.unwrap_or(meaning.right_party),
            conversion: changes.conversion.unwrap_or(meaning.conversion),
            resolves: changes.resolves.unwrap_or(meaning.resolves),
            adds_to_dnc: changes.adds_to_dnc.unwrap_or(meaning.adds_to_dnc),
            retry_after_minutes: changes.retry_after_minutes.unwrap_or(meaning.retry_after_minutes),
            topic: changes.topic.unwrap_or_else(|| meaning.topic.clone()),
        };
        let requires = changes.requires.unwrap_or_else(|| before.requires.clone());
        let campaign_ids = changes.campaign_ids.unwrap_or_else(|| before.campaign_ids.clone());
        Self {
            code: self.code.clone(),
            definition: Definition { meaning, requires, campaign_ids },
            active: changes.active.unwrap_or(self.active),
        }
    }

    /// Whether the product lets it become this.
    pub(super) fn may_become(&self, next: &Self) -> Result<(), FieldFault> {
        let fixed = fixed(&self.code);
        match self.differs(next).into_iter().find(|pointer| fixed.contains(pointer)) {
            None => Ok(()),
            Some(pointer) => {
                let code = &self.code;
                let words = format!("this stays as it is for {code}; define a code of your own");
                Err(FieldFault::new(pointer, "fixed", words))
            }
        }
    }

    /// The fields that are other ones in `next`.
    fn differs(&self, next: &Self) -> Vec<&'static str> {
        let (now, then) = (self.meaning(), next.meaning());
        let (other, of) = (&next.definition, &self.definition);
        let fields = [
            ("/label", now.label != then.label),
            ("/category", now.category != then.category),
            ("/human_contact", now.human_contact != then.human_contact),
            ("/right_party", now.right_party != then.right_party),
            ("/conversion", now.conversion != then.conversion),
            ("/resolves", now.resolves != then.resolves),
            ("/adds_to_dnc", now.adds_to_dnc != then.adds_to_dnc),
            ("/requires", of.requires != other.requires),
            ("/retry_after_minutes", now.retry_after_minutes != then.retry_after_minutes),
            ("/topic", now.topic != then.topic),
            ("/campaign_ids", of.campaign_ids != other.campaign_ids),
            ("/active", self.active != next.active),
        ];
        fields.into_iter().filter(|(_, other)| *other).map(|(pointer, _)| pointer).collect()
    }
}

/// Whether a code of an organization's own can be called this.
pub(super) fn own_code(code: &str) -> Result<(), FieldFault> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !CODE.contains(&code.len()) || !code.bytes().all(plain) {
        let words = "a code has 2 to 32 characters of a-z, 0-9 and _";
        return Err(FieldFault::new("/code", "invalid-code", words));
    }
    FieldFault::of_text("/code", text::line(code, *CODE.end()))?;
    // Why nobody tries any more is told beside what calls came to.
    if ContactFailure::VARIANTS.iter().any(|failure| failure.word() == code) {
        let words = "contacts that nobody tries any more are counted under this word";
        return Err(FieldFault::new("/code", "reserved", words));
    }
    Ok(())
}

impl Definition {
    /// Whether its parts go together.
    pub(super) fn checked(&self) -> Result<(), FieldFault> {
        FieldFault::of_text("/label", text::name(&self.meaning.label, MAX_LABEL))?;
        if let Some(topic) = &self.meaning.topic {
            FieldFault::of_text("/topic", text::name(topic, MAX_LABEL))?;
        }
        self.meaning.consistent()?;
        self.retried()?;
        self.asked()?;
        if self.campaign_ids.len() > MAX_CAMPAIGNS {
            let words = format!("at most {MAX_CAMPAIGNS} campaigns");
            return Err(FieldFault::new("/campaign_ids", "too-many", words));
        }
        each_once("/campaign_ids", &self.campaign_ids)
    }

    /// Whether what is to be tried again says when, and nothing else does.
    fn retried(&self) -> Result<(), FieldFault> {
        let pointer = "/retry_after_minutes";
        match (self.meaning.category, self.meaning.retry_after_minutes) {
            (Category::Retry, None) => {
                let words = "after how many minutes a contact is tried again";
                Err(FieldFault::new(pointer, "required", words))
            }
            (Category::Retry, Some(minutes)) if !RETRY_MINUTES.contains(&minutes) => {
                let words = "from 1 to 43200 minutes, which are 30 days";
                Err(FieldFault::new(pointer, "out-of-range", words))
            }
            (Category::Retry, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => {
                let words = "only what is of the category retry is tried again by itself";
                Err(FieldFault::new(pointer, "inconsistent", words))
            }
        }
    }

    fn asked(&self) -> Result<(), FieldFault> {
        each_once("/requires", &self.requires)?;
        let asks = |requirement| self.requires.contains(&requirement);
        if asks(Requirement::FollowUpAt) != (self.meaning.category == Category::Callback) {
            let words = "a call back needs follow_up_at, and nothing else does";
            return Err(FieldFault::new("/requires", "inconsistent", words));
        }
        if asks(Requirement::Sale) && !self.meaning.conversion {
            let words = "nothing is sold where nothing is won: a sale is a conversion";
            return Err(FieldFault::new("/requires", "inconsistent", words));
        }
        Ok(())
    }
}

impl Meaning {
    /// Whether the flags go together, so that no rate is above one and no contact stands in two
    /// places.
    fn consistent(&self) -> Result<(), FieldFault> {
        let wrong = |pointer, words: &str| Err(FieldFault::new(pointer, "inconsistent", words));
        if self.adds_to_dnc != (self.category == Category::Dnc) {
            return wrong(
                "/adds_to_dnc",
                "a number goes onto the do-not-call list by the category dnc, and by no other one",
            );
        }
        if self.right_party && !self.human_contact {
            return wrong("/right_party", "who was reached was spoken to: human_contact is true");
        }
        if self.conversion && self.category != Category::Success {
            return wrong("/conversion", "a conversion is of the category success");
        }
        if self.conversion && !self.human_contact {
            return wrong("/conversion", "who was won was spoken to: human_contact is true");
        }
        Ok(())
    }
}

fn each_once<T: PartialEq>(pointer: &'static str, of: &[T]) -> Result<(), FieldFault> {
    let repeated =
        of.iter().enumerate().any(|(place, one)| of.iter().take(place).any(|o| o == one));
    if repeated { Err(FieldFault::new(pointer, "repeated", "each once")) } else { Ok(()) }
}
