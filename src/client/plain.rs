//! Without a screen: an event a line, each line of input as if it were typed.
//!
//! A line names its room, nothing is ever redrawn, and there are no control sequences, so that a
//! pipe, a screen reader and a printer do alike.

use std::collections::{BTreeSet, VecDeque};
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::happening::{BufferName, Happening, Message, MessageKind, Millis};
use super::key::TerminalInput;
use super::model::clean;
use super::piped::{Piped, lines_of, typed_lines_of};
use super::sentence::Sentence;
use super::terminal::{Drawn, Terminal, TerminalEvent, Urgency};
use super::words;
use crate::text::{Texts, harmless};

/// Lines that are read ahead.
const AHEAD: usize = 16;

/// How long what is piped waits for a server that is gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the input is looked at after that.
const LOOK: Duration = Duration::from_secs(1);

/// Messages that are remembered as told: what comes live and in the past is told once.
const TOLD_MAX: usize = 2_000;

/// A pair of pipes as a terminal.
pub struct Plain<W> {
    lines: mpsc::Receiver<Piped>,
    out: W,
    texts: Arc<Texts>,
    /// Whether somebody is where what is typed goes: before, no line is read.
    is_in: bool,
    is_online: bool,
    /// Since when the connection is lost.
    lost: Option<Instant>,
    has_ended: bool,
    is_broken: bool,
    /// Whether somebody types the lines at a terminal.
    is_typed: bool,
    /// Why what is told cannot be written.
    unwritten: Option<Sentence>,
    /// Whether a line is not said as it was typed.
    has_failed: bool,
    /// The ids of messages that were told last, and the same in their order.
    told: BTreeSet<String>,
    told_order: VecDeque<String>,
}

impl<W: Write> Plain<W> {
    /// Reads lines from one pipe, on a thread of its own, and tells events to another. Where somebody
    /// types them at a terminal, an end of input is a key like others, after which more may come.
    pub fn new(
        input: impl Read + Send + 'static,
        is_typed: bool,
        out: W,
        texts: Arc<Texts>,
    ) -> std::io::Result<Self> {
        let lines = match is_typed {
            true => typed_lines_of(input, AHEAD)?,
            false => lines_of(input, AHEAD)?,
        };
        Ok(Self {
            lines,
            is_typed,
            out,
            texts,
            is_in: false,
            is_online: false,
            lost: None,
            has_ended: false,
            is_broken: false,
            unwritten: None,
            has_failed: false,
            told: BTreeSet::new(),
            told_order: VecDeque::new(),
        })
    }

    fn line(&mut self, text: &str) {
        let mut line = harmless(text).into_owned();
        line.push('\n');
        let written = self.out.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| self.out.flush()) {
            self.is_broken = true;
            // Who reads no more has left.
            if error.kind() != std::io::ErrorKind::BrokenPipe {
                let why = Sentence::text("tail-unwritten").with("why", &error);
                self.unwritten.get_or_insert(why);
            }
        }
    }

    /// Ends when the connection has been lost for long and somebody waits for it who types no more: the
    /// input has ended, or more has been written than is read ahead.
    async fn given_up(&self) {
        let Some(lost) = self.lost else {
            return std::future::pending().await;
        };
        sleep_until(lost + PATIENCE).await;
        while !self.lines.is_closed() && self.lines.len() < AHEAD {
            sleep(LOOK).await;
        }
    }

    fn say(&mut self, key: &str, values: &[(&str, &str)]) {
        let text = self.texts.with(key, values);
        self.note(&text);
    }

    /// What belongs to no room.
    fn note(&mut self, text: &str) {
        self.line(&format!("* {text}"));
    }

    fn fail(&mut self, text: &str) {
        self.line(&format!("! {text}"));
    }

    /// What happened in a conversation.
    fn note_in(&mut self, buffer: &BufferName, at: Millis, text: &str) {
        self.line(&format!("{} {} * {text}", time(at), place(buffer)));
    }

    fn message(&mut self, buffer: &BufferName, message: &Message) {
        if let Some(id) = &message.id {
            if !self.told.insert(id.clone()) {
                return;
            }
            self.told_order.push_back(id.clone());
            if self.told_order.len() > TOLD_MAX
                && let Some(oldest) = self.told_order.pop_front()
            {
                self.told.remove(&oldest);
            }
        }
        self.line(&message_line(buffer, message));
    }
}

