//! Choosing a message where it stands, to do something with it.

use super::super::Model;
use super::super::keys::Deed;
use super::{Outcome, Overlay};
use crate::client::action::Action;
use crate::client::rooms::Rooms;

/// The message that is chosen.
#[derive(Debug)]
pub struct Select {
    /// The number of its line.
    pub at: i64,
    /// Whether it was copied.
    pub is_copied: bool,
}

impl Model {
    /// Chooses the newest message in view or above it.
    pub(in super::super) fn show_select(&mut self, rooms: &Rooms) {
        let buffer = self.buffer();
        let from = buffer.anchor.map_or(buffer.end(), |at| at.number + 1);
        if let Some(at) = self.message_beside(from, true) {
            self.reveal(at, rooms);
            let is_copied = false;
            self.overlay = Some(Overlay::Select(Select { at, is_copied }));
        }
    }

    /// The number of the line of the message that is chosen.
    pub fn selected(&self) -> Option<i64> {
        match &self.overlay {
            Some(Overlay::Select(select)) => Some(select.at),
            _ => None,
        }
    }

    pub(super) fn select_key(
        &mut self,
        select: &mut Select,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        match deed {
            Some(Deed::SelectOlder) => {
                if let Some(at) = self.message_beside(select.at, true) {
                    (select.at, select.is_copied) = (at, false);
                    self.reveal(at, rooms);
                }
            }
            Some(Deed::SelectNewer) => match self.message_beside(select.at, false) {
                Some(at) => {
                    (select.at, select.is_copied) = (at, false);
                    self.reveal(at, rooms);
                }
                None => {
                    self.go_to_newest();
                    return Outcome::Done;
                }
            },
            Some(Deed::Copy) => {
                let text = self
                    .buffer()
                    .line(select.at)
                    .map(|line| line.text.to_owned());
                self.actions.extend(text.map(Action::Copy));
                select.is_copied = true;
            }
            _ => {}
        }
        Outcome::Stays
    }

    /// The message nearest to a line, before or after it.
    fn message_beside(&self, from: i64, is_older: bool) -> Option<i64> {
        let buffer = self.buffer();
        let is_said = |number: &i64| {
            buffer
                .line(*number)
                .is_some_and(|line| !line.nick.is_empty())
        };
        match is_older {
            true => (buffer.first()..from).rev().find(is_said),
            false => (from + 1..buffer.end()).find(is_said),
        }
    }
}
