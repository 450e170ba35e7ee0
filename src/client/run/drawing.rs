//! What is to be drawn after each input, and when it is.

use tokio::time::Instant;

use super::Client;
use crate::client::happening::Happening;
use crate::client::key::TerminalInput;
use crate::client::model::Input;
use crate::client::model::glance::Glance;
use crate::client::pace::FRAME;
use crate::client::terminal::{Terminal, Urgency};
use crate::client::view::{self, Parts};

/// Bytes of a read after which more is there already, most likely.
const MUCH: usize = 8 * 1024;

/// What of the screen is compared before and after an input.
pub(super) enum Before {
    /// It was typed: all but what is being written, where that can be said.
    Typed(Option<Glance>),
    /// Anything else of the terminal.
    Terminal,
    /// Something was said: the lines of the open conversation.
    Said((usize, i64, i64, usize)),
    /// Anything else.
    Other,
}

impl<T: Terminal> Client<'_, T> {
    /// What is to be compared for an input.
    pub(super) fn before(&self, input: &Input) -> Before {
        match input {
            Input::Terminal(TerminalInput::Key(_) | TerminalInput::Paste(_)) => {
                Before::Typed(self.model.glance())
            }
            Input::Terminal(_)
            | Input::AskQuit(_)
            | Input::AskLeaving { .. }
            | Input::CannotPause { .. } => Before::Terminal,
            Input::Happening(Happening::Said { .. }) => Before::Said(self.model.talk_mark()),
            Input::Happening(_) | Input::Edited(_) | Input::Reached { .. } | Input::Tick => {
                Before::Other
            }
        }
    }

    /// Marks what an input changed: what a key did is drawn at once, and of that only the parts which it
    /// can have changed.
    pub(super) fn mark(&mut self, before: Before, has_actions: bool) {
        match before {
            Before::Typed(before) => {
                let both = before.zip(self.model.glance()).filter(|_| !has_actions);
                let changed = both.map_or(Parts::ALL, |(before, after)| parts(before, after));
                self.pace.hurry(changed);
            }
            Before::Terminal => self.pace.hurry(Parts::ALL),
            Before::Said(mark) if mark == self.model.talk_mark() => self.pace.mark(Parts::BARS),
            Before::Said(_) | Before::Other => self.pace.mark(Parts::ALL),
        }
    }

    /// Draws what is due, if the terminal is ready for it.
    pub(super) fn draw(&mut self) {
        let at = Instant::now();
        if !self.terminal.is_ready(Urgency::Key) {
            return;
        }
        let hurried = self.pace.take_hurried(at);
        let (urgency, parts) = match hurried {
            Some(_) => (Urgency::Key, hurried),
            None if self.terminal.is_ready(Urgency::Talk) => (Urgency::Talk, self.pace.take(at)),
            None => return,
        };
        let Some(parts) = parts else {
            return;
        };
        let title = self.model.title();
        if title != self.title {
            self.terminal.title(&title);
            self.title = title;
        }
        let (model, rooms, screen) = (&self.model, self.session.rooms(), &mut self.screen);
        self.terminal.draw(urgency, &mut |buffer| {
            view::draw_parts(model, rooms, parts, screen, buffer)
        });
    }

    /// Lets the server wait after a read of so many bytes where what it says could not be drawn yet:
    /// what comes until then is read at once. A flood, and what is left of a read, is read through.
    pub(super) fn rest_after(&mut self, count: usize, is_more: bool) {
        self.has_read_much = count >= MUCH || is_more;
        if !self.has_read_much && !self.is_plain {
            let at = Instant::now();
            let due = self.pace.due(at).filter(|due| *due > at);
            self.rests_until = due.map(|due| due.min(at + FRAME));
        }
    }

    /// Whether a rest is over, so that the server is listened to before anything is drawn.
    pub(super) fn has_rested(&mut self) -> bool {
        let is_over = self
            .rests_until
            .is_some_and(|until| until <= Instant::now());
        if is_over {
            self.rests_until = None;
        }
        is_over
    }
}

/// What a key changed.
fn parts(before: Glance, after: Glance) -> Parts {
    match before.rest == after.rest {
        true => Parts {
            talk: before.place != after.place,
            foot: before.draft != after.draft,
            ..Parts::INPUT
        },
        false => Parts::ALL,
    }
}
