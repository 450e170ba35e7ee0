//! NAMES, kept rendered: a thousand who come into one room ask for it a thousand times.

use std::fmt::Write;
use std::sync::Arc;

use super::feed::NumberMap;
use crate::core::{Audience, Event, Member, ModeChange, Notice, Person, RoomId, State};

/// Bytes of one piece, which fits a line with all that comes before it.
const PIECE_MAX: usize = 300;

/// The names of rooms that were asked for, in pieces that fit a line.
#[derive(Default)]
pub(super) struct Roster {
    rooms: NumberMap<RoomId, [Option<Names>; 2]>,
}

#[derive(Default)]
struct Names {
    pieces: Vec<String>,
    shared: Option<Arc<[String]>>,
}

impl Roster {
    /// The names of a room with their prefixes: all of them, or the highest only.
    pub(super) fn names(&mut self, state: &State, room: RoomId, multi: bool) -> Arc<[String]> {
        let Some(members) = state.room(room).map(|room| &room.members) else {
            return Arc::default();
        };
        let [single, multiple] = self.rooms.entry(room).or_default();
        let kept = if multi { multiple } else { single };
        let names = kept.get_or_insert_with(|| {
            let mut names = Names::default();
            for (user, member) in members {
                if let Some(user) = state.user(*user) {
                    names.add(&user.person, *member, multi);
                }
            }
            names
        });
        let pieces = &names.pieces;
        names
            .shared
            .get_or_insert_with(|| pieces.as_slice().into())
            .clone()
    }

    /// Follows what has become true.
    pub(super) fn follow(&mut self, state: &State, notice: &Notice) {
        match &*notice.event {
            Event::Joined { room, person, .. } => self.add(state, room.id, person),
            Event::Parted { room, .. } | Event::Kicked { room, .. } => {
                self.rooms.remove(&room.id);
            }
            Event::ModesSet { room, changes, .. } => {
                if changes.iter().any(is_role) {
                    self.rooms.remove(&room.id);
                }
            }
            Event::Quit { .. } | Event::Renamed { .. } => {
                if let Audience::Sharing(rooms, _) = &notice.to {
                    for room in rooms {
                        self.rooms.remove(room);
                    }
                }
            }
            Event::Identified { .. }
            | Event::SignedOn { .. }
            | Event::WentAway { .. }
            | Event::CameBack { .. }
            | Event::AwayChanged { .. }
            | Event::ProfileSet { .. }
            | Event::AlwaysOnSet { .. }
            | Event::Created { .. }
            | Event::Invited { .. }
            | Event::InviteSeen { .. }
            | Event::InviteSent { .. }
            | Event::TopicSet { .. }
            | Event::Said(_)
            | Event::Repeated { .. }
            | Event::Refused(_) => {}
        }
    }

    fn add(&mut self, state: &State, room: RoomId, person: &Person) {
        let member = state
            .room(room)
            .and_then(|room| room.members.get(&person.id));
        let (Some(member), Some(kept)) = (member, self.rooms.get_mut(&room)) else {
            return;
        };
        for (names, multi) in kept.iter_mut().zip([false, true]) {
            if let Some(names) = names {
                names.add(person, *member, multi);
            }
        }
    }
}

fn is_role(change: &ModeChange) -> bool {
    match change {
        ModeChange::Role { .. } => true,
        ModeChange::Flag { .. } | ModeChange::Ban { .. } => false,
    }
}

impl Names {
    fn add(&mut self, person: &Person, member: Member, multi: bool) {
        self.shared = None;
        let name = &person.name.shown;
        let room = self
            .pieces
            .last()
            .is_some_and(|piece| piece.len() + 1 + 2 + name.len() <= PIECE_MAX);
        if !room {
            self.pieces.push(String::with_capacity(PIECE_MAX));
        }
        if let Some(piece) = self.pieces.last_mut() {
            let blank = if piece.is_empty() { "" } else { " " };
            // Writing to a string cannot fail.
            let _ = write!(piece, "{blank}{}{name}", prefix(member, multi));
        }
    }
}

/// The prefixes of somebody in a room.
fn prefix(member: Member, multi: bool) -> &'static str {
    match (member.operator, member.voice) {
        (true, true) if multi => "@+",
        (true, _) => "@",
        (false, true) => "+",
        (false, false) => "",
    }
}
