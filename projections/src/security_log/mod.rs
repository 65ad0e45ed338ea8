//! Who came in, who did not, and who may do what since when?
//!
//! Reads the events of an organization's doors, those of its users and those of its exports, and
//! alone writes the table `security_log`: a row per event of a door or a user, and for each time
//! that a file of figures was asked for or somebody was given it. It lags behind the log as far as
//! the health of the projection says, usually milliseconds. A batch costs one statement.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::export::{Export, ExportEvent};
use domain::security::{Security, SecurityEvent};
use domain::user::{User, UserEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{ApplyError, BoxFuture, Fact, Projection, Recorded, Tables};

pub mod read;

/// The projection.
pub struct SecurityLog;

/// What an event is called, whom it is about, in which session, and a word more.
struct Entry<'e> {
    kind: &'static str,
    user: Option<Uuid>,
    session: Option<Uuid>,
    detail: Option<Cow<'e, str>>,
}

impl Projection for SecurityLog {
    fn name(&self) -> &'static str {
        "security_log"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["security_log"]
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        [Security::TYPE, User::TYPE, Export::TYPE].contains(&aggregate_type)
    }

    fn apply<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        batch: &'a [Arc<Recorded>],
        _tables: Tables,
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(async move { Ok(insert(tx, batch).await?) })
    }
}

fn entry(recorded: &Recorded) -> Option<Entry<'_>> {
    match &recorded.event {
        Fact::Security(event) => Some(door(event)),
        Fact::User(event) => {
            let (kind, detail) = person(event);
            Some(Entry { kind, user: None, session: None, detail: detail.map(Cow::Borrowed) })
        }
        Fact::Export(event) => taken_out(recorded.aggregate_id, event),
        Fact::Agent(_)
        | Fact::Alert(_)
        | Fact::AlertRule(_)
        | Fact::Call(_)
        | Fact::Campaign(_)
        | Fact::Contact(_)
        | Fact::Disposition(_)
        | Fact::Import(_)
        | Fact::Dnc(_)
        | Fact::Organization(_)
        | Fact::Payment(_)
        | Fact::Segment(_)
        | Fact::Sentiment(_)
        | Fact::Team(_)
        | Fact::Transcript(_) => None,
    }
}

/// What leaves, and to whom.
fn taken_out(id: Uuid, event: &ExportEvent) -> Option<Entry<'_>> {
    let entry = |kind, by: &domain::UserId, detail| {
        Some(Entry { kind, user: Some(by.uuid()), session: None, detail: Some(Cow::Owned(detail)) })
    };
    match event {
        ExportEvent::ExportRequested { report, format, query, by, .. } => {
            entry("export.requested", by, format!("{id} {report} {format} {query}"))
        }
        ExportEvent::ExportDownloaded { by, .. } => entry("export.downloaded", by, id.to_string()),
        ExportEvent::ExportStarted { .. }
        | ExportEvent::ExportCompleted { .. }
        | ExportEvent::ExportFailed { .. }
        | ExportEvent::ExportCanceled { .. }
        | ExportEvent::ExportExpired { .. } => None,
    }
}

fn door(event: &SecurityEvent) -> Entry<'_> {
    let entry = |kind, user: &domain::UserId, session: Option<&domain::SessionId>, detail| Entry {
        kind,
        user: Some(user.uuid()),
        session: session.map(|session| session.uuid()),
        detail: Option::<&str>::map(detail, Cow::Borrowed),
    };
    match event {
        SecurityEvent::UserSignedIn { user_id, session_id, .. } => {
            entry("user.signed_in", user_id, Some(session_id), None)
        }
        SecurityEvent::UserSignInFailed { user_id, .. } => {
            entry("user.sign_in_failed", user_id, None, None)
        }
        SecurityEvent::SessionClosed { user_id, session_id, because, .. } => {
            entry("session.closed", user_id, Some(session_id), Some(because.as_str()))
        }
        SecurityEvent::RefreshTokenReused { user_id, session_id, .. } => {
            entry("session.token_reused", user_id, Some(session_id), None)
        }
        SecurityEvent::SubjectErased { subject_key, legal_basis, .. } => Entry {
            kind: "subject.erased",
            user: Some(subject_key.uuid()),
            session: None,
            detail: Some(Cow::Borrowed(legal_basis.as_str())),
        },
        SecurityEvent::SubjectExported { subject_key, .. } => Entry {
            kind: "subject.exported",
            user: Some(subject_key.uuid()),
            session: None,
            detail: None,
        },
        SecurityEvent::DeadLetterRetried { user_id, process, .. } => {
            entry("dead_letter.retried", user_id, None, Some(process.as_str()))
        }
        SecurityEvent::DeadLetterDiscarded { user_id, reason, .. } => {
            entry("dead_letter.discarded", user_id, None, Some(reason.as_str()))
        }
        SecurityEvent::PermissionDenied { user_id, operation, .. } => {
            entry("permission.denied", user_id, None, Some(operation.as_str()))
        }
    }
}

fn person(event: &UserEvent) -> (&'static str, Option<&str>) {
    match event {
        UserEvent::UserRegistered { role, .. } => ("user.registered", Some(role.word())),
        UserEvent::UserInvited { role, .. } => ("user.invited", Some(role.word())),
        UserEvent::InvitationAccepted { .. } => ("user.invitation_accepted", None),
        UserEvent::UserProfileUpdated { .. } => ("user.profile_updated", None),
        UserEvent::UserRoleChanged { to, .. } => ("user.role_changed", Some(to.word())),
        UserEvent::UserSuspended { .. } => ("user.suspended", None),
        UserEvent::UserReactivated { .. } => ("user.reactivated", None),
        UserEvent::UserErased { legal_basis, .. } => ("user.erased", Some(legal_basis.as_str())),
        UserEvent::PasswordChanged { .. } => ("user.password_changed", None),
    }
}

#[derive(Default)]
struct Columns<'b> {
    orgs: Vec<Uuid>,
    positions: Vec<i64>,
    event_ids: Vec<Uuid>,
    kinds: Vec<&'static str>,
    users: Vec<Uuid>,
    sessions: Vec<Option<Uuid>>,
    details: Vec<Option<Cow<'b, str>>>,
    actors: Vec<&'b str>,
    at: Vec<DateTime<Utc>>,
    recorded_at: Vec<DateTime<Utc>>,
}

async fn insert(tx: &mut PgConnection, batch: &[Arc<Recorded>]) -> Result<(), sqlx::Error> {
    let mut rows = Columns::default();
    for recorded in batch {
        let Some(entry) = entry(recorded) else { continue };
        rows.orgs.push(recorded.org_id.uuid());
        rows.positions.push(recorded.position);
        rows.event_ids.push(recorded.event_id);
        rows.kinds.push(entry.kind);
        // A user's own facts are about the user.
        rows.users.push(entry.user.unwrap_or(recorded.aggregate_id));
        rows.sessions.push(entry.session);
        rows.details.push(entry.detail);
        rows.actors.push(&recorded.actor);
        rows.at.push(recorded.occurred_at.into());
        rows.recorded_at.push(recorded.recorded_at.into());
    }
    let insert = sqlx::query_file!(
        "src/security_log/insert.sql",
        &rows.orgs as _,
        &rows.positions as _,
        &rows.event_ids as _,
        &rows.kinds as _,
        &rows.users as _,
        &rows.sessions as _,
        &rows.details as _,
        &rows.actors as _,
        &rows.at as _,
        &rows.recorded_at as _,
    );
    insert.execute(tx).await?;
    Ok(())
}
