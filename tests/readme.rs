//! The pictures in README.md and README.zh-CN.md are what the program draws, and both say the same.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::happening::{BufferName, Happening, Message, MessageKind, Who};
use chatroom::client::model::{Input, Model, Settings};
use chatroom::client::rooms::{Member, Rooms};
use chatroom::client::view;
use chatroom::text::Language;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

#[path = "support/document.rs"]
mod document;
use document::{hold, shape};

/// 2026-11-25T09:41:00Z.
const MORNING: i64 = 1_795_599_660_000;
const SIZE: Rect = Rect::new(0, 0, 80, 14);

/// What is said in a picture: the topic, and each message's author, room and text.
struct Talk {
    language: Language,
    topic: &'static str,
    said: [(&'static str, &'static str, &'static str); 5],
}

const ENGLISH: Talk = Talk {
    language: Language::En,
    topic: "Friday LAN, be nice",
    said: [
        (
            "alice",
            "#lobby",
            "morning! table 4 still has two free ports",
        ),
        (
            "张三",
            "#lobby",
            "大家好，我到了，坐在第四桌。谁有多余的网线？",
        ),
        ("bob", "#lobby", "I have two, come by"),
        ("alice", "#设计组", "the new sketch is up"),
        ("alice", "alice", "lunch at one?"),
    ],
};

const CHINESE: Talk = Talk {
    language: Language::Zh,
    topic: "周五联机，友好相处",
    said: [
        ("alice", "#lobby", "早！四号桌还有两个空网口"),
        (
            "张三",
            "#lobby",
            "大家好，我到了，坐在第四桌。谁有多余的网线？",
        ),
        ("bob", "#lobby", "我有两根，过来拿吧"),
        ("alice", "#设计组", "新的草图放上去了"),
        ("alice", "alice", "一点吃午饭？"),
    ],
};

fn place(name: &str) -> BufferName {
    match name.starts_with('#') {
        true => BufferName::Room(name.into()),
        false => BufferName::Person(name.into()),
    }
}

fn happens(model: &mut Model, rooms: &Rooms, now: i64, happening: Happening) {
    // What the model asks of the loop draws nothing.
    let _ = model.update(Input::Happening(happening), rooms, now);
}

fn picture(talk: &Talk) -> String {
    let mut model = Model::new(Settings {
        nick: "bob".into(),
        language: talk.language,
        zone: TimeZone::UTC,
        is_ascii: false,
        has_mouse: true,
        nonce_prefix: "n".into(),
    });
    let mut rooms = Rooms::default();
    let _ = model.update(
        Input::Terminal(chatroom::client::key::TerminalInput::Resize(
            SIZE.width,
            SIZE.height,
        )),
        &rooms,
        MORNING,
    );
    let online = Happening::Online {
        nick: "bob".into(),
        account: Some("bob".into()),
        lobby: Some("#lobby".into()),
        network: "Chatroom".into(),
    };
    happens(&mut model, &rooms, MORNING, online);
    for (name, topic) in [("#lobby", talk.topic), ("#设计组", "")] {
        let room = rooms.open(name);
        room.is_lobby = name == "#lobby";
        room.topic = topic.into();
        for nick in ["bob", "alice", "张三"] {
            let member = Member {
                nick: nick.into(),
                account: Some(nick.into()),
                ..Member::default()
            };
            room.members.insert(nick.into(), member);
        }
        happens(
            &mut model,
            &rooms,
            MORNING,
            Happening::RoomOpened(name.into()),
        );
    }
    for (minute, (nick, name, text)) in (0..).zip(talk.said) {
        let buffer = place(name);
        let at = MORNING + minute * 60_000;
        let from = Who {
            nick: nick.into(),
            account: Some(nick.into()),
            is_self: nick == "bob",
        };
        let message = Message {
            id: Some(format!("m{minute}")),
            at,
            from,
            kind: MessageKind::Message,
            text: text.into(),
            nonce: None,
        };
        happens(&mut model, &rooms, at, Happening::Said { buffer, message });
    }
    let mut buffer = Buffer::empty(SIZE);
    view::draw(&model, &rooms, SIZE, &mut buffer);
    rows(&buffer)
}

fn rows(buffer: &Buffer) -> String {
    let mut all = String::new();
    for y in 0..SIZE.height {
        let (mut row, mut x) = (String::new(), 0);
        while x < SIZE.width {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            x += u16::try_from(chatroom::text::width(symbol)).unwrap().max(1);
        }
        all.push_str(row.trim_end());
        all.push('\n');
    }
    all
}

#[test]
fn each_readme_shows_what_the_program_draws() {
    for (readme, talk) in [("README.md", ENGLISH), ("README.zh-CN.md", CHINESE)] {
        let picture = format!("```text\n{}```\n", picture(&talk));
        hold(readme, "picture", &picture);
    }
}

#[test]
fn both_readmes_say_the_same() {
    assert_eq!(shape("README.md"), shape("README.zh-CN.md"));
}
