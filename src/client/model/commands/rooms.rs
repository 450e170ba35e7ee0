//! Commands about rooms and who is in them.

use super::super::buffer::LineKind;
use super::super::{Connection, Model};
use super::{nick_of, room_name, some, split};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::rooms::{Room, Rooms};

pub(super) fn join(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let name = split(rest).0;
    if name.is_empty() {
        return Err(model.usage("join"));
    }
    if model.connection != Connection::Online {
        return Err(model.text("ui-needs-connection"));
    }
    model.come_into(room_name(name), rooms);
    Ok(())
}

pub(super) fn part(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    if let BufferName::Person(_) = model.buffer().name
        && rest.is_empty()
    {
        model.remove(model.open);
        return Ok(());
    }
    let (room, rest) = model.room_and_rest(rest)?;
    let at = model.find(&BufferName::Room(room.clone()), rooms);
    if let Some(at) = at.filter(|&at| model.buffers.get(at).is_some_and(|b| !b.is_joined)) {
        model.answer_invitation(at);
        model.remove(at);
        return Ok(());
    }
    model.act(Action::Part {
        room,
        reason: some(rest),
    })
}

pub(super) fn create(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let is_flag = |word: &&str| matches!(*word, "--private" | "-p" | "私密");
    let private = rest.split_whitespace().any(|word| is_flag(&word));
    let Some(name) = rest.split_whitespace().find(|word| !is_flag(word)) else {
        return Err(model.usage("new"));
    };
    let room = room_name(name);
    model.want(&room);
    model.act(Action::Create { room, private })
}

pub(super) fn names(model: &mut Model, rooms: &Rooms, _: &str) -> Result<(), String> {
    let room = model.room()?;
    let nicks = model.member_nicks(rooms);
    let count = rooms.get(&room).map_or(0, Room::people).to_string();
    let mut list = nicks.join(" ");
    let unlisted = rooms.get(&room).map_or(0, |room| room.unlisted);
    if unlisted > 0 {
        let more = unlisted.to_string();
        list = format!(
            "{list} {}",
            model.texts.with("ui-and-more", &[("count", &more)])
        );
    }
    let text = model
        .texts
        .with("ui-names", &[("count", &count), ("names", &list)]);
    model.answer(LineKind::Note, &text);
    Ok(())
}

pub(super) fn topic(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (room, text) = model.room_and_rest(rest)?;
    if text.is_empty()
        && let Some(known) = rooms.get(&room)
    {
        let key = if known.topic.is_empty() {
            "ui-no-topic"
        } else {
            "ui-topic-is"
        };
        let text = model.texts.with(key, &[("topic", &known.topic)]);
        model.answer(LineKind::Note, &text);
        return Ok(());
    }
    model.act(Action::Topic {
        room,
        text: some(text),
    })
}

pub(super) fn list(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.act(Action::List(some(rest)))
}

pub(super) fn invite(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (nick, room) = split(rest);
    if nick.is_empty() {
        return Err(model.usage("invite"));
    }
    let room = match split(room).0 {
        "" => model.room()?,
        room => room_name(room),
    };
    model.act(Action::Invite {
        nick: nick_of(nick).to_owned(),
        room,
    })
}

pub(super) fn kick(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (nick, reason) = split(rest);
    if nick.is_empty() {
        return Err(model.usage("kick"));
    }
    let room = model.room()?;
    let nick = nick_of(nick).to_owned();
    model.act(Action::Kick {
        nick,
        room,
        reason: some(reason),
    })
}

pub(super) fn mode(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (room, rest) = model.room_and_rest(rest)?;
    let changes = rest.split_whitespace().map(str::to_owned).collect();
    model.act(Action::Mode { room, changes })
}

pub(super) fn op(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "op", "+o")
}

pub(super) fn deop(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "deop", "-o")
}

pub(super) fn voice(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "voice", "+v")
}

pub(super) fn devoice(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "devoice", "-v")
}

/// Keeps somebody out of the open room, and puts them out when they are in; without a name it shows
/// who is kept out.
pub(super) fn ban(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let room = model.room()?;
    let (who, reason) = split(rest);
    if who.is_empty() {
        let changes = vec!["+b".to_owned()];
        return model.act(Action::Mode { room, changes });
    }
    model.keep_out(nick_of(who), room, some(reason), rooms)
}

impl Model {
    /// Keeps somebody out of a room, and puts them out when they are in.
    pub(in super::super) fn keep_out(
        &mut self,
        nick: &str,
        room: String,
        reason: Option<String>,
        rooms: &Rooms,
    ) -> Result<(), String> {
        let nick = nick.to_owned();
        let is_in = rooms.member(&room, &nick).is_some();
        self.act(Action::Mode {
            room: room.clone(),
            changes: vec!["+b".to_owned(), mask(&nick)],
        })?;
        match is_in {
            true => self.act(Action::Kick { nick, room, reason }),
            false => Ok(()),
        }
    }
}

pub(super) fn unban(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("unban"));
    }
    let room = model.room()?;
    let changes = vec!["-b".to_owned(), mask(rest)];
    model.act(Action::Mode { room, changes })
}

/// What a ban is for: a mask as it stands, else everybody of that name.
fn mask(text: &str) -> String {
    let name = nick_of(split(text).0);
    if name.contains(['!', '@', '*']) {
        name.to_owned()
    } else {
        format!("{name}!*@*")
    }
}

fn grant(model: &mut Model, rest: &str, command: &str, change: &str) -> Result<(), String> {
    let nick = nick_of(split(rest).0).to_owned();
    if nick.is_empty() {
        return Err(model.usage(command));
    }
    let room = model.room()?;
    model.act(Action::Mode {
        room,
        changes: vec![change.to_owned(), nick],
    })
}
