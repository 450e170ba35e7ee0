//! One JSON object a frame, with nothing at its end, glued or in pieces, and NUL bytes anywhere.
//!
//! Braces outside strings say where an object ends. What cannot become an object is left at the
//! byte that shows it, and reading goes on at the next `{` after the one that it began with.

use std::collections::VecDeque;

use memchr::memchr;
use serde::Deserialize;

use super::{FRAME_MAX, Fault, Framing, Input, Op, Request, Style};

/// How deep an object may go; a frame is flat.
const DEPTH_MAX: usize = 8;

/// The frames of one client.
#[derive(Default)]
pub(in crate::server) struct Frames {
    /// What has come and is part of no frame yet.
    come: Vec<u8>,
    /// Where reading stands in it, and how.
    at: usize,
    scan: Scan,
    /// Whether the object is too long, and passes unkept.
    skips: bool,
    /// Whether rubbish was told since the last object: a run of it is told once.
    told: bool,
}

/// How far an object is read.
#[derive(Default)]
struct Scan {
    /// The braces and brackets that are open.
    open: Vec<u8>,
    /// The last byte that is no blank and in no string.
    last: u8,
    in_string: bool,
    escaped: bool,
}

/// What a byte means for the object that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outside,
    Within,
    End,
    Broken,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    op: Option<i64>,
    msg: Option<String>,
    target: Option<String>,
    group: Option<String>,
}

impl Framing for Frames {
    const STYLE: Style = Style::Json;

    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>) {
        self.come.extend(bytes.iter().filter(|byte| **byte != 0));
        let mut start = 0;
        while let Some(byte) = self.come.get(self.at) {
            match self.scan.step(*byte) {
                Place::Outside => start = self.at + 1,
                Place::Within if self.skips => start = self.at + 1,
                Place::Within if self.at - start >= FRAME_MAX => {
                    inputs.push_back(Input::TooLong);
                    self.skips = true;
                    start = self.at + 1;
                }
                Place::Within => {}
                Place::End => {
                    self.end(start, inputs);
                    start = self.at + 1;
                }
                Place::Broken => {
                    start = self.recover(start, inputs);
                    continue;
                }
            }
            self.at += 1;
        }
        self.come.drain(..start);
        self.at = self.come.len();
        if self.come.is_empty() {
            // Its memory, too: most clients are idle most of the time.
            self.come = Vec::new();
        }
    }

    fn parse(frame: &str) -> Result<Request, Fault> {
        let fields = serde_json::from_str::<Fields>(frame).ok();
        let fields = fields.ok_or(Fault::Unreadable)?;
        let text = fields.msg.unwrap_or_default();
        let trimmed = |field: Option<String>| field.unwrap_or_default().trim().to_owned();
        let op = match fields.op.unwrap_or_default() {
            1 => Op::Say(text),
            2 => Op::Quit,
            3 => Op::LogIn,
            4 => Op::Profile(text),
            5 => Op::Whisper {
                to: trimmed(fields.target),
                text,
            },
            6 => Op::Group {
                group: trimmed(fields.group),
                text,
            },
            7 => Op::Create(text.trim().into()),
            8 => Op::Groups,
            9 => Op::People,
            other => return Err(Fault::NoSuchOp(other.to_string())),
        };
        Ok(Request {
            name: trimmed(fields.name),
            op,
        })
    }

    // An object says itself where it ends.
    fn know(&mut self, _: &str) {}
}

impl Frames {
    /// Hands on the object that begins at `start`.
    fn end(&mut self, start: usize, inputs: &mut VecDeque<Input>) {
        self.told = false;
        if std::mem::take(&mut self.skips) {
            return;
        }
        let object = self.come.get(start..=self.at).unwrap_or_default();
        inputs.push_back(match std::str::from_utf8(object) {
            Ok(text) => Input::Text(text.into()),
            Err(_) => Input::NotUtf8,
        });
    }

    /// Tells of rubbish, and gives where the next object may begin, to be read from there.
    ///
    /// An object is given up at the latest with the eighth brace within it, so that the work stays
    /// in proportion to what came.
    fn recover(&mut self, start: usize, inputs: &mut VecDeque<Input>) -> usize {
        if !std::mem::replace(&mut self.told, true) {
            inputs.push_back(Input::Text(String::new()));
        }
        let rest = self.come.get(start + 1..).unwrap_or_default();
        self.at = memchr(b'{', rest).map_or(self.come.len(), |found| start + 1 + found);
        self.scan = Scan::default();
        self.skips = false;
        self.at
    }
}

impl Scan {
    fn step(&mut self, byte: u8) -> Place {
        if self.in_string {
            return self.step_in_string(byte);
        }
        let is_fit = match byte {
            b' ' | b'\t' | b'\r' | b'\n' if self.open.is_empty() => return Place::Outside,
            b' ' | b'\t' | b'\r' | b'\n' => return Place::Within,
            b'{' => self.may_open() && self.open(byte),
            _ if self.open.is_empty() => false,
            b'[' => self.open(byte),
            b'}' => self.open.pop() == Some(b'{'),
            b']' => self.open.pop() == Some(b'['),
            b'"' => {
                self.in_string = true;
                true
            }
            // What else there is between strings: signs, numbers, true, false and null.
            b':' | b',' | b'+' | b'-' | b'.' | b'0'..=b'9' => true,
            b'E' | b'a' | b'e' | b'f' | b'l' | b'n' | b'r' | b's' | b't' | b'u' => true,
            _ => false,
        };
        self.last = byte;
        match (is_fit, self.open.is_empty()) {
            (false, _) => Place::Broken,
            (true, true) => Place::End,
            (true, false) => Place::Within,
        }
    }