impl<W: Write> Terminal for Plain<W> {
    async fn event(&mut self) -> TerminalEvent {
        if self.has_ended {
            return std::future::pending().await;
        }
        if !self.is_in && !self.is_broken {
            self.given_up().await;
            self.has_ended = true;
            return TerminalEvent::Input(TerminalInput::Closed);
        }
        let line = match self.is_broken {
            true => None,
            false => self.lines.recv().await,
        };
        TerminalEvent::Input(match line {
            Some(line) if line.text.is_empty() => TerminalInput::Closed,
            Some(line) => {
                if line.is_changed {
                    self.has_failed = true;
                    let text = self.texts.with("plain-changed", &[("text", &line.text)]);
                    self.fail(&text);
                }
                TerminalInput::Line(line.text)
            }
            None => {
                self.has_ended = true;
                TerminalInput::Closed
            }
        })
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
            Happening::Connecting
            | Happening::DirectTalk(_)
            | Happening::Kept(_)
            | Happening::Limits(_)
            | Happening::Looked { .. }
            | Happening::Ignoring(_) => {}
            Happening::Online { nick, lobby, .. } => {
                (self.is_online, self.lost) = (true, None);
                self.is_in = lobby.is_none();
                self.say("plain-connected", &[("name", nick)]);
            }
            // Who went off line on purpose goes on typing, if only to come back.
            Happening::Offline { why, .. } if why.is("lost-by-hand") => {
                self.is_online = false;
                self.say("lost-by-hand", &[]);
            }
            Happening::Offline {
                why,
                again_in_seconds,
            } => {
                (self.is_in, self.is_online) = (false, false);
                self.lost.get_or_insert_with(Instant::now);
                let why = why.say(&self.texts);
                match again_in_seconds.map(|seconds| seconds.to_string()) {
                    Some(seconds) => {
                        let values = [("why", why.as_str()), ("seconds", &seconds)];
                        let text = self.texts.with("plain-offline-again", &values);
                        self.fail(&text);
                    }
                    None => self.fail(&why),
                }
            }
            // The loop ends with the reason.
            Happening::NameRefused { .. } => {}
            Happening::RoomOpened(room) => {
                self.is_in = true;
                let text = self.texts.get("plain-in").into_owned();
                self.note_in(&BufferName::Room(room.clone()), now(), &text);
            }
            Happening::RoomClosed { room, why } => {
                let text = match why {
                    Some(why) => {
                        let why = why.say(&self.texts);
                        self.texts.with("ui-room-closed", &[("why", &why)])
                    }
                    None => self.texts.get("plain-out").into_owned(),
                };
                self.note_in(&BufferName::Room(room.clone()), now(), &text);
            }
            Happening::Said { buffer, message } => self.message(buffer, message),
            // The loop tells it with the line itself.
            Happening::NotSent { .. } => {}
            Happening::Past {
                buffer, messages, ..
            } => {
                // What has a mark was typed here.
                for message in messages.iter().filter(|message| message.nonce.is_none()) {
                    self.message(buffer, message);
                }
            }
            Happening::Presence {
                buffers,
                at,
                who,
                what,
            } => {
                let places: Vec<String> = buffers.iter().map(place).collect();
                let what = words::presence(&self.texts, who, what);
                self.line(&format!("{} {} * {what}", time(*at), places.join(" ")));
            }
            Happening::Topic { room, at, by, text } => {
                let text = words::topic(&self.texts, by.as_ref(), &clean(text));
                self.note_in(&BufferName::Room(room.clone()), *at, &text);
            }
            Happening::Modes {
                room,
                at,
                by,
                changes,
            } => {
                let text = words::modes(&self.texts, by, changes);
                self.note_in(&BufferName::Room(room.clone()), *at, &text);
            }
            Happening::Invited { room, by, .. } => {
                self.say("plain-invited", &[("who", &by.nick), ("room", room)]);
            }
            Happening::RoomList(rooms) => {
                for (name, members, topic) in rooms {
                    let count = members.to_string();
                    let values = [("room", name.as_str()), ("count", count.as_str())];
                    let row = self.texts.with("plain-room", &values);
                    self.note(format!("{row} {}", clean(topic)).trim_end());
                }
            }
            Happening::Whois { nick, rows } => {
                for (field, value) in rows {
                    let (name, value) = words::whois(&self.texts, field, value);
                    self.note(&format!("{nick}: {name}: {value}"));
                }
            }
            Happening::Renamed(nick) => self.say("plain-renamed", &[("name", nick)]),
            Happening::Away(Some(text)) if text.is_empty() => self.say("ui-you-are-away", &[]),
            Happening::Away(Some(text)) => self.say("plain-away", &[("text", text)]),
            Happening::Away(None) => self.say("ui-you-are-back", &[]),
            Happening::Told {
                buffer,
                text,
                is_failure,
            } => {
                // Who cannot come into the lobby may type all the same.
                self.is_in |= self.is_online && *is_failure;
                let text = text.say(&self.texts);
                self.told(buffer, &text, *is_failure);
            }
        }
    }

    fn is_answering(&self) -> bool {
        self.is_typed && !self.has_ended
    }

    fn unread(&self) -> usize {
        self.lines.len()
    }

    fn broken(&self) -> Option<Sentence> {
        self.unwritten.clone()
    }

    fn has_failed(&self) -> bool {
        self.has_failed
    }

    fn told(&mut self, buffer: &BufferName, text: &str, is_failure: bool) {
        let text = clean(text);
        let mark = if is_failure { '!' } else { '*' };
        match buffer {
            BufferName::Server => self.line(&format!("{mark} {text}")),
            BufferName::Room(_) | BufferName::Person(_) => {
                self.line(&format!("{} {} {mark} {text}", time(now()), place(buffer)));
            }
        }
    }
}

