//! The words of every answer.
//!
//! All that is written goes through [`Writer`], which puts the area before it, makes it harmless
//! and ends it with a line feed.

use std::borrow::Cow;
use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::core::{
    Command, Event, Flag, Kind, Millis, ModeChange, Refusal, Role, RoomRef, Said, SaidTo,
};
use crate::text::harmless;

use super::super::dialect::Heard;
use super::super::names::NameError;
use super::super::settings::Limits;
use super::{FRAME_MAX, Fault, Style, profile};

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
            self.rest(&format!("- 以及另外 {left} 个"));
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

/// Tells events, those of the lobby as the public screen's.
pub(super) struct Teller<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) time: String,
    /// The lobby's name as shown.
    pub(super) lobby: &'a str,
    /// Whether the client itself asked for what is told.
    pub(super) is_own: bool,
}

impl Teller<'_> {
    /// Tells all but refusals. What a whole room hears is the same for everybody in it.
    pub(super) fn tell(&mut self, heard: &Heard<'_>) {
        match heard.event {
            // The login in the lobby follows.
            Event::Identified { .. } | Event::SignedOn { .. } | Event::SignedOff => {}
            Event::Quit { person, .. } | Event::WentAway { person, .. } => {
                self.public(&format!("[{}]: I Logout", person.name.shown));
            }
            Event::CameBack { person, .. } => {
                self.public(&format!("[{}]: I Login", person.name.shown));
            }
            Event::AwayChanged { person, text } => {
                let what = match text {
                    Some(text) => format!("暂时离开: {text}"),
                    None => "回来了".into(),
                };
                self.public(&format!("用户[{}]: {what}", person.name.shown));
            }
            Event::Renamed { before, after } => self.public(&format!(
                "用户[{}]: 改名为 {}",
                before.name.shown, after.name.shown
            )),
            Event::ProfileSet { person, fields } => self.public(&format!(
                "用户[{}]: 用户信息 {} ",
                person.name.shown,
                profile::show(fields)
            )),
            Event::Created { room, .. } => {
                let text = format!("成功创建群组 {} 并加入该群组", group(&room.name));
                self.writer.line(Area::Public, &text);
            }
            Event::Joined { room, person, .. } => {
                let is_new = matches!(heard.entry.command, Command::Create { .. });
                self.joined(room, &person.name.shown, is_new);
            }
            Event::Parted {
                room,
                person,
                reason,
            } => {
                let text = format!("{} 离开了", person.name.shown);
                self.room_for(room, &text, reason.as_deref());
            }
            Event::Kicked {
                room,
                by,
                person,
                reason,
            } => {
                let text = format!("{} 将 {} 移出了", by.name.shown, person.name.shown);
                self.room_for(room, &text, reason.as_deref());
            }
            Event::Invited { room, by, .. } => self.invited(room, &by.name.shown),
            Event::InviteSeen { room, by, person } => self.room(
                room,
                &format!("{} 邀请了 {}", by.name.shown, person.name.shown),
            ),
            Event::InviteSent { room, person, .. } => {
                self.room(room, &format!("已邀请 {}", person.name.shown));
            }
            Event::TopicSet { room, by, text } if text.is_empty() => {
                self.room(room, &format!("{} 清除了主题", by.name.shown));
            }
            Event::TopicSet { room, by, text } => {
                self.room(room, &format!("{} 将主题改为: {text}", by.name.shown));
            }
            Event::ModesSet { room, by, changes } => {
                let by = by.as_ref().map_or("服务器", |by| &by.name.shown);
                let changes: Vec<String> = changes.iter().map(change).collect();
                self.room(room, &format!("{by} 更改了设置: {}", changes.join("，")));
            }
            Event::Said(said) | Event::Repeated { said, .. } => self.said(said),
            Event::Refused(_) => {}
        }
    }

    fn public(&mut self, text: &str) {
        let text = format!("{} {text}", self.time);
        self.writer.line(Area::Public, &text);
    }

    fn is_lobby(&self, room: &RoomRef) -> bool {
        *room.name == *self.lobby
    }

    fn room(&mut self, room: &RoomRef, text: &str) {
        if self.is_lobby(room) {
            self.public(text);
        } else {
            let text = format!("{} [{}]: {text}", self.time, group(&room.name));
            self.writer.line(Area::Group, &text);
        }
    }

    /// Says who left and why, with the word for the room at the end.
    fn room_for(&mut self, room: &RoomRef, text: &str, reason: Option<&str>) {
        let place = if self.is_lobby(room) {
            "公屏"
        } else {
            "群组"
        };
        let reason = reason.filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| format!(": {reason}"));
        self.room(
            room,
            &format!("{text}{place}{}", reason.unwrap_or_default()),
        );
    }

    fn joined(&mut self, room: &RoomRef, who: &str, is_new: bool) {
        if self.is_lobby(room) {
            self.public(&format!("[{who}]: I Login"));
        } else if !is_new {
            self.room(room, &format!("{who} 加入了群组"));
        }
    }

    fn invited(&mut self, room: &RoomRef, by: &str) {
        let way = match self.writer.style {
            _ if self.is_lobby(room) => "重新登录即可加入",
            Style::Pipe => "但此客户端不支持群组",
            Style::Json => "向该群组发送消息即可加入",
        };
        self.room(room, &format!("{by} 邀请您加入，{way}"));
    }

    fn said(&mut self, said: &Said) {
        // Tags alone are for programs.
        if said.kind == Kind::Tags {
            return;
        }
        let from = &said.from.name.shown;
        let (area, head) = match &said.to {
            SaidTo::Room(room) if self.is_lobby(room) => (Area::Public, format!("[{from}]: ")),
            SaidTo::Room(room) => (Area::Group, format!("[{}]-{from}: ", group(&room.name))),
            SaidTo::Person(to) => (Area::Private, format!("[{from} -> {}]: ", to.name.shown)),
        };
        let (action, text) = match action(&said.text) {
            Some(text) => (format!("* {from} "), text),
            None => (String::new(), &*said.text),
        };
        for line in text.split('\n') {
            let line = format!("{} {head}{action}{}", self.time, plain(line));
            self.writer.line(area, &line);
        }
        if let (Some(away), SaidTo::Person(to), true) = (&said.away, &said.to, self.is_own) {
            let text = format!("用户 {} 暂时离开: {away}", to.name.shown);
            self.writer.line(area, &text);
        }
    }
}

