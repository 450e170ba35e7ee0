//! Questions that are answered by a key: each with its choices.

use super::buffer::LineKind;
use super::editor::TEXT_MAX;
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
    /// What to do with a pasted text of many lines.
    Paste {
        /// The text.
        text: String,
        /// How many lines.
        lines: usize,
    },
    /// Whether to put somebody out of a room.
    Kick {
        /// Which room.
        room: String,
        /// Whom.
        nick: String,
    },
    /// Whether to keep somebody out of a room.
    Ban {
        /// Which room.
        room: String,
        /// Whom.
        nick: String,
    },
}

/// What can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Make it, for everybody.
    Open,
    /// Make it, by invitation.
    Private,
    /// Say it as one message.
    Whole,
    /// Say each line.
    Lines,
    /// Say nothing yet.
    Draft,
    /// Do it.
    Yes,
    /// Do it with a reason, which is to be written.
    Reason,
}

/// An answer with the keys that give it.
#[derive(Debug)]
pub struct Choice {
    /// How its key is shown; Enter gives the choice that names it.
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

const PASTE: &[Choice] = &[
    Choice {
        key: "Enter",
        letters: &['y', 'Y', 'ｙ', '是'],
        text: "ask-paste-whole",
        hint: "ui-hint-whole",
        answer: Answer::Whole,
    },
    Choice {
        key: "l",
        letters: &['l', 'L', 'ｌ'],
        text: "ask-paste-lines",
        hint: "ui-hint-lines",
        answer: Answer::Lines,
    },
    Choice {
        key: "d",
        letters: &['d', 'D', 'ｄ'],
        text: "ask-paste-draft",
        hint: "ui-hint-draft",
        answer: Answer::Draft,
    },
];

/// Enter does nothing here: who held it down too long would put somebody out.
const KICK: &[Choice] = &[
    Choice {
        key: "y",
        letters: &['y', 'Y', 'ｙ', '是'],
        text: "ask-kick-yes",
        hint: "ui-hint-kick",
        answer: Answer::Yes,
    },
    WITH_REASON,
];

const BAN: &[Choice] = &[
    Choice {
        key: "y",
        letters: &['y', 'Y', 'ｙ', '是'],
        text: "ask-ban-yes",
        hint: "ui-hint-ban",
        answer: Answer::Yes,
    },
    WITH_REASON,
];

const WITH_REASON: Choice = Choice {
    key: "r",
    letters: &['r', 'R', 'ｒ'],
    text: "ask-with-reason",
    hint: "ui-hint-reason",
    answer: Answer::Reason,
};

/// The answer that every question has.
const NO: &[char] = &['n', 'N', 'ｎ', '否'];

impl Question {
    /// What is asked.
    pub fn title(&self, texts: &Texts) -> String {
        match self {
            Self::Make { room } => texts.with("ask-make", &[("room", &clean(room))]),
            Self::Paste { lines, text } => {
                let (lines, bytes) = (lines.to_string(), text.len().to_string());
                texts.with("ask-paste", &[("lines", &lines), ("bytes", &bytes)])
            }
            Self::Kick { room, nick } => texts.with(
                "ask-kick",
                &[("name", &clean(nick)), ("room", &clean(room))],
            ),
            Self::Ban { room, nick } => {
                texts.with("ask-ban", &[("name", &clean(nick)), ("room", &clean(room))])
            }
        }
    }

    /// What can be answered, but for no.
    pub fn choices(&self) -> &'static [Choice] {
        match self {
            Self::Make { .. } => MAKE,
            Self::Paste { .. } => PASTE,
            Self::Kick { .. } => KICK,
            Self::Ban { .. } => BAN,
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

    /// The answer that Enter gives, where it gives one.
    pub(super) fn enter_answer(&self) -> Option<Answer> {
        let first = self.choices().first();
        let first = first.filter(|choice| choice.key == "Enter");
        first.map(|choice| choice.answer)
    }

    /// The answer of a row; none for the last one, which is no.
    pub(super) fn answer_at(&self, row: usize) -> Option<Answer> {
        self.choices().get(row).map(|choice| choice.answer)
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
    pub(super) fn answered(&mut self, question: &Question, answer: Answer, rooms: &Rooms) {
        match (question, answer) {
            (Question::Make { room }, answer) => {
                let (room, private) = (room.clone(), answer == Answer::Private);
                self.want(&room);
                self.actions.push(Action::Create { room, private });
            }
            (Question::Paste { text, .. }, answer) => self.pasted(text, answer),
            (Question::Kick { nick, .. }, Answer::Reason) => self.begin_command("kick", nick),
            (Question::Ban { nick, .. }, Answer::Reason) => self.begin_command("ban", nick),
            (Question::Kick { room, nick }, _) => {
                let (nick, room, reason) = (nick.clone(), room.clone(), None);
                let outcome = self.act(Action::Kick { nick, room, reason });
                self.tell_outcome(outcome);
            }
            (Question::Ban { room, nick }, _) => {
                let outcome = self.keep_out(nick, room.clone(), None, rooms);
                self.tell_outcome(outcome);
            }
        }
    }

    /// Writes the beginning of a command into the input; what stood there can be put back.
    fn begin_command(&mut self, command: &str, nick: &str) {
        let text = format!("/{command} {} ", clean(nick));
        self.with_editor(|editor, kills| {
            editor.kill_all(kills);
            editor.insert(&text);
        });
    }

    /// Takes a pasted text of many lines. It is never taken for a command.
    fn pasted(&mut self, text: &str, answer: Answer) {
        if !self.write_here(text) || answer == Answer::Draft {
            return;
        }
        let at = self.open;
        let text = self.buffer_mut().editor.take();
        let said = match answer {
            Answer::Lines => self.say_lines(at, &text),
            Answer::Whole
            | Answer::Open
            | Answer::Private
            | Answer::Draft
            | Answer::Yes
            | Answer::Reason => self.say(at, text.trim_end_matches('\n'), false),
        };
        if let Err(why) = said {
            self.buffer_mut().editor.set(&text);
            self.note_here(LineKind::Failure, &why);
        }
    }

    /// Writes a text into the input, unless there is no room for it, which is said.
    pub(super) fn write_here(&mut self, text: &str) -> bool {
        let editor = &mut self.buffer_mut().editor;
        let bytes = editor.text().len() + text.len();
        if bytes <= TEXT_MAX {
            editor.insert(text);
            return true;
        }
        self.refuse_paste(bytes);
        false
    }

    /// Says that a text of so many bytes is too much.
    pub(super) fn refuse_paste(&mut self, bytes: usize) {
        let values = [("bytes", bytes.to_string()), ("max", TEXT_MAX.to_string())];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let why = self.texts.with("ui-no-room", &values);
        self.note_here(LineKind::Failure, &why);
    }
}
