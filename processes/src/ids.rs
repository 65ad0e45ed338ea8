//! Where identifiers come from: new ones by the clock, derived ones by the organization's
//! secret. A derived identifier is never a plain hash of a phone number, because that could
//! be found again by trying all numbers and would survive an erasure.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::alert::AlertSubject;
use domain::call_sentiment::EngineVersion;
use domain::dnc::DncScope;
use domain::{
    AgentId, AlertRuleId, CallId, CampaignId, ContactId, ExportId, ImportId, OfferId, OrgId,
    PaymentId, PhoneNumber, RunId, SegmentId, SubjectId, TeamId, Timestamp, UserId,
};
use event_store::{Keyring, KeyringError};
use uuid::{Builder, Uuid};

/// Makes identifiers that nobody has.
pub trait Ids: Send + Sync + 'static {
    /// A UUIDv7 that bears this instant.
    fn next(&self, at: Timestamp) -> Uuid;
}

/// Random identifiers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self, at: Timestamp) -> Uuid {
        version_7(at, rand::random())
    }
}

/// Identifiers in a sequence that is the same in every run of a test.
#[derive(Debug, Default)]
pub struct ControlledIds(AtomicU64);

impl Ids for ControlledIds {
    fn next(&self, at: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let [a, b, c, d, e, f, g, h] = count.to_be_bytes();
        version_7(at, [0, 0, a, b, c, d, e, f, g, h])
    }
}

fn version_7(at: Timestamp, rest: [u8; 10]) -> Uuid {
    let ms = u64::try_from(at.millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(ms, &rest).into_uuid()
}

/// The call that this person makes with this idempotency key: the same for every repetition.
pub async fn created_call(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<CallId, KeyringError> {
    derived(keyring, org, &["create-call", user, key]).await.map(CallId::from)
}

/// What is said of a number that is not to be called: it can be found for a number, and leads to
/// none.
pub async fn dnc_entry(
    keyring: &Keyring,
    org: OrgId,
    scope: DncScope,
    number: &PhoneNumber,
) -> Result<Uuid, KeyringError> {
    let campaign = match scope {
        DncScope::Organization => String::new(),
        DncScope::Campaign { campaign_id } => campaign_id.to_string(),
    };
    derived(keyring, org, &["dnc", &campaign, number.as_str()]).await
}

/// The payment that this person asks for with this idempotency key.
pub async fn created_payment(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<PaymentId, KeyringError> {
    derived(keyring, org, &["create-payment", user, key]).await.map(PaymentId::from)
}

/// The user whom this person asks in at this address with this idempotency key.
pub async fn created_user(
    keyring: &Keyring,
    org: OrgId,
    (user, email): (&str, &str),
    key: &str,
) -> Result<UserId, KeyringError> {
    derived(keyring, org, &["create-user", user, email, key]).await.map(UserId::from)
}

/// The team that this person makes with this idempotency key.
pub async fn created_team(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<TeamId, KeyringError> {
    derived(keyring, org, &["create-team", user, key]).await.map(TeamId::from)
}

/// The campaign that this person makes with this idempotency key.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn created_campaign(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<CampaignId, KeyringError> {
    derived(keyring, org, &["create-campaign", user, key]).await.map(CampaignId::from)
}

/// The segment that this person defines with this idempotency key.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn created_segment(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<SegmentId, KeyringError> {
    derived(keyring, org, &["create-segment", user, key]).await.map(SegmentId::from)
}

/// The contact of a campaign with this number: the same, whoever brings it in.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn contact(
    keyring: &Keyring,
    org: OrgId,
    campaign: CampaignId,
    number: &PhoneNumber,
) -> Result<ContactId, KeyringError> {
    let campaign = campaign.to_string();
    derived(keyring, org, &["contact", &campaign, number.as_str()]).await.map(ContactId::from)
}

/// The call that is an attempt of a contact: the same, whoever makes it.
pub async fn dialed_call(
    keyring: &Keyring,
    org: OrgId,
    contact: ContactId,
    attempt_no: u32,
) -> Result<CallId, KeyringError> {
    let (contact, attempt) = (contact.to_string(), attempt_no.to_string());
    derived(keyring, org, &["dial", &contact, &attempt]).await.map(CallId::from)
}

/// The offer of a call to an agent.
pub async fn offer(
    keyring: &Keyring,
    org: OrgId,
    call: CallId,
    agent: AgentId,
) -> Result<OfferId, KeyringError> {
    let (call, agent) = (call.to_string(), agent.to_string());
    derived(keyring, org, &["offer", &call, &agent]).await.map(OfferId::from)
}

/// The look of an engine at a version of what was said in a call.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn sentiment_run(
    keyring: &Keyring,
    org: OrgId,
    call: CallId,
    (by, transcript_version): (&EngineVersion, u64),
) -> Result<RunId, KeyringError> {
    let (call, version) = (call.to_string(), transcript_version.to_string());
    let parts = ["sentiment-run", &call, &by.engine, &by.engine_version, &version];
    derived(keyring, org, &parts).await.map(RunId::from)
}

