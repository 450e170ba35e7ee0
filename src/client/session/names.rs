//! Who is in a room, as the server lists them: names, who is away, who is gone since the last list.

use crate::irc::line::Mask;

use super::super::happening::{BufferName, Happening, Presence, Who};
use super::super::rooms::{Member, NAME_BYTES_MAX};
use super::{Incoming, Session};

/// The largest room that is asked who is away in it.
const WHO_MAX: usize = 200;
/// The mark of our own question for accounts (WHOX).
const WHO_MARK: &str = "152";

/// One line of names with their prefixes (RPL_NAMREPLY).
pub(super) fn names(session: &mut Session, incoming: Incoming<'_>) {
    let room = incoming.param(2);
    let prefixes = session.link.supported.prefixes();
    let operator = prefixes.iter().position(|(mode, _)| *mode == 'o');
    let mapping = session.link.supported.case_mapping();
    let Some(known) = session.rooms.get_mut(room) else {
        return;
    };
    let before = match session.asks.names_begun(&mapping.fold(room)) {
        true => {
            known.unlisted = 0;
            std::mem::take(&mut known.members)
        }
        false => std::collections::BTreeMap::new(),
    };
    for word in incoming.last().split_ascii_whitespace() {
        let nick = word.trim_start_matches(|c| prefixes.iter().any(|(_, prefix)| *prefix == c));
        let marks = word.strip_suffix(nick).unwrap_or_default();
        let nick = Mask::parse(nick).nick;
        let folded = mapping.fold(nick);
        let known_as = before.get(&folded);
        let ranks = marks.chars();
        let mut ranks = ranks.filter_map(|c| prefixes.iter().position(|(_, prefix)| *prefix == c));
        let member = Member {
            nick: nick.to_owned(),
            is_operator: ranks.any(|rank| operator.is_some_and(|operator| rank <= operator)),
            has_voice: marks.contains('+'),
            away: known_as.and_then(|member| member.away.clone()),
            account: known_as.and_then(|member| member.account.clone()),
        };
        if !folded.is_empty() {
            session.rooms.admit(room, folded, member);
        }
    }
}

pub(super) fn end_of_names(session: &mut Session, incoming: Incoming<'_>) {
    let room = incoming.param(1);
    let folded = session.fold(room);
    session.asks.names_ended(&folded);
    tell_gone(session, incoming, &folded);
    let Some(known) = session.rooms.get(room) else {
        return;
    };
    if known.people() > WHO_MAX || !session.asks.asks_who(&folded) {
        return;
    }
    let name = known.name.clone();
    if session.link.supported.get("WHOX").is_some() {
        let fields = format!("%tcnfa,{WHO_MARK}");
        session.command("WHO").param(&name).param(&fields).end();
    } else {
        session.command("WHO").param(&name).end();
    }
}

/// Tells of those who were in a room before the connection was lost and are not in it any more: nobody
/// else says that they left, least of all a server that ended under them.
fn tell_gone(session: &mut Session, incoming: Incoming<'_>, folded: &str) {
    let before = session.asks.take_before(folded);
    let Some(room) = session.rooms.get(folded) else {
        return;
    };
    // Where not all are listed, nobody can be missed.
    if room.unlisted > 0 {
        return;
    }
    let last_self = session.fold(&session.last_nick);
    let is_self = |nick: &str| nick == last_self || session.is_me(nick);
    let gone: Vec<Member> = before
        .into_iter()
        .filter(|(nick, _)| !is_self(nick) && !room.members.contains_key(nick))
        .map(|(_, member)| member)
        .collect();
    let name = room.name.clone();
    for Member { nick, account, .. } in gone {
        let who = Who {
            nick,
            account,
            is_self: false,
        };
        let buffers = vec![BufferName::Room(name.clone())];
        session.presence(incoming, who, buffers, Presence::Left(None));
    }
}

/// `352 me room user host server nick flags :hops name`.
pub(super) fn who_reply(session: &mut Session, incoming: Incoming<'_>) {
    let folded = session.fold(incoming.param(1));
    if !session.asks.is_asking_who(&folded) {
        return super::reply::other(session, incoming);
    }
    set_away(session, incoming.param(5), incoming.param(6));
}

/// `354 me mark room nick flags account`, as asked for.
pub(super) fn who_special(session: &mut Session, incoming: Incoming<'_>) {
    if incoming.param(1) != WHO_MARK {
        return super::reply::other(session, incoming);
    }
    let nick = incoming.param(3);
    set_away(session, nick, incoming.param(4));
    let account = match incoming.param(5) {
        "0" | "" => None,
        account => Some(account.to_owned()).filter(|one| one.len() <= NAME_BYTES_MAX),
    };
    for member in session.members_of(nick) {
        member.account.clone_from(&account);
    }
}

fn set_away(session: &mut Session, nick: &str, flags: &str) {
    let is_away = flags.starts_with('G');
    // Another window may have said so, or one's own in another run.
    if session.is_me(nick) && is_away != session.away.is_some() {
        session.away = is_away.then(String::new);
        session.tell(Happening::Away(session.away.clone()));
    }
    for member in session.members_of(nick) {
        match (is_away, &member.away) {
            (true, None) => member.away = Some(String::new()),
            (true, Some(_)) => {}
            (false, _) => member.away = None,
        }
    }
}

pub(super) fn end_of_who(session: &mut Session, incoming: Incoming<'_>) {
    let folded = session.fold(incoming.param(1));
    session.asks.who_ended(&folded);
}
