//! The tutorial's two wire protocols, `Name|Op|Msg` and JSON, with text for answers.
//!
//! Both are the same few operations in two frames: [`pipe`] and [`json`] read frames, the desk acts
//! on what they ask, and [`text`] has the words of every answer. Their people are guests: the
//! public screen is the lobby, a group `design` is the room `#design`, private chat is direct talk.

mod desk;
mod json;
mod operation;
mod pipe;
mod profile;
mod telling;
mod text;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::history;

use super::dialect::{Around, Class, Dialect, Heard, Input, Mark, Step};
use super::ending::Ending;
use desk::Desk;

/// What a client reads where TLS is asked for.
pub(super) fn tls_only(style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    let text = text::chinese("tutorial-tls-only", &[]);
    let mut writer = text::Writer {
        style,
        out: &mut out,
    };
    writer.line(text::Area::Public, &text);
    out
}

/// Bytes of one frame. Escaped in JSON, most letters take twice what they take in a message.
const FRAME_MAX: usize = 64 * 1024;

/// The tutorial's first protocol.
pub(super) type Pipe = Legacy<pipe::Frames>;

/// The tutorial's second protocol.
pub(super) type Json = Legacy<json::Frames>;

/// One of the two protocols, as spoken with one client.
pub(super) struct Legacy<F> {
    frames: F,
    desk: Desk,
}

/// How a protocol is read.
pub(super) trait Framing: Default + Send {
    /// How its answers are written.
    const STYLE: Style;

    /// Takes bytes as they came and adds the frames that they complete.
    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>);

    /// What a frame asks.
    fn parse(frame: &str) -> Result<Request, Fault>;

    /// Is told the client's name, as the client writes it.
    fn know(&mut self, name: &str);
}

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Without areas; the client has the operations 1 to 4.
    Pipe,
    /// Each begins with its area; the client has the operations 1 to 9.
    Json,
}

/// What one frame asks, and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    name: String,
    op: Op,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Say something on the public screen.
    Say(String),
    /// Leave.
    Quit,
    /// Take part under a name.
    LogIn,
    /// Change one's profile, by the text of a JSON object.
    Profile(String),
    /// Say something to one person.
    Whisper { to: String, text: String },
    /// Say something in a group.
    Group { group: String, text: String },
    /// Make a group.
    Create(String),
    /// List the groups.
    Groups,
    /// List who is on line.
    People,
}

/// Why a frame asks nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is no frame.
    Unreadable,
    /// Its operation does not exist, or not for this client.
    NoSuchOp(String),
}

impl<F: Framing> Legacy<F> {
    /// A client of which nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            frames: F::default(),
            desk: Desk::new(F::STYLE),
        }
    }

    fn share_name(&mut self) {
        if let Some(name) = self.desk.written_name() {
            self.frames.know(name);
        }
    }
}

impl<F: Framing> Dialect for Legacy<F> {
    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>) {
        self.frames.read(bytes, inputs);
    }

    fn only_proposes(&self, input: &Input) -> bool {
        match input {
            Input::Text(frame) => {
                F::parse(frame).is_ok_and(|request| self.desk.only_proposes(&request))
            }
            Input::TooLong | Input::NotUtf8 => false,
        }
    }

    fn act(&mut self, input: &Input, around: &Around<'_>, step: &mut Step) {
        match input {
            Input::Text(frame) => match F::parse(frame) {
                Ok(request) => self.desk.act(request, around, step),
                Err(fault) => self.desk.refuse_frame(&fault, step),
            },
            Input::TooLong => self.desk.refuse_length(around, step),
            Input::NotUtf8 => self.desk.refuse_encoding(step),
        }
    }

    fn hear(
        &mut self,
        heard: &Heard<'_>,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        self.desk.hear(heard, own, around, out);
    }

    fn answered(&mut self, mark: &Mark, told: Vec<u8>, around: &Around<'_>, step: &mut Step) {
        step.out.extend(told);
        self.desk.answered(mark, around, step);
        self.share_name();
    }

    fn not_stored(&mut self, mark: &Mark, why: &str, around: &Around<'_>, step: &mut Step) {
        self.desk.not_stored(mark, why, around, step);
        self.share_name();
    }

    // These clients have no operation that looks into the history or checks a password, so
    // neither is ever asked for.
    fn found(&mut self, _: &Mark, _: Result<history::Found, String>, _: &Around<'_>, _: &mut Step) {
    }

    fn verified(&mut self, _: &Mark, _: bool, _: &Around<'_>, _: &mut Step) {}

    fn ping(&mut self, _: &mut Vec<u8>) -> bool {
        false
    }

    fn farewell(&mut self, ending: Ending<'_>, _: &Around<'_>, out: &mut Vec<u8>) {
        self.desk.farewell(ending, out);
    }

    fn class(&self) -> Class {
        match F::STYLE {
            Style::Pipe => Class::Pipe,
            Style::Json => Class::Json,
        }
    }
}
