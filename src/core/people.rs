//! Users: who is here, as whom, and what they say of themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::command::{Settings, Visitor};
use super::event::{Audience, Event, Person, Refusal};
use super::id::{Millis, Name, RoomId, SessionId, UserId};
use super::state::{State, Turn};

/// Somebody: a member with an account, or a guest who is here.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// As others see them now.
    pub person: Arc<Person>,
    /// What ties their names to keys; none for a guest.
    pub account: Option<Account>,
    /// Their connected clients.
    pub sessions: BTreeMap<SessionId, SessionState>,
    /// What they said of being away.
    pub away: Option<Arc<str>>,
    /// Fields of their profile.
    pub profile: BTreeMap<Arc<str>, Arc<str>>,
    /// The rooms that they are in.
    pub rooms: BTreeSet<RoomId>,
    /// The rooms that they are invited to.
    pub invited: BTreeMap<RoomId, Invitation>,
    /// When the first of their present sessions signed on.
    pub signed_on: Millis,
}

/// An invitation that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Who invited: `nick!username@host` of that moment; none where it was not kept.
    pub by: Option<Arc<str>>,
    /// When.
    pub at: Millis,
}

/// One connected client of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionState {
    /// Whether it counts as somebody being there.
    pub present: bool,
}

/// Whether somebody is away, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Away {
    /// Here.
    No,
    /// They said so.
    Said(Arc<str>),
    /// A member without a session that is a presence.
    Gone,
}

impl User {
    /// Whether a session of theirs is a presence.
    pub fn is_present(&self) -> bool {
        self.sessions.values().any(|session| session.present)
    }

    /// Whether they are away.
    pub fn away(&self) -> Away {
        match &self.away {
            Some(text) => Away::Said(text.clone()),
            None if self.is_present() => Away::No,
            None => Away::Gone,
        }
    }

    /// Whether their rooms outlast their last session: a guest's never do.
    pub fn is_always_on(&self, settings: &Settings) -> bool {
        let Some(account) = &self.account else {
            return false;
        };
        let chosen = account.always_on.filter(|_| settings.always_on_choice);
        chosen.unwrap_or(settings.always_on)
    }

    /// All names that are theirs.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let known = self.account.iter().flat_map(|account| &account.names);
        let current = std::iter::once(&self.person.name).filter(|_| self.account.is_none());
        known.chain(current)
    }
}

impl State {
    pub(super) fn server_started(
        &mut self,
        turn: &mut Turn,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        // Nobody hears of it: all sessions of earlier starts are gone.
        self.sessions.clear();
        let ids: Vec<UserId> = self.users.keys().copied().collect();
        for id in ids {
            let Some(user) = self.users.get_mut(&id) else {
                continue;
            };
            user.sessions.clear();
            if user.account.is_none() {
                self.forget(id);
            } else if !user.is_always_on(settings) {
                self.leave_all(id);
            }
        }
        self.settings = Some(settings.clone());
        self.make_lobby(turn, &settings.lobby);
        Ok(())
    }

    pub(super) fn sign_on(
        &mut self,
        turn: &mut Turn,
        name: &Name,
        account: Option<UserId>,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        self.limits()?;
        if self.sessions.contains_key(&turn.session) {
            return Ok(());
        }
        match account.filter(|id| {
            self.users
                .get(id)
                .is_some_and(|user| user.account.is_some())
        }) {
            Some(id) => self.sign_on_member(turn, id, name, visitor),
            None => self.sign_on_guest(turn, name, visitor),
        }
    }

    fn sign_on_guest(
        &mut self,
        turn: &mut Turn,
        name: &Name,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        self.check_free(name, None)?;
        let id = UserId(turn.seq.0);
        let person = Arc::new(Person {
            id,
            name: name.clone(),
            username: visitor.username.clone(),
            host: visitor.host.clone(),
            realname: visitor.realname.clone(),
            account: None,
        });
        self.users.insert(id, User::new(id, person, None, turn.at));
        self.take_name(id, name);
        self.seat(turn, id, visitor.present);
        Ok(())
    }

