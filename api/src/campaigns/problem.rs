//! Why something is not done with a campaign, as problems.

use processes::campaigns::CampaignError;

use crate::http::answer::not_done;
use crate::http::problem::{Problem, log_failed, unavailable};

pub(super) fn refused(error: CampaignError) -> Problem {
    match error {
        CampaignError::Order(error) => not_done(*error),
        CampaignError::Log(error) => log_failed(&error),
        CampaignError::Read(error) => unavailable(&error),
    }
}
