//! A client in which every key has something to do.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

use chatroom::client::action::Action;
use chatroom::client::happening::{BufferName, Happening, Message, MessageKind, Millis, Who};
use chatroom::client::key::{Code, Key, TerminalInput};
use chatroom::client::model::{Input, Model, Settings};
use chatroom::client::rooms::{Member, Rooms};
use chatroom::client::view;
use chatroom::text::Language;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// 2026-11-25T09:41:00Z.
const MORNING: Millis = 1_795_599_660_000;
const SIZE: Rect = Rect::new(0, 0, 80, 16);

/// A client in which every key has something to do.
pub(crate) struct Scene {
    pub(crate) model: Model,
    pub(crate) rooms: Rooms,
    pub(crate) actions: Vec<Action>,
    pub(crate) ids: u32,
    /// What the clock says.
    pub(crate) now: Millis,
}

impl Scene {
    /// In the lobby, full of talk, with a mention far up, a line that failed, things entered and cut
    /// before, and something unread in another room and of a person.
    pub(crate) fn new() -> Self {
        let mut scene = Self {
            model: Model::new(Settings {
                nick: "alice".into(),
                language: Language::En,
                zone: TimeZone::UTC,
                is_ascii: false,
                has_mouse: true,
                nonce_prefix: "n".into(),
            }),
            rooms: Rooms::default(),
            actions: Vec::new(),
            ids: 0,
            now: MORNING,
        };
        scene.input(TerminalInput::Resize(SIZE.width, SIZE.height));
        scene.happens(Happening::Online {
            nick: "alice".into(),
            account: Some("alice".into()),
            lobby: Some("#lobby".into()),
            network: "LAN".into(),
        });
        for room in [
            "#lobby", "#ops", "#q3", "#q4", "#q5", "#q6", "#q7", "#q8", "#q9", "#q10",
        ] {
            scene.rooms.open(room).is_lobby = room == "#lobby";
            for nick in ["alice", "bob", "carol"] {
                let members = &mut scene.rooms.open(room).members;
                members.insert(nick.into(), member(nick));
            }
            scene.happens(Happening::RoomOpened(room.into()));
        }
        scene.says("#lobby", "alice: first");
        for number in 0..30 {
            scene.says("#lobby", &format!("line {number}"));
        }
        scene.says("#lobby", "alice: second");
        for number in 30..50 {
            scene.says("#lobby", &format!("line {number}"));
        }
        scene.types("/away lunch<enter>older input<enter>fails<enter>");
        let nonces: Vec<String> = scene.actions.iter().filter_map(nonce).collect();
        for nonce in nonces {
            let why = "the disk is full".into();
            scene.happens(Happening::NotSent { nonce, why });
        }
        scene.types("cut first<ctrl-u>cut last<ctrl-u>");
        scene.says("#ops", "alice, unread");
        scene.actions.clear();
        scene
    }

    pub(crate) fn says(&mut self, room: &str, text: &str) {
        self.ids += 1;
        let id = format!("m{}", self.ids);
        let message = message("bob", text, self.now + Millis::from(self.ids), &id);
        let buffer = BufferName::Room(room.into());
        self.happens(Happening::Said { buffer, message });
    }

    pub(crate) fn input(&mut self, input: TerminalInput) {
        let input = Input::Terminal(input);
        self.actions
            .extend(self.model.update(input, &self.rooms, self.now));
    }

    pub(crate) fn happens(&mut self, happening: Happening) {
        let input = Input::Happening(happening);
        self.actions
            .extend(self.model.update(input, &self.rooms, self.now));
    }

    /// Time passes, in one step.
    pub(crate) fn waits(&mut self, ms: Millis) {
        self.now += ms;
        self.actions
            .extend(self.model.update(Input::Tick, &self.rooms, self.now));
    }

    /// Types a text; `<alt-a>` is a key as a config has it.
    pub(crate) fn types(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
            let (key, after) =
                match named.and_then(|(name, after)| Some((name.parse().ok()?, after))) {
                    Some((key, after)) => (key, after),
                    None => (plain(Code::Char(c)), rest.strip_prefix(c).unwrap()),
                };
            self.input(TerminalInput::Key(key));
            rest = after;
        }
    }

    #[track_caller]
    pub(crate) fn sees(&self, text: &str) {
        let screen = self.screen();
        assert!(screen.contains(text), "no {text:?} on\n{screen}");
    }

    #[track_caller]
    pub(crate) fn sees_no(&self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} on\n{screen}");
    }

    /// What is to be done since this was asked last.
    pub(crate) fn done(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// All that can be seen, and all that is to be done.
    pub(crate) fn sight(&self) -> (Buffer, Option<(u16, u16)>, Vec<Action>) {
        let mut buffer = Buffer::empty(SIZE);
        let caret = view::draw(&self.model, &self.rooms, SIZE, &mut buffer);
        (buffer, caret, self.actions.clone())
    }

    pub(crate) fn screen(&self) -> String {
        let (buffer, _, _) = self.sight();
        let mut screen = String::new();
        for y in 0..SIZE.height {
            let row: String = (0..SIZE.width).map(|x| buffer[(x, y)].symbol()).collect();
            screen.push_str(row.trim_end());
            screen.push('\n');
        }
        screen
    }
}

fn plain(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    }
}

fn nonce(action: &Action) -> Option<String> {
    if let Action::Say { nonce, .. } = action {
        return Some(nonce.clone());
    }
    None
}

/// Something that somebody said.
pub(crate) fn message(nick: &str, text: &str, at: Millis, id: &str) -> Message {
    Message {
        id: Some(id.into()),
        at,
        from: Who {
            nick: nick.into(),
            ..Who::default()
        },
        kind: MessageKind::Message,
        text: text.into(),
        nonce: None,
    }
}

/// Somebody in a room.
pub(crate) fn member(nick: &str) -> Member {
    Member {
        nick: nick.into(),
        ..Member::default()
    }
}
