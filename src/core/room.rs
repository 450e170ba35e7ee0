//! Rooms: coming in, leaving, inviting, topics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::{Flag, Role};
use super::event::{Audience, Event, Refusal};
use super::id::{Millis, Name, RoomId, Seq, UserId};
use super::mode::is_for_everybody;
use super::state::{State, Turn};

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Which.
    pub id: RoomId,
    /// Its name.
    pub name: Name,
    /// When it was made.
    pub made: Millis,
    /// Who made it.
    pub founder: Option<UserId>,
    /// Its topic.
    pub topic: Option<Topic>,
    /// The switches that are on.
    pub flags: BTreeSet<Flag>,
    /// Who may neither come in nor talk.
    pub bans: Vec<Ban>,
    /// Who may come in once although it is by invitation.
    pub invited: BTreeSet<UserId>,
    /// Who is in it.
    pub members: BTreeMap<UserId, Member>,
    /// Whether anything was said or set in it: then it outlasts its last member.
    pub touched: bool,
    /// From where on everybody in it may read it while it is open: not 0 where the lobby took over
    /// a room by invitation.
    #[serde(default)]
    pub open_from: Seq,
}

/// Somebody in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Manages the room.
    pub operator: bool,
    /// May always talk.
    pub voice: bool,
    /// Where they last came in.
    pub joined: Seq,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// What.
    pub text: Arc<str>,
    /// Who set it: `nick!username@host` of that moment.
    pub by: Arc<str>,
    /// When.
    pub at: Millis,
}

/// A ban.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Whom.
    pub mask: Arc<str>,
    /// Who set it.
    pub by: Arc<str>,
    /// When.
    pub at: Millis,
}

impl Room {
    /// Whether it is shown only to who is in it.
    pub fn is_secret(&self) -> bool {
        self.flags.contains(&Flag::Secret)
    }

    /// Whether one needs an invitation to come in.
    pub fn is_by_invitation(&self) -> bool {
        self.flags.contains(&Flag::InviteOnly)
    }

    /// Whether somebody manages it.
    pub fn is_operator(&self, user: UserId) -> bool {
        self.members
            .get(&user)
            .is_some_and(|member| member.operator)
    }
}

impl State {
    /// Makes the lobby, or opens the room that has its name now.
    pub(super) fn make_lobby(&mut self, turn: &Turn, name: &Name) {
        let known = self.room_names.get(&name.folded);
        if let Some(room) = known.and_then(|id| self.rooms.get_mut(id)) {
            room.touched = true;
            room.flags.remove(&Flag::Secret);
            room.bans.retain(|ban| !is_for_everybody(&ban.mask));
            if room.flags.remove(&Flag::InviteOnly) {
                room.open_from = turn.seq;
            }
            return;
        }
        let mut room = Room::new(RoomId(turn.seq.0), name, turn.at, None);
        room.touched = true;
        self.add_room(room);
    }

    pub(super) fn create(
        &mut self,
        turn: &mut Turn,
        name: &Name,
        private: bool,
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        if self.room_names.contains_key(&name.folded) {
            return Err(Refusal::RoomExists(name.shown.clone()));
        }
        self.found(turn, asker, name, private)
    }

    fn found(
        &mut self,
        turn: &mut Turn,
        asker: UserId,
        name: &Name,
        private: bool,
    ) -> Result<(), Refusal> {
        let limits = self.limits()?;
        if self.rooms.len() >= limits.rooms as usize {
            return Err(Refusal::NoMoreRooms(name.shown.clone()));
        }
        if self.looks_like_a_room(name) {
            return Err(Refusal::RoomExists(name.shown.clone()));
        }
        self.check_room_for_more(asker, &name.shown)?;
        let mut room = Room::new(RoomId(turn.seq.0), name, turn.at, Some(asker));
        if private {
            room.flags.extend([Flag::InviteOnly, Flag::Secret]);
        }
        let (id, reference) = (room.id, room.reference());
        self.add_room(room);
        if let Some(user) = self.users.get(&asker) {
            let person = user.person.clone();
            turn.tell(
                Audience::Session(turn.session),
                Event::Created {
                    room: reference,
                    person,
                },
            );
        }
        self.let_in(turn, id, asker, Some(Role::Operator));
        Ok(())
    }

