//! The words of every answer.
//!
//! What the tutorial's clients expect word by word stands in the code, as it is their protocol; all
//! other sentences are texts. Both are Chinese whatever the server's own language is: these clients
//! know no other.
//!
//! All that is written goes through [`Writer`], which puts the area before it, makes it harmless
//! and ends it with a line feed.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::core::{Millis, Refusal};
use crate::text::{Language, Texts, harmless};

use super::super::ending::Ending;
use super::super::names::NameError;
use super::super::settings::Limits;
use super::{FRAME_MAX, Fault, Style};

/// A text, in Chinese.
pub(in crate::server) fn chinese(id: &str, arguments: &[(&str, &str)]) -> String {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::new(Language::Zh));
    TEXTS.with(id, arguments)
}

/// What came with a name that was refused.
pub(super) fn not_done() -> String {
    chinese("tutorial-not-done", &[])
}

/// The area that an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    Public,
    Group,
    Private,
}

/// Writes answers in the style of one protocol.
pub(super) struct Writer<'a> {
    pub(super) style: Style,
    pub(super) out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    /// One line.
    pub(super) fn line(&mut self, area: Area, text: &str) {
        self.head(area);
        self.rest(text);
    }

    /// A title and one line for each item, of which those over `max` bytes are only counted.
    pub(super) fn list(
        &mut self,
        title: &str,
        items: impl IntoIterator<Item = impl AsRef<str>>,
        max: usize,
    ) {
        self.line(Area::Public, title);
        let begin = self.out.len();
        let mut left = 0_usize;
        for item in items {
            if self.out.len() - begin < max {
                self.rest(&format!("- {}", item.as_ref()));
            } else {
                left += 1;
            }
        }
        if left > 0 {
            let more = chinese("tutorial-more", &[("count", &left.to_string())]);
            self.rest(&format!("- {more}"));
        }
    }

    fn head(&mut self, area: Area) {
        let head = match (self.style, area) {
            (Style::Pipe, _) => "",
            (Style::Json, Area::Public) => "【公屏】",
            (Style::Json, Area::Group) => "【群聊】",
            (Style::Json, Area::Private) => "【私聊】",
        };
        self.out.extend_from_slice(head.as_bytes());
    }

    fn rest(&mut self, text: &str) {
        self.out.extend_from_slice(harmless(text).as_bytes());
        self.out.push(b'\n');
    }
}

