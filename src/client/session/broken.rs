//! Lines that are no good ones: not UTF-8, or too long. As much of them is shown as can be.

use super::super::happening::{BufferName, Happening, Millis};
use super::super::sentence::Sentence;
use super::{Incoming, Session, time_of};
use crate::irc::framing::{Frame, SERVER_LINE_MAX};
use crate::irc::line::Line;

/// What stands where the rest of a message was.
const CUT: &str = " [...]";
/// Conversations in which it is said that something was cut, on one connection.
const TOLD_MAX: usize = 100;

impl Session {
    /// Reads what came as a line, and says what became true. Bytes that are no text are shown as marks; of
    /// a message that is too long its beginning is.
    pub fn receive_frame(&mut self, frame: Frame<'_>, now: Millis) -> Vec<Happening> {
        match frame {
            Frame::Line(line) => self.receive(line, now),
            Frame::NotUtf8(line) => self.receive(&String::from_utf8_lossy(line), now),
            Frame::TooLong(head) => {
                let head = String::from_utf8_lossy(head);
                // The cut may have gone through a character.
                self.receive_head(head.trim_end_matches(char::REPLACEMENT_CHARACTER), now);
                std::mem::take(&mut self.told)
            }
        }
    }

    fn receive_head(&mut self, head: &str, now: Millis) {
        self.heard_at(now);
        let marked = format!("{head}{CUT}");
        let line = Line::parse(&marked);
        let is_message = |line: &Line<'_>| {
            ["PRIVMSG", "NOTICE"].contains(&line.command) && line.params.len() == 2
        };
        let Some(line) = line.ok().filter(is_message) else {
            return self.tell_cut(BufferName::Server);
        };
        let at = time_of(&line).unwrap_or(now);
        let buffer = self.buffer_of(&line, line.params.at(0));
        self.dispatch(Incoming { line: &line, at });
        self.tell_cut(buffer);
    }

    /// Says that a line was too long: once in a conversation on each connection.
    fn tell_cut(&mut self, buffer: BufferName) {
        let told = &mut self.link.told_cut;
        if told.len() >= TOLD_MAX || !told.insert(buffer.clone()) {
            return;
        }
        let key = match buffer {
            BufferName::Server => "note-line-left-out",
            BufferName::Room(_) | BufferName::Person(_) => "note-line-cut",
        };
        self.tell(Happening::Told {
            buffer,
            text: Sentence::text(key).with("bytes", SERVER_LINE_MAX),
            is_failure: false,
        });
    }
}
