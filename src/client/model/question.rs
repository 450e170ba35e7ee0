//! Questions that are answered by a key: each with its choices.

use super::overlay::Overlay;
use super::{Connection, Model, clean};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Millis};
use crate::client::rooms::Rooms;
use crate::text::Texts;

/// How long the server may take to say whether a room is there; then one comes in without asking.
const LOOK_MS: Millis = 3_000;

/// What somebody is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether to make a room that is not there.
    Make {
        /// Which.
        room: String,
    },
}

/// What can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Make it, for everybody.
    Open,
    /// Make it, by invitation.
    Private,
}

/// An answer with the keys that give it.
#[derive(Debug)]
pub struct Choice {
    /// How its key is shown; Enter gives the first choice.
    pub key: &'static str,
    /// The characters that give it, those of input methods too.
    letters: &'static [char],
    /// The key of its text.
    pub text: &'static str,
    /// The key of its text among the hints.
    pub hint: &'static str,
    answer: Answer,
}

const MAKE: &[Choice] = &[
    Choice {
        key: "Enter",
        letters: &['y', 'Y', 'ｙ', '是'],
        text: "ask-make-open",
        hint: "ui-hint-make",
        answer: Answer::Open,
    },
    Choice {
        key: "p",
        letters: &['p', 'P', 'ｐ'],
        text: "ask-make-private",
        hint: "ui-hint-private",
        answer: Answer::Private,
    },
];

/// The answer that every question has.
const NO: &[char] = &['n', 'N', 'ｎ', '否'];

impl Question {
    /// What is asked.
    pub fn title(&self, texts: &Texts) -> String {
        match self {
            Self::Make { room } => texts.with("ask-make", &[("room", &clean(room))]),
        }
    }

    /// What can be answered, but for no.
    pub fn choices(&self) -> &'static [Choice] {
        match self {
            Self::Make { .. } => MAKE,
        }
    }

    /// The answer that a character gives: none for no, nothing at all for any other.
    pub(super) fn answer_of(&self, letter: char) -> Option<Option<Answer>> {
        if NO.contains(&letter) {
            return Some(None);
        }
        let choice = self.choices().iter();
        let mut choice = choice.filter(|choice| choice.letters.contains(&letter));
        choice.next().map(|choice| Some(choice.answer))
    }

    /// The answer that Enter gives.
    pub(super) fn first_answer(&self) -> Option<Answer> {
        self.choices().first().map(|choice| choice.answer)
    }
}

/// A room that the server is asked about, before one comes in.
#[derive(Debug, Default)]
pub(super) struct Looking {
    room: Option<(String, Millis)>,
    /// Whether there is a screen on which something can be asked.
    pub(super) has_screen: bool,
}

impl Model {
    /// Comes into a room, or shows it when one is in it; one that is not there is not made unasked.
    pub(super) fn come_into(&mut self, name: String, rooms: &Rooms) {
        let at = self.find(&BufferName::Room(name.clone()), rooms);
        match at.and_then(|at| Some((at, self.buffers.get(at)?.is_joined))) {
            Some((at, true)) => self.show(at),
            Some((_, false)) => self.enter_room(name),
            None if !self.looking.has_screen => self.enter_room(name),
            None => {
                self.looking.room = Some((name.clone(), self.now + LOOK_MS));
                self.actions.push(Action::Look(name));
            }
        }
    }

    /// The server has said whether a room is there.
    pub(super) fn looked(&mut self, room: &str, is_there: bool, rooms: &Rooms) {
        let is_it = |(name, _): &(String, Millis)| rooms.same(name, room);
        let Some((room, _)) = self.looking.room.take_if(|looking| is_it(looking)) else {
            return;
        };
        if is_there {
            self.enter_room(room);
        } else {
            self.overlay = Some(Overlay::Ask(Question::Make { room }));
        }
    }

    /// Comes in where the server has not answered in time.
    pub(super) fn look_no_longer(&mut self) {
        let now = self.now;
        if let Some((room, _)) = self.looking.room.take_if(|(_, until)| *until <= now)
            && self.connection == Connection::Online
        {
            self.enter_room(room);
        }
    }

    /// When that is.
    pub(super) fn look_deadline(&self) -> Option<Millis> {
        self.looking.room.as_ref().map(|(_, until)| *until)
    }

    /// Does what was answered.
    pub(super) fn answered(&mut self, question: &Question, answer: Answer) {
        match (question, answer) {
            (Question::Make { room }, answer) => {
                let (room, private) = (room.clone(), answer == Answer::Private);
                self.want(&room);
                self.actions.push(Action::Create { room, private });
            }
        }
    }
}
