//! What a database can answer instead of doing what it was asked for.

/// A fault of the database or of the way to it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(sqlx::Error);

/// What kind of fault it is: what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The server is away, starts, stops, is full of sessions, or only reads:
    /// nothing happened that was not acknowledged; try later.
    Unavailable,
    /// It took too long, or no connection was free in time.
    Timeout,
    /// No room is left on the disk of the server.
    DiskFull,
    /// Somebody else was at it: deadlock, serialization, a lock not got in time.
    Conflict,
    /// The role may not do this: a fault of ours, or an attack.
    Permission,
    /// Anything else, a fault of ours.
    Other,
}

impl DatabaseError {
    /// The kind of the fault, by its SQLSTATE.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        match &self.0 {
            sqlx::Error::Database(error) => by_code(error.code().as_deref().unwrap_or_default()),
            sqlx::Error::PoolTimedOut => FaultKind::Timeout,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => FaultKind::Unavailable,
            _ => FaultKind::Other,
        }
    }

    /// What sqlx said.
    #[must_use]
    pub fn as_sqlx(&self) -> &sqlx::Error {
        &self.0
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

fn by_code(code: &str) -> FaultKind {
    let class = code.get(..2).unwrap_or_default();
    match (class, code) {
        (_, "53100") => FaultKind::DiskFull,
        (_, "57014") => FaultKind::Timeout,
        (_, "40001" | "40P01" | "55P03") => FaultKind::Conflict,
        (_, "42501") | ("28", _) => FaultKind::Permission,
        (_, "25006" | "25P02" | "25P03") | ("08" | "53", _) => FaultKind::Unavailable,
        ("57", code) if code.starts_with("57P0") => FaultKind::Unavailable,
        _ => FaultKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_known_by_its_code() {
        for (code, kind) in [
            ("53100", FaultKind::DiskFull),
            ("53300", FaultKind::Unavailable),
            ("08006", FaultKind::Unavailable),
            ("57P01", FaultKind::Unavailable),
            ("57P03", FaultKind::Unavailable),
            ("25006", FaultKind::Unavailable),
            ("57014", FaultKind::Timeout),
            ("40001", FaultKind::Conflict),
            ("40P01", FaultKind::Conflict),
            ("55P03", FaultKind::Conflict),
            ("42501", FaultKind::Permission),
            ("28P01", FaultKind::Permission),
            ("23505", FaultKind::Other),
            ("XX000", FaultKind::Other),
            ("", FaultKind::Other),
        ] {
            assert_eq!(by_code(code), kind, "{code}");
        }
    }

    #[test]
    fn a_broken_way_is_known_too() {
        let kind = |error: sqlx::Error| DatabaseError::from(error).kind();
        assert_eq!(kind(sqlx::Error::PoolTimedOut), FaultKind::Timeout);
        assert_eq!(kind(sqlx::Error::PoolClosed), FaultKind::Unavailable);
        assert_eq!(kind(std::io::Error::other("gone").into()), FaultKind::Unavailable);
        assert_eq!(kind(sqlx::Error::RowNotFound), FaultKind::Other);
    }
}
