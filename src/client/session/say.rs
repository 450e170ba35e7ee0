//! One's own words on their way: as one message where the server takes several lines, else cut
//! where characters end.

use unicode_segmentation::UnicodeSegmentation;

use crate::irc::NONCE;
use crate::irc::caps::Cap;
use crate::irc::write::LineWriter;

use super::super::happening::{BufferName, Happening, Limits, Message, MessageKind, Millis, Who};
use super::super::sentence::Sentence;
use super::Session;
use super::talk::{Held, Waiting};

/// Bytes of the sender that others see at most beside the name: `:!user@host `.
const SENDER_BYTES: usize = 1 + 1 + 10 + 1 + 63 + 1;
/// Bytes that a piece has at least, however long the names are.
const PIECE_MIN: usize = 64;
/// Bytes and lines of a message where the server says nothing of it.
const MULTILINE_BYTES: usize = 4_096;
const MULTILINE_LINES: usize = 100;

/// A piece of a message: a line, or what fits of it.
struct Piece<'a> {
    text: &'a str,
    /// Whether it goes on in the line of the piece before.
    is_continued: bool,
}

impl Session {
    /// Says something; under its mark it is known again when its echo comes.
    pub(super) fn say(
        &mut self,
        buffer: &BufferName,
        text: &str,
        is_action: bool,
        nonce: &str,
        now: Millis,
    ) {
        let target = match buffer {
            BufferName::Room(name) | BufferName::Person(name) => name.clone(),
            BufferName::Server => {
                return self.not_sent(Some(nonce.to_owned()), Sentence::text("ui-nobody-here"));
            }
        };
        if !self.link.is_welcome {
            return;
        }
        let held = Held {
            buffer: buffer.clone(),
            text: text.to_owned(),
            is_action,
            nonce: nonce.to_owned(),
        };
        if self.hold(held).is_none() {
            return;
        }
        let room = self.piece_bytes(&target, is_action);
        let pieces = pieces(text, room);
        if pieces.len() > 1 && self.has(Cap::Multiline) && self.has(Cap::Batch) && !is_action {
            self.say_lines(&target, text, &pieces, nonce, now);
        } else {
            self.say_pieces(&target, &pieces, is_action, nonce, now);
        }
    }

    fn piece_bytes(&self, target: &str, is_action: bool) -> usize {
        let line = self.link.supported.line_length();
        piece_bytes(line, &self.nick, target, is_action)
    }

    /// Bytes and lines of a message of several lines.
    fn whole_limits(&self) -> (usize, usize) {
        let limit = |name, fallback| {
            let said = self.link.value_number(Cap::Multiline, name);
            said.unwrap_or(fallback)
        };
        let bytes = limit("max-bytes", MULTILINE_BYTES);
        (bytes, limit("max-lines", MULTILINE_LINES))
    }

    /// Tells how long a message may be.
    pub(super) fn tell_limits(&mut self) {
        let has_whole = self.has(Cap::Multiline) && self.has(Cap::Batch);
        let limits = Limits {
            line: self.link.supported.line_length(),
            whole: has_whole.then(|| self.whole_limits()),
        };
        self.tell(Happening::Limits(limits));
    }

