//! Questions: answered from the state, never logged.

use super::mask::is_like;
use super::room::visible;
use super::{Irc, Turn};
use crate::core::{Away, Command, Room};
use crate::irc::caps::Cap;
use crate::irc::numeric::*;
use crate::irc::write::LineWriter;
use crate::server::dialect::{Around, Ask};
use crate::server::names;

impl Irc {
    pub(super) fn pinged(&mut self, turn: &mut Turn<'_, '_>) {
        let token = turn.line.params.at(0);
        if token.is_empty() {
            return self.reply(
                turn,
                ERR_NOORIGIN,
                &[],
                "PING needs something to be given back",
            );
        }
        let name = &turn.around.settings.name;
        let line = LineWriter::new(&mut turn.out)
            .source(name)
            .command("PONG")
            .param(name);
        line.trailing(token).end();
    }

    /// That something came at all is what counts, and the hub saw it.
    pub(super) fn ponged(&mut self, _: &mut Turn<'_, '_>) {}

    pub(super) fn away(&mut self, turn: &mut Turn<'_, '_>) {
        let max = turn.around.settings.limits.away_length;
        let text = super::register::cut(turn.line.params.at(0), max);
        let text = (!text.is_empty()).then(|| text.into());
        if !self.registration.is_over() {
            if !self.has(Cap::PreAway) {
                return self.reply(
                    turn,
                    ERR_NOTREGISTERED,
                    &[],
                    "register first: NICK and USER",
                );
            }
            self.own_away(text.is_some(), turn.around, &mut turn.out);
            return self.pre_away(text);
        }
        let is_no_presence = text.as_deref() == Some("*") && self.has(Cap::PreAway);
        if is_no_presence {
            self.own_away(true, turn.around, &mut turn.out);
            return turn.ask("", Ask::Propose(Command::SetPresence { present: false }));
        }
        let user = turn.around.state.session_user(turn.around.session);
        let session = user.and_then(|user| user.sessions.get(&turn.around.session));
        if session.is_some_and(|session| !session.present) {
            turn.ask("", Ask::Propose(Command::SetPresence { present: true }));
        }
        turn.ask("", Ask::Propose(Command::SetAway { text }));
    }

    /// `ALWAYSON [on|off]`, a command of ours: whether one's rooms outlast one's last session.
    pub(super) fn always_on(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let on = match turn.line.params.at(0).to_ascii_lowercase().as_str() {
            "on" | "true" => true,
            "off" | "false" => false,
            "" => {
                let user = around.state.session_user(around.session);
                let on = user.is_some_and(|user| user.is_always_on(&around.settings.core));
                return self.tell_always_on(on, around, &mut turn.out);
            }
            other => {
                let text = "say ALWAYSON on or ALWAYSON off";
                return self.fail(
                    &mut turn.out,
                    around,
                    "ALWAYSON",
                    "INVALID_PARAMS",
                    other,
                    text,
                );
            }
        };
        turn.ask("", Ask::Propose(Command::SetAlwaysOn { on }));
    }

    pub(super) fn tell_always_on(&self, on: bool, around: &Around<'_>, out: &mut Vec<u8>) {
        let (word, text) = match on {
            true => ("ON", "you stay in your rooms when your last session ends"),
            false => ("OFF", "you leave your rooms when your last session ends"),
        };
        self.standard(out, around, "NOTE", ["ALWAYSON", word, ""], text);
    }

    pub(super) fn names(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let limits = &around.settings.limits;
        let name = turn.line.params.at(0);
        for name in name
            .split(',')
            .filter(|name| !name.is_empty())
            .take(limits.targets)
        {
            match visible(around, name) {
                Some(room) => self.tell_names(room, around, &mut turn.out),
                None => self.reply(turn, RPL_ENDOFNAMES, &[name], "end of the names"),
            }
        }
        if name.is_empty() {
            self.reply(turn, RPL_ENDOFNAMES, &["*"], "say of which room");
        }
    }

    pub(super) fn list(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let Some(viewer) = around
            .state
            .session_user(around.session)
            .map(|user| user.id)
        else {
            return;
        };
        let wanted: Vec<&str> = turn
            .line
            .params
            .at(0)
            .split(',')
            .filter(|word| !word.is_empty())
            .collect();
        self.reply(turn, RPL_LISTSTART, &["Channel"], "Users  Name");
        for room in around
            .state
            .rooms()
            .filter(|room| around.state.may_see(viewer, room))
        {
            if is_listed(&wanted, room) {
                let count = room.members.len().to_string();
                let topic = room.topic.as_ref().map_or("", |topic| &topic.text);
                self.reply(turn, RPL_LIST, &[&room.name.shown, &count], topic);
                if self.is_too_much(turn) {
                    break;
                }
            }
        }
        self.reply(turn, RPL_LISTEND, &[], "end of the list");
    }

