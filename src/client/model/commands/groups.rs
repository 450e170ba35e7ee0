//! Commands of groups: making them, asking people in, putting them out, and what only moderators do.

use super::{Model, room_name, some, split};
use crate::client::action::Action;
use crate::client::rooms::Rooms;

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
        nick: nick.trim_start_matches('@').to_owned(),
        room,
    })
}

pub(super) fn kick(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (nick, reason) = split(rest);
    if nick.is_empty() {
        return Err(model.usage("kick"));
    }
    let room = model.room()?;
    let nick = nick.trim_start_matches('@').to_owned();
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

pub(super) fn voice(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "voice", "+v")
}

pub(super) fn deop(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "deop", "-o")
}

pub(super) fn devoice(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "devoice", "-v")
}

/// Keeps somebody out, and puts them out when they are in.
pub(super) fn ban(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (who, reason) = split(rest);
    let nick = who.trim_start_matches('@');
    if nick.is_empty() {
        return Err(model.usage("ban"));
    }
    let room = model.room()?;
    model.act(Action::Mode {
        room: room.clone(),
        changes: vec!["+b".to_owned(), mask(nick)],
    })?;
    if rooms.member(&room, nick).is_none() {
        return Ok(());
    }
    model.act(Action::Kick {
        nick: nick.to_owned(),
        room,
        reason: some(reason),
    })
}

pub(super) fn unban(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let nick = split(rest).0.trim_start_matches('@');
    if nick.is_empty() {
        return Err(model.usage("unban"));
    }
    let room = model.room()?;
    model.act(Action::Mode {
        room,
        changes: vec!["-b".to_owned(), mask(nick)],
    })
}

/// Whoever bears a name; a mask stays as it is.
fn mask(name: &str) -> String {
    match name.contains(['!', '@', '*']) {
        true => name.to_owned(),
        false => format!("{name}!*@*"),
    }
}

fn grant(model: &mut Model, rest: &str, command: &str, change: &str) -> Result<(), String> {
    let nick = split(rest).0.trim_start_matches('@').to_owned();
    if nick.is_empty() {
        return Err(model.usage(command));
    }
    let room = model.room()?;
    model.act(Action::Mode {
        room,
        changes: vec![change.to_owned(), nick],
    })
}
