//! How long a message may be, and how what is written stands to that.

use super::Model;
use super::buffer::Buffer;
use super::question::Question;
use crate::client::happening::{BufferName, Limits};
use crate::client::session::piece_count;

/// From so many tenths of what is allowed on, it is counted.
const NEAR_TENTHS: usize = 8;
/// A paste of more lines than this asks.
const PASTE_LINES: usize = 5;

/// How a text stands to what one message may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// It is far from any limit.
    Fits,
    /// It is near a limit.
    Near(Size),
    /// It is over a limit.
    Over(Size),
    /// It goes as so many messages.
    Parts(usize),
}

/// How long a text is, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Bytes.
    pub bytes: usize,
    /// Bytes at most.
    pub bytes_max: usize,
    /// Lines, as they go to the server.
    pub lines: usize,
    /// Lines at most.
    pub lines_max: usize,
}

impl Model {
    /// How a text stands to what one message in a conversation may hold.
    pub(super) fn fit(&self, buffer: &Buffer, text: &str, is_action: bool) -> Fit {
        let target = match &buffer.name {
            BufferName::Server => return Fit::Fits,
            BufferName::Room(name) | BufferName::Person(name) => name,
        };
        let Limits { line, whole } = self.limits;
        let lines = piece_count(text, line, &self.nick, target, is_action);
        let Some((bytes_max, lines_max)) = whole.filter(|_| !is_action) else {
            return match lines {
                0..=1 => Fit::Fits,
                lines => Fit::Parts(lines),
            };
        };
        let size = Size {
            bytes: text.len(),
            bytes_max,
            lines,
            lines_max,
        };
        let is_near = |is: usize, max: usize| is > max / 10 * NEAR_TENTHS;
        if lines <= 1 {
            Fit::Fits
        } else if size.bytes > bytes_max || lines > lines_max {
            Fit::Over(size)
        } else if is_near(size.bytes, bytes_max) || is_near(lines, lines_max) {
            Fit::Near(size)
        } else {
            Fit::Fits
        }
    }

    /// How what is being written stands to that; a command has limits of its own.
    pub fn draft_fit(&self) -> Fit {
        let buffer = self.buffer();
        let text = buffer.editor.text();
        match self.as_command(text) {
            Some(_) => Fit::Fits,
            None => self.fit(buffer, text, false),
        }
    }

    /// Why a text cannot be said, when it is over a limit.
    pub(super) fn too_long(&self, buffer: &Buffer, text: &str, is_action: bool) -> Option<String> {
        match self.fit(buffer, text, is_action) {
            Fit::Over(size) => Some(self.size_text("ui-too-long", size)),
            Fit::Fits | Fit::Near(_) | Fit::Parts(_) => None,
        }
    }

    /// A text with the figures of a size.
    pub fn size_text(&self, key: &str, size: Size) -> String {
        let values = [
            ("bytes", size.bytes.to_string()),
            ("bytes-max", size.bytes_max.to_string()),
            ("lines", size.lines.to_string()),
            ("lines-max", size.lines_max.to_string()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        self.texts.with(key, &values)
    }
}

/// The question about a pasted text, when it is so long that it needs one.
pub(super) fn about_paste(text: &str) -> Option<Question> {
    let lines = text.trim_end_matches('\n').lines().count();
    let text = text.to_owned();
    (lines > PASTE_LINES).then_some(Question::Paste { text, lines })
}
