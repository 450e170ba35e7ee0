//! `Name|Op|Msg`, one frame a write, with nothing at its end.
//!
//! A read ends a frame, and so does a line feed. What one read has of several frames is cut before
//! each further `NAME|D|`, and what has no second `|` yet, or ends within a letter, waits.

use std::collections::VecDeque;

use memchr::{memchr, memchr_iter, memmem};

use super::{FRAME_MAX, Fault, Framing, Input, Op, Request, Style};

/// The frames of one client.
#[derive(Default)]
pub(in crate::server) struct Frames {
    /// What waits for the rest of it.
    waiting: Vec<u8>,
    /// The client's name, once it takes part.
    name: Option<Vec<u8>>,
}

impl Framing for Frames {
    const STYLE: Style = Style::Pipe;

    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>) {
        self.waiting.extend_from_slice(bytes);
        let come = std::mem::take(&mut self.waiting);
        let mut rest = come.as_slice();
        while let Some(end) = memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end);
            for frame in self.cut(line) {
                take(frame, inputs);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        let mut frames = self.cut(rest);
        let last = frames.pop().unwrap_or_default();
        for frame in frames {
            take(frame, inputs);
        }
        if last.len() > FRAME_MAX || is_whole(last) {
            take(last, inputs);
        } else {
            self.waiting.extend_from_slice(last);
        }
    }

    fn parse(frame: &str) -> Result<Request, Fault> {
        let mut fields = frame.splitn(3, '|');
        let (Some(name), Some(op), Some(text)) = (fields.next(), fields.next(), fields.next())
        else {
            return Err(Fault::Unreadable);
        };
        let op = match op.trim() {
            "1" => Op::Say(text.into()),
            "2" => Op::Quit,
            "3" => Op::LogIn,
            "4" => Op::Profile(text.into()),
            other => return Err(Fault::NoSuchOp(other.into())),
        };
        Ok(Request {
            name: name.trim().into(),
            op,
        })
    }

    fn know(&mut self, name: &str) {
        self.name = Some(name.into());
    }
}

impl Frames {
    /// Cuts before each further `NAME|D|`: the name that the piece begins with, or the client's.
    fn cut<'a>(&self, piece: &'a [u8]) -> Vec<&'a [u8]> {
        let first = memchr(b'|', piece).and_then(|end| piece.get(..end));
        let mut starts: Vec<usize> = first
            .into_iter()
            .chain(self.name.as_deref())
            .filter(|name| !name.is_empty())
            .flat_map(|name| {
                memmem::find_iter(piece, name).filter(|at| begins(piece, at + name.len()))
            })
            .filter(|at| *at > 0)
            .collect();
        starts.sort_unstable();
        starts.dedup();
        let mut frames = Vec::with_capacity(starts.len() + 1);
        let mut from = 0;
        for to in starts.into_iter().chain([piece.len()]) {
            frames.extend(piece.get(from..to));
            from = to;
        }
        frames
    }
}

/// Whether `|D|` stands there.
fn begins(piece: &[u8], at: usize) -> bool {
    matches!(piece.get(at..at + 3), Some([b'|', digit, b'|']) if digit.is_ascii_digit())
}

/// Whether nothing of a frame that no line feed ends is still to come.
fn is_whole(frame: &[u8]) -> bool {
    let ends_within_letter =
        std::str::from_utf8(frame).is_err_and(|error| error.error_len().is_none());
    memchr_iter(b'|', frame).nth(1).is_some() && !ends_within_letter
}