    pub(super) fn lusers(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        self.tell_lusers(around, &mut turn.out);
    }

    /// Tells how many are here.
    pub(super) fn tell_lusers(&self, around: &Around<'_>, out: &mut Vec<u8>) {
        let here = around
            .state
            .users()
            .filter(|user| user.is_present())
            .count();
        let rooms = around.state.rooms().count().to_string();
        self.numeric(
            out,
            around,
            RPL_LUSERCLIENT,
            &[],
            // Everybody is invisible to who shares no room with them.
            &format!("there are 0 users and {here} invisible on 1 servers"),
        );
        self.numeric(out, around, RPL_LUSEROP, &["0"], "operators are here");
        self.numeric(out, around, RPL_LUSERCHANNELS, &[&rooms], "rooms exist");
        self.numeric(
            out,
            around,
            RPL_LUSERME,
            &[],
            &format!("I have {here} clients and 0 servers"),
        );
        let text = format!("{here} people are here");
        self.numeric(out, around, RPL_LOCALUSERS, &[], &text);
        self.numeric(out, around, RPL_GLOBALUSERS, &[], &text);
    }

    pub(super) fn motd(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        self.tell_motd(around, &mut turn.out);
    }

    /// Tells the message of the day.
    pub(super) fn tell_motd(&self, around: &Around<'_>, out: &mut Vec<u8>) {
        let settings = around.settings;
        if settings.motd.is_empty() {
            return self.numeric(
                out,
                around,
                ERR_NOMOTD,
                &[],
                "there is no message of the day",
            );
        }
        self.numeric(
            out,
            around,
            RPL_MOTDSTART,
            &[],
            &format!("- {}: the message of the day -", settings.name),
        );
        for line in &settings.motd {
            self.numeric(out, around, RPL_MOTD, &[], &format!("- {line}"));
        }
        self.numeric(
            out,
            around,
            RPL_ENDOFMOTD,
            &[],
            "end of the message of the day",
        );
    }

    pub(super) fn version(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let version = concat!("chatroom-", env!("CARGO_PKG_VERSION"));
        self.reply(
            turn,
            RPL_VERSION,
            &[version, &around.settings.name],
            &around.settings.description,
        );
        self.tell_supported(around, &mut turn.out);
    }

    pub(super) fn userhost(&mut self, turn: &mut Turn<'_, '_>) {
        let params = turn.line.params;
        let found = params
            .iter()
            .take(5)
            .filter_map(|name| turn.around.state.user_named(&names::fold(name)));
        let words: Vec<String> = found
            .filter(|user| user.is_present())
            .map(|user| {
                let sign = if user.away() == Away::No { '+' } else { '-' };
                let person = &user.person;
                format!(
                    "{}={sign}{}@{}",
                    person.name.shown, person.username, person.host
                )
            })
            .collect();
        self.reply(turn, RPL_USERHOST, &[], &words.join(" "));
    }

    pub(super) fn ison(&mut self, turn: &mut Turn<'_, '_>) {
        let params = turn.line.params;
        let asked = params
            .iter()
            .flat_map(|param| param.split(' '))
            .filter(|name| !name.is_empty());
        let found = asked.filter_map(|name| turn.around.state.user_named(&names::fold(name)));
        let names: Vec<String> = found
            .filter(|user| user.is_present())
            .map(|user| user.person.name.shown.to_string())
            .collect();
        self.reply(turn, RPL_ISON, &[], &names.join(" "));
    }
}

/// Whether a room is one of those that a LIST with these words is about (ELIST): of one of the
/// names, if any is given, and let through by every other condition.
fn is_listed(words: &[&str], room: &Room) -> bool {
    let count = room.members.len();
    let name = &room.name.folded;
    let (mut is_asked, mut is_named) = (false, false);
    for word in words {
        let lets_through = if let Some(least) = word.strip_prefix('>') {
            least.parse().is_ok_and(|least: usize| count > least)
        } else if let Some(most) = word.strip_prefix('<') {
            most.parse().is_ok_and(|most: usize| count < most)
        } else if let Some(mask) = word.strip_prefix('!') {
            !is_like(&names::fold(mask), name)
        } else {
            is_asked = true;
            is_named |= is_like(&names::fold(word), name);
            true
        };
        if !lets_through {
            return false;
        }
    }
    is_named || !is_asked
}
