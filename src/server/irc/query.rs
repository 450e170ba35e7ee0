//! Questions: answered from the state, never logged.

use std::collections::BTreeMap;

use super::render::GONE;
use super::room::visible;
use super::{Irc, Turn};
use crate::core::{Away, Command, Room, User, UserId};
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

    pub(super) fn who(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let (mask, options) = (turn.line.params.at(0), turn.line.params.at(1));
        if let Some(viewer) = around
            .state
            .session_user(around.session)
            .map(|user| user.id)
        {
            match visible(around, mask) {
                Some(room) if mask.starts_with('#') => {
                    let is_in = room.members.contains_key(&viewer);
                    for id in room
                        .members
                        .keys()
                        .filter(|id| is_in || **id == viewer || !room.is_secret())
                    {
                        if let Some(user) = around.state.user(*id) {
                            self.who_row(turn, user, Some(room), options);
                        }
                        if self.is_too_much(turn) {
                            break;
                        }
                    }
                }
                Some(_) | None if mask.contains(['*', '?']) => {
                    self.who_mask(turn, viewer, mask, options);
                }
                Some(_) | None => {
                    if let Some(user) = around.state.user_named(&names::fold(mask)) {
                        let shared = shared_room(around, viewer, user);
                        self.who_row(turn, user, shared, options);
                    }
                }
            }
        }
        let mask = if mask.is_empty() { "*" } else { mask };
        self.reply(turn, RPL_ENDOFWHO, &[mask], "end of WHO");
    }

    /// Tells of whom a mask stands for, among those who share a room with the asker.
    fn who_mask(&self, turn: &mut Turn<'_, '_>, viewer: UserId, mask: &str, options: &str) {
        let around = turn.around;
        let mask = mask.to_lowercase();
        let own = around.state.user(viewer).map(|user| &user.rooms);
        let rooms = own.into_iter().flatten();
        let members = rooms
            .filter_map(|id| around.state.room(*id))
            .flat_map(|room| {
                let ids = room.members.keys();
                ids.map(move |id| (*id, room))
            });
        let mut shared: BTreeMap<UserId, &Room> = BTreeMap::new();
        for (id, room) in members {
            shared.entry(id).or_insert(room);
        }
        for (id, room) in shared {
            let Some(user) = around.state.user(id) else {
                continue;
            };
            let name = &user.person.name;
            if is_like(&mask, &name.folded) || is_like(&mask, &name.shown.to_lowercase()) {
                self.who_row(turn, user, Some(room), options);
            }
            if self.is_too_much(turn) {
                break;
            }
        }
    }

    fn who_row(&self, turn: &mut Turn<'_, '_>, user: &User, room: Option<&Room>, options: &str) {
        let around = turn.around;
        let person = &user.person;
        let name = room.map_or("*", |room| &room.name.shown);
        let mut flags = String::from(if user.away() == Away::No { "H" } else { "G" });
        let member = room.and_then(|room| room.members.get(&user.id));
        if let Some(member) = member {
            let both = self.has(Cap::MultiPrefix);
            flags.push_str(if member.operator { "@" } else { "" });
            flags.push_str(if member.voice && (both || !member.operator) {
                "+"
            } else {
                ""
            });
        }
        let server = &around.settings.name;
        let Some((fields, token)) = options
            .strip_prefix('%')
            .map(|rest| rest.split_once(',').unwrap_or((rest, "")))
        else {
            let params = [
                name,
                &person.username,
                &person.host,
                server,
                &person.name.shown,
                &flags,
            ];
            return self.reply(
                turn,
                RPL_WHOREPLY,
                &params,
                &format!("0 {}", person.realname),
            );
        };
        let idle = idle_seconds(around, user).to_string();
        let account = person.account.as_deref().unwrap_or("0");
        // The order of the fields is fixed, whatever order they are asked in (WHOX).
        let values: [(char, &str); 10] = [
            ('t', token),
            ('c', name),
            ('u', &person.username),
            ('i', "255.255.255.255"),
            ('h', &person.host),
            ('s', server),
            ('n', &person.name.shown),
            ('f', &flags),
            ('d', "0"),
            ('l', &idle),
        ];
        let params: Vec<&str> = values
            .iter()
            .filter(|(letter, _)| fields.contains(*letter))
            .map(|(_, value)| *value)
            .collect();
        let line = self.numeric_line(&mut turn.out, around, RPL_WHOSPCRPL, &params);
        let line = if fields.contains('a') {
            line.param(account)
        } else {
            line
        };
        let line = if fields.contains('o') {
            line.param("n/a")
        } else {
            line
        };
        if fields.contains('r') {
            line.trailing(&person.realname).end()
        } else {
            line.end()
        }
    }

    pub(super) fn whois(&mut self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let params = turn.line.params;
        let name = params.last().copied().unwrap_or_default();
        let name = name.split(',').next().unwrap_or_default();
        let viewer = around
            .state
            .session_user(around.session)
            .map(|user| user.id);
        match (viewer, around.state.user_named(&names::fold(name))) {
            (Some(viewer), Some(user)) => self.tell_whois(turn, viewer, user),
            _ => self.reply(
                turn,
                ERR_NOSUCHNICK,
                &[name],
                "there is nobody of that name",
            ),
        }
        self.reply(turn, RPL_ENDOFWHOIS, &[name], "end of WHOIS");
    }

    fn tell_whois(&self, turn: &mut Turn<'_, '_>, viewer: UserId, user: &User) {
        let around = turn.around;
        let person = &user.person;
        let nick = &*person.name.shown;
        self.reply(
            turn,
            RPL_WHOISUSER,
            &[nick, &person.username, &person.host, "*"],
            &person.realname,
        );
        let rooms: Vec<String> = user
            .rooms
            .iter()
            .filter_map(|id| around.state.room(*id))
            .filter(|room| around.state.may_see(viewer, room))
            .map(|room| format!("{}{}", prefix(room, user.id), room.name.shown))
            .collect();
        if !rooms.is_empty() {
            self.reply(turn, RPL_WHOISCHANNELS, &[nick], &rooms.join(" "));
        }
        self.reply(
            turn,
            RPL_WHOISSERVER,
            &[nick, &around.settings.name],
            &around.settings.description,
        );
        match user.away() {
            Away::No => {}
            Away::Said(text) => self.reply(turn, RPL_AWAY, &[nick], &text),
            Away::Gone => self.reply(turn, RPL_AWAY, &[nick], GONE),
        }
        match &person.account {
            Some(account) => self.reply(turn, RPL_WHOISACCOUNT, &[nick, account], "is the account"),
            None => self.reply(turn, RPL_WHOISSPECIAL, &[nick], "is a guest"),
        }
        let sessions = user.sessions.keys().filter_map(|id| (around.idle)(*id));
        let is_secure = sessions.clone().count() > 0 && sessions.clone().all(|idle| idle.is_secure);
        if is_secure {
            self.reply(turn, RPL_WHOISSECURE, &[nick], "comes over TLS");
        }
        if user.is_present() {
            let idle = idle_seconds(around, user).to_string();
            let since = (user.signed_on.0 / 1000).to_string();
            self.reply(
                turn,
                RPL_WHOISIDLE,
                &[nick, &idle, &since],
                "seconds idle, signed on at",
            );
        }
        if viewer == user.id || shared_room(around, viewer, user).is_some() {
            for (field, value) in &user.profile {
                self.reply(
                    turn,
                    RPL_WHOISSPECIAL,
                    &[nick],
                    &format!("{field}: {value}"),
                );
            }
        }
    }
}

