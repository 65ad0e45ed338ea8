//! A row that was read, as what a contact is told.

use domain::contact::{
    ContactCommand, ContactHistory, ContactSource, NewContact, ProfileChanges, Said, own,
};
use domain::dnc::{DncScope, DncSource};
use domain::{CampaignId, FieldFault, FreeText, Personal, SubjectId, Timestamp, UserId};
use serde_json::{Map, Value};

use crate::import::contacts::{ContactRow, MAX_CUSTOM};

/// The priority of whom nothing is said about.
const PRIORITY: u8 = 50;
/// Under which key of an organization's own fields an extension is kept, where it is free: E.164
/// has no place for it.
const EXTENSION: &str = "extension";

/// What every row of an import has in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared {
    pub campaign: CampaignId,
    pub by: UserId,
    pub at: Timestamp,
}

/// A new contact.
pub(super) fn creation(
    row: ContactRow,
    subject: SubjectId,
    suppressed: Option<(DncScope, DncSource)>,
    shared: Shared,
) -> Result<ContactCommand, FieldFault> {
    let history = row
        .attempts
        .or(row.outcome.as_ref().map(|_| 0))
        .map(|attempts| ContactHistory { attempts, outcome: row.outcome.clone() });
    let said = Said {
        custom: Some(fields(&row)).filter(|fields| !fields.is_empty()),
        name: row.name.map(FreeText::new),
        email: row.email,
        time_zone: row.time_zone.map(|zone| zone.name().to_owned()),
        language: row.language,
        priority: row.priority.unwrap_or(PRIORITY),
        tags: row.tags,
    };
    Ok(ContactCommand::Create(Box::new(NewContact {
        subject,
        campaign_id: shared.campaign,
        number: row.number,
        profile: said.profile(subject)?,
        source: ContactSource::Import,
        replaces: None,
        history,
        suppressed,
        by: Some(shared.by),
        at: shared.at,
    })))
}

/// What the row says takes the place of what was known; of what it says nothing, that stays.
pub(super) fn change(
    row: ContactRow,
    subject: SubjectId,
    shared: Shared,
) -> Result<ContactCommand, FieldFault> {
    let fields = fields(&row);
    let custom = (!fields.is_empty()).then(|| own(subject, &fields)).transpose()?;
    let name = row.name.map(|name| Personal::known(subject, FreeText::new(name)));
    let changes = ProfileChanges {
        name: name.map(Some),
        email: row.email.map(|email| Some(Personal::known(subject, email))),
        custom: custom.map(Some),
        time_zone: row.time_zone.map(|zone| Some(zone.name().to_owned())),
        language: row.language.map(Some),
        priority: row.priority,
        tags: Some(row.tags).filter(|tags| !tags.is_empty()),
    };
    let (changes, by, at) = (Box::new(changes), Some(shared.by), shared.at);
    Ok(ContactCommand::Update { changes, by, at })
}

fn fields(row: &ContactRow) -> Map<String, Value> {
    let mut fields = row.custom.clone();
    if let Some(extension) = &row.extension
        && fields.len() < MAX_CUSTOM
        && !fields.contains_key(EXTENSION)
    {
        fields.insert(EXTENSION.to_owned(), Value::String(extension.clone()));
    }
    fields
}
