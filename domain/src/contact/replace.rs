//! Another number: another person as far as anybody can tell, so another contact.
//!
//! The one with the old number is taken off the list, and says who comes in its place under which
//! number; whoever comes in says whose place it is. The first fact is the intention: what is still
//! owed follows from it, whoever died in between.

use serde::{Deserialize, Serialize};

use super::command::NewNumber;
use super::event::ContactEvent;
use super::state::{KnownContact, Standing};
use super::{ContactRefusal, Decided};
use crate::{ContactId, FieldFault, Personal, PhoneNumber, Sealer, Timestamp};
use crate::{UserId, text};

/// Who comes in the place of a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replacement {
    /// The contact.
    pub replaced_by: ContactId,
    /// Under which number, sealed for whoever is behind that.
    pub number: Personal<PhoneNumber>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is known of a contact that has another number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replaced {
    /// The contact that comes in its place.
    pub by: ContactId,
    /// Under which number.
    pub number: Personal<PhoneNumber>,
    /// Who has said so.
    pub said_by: UserId,
    /// Since when.
    pub at: Timestamp,
}

impl Replacement {
    pub(super) fn each_personal(&mut self, seal: &mut Sealer<'_>) {
        self.number.seal(seal);
    }

    pub(super) fn known(&self, said_by: UserId, at: Timestamp) -> Replaced {
        Replaced { by: self.replaced_by, number: self.number.clone(), said_by, at }
    }
}

impl KnownContact {
    /// Whoever is not to be called is not so under another number: that is taken back first.
    pub(super) fn replace(&self, new: NewNumber, by: UserId, at: Timestamp) -> Decided {
        let NewNumber { subject, contact_id: replaced_by, number, taken, reason } = new;
        if self.replaced.as_ref().is_some_and(|replaced| replaced.by == replaced_by) {
            return Ok(Vec::new());
        }
        if let Some(reason) = &reason {
            FieldFault::of_text("/reason", text::line(reason, text::MAX_LINE))?;
        }
        match self.standing {
            Standing::Pending
            | Standing::Scheduled { .. }
            | Standing::Completed { .. }
            | Standing::Failed { .. } => {}
            Standing::Dialing { .. }
            | Standing::Connected { .. }
            | Standing::DoNotCall { .. }
            | Standing::Removed
            | Standing::Erased => return Err(self.not_now()),
        }
        if taken {
            return Err(ContactRefusal::Exists);
        }
        let number = Personal::known(subject, number);
        let replacement = Some(Replacement { replaced_by, number, reason });
        Ok(vec![ContactEvent::ContactRemoved { replacement, by, at }])
    }

    /// Whether they have come in the place of a contact that had another number from then on.
    #[must_use]
    pub fn has_replaced(&self, contact: ContactId, since: Timestamp) -> bool {
        self.replaces == Some(contact) && self.created_at >= since
    }
}
