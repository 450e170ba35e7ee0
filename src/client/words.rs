//! Happenings in words, for every view that tells them as lines.

use super::happening::{Presence, Who, WhoisField};
use super::session::refusal::gone;
use crate::text::Texts;

/// How somebody's presence changed.
pub(super) fn presence(texts: &Texts, who: &Who, what: &Presence) -> String {
    let nick = who.nick.as_str();
    let say = |key: &str| texts.with(key, &[("who", nick)]);
    match what {
        Presence::Joined => say("ui-joined"),
        Presence::Left(why) => because(say("ui-left"), why.as_deref()),
        Presence::Quit(why) => because(say("ui-quit"), quit(texts, why).as_deref()),
        Presence::CameBack => say("ui-came-back"),
        Presence::Kicked { by, why } => {
            let values = [("who", nick), ("by", by.nick.as_str())];
            because(texts.with("ui-kicked", &values), why.as_deref())
        }
        Presence::Renamed(new) => texts.with("ui-renamed", &[("who", nick), ("new", new)]),
        Presence::Away(None) => say("ui-is-back"),
        Presence::Away(text) => because(say("ui-is-away"), text.as_deref()),
    }
}

/// Why somebody left the chat; that they did is no reason.
fn quit(texts: &Texts, why: &Option<String>) -> Option<String> {
    let why = why.as_deref().filter(|why| *why != "Quit")?;
    Some(gone(why.strip_prefix("Quit: ").unwrap_or(why)).say(texts))
}

fn because(text: String, why: Option<&str>) -> String {
    match why {
        None | Some("") => text,
        Some(why) => format!("{text} ({why})"),
    }
}

/// The topic of a room, as it is or as somebody set it.
pub(super) fn topic(texts: &Texts, by: Option<&Who>, topic: &str) -> String {
    let key = match (by, topic) {
        (None, "") => "ui-no-topic",
        (None, _) => "ui-topic-is",
        (Some(_), "") => "ui-topic-removed",
        (Some(_), _) => "ui-topic-changed",
    };
    let who = by.map_or("", |by| by.nick.as_str());
    texts.with(key, &[("who", who), ("topic", topic)])
}

/// What somebody set in a room.
pub(super) fn modes(texts: &Texts, by: &Who, changes: &str) -> String {
    super::modes::in_words(texts, by, changes)
}

/// A row of what is known of somebody: what it is called, and what it says.
pub(super) fn whois(texts: &Texts, field: &WhoisField, value: &str) -> (String, String) {
    let key = match field {
        WhoisField::RealName => "ui-whois-realname",
        WhoisField::Mask => "ui-whois-mask",
        WhoisField::Account | WhoisField::Guest => "ui-whois-account",
        WhoisField::Rooms => "ui-whois-rooms",
        WhoisField::Idle => "ui-whois-idle",
        WhoisField::Away => "ui-whois-away",
        WhoisField::Server => "ui-whois-server",
        WhoisField::Secure => "ui-whois-way",
        WhoisField::Other => "ui-whois-other",
    };
    let value = match (field, value.parse::<u64>()) {
        (WhoisField::Idle, Ok(seconds)) => duration(texts, seconds),
        (WhoisField::Away, _) => gone(value).say(texts),
        (WhoisField::Guest, _) => texts.get("ui-whois-guest").into_owned(),
        (WhoisField::Secure, _) => texts.get("ui-whois-secure").into_owned(),
        (_, _) => value.to_owned(),
    };
    (texts.get(key).into_owned(), value)
}

fn duration(texts: &Texts, seconds: u64) -> String {
    let (key, count) = match seconds {
        0..60 => ("ui-seconds", seconds),
        60..3600 => ("ui-minutes", seconds / 60),
        3600..86_400 => ("ui-hours", seconds / 3600),
        _ => ("ui-days", seconds / 86_400),
    };
    let count = count.to_string();
    texts.with(key, &[("count", &count)])
}
