//! The bytes of a terminal, cut into keys, pasted text and answers; pure, and split anywhere.

use std::collections::VecDeque;

use crate::client::key::{Code, Key, TerminalInput};

use super::{keys, mouse, probe};

/// The most bytes of a sequence: what is longer is no key.
const SEQUENCE_MAX: usize = 64;
/// The most bytes of a paste that are kept; no line is as long by far, so what is longer is only counted.
const PASTE_MAX: usize = 4 * 1024 * 1024;
/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// What came from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A key, a paste, the mouse, the focus.
    Input(TerminalInput),
    /// It says what it is, for it was asked: all that was written before has been shown.
    Answer,
    /// Where the cursor is: the column, from 1, in the row in which that is asked.
    Cursor(u16),
}

/// Takes bytes as they come and gives what they mean.
#[derive(Debug, Default)]
pub struct Decoder {
    held: Vec<u8>,
    paste: Option<Pasted>,
}

/// What came of a paste.
#[derive(Debug, Default)]
struct Pasted {
    bytes: Vec<u8>,
    count: usize,
}

/// The beginning of the bytes, and how many they are.
enum Piece {
    /// It needs more bytes.
    Partial,
    /// It means nothing to us.
    Nothing(usize),
    Heard(usize, Heard),
    Paste(usize),
}

impl Decoder {
    /// Takes bytes, split wherever it may be.
    pub fn push(&mut self, bytes: &[u8], heard: &mut VecDeque<Heard>) {
        self.held.extend_from_slice(bytes);
        self.cut(false, heard);
    }

    /// Whether what came last is a key of its own unless more follows at once: Esc, or Alt with a
    /// bracket.
    pub fn is_open(&self) -> bool {
        let is_begun = matches!(
            self.held.as_slice(),
            [0x1b] | [0x1b, 0x1b | b'[' | b'O'] | [0x1b, 0x1b, b'[' | b'O']
        );
        self.paste.is_none() && is_begun
    }

    /// Whether the end of a paste is to come: until then no key is a key.
    pub fn is_pasting(&self) -> bool {
        self.paste.is_some()
    }

    /// Nothing followed: what stands open is a key of its own, and a paste has ended without its end.
    pub fn close(&mut self, heard: &mut VecDeque<Heard>) {
        if let Some(mut pasted) = self.paste.take() {
            pasted.take(&std::mem::take(&mut self.held));
            heard.push_back(Heard::Input(pasted.end()));
            heard.push_back(Heard::Input(TerminalInput::PasteBroken));
        }
        self.cut(true, heard);
    }

    fn cut(&mut self, is_all: bool, heard: &mut VecDeque<Heard>) {
        let mut at = 0;
        while let Some(rest @ [_, ..]) = self.held.get(at..) {
            if let Some(pasted) = &mut self.paste {
                let (count, is_end) = paste(rest);
                pasted.take(rest.get(..count).unwrap_or(rest));
                at += count;
                if !is_end {
                    break;
                }
                at += PASTE_END.len();
                if let Some(pasted) = self.paste.take() {
                    heard.push_back(Heard::Input(pasted.end()));
                }
                continue;
            }
            match piece(rest, is_all) {
                Piece::Partial => break,
                Piece::Nothing(count) => at += count,
                Piece::Heard(count, what) => {
                    at += count;
                    heard.push_back(what);
                }
                Piece::Paste(count) => {
                    at += count;
                    self.paste = Some(Pasted::default());
                }
            }
        }
        self.held.drain(..at.min(self.held.len()));
    }
}

impl Pasted {
    /// Takes bytes, or counts them where there are too many.
    fn take(&mut self, bytes: &[u8]) {
        self.count += bytes.len();
        if self.count <= PASTE_MAX {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.bytes = Vec::new();
        }
    }

    fn end(self) -> TerminalInput {
        match self.count <= PASTE_MAX {
            true => TerminalInput::Paste(String::from_utf8_lossy(&self.bytes).into_owned()),
            false => TerminalInput::PastedTooMuch(self.count),
        }
    }
}

/// How many bytes are pasted text, and whether its end follows them.
fn paste(bytes: &[u8]) -> (usize, bool) {
    let end = bytes
        .windows(PASTE_END.len())
        .position(|some| some == PASTE_END);
    if let Some(end) = end {
        return (end, true);
    }
    let is_begun = |&count: &usize| PASTE_END.starts_with(bytes.get(count..).unwrap_or(&[]));
    let from = bytes.len().saturating_sub(PASTE_END.len() - 1);
    let count = (from..bytes.len()).find(is_begun).unwrap_or(bytes.len());
    (count, false)
}

fn piece(bytes: &[u8], is_all: bool) -> Piece {
    match bytes {
        [] => Piece::Partial,
        [0x1b] if is_all => key(1, keys::plain(Code::Esc)),
        [0x1b] => Piece::Partial,
        [0x1b, b'[', ..] => control_sequence(bytes, is_all),
        [0x1b, b'O', ..] => single_shift(bytes, is_all),
        // Alt with a key that has a sequence itself, as some terminals send it; else Esc, twice.
        [0x1b, 0x1b, b'[' | b'O', ..] => with_alt(bytes, is_all),
        [0x1b, 0x1b] if !is_all => Piece::Partial,
        [0x1b, 0x1b, ..] => key(1, keys::plain(Code::Esc)),
        [0x1b, ..] => with_alt(bytes, is_all),
        [byte @ (0x00..=0x1f | 0x7f), ..] => key(1, keys::control_byte(*byte)),
        _ => character(bytes, is_all),
    }
}