/// `YYYY-MM-DD HH:MM:SS` in a zone.
pub(super) fn time(at: Millis, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The group that a room is to these clients.
pub(super) fn group(room: &str) -> &str {
    room.strip_prefix('#').unwrap_or(room)
}

/// What is wrong with a frame.
pub(super) fn fault(fault: &Fault, style: Style) -> String {
    let last = match style {
        Style::Pipe => "4",
        Style::Json => "9",
    };
    match (fault, style) {
        (Fault::Unreadable, Style::Pipe) => chinese("tutorial-no-pipe", &[]),
        (Fault::Unreadable, Style::Json) => chinese("tutorial-no-json", &[]),
        (Fault::NoSuchOp(op), _) => {
            chinese("tutorial-no-op", &[("op", &brief(op)), ("last", last)])
        }
    }
}

/// A message is over the limits.
pub(super) fn too_long(limits: &Limits) -> String {
    let (bytes, lines) = (limits.multiline_max_bytes, limits.multiline_max_lines);
    chinese(
        "tutorial-too-long",
        &[
            ("bytes", &bytes.to_string()),
            ("lines", &lines.to_string()),
            ("frame", &FRAME_MAX.to_string()),
        ],
    )
}

/// The beginning of what a client wrote, to be told back.
pub(super) fn brief(text: &str) -> String {
    let mut brief: String = text.chars().take(64).collect();
    if brief.len() < text.len() {
        brief.push('…');
    }
    brief
}

/// What is wrong with a name of a person or a group.
pub(super) fn name_error(error: NameError) -> String {
    match error {
        NameError::Empty => chinese("tutorial-name-empty", &[]),
        NameError::TooLong(max) => number("tutorial-name-long", max),
        NameError::Forbidden(c) if c.is_whitespace() => chinese("tutorial-name-blank", &[]),
        NameError::Forbidden(c) => chinese("tutorial-name-sign", &[("sign", &c.to_string())]),
        NameError::Begins(c) => chinese("tutorial-name-begins", &[("sign", &c.to_string())]),
        NameError::NoHash | NameError::Mixed => chinese("tutorial-name-mixed", &[]),
        NameError::Reserved => chinese("tutorial-name-reserved", &[]),
    }
}

/// Why something was refused; `about` is what it was asked about, as the client wrote it.
pub(super) fn refusal(refusal: &Refusal, about: &str) -> String {
    let about = brief(about);
    let name = |id, name: &str| chinese(id, &[("name", name)]);
    let room = |id, room: &str| chinese(id, &[("group", group(room))]);
    let both = |id, who: &str, room: &str| chinese(id, &[("who", who), ("group", group(room))]);
    match refusal {
        Refusal::NotSignedOn => not_done(),
        Refusal::NameInUse(taken) => name("tutorial-name-in-use", taken),
        Refusal::NameOwned(owned) | Refusal::KeyUnknown(owned) => {
            name("tutorial-name-owned", owned)
        }
        Refusal::RegistrationClosed => chinese("tutorial-closed", &[]),
        Refusal::TooManyNames(max) => number("tutorial-names-max", *max),
        Refusal::TooManyAccounts => chinese("tutorial-accounts-max", &[]),
        Refusal::TooManySessions(max) => number("tutorial-sessions-max", *max),
        Refusal::NoSuchRoom(room) => no_such_group(group(room)),
        Refusal::NoSuchPerson(_) => format!("用户 {about} 不在线或不存在"),
        Refusal::RoomExists(room) => format!("群组 {} 已存在", group(room)),
        Refusal::InviteOnly(room) => invite_only(group(room)),
        Refusal::Banned(one) => room("tutorial-banned", one),
        Refusal::RoomFull(one) => room("tutorial-group-full", one),
        Refusal::TooManyRooms(one) => room("tutorial-own-groups-max", one),
        Refusal::NoMoreRooms(one) => room("tutorial-groups-max", one),
        Refusal::NotInRoom(one) => room("tutorial-not-in-group", one),
        Refusal::TargetNotInRoom { target, room } => both("tutorial-they-are-not-in", target, room),
        Refusal::AlreadyInRoom { target, room } => both("tutorial-they-are-in", target, room),
        Refusal::NotOperator(one) => room("tutorial-no-operator", one),
        Refusal::CannotSpeak(one) => room("tutorial-cannot-speak", one),
        Refusal::LobbyOpen(_) => chinese("tutorial-lobby-open", &[]),
        Refusal::ListFull(one) => room("tutorial-list-full", one),
        Refusal::NoAccount => chinese("refused-no-account", &[]),
        Refusal::NeverAlwaysOn => chinese("refused-never-always-on", &[]),
        Refusal::ProfileFull(max) => number("tutorial-profile-full", *max),
    }
}

/// Why the connection is closed. A server that ends says so in its operator's language, which may
/// be none of this client's.
pub(super) fn farewell(ending: Ending<'_>) -> String {
    let why = match ending {
        Ending::TooSlow => chinese("tutorial-too-slow", &[]),
        Ending::Silent(seconds) => number("tutorial-silent", seconds),
        Ending::Unregistered => chinese("tutorial-unregistered", &[]),
        Ending::Stopping(_) => chinese("serve-ending", &[]),
        Ending::Own(why) => why.to_owned(),
    };
    chinese("tutorial-farewell", &[("why", &why)])
}

/// A group cannot be entered by itself.
pub(super) fn invite_only(group: &str) -> String {
    chinese("tutorial-invite-only", &[("group", group)])
}

/// There is no such group.
pub(super) fn no_such_group(group: &str) -> String {
    format!("群组 {group} 不存在")
}

fn number(id: &str, number: impl ToString) -> String {
    chinese(id, &[("number", &number.to_string())])
}

/// A name was refused, with one that is free.
pub(super) fn with_suggestion(why: &str, free: Option<&str>) -> String {
    match free {
        Some(free) => chinese("tutorial-use-instead", &[("why", why), ("free", free)]),
        None => chinese("tutorial-use-another", &[("why", why)]),
    }
}
