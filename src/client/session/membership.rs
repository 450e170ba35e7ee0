//! Rooms, who is in them, and how that changes.

use crate::irc::caps::Cap;
use crate::irc::{ABSENT, BACK, LEFT, PRESENCE};

use super::super::happening::{BufferName, Happening, Presence, Who};
use super::super::rooms::{Member, NAME_BYTES_MAX, ROOMS_MAX, shortened};
use super::super::sentence::Sentence;
use super::{Incoming, Session};

/// Invitations that are remembered as told.
const INVITED_MAX: usize = 1_000;

impl Session {
    /// A room's name as it is known here; none when one is not in it.
    pub(super) fn room_name(&self, name: &str) -> Option<String> {
        self.rooms.get(name).map(|room| room.name.clone())
    }

    pub(super) fn account_of(&self, nick: &str) -> Option<String> {
        self.rooms.anywhere(nick)?.account.clone()
    }

    /// Takes over how the server folds names.
    pub(super) fn fold_rooms(&mut self) {
        self.rooms.set_mapping(self.link.supported.case_mapping());
    }

    /// Joins the lobby, the rooms that one was in, and those that were asked for.
    pub(super) fn join_wanted(&mut self, lobby: Option<&str>) {
        let mut wanted: Vec<String> = lobby.map(str::to_owned).into_iter().collect();
        wanted.extend(self.rooms.iter().map(|room| room.name.clone()));
        wanted.extend(self.profile.rooms.iter().cloned());
        let mut joined: Vec<String> = Vec::new();
        for room in wanted {
            let folded = self.fold(&room);
            if !self.asks.is_joined(&folded) && !joined.contains(&folded) {
                joined.push(folded);
                self.come_into(&room);
            }
        }
    }

    /// Asks to come into a room, with its password where one was given.
    pub(super) fn come_into(&mut self, room: &str) {
        let password = self.passwords.get(&self.fold(room)).cloned();
        let line = self.command("JOIN").param(room);
        match password {
            Some(password) => line.trailing(&password).end(),
            None => line.end(),
        }
    }

    /// Keeps the password of a room for further connections of this run.
    pub(super) fn keep_password(&mut self, room: &str, password: &str) {
        if self.passwords.len() >= INVITED_MAX {
            self.passwords.clear();
        }
        let folded = self.fold(room);
        self.passwords.insert(folded, password.to_owned());
    }

    /// The buffers in which somebody is seen: the rooms they are in, and talk with them.
    fn buffers_of(&self, nick: &str) -> Vec<BufferName> {
        let folded = self.fold(nick);
        let rooms = self.rooms.iter();
        let mut buffers: Vec<BufferName> = rooms
            .filter(|room| room.members.contains_key(&folded))
            .map(|room| BufferName::Room(room.name.clone()))
            .collect();
        if self.talk.is_known(&folded) {
            buffers.push(BufferName::Person(nick.to_owned()));
        }
        buffers
    }

    pub(super) fn presence(
        &mut self,
        incoming: Incoming<'_>,
        who: Who,
        buffers: Vec<BufferName>,
        what: Presence,
    ) {
        if !buffers.is_empty() {
            self.tell(Happening::Presence {
                buffers,
                at: incoming.at,
                who,
                what,
            });
        }
    }

    /// Forgets a room that one is out of.
    fn leave(&mut self, room: &str, why: Option<Sentence>) {
        let folded = self.fold(room);
        self.asks.left(&folded);
        let name = match self.rooms.close(room) {
            Some(room) => room.name,
            None => room.to_owned(),
        };
        self.profile
            .rooms
            .retain(|one| !one.eq_ignore_ascii_case(&name));
        self.tell(Happening::RoomClosed { room: name, why });
    }

    /// Closes a room that one was in before the connection was lost and cannot come into again.
    pub(super) fn not_joined(&mut self, room: &str, why: &Sentence) -> bool {
        let folded = self.fold(room);
        if self.asks.is_joined(&folded) || self.rooms.get(room).is_none() {
            return false;
        }
        self.leave(room, Some(why.clone()));
        true
    }

    /// Every place of somebody in a room.
    pub(super) fn members_of(&mut self, nick: &str) -> impl Iterator<Item = &mut Member> {
        let folded = self.fold(nick);
        let rooms = self.rooms.iter_mut();
        rooms.filter_map(move |room| room.members.get_mut(&folded))
    }

    fn remove(&mut self, room: &str, nick: &str) {
        let folded = self.fold(nick);
        self.rooms.dismiss(room, &folded);
    }
}

