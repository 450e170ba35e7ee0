//! What an entry means, told to whoever must hear it.

use std::sync::Arc;

use bytes::Bytes;

use super::dialect::{Class, Heard, Mark};
use super::hub::Hub;
use super::visits;
use crate::core::{
    Audience, Command, Entry, Event, Kind, Notice, Person, RULES, RoomId, Said, SaidTo, Say, Seq,
    SessionId, UserId,
};
use crate::history::{Place, Row};

impl Hub {
    /// Applies an entry; `own` asked for it.
    pub(super) fn apply(&mut self, entry: &Entry, own: Option<(SessionId, Mark)>) {
        let notices = self.floor.state.apply(entry);
        for row in notices.iter().filter_map(|notice| row(entry, notice)) {
            self.history.push(row);
        }
        self.deliver(entry, &notices, own);
    }

    /// Tells at once what is never stored.
    pub(super) fn relay(&mut self, id: SessionId, mark: Mark, say: Say) {
        let notice = match self.floor.state.may_say(id, &say.to) {
            Ok((said, to)) => {
                let Say {
                    kind,
                    text,
                    nonce,
                    tags,
                    ..
                } = say.clone();
                let said = Said {
                    kind,
                    text,
                    nonce,
                    tags,
                    ..said
                };
                let event = Arc::new(Event::Said(said));
                Notice { to, event }
            }
            Err(refusal) => Notice {
                to: Audience::Session(id),
                event: Arc::new(Event::Refused(refusal)),
            },
        };
        // It has no place, and no id is made of this one.
        let entry = Entry {
            seq: Seq(0),
            at: self.floor.now,
            rules: RULES,
            session: Some(id),
            command: Command::Say(say),
        };
        self.deliver(&entry, &[notice], Some((id, mark)));
    }

    /// Tells the notices of an entry: all that concerns who asked for it to them as one answer, and
    /// to everybody else what they must hear.
    fn deliver(&mut self, entry: &Entry, notices: &[Notice], own: Option<(SessionId, Mark)>) {
        if let Some((id, _)) = &own {
            self.feed.catch_up(*id);
        }
        let mut told = Vec::new();
        for notice in notices {
            self.follow_in(entry, notice);
            let heard = Heard {
                entry,
                event: &notice.event,
            };
            if let Some((id, mark)) = &own
                && self.is_for(notice, *id)
            {
                self.floor.with(*id, |dialect, around| {
                    dialect.hear(&heard, Some(mark), around, &mut told);
                });
            }
            let own = own.as_ref().map(|(id, _)| *id);
            self.tell_others(&heard, &notice.to, own);
            self.tell_entered(notice, own);
            self.follow_out(notice);
        }
        if let Some((id, mark)) = own {
            self.answered(id, &mark, told);
        }
        if let (Command::SignOff { .. }, Some(session)) = (&entry.command, entry.session) {
            self.feed.unlisten_all(session);
        }
    }

    /// Lets who has come in hear the room from here on.
    fn follow_in(&mut self, entry: &Entry, notice: &Notice) {
        self.floor
            .roster
            .get_mut()
            .follow(&self.floor.state, notice);
        visits::happened(entry.session, &notice.event);
        if let Event::Joined { room, person, .. } = &*notice.event {
            for session in self.sessions_of(person.id) {
                self.feed.listen(room.id, session);
            }
        }
        if let Event::Renamed { after, .. } = &*notice.event {
            for session in self.sessions_of(after.id) {
                if let Some(session) = self.floor.sessions.get_mut(&session) {
                    session.name = Some(after.name.shown.clone());
                }
            }
        }
        if let (Event::SignedOn { rooms, person, .. }, Some(id)) = (&*notice.event, entry.session) {
            for room in rooms {
                self.feed.listen(*room, id);
            }
            if let Some(session) = self.floor.sessions.get_mut(&id) {
                session.signed_on = entry.at;
                session.counted = Some(self.floor.census.count());
                session.name = Some(person.name.shown.clone());
            }
        }
    }

    /// Tells the other sessions of who has come into a room what it is like.
    fn tell_entered(&mut self, notice: &Notice, own: Option<SessionId>) {
        let Event::Joined { room, person, .. } = &*notice.event else {
            return;
        };
        for session in self.sessions_of(person.id) {
            if Some(session) == own {
                continue;
            }
            let mut out = Vec::new();
            self.floor.with(session, |dialect, around| {
                dialect.entered(room.id, around, &mut out);
            });
            self.feed.tell(session, out.into());
        }
    }

    /// Lets who has gone out hear the room up to here.
    fn follow_out(&mut self, notice: &Notice) {
        if let Event::Parted { room, person, .. } | Event::Kicked { room, person, .. } =
            &*notice.event
        {
            for session in self.sessions_of(person.id) {
                self.feed.unlisten(room.id, session);
            }
        }
    }

    /// Whether a session must hear a notice.
    fn is_for(&self, notice: &Notice, id: SessionId) -> bool {
        // Who talks to a room from outside is told that it was said.
        if let Event::Said(said) = &*notice.event
            && said.session == id
        {
            return true;
        }
        let user = self.floor.state.session_user(id).map(|user| user.id);
        let listens = |room: &RoomId| self.feed.listens(*room, id);
        match &notice.to {
            Audience::Session(session) => *session == id,
            Audience::User(one) => user == Some(*one),
            Audience::Users(one, other) => user == Some(*one) || user == Some(*other),
            Audience::Room(room) => listens(room),
            Audience::RoomAnd(room, one) => listens(room) || user == Some(*one),
            Audience::Sharing(rooms, one) => rooms.iter().any(listens) || user == Some(*one),
            Audience::Operators(room) => {
                user.is_some_and(|user| self.operators(*room, &notice.event).contains(&user))
            }
        }
    }

