//! Going from one conversation to another, and through one.

use super::Model;
use super::buffer::Past;
use crate::client::action::Action;
use crate::client::happening::Stretch;
use crate::client::key::{Code, Key};
use crate::client::rooms::Rooms;
use crate::client::view::timeline::{self, Direction};

impl Model {
    /// The next conversation, or the one before.
    pub(super) fn step(&mut self, by: isize) {
        let shown = self.shown();
        let here = shown.iter().position(|&at| at == self.open).unwrap_or(0);
        let count = shown.len();
        let there = if by < 0 { here + count - 1 } else { here + 1 };
        if let Some(&at) = shown.get(there % count.max(1)) {
            self.show(at);
        }
    }

    /// The conversation that a key with a digit stands for.
    pub(super) fn show_by_number(&mut self, key: Key) {
        let Code::Char(c) = key.code else { return };
        let number = c
            .to_digit(10)
            .map_or(0, |digit| if digit == 0 { 9 } else { digit - 1 });
        let number = usize::try_from(number).unwrap_or(0);
        if let Some(&at) = self.shown().get(number) {
            self.show(at);
        }
    }

    /// The conversation that was open before.
    pub(super) fn show_last(&mut self, rooms: &Rooms) {
        let last = self.last_open.clone();
        if let Some(at) = last.and_then(|name| self.find(&name, rooms)) {
            self.show(at);
        }
    }

    /// Scrolls the open conversation; near its beginning what is older is asked for.
    pub(super) fn scroll(&mut self, direction: Direction, rooms: &Rooms) {
        self.jumped_to = None;
        let scrolled = timeline::scroll(self, rooms, direction);
        let is_online = self.is_online();
        let buffer = self.buffer_mut();
        buffer.returning = None;
        buffer.anchor = scrolled.anchor;
        if scrolled.anchor.is_none() {
            buffer.below = 0;
        }
        let is_wanted = scrolled.is_near_top;
        if is_wanted && is_online && buffer.past == Past::Partial {
            buffer.past = Past::Asked;
            let name = buffer.name.clone();
            self.actions.push(Action::Past {
                buffer: name,
                which: Stretch::Older,
            });
        }
    }

    /// To the newest line; what was unread is no more.
    pub(super) fn go_to_newest(&mut self) {
        self.jumped_to = None;
        self.buffer_mut().to_bottom();
    }

    /// To the next line here that calls oneself, or to the one before.
    pub(super) fn jump_to_mention(&mut self, is_older: bool, rooms: &Rooms) {
        let buffer = self.buffer();
        let calls = |number: &i64| buffer.line(*number).is_some_and(|line| line.is_mention);
        let from = self
            .jumped_to
            .or_else(|| buffer.anchor.map(|anchor| anchor.number + 1));
        let found = if is_older {
            let from = from.unwrap_or(buffer.end());
            (buffer.first()..from).rev().find(calls)
        } else {
            let from = from.unwrap_or(buffer.end());
            (from + 1..buffer.end()).find(calls)
        };
        match found {
            Some(number) => self.jump_to(number, rooms),
            None if !is_older => self.go_to_newest(),
            None => {}
        }
    }

    /// To the first unread line of the open conversation.
    pub(super) fn jump_to_unread(&mut self, rooms: &Rooms) {
        if let Some(unread) = self.buffer().unread_line {
            self.jump_to(unread.number, rooms);
        }
    }

    /// To a line of the open conversation, which is marked until something else is done.
    pub(super) fn jump_to(&mut self, number: i64, rooms: &Rooms) {
        self.jumped_to = Some(number);
        self.reveal(number, rooms);
    }
}