/// A character of UTF-8; a byte that begins none is nothing.
fn character(bytes: &[u8], is_all: bool) -> Piece {
    let head = bytes.get(..bytes.len().min(4)).unwrap_or(bytes);
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => {
            let valid = head.get(..error.valid_up_to()).unwrap_or(&[]);
            match (valid, error.error_len()) {
                ([], None) if !is_all => return Piece::Partial,
                ([], None) => return Piece::Nothing(head.len()),
                ([], Some(count)) => return Piece::Nothing(count),
                (valid, _) => std::str::from_utf8(valid).unwrap_or(""),
            }
        }
    };
    match valid.chars().next() {
        // C1 controls are no keys.
        Some(c) if c.is_control() => Piece::Nothing(c.len_utf8()),
        Some(c) => key(c.len_utf8(), keys::plain(Code::Char(c))),
        None => Piece::Nothing(1),
    }
}

/// What follows Esc at once has Alt.
fn with_alt(bytes: &[u8], is_all: bool) -> Piece {
    match piece(bytes.get(1..).unwrap_or(&[]), is_all) {
        Piece::Partial => Piece::Partial,
        Piece::Nothing(count) => Piece::Nothing(count + 1),
        Piece::Heard(count, Heard::Input(TerminalInput::Key(mut found))) => {
            found.alt = true;
            key(count + 1, found)
        }
        Piece::Heard(count, heard) => Piece::Heard(count + 1, heard),
        Piece::Paste(count) => Piece::Paste(count + 1),
    }
}

fn single_shift(bytes: &[u8], is_all: bool) -> Piece {
    match bytes.get(2) {
        None if is_all => with_alt(bytes.get(..2).unwrap_or(bytes), true),
        None => Piece::Partial,
        Some(&last) => match keys::single_shift(last) {
            Some(found) => key(3, found),
            None => Piece::Nothing(3),
        },
    }
}

fn control_sequence(bytes: &[u8], is_all: bool) -> Piece {
    match bytes.get(2..) {
        None | Some([]) if is_all => {
            let mut bracket = keys::plain(Code::Char('['));
            bracket.alt = true;
            return key(2, bracket);
        }
        // The function keys of a Linux console.
        Some([b'[', letter @ b'A'..=b'E', ..]) => {
            return key(4, keys::plain(Code::F(letter - b'A' + 1)));
        }
        Some([b'[']) if !is_all => return Piece::Partial,
        Some([b'[', ..]) => return Piece::Nothing(3),
        // A Linux console, and what knows the mouse in single bytes alone.
        Some([b'M', report @ ..]) => return old_mouse(report, is_all),
        None | Some(_) => {}
    }
    let rest = bytes.get(2..).unwrap_or(&[]);
    let is_private = matches!(rest.first(), Some(b'<'..=b'?'));
    let is_end = |byte: u8| !(0x20..0x40).contains(&byte) || (byte == b'$' && !is_private);
    let mut looked_at = rest.iter().take(SEQUENCE_MAX);
    let Some(length) = looked_at.position(|&byte| is_end(byte)) else {
        return match rest.len() {
            0..SEQUENCE_MAX => Piece::Partial,
            SEQUENCE_MAX.. => Piece::Nothing(2 + SEQUENCE_MAX),
        };
    };
    let (Some(parameters), Some(&last)) = (rest.get(..length), rest.get(length)) else {
        return Piece::Nothing(bytes.len());
    };
    if !matches!(last, b'$' | 0x40..=0x7e) {
        // It was broken off: what broke it off is looked at by itself.
        return Piece::Nothing(2 + length);
    }
    let count = 3 + length;
    let focus = |has| Piece::Heard(count, Heard::Input(TerminalInput::Focus(has)));
    match (parameters, last) {
        ([b'?', ..], b'c') => Piece::Heard(count, Heard::Answer),
        ([], b'I') => focus(true),
        ([], b'O') => focus(false),
        (b"200", b'~') => Piece::Paste(count),
        ([b'<', report @ ..], b'M') => match mouse::report(report) {
            Some(mouse) => Piece::Heard(count, Heard::Input(TerminalInput::Mouse(mouse))),
            None => Piece::Nothing(count),
        },
        (_, b'R') if let Some(column) = probe::column(parameters) => {
            Piece::Heard(count, Heard::Cursor(column))
        }
        _ if is_private => Piece::Nothing(count),
        _ => match keys::sequence(parameters, last) {
            Some(found) => key(count, found),
            None => Piece::Nothing(count),
        },
    }
}

fn old_mouse(report: &[u8], is_all: bool) -> Piece {
    // It was broken off: what broke it off is looked at by itself.
    if let Some(at) = report.iter().take(3).position(|byte| *byte < b' ') {
        return Piece::Nothing(3 + at);
    }
    let [button, column, row, ..] = report else {
        return match is_all {
            true => Piece::Nothing(3 + report.len()),
            false => Piece::Partial,
        };
    };
    match mouse::old_report([*button, *column, *row]) {
        Some(mouse) => Piece::Heard(6, Heard::Input(TerminalInput::Mouse(mouse))),
        None => Piece::Nothing(6),
    }
}

fn key(count: usize, key: Key) -> Piece {
    Piece::Heard(count, Heard::Input(TerminalInput::Key(key)))
}

#[cfg(test)]
mod tests;