/// The rule that this person defines with this idempotency key.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn created_alert_rule(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<AlertRuleId, KeyringError> {
    derived(keyring, org, &["create-alert-rule", user, key]).await.map(AlertRuleId::from)
}

/// The alert of a rule and what it is about: the same, whoever raises it.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn alert(
    keyring: &Keyring,
    org: OrgId,
    rule: AlertRuleId,
    subject: &AlertSubject,
) -> Result<Uuid, KeyringError> {
    let rule = rule.to_string();
    derived(keyring, org, &["alert", &rule, subject.kind.word(), &subject.id]).await
}

/// The import that this person asks for with this idempotency key.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn created_import(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<ImportId, KeyringError> {
    derived(keyring, org, &["create-import", user, key]).await.map(ImportId::from)
}

/// The file of figures that this person asks for with this idempotency key.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn created_export(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<ExportId, KeyringError> {
    derived(keyring, org, &["create-export", user, key]).await.map(ExportId::from)
}

/// What a number is known by beside a file that is kept, after the person behind it was erased.
///
/// # Errors
/// The organization's secret cannot be fetched.
pub async fn import_mark(
    keyring: &Keyring,
    org: OrgId,
    file: Uuid,
    number: &PhoneNumber,
) -> Result<Uuid, KeyringError> {
    derived(keyring, org, &["import-mark", &file.to_string(), number.as_str()]).await
}

/// The request for an erasure that this person makes with this idempotency key.
pub async fn erasure_request(
    keyring: &Keyring,
    org: OrgId,
    user: &str,
    key: &str,
) -> Result<Uuid, KeyringError> {
    derived(keyring, org, &["erase", user, key]).await
}

/// Whom a request for an erasure names, so that a repetition can be told from another request.
pub async fn erasure_mark(
    keyring: &Keyring,
    org: OrgId,
    (whom, legal_basis): (&str, &str),
    key: &str,
) -> Result<Uuid, KeyringError> {
    derived(keyring, org, &["erasure-mark", whom, legal_basis, key]).await
}

/// The call that a row of another system's history tells of.
pub async fn imported_call(
    keyring: &Keyring,
    org: OrgId,
    source: &str,
    source_id: &str,
) -> Result<CallId, KeyringError> {
    derived(keyring, org, &["import", source, source_id]).await.map(CallId::from)
}

/// The person behind a number: who owns the key under which the number is sealed. Whoever is not
/// known yet is, from then on, under a random id.
pub async fn subject_of_number(
    keyring: &Keyring,
    org: OrgId,
    number: &PhoneNumber,
) -> Result<SubjectId, KeyringError> {
    let blind = derived(keyring, org, &["subject", number.as_str()]).await?;
    keyring.subject(org.uuid(), blind).await.map(SubjectId::from)
}

/// The person behind a number, where they are known.
pub async fn known_subject_of_number(
    keyring: &Keyring,
    org: OrgId,
    number: &PhoneNumber,
) -> Result<Option<SubjectId>, KeyringError> {
    let blind = derived(keyring, org, &["subject", number.as_str()]).await?;
    Ok(keyring.find(org.uuid(), blind).await?.map(SubjectId::from))
}

/// Whom a call is about that has no number: nobody but the call itself.
pub async fn subject_of_call(
    keyring: &Keyring,
    org: OrgId,
    call: CallId,
) -> Result<SubjectId, KeyringError> {
    derived(keyring, org, &["subject-call", &call.to_string()]).await.map(SubjectId::from)
}

async fn derived(keyring: &Keyring, org: OrgId, parts: &[&str]) -> Result<Uuid, KeyringError> {
    keyring.pseudonym(org.uuid(), parts).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_version_7_and_sort_by_time() {
        let early = SystemIds.next(Timestamp::from_millis(1_000));
        let late = SystemIds.next(Timestamp::from_millis(2_000));
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
    }

    #[test]
    fn controlled_identifiers_are_the_same_in_every_run() {
        let at = Timestamp::from_millis(1_000);
        let (one, other) = (ControlledIds::default(), ControlledIds::default());
        assert_eq!([one.next(at), one.next(at)], [other.next(at), other.next(at)]);
    }
}
