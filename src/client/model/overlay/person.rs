//! What one can do with somebody who was chosen: only what one may do is offered.

use super::super::Model;
use super::super::keys::Deed;
use super::super::question::Question;
use super::{Outcome, Overlay, choose};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;

/// Somebody who was chosen.
#[derive(Debug)]
pub struct Person {
    /// Who.
    pub nick: String,
    /// In which room they were chosen.
    pub room: String,
    /// What is chosen of what one can do.
    pub selected: usize,
    /// What one could do with them when it was shown last.
    shown: Vec<PersonDeed>,
    /// What was chosen in the list of members that they were chosen from, where it was that.
    pub from: Option<usize>,
}

/// What one can do with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonDeed {
    /// Talk with them alone.
    Talk,
    /// See what is known of them.
    Profile,
    /// Invite them to another room.
    Invite,
    /// Let them speak where not everybody may.
    Voice,
    /// No more.
    Devoice,
    /// Make them a moderator.
    Op,
    /// No more.
    Deop,
    /// Show nothing that they say.
    Ignore,
    /// Show it again.
    Unignore,
    /// Put them out, after a question.
    Kick,
    /// Keep them out, after a question.
    Ban,
}

impl PersonDeed {
    /// The key of its text.
    pub fn text(self) -> &'static str {
        match self {
            Self::Talk => "person-talk",
            Self::Profile => "person-profile",
            Self::Invite => "person-invite",
            Self::Voice => "person-voice",
            Self::Devoice => "person-devoice",
            Self::Op => "person-op",
            Self::Deop => "person-deop",
            Self::Ignore => "person-ignore",
            Self::Unignore => "person-unignore",
            Self::Kick => "person-kick",
            Self::Ban => "person-ban",
        }
    }
}

/// What one can do with somebody now, what cannot be undone last.
pub fn deeds_with(model: &Model, rooms: &Rooms, person: &Person) -> Vec<PersonDeed> {
    use PersonDeed::{
        Ban, Deop, Devoice, Ignore, Invite, Kick, Op, Profile, Talk, Unignore, Voice,
    };
    let is_online = model.is_online();
    if rooms.same(&person.nick, model.nick()) {
        return if is_online { vec![Profile] } else { Vec::new() };
    }
    let mut deeds = vec![Talk];
    let manages = manages(model, rooms, &person.room);
    let member = rooms.member(&person.room, &person.nick);
    let managed = member.filter(|_| is_online && manages);
    if is_online {
        deeds.push(Profile);
        if !rooms_for(model, rooms, &person.nick).is_empty() {
            deeds.push(Invite);
        }
    }
    if let Some(member) = managed {
        deeds.push(if member.has_voice { Devoice } else { Voice });
        deeds.push(if member.is_operator { Deop } else { Op });
    }
    deeds.push(match model.has_ignored(&person.nick, rooms) {
        true => Unignore,
        false => Ignore,
    });
    if managed.is_some() {
        deeds.extend([Kick, Ban]);
    }
    deeds
}

/// The rooms that one may invite somebody to: one is in them, they are not, and one that is by
/// invitation is one's own to manage.
pub fn rooms_for(model: &Model, rooms: &Rooms, nick: &str) -> Vec<String> {
    let may_invite = |name: &String| {
        let room = rooms.get(name);
        room.is_some_and(|room| !room.is_private || manages(model, rooms, name))
            && rooms.member(name, nick).is_none()
    };
    let joined = model.buffers().iter().filter(|buffer| buffer.is_joined);
    let names = joined.filter_map(|buffer| match &buffer.name {
        BufferName::Room(name) => Some(name.clone()),
        BufferName::Server | BufferName::Person(_) => None,
    });
    names.filter(may_invite).collect()
}

/// Whether oneself manages a room.
fn manages(model: &Model, rooms: &Rooms, room: &str) -> bool {
    let own = rooms.member(room, model.nick());
    own.is_some_and(|member| member.is_operator)
}

impl Model {
    /// Asks what to do with a member of the open room.
    pub(in super::super) fn show_member(&mut self, nick: &str, from: Option<usize>) {
        if let BufferName::Room(room) = &self.buffer().name {
            self.overlay = Some(Overlay::Person(Person {
                nick: nick.to_owned(),
                room: room.clone(),
                selected: 0,
                shown: Vec::new(),
                from,
            }));
        }
    }

    /// Keeps chosen what is chosen of what one can do with somebody when that becomes more or less;
    /// what cannot be undone is never next by itself.
    pub(in super::super) fn follow_person(&mut self, rooms: &Rooms) {
        let Some(Overlay::Person(person)) = &self.overlay else {
            return;
        };
        let deeds = deeds_with(self, rooms, person);
        if let Some(Overlay::Person(person)) = &mut self.overlay
            && person.shown != deeds
        {
            if let Some(chosen) = person.shown.get(person.selected) {
                let place = deeds.iter().position(|deed| deed == chosen);
                person.selected = place.unwrap_or(0);
            }
            person.shown = deeds;
        }
    }

    pub(super) fn person_key(
        &mut self,
        person: &mut Person,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        let deeds = deeds_with(self, rooms, person);
        person.selected = person.selected.min(deeds.len().saturating_sub(1));
        match choose(&mut person.selected, deeds.len(), deed) {
            Some(at) => {
                if let Some(deed) = deeds.get(at) {
                    let outcome = self.do_with(person, *deed, rooms);
                    self.tell_outcome(outcome);
                }
                Outcome::Done
            }
            None => Outcome::Stays,
        }
    }

    fn do_with(&mut self, person: &Person, deed: PersonDeed, rooms: &Rooms) -> Result<(), String> {
        let (nick, room) = (person.nick.clone(), person.room.clone());
        match deed {
            PersonDeed::Talk => self.show_person(&nick, rooms),
            PersonDeed::Profile => return self.act(Action::Whois(nick)),
            PersonDeed::Invite => self.overlay = Some(Overlay::Invite { nick, selected: 0 }),
            PersonDeed::Voice => return self.change_mode(room, "+v", nick),
            PersonDeed::Devoice => return self.change_mode(room, "-v", nick),
            PersonDeed::Op => return self.change_mode(room, "+o", nick),
            PersonDeed::Deop => return self.change_mode(room, "-o", nick),
            PersonDeed::Ignore => return self.run_command(&format!("ignore {nick}"), rooms),
            PersonDeed::Unignore => return self.run_command(&format!("unignore {nick}"), rooms),
            PersonDeed::Kick => self.overlay = Some(Overlay::Ask(Question::Kick { room, nick })),
            PersonDeed::Ban => self.overlay = Some(Overlay::Ask(Question::Ban { room, nick })),
        }
        Ok(())
    }

    fn change_mode(&mut self, room: String, change: &str, nick: String) -> Result<(), String> {
        let changes = vec![change.to_owned(), nick];
        self.act(Action::Mode { room, changes })
    }

    pub(super) fn invite_key(
        &mut self,
        nick: &str,
        selected: &mut usize,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        let names = rooms_for(self, rooms, nick);
        let Some(at) = choose(selected, names.len(), deed) else {
            return Outcome::Stays;
        };
        if let Some(room) = names.get(at) {
            let (nick, room) = (nick.to_owned(), room.clone());
            let outcome = self.act(Action::Invite { nick, room });
            self.tell_outcome(outcome);
        }
        Outcome::Done
    }
}
