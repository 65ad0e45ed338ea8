//! `voice keys rotate`: another key-encryption key, while servers go on.

use database::{Database, Keks, Secrets};
use event_store::rewrap;

use crate::composition::StartError;
use crate::config::Settings;

/// Makes the next key-encryption key and wraps every key with it; says what it did.
pub(crate) async fn rotate(settings: &Settings) -> Result<String, StartError> {
    let dir = settings.secrets_dir();
    let secrets = Secrets::open(&dir).map_err(StartError::Secrets)?;
    let opened = Database::open(&settings.database()).await?;
    let keks = Keks::open(&dir, &secrets);
    let rotated = async {
        let number = keks.rotate().map_err(|error| StartError::Keys(error.into()))?;
        let wrapped = rewrap(&opened.database, &keks).await.map_err(StartError::Keys)?;
        Ok(format!("key-encryption key {number} is the newest; {wrapped} keys are wrapped with it"))
    };
    let rotated = rotated.await;
    opened.database.close().await;
    if let Some(server) = opened.server {
        server.stop().await;
    }
    rotated
}