pub(super) fn join(session: &mut Session, incoming: Incoming<'_>) {
    let room = incoming.param(0);
    if !session.is_room(room) {
        return;
    }
    let mut who = session.who(incoming.line);
    if session.has(Cap::ExtendedJoin) {
        let account = incoming.param(1);
        who.account = (!matches!(account, "" | "*")).then(|| account.to_owned());
    }
    let folded = session.fold(room);
    if who.is_self {
        if !session.rooms.has_space_for(room) {
            let text = Sentence::text("note-too-many-rooms").with("room", room);
            return session.told_in("", text.with("count", ROOMS_MAX), true);
        }
        let is_lobby = session
            .lobby()
            .is_some_and(|lobby| session.fold(&lobby) == folded);
        let is_new = session.asks.joined(&folded);
        let opened = session.rooms.open(room);
        opened.is_lobby = is_lobby;
        if is_new {
            let before = std::mem::take(&mut opened.members);
            opened.unlisted = 0;
            opened.topic.clear();
            session.asks.keep_before(&folded, before);
        }
        session.tell(Happening::RoomOpened(room.to_owned()));
        if session.link.supported.get("CHANMODES").is_some() {
            session.asks.asks_modes(&folded);
            session.command("MODE").param(room).end();
        }
    }
    let member = Member {
        nick: who.nick.clone(),
        account: who.account.clone(),
        ..Member::default()
    };
    let nick = session.fold(&who.nick);
    let Some(name) = session.room_name(room).filter(|_| !nick.is_empty()) else {
        return;
    };
    session.rooms.admit(room, nick, member);
    if !who.is_self {
        session.presence(
            incoming,
            who,
            vec![BufferName::Room(name)],
            Presence::Joined,
        );
    }
}

pub(super) fn part(session: &mut Session, incoming: Incoming<'_>) {
    let who = session.who(incoming.line);
    let reason = reason(incoming.param(1));
    for room in incoming.param(0).split(',') {
        if who.is_self {
            session.leave(room, None);
        } else if let Some(name) = session.room_name(room) {
            session.remove(room, &who.nick);
            let what = Presence::Left(reason.clone());
            session.presence(incoming, who.clone(), vec![BufferName::Room(name)], what);
        }
    }
}

pub(super) fn kick(session: &mut Session, incoming: Incoming<'_>) {
    let (room, nick) = (incoming.param(0), incoming.param(1));
    let by = session.who(incoming.line);
    // Servers give the name of who did it where there is no reason.
    let why = reason(incoming.param(2)).filter(|why| *why != by.nick);
    if session.is_me(nick) {
        let by = by.nick.as_str();
        let why = match why {
            Some(why) => Sentence::text("note-put-out-because")
                .with("who", by)
                .with("why", why),
            None => Sentence::text("note-put-out").with("who", by),
        };
        session.leave(room, Some(why));
    } else if let Some(name) = session.room_name(room) {
        let who = Who {
            nick: nick.to_owned(),
            account: session.account_of(nick),
            is_self: false,
        };
        session.remove(room, nick);
        let what = Presence::Kicked { by, why };
        session.presence(incoming, who, vec![BufferName::Room(name)], what);
    }
}

pub(super) fn quit(session: &mut Session, incoming: Incoming<'_>) {
    let who = session.who(incoming.line);
    let buffers = session.buffers_of(&who.nick);
    let folded = session.fold(&who.nick);
    for room in session.rooms.iter_mut() {
        room.members.remove(&folded);
    }
    let what = Presence::Quit(last_words(incoming.param(0)));
    session.presence(incoming, who, buffers, what);
}

pub(super) fn nick(session: &mut Session, incoming: Incoming<'_>) {
    let who = session.who(incoming.line);
    let new = incoming.param(0);
    if new.is_empty() {
        return;
    }
    let buffers = session.buffers_of(&who.nick);
    let (from, to) = (session.fold(&who.nick), session.fold(new));
    for room in session.rooms.iter_mut() {
        let member = room.members.remove(&from);
        match member {
            Some(_) if new.len() > NAME_BYTES_MAX => room.unlisted += 1,
            Some(mut member) => {
                new.clone_into(&mut member.nick);
                room.members.insert(to.clone(), member);
            }
            None => {}
        }
    }
    if who.is_self {
        new.clone_into(&mut session.nick);
        new.clone_into(&mut session.profile.nick);
        session.tell(Happening::Renamed(new.to_owned()));
    }
    session.presence(incoming, who, buffers, Presence::Renamed(new.to_owned()));
}

pub(super) fn away(session: &mut Session, incoming: Incoming<'_>) {
    let who = session.who(incoming.line);
    let text = reason(incoming.param(0));
    let presence = incoming.line.tags.get(PRESENCE);
    // Who is not here went with some words, or with none.
    let shown = match presence.as_deref() {
        Some(LEFT | ABSENT) => Some(last_words(incoming.param(0)).unwrap_or_default()),
        Some(_) | None => text.clone(),
    };
    for member in session.members_of(&who.nick) {
        member.away = shown.as_deref().map(shortened);
    }
    let what = match presence.as_deref() {
        Some(LEFT) => Presence::Quit(last_words(incoming.param(0))),
        Some(BACK) => Presence::CameBack,
        // They have only come into a room: that is all there is to show.
        Some(ABSENT) => return,
        Some(_) | None => Presence::Away(text),
    };
    // What oneself does is told by its own numerics.
    if !who.is_self {
        let buffers = session.buffers_of(&who.nick);
        session.presence(incoming, who, buffers, what);
    }
}

