//! Who somebody is, and who is there: WHO and WHOIS.

use std::collections::BTreeMap;

use super::mask::is_like;
use super::render::gone;
use super::reply::{WORDS_MAX, packed};
use super::room::{prefixes, visible};
use super::{Irc, Turn};
use crate::core::{Away, Room, User, UserId};
use crate::irc::caps::Cap;
use crate::irc::numeric::*;
use crate::server::dialect::Around;
use crate::server::names;

impl Irc {
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
            flags.push_str(prefixes(*member, self.has(Cap::MultiPrefix)));
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
            ('t', super::register::cut(token, 3)),
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
        let rooms = user
            .rooms
            .iter()
            .filter_map(|id| around.state.room(*id))
            .filter(|room| around.state.may_see(viewer, room))
            .map(|room| {
                let member = room.members.get(&user.id);
                let prefixes = member.map_or("", |member| prefixes(*member, false));
                format!("{prefixes}{}", room.name.shown)
            });
        for some in packed(rooms, WORDS_MAX) {
            self.reply(turn, RPL_WHOISCHANNELS, &[nick], &some);
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
            Away::Gone => self.reply(turn, RPL_AWAY, &[nick], gone(person, around)),
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

fn shared_room<'a>(around: &'a Around<'_>, viewer: UserId, user: &User) -> Option<&'a Room> {
    let rooms = user.rooms.iter().filter_map(|id| around.state.room(*id));
    rooms
        .into_iter()
        .find(|room| room.members.contains_key(&viewer))
}
