//! Leaving and pausing, with a look at those who depend on this client because it hosts them.

use std::time::Duration;

use tokio::time::Instant;

use super::{Client, Input, now};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Happening};
use crate::client::key::Key;
use crate::client::model::overlay::Overlay;
use crate::client::naming::placeholder;
use crate::client::sentence::Sentence;
use crate::client::terminal::Terminal;
use crate::client::view::Parts;

/// How long leaving waits for echoes.
const ECHOES: Duration = Duration::from_secs(5);
/// How long the end of input waits for echoes.
const END_OF_INPUT: Duration = Duration::from_secs(60);
/// How long the server may take over the last goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// On the way out.
pub(super) struct Leaving {
    reason: Option<String>,
    pub(super) until: Instant,
    pub(super) has_said_goodbye: bool,
}

impl<T: Terminal> Client<'_, T> {
    /// The end of piped input leaves once all is confirmed; a terminal that is gone leaves as `/quit`.
    pub(super) fn end_of_input(&mut self) {
        let is_asked = matches!(self.model.overlay(), Some(Overlay::Farewell { .. }));
        if self.is_plain && !is_asked && self.asks_first(None) {
            return;
        }
        self.unread = self.terminal.unread();
        let wait = match self.is_plain {
            true => END_OF_INPUT,
            false => ECHOES,
        };
        self.leave(None, wait);
    }

    /// A signal to end: there may be no terminal any more, so nothing is waited for.
    pub(super) fn end(&mut self) {
        self.leave(None, Duration::ZERO);
    }

    fn leave(&mut self, reason: Option<String>, wait: Duration) {
        let until = Instant::now() + wait;
        match &mut self.leaving {
            Some(leaving) => leaving.until = leaving.until.min(until),
            None => {
                self.leaving = Some(Leaving {
                    reason,
                    until,
                    has_said_goodbye: false,
                });
            }
        }
    }

    /// Takes leave of the server once nothing is waited for.
    pub(super) fn say_goodbye(&mut self) {
        let is_said = self.unconfirmed.is_empty() && self.model.unsent().next().is_none();
        let is_clear = is_said && (!self.is_plain || !self.is_busy());
        let Some(leaving) = &mut self.leaving else {
            return;
        };
        if leaving.has_said_goodbye || !(is_clear || leaving.until <= Instant::now()) {
            return;
        }
        leaving.has_said_goodbye = true;
        leaving.until = Instant::now() + GOODBYE;
        let reason = leaving.reason.take();
        if self.link.is_up() {
            // What else a goodbye might make true, nobody is there to see.
            self.session.perform(&Action::Quit(reason), now());
        } else {
            self.link.stop();
        }
    }

    /// Whether a pipe's client is still on its way in.
    fn is_busy(&self) -> bool {
        !self.was_online
    }

    pub(super) fn is_done(&self) -> bool {
        self.leaving.as_ref().is_some_and(|leaving| {
            leaving.has_said_goodbye && (!self.link.is_up() || leaving.until <= Instant::now())
        })
    }

    /// How many others are on the server that this client hosts; none where it hosts none.
    pub(super) fn others(&self) -> Option<usize> {
        let own = usize::from(self.is_online());
        self.link.present().map(|all| all.saturating_sub(own))
    }

    /// Leaves, but asks first where that would close the room on others.
    pub(super) fn quit(&mut self, reason: Option<String>) {
        if !self.asks_first(reason.clone()) {
            self.leave(reason, ECHOES);
        }
    }

    /// Asks whether to close the room on others; false where nobody would lose it. A pipe cannot answer:
    /// it closes the room, and says so.
    fn asks_first(&mut self, reason: Option<String>) -> bool {
        let Some(others @ 1..) = self.others() else {
            return false;
        };
        if self.terminal.is_answering() {
            self.update(Input::AskLeaving { others, reason });
            return true;
        }
        if self.leaving.is_none() {
            let closes = Sentence::text("plain-closes").with("count", others);
            self.told(BufferName::Server, closes);
        }
        false
    }

    /// Asks as a key asks: whether to close the room where others are in it, else whether to leave.
    pub(super) fn ask_quit(&mut self, key: Key) {
        self.update(match self.others() {
            Some(others @ 1..) => Input::AskLeaving {
                others,
                reason: None,
            },
            Some(_) | None => Input::AskQuit(key),
        });
    }

    /// Leaves, whoever else is in the room that is hosted here.
    pub(super) fn close(&mut self, reason: Option<String>) {
        self.leave(reason, ECHOES);
    }

    /// Leaves, and lets the server of this process go on.
    pub(super) fn keep_hosting(&mut self) {
        self.keeps_hosting = true;
        self.leave(None, ECHOES);
    }

    /// Asks which name to go by, since none is known.
    pub(super) fn ask_for_name(&mut self) {
        self.happened(Happening::NameRefused {
            name: String::new(),
            why: String::new().into(),
            suggestion: Some(placeholder()),
        });
    }

    /// Takes the terminal again after a stop.
    pub(super) fn resume(&mut self) {
        self.terminal.resume();
        // What the server sent meanwhile has not been read yet.
        if self.link.is_up() {
            self.session.woke(now());
        }
        self.pace.hurry(Parts::ALL);
    }

    /// Gives the terminal back to the shell for a while, unless that would stop the room for others.
    pub(super) fn pause(&mut self) {
        match self.others() {
            Some(others @ 1..) => self.update(Input::CannotPause { others }),
            Some(_) | None => self.is_pausing = true,
        }
    }
}
