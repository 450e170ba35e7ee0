//! Commands about oneself, the view and the connection.

use super::super::Model;
use super::super::buffer::LineKind;
use super::super::keys::{Deed, Place};
use super::{nick_of, some, split};
use crate::client::action::Action;
use crate::client::key::Key;
use crate::client::rooms::Rooms;

pub(super) fn nick(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let name = split(rest).0;
    if name.is_empty() {
        return Err(model.usage("nick"));
    }
    // Who was never in comes in under that name; there is nothing yet that another could take along.
    if !model.is_online() && model.network.is_empty() {
        let text = model.texts.with("ui-comes-in-as", &[("name", name)]);
        model.answer(LineKind::Note, &text);
        model.actions.push(Action::Nick(name.to_owned()));
        return Ok(());
    }
    model.act(Action::Nick(name.to_owned()))
}

pub(super) fn whois(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let nick = model.person(rest, "whois")?;
    model.act(Action::Whois(nick))
}

pub(super) fn away(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let text = some(rest).unwrap_or_else(|| model.text("ui-away-default"));
    model.act(Action::Away(Some(text)))
}

pub(super) fn back(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.act(Action::Away(None))
}

/// To a conversation by its number or its name, or to the likeliest one; without any, one chooses.
pub(super) fn go(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let wanted = split(rest).0;
    if wanted.is_empty() {
        model.show_goto();
        return Ok(());
    }
    let number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    if let Some(at) = number.and_then(|number| model.shown().get(number).copied()) {
        model.show(at);
        return Ok(());
    }
    let name = nick_of(wanted).replacen('＃', "#", 1);
    if model.go_to_likeliest(&name, rooms) {
        return Ok(());
    }
    Err(model.texts.with("ui-nothing-called", &[("name", rest)]))
}

/// Finds in what is loaded of the open room.
pub(super) fn search(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    model.show_find(rest.trim(), rooms);
    Ok(())
}

pub(super) fn mentions(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.show_mentions();
    Ok(())
}

/// Ignores somebody; without a name it says who is ignored.
pub(super) fn ignore(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let nick = nick_of(split(rest).0).to_owned();
    if nick.is_empty() {
        let text = match model.ignored() {
            [] => model.text("ui-ignored-nobody"),
            names => model
                .texts
                .with("ui-ignored", &[("names", &names.join(" "))]),
        };
        model.answer(LineKind::Note, &text);
        return Ok(());
    }
    if rooms.same(&nick, model.nick()) {
        return Err(model.text("ui-ignore-self"));
    }
    model.ignore(&nick, true, rooms);
    let text = model.texts.with("ui-ignores", &[("who", &nick)]);
    model.answer(LineKind::Note, &text);
    Ok(())
}

pub(super) fn unignore(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let nick = nick_of(split(rest).0).to_owned();
    if nick.is_empty() {
        return Err(model.usage("unignore"));
    }
    let text = match model.ignore(&nick, false, rooms) {
        true => "ui-ignores-no-more",
        false => "ui-ignored-not",
    };
    let text = model.texts.with(text, &[("who", &nick)]);
    model.answer(LineKind::Note, &text);
    Ok(())
}

pub(super) fn version(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    let text = format!("chatroom {}", env!("CARGO_PKG_VERSION"));
    model.answer(LineKind::Note, &text);
    Ok(())
}

/// Binds a key until one leaves, or says what it does; without a key it shows all.
pub(super) fn bind(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (key, name) = split(rest);
    if key.is_empty() {
        model.show_help("");
        return Ok(());
    }
    let Ok(key) = key.parse::<Key>() else {
        return Err(model.texts.with("ui-no-such-key", &[("key", key)]));
    };
    let name = name.trim();
    if name.is_empty() {
        let deed = model.keys.deed(key, false).map_or("", Deed::name);
        let values = [("key", key.label()), ("action", deed.to_owned())];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let text = match deed.is_empty() {
            true => "ui-key-free",
            false => "ui-key-does",
        };
        let text = model.texts.with(text, &values);
        model.answer(LineKind::Note, &text);
        return Ok(());
    }
    let deed = Deed::ALL.iter().find(|deed| deed.name() == name).copied();
    let Some(deed) = deed else {
        return Err(model.texts.with("ui-no-such-action", &[("action", name)]));
    };
    model.keys.bind(Place::Any, key, Some(deed));
    let line = format!("\"{}\" = \"{}\"", key.name(), deed.name());
    let values = [
        ("key", key.label()),
        ("action", name.to_owned()),
        ("line", line),
    ];
    let values = values
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let text = model.texts.with("ui-key-bound", &values);
    model.answer(LineKind::Note, &text);
    Ok(())
}

pub(super) fn clear(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.buffer_mut().clear();
    Ok(())
}

pub(super) fn reconnect(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.actions.push(Action::Reconnect);
    Ok(())
}

/// Goes off line and stays on the screen.
pub(super) fn disconnect(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.actions.push(Action::Disconnect(some(rest)));
    Ok(())
}

/// Comes back; one screen is on one server, so with an address it says what to do instead.
pub(super) fn connect(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let address = split(rest).0;
    if !address.is_empty() {
        let values = [("address", address)];
        return Err(model.texts.with("ui-connect-elsewhere", &values));
    }
    if model.is_online() {
        return Err(model.text("ui-connected"));
    }
    model.actions.push(Action::Reconnect);
    Ok(())
}

pub(super) fn quote(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("quote"));
    }
    let line = rest.lines().next().unwrap_or("").to_owned();
    model.act(Action::Raw(line))
}

pub(super) fn help(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.show_help(rest.trim());
    Ok(())
}

pub(super) fn quit(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.ask_to_leave(None, some(rest));
    Ok(())
}
