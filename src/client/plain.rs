//! Without a screen: an event a line, each line of input as if it were typed.

use std::collections::VecDeque;
use std::io::{BufRead, Read, Write};

use ratatui::buffer::Buffer;
use tokio::sync::mpsc;

use super::happening::{BufferName, Happening, Message, MessageKind, Millis, Presence};
use super::key::{Code, Key, TerminalInput};
use super::terminal::{Drawn, Terminal, TerminalEvent, Urgency};
use crate::text::harmless;

/// Lines that are read ahead.
const AHEAD: usize = 16;
/// Bytes of a line of input at most; what is longer goes as several lines.
const LINE_BYTES: u64 = 64 * 1024;

/// A pair of pipes as a terminal.
pub struct Plain<W> {
    lines: mpsc::Receiver<String>,
    typed: VecDeque<TerminalInput>,
    out: W,
    /// Whether somebody is where what is typed goes: before, no line is read.
    is_in: bool,
    awaited: Option<String>,
    has_ended: bool,
    is_broken: bool,
}

impl<W: Write> Plain<W> {
    /// Reads lines from one pipe, on a thread of its own, and tells events to another.
    pub fn new(input: impl Read + Send + 'static, out: W) -> std::io::Result<Self> {
        let (sender, lines) = mpsc::channel(AHEAD);
        std::thread::Builder::new()
            .name("input".into())
            .spawn(move || read_lines(input, &sender))?;
        Ok(Self {
            lines,
            typed: VecDeque::new(),
            out,
            is_in: false,
            awaited: None,
            has_ended: false,
            is_broken: false,
        })
    }

    fn line(&mut self, text: &str) {
        let mut line = harmless(text).into_owned();
        line.push('\n');
        let written = self.out.write_all(line.as_bytes());
        // Who reads no more has left.
        self.is_broken |= written.and_then(|()| self.out.flush()).is_err();
    }

    fn message(&mut self, buffer: &BufferName, message: &Message) {
        let (nick, text) = (&message.from.nick, &message.text);
        let said = match message.kind {
            MessageKind::Message => format!("<{nick}> {text}"),
            MessageKind::Notice => format!("-{nick}- {text}"),
            MessageKind::Action => format!("* {nick} {text}"),
        };
        let (time, place) = (time(message.at), place(buffer));
        self.line(&format!("{time} {place} {said}"));
    }
}

impl<W: Write> Terminal for Plain<W> {
    async fn event(&mut self) -> TerminalEvent {
        if let Some(input) = self.typed.pop_front() {
            return TerminalEvent::Input(input);
        }
        if self.has_ended || (!self.is_in && !self.is_broken) {
            return std::future::pending().await;
        }
        let line = match self.is_broken {
            true => None,
            false => self.lines.recv().await,
        };
        let Some(line) = line else {
            self.has_ended = true;
            return TerminalEvent::Input(TerminalInput::Closed);
        };
        self.typed.push_back(TerminalInput::Key(Key {
            code: Code::Enter,
            ctrl: false,
            alt: false,
            shift: false,
        }));
        TerminalEvent::Input(TerminalInput::Paste(line))
    }

    fn size(&self) -> Option<(u16, u16)> {
        None
    }

    fn next_input(&mut self) -> Option<TerminalInput> {
        None
    }

    fn is_ready(&self, _urgency: Urgency) -> bool {
        false
    }

    fn draw(&mut self, _paint: &mut dyn FnMut(&mut Buffer) -> Drawn) {}

    fn repaint(&mut self) {}

    fn bell(&mut self) {}

    fn heard(&mut self, happening: &Happening) {
        match happening {
            Happening::Connecting | Happening::DirectTalk(_) | Happening::ReadBefore { .. } => {}
            Happening::Online { nick, lobby, .. } => {
                self.is_in = lobby.is_none();
                self.awaited.clone_from(lobby);
                self.line(&format!("* connected as {nick}"));
            }
            Happening::Offline {
                why,
                again_in_seconds,
            } => {
                self.is_in = false;
                self.line(&match again_in_seconds {
                    Some(seconds) => format!("! {why}; trying again in {seconds} s"),
                    None => format!("! {why}"),
                });
            }
            Happening::NameRefused { name, why, .. } => self.line(&format!("! {name}: {why}")),
            Happening::RoomOpened(room) => {
                self.is_in = true;
                self.line(&format!("* in {room}"));
            }
            Happening::RoomClosed { room, why } => {
                let why = why.as_deref().unwrap_or("left");
                self.line(&format!("* out of {room}: {why}"));
            }
            Happening::Said { buffer, message } => self.message(buffer, message),
            Happening::NotSent { why, .. } => self.line(&format!("! not sent: {why}")),
            Happening::Past {
                buffer, messages, ..
            } => {
                for message in messages {
                    self.message(buffer, message);
                }
            }
            Happening::Presence {
                buffers,
                at,
                who,
                what,
            } => {
                let (time, nick) = (time(*at), &who.nick);
                let places: Vec<String> = buffers.iter().map(place).collect();
                let what = presence(what);
                self.line(&format!("{time} {} * {nick} {what}", places.join(" ")));
            }
            Happening::Topic { room, text, .. } => self.line(&format!("* topic of {room}: {text}")),
            Happening::Modes {
                room, by, changes, ..
            } => {
                self.line(&format!("* {} set {changes} in {room}", by.nick));
            }
            Happening::Invited { room, by, .. } => {
                self.line(&format!("* {} invites you to {room}", by.nick));
            }
            Happening::RoomList(rooms) => {
                for (name, members, topic) in rooms {
                    self.line(&format!("* {name} {members} {topic}"));
                }
            }
            Happening::Whois { nick, rows } => {
                for (_, value) in rows {
                    self.line(&format!("* {nick}: {value}"));
                }
            }
            Happening::Renamed(nick) => self.line(&format!("* you are {nick} now")),
            Happening::Away(Some(text)) => self.line(&format!("* you are away: {text}")),
            Happening::Away(None) => self.line("* you are back"),
            Happening::Told {
                text, is_failure, ..
            } => {
                let mark = if *is_failure { '!' } else { '*' };
                self.line(&format!("{mark} {text}"));
            }
        }
    }
}

fn presence(what: &Presence) -> String {
    let because = |verb: &str, why: &Option<String>| match why {
        Some(why) => format!("{verb}: {why}"),
        None => verb.to_owned(),
    };
    match what {
        Presence::Joined => "joined".into(),
        Presence::Left(why) => because("left", why),
        Presence::Quit(why) => because("quit", why),
        Presence::Kicked { by, why } => because(&format!("was put out by {}", by.nick), why),
        Presence::Renamed(name) => format!("is {name} now"),
        Presence::Away(Some(text)) => format!("is away: {text}"),
        Presence::Away(None) => "is back".into(),
    }
}

fn place(buffer: &BufferName) -> String {
    match buffer {
        BufferName::Server => "-".into(),
        BufferName::Room(name) => name.clone(),
        BufferName::Person(name) => format!("@{name}"),
    }
}

fn time(at: Millis) -> String {
    let time = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    let time = time.to_zoned(jiff::tz::TimeZone::system());
    format!("{:02}:{:02}", time.hour(), time.minute())
}

fn read_lines(input: impl Read, sender: &mpsc::Sender<String>) {
    let mut input = std::io::BufReader::new(input);
    loop {
        let mut line = Vec::new();
        match input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if !line.is_empty() && sender.blocking_send(line.to_owned()).is_err() {
            return;
        }
    }
}
