//! What happened, told in the words of these protocols.

use std::borrow::Cow;

use crate::core::{Command, Event, Flag, Kind, ModeChange, Role, RoomRef, Said, SaidTo};

use super::super::dialect::Heard;
use super::text::{Area, Writer, chinese, group};
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
                    Some(text) => chinese("tutorial-away", &[("text", text)]),
                    None => chinese("tutorial-back", &[]),
                };
                self.public(&format!("用户[{}]: {what}", person.name.shown));
            }
            Event::Renamed { before, after } => {
                let what = chinese("tutorial-renamed", &[("name", &after.name.shown)]);
                self.public(&format!("用户[{}]: {what}", before.name.shown));
            }
            Event::ProfileSet { person, fields } => self.public(&format!(
                "用户[{}]: 用户信息 {} ",
                person.name.shown,
                profile::show(fields)
            )),
            // Who has an account can choose it, and speaks IRC.
            Event::AlwaysOnSet { .. } => {}
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
                let values = [("who", &*person.name.shown)];
                self.room_for(room, "tutorial-left", &values, reason.as_deref());
            }
            Event::Kicked {
                room,
                by,
                person,
                reason,
            } => {
                let values = [("by", &*by.name.shown), ("who", &person.name.shown)];
                self.room_for(room, "tutorial-kicked", &values, reason.as_deref());
            }
            Event::Invited { room, by, .. } => self.invited(room, &by.name.shown),
            Event::InviteSeen { room, by, person } => {
                let values = [("by", &*by.name.shown), ("who", &person.name.shown)];
                self.room(room, &chinese("tutorial-invite-seen", &values));
            }
            Event::InviteSent { room, person, .. } => {
                let values = [("who", &*person.name.shown)];
                self.room(room, &chinese("tutorial-invite-sent", &values));
            }
            Event::TopicSet { room, by, text } => {
                let key = match text.is_empty() {
                    true => "tutorial-topic-removed",
                    false => "tutorial-topic-changed",
                };
                let values = [("by", &*by.name.shown), ("topic", text)];
                self.room(room, &chinese(key, &values));
            }
            Event::ModesSet { room, by, changes } => {
                let server = chinese("tutorial-server", &[]);
                let by = by.as_ref().map_or(server.as_str(), |by| &by.name.shown);
                let changes: Vec<String> = changes.iter().map(change).collect();
                let values = [("by", by), ("changes", &changes.join("，"))];
                self.room(room, &chinese("tutorial-modes", &values));
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

    /// Says who left and why; the text has the word for the room.
    fn room_for(
        &mut self,
        room: &RoomRef,
        id: &str,
        values: &[(&str, &str)],
        reason: Option<&str>,
    ) {
        let place = match self.is_lobby(room) {
            true => chinese("tutorial-public", &[]),
            false => chinese("tutorial-group", &[]),
        };
        let mut all = vec![("place", place.as_str())];
        all.extend(values);
        let mut text = chinese(id, &all);
        if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
            text = format!("{text}: {reason}");
        }
        self.room(room, &text);
    }

    fn joined(&mut self, room: &RoomRef, who: &str, is_new: bool) {
        if self.is_lobby(room) {
            self.public(&format!("[{who}]: I Login"));
        } else if !is_new {
            self.room(room, &chinese("tutorial-joined", &[("who", who)]));
        }
    }

    fn invited(&mut self, room: &RoomRef, by: &str) {
        let way = match self.writer.style {
            _ if self.is_lobby(room) => chinese("tutorial-invited-lobby", &[]),
            Style::Pipe => chinese("tutorial-invited-pipe", &[]),
            Style::Json => chinese("tutorial-invited-json", &[]),
        };
        let values = [("by", by), ("way", &way)];
        self.room(room, &chinese("tutorial-invited", &values));
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
            let values = [("who", &*to.name.shown), ("text", away)];
            let text = chinese("tutorial-is-away", &values);
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
            (Flag::InviteOnly, true) => chinese("tutorial-invite-only-on", &[]),
            (Flag::InviteOnly, false) => chinese("tutorial-invite-only-off", &[]),
            (Flag::NoExternal, true) => chinese("tutorial-no-external-on", &[]),
            (Flag::NoExternal, false) => chinese("tutorial-no-external-off", &[]),
            (Flag::Secret, true) => chinese("tutorial-secret-on", &[]),
            (Flag::Secret, false) => chinese("tutorial-secret-off", &[]),
            (Flag::OpsTopic, true) => chinese("tutorial-ops-topic-on", &[]),
            (Flag::OpsTopic, false) => chinese("tutorial-ops-topic-off", &[]),
        },
        ModeChange::Role { role, on, target } => {
            let values = [("who", &**target)];
            match (role, on) {
                (Role::Operator, true) => chinese("tutorial-operator-on", &values),
                (Role::Operator, false) => chinese("tutorial-operator-off", &values),
                (Role::Voice, true) => chinese("tutorial-voice-on", &values),
                (Role::Voice, false) => chinese("tutorial-voice-off", &values),
            }
        }
        ModeChange::Ban { on: true, mask } => chinese("tutorial-ban-on", &[("mask", mask)]),
        ModeChange::Ban { on: false, mask } => chinese("tutorial-ban-off", &[("mask", mask)]),
    }
}
