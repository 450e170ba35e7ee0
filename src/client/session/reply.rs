//! Answers and refusals: numerics and standard replies.

use std::borrow::Cow;

use super::super::happening::{BufferName, Happening, WhoisField};
use super::super::sentence::Sentence;
use super::{Incoming, Session, refusal};
use crate::irc::SUGGESTION;

/// Numerics that say that one cannot come into a room.
const NOT_JOINED: &[&str] = &[
    "403", "405", "437", "471", "473", "474", "475", "476", "477", "489", "520",
];
/// Numerics that refuse a name.
const NAME_REFUSED: &[&str] = &["431", "432", "433", "436", "437"];
/// Numerics that may refuse what was said to somebody.
const NOT_SAID: &[&str] = &[
    "401", "403", "404", "407", "411", "412", "417", "477", "487",
];

/// Anything without a handler of its own: told as it stands, where it belongs.
pub(super) fn other(session: &mut Session, incoming: Incoming<'_>) {
    let command = incoming.line.command;
    let is_numeric = command.len() == 3 && command.bytes().all(|byte| byte.is_ascii_digit());
    if !is_numeric {
        return;
    }
    let is_failure = command.starts_with(['4', '5']) || matches!(command, "902" | "904" | "905");
    if is_failure && refused(session, incoming) {
        return;
    }
    let params = incoming.line.params.get(1..).unwrap_or_default();
    let about = match params {
        [about, _, ..] => *about,
        _ => "",
    };
    let buffer = session.place_of(about);
    let shown = match buffer {
        // A refusal is read where one types, so it says what it is about.
        BufferName::Room(_) if !is_failure => params.get(1..).unwrap_or_default(),
        BufferName::Room(_) | BufferName::Server | BufferName::Person(_) => params,
    };
    let text = match (is_failure, params) {
        (true, [about @ .., text]) => refusal::why(command, about, text),
        (true | false, _) => shown.join(" ").into(),
    };
    // What is quoted does not say of itself what it is about.
    let text = match (shown, text) {
        ([about, _], Sentence::Quoted(text)) if is_failure => format!("{about}: {text}").into(),
        (_, text) => text,
    };
    session.tell(Happening::Told {
        buffer,
        text,
        is_failure,
    });
}

/// Gives a refusal to what it refuses; whether there was something.
fn refused(session: &mut Session, incoming: Incoming<'_>) -> bool {
    let command = incoming.line.command;
    let about = incoming.param(1);
    let params = incoming.line.params.get(1..).unwrap_or_default();
    let context = params.split_last().map_or(&[][..], |(_, context)| context);
    let why = refusal::why(command, context, incoming.last());
    let label = session.label_of(incoming.line);
    if let Some(label) = &label {
        if let Some(waiting) = session.talk.take(label) {
            session.not_sent(waiting.nonce, why);
            return true;
        }
        if session.past_refused(Some(label), &[]) {
            return true;
        }
    }
    if NAME_REFUSED.contains(&command) {
        let free = incoming.line.tags.get(SUGGESTION);
        if session.refuse_name(about, &why, free.map(Cow::into_owned)) {
            return true;
        }
    }
    if NOT_JOINED.contains(&command) && session.is_room(about) && session.not_joined(about, &why) {
        return true;
    }
    if label.is_none() && NOT_SAID.contains(&command) {
        let mapping = session.link.supported.case_mapping();
        let waiting = session
            .talk
            .take_if(|waiting| mapping.same(&waiting.target, about));
        if let Some(waiting) = waiting {
            session.not_sent(waiting.nonce, why);
            return true;
        }
    }
    false
}

/// `FAIL command code context… :text` (IRCv3 standard-replies).
pub(super) fn fail(session: &mut Session, incoming: Incoming<'_>) {
    let label = session.label_of(incoming.line);
    let params = &incoming.line.params;
    let context = params
        .get(2..params.len().saturating_sub(1))
        .unwrap_or_default();
    let why = refusal::why(incoming.param(1), context, incoming.last());
    if let Some(label) = &label
        && let Some(waiting) = session.talk.take(label)
    {
        return session.not_sent(waiting.nonce, why);
    }
    match incoming.param(0) {
        "CHATHISTORY" if session.past_refused(label.as_deref(), context) => {}
        "NICK" if session.refuse_name(context.first().unwrap_or(&""), &why, None) => {}
        "BATCH" | "PRIVMSG" if label.is_none() => {
            let mapping = session.link.supported.case_mapping();
            let is_it = |target: &str| context.iter().any(|one| mapping.same(one, target));
            let has_context = context.iter().any(|one| session.is_room(one));
            let waiting = session
                .talk
                .take_if(|waiting| !has_context || is_it(&waiting.target));
            match waiting {
                Some(waiting) => session.not_sent(waiting.nonce, why),
                None => tell_standard(session, incoming, why, true),
            }
        }
        _ => tell_standard(session, incoming, why, true),
    }
}

