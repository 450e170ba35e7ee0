//! Hosting, as far as the screen shows it: that one does, and what leaving would do to others.

use super::Model;
use super::buffer::LineKind;
use super::overlay::Overlay;
use crate::client::action::Action;
use crate::client::key::{Code, Key};

/// What to do instead of simply leaving, in the order of the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// The room closes.
    Close,
    /// Nobody leaves.
    Stay,
    /// The room goes on without this screen.
    GoOn,
}

impl Farewell {
    /// All there is to choose from, each with the key of its text.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Close, "ui-farewell-close"),
        (Self::Stay, "ui-farewell-stay"),
        (Self::GoOn, "ui-farewell-go-on"),
    ];

    /// Which one a key chooses by its number.
    pub(super) fn by_key(key: Key) -> Option<usize> {
        let is_number = |number: &char| key.code == Code::Char(*number);
        ['1', '2', '3'].iter().position(is_number)
    }
}

impl Model {
    /// Whether this client hosts the server that it is on.
    pub fn is_hosting(&self) -> bool {
        self.is_hosting
    }

    /// Where others reach the server, as this client did; none where that is not known.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Asks whether the room is to close on others.
    pub(super) fn ask_leaving(&mut self, others: usize, reason: Option<String>) {
        self.is_leaving = false;
        if !self.looking.has_screen {
            self.tell_farewell(others);
        }
        self.overlay = Some(Overlay::Farewell {
            others,
            reason,
            selected: 1,
        });
    }

    /// The same question as lines, answered by a line.
    fn tell_farewell(&mut self, others: usize) {
        let count = others.to_string();
        let title = self.texts.with("ui-farewell-title", &[("count", &count)]);
        self.tell(&title, false);
        for (number, (_, key)) in (1..).zip(Farewell::ALL) {
            let choice = format!("{number} {}", self.texts.get(key));
            self.tell(&choice, false);
        }
    }

    /// Takes a line as an answer to that question; whether it is one.
    pub(super) fn answers_farewell(&mut self, line: &str) -> bool {
        let Some(Overlay::Farewell { reason, .. }) = &self.overlay else {
            return false;
        };
        let reason = reason.clone();
        let number: Option<usize> = line.trim().parse().ok();
        let chosen = number.and_then(|number| number.checked_sub(1));
        let Some(chosen) = chosen.filter(|at| *at < Farewell::ALL.len()) else {
            return false;
        };
        self.overlay = None;
        self.part_with_room(chosen, reason);
        true
    }

    /// Says why the program cannot be stopped for a while.
    pub(super) fn refuse_to_pause(&mut self, others: usize) {
        let count = others.to_string();
        let text = self
            .texts
            .with("ui-cannot-pause", &[("count", count.as_str())]);
        self.note_here(LineKind::Failure, &text);
    }

    /// Leaves, though that closes the room on others.
    pub(super) fn close_room(&mut self, reason: Option<String>) {
        self.is_leaving = true;
        self.actions.push(Action::Close(reason));
    }

    /// Does what was chosen.
    pub(super) fn part_with_room(&mut self, chosen: usize, reason: Option<String>) {
        match Farewell::ALL.get(chosen) {
            Some((Farewell::Close, _)) => self.close_room(reason),
            Some((Farewell::GoOn, _)) => {
                self.is_leaving = true;
                self.actions.push(Action::KeepHosting);
            }
            Some((Farewell::Stay, _)) | None => {}
        }
    }
}
