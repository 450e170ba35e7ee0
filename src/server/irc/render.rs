//! Events as lines, by the capabilities of who reads them.

use super::message::{Told, time};
use super::register::SIGN_ON;
use super::{Irc, room};
use crate::core::{
    Command, Event, Kind, Millis, ModeChange, Person, Role, Said, SaidTo, Seq, User,
};
use crate::irc::caps::Cap;
use crate::irc::numeric::{RPL_AWAY, RPL_INVITING, RPL_NOWAWAY, RPL_UNAWAY};
use crate::irc::write::LineWriter;
use crate::irc::{ABSENT, BACK, LEFT, PRESENCE};
use crate::server::dialect::{Around, Heard, Mark};

/// The capabilities that change how something is told to a whole room.
pub(super) const CAPS_THAT_MATTER: &[Cap] = &[
    Cap::AccountTag,
    Cap::AwayNotify,
    Cap::Batch,
    Cap::ExtendedJoin,
    Cap::InviteNotify,
    Cap::MessageTags,
    Cap::Multiline,
    Cap::ServerTime,
];

/// What is said of somebody who has no session that is a presence.
pub(super) fn gone(person: &Person, around: &Around<'_>) -> &'static str {
    match (&person.account, around.settings.history) {
        (None, _) => "not here",
        (Some(_), true) => "not here; messages wait",
        (Some(_), false) => "not here, and messages are not kept",
    }
}

fn is_to_self(said: &Said) -> bool {
    match &said.to {
        SaidTo::Person(person) => person.id == said.from.id,
        SaidTo::Room(_) => false,
    }
}

impl Irc {
    /// Writes the lines of an event that is neither of the registration nor a refusal.
    pub(super) fn render(
        &mut self,
        heard: &Heard<'_>,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let at = heard.entry.at;
        // Its welcome has told a session who it is; another's sign-on is told in full.
        let signs_on = own.is_some() && matches!(heard.entry.command, Command::SignOn { .. });
        match heard.event {
            Event::Renamed { .. } | Event::CameBack { .. } if signs_on => {}
            Event::Identified { .. }
            | Event::SignedOn { .. }
            | Event::ProfileSet { .. }
            | Event::Created { .. }
            | Event::Refused(_) => {}
            Event::AlwaysOnSet { on } => self.tell_always_on(*on, around, out),
            Event::Quit { person, reason } => {
                self.by(person, at, out)
                    .command("QUIT")
                    .trailing(reason)
                    .end();
            }
            Event::WentAway { person, reason } if own.is_none() => {
                let text = if reason.is_empty() { "away" } else { &**reason };
                self.presence_changed(person, LEFT, Some(text), at, out);
            }
            Event::WentAway { .. } => {}
            Event::CameBack { person, away } if own.is_none() => {
                self.presence_changed(person, BACK, away.as_deref(), at, out);
            }
            Event::CameBack { .. } => {}
            Event::AwayChanged { person, text } => match own {
                None => self.away_changed(person, text.as_deref(), at, out),
                // It was answered when it was said.
                Some(mark) if mark.verb == SIGN_ON => {}
                Some(_) => self.own_away(text.is_some(), around, out),
            },
            // Who signs on was welcomed under the new name already.
            Event::Renamed { .. } if own.is_some_and(|mark| mark.verb == SIGN_ON) => {}
            Event::Renamed { before, after } => {
                self.by(before, at, out)
                    .command("NICK")
                    .trailing(&after.name.shown)
                    .end();
            }
            Event::Joined {
                room,
                person,
                role,
                away,
            } => {
                self.joined(&room.name, person, at, out);
                let user = around.state.user(person.id);
                let is_here = own.is_some() || user.is_none_or(User::is_present);
                match away.as_deref() {
                    text if !is_here => {
                        let text = text.unwrap_or_else(|| gone(person, around));
                        self.presence_changed(person, ABSENT, Some(text), at, out);
                    }
                    None => {}
                    text => self.away_changed(person, text, at, out),
                }
                let joined = around.state.room(room.id).filter(|_| own.is_some());
                if let Some(room) = joined {
                    self.tell_room(room, around, out);
                } else if *role == Some(Role::Operator) && own.is_none() {
                    let line = self
                        .tagged(at, None, out)
                        .source(&around.settings.name)
                        .command("MODE");
                    line.param(&room.name)
                        .param("+o")
                        .param(&person.name.shown)
                        .end();
                }
            }
            Event::Parted {
                room,
                person,
                reason,
            } => {
                let line = self.by(person, at, out).command("PART").param(&room.name);
                trailing(line, reason.as_deref());
            }
            Event::Kicked {
                room,
                by,
                person,
                reason,
            } => {
                let line = self
                    .by(by, at, out)
                    .command("KICK")
                    .param(&room.name)
                    .param(&person.name.shown);
                line.trailing(reason.as_deref().unwrap_or(&by.name.shown))
                    .end();
            }
            Event::Invited { room, by, person } => self.invited(&room.name, by, person, at, out),
            Event::InviteSeen { room, by, person } if self.has(Cap::InviteNotify) => {
                self.invited(&room.name, by, person, at, out);
            }
            Event::InviteSeen { .. } => {}
            Event::InviteSent { room, person, away } => {
                let nick = &person.name.shown;
                self.numeric_line(out, around, RPL_INVITING, &[nick, &room.name])
                    .end();
                self.tell_away(person, away.as_deref(), around, out);
            }
            Event::TopicSet { room, by, text } => {
                self.by(by, at, out)
                    .command("TOPIC")
                    .param(&room.name)
                    .trailing(text)
                    .end();
            }
            Event::ModesSet { room, by, changes } => {
                let line = match by {
                    Some(by) => self.by(by, at, out),
                    None => self.tagged(at, None, out).source(&around.settings.name),
                };
                mode_changes(line.command("MODE").param(&room.name), changes).end();
            }
            Event::Said(said) => {
                self.said(said, (heard.entry.seq, at), own.is_some(), around, out);
                if own.is_some() && self.has(Cap::EchoMessage) && is_to_self(said) {
                    let mut after = std::mem::take(&mut self.after);
                    self.said(said, (heard.entry.seq, at), false, around, &mut after);
                    self.after = after;
                }
            }
            Event::Repeated { seq, at, said } => self.said(said, (*seq, *at), true, around, out),
        }
    }

    fn said(
        &self,
        said: &Said,
        (seq, at): (Seq, Millis),
        is_own: bool,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let from = &said.from;
        if is_own
            && said.kind == Kind::Message
            && let SaidTo::Person(person) = &said.to
        {
            self.tell_away(person, said.away.as_deref(), around, out);
        }
        if is_own && !self.has(Cap::EchoMessage) && !is_to_self(said) {
            return;
        }
        let to = match &said.to {
            SaidTo::Room(room) => &room.name,
            SaidTo::Person(person) => &person.name.shown,
        };
        let told = Told {
            seq,
            at,
            nick: &from.name.shown,
            username: &from.username,
            host: &from.host,
            account: from.account.as_deref(),
            to,
            kind: said.kind,
            text: &said.text,
            tags: said.tags.as_deref(),
            nonce: said
                .nonce
                .as_deref()
                .filter(|_| is_own && self.has(Cap::Nonce)),
            batch: None,
        };
        self.tell(&told, around, out);
    }

    /// Begins a line with the tags that any event has.
    pub(super) fn tagged<'a>(
        &self,
        at: Millis,
        account: Option<&str>,
        out: &'a mut Vec<u8>,
    ) -> LineWriter<'a> {
        self.with_tags(LineWriter::new(out), at, account)
    }

    fn with_tags<'a>(
        &self,
        mut line: LineWriter<'a>,
        at: Millis,
        account: Option<&str>,
    ) -> LineWriter<'a> {
        if self.has(Cap::ServerTime) {
            line = line.tag("time", &time(at));
        }
        match account.filter(|_| self.has(Cap::AccountTag)) {
            Some(account) => line.tag("account", account),
            None => line,
        }
    }

    /// Begins a line that somebody is the source of.
    pub(super) fn by<'a>(
        &self,
        person: &Person,
        at: Millis,
        out: &'a mut Vec<u8>,
    ) -> LineWriter<'a> {
        self.signed(LineWriter::new(out), person, at)
    }

    /// Adds to a line's tags those that any event has, and who it is from.
    fn signed<'a>(&self, line: LineWriter<'a>, person: &Person, at: Millis) -> LineWriter<'a> {
        let line = self.with_tags(line, at, person.account.as_deref());
        line.mask(&person.name.shown, &person.username, &person.host)
    }

    /// Tells that somebody came into a room.
    pub(super) fn joined(&self, room: &str, person: &Person, at: Millis, out: &mut Vec<u8>) {
        let line = self.by(person, at, out).command("JOIN").param(room);
        if self.has(Cap::ExtendedJoin) {
            line.param(person.account.as_deref().unwrap_or("*"))
                .trailing(&person.realname)
                .end();
        } else {
            line.end();
        }
    }

    /// Tells that somebody's sessions came or went; our own client is told so beside the text, so
    /// that it takes nobody who left for somebody who said that they are away.
    fn presence_changed(
        &self,
        person: &Person,
        what: &str,
        text: Option<&str>,
        at: Millis,
        out: &mut Vec<u8>,
    ) {
        if !self.has(Cap::AwayNotify) {
            return;
        }
        let mut line = LineWriter::new(out);
        if self.has(Cap::MessageTags) {
            line = line.tag(PRESENCE, what);
        }
        trailing(self.signed(line, person, at).command("AWAY"), text);
    }

    fn away_changed(&self, person: &Person, text: Option<&str>, at: Millis, out: &mut Vec<u8>) {
        if self.has(Cap::AwayNotify) {
            trailing(self.by(person, at, out).command("AWAY"), text);
        }
    }

    /// Answers who said that they are away, or back.
    pub(super) fn own_away(&self, is_away: bool, around: &Around<'_>, out: &mut Vec<u8>) {
        if is_away {
            self.numeric(out, around, RPL_NOWAWAY, &[], "you are away now");
        } else {
            self.numeric(out, around, RPL_UNAWAY, &[], "you are back");
        }
    }

    /// Tells who talks to somebody that they are away, or that it waits for them.
    fn tell_away(
        &self,
        person: &Person,
        said: Option<&str>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let user = around.state.user(person.id);
        let is_gone = user.is_some_and(|user| !user.is_present());
        if let Some(text) = said.or(is_gone.then(|| gone(person, around))) {
            self.numeric(out, around, RPL_AWAY, &[&person.name.shown], text);
        }
    }

    fn invited(&self, room: &str, by: &Person, person: &Person, at: Millis, out: &mut Vec<u8>) {
        self.by(by, at, out)
            .command("INVITE")
            .param(&person.name.shown)
            .param(room)
            .end();
    }
}

fn trailing(line: LineWriter<'_>, text: Option<&str>) {
    match text {
        Some(text) => line.trailing(text).end(),
        None => line.end(),
    }
}

/// Writes changes as `+o-v alice bob`.
fn mode_changes<'a>(line: LineWriter<'a>, changes: &[ModeChange]) -> LineWriter<'a> {
    let mut letters = String::new();
    let mut params = Vec::new();
    let mut last = None;
    for change in changes {
        let (is_on, letter, param) = room::letter(change);
        if last != Some(is_on) {
            letters.push(if is_on { '+' } else { '-' });
            last = Some(is_on);
        }
        letters.push(letter);
        params.extend(param);
    }
    params
        .iter()
        .fold(line.param(&letters), |line, param| line.param(param))
}
