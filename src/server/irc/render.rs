//! Events as lines, by the capabilities of who reads them.

use unicode_segmentation::UnicodeSegmentation;

use super::register::SIGN_ON;
use super::reply::end_batch;
use super::{Irc, room};
use crate::core::{Command, Event, Kind, Millis, ModeChange, Person, Role, Said, SaidTo, Seq};
use crate::irc::NONCE;
use crate::irc::caps::Cap;
use crate::irc::framing::REST_MAX;
use crate::irc::numeric::{RPL_AWAY, RPL_INVITING, RPL_NOWAWAY, RPL_UNAWAY};
use crate::irc::write::LineWriter;
use crate::log::Epoch;
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

/// What is said of a member who has no session that is a presence.
pub(super) const GONE: &str = "not here; messages wait";

/// Bytes of text that a line holds at least, however long the names are.
const TEXT_MIN: usize = 64;

/// A moment as server-time has it.
pub(super) fn time(at: Millis) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    format!("{moment:.3}")
}

/// The id of a message: unique, and the same on every node.
pub(super) fn message_id(epoch: Epoch, seq: Seq) -> String {
    format!("{epoch}-{seq}")
}

/// The message that an id of this log stands for.
pub(super) fn seq_of(epoch: Epoch, id: &str) -> Option<Seq> {
    let (log, seq) = id.split_once('-')?;
    (log == epoch.to_string())
        .then(|| seq.parse().ok().map(Seq))
        .flatten()
}

/// A message with all that its lines are made of, from an event or from the past.
pub(super) struct Told<'a> {
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) nick: &'a str,
    pub(super) username: &'a str,
    pub(super) host: &'a str,
    pub(super) account: Option<&'a str>,
    pub(super) to: &'a str,
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) tags: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    /// The batch that its lines are in.
    pub(super) batch: Option<&'a str>,
}

impl Told<'_> {
    /// How many bytes of text one line holds.
    fn text_max(&self, command: &str) -> usize {
        let mask = self.nick.len() + self.username.len() + self.host.len() + 2;
        text_max(mask, command, self.to)
    }
}

