//! `voice keys rotate`: another key-encryption key, while servers go on.

use database::{Database, Keks, Secrets};
use event_store::Rotated;

use crate::composition::StartError;
use crate::config::Settings;

/// Makes the next key-encryption key and wraps every key with it; says what it did.
pub(crate) async fn rotate(settings: &Settings) -> Result<String, StartError> {
    let dir = settings.secrets_dir();
    let secrets = Secrets::open(&dir).map_err(StartError::Secrets)?;
    let opened = Database::open(&settings.database()).await?;
    let rotated = event_store::rotate(&opened.database, &Keks::open(&dir, &secrets)).await;
    opened.database.close().await;
    if let Some(server) = opened.server {
        server.stop().await;
    }
    let Rotated { number, wrapped } = rotated.map_err(StartError::Keys)?;
    Ok(format!(
        "key-encryption key {number} wraps everything now; {wrapped} keys were wrapped anew"
    ))
}
