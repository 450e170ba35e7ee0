//! Inviting, and how many invitations may wait.

use super::event::{Audience, Event, Refusal};
use super::id::{RoomId, UserId};
use super::people::Invitation;
use super::state::{State, Turn};

/// Of the invitations that may wait in a room, the part that is from one member who does not manage it.
const SHARE: usize = 10;

impl State {
    pub(super) fn invite(
        &mut self,
        turn: &mut Turn,
        room: &str,
        target: &str,
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let room = self.own_room(asker, room)?;
        let shown = room.name.shown.clone();
        if room.is_by_invitation() && !room.is_operator(asker) {
            return Err(Refusal::NotOperator(shown));
        }
        let (id, reference) = (room.id, room.reference());
        let user = self.named_user(target)?;
        let (target, person, away) = (user.id, user.person.clone(), user.away.clone());
        if user.rooms.contains(&id) {
            return Err(Refusal::AlreadyInRoom {
                target: person.name.shown.clone(),
                room: shown,
            });
        }
        // An invitation goes over a ban, so who may not lift the ban may not give it.
        if self.is_banned(room, target) && !room.is_operator(asker) {
            return Err(Refusal::NotOperator(shown));
        }
        let Some(by) = self.users.get(&asker).map(|user| user.person.clone()) else {
            return Ok(());
        };
        self.make_room_for_invitation(id, target, asker)?;
        if let (Some(room), Some(user)) = (self.rooms.get_mut(&id), self.users.get_mut(&target)) {
            let invitation = Invitation {
                by: Some(by.mask().into()),
                at: turn.at,
            };
            room.invited.insert(target);
            user.invited.insert(id, invitation);
        }
        let sent = Event::InviteSent {
            room: reference.clone(),
            person: person.clone(),
            away,
        };
        turn.tell(Audience::Session(turn.session), sent);
        let invited = Event::Invited {
            room: reference.clone(),
            by: by.clone(),
            person: person.clone(),
        };
        turn.tell(Audience::User(target), invited);
        turn.tell(
            Audience::Operators(id),
            Event::InviteSeen {
                room: reference,
                by,
                person,
            },
        );
        Ok(())
    }

    /// Lets the oldest invitation go where there are as many as may be: one by the same member, where
    /// they have their share, so that nobody fills a room's list.
    fn make_room_for_invitation(
        &mut self,
        id: RoomId,
        target: UserId,
        asker: UserId,
    ) -> Result<(), Refusal> {
        let max = self.limits()?.bans_per_room as usize;
        let (Some(room), Some(by)) = (self.rooms.get(&id), self.users.get(&asker)) else {
            return Ok(());
        };
        if room.invited.contains(&target) {
            return Ok(());
        }
        let host = format!("@{}", by.person.host);
        let waiting = room.invited.iter().filter_map(|user| {
            let invitation = self.users.get(user)?.invited.get(&id)?;
            let is_own = |by: &str| by.ends_with(&host);
            let is_own = invitation.by.as_deref().is_some_and(is_own);
            Some((invitation.at, *user, is_own))
        });
        let all: Vec<_> = waiting.collect();
        let own = all.iter().filter(|(.., is_own)| *is_own);
        let has_share = !room.is_operator(asker) && own.clone().count() >= (max / SHARE).max(1);
        let oldest = match has_share {
            true => own.min(),
            false if all.len() >= max => all.iter().min(),
            false => None,
        };
        if let Some((_, oldest, _)) = oldest {
            self.uninvite(id, *oldest);
        }
        Ok(())
    }
}