/// A message as a line: `09:41 #lobby <bob> hello`.
pub(super) fn message_line(buffer: &BufferName, message: &Message) -> String {
    let (nick, text) = (&message.from.nick, clean(&message.text));
    let said = match message.kind {
        MessageKind::Message => format!("<{nick}> {text}"),
        MessageKind::Notice => format!("-{nick}- {text}"),
        MessageKind::Action => format!("* {nick} {text}"),
    };
    let line = format!("{} {} {said}", time(message.at), place(buffer));
    harmless(&line).into_owned()
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

fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::super::happening::{Presence, Stretch, Who, WhoisField};
    use super::*;
    use crate::text::Language;

    fn told(language: Language, happenings: &[Happening]) -> String {
        let mut out = Vec::new();
        let texts = Arc::new(Texts::new(language));
        let mut plain = Plain::new(std::io::empty(), false, &mut out, texts).unwrap();
        for happening in happenings {
            plain.heard(happening);
        }
        drop(plain);
        String::from_utf8(out).unwrap()
    }

    fn presence(what: Presence) -> Happening {
        Happening::Presence {
            buffers: vec![BufferName::Room("#设计".into())],
            at: 0,
            who: zhang(),
            what,
        }
    }

    fn zhang() -> Who {
        Who {
            nick: "张三".into(),
            ..Who::default()
        }
    }

    fn said(text: &str, nonce: Option<&str>) -> Message {
        Message {
            id: None,
            at: 0,
            from: zhang(),
            kind: MessageKind::Message,
            text: text.into(),
            nonce: nonce.map(Into::into),
        }
    }

    #[test]
    fn every_happening_is_said_in_chinese_and_names_its_room() {
        let room = || "#设计".to_owned();
        let (by, at) = (zhang(), 0);
        let in_room = [
            Happening::RoomOpened(room()),
            presence(Presence::Joined),
            presence(Presence::Left(None)),
            presence(Presence::Quit(Some("再见".into()))),
            presence(Presence::Kicked {
                by: zhang(),
                why: None,
            }),
            presence(Presence::Renamed("李四".into())),
            presence(Presence::Away(Some("午饭".into()))),
            presence(Presence::Away(None)),
            Happening::Topic {
                room: room(),
                at,
                by: Some(by.clone()),
                text: "话题".into(),
            },
            Happening::Modes {
                room: room(),
                at,
                by: by.clone(),
                changes: "+i".into(),
            },
            Happening::Said {
                buffer: BufferName::Room(room()),
                message: said("大家好", None),
            },
            Happening::RoomClosed {
                room: room(),
                why: Some(Sentence::text("note-put-out").with("who", "张三")),
            },
            Happening::RoomClosed {
                room: room(),
                why: None,
            },
        ];
        let lines = told(Language::Zh, &in_room);
        assert_eq!(lines.lines().count(), in_room.len());
        for line in lines.lines() {
            assert!(line.contains("#设计"), "{line}");
        }
        let elsewhere = [
            Happening::Online {
                nick: "张三".into(),
                account: None,
                lobby: None,
                network: String::new(),
            },
            Happening::Offline {
                why: Sentence::text("lost-closed"),
                again_in_seconds: Some(2),
            },
            Happening::Invited {
                room: room(),
                by,
                at,
            },
            Happening::RoomList(vec![(room(), 3, "话题".into())]),
            Happening::Whois {
                nick: "张三".into(),
                rows: vec![
                    (WhoisField::Idle, "90".into()),
                    (WhoisField::Guest, String::new()),
                    (WhoisField::Away, "not here; messages wait".into()),
                ],
            },
            Happening::Renamed("李四".into()),
            Happening::Away(Some("午饭".into())),
            Happening::Away(None),
        ];
        let all = lines + &told(Language::Zh, &elsewhere);
        // The command that an invitation names is a command in every language.
        let english = all.replace("/join", "").replace("/back", "");
        assert!(
            !english.contains(|c: char| c.is_ascii_alphabetic()),
            "{all}"
        );
    }

    #[test]
    fn what_comes_live_and_in_the_past_is_told_once() {
        let room = || BufferName::Room("#a".into());
        let one = |id: &str| Message {
            id: Some(id.into()),
            ..said(id, None)
        };
        let live = |id: &str| Happening::Said {
            buffer: room(),
            message: one(id),
        };
        let past = Happening::Past {
            buffer: room(),
            which: Stretch::Newest,
            messages: vec![one("m1"), one("m2"), one("m3")],
            is_end: true,
        };
        let lines = told(Language::En, &[live("m2"), past, live("m3"), live("m4")]);
        for id in ["m1", "m2", "m3", "m4"] {
            assert_eq!(lines.matches(id).count(), 1, "{lines}");
        }
    }

    #[test]
    fn an_event_is_a_line_that_no_terminal_obeys() {
        let happenings = [
            Happening::Said {
                buffer: BufferName::Person("zoe\u{1b}]0;".into()),
                message: said("one\ntwo\u{1b}[2J\u{202e}\u{9b}1m\r", None),
            },
            Happening::Past {
                buffer: BufferName::Room("#a".into()),
                which: Stretch::Missed,
                messages: vec![said("mine", Some("n1")), said("theirs", None)],
                is_end: true,
            },
        ];
        let lines = told(Language::En, &happenings);
        assert_eq!(lines.lines().count(), 2, "{lines}");
        let is_bad = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(
            !lines.contains(is_bad) && !lines.contains("mine"),
            "{lines:?}"
        );
    }

    #[test]
    fn what_cannot_be_written_is_a_failure_unless_nobody_reads() {
        struct Full(std::io::ErrorKind);
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(self.0.into())
            }

            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        for (kind, fails) in [
            (std::io::ErrorKind::StorageFull, true),
            (std::io::ErrorKind::BrokenPipe, false),
        ] {
            let texts = Arc::new(Texts::new(Language::En));
            let mut plain = Plain::new(std::io::empty(), false, Full(kind), texts).unwrap();
            plain.heard(&Happening::Renamed("bob".into()));
            assert_eq!(plain.broken().is_some(), fails, "{kind}");
        }
    }
}