/// The text of `/me`.
fn action(text: &str) -> Option<&str> {
    let text = text.strip_prefix("\u{1}ACTION ")?;
    Some(text.strip_suffix('\u{1}').unwrap_or(text))
}

/// A line without the colours of IRC, whose digits would stay when their signs go.
fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains(['\u{3}', '\u{4}']) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let digits = match c {
            '\u{3}' => 2,
            '\u{4}' => 6,
            other => {
                out.push(other);
                continue;
            }
        };
        let is_digit = |c: &char| c.is_digit(if digits == 2 { 10 } else { 16 });
        let mut count = 0;
        while count < digits && chars.next_if(is_digit).is_some() {
            count += 1;
        }
        // A second colour, the background's, follows a comma.
        let mut ahead = chars.clone();
        if count > 0 && ahead.next() == Some(',') && ahead.peek().is_some_and(is_digit) {
            chars.next();
            let mut count = 0;
            while count < digits && chars.next_if(is_digit).is_some() {
                count += 1;
            }
        }
    }
    Cow::Owned(out)
}

fn change(change: &ModeChange) -> String {
    match change {
        ModeChange::Flag { flag, on } => match (flag, on) {
            (Flag::InviteOnly, true) => "仅限邀请".into(),
            (Flag::InviteOnly, false) => "不再仅限邀请".into(),
            (Flag::NoExternal, true) => "只有成员可以发言".into(),
            (Flag::NoExternal, false) => "外部用户也可以发言".into(),
            (Flag::Secret, true) => "不对外显示".into(),
            (Flag::Secret, false) => "对外显示".into(),
            (Flag::OpsTopic, true) => "只有管理员可以改主题".into(),
            (Flag::OpsTopic, false) => "所有成员可以改主题".into(),
        },
        ModeChange::Role { role, on, target } => {
            let role = match role {
                Role::Operator => "管理权限",
                Role::Voice => "发言权限",
            };
            format!("{} {target} 的{role}", if *on { "授予" } else { "取消" })
        }
        ModeChange::Ban { on, mask } => {
            format!("{} {mask}", if *on { "封禁" } else { "解除封禁" })
        }
    }
}