    fn sign_on_member(
        &mut self,
        turn: &mut Turn,
        id: UserId,
        name: &Name,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let max = self.limits()?.sessions_per_user;
        let user = self.users.get(&id).ok_or(Refusal::NotSignedOn)?;
        if user.sessions.len() >= max as usize {
            return Err(Refusal::TooManySessions(max));
        }
        let was_present = user.is_present();
        if self.names.get(&name.folded) != Some(&id) {
            self.add_name(id, name)?;
        }
        let comes_back = visitor.present && !was_present;
        let renamed = if comes_back {
            self.come_as(id, name, visitor)
        } else {
            None
        };
        self.seat(turn, id, visitor.present);
        // Who is alone in no room has nobody but this session to hear of it.
        let is_heard = |user: &&User| !user.rooms.is_empty() || user.sessions.len() > 1;
        let Some(user) = self.users.get(&id).filter(is_heard).filter(|_| comes_back) else {
            return Ok(());
        };
        if let Some((before, after)) = renamed {
            turn.tell(sharing(user), Event::Renamed { before, after });
        }
        self.tell_came_back(turn, id);
        Ok(())
    }

    /// Who comes back comes under the name and the words they come with; gives both persons when
    /// others know them by another name.
    fn come_as(
        &mut self,
        id: UserId,
        name: &Name,
        visitor: &Visitor,
    ) -> Option<(Arc<Person>, Arc<Person>)> {
        let user = self.users.get_mut(&id)?;
        let before = user.person.clone();
        let mut person = (*before).clone();
        person.username = visitor.username.clone();
        person.realname = visitor.realname.clone();
        let mut known = user.account.iter().flat_map(|account| &account.names);
        if person.name.folded != name.folded
            && let Some(name) = known.find(|one| one.folded == name.folded)
        {
            person.name = name.clone();
        }
        user.person = Arc::new(person);
        let after = user.person.clone();
        (before.name != after.name).then_some((before, after))
    }

    fn seat(&mut self, turn: &mut Turn, id: UserId, present: bool) {
        let Some(user) = self.users.get_mut(&id) else {
            return;
        };
        let arrived = present && !user.is_present();
        if arrived {
            user.signed_on = turn.at;
        }
        user.sessions.insert(turn.session, SessionState { present });
        self.sessions.insert(turn.session, id);
        let (person, rooms) = (user.person.clone(), user.rooms.iter().copied().collect());
        turn.tell(
            Audience::Session(turn.session),
            Event::SignedOn {
                person,
                rooms,
                arrived,
            },
        );
    }

    fn tell_came_back(&self, turn: &mut Turn, id: UserId) {
        let Some(user) = self.users.get(&id) else {
            return;
        };
        let event = Event::CameBack {
            person: user.person.clone(),
            away: user.away.clone(),
        };
        turn.tell(sharing(user), event);
    }