    /// Whether an object may stand here: by itself, as the value of a field, or in a list.
    fn may_open(&self) -> bool {
        match self.last {
            b':' | b'[' => true,
            b',' => self.open.last() == Some(&b'['),
            _ => self.open.is_empty(),
        }
    }

    fn open(&mut self, byte: u8) -> bool {
        self.open.push(byte);
        self.open.len() <= DEPTH_MAX
    }

    fn step_in_string(&mut self, byte: u8) -> Place {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => {
                self.in_string = false;
                self.last = byte;
            }
            // RFC 8259 §7: control characters must be escaped.
            0..0x20 => return Place::Broken,
            _ => {}
        }
        Place::Within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAY: &str = r#"{"name":"bob","op":1,"msg":"a \"}{\" \\","x":{"y":[1,null]}}"#;
    const LIST: &str = r#"{"op":8}"#;

    fn read(reads: &[&[u8]]) -> Vec<Input> {
        let mut frames = Frames::default();
        let mut inputs = VecDeque::new();
        for read in reads {
            frames.read(read, &mut inputs);
        }
        inputs.into()
    }

    fn texts(texts: &[&str]) -> Vec<Input> {
        texts
            .iter()
            .map(|text| Input::Text((*text).into()))
            .collect()
    }

    #[track_caller]
    fn check(come: &str, expected: &[&str]) {
        assert_eq!(read(&[come.as_bytes()]), texts(expected), "{come:?}");
        let bytes: Vec<&[u8]> = come.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), texts(expected), "bytewise {come:?}");
    }

    #[test]
    fn an_object_may_come_in_two_reads_and_two_in_one() {
        let come = format!("\0{SAY}\0{LIST}\r\n{SAY}\0");
        let expected = texts(&[SAY, LIST, SAY]);
        for at in 0..=come.len() {
            let (head, tail) = come.as_bytes().split_at(at);
            assert_eq!(read(&[head, b"\0", tail]), expected, "split at {at}");
        }
        check(&come, &[SAY, LIST, SAY]);
    }

    #[test]
    fn rubbish_is_told_once_and_hurts_no_object_after_it() {
        check("hello there", &[""]);
        check(&format!("x{LIST}y{LIST}"), &["", LIST, "", LIST]);
        check(&format!("}}]{LIST}"), &["", LIST]);
        check(&format!(r#"{{"name":"bob, "op":1}}{LIST}"#), &["", LIST]);
        check(&format!(r#"{{"msg":"hi}}{SAY}{LIST}"#), &["", SAY, LIST]);
        check(&format!("{{\"msg\":\"a\nb\"}}{LIST}"), &["", LIST]);
        check(&format!("{}{LIST}", "{".repeat(99)), &["", LIST]);
        check(&format!(r#"{{"op":8{LIST}"#), &["", LIST]);
        check(&format!(r#"{{"op":{LIST}{LIST}"#), &["", LIST, LIST]);
        check(&format!("{{]}}{LIST}"), &["", LIST]);
        check(r#"{"op" 8}"#, &[r#"{"op" 8}"#]);
    }

    #[test]
    fn an_object_that_is_too_long_is_skipped_to_its_end() {
        let long = format!(r#"{{"msg":"{}"}}"#, "{x} ".repeat(FRAME_MAX / 2));
        let come = format!("{LIST}{long}{LIST}");
        let mut expected = texts(&[LIST, LIST]);
        expected.insert(1, Input::TooLong);
        assert_eq!(read(&[come.as_bytes()]), expected);
        let parts: Vec<&[u8]> = come.as_bytes().chunks(1000).collect();
        assert_eq!(read(&parts), expected);
    }

    #[test]
    fn what_is_not_utf_8_is_told() {
        let reads: [&[u8]; 2] = [b"{\"msg\":\"\xff\"}", LIST.as_bytes()];
        assert_eq!(read(&reads), [Input::NotUtf8, Input::Text(LIST.into())]);
    }

    #[test]
    fn a_frame_says_what_it_asks() {
        let request = |name: &str, op| {
            Ok(Request {
                name: name.into(),
                op,
            })
        };
        for (frame, expected) in [
            (
                r#"{"name":" bob","op":1,"msg":"hi","target":"","group":null,"timestamp":1,"area":"x"}"#,
                request("bob", Op::Say("hi".into())),
            ),
            (r#"{"name":"bob","op":2}"#, request("bob", Op::Quit)),
            (r#"{"name":"bob","op":3}"#, request("bob", Op::LogIn)),
            (
                r#"{"op":4,"msg":"{}"}"#,
                request("", Op::Profile("{}".into())),
            ),
            (
                r#"{"op":5,"msg":"hi","target":"alice "}"#,
                request(
                    "",
                    Op::Whisper {
                        to: "alice".into(),
                        text: "hi".into(),
                    },
                ),
            ),
            (
                r#"{"op":6,"msg":"hi","group":"design"}"#,
                request(
                    "",
                    Op::Group {
                        group: "design".into(),
                        text: "hi".into(),
                    },
                ),
            ),
            (
                r#"{"op":7,"msg":"design"}"#,
                request("", Op::Create("design".into())),
            ),
            (LIST, request("", Op::Groups)),
            (r#"{"op":9}"#, request("", Op::People)),
            (r#"{"op":10}"#, Err(Fault::NoSuchOp("10".into()))),
            ("{}", Err(Fault::NoSuchOp("0".into()))),
            (r#"{"op":"1"}"#, Err(Fault::Unreadable)),
            ("{]}", Err(Fault::Unreadable)),
            ("", Err(Fault::Unreadable)),
        ] {
            assert_eq!(Frames::parse(frame), expected, "{frame}");
        }
    }
}
