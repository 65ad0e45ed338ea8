//! Finding contacts by how the words of their names begin
//! (ADR 12).
//!
//! Names are sealed, so no read model knows them. What is kept are keyed hashes of beginnings,
//! beside the key of whoever they tell of: they go with it, in one transaction. They follow from
//! the contact as it is, so that contacts from before are found once the process has read the log.

use std::collections::BTreeSet;

use domain::contact::Contact;
use domain::{ContactId, OrgId};
use event_store::KeyringError;
use uuid::Uuid;

use super::Contacts;
use crate::reactor::{Next, Reactor, Subject, Trouble};
use crate::text::plain_words;

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "contact-names";
/// So many letters a beginning has at least, and at most.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;
/// So many words of a name are found.
const WORDS: usize = 8;
/// The most contacts that are found at once.
const MOST: i64 = 10_000;

/// The words of a name, without the marks over its letters and in small ones.
fn words(name: &str) -> Vec<Vec<char>> {
    let words = plain_words(name).into_iter().map(|word| word.chars().collect());
    words.filter(|word: &Vec<char>| word.len() >= *LETTERS.start()).take(WORDS).collect()
}

/// How the words of a name begin, in every length.
fn beginnings(name: &str) -> BTreeSet<String> {
    let begin = |word: Vec<char>| {
        LETTERS.filter_map(move |length| Some(word.get(..length)?.iter().collect::<String>()))
    };
    words(name).into_iter().flat_map(begin).collect()
}

/// What somebody asks for: of each word, as much as is kept of one.
fn asked(question: &str) -> BTreeSet<String> {
    words(question).iter().map(|word| word.iter().take(*LETTERS.end()).collect()).collect()
}

/// Whom a question finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// These.
    These(Vec<ContactId>),
    /// It has no word of two letters.
    TooShort,
    /// More than can be found at once.
    TooMany,
}

impl Contacts {
    /// The contacts whose names have a word that begins so, for every word of the question.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched, or the database is away.
    pub async fn named(&self, org: OrgId, question: &str) -> Result<Named, KeyringError> {
        let asked = asked(question);
        if asked.is_empty() {
            return Ok(Named::TooShort);
        }
        let clues = self.clues(org, &asked).await?;
        let found = self.commands.keyring().holders(org.uuid(), &clues, MOST + 1).await?;
        Ok(match i64::try_from(found.len()) {
            Ok(..=MOST) => Named::These(found.into_iter().map(ContactId::from).collect()),
            _ => Named::TooMany,
        })
    }

    async fn clues(
        &self,
        org: OrgId,
        beginnings: &BTreeSet<String>,
    ) -> Result<Vec<Uuid>, KeyringError> {
        let mut clues = Vec::with_capacity(beginnings.len());
        for beginning in beginnings {
            let parts = ["contact-name", beginning];
            clues.push(self.commands.keyring().pseudonym(org.uuid(), &parts).await?);
        }
        Ok(clues)
    }
}

/// Keeps by which names contacts are found.
pub struct ContactNames {
    contacts: Contacts,
}

impl ContactNames {
    /// That of these contacts.
    #[must_use]
    pub fn new(contacts: Contacts) -> Self {
        Self { contacts }
    }
}

impl Reactor for ContactNames {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        let names = ["ContactCreated", "ContactUpdated", "ContactErased"];
        aggregate_type == Contact::TYPE && names.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let (commands, org) = (&self.contacts.commands, subject.org);
        let state = commands.state::<Contact>(org, subject.id).await?;
        let known = state.as_ref().and_then(|(contact, _)| contact.known());
        let Some(contact) = known else { return Ok(Next::Rest) };
        let away = |error: KeyringError| Trouble::Away(error.to_string());
        let name = match &contact.profile.name {
            Some(name) => commands.reveal(org, name).await.map_err(away)?,
            None => None,
        };
        let beginnings = beginnings(&name.unwrap_or_default());
        let clues = self.contacts.clues(org, &beginnings).await.map_err(away)?;
        let of = (contact.subject.uuid(), subject.id);
        commands.keyring().note_clues(org.uuid(), of, &clues).await.map_err(away)?;
        Ok(Next::Rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_its_letters_are_written() {
        let found = beginnings("Žofie NOVÁKOVÁ-Dvořák");
        for question in ["zo", "ŽOFIE", "novako", "Nova\u{301}kova\u{301}xyz", "dvo zof"] {
            assert!(asked(question).is_subset(&found), "{question}");
        }
        for question in ["ofie", "novi", "zofia"] {
            assert!(!asked(question).is_subset(&found), "{question}");
        }
        // Of a long word, as much counts as is kept.
        assert_eq!(asked("novakovaxyz"), BTreeSet::from(["novakova".to_owned()]));
        assert_eq!(
            beginnings("J 李小龍"),
            BTreeSet::from(["李小".to_owned(), "李小龍".to_owned()])
        );
        assert!(asked("z -").is_empty());
    }
}
