//! Leaving the chat: the one way out, and the question before it.

use super::Model;
use super::overlay::Overlay;
use crate::client::action::Action;
use crate::client::key::Key;
use crate::client::rooms::Rooms;

impl Model {
    /// Leaves, or asks first. A key asks, and the same key again confirms; a command says what it
    /// means and needs no question.
    pub(super) fn ask_to_leave(&mut self, key: Option<Key>, why: Option<String>) {
        match key {
            // Whether others would lose the room only the loop knows, and one question is enough.
            Some(key) if self.is_hosting => self.actions.push(Action::AskQuit(key)),
            Some(key) => self.overlay = Some(Overlay::Quit { key }),
            None => self.leave(why),
        }
    }

    /// The answer to the question: any other key stays and does what it does.
    pub(super) fn answer_quit(&mut self, is_confirmed: bool, key: Key, rooms: &Rooms) {
        use super::keys::Deed;
        if is_confirmed {
            self.leave(None);
        } else if self.keys.deed(key, false) != Some(Deed::Escape) {
            self.take_key(key, rooms);
        }
    }

    /// Ends, after the echoes that are awaited.
    pub(super) fn leave(&mut self, why: Option<String>) {
        self.is_leaving = true;
        self.overlay = None;
        self.actions.push(Action::Quit(why));
    }
}