    pub(super) fn sign_off(&mut self, turn: &mut Turn, reason: &Arc<str>) -> Result<(), Refusal> {
        // Who never signed on leaves without a word.
        let Some(id) = self.sessions.remove(&turn.session) else {
            return Ok(());
        };
        let settings = self.settings.as_ref().ok_or(Refusal::NotSignedOn)?;
        let Some(user) = self.users.get_mut(&id) else {
            return Ok(());
        };
        let is_always_on = user.is_always_on(settings);
        let was_present = user.is_present();
        user.sessions.remove(&turn.session);
        let (is_present, is_last) = (user.is_present(), user.sessions.is_empty());
        let (person, reason) = (user.person.clone(), reason.clone());
        let to = sharing(user);
        let is_guest = user.account.is_none();
        if is_last && !is_always_on {
            turn.tell(to, Event::Quit { person, reason });
            if is_guest {
                self.forget(id)
            } else {
                self.leave_all(id)
            }
        } else if was_present && !is_present {
            turn.tell(to, Event::WentAway { person, reason });
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, turn: &mut Turn, name: &Name) -> Result<(), Refusal> {
        let id = self.asker(turn)?;
        let user = self.users.get(&id).ok_or(Refusal::NotSignedOn)?;
        if user.person.name == *name {
            return Ok(());
        }
        let is_guest = user.account.is_none();
        if is_guest {
            self.check_free(name, Some(id))?;
        } else if self.names.get(&name.folded) != Some(&id) {
            self.add_name(id, name)?;
        }
        if is_guest {
            self.drop_names(id);
            self.take_name(id, name);
        }
        let Some(user) = self.users.get_mut(&id) else {
            return Ok(());
        };
        let before = user.person.clone();
        let mut person = (*before).clone();
        // A member writes a name of theirs in another way; its forms stay those that it was
        // claimed by.
        let known = user.names().find(|one| one.folded == name.folded);
        person.name = Name {
            shown: name.shown.clone(),
            ..known.unwrap_or(name).clone()
        };
        user.person = Arc::new(person);
        let after = user.person.clone();
        turn.tell(sharing(user), Event::Renamed { before, after });
        Ok(())
    }

    pub(super) fn set_away(
        &mut self,
        turn: &mut Turn,
        text: Option<&Arc<str>>,
    ) -> Result<(), Refusal> {
        let id = self.asker(turn)?;
        let Some(user) = self.users.get_mut(&id) else {
            return Ok(());
        };
        let changed = user.away.as_ref() != text;
        user.away = text.cloned();
        let event = Event::AwayChanged {
            person: user.person.clone(),
            text: text.cloned(),
        };
        // Who says it again is answered all the same; the others know.
        let to = if changed {
            sharing(user)
        } else {
            Audience::Session(turn.session)
        };
        turn.tell(to, event);
        Ok(())
    }

    pub(super) fn set_presence(&mut self, turn: &mut Turn, present: bool) -> Result<(), Refusal> {
        let id = self.asker(turn)?;
        let Some(user) = self.users.get_mut(&id) else {
            return Ok(());
        };
        let was_present = user.is_present();
        user.sessions.insert(turn.session, SessionState { present });
        let person = user.person.clone();
        match (was_present, user.is_present()) {
            (true, false) => {
                let reason = "".into();
                turn.tell(sharing(user), Event::WentAway { person, reason });
            }
            (false, true) => {
                user.signed_on = turn.at;
                self.tell_came_back(turn, id);
            }
            (true, true) | (false, false) => {}
        }
        Ok(())
    }

    pub(super) fn set_profile(
        &mut self,
        turn: &mut Turn,
        fields: &BTreeMap<Arc<str>, Arc<str>>,
    ) -> Result<(), Refusal> {
        let id = self.asker(turn)?;
        let max = self.limits()?.profile_fields;
        let Some(user) = self.users.get_mut(&id) else {
            return Ok(());
        };
        let mut profile = user.profile.clone();
        for (field, value) in fields {
            if value.is_empty() {
                profile.remove(field);
            } else {
                profile.insert(field.clone(), value.clone());
            }
        }
        if profile.len() > max as usize {
            return Err(Refusal::ProfileFull(max));
        }
        user.profile = profile.clone();
        turn.tell(
            Audience::User(id),
            Event::ProfileSet {
                person: user.person.clone(),
                fields: profile,
            },
        );
        Ok(())
    }

    /// Takes a guest out of everything.
    fn forget(&mut self, id: UserId) {
        self.leave_all(id);
        self.drop_names(id);
        if let Some(user) = self.users.remove(&id) {
            for room in user.invited.keys() {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.invited.remove(&id);
                }
            }
        }
    }

    fn leave_all(&mut self, id: UserId) {
        let Some(user) = self.users.get_mut(&id) else {
            return;
        };
        for room in std::mem::take(&mut user.rooms) {
            self.take_out(room, id);
        }
    }
}

impl User {
    pub(super) fn new(
        id: UserId,
        person: Arc<Person>,
        account: Option<Account>,
        at: Millis,
    ) -> Self {
        Self {
            id,
            person,
            account,
            sessions: BTreeMap::new(),
            away: None,
            profile: BTreeMap::new(),
            rooms: BTreeSet::new(),
            invited: BTreeMap::new(),
            signed_on: at,
        }
    }
}

/// Everybody who is in a room with somebody, and their own sessions.
fn sharing(user: &User) -> Audience {
    Audience::Sharing(user.rooms.iter().copied().collect(), user.id)
}
