//! Personal data in what is printed: hidden, or opened with the keys.

use anyhow::Context;
use event_store::Keyring;
use serde_json::Value;
use uuid::Uuid;

use crate::{Session, cli::View};

const HIDDEN: &str = "[personal]";
const ERASED: &str = "[erased]";

/// What may be shown.
pub(crate) struct Curtain<'s> {
    keyring: Option<&'s Keyring>,
}

impl<'s> Curtain<'s> {
    /// As the command line says.
    pub(crate) fn of(session: &'s Session, view: View) -> anyhow::Result<Self> {
        let keyring = match view.reveal {
            false => None,
            true => Some(session.keyring().context("there are no keys here to reveal with")?),
        };
        Ok(Self { keyring })
    }

    /// Replaces every sealed text in a document.
    pub(crate) async fn draw(&self, org: Uuid, document: &mut Value) -> anyhow::Result<()> {
        let mut open = vec![document];
        while let Some(value) = open.pop() {
            match value {
                Value::Object(fields) => open.extend(fields.values_mut()),
                Value::Array(items) => open.extend(items.iter_mut()),
                Value::String(text) if Keyring::sealed(text) => {
                    *text = self.shown(org, text).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn shown(&self, org: Uuid, token: &str) -> anyhow::Result<String> {
        let Some(keyring) = self.keyring else { return Ok(HIDDEN.to_owned()) };
        Ok(keyring.open(org, token).await?.unwrap_or_else(|| ERASED.to_owned()))
    }
}