fn take(frame: &[u8], inputs: &mut VecDeque<Input>) {
    let frame = frame.strip_suffix(b"\r").unwrap_or(frame);
    if frame.is_empty() {
        return;
    }
    inputs.push_back(if frame.len() > FRAME_MAX {
        Input::TooLong
    } else {
        match std::str::from_utf8(frame) {
            Ok(text) => Input::Text(text.into()),
            Err(_) => Input::NotUtf8,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What these reads hold, by a client that is called bob.
    #[track_caller]
    fn check(reads: &[&str], expected: &[&str], waiting: &str) {
        let mut frames = Frames::default();
        frames.know("bob");
        let mut inputs = VecDeque::new();
        for read in reads {
            frames.read(read.as_bytes(), &mut inputs);
        }
        let expected: Vec<Input> = expected
            .iter()
            .map(|text| Input::Text((*text).into()))
            .collect();
        assert_eq!(inputs, expected, "{reads:?}");
        assert_eq!(frames.waiting, waiting.as_bytes(), "{reads:?}");
    }

    #[test]
    fn a_read_and_a_line_feed_end_a_frame() {
        check(&["bob|1|hello"], &["bob|1|hello"], "");
        check(&["bob|1|a", "bob|1|b"], &["bob|1|a", "bob|1|b"], "");
        check(&["bob|1|a\nbob|1|b\r\n\n"], &["bob|1|a", "bob|1|b"], "");
        check(&["bob|3|", "bob|2|"], &["bob|3|", "bob|2|"], "");
        check(&["rubbish\n"], &["rubbish"], "");
    }

    #[test]
    fn glued_frames_are_cut_before_the_name() {
        check(&["bob|3|bob|1|hi"], &["bob|3|", "bob|1|hi"], "");
        check(&["bob|1|a|bbob|1|c"], &["bob|1|a|b", "bob|1|c"], "");
        check(&["bob|1|bob|12|bob|x|"], &["bob|1|bob|12|bob|x|"], "");
        check(&["al|3|al|1|hi"], &["al|3|", "al|1|hi"], "");
        check(&["bob|1|hi bob", "|1"], &["bob|1|hi bob"], "|1");
    }

    #[test]
    fn a_frame_waits_for_its_second_bar() {
        for (at, _) in "bob|1|".char_indices() {
            let (head, tail) = "bob|1|hi|there".split_at(at);
            check(&[head, tail], &["bob|1|hi|there"], "");
        }
        check(
            &["bob|1|he", "llo", "bob|1|x"],
            &["bob|1|he", "llo", "bob|1|x"],
            "",
        );
        check(&["bob", "|1"], &[], "bob|1");
    }

    #[test]
    fn a_frame_that_ends_within_a_letter_waits() {
        let mut frames = Frames::default();
        let mut inputs = VecDeque::new();
        let (head, tail) = "bob|1|你好".as_bytes().split_at(10);
        frames.read(head, &mut inputs);
        assert!(inputs.is_empty());
        frames.read(tail, &mut inputs);
        assert_eq!(inputs, [Input::Text("bob|1|你好".into())]);
    }

    #[test]
    fn what_is_too_long_or_not_utf_8_is_told() {
        let mut frames = Frames::default();
        let mut inputs = VecDeque::new();
        for _ in 0..17 {
            frames.read(&[b'x'; 4096], &mut inputs);
        }
        frames.read(b"bob|1|\xff!", &mut inputs);
        frames.read(b"bob|1|ok", &mut inputs);
        assert_eq!(
            inputs,
            [
                Input::TooLong,
                Input::NotUtf8,
                Input::Text("bob|1|ok".into())
            ]
        );
        assert!(frames.waiting.is_empty());
    }

    #[test]
    fn a_frame_says_what_it_asks() {
        let request = |op| {
            Ok(Request {
                name: "bob".into(),
                op,
            })
        };
        for (frame, expected) in [
            ("bob|1|a|b", request(Op::Say("a|b".into()))),
            ("bob|2|", request(Op::Quit)),
            (" bob | 3 |", request(Op::LogIn)),
            ("bob|4|{}|x", request(Op::Profile("{}|x".into()))),
            ("bob|5|hi", Err(Fault::NoSuchOp("5".into()))),
            ("bob|hi|", Err(Fault::NoSuchOp("hi".into()))),
            ("bob|1", Err(Fault::Unreadable)),
            ("", Err(Fault::Unreadable)),
        ] {
            assert_eq!(Frames::parse(frame), expected, "{frame}");
        }
    }
}
