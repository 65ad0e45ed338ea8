//! Why a command to a campaign is refused, in words for a person.

use super::words::CampaignStatus;
use crate::{FieldFault, Refusal};

/// When to look again whether a reset is over.
const RESET_SECONDS: u32 = 5;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CampaignRefusal {
    /// There is no such campaign.
    #[error("there is no such campaign")]
    Unknown,
    /// A campaign with this id exists already.
    #[error("the campaign exists already")]
    Exists,
    /// Not while it calls.
    #[error("{0}")]
    Active(String),
    /// It is put away.
    #[error("the campaign is archived")]
    Archived,
    /// One reset after the other.
    #[error("contacts of the campaign are being reset")]
    Resetting,
    /// Not in this state.
    #[error("this is not possible while the campaign is {0}")]
    State(CampaignStatus),
    /// It cannot call yet; everything that it lacks.
    #[error("the campaign is not ready")]
    NotReady(Vec<FieldFault>),
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
}

impl Refusal for CampaignRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not-found",
            Self::Exists => "duplicate-resource",
            Self::Active(_) => "campaign-active",
            Self::Archived => "campaign-archived",
            Self::State(_) | Self::Resetting => "invalid-state-transition",
            Self::NotReady(_) => "campaign-not-ready",
            Self::Field(fault) => fault.code(),
        }
    }

    fn field(&self) -> Option<&FieldFault> {
        if let Self::Field(fault) = self { Some(fault) } else { None }
    }

    fn fields(&self) -> &[FieldFault] {
        match self {
            Self::NotReady(faults) => faults,
            _ => self.field().map_or(&[], std::slice::from_ref),
        }
    }

    fn passes_in_seconds(&self) -> Option<u32> {
        matches!(self, Self::Resetting).then_some(RESET_SECONDS)
    }

    fn current_state(&self) -> Option<&str> {
        match self {
            Self::State(status) => Some(status.word()),
            Self::Active(_) => Some("active"),
            Self::Archived => Some("archived"),
            Self::Resetting => Some("resetting"),
            _ => None,
        }
    }

    fn allowed_commands(&self) -> &[&'static str] {
        match self {
            Self::State(CampaignStatus::Draft) => &["change", "activate", "cancel", "delete"],
            Self::Active(_) | Self::State(CampaignStatus::Active) => {
                &["deactivate", "complete", "cancel"]
            }
            Self::State(CampaignStatus::Paused) => {
                &["change", "activate", "complete", "cancel", "archive"]
            }
            Self::State(CampaignStatus::Completed) => &["reopen", "archive"],
            Self::State(CampaignStatus::Canceled) => &["archive"],
            _ => &[],
        }
    }
}
