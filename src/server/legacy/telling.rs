//! What happened, told in the words of these protocols.

use std::borrow::Cow;

use crate::core::{Command, Event, Flag, Kind, ModeChange, Role, RoomRef, Said, SaidTo};

use super::super::dialect::Heard;
use super::text::{Area, Writer, group};
use super::{Style, profile};

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
            Event::Identified { .. } | Event::SignedOn { .. } => {}
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
