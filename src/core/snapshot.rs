//! The state as a list of records with named fields, and back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::account::Account;
use super::command::Settings;
use super::event::Person;
use super::id::{Millis, RoomId, Seq, SessionId, UserId};
use super::people::{Invitation, SessionState, User};
use super::room::Room;
use super::state::State;

/// The state at one place of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The place.
    pub seq: Seq,
    /// All of it.
    pub records: Vec<Record>,
}

/// One part of a snapshot. New fields get a default, so that old snapshots can be read.
// An inner tag would be read through a buffer in which the numbers that key maps are texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first one.
    State {
        /// The place of the last entry applied.
        seq: Seq,
        /// What holds since the last start.
        settings: Option<Settings>,
    },
    /// A user.
    User(UserRecord),
    /// A room.
    Room(Room),
    /// A sender's mark, oldest first.
    Nonce {
        /// Whose.
        user: UserId,
        /// Which.
        nonce: Arc<str>,
        /// The place of the message.
        seq: Seq,
        /// Its time.
        at: Millis,
    },
}

/// A user as a snapshot has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserRecord {
    person: Arc<Person>,
    account: Option<Account>,
    sessions: BTreeMap<SessionId, SessionState>,
    away: Option<Arc<str>>,
    profile: BTreeMap<Arc<str>, Arc<str>>,
    rooms: BTreeSet<RoomId>,
    invited: BTreeSet<RoomId>,
    signed_on: Millis,
    /// Who invited them to those rooms, and when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    invitations: BTreeMap<RoomId, Invitation>,
}

/// Why records are no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreError {
    /// The first record is missing.
    #[error("the snapshot has no first record")]
    NoHead,
}

impl State {
    /// A copy of all that the state holds.
    pub fn snapshot(&self) -> Vec<Record> {
        let head = Record::State {
            seq: self.seq,
            settings: self.settings.clone(),
        };
        let users = self
            .users
            .values()
            .map(|user| Record::User(UserRecord::of(user)));
        let rooms = self.rooms.values().map(|room| Record::Room(room.clone()));
        let nonces = self.nonces.iter().map(|(user, nonce, seq, at)| {
            let nonce = nonce.clone();
            Record::Nonce {
                user,
                nonce,
                seq,
                at,
            }
        });
        std::iter::once(head)
            .chain(users)
            .chain(rooms)
            .chain(nonces)
            .collect()
    }

    /// The state that records were copied from.
    pub fn restore(records: impl IntoIterator<Item = Record>) -> Result<Self, RestoreError> {
        let mut state = Self::new();
        let mut has_head = false;
        for record in records {
            match record {
                Record::State { seq, settings } => {
                    has_head = true;
                    state.seq = seq;
                    state.settings = settings;
                }
                Record::User(record) => state.add_user(record),
                Record::Room(room) => state.add_room(room),
                Record::Nonce {
                    user,
                    nonce,
                    seq,
                    at,
                } => state.nonces.keep(user, &nonce, seq, at),
            }
        }
        if has_head {
            Ok(state)
        } else {
            Err(RestoreError::NoHead)
        }
    }

    fn add_user(&mut self, record: UserRecord) {
        let user = record.into_user();
        for session in user.sessions.keys() {
            self.sessions.insert(*session, user.id);
        }
        for key in user.account.iter().flat_map(|account| &account.keys) {
            self.keys.insert(key.clone(), user.id);
        }
        for name in user.names() {
            self.names.insert(name.folded.clone(), user.id);
            self.skeletons.insert(name.skeleton.clone(), user.id);
        }
        self.users.insert(user.id, user);
    }

    /// A number that is equal for equal states, on every machine.
    pub fn digest(&self) -> u64 {
        let text = serde_json::to_string(&self.snapshot()).unwrap_or_default();
        // FNV-1a, since the standard hasher's keys differ from run to run.
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}

impl UserRecord {
    fn of(user: &User) -> Self {
        Self {
            person: user.person.clone(),
            account: user.account.clone(),
            sessions: user.sessions.clone(),
            away: user.away.clone(),
            profile: user.profile.clone(),
            rooms: user.rooms.clone(),
            invited: user.invited.keys().copied().collect(),
            signed_on: user.signed_on,
            invitations: user.invited.clone(),
        }
    }

    fn into_user(mut self) -> User {
        let unknown = Invitation {
            by: None,
            at: Millis(0),
        };
        let invited = self.invited.into_iter().map(|room| {
            let invitation = self.invitations.remove(&room);
            (room, invitation.unwrap_or_else(|| unknown.clone()))
        });
        User {
            id: self.person.id,
            person: self.person,
            account: self.account,
            sessions: self.sessions,
            away: self.away,
            profile: self.profile,
            rooms: self.rooms,
            invited: invited.collect(),
            signed_on: self.signed_on,
        }
    }
}
