//! Leaving and pausing where others depend on this client: it hosts them.

use super::{Client, ECHOES, Input};
use crate::client::happening::Happening;
use crate::client::naming::placeholder;
use crate::client::terminal::Terminal;

impl<T: Terminal> Client<'_, T> {
    /// How many others are on the server that this client hosts; none where it hosts none.
    pub(super) fn others(&self) -> Option<usize> {
        let own = usize::from(self.is_online());
        self.link.present().map(|all| all.saturating_sub(own))
    }

    /// Leaves, but asks first where that would close the room on others. A pipe is not asked.
    pub(super) fn quit(&mut self, reason: Option<String>) {
        match self.others() {
            Some(others @ 1..) if !self.is_plain => {
                self.update(Input::AskLeaving { others, reason });
            }
            Some(_) | None => self.leave(reason, ECHOES),
        }
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
            why: String::new(),
            suggestion: Some(placeholder()),
        });
    }

    /// Gives the terminal back to the shell for a while, unless that would stop the room for others.
    pub(super) fn pause(&mut self) {
        match self.others() {
            Some(others @ 1..) => self.update(Input::CannotPause { others }),
            Some(_) | None => self.is_pausing = true,
        }
    }
}