    fn tell_others(&mut self, heard: &Heard<'_>, to: &Audience, own: Option<SessionId>) {
        match to {
            Audience::Session(session) => self.tell_each(heard, vec![*session], own),
            Audience::User(user) => self.tell_each(heard, self.sessions_of(*user), own),
            Audience::Users(one, other) => {
                let mut sessions = self.sessions_of(*one);
                if other != one {
                    sessions.extend(self.sessions_of(*other));
                }
                self.tell_each(heard, sessions, own);
            }
            Audience::Room(room) => self.tell_room(heard, *room, own),
            Audience::RoomAnd(room, user) => self.tell_room_and(heard, *room, *user, own),
            Audience::Sharing(rooms, user) => match rooms.as_slice() {
                [room] => self.tell_room_and(heard, *room, *user, own),
                rooms => {
                    let mut sessions = self.feed.listeners(rooms);
                    sessions.extend(self.sessions_of(*user));
                    sessions.sort_unstable();
                    sessions.dedup();
                    self.tell_alike(heard, &sessions, own);
                }
            },
            Audience::Operators(room) => {
                let operators = self.operators(*room, heard.event);
                let sessions = operators.iter().flat_map(|user| self.sessions_of(*user));
                self.tell_each(heard, sessions.collect(), own);
            }
        }
    }

    fn tell_room(&mut self, heard: &Heard<'_>, room: RoomId, own: Option<SessionId>) {
        let floor = &mut self.floor;
        self.feed.render(room, own, &mut |session, buf| {
            floor.with(session, |dialect, around| {
                dialect.hear(heard, None, around, buf);
            });
        });
    }

    fn tell_room_and(
        &mut self,
        heard: &Heard<'_>,
        room: RoomId,
        user: UserId,
        own: Option<SessionId>,
    ) {
        let mut outside = self.sessions_of(user);
        outside.retain(|session| !self.feed.listens(room, *session));
        self.tell_room(heard, room, own);
        self.tell_each(heard, outside, own);
    }

    fn tell_each(&mut self, heard: &Heard<'_>, sessions: Vec<SessionId>, own: Option<SessionId>) {
        for session in sessions {
            if Some(session) == own {
                continue;
            }
            let out = self.hear(heard, session);
            self.feed.tell(session, out);
        }
    }

    /// Tells many the same, rendered once for each class.
    fn tell_alike(&mut self, heard: &Heard<'_>, sessions: &[SessionId], own: Option<SessionId>) {
        let mut rendered: Vec<(Class, Bytes)> = Vec::new();
        for session in sessions {
            let Some(class) = self.feed.class(*session).filter(|_| Some(*session) != own) else {
                continue;
            };
            let known = rendered.iter().find(|(one, _)| *one == class);
            let out = match known {
                Some((_, out)) => out.clone(),
                None => {
                    let out = self.hear(heard, *session);
                    rendered.push((class, out.clone()));
                    out
                }
            };
            self.feed.tell(*session, out);
        }
    }

    fn hear(&mut self, heard: &Heard<'_>, session: SessionId) -> Bytes {
        let mut out = Vec::new();
        self.floor.with(session, |dialect, around| {
            dialect.hear(heard, None, around, &mut out);
        });
        out.into()
    }

    /// The sessions of a user that take part.
    fn sessions_of(&self, user: UserId) -> Vec<SessionId> {
        let user = self.floor.state.user(user);
        user.map(|user| user.sessions.keys().copied().collect())
            .unwrap_or_default()
    }

    /// The operators of a room who must hear an event: not of what they did themselves.
    fn operators(&self, room: RoomId, event: &Event) -> Vec<UserId> {
        let by = if let Event::InviteSeen { by, .. } = event {
            Some(by.id)
        } else {
            None
        };
        let members = self.floor.state.room(room).map(|room| &room.members);
        members
            .into_iter()
            .flatten()
            .filter(|(user, member)| member.operator && Some(**user) != by)
            .map(|(user, _)| *user)
            .collect()
    }
}

/// What the history keeps of a notice.
pub(super) fn row(entry: &Entry, notice: &Notice) -> Option<Row> {
    let Event::Said(said) = &*notice.event else {
        return None;
    };
    match said.kind {
        Kind::Message | Kind::Notice => {}
        Kind::Tags => return None,
    }
    let (place, to) = match &said.to {
        SaidTo::Room(room) => (Place::Room(room.id), &room.name),
        SaidTo::Person(other) => (Place::direct(said.from.id, other.id), &other.name.shown),
    };
    let Person {
        id,
        name,
        username,
        host,
        account,
        ..
    } = &*said.from;
    Some(Row {
        seq: entry.seq,
        at: entry.at,
        place,
        from: *id,
        nick: name.shown.clone(),
        username: username.clone(),
        host: host.clone(),
        account: account.clone(),
        to: to.clone(),
        kind: said.kind,
        text: said.text.clone(),
        tags: said.tags.clone(),
    })
}
