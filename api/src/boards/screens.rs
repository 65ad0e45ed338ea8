//! Screens that watch: who may have how many, and one task for all that show the same, which
//! computes when something has moved.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::{OrgId, UserId};
use projections::freshness::{self, Moves};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{Board, Boards, MODELS, Scope, Shown};
use crate::http::problem::{OVERLOADED, Problem, QUOTA_EXCEEDED, unavailable};

/// How many screens a person, an organization and everybody may have at once.
const OF_USER: usize = 10;
const OF_ORG: usize = 100;
const OF_ALL: usize = 512;
/// Between two boards at least; and so many times as long as the last one took, so that looking
/// never keeps the database from everything else.
pub(super) const REST: Duration = Duration::from_millis(500);
const TIMES: u32 = 4;
/// How often it is looked for moves that were not hinted at: of projections in other processes.
const LOOK: Duration = Duration::from_secs(1);
/// How often a board is computed where nothing moves: midnight comes, and rules count back.
const QUIET: Duration = Duration::from_secs(10);

/// The seats before the screens that are taken.
#[derive(Default)]
pub(super) struct Seats(HashMap<OrgId, HashMap<UserId, usize>>);

/// A seat before a screen, until it is dropped.
pub struct Seat {
    boards: Boards,
    org: OrgId,
    user: UserId,
}

impl Boards {
    /// A seat before a screen.
    ///
    /// # Errors
    /// `quota-exceeded`, where the person or the organization has as many as they may;
    /// `overloaded`, where the server has.
    pub fn seat(&self, org: OrgId, user: UserId) -> Result<Seat, Problem> {
        let mut seats = self.0.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = seats.0.values().flat_map(HashMap::values).sum();
        if all >= OF_ALL {
            let words = format!("the server has at most {OF_ALL} screens");
            return Err(Problem::of(&OVERLOADED).because(words));
        }
        let theirs = seats.0.entry(org).or_default();
        let of_org: usize = theirs.values().sum();
        let of_user = theirs.get(&user).copied().unwrap_or_default();
        let full = match (of_user >= OF_USER, of_org >= OF_ORG) {
            (true, _) => Some(format!("a person has at most {OF_USER} screens")),
            (false, true) => Some(format!("an organization has at most {OF_ORG} screens")),
            (false, false) => None,
        };
        if let Some(words) = full {
            return Err(Problem::of(&QUOTA_EXCEEDED).because(words).retry_after(10));
        }
        theirs.insert(user, of_user + 1);
        Ok(Seat { boards: self.clone(), org, user })
    }

    /// Follows the board of a scope: what it shows, and whatever it shows next. It ends when the
    /// scope does, or the server.
    pub(super) fn follow(&self, scope: &Scope) -> watch::Receiver<Shown> {
        let mut screens = self.0.screens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hung) = screens.get(scope) {
            return hung.subscribe();
        }
        let (sender, receiver) = watch::channel(None);
        screens.insert(scope.clone(), sender.clone());
        let hanging = Hanging { boards: self.clone(), scope: scope.clone(), sender };
        tokio::spawn(hanging.keep());
        receiver
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.boards.0.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(theirs) = seats.0.get_mut(&self.org) else { return };
        if let Some(taken) = theirs.get_mut(&self.user) {
            *taken = taken.saturating_sub(1);
        }
        theirs.retain(|_, taken| *taken > 0);
        if theirs.is_empty() {
            seats.0.remove(&self.org);
        }
    }
}

/// A board that somebody watches. It is taken down with this: whoever watched then hears of an end.
struct Hanging {
    boards: Boards,
    scope: Scope,
    sender: watch::Sender<Shown>,
}

impl Hanging {
    async fn keep(self) {
        let (database, stop) = (&self.boards.0.database, &self.boards.0.stop);
        let mut moves = Moves::of(database, &MODELS);
        loop {
            moves.seen();
            let began = Instant::now();
            match self.show().await {
                // What may not be seen any more.
                Err(refused) if refused.kind().status.is_client_error() => return,
                // It is logged where it was found; the screens go on with what they have.
                Ok(()) | Err(_) => {}
            }
            let rest = REST.max(began.elapsed() * TIMES);
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(rest) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.sender.closed() => {}
                () = moves.any() => {}
                () = self.moved_unseen() => {}
            }
            if self.is_alone() {
                return;
            }
        }
    }

    async fn show(&self) -> Result<(), Problem> {
        let at = freshness::least_of(&self.boards.0.database, &MODELS).await;
        let at = at.map_err(|error| unavailable(&error))?;
        let board = self.boards.board(&self.scope, at.position).await?;
        self.sender.send_if_modified(|shown| {
            let news = shown.as_ref().is_none_or(|before: &Arc<Board>| before.tag() != board.tag());
            *shown = Some(board);
            news
        });
        Ok(())
    }

    /// Waits for what nobody hints at: a projection of another process, and the clock.
    async fn moved_unseen(&self) {
        let end = Instant::now() + QUIET;
        let shown = self.sender.borrow().as_ref().map(|board| board.position());
        while Instant::now() < end {
            sleep(LOOK).await;
            let at = freshness::least_of(&self.boards.0.database, &MODELS).await;
            if at.is_ok_and(|at| Some(at.position) != shown) {
                return;
            }
        }
    }

    /// Takes the board down where nobody watches it any more; nobody can come in between.
    fn is_alone(&self) -> bool {
        let mut screens = self.boards.0.screens.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = self.sender.receiver_count() == 0;
        if alone {
            screens.remove(&self.scope);
        }
        alone
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        let mut screens = self.boards.0.screens.lock().unwrap_or_else(PoisonError::into_inner);
        // Another one may hang there by now.
        if screens.get(&self.scope).is_some_and(|hung| hung.same_channel(&self.sender)) {
            screens.remove(&self.scope);
        }
    }
}
