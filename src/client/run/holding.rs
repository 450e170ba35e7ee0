//! What is said while the past is asked for waits for it, where nothing can be put before a line.

use std::time::Duration;

use tokio::time::Instant;

use super::Client;
use crate::client::happening::{BufferName, Happening, Message};
use crate::client::terminal::Terminal;

/// Messages that may wait.
const WAITING_MAX: usize = 10_000;
/// How long a server may take over the past.
const PATIENCE: Duration = Duration::from_secs(5);

/// What waits to be told, in the order in which it was said.
#[derive(Debug, Default)]
pub(super) struct Holding {
    said: Vec<(BufferName, Message)>,
    until: Option<Instant>,
}

impl Holding {
    /// When it is told all the same.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }
}

impl<T: Terminal> Client<'_, T> {
    /// Tells something to who sees no screen, or keeps it back until the past is told.
    pub(super) fn tell_in_order(&mut self, happening: &Happening) {
        if let Happening::Said { buffer, message } = happening
            && self.is_plain
            && self.session.is_asking_past(buffer)
        {
            if self.holding.said.len() >= WAITING_MAX {
                self.release_all();
            }
            let at = Instant::now() + PATIENCE;
            self.holding.until.get_or_insert(at);
            self.holding.said.push((buffer.clone(), message.clone()));
            return;
        }
        if matches!(happening, Happening::Offline { .. }) {
            self.release_all();
        }
        self.terminal.heard(happening);
        if let Happening::Past { buffer, .. } = happening
            && !self.session.is_asking_past(buffer)
        {
            self.release(|held| held == buffer);
        }
    }

    /// Tells all that waits.
    pub(super) fn release_all(&mut self) {
        self.release(|_| true);
    }

    fn release(&mut self, is_it: impl Fn(&BufferName) -> bool) {
        let said = std::mem::take(&mut self.holding.said);
        let (told, kept): (Vec<_>, Vec<_>) = said.into_iter().partition(|(held, _)| is_it(held));
        if kept.is_empty() {
            self.holding.until = None;
        }
        self.holding.said = kept;
        for (buffer, message) in told {
            self.terminal.heard(&Happening::Said { buffer, message });
        }
    }
}