/// `WARN` and `NOTE`.
pub(super) fn standard(session: &mut Session, incoming: Incoming<'_>) {
    tell_standard(session, incoming, incoming.last().into(), false);
}

fn tell_standard(session: &mut Session, incoming: Incoming<'_>, text: Sentence, is_failure: bool) {
    let params = &incoming.line.params;
    let about = params
        .get(2..params.len().saturating_sub(1))
        .unwrap_or_default();
    let room = about.iter().find(|one| session.is_room(one));
    session.told_in(room.unwrap_or(&""), text, is_failure);
}

pub(super) fn error(session: &mut Session, incoming: Incoming<'_>) {
    session.link.farewell = Some(incoming.last().to_owned());
}

/// `322 me room members :topic`.
pub(super) fn list(session: &mut Session, incoming: Incoming<'_>) {
    if session.asks.lists.is_empty() {
        return other(session, incoming);
    }
    let members = incoming.param(2).parse().unwrap_or(0);
    let topic = match incoming.line.params.len() {
        0..4 => "",
        _ => incoming.last(),
    };
    let row = (incoming.param(1).to_owned(), members, topic.to_owned());
    session.asks.listed(row);
}

/// What nobody asked for here is told as it stands: it may answer a line that was typed raw.
pub(super) fn end_of_list(session: &mut Session, incoming: Incoming<'_>) {
    let Some(asked) = session.asks.lists.pop_front() else {
        return other(session, incoming);
    };
    let (rows, unlisted) = session.asks.take_list();
    match asked {
        Some(room) => {
            let mapping = session.link.supported.case_mapping();
            let is_there = rows.iter().any(|(name, _, _)| mapping.same(name, &room));
            session.tell(Happening::Looked { room, is_there });
        }
        None => session.tell(Happening::RoomList(rows)),
    }
    if unlisted > 0 {
        let text = Sentence::text("note-more-rooms").with("count", unlisted);
        session.told_in("", text, true);
    }
}

/// One row of what is known of somebody; away is told outside of an answer too.
pub(super) fn whois(session: &mut Session, incoming: Incoming<'_>) {
    let nick = incoming.param(1);
    let params = &incoming.line.params;
    let rest = || params.get(2..).unwrap_or_default().join(" ");
    let rows = match incoming.line.command {
        "311" => vec![
            (
                WhoisField::Mask,
                format!("{nick}!{}@{}", incoming.param(2), incoming.param(3)),
            ),
            (WhoisField::RealName, incoming.last().to_owned()),
        ],
        "301" => vec![(WhoisField::Away, incoming.last().to_owned())],
        "312" => vec![(WhoisField::Server, incoming.param(2).to_owned())],
        "671" => vec![(WhoisField::Secure, incoming.last().to_owned())],
        "317" => vec![(WhoisField::Idle, incoming.param(2).to_owned())],
        "319" => vec![(WhoisField::Rooms, incoming.last().to_owned())],
        "330" => vec![(WhoisField::Account, incoming.param(2).to_owned())],
        "320" if incoming.last() == "is a guest" => vec![(WhoisField::Guest, String::new())],
        _ => vec![(WhoisField::Other, rest())],
    };
    let folded = session.fold(nick);
    let is_asked = session.asks.whois.contains_key(&folded);
    if incoming.line.command != "301" && !is_asked {
        return other(session, incoming);
    }
    if !is_asked {
        return session.tell(Happening::Told {
            buffer: BufferName::Person(nick.to_owned()),
            text: Sentence::text("note-is-away")
                .with("name", nick)
                .with("text", refusal::gone(incoming.last())),
            is_failure: false,
        });
    }
    session.asks.told_of(&folded, rows);
}

pub(super) fn end_of_whois(session: &mut Session, incoming: Incoming<'_>) {
    let nick = incoming.param(1);
    let folded = session.fold(nick);
    let rows = session.asks.whois.remove(&folded);
    if let Some(rows) = rows.filter(|rows| !rows.is_empty()) {
        session.tell(Happening::Whois {
            nick: nick.to_owned(),
            rows,
        });
    }
}

/// `324 me room modes…`.
pub(super) fn modes(session: &mut Session, incoming: Incoming<'_>) {
    let params = incoming.line.params.get(2..).unwrap_or_default();
    super::membership::apply_modes(session, incoming.param(1), params);
    let folded = session.fold(incoming.param(1));
    if !session.asks.modes_asked(&folded) {
        session.told_in(incoming.param(1), params.join(" "), false);
    }
}

/// `341 me nick room`.
pub(super) fn inviting(session: &mut Session, incoming: Incoming<'_>) {
    let text = Sentence::text("note-invited").with("name", incoming.param(1));
    session.told_in(incoming.param(2), text, false);
}