/// How many bytes of text fit a line that somebody with a mask of so many bytes is the source of.
pub(super) fn text_max(mask: usize, command: &str, to: &str) -> usize {
    let around = ": ".len() + mask + command.len() + " ".len() + to.len() + " :\r\n".len();
    REST_MAX.saturating_sub(around).max(TEXT_MIN)
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
            | Event::SignedOff
            | Event::ProfileSet { .. }
            | Event::Created { .. }
            | Event::Refused(_) => {}
            Event::Quit { person, reason } => {
                self.by(person, at, out)
                    .command("QUIT")
                    .trailing(reason)
                    .end();
            }
            Event::WentAway { person, reason } if self.has(Cap::AwayNotify) && own.is_none() => {
                let text = if reason.is_empty() { "away" } else { &**reason };
                self.by(person, at, out)
                    .command("AWAY")
                    .trailing(text)
                    .end();
            }
            Event::WentAway { .. } => {}
            Event::CameBack { person, away } if own.is_none() => {
                self.away_changed(person, away.as_deref(), at, out);
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
                self.joined(&room.name, person, away.as_deref(), at, out);
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

    /// Writes a message: in one line, in a batch of several, or cut for who knows no batches.
    pub(super) fn tell(&self, told: &Told<'_>, around: &Around<'_>, out: &mut Vec<u8>) {
        let command = match told.kind {
            Kind::Message => "PRIVMSG",
            Kind::Notice => "NOTICE",
            Kind::Tags if self.has(Cap::MessageTags) => {
                let line = self.message_tags(told, told.batch, true, around, out);
                return line
                    .mask(told.nick, told.username, told.host)
                    .command("TAGMSG")
                    .param(told.to)
                    .end();
            }
            Kind::Tags => return,
        };
        let pieces = pieces(told.text, told.text_max(command));
        if pieces.len() > 1 && self.has(Cap::Multiline) && self.has(Cap::Batch) {
            return self.tell_batch(told, command, &pieces, around, out);
        }
        for (index, piece) in pieces
            .iter()
            .filter(|piece| !piece.text.is_empty())
            .enumerate()
        {
            let line = self.message_tags(told, told.batch, index == 0, around, out);
            let line = line
                .mask(told.nick, told.username, told.host)
                .command(command);
            line.param(told.to).trailing(piece.text).end();
        }
    }

    fn tell_batch(
        &self,
        told: &Told<'_>,
        command: &str,
        pieces: &[Piece<'_>],
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let reference = format!("m{}", told.seq);
        let line = self.message_tags(told, told.batch, true, around, out);
        let line = line
            .mask(told.nick, told.username, told.host)
            .command("BATCH");
        line.param(&format!("+{reference}"))
            .param("draft/multiline")
            .param(told.to)
            .end();
        for piece in pieces {
            let line = LineWriter::new(out).tag("batch", &reference);
            let line = if piece.goes_on {
                line.tag("draft/multiline-concat", "")
            } else {
                line
            };
            let line = line
                .mask(told.nick, told.username, told.host)
                .command(command);
            line.param(told.to).trailing(piece.text).end();
        }
        end_batch(&reference, told.batch, around, out);
    }

    fn message_tags<'a>(
        &self,
        told: &Told<'_>,
        batch: Option<&str>,
        is_first: bool,
        around: &Around<'_>,
        out: &'a mut Vec<u8>,
    ) -> LineWriter<'a> {
        let mut line = LineWriter::new(out);
        if let Some(batch) = batch {
            line = line.tag("batch", batch);
        }
        if self.has(Cap::ServerTime) {
            line = line.tag("time", &time(told.at));
        }
        if self.has(Cap::MessageTags) && is_first {
            // What is never stored has no place, and so no id.
            if told.seq != Seq(0) {
                line = line.tag("msgid", &message_id(around.epoch, told.seq));
            }
            line = line.raw_tags(told.tags.unwrap_or_default());
        }
        if let Some(nonce) = told.nonce.filter(|_| is_first) {
            line = line.tag(NONCE, nonce);
        }
        match told.account.filter(|_| self.has(Cap::AccountTag)) {
            Some(account) => line.tag("account", account),
            None => line,
        }
    }

    /// Begins a line with the tags that any event has.
    fn tagged<'a>(
        &self,
        at: Millis,
        account: Option<&str>,
        out: &'a mut Vec<u8>,
    ) -> LineWriter<'a> {
        let mut line = LineWriter::new(out);
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
        let line = self.tagged(at, person.account.as_deref(), out);
        line.mask(&person.name.shown, &person.username, &person.host)
    }

    /// Tells that somebody came into a room.
    pub(super) fn joined(
        &self,
        room: &str,
        person: &Person,
        away: Option<&str>,
        at: Millis,
        out: &mut Vec<u8>,
    ) {
        let line = self.by(person, at, out).command("JOIN").param(room);
        if self.has(Cap::ExtendedJoin) {
            line.param(person.account.as_deref().unwrap_or("*"))
                .trailing(&person.realname)
                .end();
        } else {
            line.end();
        }
        if away.is_some() {
            self.away_changed(person, away, at, out);
        }
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
        if let Some(text) = said.or(is_gone.then_some(GONE)) {
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

/// A part of a message that fits a line.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    /// Whether it belongs to the line of the piece before.
    goes_on: bool,
}

/// Cuts a message at its line feeds, and its lines at graphemes where they are too long.
fn pieces(text: &str, bytes_max: usize) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    for line in text.split('\n') {
        let (mut rest, mut goes_on) = (line, false);
        while rest.len() > bytes_max {
            let fits = rest
                .grapheme_indices(true)
                .map(|(at, grapheme)| at + grapheme.len());
            let at = fits.take_while(|end| *end <= bytes_max).last();
            // A grapheme that is longer than a line is cut between its code points.
            let at = at.unwrap_or_else(|| super::register::cut(rest, bytes_max).len());
            let (text, after) = rest.split_at(at);
            all.push(Piece { text, goes_on });
            (rest, goes_on) = (after, true);
        }
        all.push(Piece {
            text: rest,
            goes_on,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_at_line_feeds_and_graphemes() {
        let texts = |text, max| {
            pieces(text, max)
                .iter()
                .map(|piece| (piece.text.to_owned(), piece.goes_on))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            texts("a\n\nb", 9),
            [
                ("a".into(), false),
                (String::new(), false),
                ("b".into(), false)
            ]
        );
        assert_eq!(
            texts("张三李四", 7),
            [("张三".into(), false), ("李四".into(), true)]
        );
        assert_eq!(
            texts("ae\u{301}", 3),
            [("a".into(), false), ("e\u{301}".into(), true)]
        );
    }

    #[test]
    fn an_id_is_that_of_this_log_only() {
        let id = message_id(Epoch(7), Seq(12));
        assert_eq!(seq_of(Epoch(7), &id), Some(Seq(12)));
        assert_eq!(seq_of(Epoch(8), &id), None);
        assert_eq!(seq_of(Epoch(7), "rubbish"), None);
    }

    #[test]
    fn a_moment_has_milliseconds() {
        assert_eq!(time(Millis(1_319_042_451_620)), "2011-10-19T16:40:51.620Z");
    }
}
