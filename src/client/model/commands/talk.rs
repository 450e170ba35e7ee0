//! Commands that say something.

use super::super::Model;
use super::{ROOM_SIGNS, nick_of, room_name, split};
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;

pub(super) fn msg(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (to, text) = split(rest);
    let to = nick_of(to);
    if to.is_empty() {
        return Err(model.usage("msg"));
    }
    let name = match to.starts_with(ROOM_SIGNS) {
        true => BufferName::Room(room_name(to)),
        false => BufferName::Person(to.to_owned()),
    };
    let is_room = matches!(name, BufferName::Room(_));
    if is_room && model.find(&name, rooms).is_none() {
        return Err(model.text("ui-not-in-room"));
    }
    let at = model.ensure(&name, rooms);
    if text.is_empty() {
        model.show(at);
        return Ok(());
    }
    model.say(at, text, false)?;
    model.tell_said_elsewhere(at, text);
    Ok(())
}

pub(super) fn query(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (to, text) = split(rest);
    let to = nick_of(to);
    if to.is_empty() || to.starts_with(ROOM_SIGNS) {
        return Err(model.usage("query"));
    }
    let at = model.ensure(&BufferName::Person(to.to_owned()), rooms);
    model.show(at);
    if text.is_empty() {
        Ok(())
    } else {
        model.say(at, text, false)
    }
}

pub(super) fn me(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("me"));
    }
    model.say(model.open, rest, true)
}

pub(super) fn say(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("say"));
    }
    model.say(model.open, rest, false)
}

/// Without a name it leaves, as some clients have it; with one it is direct talk, as others do.
pub(super) fn q(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        model.ask_to_leave(None, None);
        return Ok(());
    }
    query(model, rooms, rest)
}

/// Says elsewhere what one does.
pub(super) fn describe(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (to, text) = split(rest);
    if to.is_empty() || text.is_empty() {
        return Err(model.usage("describe"));
    }
    let name = match to.starts_with(ROOM_SIGNS) {
        true => BufferName::Room(room_name(to)),
        false => BufferName::Person(nick_of(to).to_owned()),
    };
    let is_room = matches!(name, BufferName::Room(_));
    if is_room && model.find(&name, rooms).is_none() {
        return Err(model.text("ui-not-in-room"));
    }
    let at = model.ensure(&name, rooms);
    model.say(at, text, true)?;
    model.tell_said_elsewhere(at, text);
    Ok(())
}

pub(super) fn shrug(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    say_with(model, rest, "¯\\_(ツ)_/¯")
}

pub(super) fn tableflip(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    say_with(model, rest, "(╯°□°)╯︵ ┻━┻")
}

fn say_with(model: &mut Model, text: &str, face: &str) -> Result<(), String> {
    model.say(model.open, format!("{text} {face}").trim_start(), false)
}
