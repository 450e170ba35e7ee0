//! Modes of rooms: switches, roles, bans.

use std::sync::Arc;

use super::command::{Flag, ModeChange, Role};
use super::event::{Audience, Event, Person, Refusal};
use super::id::{RoomId, UserId};
use super::people::User;
use super::room::{Ban, Room};
use super::state::{State, Turn};

impl State {
    pub(super) fn set_modes(
        &mut self,
        turn: &mut Turn,
        room: &str,
        changes: &[ModeChange],
    ) -> Result<(), Refusal> {
        let asker = self.asker(turn)?;
        let id = self.managed_room(asker, room)?.id;
        let Some(by) = self.users.get(&asker).map(|user| user.person.clone()) else {
            return Ok(());
        };
        let mut done = Vec::new();
        for change in changes {
            match self.change_mode(turn, id, &by, change) {
                Ok(Some(change)) => done.push(change),
                Ok(None) => {}
                Err(refusal) => turn.refuse(refusal),
            }
        }
        let Some(room) = self.rooms.get_mut(&id).filter(|_| !done.is_empty()) else {
            return Ok(());
        };
        room.touched = true;
        let event = Event::ModesSet {
            room: room.reference(),
            by: Some(by),
            changes: done,
        };
        turn.tell(Audience::Room(id), event);
        Ok(())
    }

    /// Makes one change; gives it as it is told, or `None` when it changed nothing.
    fn change_mode(
        &mut self,
        turn: &Turn,
        id: RoomId,
        by: &Person,
        change: &ModeChange,
    ) -> Result<Option<ModeChange>, Refusal> {
        match change {
            ModeChange::Flag { flag, on } => self.change_flag(id, *flag, *on),
            ModeChange::Role { role, on, target } => self.change_role(id, *role, *on, target),
            ModeChange::Ban { on: true, mask } => self.ban(turn, id, by, mask),
            ModeChange::Ban { on: false, mask } => Ok(self.unban(id, mask)),
        }
    }

    fn change_flag(
        &mut self,
        id: RoomId,
        flag: Flag,
        on: bool,
    ) -> Result<Option<ModeChange>, Refusal> {
        let Some(room) = self.rooms.get(&id) else {
            return Ok(None);
        };
        let closes = matches!(flag, Flag::InviteOnly | Flag::Secret);
        if on && closes && self.is_lobby(room) {
            return Err(Refusal::LobbyOpen(room.name.shown.clone()));
        }
        let Some(room) = self.rooms.get_mut(&id) else {
            return Ok(None);
        };
        let changed = if on {
            room.flags.insert(flag)
        } else {
            room.flags.remove(&flag)
        };
        Ok(changed.then_some(ModeChange::Flag { flag, on }))
    }

    fn change_role(
        &mut self,
        id: RoomId,
        role: Role,
        on: bool,
        target: &str,
    ) -> Result<Option<ModeChange>, Refusal> {
        let user = self.member_named(id, target)?;
        let Some(person) = self.users.get(&user).map(|user| user.person.clone()) else {
            return Ok(None);
        };
        let Some(member) = self
            .rooms
            .get_mut(&id)
            .and_then(|room| room.members.get_mut(&user))
        else {
            return Ok(None);
        };
        let held = match role {
            Role::Operator => &mut member.operator,
            Role::Voice => &mut member.voice,
        };
        let changed = std::mem::replace(held, on) != on;
        Ok(changed.then(|| ModeChange::Role {
            role,
            on,
            target: person.name.shown.clone(),
        }))
    }

    fn ban(
        &mut self,
        turn: &Turn,
        id: RoomId,
        by: &Person,
        mask: &Arc<str>,
    ) -> Result<Option<ModeChange>, Refusal> {
        let max = self.limits()?.bans_per_room as usize;
        let Some(room) = self.rooms.get(&id) else {
            return Ok(None);
        };
        if self.is_lobby(room) && is_for_everybody(mask) {
            return Err(Refusal::LobbyOpen(room.name.shown.clone()));
        }
        let Some(room) = self.rooms.get_mut(&id) else {
            return Ok(None);
        };
        if room.bans.iter().any(|ban| ban.mask == *mask) {
            return Ok(None);
        }
        if room.bans.len() >= max {
            return Err(Refusal::ListFull(room.name.shown.clone()));
        }
        room.bans.push(Ban {
            mask: mask.clone(),
            by: by.mask().into(),
            at: turn.at,
        });
        let lost: Vec<UserId> = room.invited.iter().copied().collect();
        for invited in lost {
            if self
                .users
                .get(&invited)
                .is_some_and(|user| matches(mask, user))
            {
                self.uninvite(id, invited);
            }
        }
        Ok(Some(ModeChange::Ban {
            on: true,
            mask: mask.clone(),
        }))
    }

    pub(super) fn uninvite(&mut self, id: RoomId, who: UserId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.invited.remove(&who);
        }
        if let Some(user) = self.users.get_mut(&who) {
            user.invited.remove(&id);
        }
    }

    fn unban(&mut self, id: RoomId, mask: &Arc<str>) -> Option<ModeChange> {
        let room = self.rooms.get_mut(&id)?;
        let before = room.bans.len();
        room.bans.retain(|ban| ban.mask != *mask);
        (room.bans.len() < before).then(|| ModeChange::Ban {
            on: false,
            mask: mask.clone(),
        })
    }

    pub(super) fn is_banned(&self, room: &Room, user: UserId) -> bool {
        // Nearly all rooms have none, and this is asked for each message.
        !room.bans.is_empty()
            && self
                .users
                .get(&user)
                .is_some_and(|user| room.bans.iter().any(|ban| matches(&ban.mask, user)))
    }
}

/// Whether a mask leaves nobody out.
pub(super) fn is_for_everybody(mask: &str) -> bool {
    mask.chars().all(|c| matches!(c, '*' | '?' | '!' | '@'))
}

/// Whether a ban is for somebody, under the name that they go by.
fn matches(mask: &str, user: &User) -> bool {
    let person = &user.person;
    let folded = format!("{}!{}@{}", person.name.folded, person.username, person.host);
    glob(&mask.to_lowercase(), &folded.to_lowercase())
}

/// Whether a text is of the form of a pattern with `*` and `?`; in time linear in their product.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .unwrap_or_default()
        .iter()
        .all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_mask_may_leave_parts_open() {
        for (mask, text, matches) in [
            ("*!*@*", "bob!b@h", true),
            ("bob!*@*", "bob!b@h", true),
            ("b?b!*@*", "bob!b@h", true),
            ("bob!*@x", "bob!b@h", false),
            ("*b*b*", "abab", true),
            ("a*a", "a", false),
            ("", "a", false),
            ("张*!*@*", "张三!z@h", true),
        ] {
            assert_eq!(glob(mask, text), matches, "{mask} {text}");
        }
    }
}
