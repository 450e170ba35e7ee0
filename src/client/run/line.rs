//! What the loop does otherwise where lines stand for a screen, and what it owns up to at the end.

use anyhow::{Result, bail};

use super::Client;
use crate::client::action::Action;
use crate::client::sentence::Sentence;
use crate::client::terminal::Terminal;

/// Lines of a pipe that may be unconfirmed at a time.
const UNCONFIRMED_MAX: usize = 64;

impl<T: Terminal> Client<'_, T> {
    /// Whether input is taken: a pipe waits while much of what it said is unconfirmed and until a
    /// command is done, since the next line may be meant for where it leads; what comes after its goodbye
    /// is not read.
    pub(super) fn may_type(&self) -> bool {
        let is_free = self.unconfirmed.len().max(self.session.waiting()) < UNCONFIRMED_MAX
            && self.leaving.is_none();
        let is_free = is_free && (self.session.is_all_done() || !self.is_online());
        self.editing.is_none() && (!self.is_plain || is_free)
    }

    /// Lines of one's own that were never sent.
    fn unsent(&self) -> usize {
        let all = self.model.unsent();
        all.filter(|nonce| !self.unconfirmed.contains_key(*nonce))
            .count()
    }

    /// Says at the end what nobody may ever read.
    pub(super) fn own_up(&self) -> Result<()> {
        // A pipe was told of each that was refused, with the line.
        let refused = match self.is_plain {
            true => 0,
            false => self.model.refused(),
        };
        let unsent = self.unsent() + self.unread + refused;
        let unconfirmed = self.unconfirmed.len();
        let key = match (unsent, unconfirmed) {
            (0, 0) => return Ok(()),
            (0, _) => "left-unconfirmed",
            (_, 0) => "left-unsent",
            (_, _) => "left-both",
        };
        bail!(
            Sentence::text(key)
                .with("count", unconfirmed)
                .with("unsent", unsent)
        )
    }

    /// Tells a line of one's own that was refused, with the line.
    pub(super) fn not_sent(&mut self, nonce: &str, why: &Sentence) {
        self.has_failed |= self.is_plain;
        let Some((buffer, line)) = self.unconfirmed.remove(nonce) else {
            return;
        };
        let texts = self.model.texts();
        let values = [("why", why.say(texts)), ("text", line)];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let text = texts.with("plain-not-sent", &values);
        self.terminal.told(&buffer, &text, true);
    }

    /// Asks when a command of a pipe is done.
    pub(super) fn performed(&mut self, action: &Action) {
        if self.is_plain && !matches!(action, Action::Say { .. } | Action::Past { .. }) {
            self.session.ask_when_done();
        }
    }

    /// Tells where what is typed goes, when that has changed.
    pub(super) fn tell_place(&mut self) {
        let place = &self.model.buffer().name;
        if *place == self.place {
            return;
        }
        self.place = place.clone();
        let text = self.model.texts().get("plain-place").into_owned();
        self.terminal.told(&self.place, &text, false);
    }
}
