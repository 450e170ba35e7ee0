//! What the screen shows and what keys do: changed by inputs alone, without I/O or a clock.

use jiff::tz::TimeZone;

use super::action::Action;
use super::happening::{Happening, Millis};
use super::key::TerminalInput;
use super::rooms::Rooms;
use crate::text::{Language, Texts};

/// What a model is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name one wishes to go by.
    pub nick: String,
    /// The language of the interface.
    pub language: Language,
    /// In which times are shown.
    pub zone: TimeZone,
    /// Whether lines are drawn with ASCII alone.
    pub is_ascii: bool,
    /// How the marks of one's own lines begin: another one in each run of the program.
    pub nonce_prefix: String,
}

/// What changes a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Keys, pasted text, the size of the terminal.
    Terminal(TerminalInput),
    /// What became true on the server.
    Happening(Happening),
    /// The deadline that the model asked for has come.
    Tick,
}

/// All that the screen shows, but for rooms and members.
pub struct Model {
    texts: Texts,
    settings: Settings,
}

impl Model {
    /// A model that knows nothing but its settings.
    pub fn new(settings: Settings) -> Self {
        Self {
            texts: Texts::new(settings.language),
            settings,
        }
    }

    /// Takes what came, at `now`, and says what is to be done.
    pub fn update(&mut self, _input: Input, _rooms: &Rooms, _now: Millis) -> Vec<Action> {
        Vec::new()
    }

    /// When the model wants a tick; none when only an input can change it.
    pub fn deadline(&self) -> Option<Millis> {
        None
    }
}
