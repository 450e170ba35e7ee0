//! What takes time and is done on other threads: reading the past, checking passwords.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::spawn_blocking;

use super::dialect::Mark;
use crate::core::SessionId;
use crate::history::{Found, History, Prepared};

/// Threads that read the past at once.
const READS: usize = 4;
/// Passwords that are checked at once; each takes 19 MiB.
const CHECKS: usize = 2;
/// Answers that may wait for the hub.
const QUEUE: usize = 64;

/// An answer for a session.
pub(super) struct Answer {
    /// Who asked.
    pub(super) session: SessionId,
    /// What for.
    pub(super) mark: Mark,
    /// What.
    pub(super) content: Content,
}

/// What was found out.
pub(super) enum Content {
    /// What the history has.
    Found(Result<Found, String>),
    /// Whether a password was right.
    Verified(bool),
}

/// Asks other threads. Who asks has one question open at a time, so what waits here is bounded.
pub(super) struct Answers {
    reads: Arc<Semaphore>,
    checks: Arc<Semaphore>,
    to_hub: mpsc::Sender<Answer>,
}

impl Answers {
    /// The asking end, and where the answers come out.
    pub(super) fn new() -> (Self, mpsc::Receiver<Answer>) {
        let (to_hub, answers) = mpsc::channel(QUEUE);
        let asking = Self {
            reads: Arc::new(Semaphore::new(READS)),
            checks: Arc::new(Semaphore::new(CHECKS)),
            to_hub,
        };
        (asking, answers)
    }

    /// Reads the past.
    pub(super) fn read(
        &self,
        session: SessionId,
        mark: Mark,
        history: History,
        prepared: Prepared,
    ) {
        self.ask(&self.reads, session, mark, move || {
            Content::Found(history.run(prepared).map_err(|error| error.to_string()))
        });
    }

    /// Checks a password against a hash (PHC string).
    pub(super) fn check(&self, session: SessionId, mark: Mark, password: String, hash: Arc<str>) {
        self.ask(&self.checks, session, mark, move || {
            Content::Verified(is_right(&password, &hash))
        });
    }

    fn ask(
        &self,
        turns: &Arc<Semaphore>,
        session: SessionId,
        mark: Mark,
        work: impl FnOnce() -> Content + Send + 'static,
    ) {
        let (turns, to_hub) = (turns.clone(), self.to_hub.clone());
        tokio::spawn(async move {
            let _turn = turns.acquire().await;
            // Work that panicked gives no answer but must not leave its session waiting.
            let content = spawn_blocking(work).await.unwrap_or_else(|error| {
                Content::Found(Err(format!("the question was too much: {error}")))
            });
            let answer = Answer {
                session,
                mark,
                content,
            };
            // A hub that has ended waits for nothing.
            let _ = to_hub.send(answer).await;
        });
    }
}

fn is_right(password: &str, hash: &str) -> bool {
    use argon2::PasswordVerifier;
    argon2::password_hash::phc::PasswordHash::new(hash).is_ok_and(|hash| {
        argon2::Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher;

    use super::*;

    #[test]
    fn a_password_is_right_or_not() {
        let hash = argon2::Argon2::default()
            .hash_password(b"moon")
            .unwrap()
            .to_string();
        assert!(is_right("moon", &hash));
        assert!(!is_right("sun", &hash));
        assert!(!is_right("moon", "no hash"));
    }
}
