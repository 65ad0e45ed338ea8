//! How a team is run, as it is asked for.

use domain::call::{WrapUp, WrapUpMode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The time after a call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WrapUp)]
pub struct WrapUpBody {
    /// `none`, `timed` or `manual`
    pub mode: WrapUpMode,
    /// How long, 0 to 3600, only with `timed`; 30 where nothing is said.
    #[serde(default)]
    #[schema(maximum = 3600)]
    pub seconds: Option<u32>,
}

impl From<WrapUpBody> for WrapUp {
    fn from(body: WrapUpBody) -> Self {
        let unsaid = if body.mode == WrapUpMode::Timed { Self::DEFAULT.seconds } else { 0 };
        Self { mode: body.mode, seconds: body.seconds.unwrap_or(unsaid) }
    }
}

impl From<WrapUp> for WrapUpBody {
    fn from(wrap_up: WrapUp) -> Self {
        Self { mode: wrap_up.mode, seconds: Some(wrap_up.seconds) }
    }
}
