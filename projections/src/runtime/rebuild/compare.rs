//! Were the live rows right? The build stops where the live one stands, and
//! both are compared row by row in one snapshot, before the swap.

use sqlx::{Connection, PgConnection};

use super::{
    ATTEMPTS, Build, Difference, FINAL, LOCK, RuntimeError, Shadow, connect, head, locked,
};

impl Build<'_> {
    /// The tables that differ, at a position at which both stand; `None` where
    /// there is no such position, or the live rows are of another version.
    pub(super) async fn compare(
        &mut self,
        shadow: &Shadow,
        control: &mut PgConnection,
    ) -> Result<Option<Vec<Difference>>, RuntimeError> {
        for _ in 0..ATTEMPTS {
            let live = shadow.live(control).await?;
            let past = live.position < self.seat.position();
            let beyond = live.position > head(control).await?;
            if past || beyond || live.version != self.projection.version() {
                return Ok(None);
            }
            self.catch_up(live.position).await?;
            match self.compare_held(shadow).await {
                Ok(Some(differences)) => return Ok(Some(differences)),
                Ok(None) => {}
                Err(RuntimeError::Statement(error)) if locked(&error) => self.pause().await?,
                Err(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    /// Holds the live one until both stand at the same position and a snapshot
    /// is taken, not while the tables are read. `None`: it is too far ahead, or
    /// was swapped by somebody else.
    async fn compare_held(
        &mut self,
        shadow: &Shadow,
    ) -> Result<Option<Vec<Difference>>, RuntimeError> {
        let mut connection = connect(self.pool, &[]).await?;
        let (held, live) = shadow.lock_live(self.pool, LOCK).await?;
        let ahead = live.position - self.seat.position();
        if !(0..=FINAL).contains(&ahead) {
            held.rollback().await?;
            return Ok(None);
        }
        self.catch_up(live.position).await?;
        let mut snapshot = connection.begin().await?;
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .execute(&mut *snapshot)
            .await?;
        // The first statement takes the snapshot.
        shadow.live(&mut snapshot).await?;
        held.rollback().await?;
        let differences = self.meanwhile(shadow.compare(&mut snapshot)).await?;
        Ok(Some(differences))
    }
}