pub(super) fn is_away(session: &mut Session, _: Incoming<'_>) {
    let text = session.asks.away.clone().unwrap_or_default();
    let me = session.nick.clone();
    for member in session.members_of(&me) {
        member.away = Some(text.clone());
    }
    session.away = Some(text.clone());
    session.tell(Happening::Away(Some(text)));
}

pub(super) fn is_back(session: &mut Session, _: Incoming<'_>) {
    let me = session.nick.clone();
    for member in session.members_of(&me) {
        member.away = None;
    }
    session.away = None;
    session.tell(Happening::Away(None));
}

pub(super) fn account(session: &mut Session, incoming: Incoming<'_>) {
    let nick = incoming.line.mask().map_or("", |mask| mask.nick);
    let account = match incoming.param(0) {
        "*" | "" => None,
        account => Some(account.to_owned()),
    };
    let kept = account.clone().filter(|one| one.len() <= NAME_BYTES_MAX);
    for member in session.members_of(nick) {
        member.account.clone_from(&kept);
    }
    if session.is_me(nick) {
        session.account = account;
    }
}

pub(super) fn mode(session: &mut Session, incoming: Incoming<'_>) {
    let room = incoming.param(0);
    let Some(name) = session.room_name(room) else {
        return;
    };
    let params = incoming.line.params.get(1..).unwrap_or_default();
    apply_modes(session, room, params);
    let happening = Happening::Modes {
        room: name,
        at: incoming.at,
        by: session.who(incoming.line),
        changes: params.join(" "),
    };
    session.tell(happening);
}

/// Changes what is known of a room by the parameters of `MODE` after the room.
pub(super) fn apply_modes(session: &mut Session, room: &str, params: &[&str]) {
    let prefixes = session.link.supported.prefixes();
    let kinds = session.link.supported.mode_kinds();
    let [lists, always, to_set, _] = &kinds;
    let mut arguments = params.iter().skip(1);
    let mut is_set = true;
    for letter in params.first().unwrap_or(&"").chars() {
        match letter {
            '+' | '-' => is_set = letter == '+',
            _ if prefixes.iter().any(|(mode, _)| *mode == letter) => {
                let nick = arguments
                    .next()
                    .map_or_else(String::new, |nick| session.fold(nick));
                let known = session.rooms.get_mut(room);
                if let Some(member) = known.and_then(|room| room.members.get_mut(&nick)) {
                    match letter {
                        'v' => member.has_voice = is_set,
                        'h' => {}
                        _ => member.is_operator = is_set,
                    }
                }
            }
            _ if lists.contains(letter) || always.contains(letter) => {
                arguments.next();
            }
            _ if to_set.contains(letter) && !is_set => {}
            _ if to_set.contains(letter) => {
                arguments.next();
            }
            'i' => {
                if let Some(room) = session.rooms.get_mut(room) {
                    room.is_private = is_set;
                }
            }
            _ => {}
        }
    }
}

pub(super) fn topic(session: &mut Session, incoming: Incoming<'_>) {
    let by = session.who(incoming.line);
    set_topic(
        session,
        incoming,
        incoming.param(0),
        incoming.param(1),
        Some(by),
    );
}

pub(super) fn topic_is(session: &mut Session, incoming: Incoming<'_>) {
    set_topic(session, incoming, incoming.param(1), incoming.last(), None);
}

pub(super) fn no_topic(session: &mut Session, incoming: Incoming<'_>) {
    set_topic(session, incoming, incoming.param(1), "", None);
}

fn set_topic(
    session: &mut Session,
    incoming: Incoming<'_>,
    room: &str,
    text: &str,
    by: Option<Who>,
) {
    let name = match session.rooms.get_mut(room) {
        Some(known) => {
            text.clone_into(&mut known.topic);
            known.name.clone()
        }
        None => room.to_owned(),
    };
    session.tell(Happening::Topic {
        room: name,
        at: incoming.at,
        by,
        text: text.to_owned(),
    });
}

pub(super) fn invite(session: &mut Session, incoming: Incoming<'_>) {
    let (nick, room) = (incoming.param(0), incoming.param(1));
    if !session.is_room(room) {
        return;
    }
    let by = session.who(incoming.line);
    if session.is_me(nick) {
        // A server tells again at each sign-on of those that wait.
        let room_folded = session.fold(room);
        if session.invited.len() >= INVITED_MAX {
            session.invited.clear();
        }
        if session.invited.insert(room_folded, incoming.at) == Some(incoming.at) {
            return;
        }
        session.tell(Happening::Invited {
            room: room.to_owned(),
            by,
            at: incoming.at,
        });
    } else {
        let text = Sentence::text("note-invited-by").with("who", by.nick);
        session.told_in(room, text.with("name", nick), false);
    }
}

/// What somebody said when they left, without the word by which servers tell it from why a
/// connection broke.
fn last_words(text: &str) -> Option<String> {
    match text {
        "Quit" | "Quit: " => None,
        text => reason(text.strip_prefix("Quit: ").unwrap_or(text)),
    }
}

/// A reason, when there is one.
fn reason(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