    pub(super) fn join(&mut self, turn: &mut Turn, name: &Name) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let Some(room) = self.room_named(&name.folded) else {
            return self.found(turn, asker, name, false);
        };
        if room.members.contains_key(&asker) {
            return Ok(());
        }
        let (id, shown) = (room.id, room.name.shown.clone());
        let invited = room.invited.contains(&asker);
        if room.is_by_invitation() && !invited {
            return Err(Refusal::InviteOnly(shown));
        }
        if !invited && self.is_banned(room, asker) {
            return Err(Refusal::Banned(shown));
        }
        let is_lobby = self.is_lobby(room);
        if room.members.len() >= self.limits()?.members_per_room as usize && !is_lobby {
            return Err(Refusal::RoomFull(shown));
        }
        if !is_lobby {
            self.check_room_for_more(asker, &shown)?;
        }
        let comes_to_nobody = room.members.is_empty() && !is_lobby;
        let founded = room.founder == Some(asker) && !is_lobby;
        let role = (comes_to_nobody || founded).then_some(Role::Operator);
        self.let_in(turn, id, asker, role);
        Ok(())
    }

    fn check_room_for_more(&self, asker: UserId, room: &Arc<str>) -> Result<(), Refusal> {
        let max = self.limits()?.rooms_per_user as usize;
        let count = self.users.get(&asker).map_or(0, |user| user.rooms.len());
        if count >= max {
            Err(Refusal::TooManyRooms(room.clone()))
        } else {
            Ok(())
        }
    }

    fn let_in(&mut self, turn: &mut Turn, id: RoomId, who: UserId, role: Option<Role>) {
        let (Some(room), Some(user)) = (self.rooms.get_mut(&id), self.users.get_mut(&who)) else {
            return;
        };
        let operator = role == Some(Role::Operator);
        let voice = role == Some(Role::Voice);
        room.members.insert(
            who,
            Member {
                operator,
                voice,
                joined: turn.seq,
            },
        );
        room.invited.remove(&who);
        user.invited.remove(&id);
        user.rooms.insert(id);
        let event = Event::Joined {
            room: room.reference(),
            person: user.person.clone(),
            role,
            away: user.away.clone(),
        };
        turn.tell(Audience::Room(id), event);
    }

    pub(super) fn part(
        &mut self,
        turn: &mut Turn,
        room: &str,
        reason: Option<&Arc<str>>,
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let room = self.own_room(asker, room)?;
        let (id, reference) = (room.id, room.reference());
        let Some(user) = self.users.get_mut(&asker) else {
            return Ok(());
        };
        user.rooms.remove(&id);
        let event = Event::Parted {
            room: reference,
            person: user.person.clone(),
            reason: reason.cloned(),
        };
        turn.tell(Audience::RoomAnd(id, asker), event);
        self.take_out(id, asker);
        Ok(())
    }

    pub(super) fn kick(
        &mut self,
        turn: &mut Turn,
        room: &str,
        target: &str,
        reason: Option<&Arc<str>>,
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let room = self.managed_room(asker, room)?;
        let (id, reference) = (room.id, room.reference());
        let target = self.member_named(id, target)?;
        let by = self.users.get(&asker).map(|user| user.person.clone());
        let (Some(user), Some(by)) = (self.users.get_mut(&target), by) else {
            return Ok(());
        };
        user.rooms.remove(&id);
        user.invited.remove(&id);
        let person = user.person.clone();
        let event = Event::Kicked {
            room: reference,
            by,
            person,
            reason: reason.cloned(),
        };
        turn.tell(Audience::RoomAnd(id, target), event);
        if let Some(room) = self.rooms.get_mut(&id) {
            room.invited.remove(&target);
        }
        self.take_out(id, target);
        Ok(())
    }

    /// Somebody in a room, by folded name.
    pub(super) fn member_named(&self, room: RoomId, target: &str) -> Result<UserId, Refusal> {
        let user = self.named_user(target)?;
        if user.rooms.contains(&room) {
            return Ok(user.id);
        }
        let room = self
            .rooms
            .get(&room)
            .map(|room| room.name.shown.clone())
            .unwrap_or_default();
        Err(Refusal::TargetNotInRoom {
            target: user.person.name.shown.clone(),
            room,
        })
    }

    pub(super) fn set_topic(
        &mut self,
        turn: &mut Turn,
        room: &str,
        text: &Arc<str>,
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let room = self.own_room(asker, room)?;
        if room.flags.contains(&Flag::OpsTopic) && !room.is_operator(asker) {
            return Err(Refusal::NotOperator(room.name.shown.clone()));
        }
        let id = room.id;
        let Some(by) = self.users.get(&asker).map(|user| user.person.clone()) else {
            return Ok(());
        };
        let Some(room) = self.rooms.get_mut(&id) else {
            return Ok(());
        };
        let topic = Topic {
            text: text.clone(),
            by: by.mask().into(),
            at: turn.at,
        };
        room.topic = (!text.is_empty()).then_some(topic);
        room.touched = true;
        let event = Event::TopicSet {
            room: room.reference(),
            by,
            text: text.clone(),
        };
        turn.tell(Audience::Room(id), event);
        Ok(())
    }

    /// Takes somebody off the list of a room, and ends the room where nobody needs it any more.
    pub(super) fn take_out(&mut self, id: RoomId, who: UserId) {
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        room.members.remove(&who);
        let stays = !room.members.is_empty() || (room.touched && !room.is_by_invitation());
        if stays {
            return;
        }
        if let Some(room) = self.rooms.remove(&id) {
            self.room_names.remove(&room.name.folded);
            self.room_skeletons.remove(&(room.name.skeleton, id));
            for invited in room.invited {
                if let Some(user) = self.users.get_mut(&invited) {
                    user.invited.remove(&id);
                }
            }
        }
    }

    pub(super) fn add_room(&mut self, room: Room) {
        self.room_names.insert(room.name.folded.clone(), room.id);
        self.room_skeletons
            .insert((room.name.skeleton.clone(), room.id));
        self.rooms.insert(room.id, room);
    }

    fn looks_like_a_room(&self, name: &Name) -> bool {
        let from = (name.skeleton.clone(), RoomId(0));
        self.room_skeletons
            .range(from..)
            .next()
            .is_some_and(|(skeleton, _)| *skeleton == name.skeleton)
    }
}

impl Room {
    fn new(id: RoomId, name: &Name, made: Millis, founder: Option<UserId>) -> Self {
        Self {
            id,
            name: name.clone(),
            made,
            founder,
            topic: None,
            flags: BTreeSet::from([Flag::NoExternal, Flag::OpsTopic]),
            bans: Vec::new(),
            invited: BTreeSet::new(),
            members: BTreeMap::new(),
            touched: false,
            open_from: Seq(0),
        }
    }
}