/// What is wrong with a frame.
pub(super) fn fault(fault: &Fault, style: Style) -> String {
    match (fault, style) {
        (Fault::Unreadable, Style::Pipe) => "无法识别的消息: 格式应为 名字|操作|内容".into(),
        (Fault::Unreadable, Style::Json) => "无法识别的消息: 应为一个 JSON 对象".into(),
        (Fault::NoSuchOp(op), Style::Pipe) => {
            format!("无效OP {}: 可用的操作是 1 到 4", brief(op))
        }
        (Fault::NoSuchOp(op), Style::Json) => {
            format!("无效OP {}: 可用的操作是 1 到 9", brief(op))
        }
    }
}

/// A message is over the limits.
pub(super) fn too_long(limits: &Limits) -> String {
    let (bytes, lines) = (limits.multiline_max_bytes, limits.multiline_max_lines);
    format!("消息太长: 一条消息最多 {bytes} 字节、{lines} 行，一帧最多 {FRAME_MAX} 字节")
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
        NameError::Empty => "名字不能为空".into(),
        NameError::TooLong(max) => format!("名字最多 {max} 个字符"),
        NameError::Forbidden(c) if c.is_whitespace() => "名字不能有空格".into(),
        NameError::Forbidden(c) => format!("名字不能包含 '{c}'"),
        NameError::Begins(c) => format!("名字不能以 '{c}' 开头"),
        NameError::NoHash | NameError::Mixed => "名字不能混用容易混淆的文字".into(),
        NameError::Reserved => "这是保留的名字".into(),
    }
}

/// Why something was refused; `about` is what it was asked about, as the client wrote it.
pub(super) fn refusal(refusal: &Refusal, about: &str) -> String {
    let about = brief(about);
    match refusal {
        Refusal::NotSignedOn => "请先登录".into(),
        Refusal::NameInUse(name) => format!("名字 {name} 正在被使用"),
        Refusal::NameOwned(name) | Refusal::KeyUnknown(name) => {
            format!("名字 {name} 属于已验证的用户")
        }
        Refusal::NameReserved(name) => format!("名字 {name} 不能使用: 这是保留的名字"),
        Refusal::RegistrationClosed => "此服务器不开放注册".into(),
        Refusal::TooManyNames(max) => format!("一个账号最多 {max} 个名字"),
        Refusal::TooManyAccounts => "此服务器的账号已满".into(),
        Refusal::TooManySessions(max) => format!("一个账号最多 {max} 个连接"),
        Refusal::NoSuchRoom(room) => format!("群组 {} 不存在", group(room)),
        Refusal::NoSuchPerson(_) => format!("用户 {about} 不在线或不存在"),
        Refusal::RoomExists(room) => format!("群组 {} 已存在", group(room)),
        Refusal::InviteOnly(room) => invite_only(group(room)),
        Refusal::Banned(room) => format!("您被禁止进入 {}", group(room)),
        Refusal::RoomFull(room) => format!("群组 {} 已满", group(room)),
        Refusal::TooManyRooms(room) => {
            format!("您加入的群组已达上限，不能加入 {}", group(room))
        }
        Refusal::NoMoreRooms(room) => {
            format!("此服务器的群组已达上限，不能创建 {}", group(room))
        }
        Refusal::NotInRoom(room) => format!("您不在 {} 中", group(room)),
        Refusal::TargetNotInRoom { target, room } => {
            format!("用户 {target} 不在 {} 中", group(room))
        }
        Refusal::AlreadyInRoom { target, room } => {
            format!("用户 {target} 已在 {} 中", group(room))
        }
        Refusal::NotOperator(room) => format!("您不是 {} 的管理员", group(room)),
        Refusal::CannotSpeak(room) => format!("您现在不能在 {} 发言", group(room)),
        Refusal::LobbyOpen(_) => "公屏不能关闭".into(),
        Refusal::ListFull(room) => format!("{} 的名单已满", group(room)),
        Refusal::ProfileFull(max) => format!("用户信息最多 {max} 项"),
    }
}

/// A group cannot be entered by itself.
pub(super) fn invite_only(group: &str) -> String {
    format!("群组 {group} 需要邀请才能加入")
}

/// A name was refused, with one that is free.
pub(super) fn with_suggestion(why: String, free: Option<&str>) -> String {
    let mut text = why;
    match free {
        // Writing to a String cannot fail.
        Some(free) => drop(write!(text, "，可以改用 {free}")),
        None => text.push_str("，请换一个"),
    }
    text
}
