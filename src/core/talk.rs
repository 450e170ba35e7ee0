//! Talk: who may say what to whom, and what is a repeat.

use std::sync::Arc;

use super::command::{Flag, Kind, Say, Target};
use super::event::{Audience, Event, Person, Refusal, Said, SaidTo};
use super::id::{SessionId, UserId};
use super::state::{State, Turn};

impl Person {
    /// `nick!username@host`.
    pub fn mask(&self) -> String {
        format!("{}!{}@{}", self.name.shown, self.username, self.host)
    }

    /// How many bytes [`Self::mask`] has.
    pub fn mask_len(&self) -> usize {
        self.name.shown.len() + self.username.len() + self.host.len() + "!@".len()
    }
}

impl State {
    /// Who would hear what a session says now, or why it may not.
    pub fn may_say(&self, session: SessionId, to: &Target) -> Result<(Said, Audience), Refusal> {
        let id = *self.sessions.get(&session).ok_or(Refusal::NotSignedOn)?;
        match to {
            Target::Room(folded) => {
                let room = self.visible_room(id, folded)?;
                let member = room.members.get(&id);
                let outside = member.is_none() && room.flags.contains(&Flag::NoExternal);
                let heard = member.is_some_and(|member| member.operator || member.voice);
                if outside || (!heard && self.is_banned(room, id)) {
                    return Err(Refusal::CannotSpeak(room.name.shown.clone()));
                }
                let to = SaidTo::Room(room.reference());
                Ok((self.words(session, id, to, None)?, Audience::Room(room.id)))
            }
            Target::Person(folded) => {
                let other = self.named_user(folded)?;
                let (to, away) = (SaidTo::Person(other.person.clone()), other.away.clone());
                let audience = Audience::Users(id, other.id);
                Ok((self.words(session, id, to, away)?, audience))
            }
        }
    }

    /// Words of nothing yet, to whom they are for, whether or not they may be said.
    fn said(&self, session: SessionId, from: UserId, to: &Target) -> Result<Said, Refusal> {
        match to {
            Target::Room(folded) => {
                let room = self.room_named(folded);
                let room = room.ok_or_else(|| Refusal::NoSuchRoom(folded.clone()))?;
                self.words(session, from, SaidTo::Room(room.reference()), None)
            }
            Target::Person(folded) => {
                let other = self.named_user(folded)?;
                let (to, away) = (SaidTo::Person(other.person.clone()), other.away.clone());
                self.words(session, from, to, away)
            }
        }
    }

    fn words(
        &self,
        session: SessionId,
        from: UserId,
        to: SaidTo,
        away: Option<Arc<str>>,
    ) -> Result<Said, Refusal> {
        let from = self.users.get(&from).ok_or(Refusal::NotSignedOn)?;
        Ok(Said {
            from: from.person.clone(),
            session,
            to,
            kind: Kind::Tags,
            text: Arc::default(),
            nonce: None,
            tags: None,
            away,
        })
    }

    pub(super) fn say(&mut self, turn: &mut Turn, say: &Say) -> Result<(), Refusal> {
        if let Some(nonce) = &say.nonce {
            let asker = self.asker(turn)?;
            self.nonces.forget(turn.at);
            // What was said was said, although it might not be said now.
            if let Some((seq, at)) = self.nonces.first(asker, nonce) {
                let said = self.said(turn.session, asker, &say.to)?.with(say);
                let event = Event::Repeated { seq, at, said };
                turn.tell(Audience::Session(turn.session), event);
                return Ok(());
            }
        }
        let (said, audience) = self.may_say(turn.session, &say.to)?;
        let said = said.with(say);
        if let Some(nonce) = &say.nonce
            && said.from.account.is_some()
        {
            self.nonces.keep(said.from.id, nonce, turn.seq, turn.at);
        }
        if let SaidTo::Room(room) = &said.to
            && let Some(room) = self.rooms.get_mut(&room.id)
        {
            room.touched |= say.kind != Kind::Tags;
        }
        turn.tell(audience, Event::Said(said));
        Ok(())
    }
}

impl Said {
    fn with(mut self, say: &Say) -> Self {
        self.kind = say.kind;
        self.text = say.text.clone();
        self.tags = say.tags.clone();
        self.nonce = say.nonce.clone();
        self
    }
}
