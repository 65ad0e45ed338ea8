//! An organization as it is answered.

use std::collections::BTreeMap;

use domain::OrgId;
use domain::organization::{Organization, PaymentSettings, SentimentSettings, Settings};
use domain::sentiment::{AlertRules, Thresholds};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// An organization.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Organization)]
pub struct OrganizationDocument {
    /// The id.
    pub id: Uuid,
    /// How it is called.
    pub name: String,
    /// What it has decided.
    pub settings: SettingsDocument,
    /// How many facts it has.
    pub version: u64,
}

/// What an organization has decided.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationSettings)]
pub struct SettingsDocument {
    /// Why an agent can be busy, on a break or in training; where there are any, one has to be
    /// given. At most 50 codes of a-z, 0-9 and _.
    #[serde(default)]
    #[schema(example = json!(["lunch", "meeting"]))]
    reason_codes: Vec<String>,
    /// Who may do what about money.
    #[serde(default)]
    payments: PaymentsDocument,
    /// Where its days begin, where a question names no zone: a name of the IANA database; `UTC`
    /// where nothing is said.
    #[serde(default)]
    #[schema(example = "Europe/Prague")]
    time_zone: Option<String>,
    /// In how many hours somebody calls again, if they do, where a question names no others; 168
    /// where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 720)]
    fcr_window_hours: Option<u32>,
    /// How it is understood how customers feel, from now on; as the engine has it, where nothing is
    /// said.
    #[serde(default)]
    sentiment: Option<SentimentDocument>,
}

/// How it is understood how customers feel.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SentimentSettings)]
pub struct SentimentDocument {
    /// From which scores on something is positive or negative.
    thresholds: Thresholds,
    /// What somebody has to know while a call goes on: at most 100 phrases of a kind, of at most
    /// 120 characters.
    alerts: AlertRules,
}

/// Who may do what about money. Amounts are in minor units, by currency (ISO 4217).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaymentSettings)]
pub struct PaymentsDocument {
    /// In which currencies can be paid; in all, where there are none.
    #[serde(default)]
    currencies: Vec<String>,
    /// The most that an agent may take in one payment; nothing, where nothing is said.
    #[serde(default)]
    #[schema(example = json!({ "EUR": 20000 }))]
    agent_max_minor: BTreeMap<String, i64>,
    /// The most that a supervisor may refund at once; nothing, where nothing is said.
    #[serde(default)]
    supervisor_refund_max_minor: BTreeMap<String, i64>,
    /// What is above this, of one payment on the whole, is refunded only when another administrator
    /// has approved it.
    #[serde(default)]
    refund_approval_minor: BTreeMap<String, i64>,
}

impl From<SettingsDocument> for Settings {
    fn from(document: SettingsDocument) -> Self {
        let payments = document.payments;
        Self {
            reason_codes: document.reason_codes,
            payments: PaymentSettings {
                currencies: payments.currencies,
                agent_max_minor: payments.agent_max_minor,
                supervisor_refund_max_minor: payments.supervisor_refund_max_minor,
                refund_approval_minor: payments.refund_approval_minor,
            },
            time_zone: document.time_zone,
            fcr_window_hours: document.fcr_window_hours,
            sentiment: document.sentiment.map(|SentimentDocument { thresholds, alerts }| {
                Box::new(SentimentSettings { thresholds, alerts })
            }),
        }
    }
}

impl From<Settings> for SettingsDocument {
    fn from(settings: Settings) -> Self {
        let payments = settings.payments;
        Self {
            reason_codes: settings.reason_codes,
            payments: PaymentsDocument {
                currencies: payments.currencies,
                agent_max_minor: payments.agent_max_minor,
                supervisor_refund_max_minor: payments.supervisor_refund_max_minor,
                refund_approval_minor: payments.refund_approval_minor,
            },
            time_zone: settings.time_zone,
            fcr_window_hours: settings.fcr_window_hours,
            sentiment: settings.sentiment.map(|sentiment| {
                let SentimentSettings { thresholds, alerts } = *sentiment;
                SentimentDocument { thresholds, alerts }
            }),
        }
    }
}

impl Resource for OrganizationDocument {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Organization> for OrganizationDocument {
    fn of(id: Uuid, organization: &Organization, version: u64) -> Option<Self> {
        let name = organization.name()?.to_owned();
        let settings = organization.settings().cloned().unwrap_or_default().into();
        Some(Self { id, name, settings, version })
    }
}
