//! Every read model there is. A new one costs its line here.

use std::sync::Arc;

use super::{Projection, RuntimeError};
use crate::{
    activity::Activity, agents::Agents, alerts::Alerts, call_facts::CallFacts,
    call_timeline::CallTimeline, calls::Calls, campaign_attempts::CampaignAttempts,
    campaigns::Campaigns, contacts::Contacts, dnc::Dnc, exports::Exports, imports::Imports,
    ivr_sessions::IvrSessions, payments::Payments, security_log::SecurityLog, sentiment::Sentiment,
    teams::Teams, transcripts::Transcripts, users::Users,
};

/// Every projection that runs.
#[must_use]
pub fn registry() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(Calls),
        Arc::new(CallTimeline),
        Arc::new(CallFacts),
        Arc::new(SecurityLog),
        Arc::new(Users),
        Arc::new(Teams),
        Arc::new(Agents),
        Arc::new(Payments),
        Arc::new(Dnc),
        Arc::new(Campaigns),
        Arc::new(CampaignAttempts),
        Arc::new(IvrSessions),
        Arc::new(Contacts),
        Arc::new(Imports),
        Arc::new(Exports),
        Arc::new(Transcripts),
        Arc::new(Sentiment),
        Arc::new(Activity),
        Arc::new(Alerts),
    ]
}

/// The registered projection of this name.
///
/// # Errors
/// [`RuntimeError::UnknownProjection`] where there is none.
pub fn find(name: &str) -> Result<Arc<dyn Projection>, RuntimeError> {
    let found = registry().into_iter().find(|projection| projection.name() == name);
    found.ok_or_else(|| RuntimeError::UnknownProjection(name.to_owned()))
}
