//! Hosting, as far as the screen shows it: that one does, and what leaving would do to others.

use super::Model;
use super::buffer::LineKind;
use super::keys::Deed;
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
}

impl Model {
    /// Whether this client hosts the server that it is on.
    pub fn is_hosting(&self) -> bool {
        self.is_hosting
    }

    /// Asks whether the room is to close on others.
    pub(super) fn ask_leaving(&mut self, others: usize, reason: Option<String>) {
        self.is_leaving = false;
        self.overlay = Some(Overlay::Farewell {
            others,
            reason,
            selected: 1,
        });
    }

    /// Says why the program cannot be stopped for a while.
    pub(super) fn refuse_to_pause(&mut self, others: usize) {
        let count = others.to_string();
        let text = self
            .texts
            .with("ui-cannot-pause", &[("count", count.as_str())]);
        self.note_here(LineKind::Failure, &text);
    }

    /// Takes a key where it is asked; the answer is whether the question stays.
    pub(super) fn farewell_key(
        &mut self,
        selected: &mut usize,
        reason: &Option<String>,
        key: Key,
        deed: Option<Deed>,
    ) -> bool {
        let by_number = ['1', '2', '3']
            .iter()
            .position(|number| key.code == Code::Char(*number));
        let chosen = match (by_number, deed) {
            (Some(number), _) => Some(number),
            // The key that asked to leave says so again.
            (None, Some(Deed::Quit | Deed::ClearOrQuit)) => Some(0),
            (None, _) if super::input::choose(selected, Farewell::ALL.len(), deed) => {
                Some(*selected)
            }
            (None, _) => None,
        };
        let Some((farewell, _)) = chosen.and_then(|at| Farewell::ALL.get(at)) else {
            return true;
        };
        match farewell {
            Farewell::Close => {
                self.is_leaving = true;
                self.actions.push(Action::Close(reason.clone()));
            }
            Farewell::Stay => {}
            Farewell::GoOn => {
                self.is_leaving = true;
                self.actions.push(Action::KeepHosting);
            }
        }
        false
    }
}