fn idle_seconds(around: &Around<'_>, user: &User) -> u64 {
    let all = user.sessions.keys().filter_map(|id| (around.idle)(*id));
    all.map(|idle| idle.seconds).min().unwrap_or(0)
}

fn prefix(room: &Room, user: UserId) -> &'static str {
    match room.members.get(&user) {
        Some(member) if member.operator => "@",
        Some(member) if member.voice => "+",
        Some(_) | None => "",
    }
}

fn shared_room<'a>(around: &'a Around<'_>, viewer: UserId, user: &User) -> Option<&'a Room> {
    let rooms = user.rooms.iter().filter_map(|id| around.state.room(*id));
    rooms
        .into_iter()
        .find(|room| room.members.contains_key(&viewer))
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

/// Whether a text is like a mask, in which `*` stands for any letters and `?` for one.
fn is_like(mask: &str, text: &str) -> bool {
    let mask: Vec<char> = mask.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_mask) = (0, 0);
    // Where the last star was, and how far it has reached.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match mask.get(in_mask) {
            Some('*') => {
                star = Some((in_mask, at));
                in_mask += 1;
            }
            Some(one) if *one == '?' || one == letter => {
                at += 1;
                in_mask += 1;
            }
            Some(_) | None => {
                let Some((last, reached)) = star else {
                    return false;
                };
                star = Some((last, reached + 1));
                (at, in_mask) = (reached + 1, last + 1);
            }
        }
    }
    mask.iter().skip(in_mask).all(|one| *one == '*')
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn a_mask_stands_for_names() {
        for (mask, text, is_so) in [
            ("*", "", true),
            ("*", "bob", true),
            ("b?b", "bob", true),
            ("b?b", "boob", false),
            ("b*b", "boob", true),
            ("*o*b", "boob", true),
            ("*a*", "boob", false),
            ("张*", "张三", true),
            ("bob", "bob", true),
            ("bo", "bob", false),
            ("bobb", "bob", false),
        ] {
            assert_eq!(is_like(mask, text), is_so, "{mask} {text}");
        }
    }
}