    fn tagged<'a>(&self, out: &'a mut Vec<u8>, mark: &str) -> LineWriter<'a> {
        let mut line = LineWriter::new(out);
        if self.has(Cap::LabeledResponse) {
            line = line.tag("label", mark);
        }
        if self.has(Cap::Nonce) {
            line = line.tag(NONCE, mark);
        }
        line
    }

    fn say_pieces(
        &mut self,
        target: &str,
        pieces: &[Piece<'_>],
        is_action: bool,
        nonce: &str,
        now: Millis,
    ) {
        for (index, piece) in pieces
            .iter()
            .filter(|piece| !piece.text.is_empty())
            .enumerate()
        {
            // Each piece is a message of its own to the server, so each needs its own mark.
            let mark = match index {
                0 => nonce.to_owned(),
                _ => format!("{nonce}.{index}"),
            };
            let nonce = (index == 0).then(|| nonce.to_owned());
            let text = match is_action {
                true => format!("\u{1}ACTION {}\u{1}", piece.text),
                false => piece.text.to_owned(),
            };
            let mut out = std::mem::take(&mut self.out);
            self.tagged(&mut out, &mark)
                .command("PRIVMSG")
                .param(target)
                .trailing(&text)
                .end();
            self.out = out;
            if self.has(Cap::EchoMessage) {
                self.talk.wait(Waiting {
                    nonce,
                    mark,
                    target: target.to_owned(),
                    text: piece.text.to_owned(),
                });
            } else {
                self.taken_as_said(target, piece.text, is_action, nonce, now);
            }
        }
    }

    /// Where no echo comes, what was written counts as said.
    fn taken_as_said(
        &mut self,
        target: &str,
        text: &str,
        is_action: bool,
        nonce: Option<String>,
        now: Millis,
    ) {
        let kind = match is_action {
            true => MessageKind::Action,
            false => MessageKind::Message,
        };
        let buffer = self.buffer_named(target);
        let message = Message {
            id: None,
            at: now,
            from: Who {
                nick: self.nick.clone(),
                account: self.account.clone(),
                is_self: true,
            },
            kind,
            text: text.to_owned(),
            nonce,
        };
        self.note(&buffer, &message);
        self.tell(Happening::Said { buffer, message });
    }

    fn say_lines(
        &mut self,
        target: &str,
        text: &str,
        pieces: &[Piece<'_>],
        nonce: &str,
        now: Millis,
    ) {
        let (bytes, lines) = self.whole_limits();
        if text.len() > bytes || pieces.len() > lines {
            let why = Sentence::text("refused-too-long")
                .with("bytes", text.len())
                .with("lines", pieces.len())
                .with("most-bytes", bytes)
                .with("most-lines", lines);
            return self.not_sent(Some(nonce.to_owned()), why);
        }
        let mut out = std::mem::take(&mut self.out);
        self.tagged(&mut out, nonce)
            .command("BATCH")
            .param("+m")
            .param("draft/multiline")
            .param(target)
            .end();
        for piece in pieces {
            let mut line = LineWriter::new(&mut out).tag("batch", "m");
            if piece.is_continued {
                line = line.tag("draft/multiline-concat", "");
            }
            line.command("PRIVMSG")
                .param(target)
                .trailing(piece.text)
                .end();
        }
        LineWriter::new(&mut out).command("BATCH").param("-m").end();
        self.out = out;
        if self.has(Cap::EchoMessage) {
            self.talk.wait(Waiting {
                nonce: Some(nonce.to_owned()),
                mark: nonce.to_owned(),
                target: target.to_owned(),
                text: text.to_owned(),
            });
        } else {
            self.taken_as_said(target, text, false, Some(nonce.to_owned()), now);
        }
    }
}

/// Bytes of a line that are left for what is said.
fn piece_bytes(line: usize, nick: &str, target: &str, is_action: bool) -> usize {
    let around = nick.len() + SENDER_BYTES + "PRIVMSG  :\r\n".len() + target.len();
    let action = if is_action {
        "\u{1}ACTION \u{1}".len()
    } else {
        0
    };
    line.saturating_sub(around + action).max(PIECE_MIN)
}

/// In how many lines a text goes to a server whose lines are so long.
pub fn piece_count(text: &str, line: usize, nick: &str, target: &str, is_action: bool) -> usize {
    let bytes = piece_bytes(line, nick, target, is_action);
    match text.len() <= bytes && !text.contains('\n') {
        true => 1,
        false => pieces(text, bytes).len(),
    }
}

/// Cuts a text at its line feeds, and where a line is too long, between characters.
fn pieces(text: &str, bytes: usize) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for line in text.split('\n') {
        let mut rest = line;
        let mut is_continued = false;
        while rest.len() > bytes {
            let at = fitting(rest, bytes);
            let (piece, after) = rest.split_at(at);
            pieces.push(Piece {
                text: piece,
                is_continued,
            });
            rest = after;
            is_continued = true;
        }
        pieces.push(Piece {
            text: rest,
            is_continued,
        });
    }
    pieces
}

/// How many bytes of a text fit: after a blank where one is near, else after a whole character.
fn fitting(text: &str, bytes: usize) -> usize {
    let mut fits = 0;
    let mut blank = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        let end = at + cluster.len();
        if end > bytes {
            break;
        }
        fits = end;
        if cluster == " " {
            blank = end;
        }
    }
    if blank > bytes / 2 {
        return blank;
    }
    if fits > 0 {
        return fits;
    }
    // One cluster longer than a line: cut it between code points.
    let mut at = bytes;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
