//! The rooms that one is in and who is in them: the one home of members in the client.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::irc::fold::CaseMapping;

/// Rooms that one may be in at a time.
pub const ROOMS_MAX: usize = 500;
/// People who are listed in one room; those who come after them are counted.
pub const MEMBERS_MAX: usize = 50_000;
/// People who are listed in all rooms together.
pub const MEMBERS_ALL_MAX: usize = 100_000;
/// Bytes of a name that is listed.
pub const NAME_BYTES_MAX: usize = 128;
/// Bytes of what somebody says of being away that are kept.
pub const AWAY_BYTES_MAX: usize = 512;

/// The rooms that one is in. The session fills them; the model and the view read them.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    mapping: CaseMapping,
    by_name: BTreeMap<String, Room>,
}

/// A room that one is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// As the server spells it, `#` and all.
    pub name: String,
    /// Empty where there is none.
    pub topic: String,
    /// By folded name.
    pub members: BTreeMap<String, Member>,
    /// How many more are in it than are listed.
    pub unlisted: usize,
    /// Whether it is by invitation.
    pub is_private: bool,
    /// Whether it is the room that everybody is in.
    pub is_lobby: bool,
}

/// Somebody in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// The name they go by.
    pub nick: String,
    /// Whether they manage the room.
    pub is_operator: bool,
    /// Whether they may speak where not everybody may.
    pub has_voice: bool,
    /// Whether they are away, with what they say of it where that is known.
    pub away: Option<String>,
    /// Their account; none for a guest, or where the server does not say.
    pub account: Option<String>,
}

impl Rooms {
    /// Takes another rule for which names are the same, and folds the known names by it.
    pub fn set_mapping(&mut self, mapping: CaseMapping) {
        if mapping == self.mapping {
            return;
        }
        self.mapping = mapping;
        let rooms = std::mem::take(&mut self.by_name);
        for (_, mut room) in rooms {
            let members = std::mem::take(&mut room.members);
            room.members = members
                .into_values()
                .map(|m| (mapping.fold(&m.nick), m))
                .collect();
            self.by_name.insert(mapping.fold(&room.name), room);
        }
    }

    /// The form of a name that is equal for equal names.
    pub fn fold(&self, name: &str) -> String {
        self.mapping.fold(name)
    }

    /// The same, without a copy where the name is in that form already.
    pub fn folded<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.mapping.folded(name)
    }

    /// Whether two names are one.
    pub fn same(&self, a: &str, b: &str) -> bool {
        self.mapping.same(a, b)
    }

    /// A room by its name.
    pub fn get(&self, name: &str) -> Option<&Room> {
        self.by_name.get(&*self.mapping.folded(name))
    }

    /// A room by its name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Room> {
        self.by_name.get_mut(&*self.mapping.folded(name))
    }

    /// The room of a name, new and empty when it is not known yet.
    pub fn open(&mut self, name: &str) -> &mut Room {
        let folded = self.mapping.fold(name);
        let fresh = || Room {
            name: name.to_owned(),
            ..Room::default()
        };
        self.by_name.entry(folded).or_insert_with(fresh)
    }

    /// Lists somebody in a room that one is in; whose name is too long, or who comes when the list is
    /// full, is counted.
    pub fn admit(&mut self, room: &str, folded: String, mut member: Member) {
        let listed: usize = self.iter().map(|room| room.members.len()).sum();
        let Some(room) = self.get_mut(room) else {
            return;
        };
        let is_room = listed < MEMBERS_ALL_MAX && room.members.len() < MEMBERS_MAX;
        let is_known = room.members.contains_key(&folded);
        if member.nick.len() > NAME_BYTES_MAX || !(is_known || is_room) {
            room.unlisted += 1;
            return;
        }
        member.account = member.account.filter(|one| one.len() <= NAME_BYTES_MAX);
        member.away = member.away.as_deref().map(shortened);
        room.members.insert(folded, member);
    }

    /// Takes somebody out of a room; who is not listed there was one of those who are counted.
    pub fn dismiss(&mut self, room: &str, folded: &str) {
        if let Some(room) = self.get_mut(room)
            && room.members.remove(folded).is_none()
        {
            room.unlisted = room.unlisted.saturating_sub(1);
        }
    }

    /// Whether one may come into a further room of that name.
    pub fn has_space_for(&self, name: &str) -> bool {
        self.by_name.len() < ROOMS_MAX || self.get(name).is_some()
    }

    /// The rule for which names are the same.
    pub fn mapping(&self) -> CaseMapping {
        self.mapping
    }

    /// Forgets a room.
    pub fn close(&mut self, name: &str) -> Option<Room> {
        self.by_name.remove(&self.mapping.fold(name))
    }

    /// Forgets all rooms, as when a connection is lost for good.
    pub fn clear(&mut self) {
        self.by_name.clear();
    }

    /// All rooms, by their folded names.
    pub fn iter(&self) -> impl Iterator<Item = &Room> {
        self.by_name.values()
    }

    /// All rooms, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.by_name.values_mut()
    }

    /// Somebody in a room.
    pub fn member(&self, room: &str, nick: &str) -> Option<&Member> {
        self.get(room)?.members.get(&*self.mapping.folded(nick))
    }

    /// Somebody in any room.
    pub fn anywhere(&self, nick: &str) -> Option<&Member> {
        let folded = self.mapping.folded(nick);
        self.iter().find_map(|room| room.members.get(&*folded))
    }
}

/// What somebody says of being away, as much of it as is kept.
pub fn shortened(away: &str) -> String {
    if away.len() <= AWAY_BYTES_MAX {
        return away.to_owned();
    }
    let ends = away.char_indices().map(|(at, _)| at);
    let end = ends.take_while(|at| *at <= AWAY_BYTES_MAX).last();
    let kept = end.and_then(|end| away.get(..end));
    format!("{}…", kept.unwrap_or_default())
}

impl Room {
    /// How many are in it, listed or not.
    pub fn people(&self) -> usize {
        self.members.len() + self.unlisted
    }

    /// The members in the order of a list: who manages the room first, then who is here, then who is
    /// away, each by name.
    pub fn sorted_members(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.values().collect();
        members.sort_by_key(|member| {
            (
                !member.is_operator,
                !member.is_operator && member.away.is_some(),
            )
        });
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_found_however_its_name_is_written() {
        let mut rooms = Rooms::default();
        rooms.open("#Lobby").topic = "hi".into();
        assert_eq!(rooms.get("#lobby").unwrap().topic, "hi");
        let bob = Member {
            nick: "Bob[".into(),
            ..Member::default()
        };
        rooms.open("#lobby").members.insert("bob{".into(), bob);
        assert!(rooms.member("#LOBBY", "BOB[").is_some());
        rooms.set_mapping(CaseMapping::Ascii);
        assert!(rooms.member("#lobby", "bob{").is_none());
        assert!(rooms.anywhere("bob[").is_some());
    }

    #[test]
    fn operators_come_first() {
        let mut room = Room::default();
        for (nick, is_operator) in [("al", false), ("bo", true), ("cy", false)] {
            let member = Member {
                nick: nick.into(),
                is_operator,
                ..Member::default()
            };
            room.members.insert(nick.into(), member);
        }
        let nicks: Vec<&str> = room
            .sorted_members()
            .iter()
            .map(|m| m.nick.as_str())
            .collect();
        assert_eq!(nicks, ["bo", "al", "cy"]);
    }
}
