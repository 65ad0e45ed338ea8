//! Forgets files that nobody has asked to be taken, and what became of rows a long time ago.

use domain::import_batch::ImportBatch;
use domain::{ImportId, OrgId};
use tokio_util::sync::CancellationToken;

use super::{ImportError, Imports, table};
use crate::clock::utc;

const HOUR_MS: i64 = 3_600_000;
/// How long what became of rows can be looked at.
const KEPT_MS: i64 = 30 * 24 * HOUR_MS;

impl Imports {
    /// Sweeps once an hour until the token is canceled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::error!(%error, "files of imports are swept later");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = self.commands.clock().sleep_ms(HOUR_MS) => {}
            }
        }
    }

    /// Forgets files that began to come an hour ago and were never accepted, or whose import is
    /// over, and what became of rows more than 30 days ago; how many files that were.
    ///
    /// # Errors
    /// The database is away.
    pub async fn sweep(&self) -> Result<usize, ImportError> {
        let now = self.commands.now();
        let old = (None, Some(now.plus_ms(-HOUR_MS)));
        let mut swept = 0;
        for file in table::files(&self.database, old).await? {
            let (org, id) = (OrgId::from(file.org_id), ImportId::from(file.import_id));
            let state = self.commands.state::<ImportBatch>(org, id.uuid()).await?;
            let import = state.as_ref().and_then(|(import, _)| import.known());
            let wanted =
                import.is_some_and(|import| import.file.id == file.file_id && !import.over());
            if !wanted {
                self.forget(org, file.file_id).await?;
                swept += 1;
            }
        }
        table::forget_chunks(&self.database, utc(now.plus_ms(-KEPT_MS))).await?;
        Ok(swept)
    }
}
