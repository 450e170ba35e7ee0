//! From the first line to being online: capabilities, the key, the name, what the server supports.

use std::collections::{BTreeMap, BTreeSet};

use crate::irc::LOBBY;
use crate::irc::caps::{self, Cap, CapSet};
use crate::irc::isupport::Supported;

use super::super::happening::{BufferName, Happening};
use super::super::sentence::Sentence;
use super::{Incoming, Session};

/// Bytes of names in one `CAP REQ`.
const REQUEST_BYTES: usize = 400;

/// Capabilities of a server that are looked at.
const OFFERED_MAX: usize = 500;

/// Letters of a name that is made of a refused one.
const LIKE_MAX: usize = 24;

/// What is known of a connection.
#[derive(Debug, Default)]
pub(super) struct Link {
    pub(super) caps: CapSet,
    pub(super) supported: Supported,
    pub(super) has_heard: bool,
    pub(super) is_welcome: bool,
    pub(super) is_ready: bool,
    /// What the server said before it closed the connection.
    pub(super) farewell: Option<String>,
    /// How often it was asked when all is done, and has not been answered.
    pub(super) undone: usize,
    /// Why the name was refused.
    pub(super) name_refused: Option<Sentence>,
    pub(super) values: BTreeMap<String, String>,
    server: String,
    /// Where it was said that a line was too long.
    pub(super) told_cut: BTreeSet<BufferName>,
    requests: usize,
    is_ended: bool,
    /// Whether the server may ask for the key.
    is_proving: bool,
}

impl Link {
    /// The number that a capability's value gives for a name: `max-bytes=4096`.
    pub(super) fn value_number(&self, cap: Cap, name: &str) -> Option<usize> {
        let value = self.values.get(cap.name())?;
        value
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .and_then(|(_, number)| number.parse().ok())
    }
}

impl Session {
    pub(super) fn register(&mut self) {
        self.command("CAP").param("LS").param("302").end();
        if let Some(password) = self.profile.password.clone() {
            self.command("PASS").trailing(&password).end();
        }
        let nick = self.nick.clone();
        self.command("NICK").trailing(&nick).end();
        let user = user_name(&nick);
        let real_name = match self.profile.real_name.as_str() {
            "" => nick,
            name => name.to_owned(),
        };
        self.command("USER")
            .param(&user)
            .param("0")
            .param("*")
            .trailing(&real_name)
            .end();
    }

    fn offered(&mut self, list: &str) {
        for word in list.split_ascii_whitespace() {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let values = &mut self.link.values;
            if values.len() < OFFERED_MAX || values.contains_key(name) {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Asks for what is wanted of what is offered.
    fn request(&mut self) {
        let absent = self.profile.is_absent;
        let wanted = caps::CAPS
            .iter()
            .filter(|row| row.wanted || (absent && row.cap == Cap::PreAway))
            .filter(|row| !self.link.caps.contains(row.cap))
            .map(|row| row.name)
            .filter(|name| self.link.values.contains_key(*name));
        let mut requests: Vec<String> = Vec::new();
        for name in wanted {
            match requests.last_mut() {
                Some(line) if line.len() + name.len() < REQUEST_BYTES => {
                    line.push(' ');
                    line.push_str(name);
                }
                _ => requests.push(name.to_owned()),
            }
        }
        for names in &requests {
            self.link.requests += 1;
            self.command("CAP").param("REQ").trailing(names).end();
        }
        if requests.is_empty() {
            self.end_capabilities();
        }
    }

    fn acknowledged(&mut self, list: &str) {
        for name in list.split_ascii_whitespace() {
            match name.strip_prefix('-') {
                Some(gone) => {
                    if let Some(cap) = caps::find(gone) {
                        self.link.caps.remove(cap);
                    }
                }
                None => {
                    if let Some(cap) = caps::find(name) {
                        self.link.caps.insert(cap);
                    }
                }
            }
        }
    }

    /// Goes on after the answer to a request: with the key, or with the end.
    fn requested(&mut self) {
        self.link.requests = self.link.requests.saturating_sub(1);
        if self.link.requests > 0 || self.link.is_ended {
            return;
        }
        if self.profile.is_absent && self.has(Cap::PreAway) {
            self.command("AWAY").param("*").end();
        }
        if self.has(Cap::Sasl) && self.profile.has_key && self.offers_external() {
            self.link.is_proving = true;
            self.command("AUTHENTICATE").param("EXTERNAL").end();
        } else {
            self.end_capabilities();
        }
    }

    fn offers_external(&self) -> bool {
        let mechanisms = self.link.values.get(Cap::Sasl.name());
        mechanisms.is_none_or(|value| {
            value.is_empty()
                || value
                    .split(',')
                    .any(|one| one.eq_ignore_ascii_case("EXTERNAL"))
        })
    }

    fn end_capabilities(&mut self) {
        if !std::mem::replace(&mut self.link.is_ended, true) {
            self.command("CAP").param("END").end();
        }
    }

    /// The room that everybody is in, where the server has one.
    pub(super) fn lobby(&self) -> Option<String> {
        let lobby = self.link.values.get(LOBBY)?;
        (self.has(Cap::Lobby) && !lobby.is_empty()).then(|| lobby.clone())
    }

    /// Says again that one is away, where the last connection was. A member's server knows it, and another
    /// window may have said otherwise since.
    fn stay_away(&mut self) {
        let is_kept = self.account.is_some() && self.has(Cap::Nonce);
        if let Some(text) = self.away.clone().filter(|_| !is_kept) {
            self.away(Some(&text));
        }
    }

    /// Whether a refused name means that there is none yet.
    pub(super) fn refuse_name(&mut self, name: &str, why: &Sentence, free: Option<String>) -> bool {
        if self.link.is_welcome {
            return false;
        }
        self.link.name_refused = Some(why.clone());
        let name = match name {
            "" | "*" => self.nick.clone(),
            name => name.to_owned(),
        };
        self.tell(Happening::NameRefused {
            suggestion: Some(free.unwrap_or_else(|| like(&name))),
            name,
            why: why.clone(),
        });
        true
    }
}

pub(super) fn ping(session: &mut Session, incoming: Incoming<'_>) {
    session.command("PONG").trailing(incoming.param(0)).end();
}

/// A server does one thing after the other, so what came before a question is done.
pub(super) fn pong(session: &mut Session, incoming: Incoming<'_>) {
    session.is_there();
    if incoming.last() == super::DONE {
        session.link.undone = session.link.undone.saturating_sub(1);
    }
}

pub(super) fn cap(session: &mut Session, incoming: Incoming<'_>) {
    let list = incoming.last();
    let is_more = incoming.line.params.len() > 3 && incoming.param(2) == "*";
    match incoming.param(1) {
        "LS" => {
            session.offered(list);
            if !is_more && !session.link.is_ended {
                session.request();
            }
        }
        "NEW" => {
            session.offered(list);
            session.request();
        }
        "ACK" => {
            session.acknowledged(list);
            session.requested();
        }
        "NAK" => session.requested(),
        "DEL" => {
            for name in list.split_ascii_whitespace() {
                session.link.values.remove(name);
                if let Some(cap) = caps::find(name) {
                    session.link.caps.remove(cap);
                }
            }
        }
        _ => {}
    }
}

pub(super) fn authenticate(session: &mut Session, incoming: Incoming<'_>) {
    // Only what proves the key is proved, and only while it is asked for.
    if incoming.param(0) == "+" && std::mem::take(&mut session.link.is_proving) {
        session.command("AUTHENTICATE").param("+").end();
    }
}

pub(super) fn logged_in(session: &mut Session, incoming: Incoming<'_>) {
    session.account = Some(incoming.param(2).to_owned());
}

pub(super) fn logged_out(session: &mut Session, _: Incoming<'_>) {
    session.account = None;
}

pub(super) fn sasl_done(session: &mut Session, _: Incoming<'_>) {
    session.end_capabilities();
}

pub(super) fn sasl_failed(session: &mut Session, incoming: Incoming<'_>) {
    super::reply::other(session, incoming);
    session.end_capabilities();
}

pub(super) fn welcome(session: &mut Session, incoming: Incoming<'_>) {
    session.link.is_welcome = true;
    if !incoming.param(0).is_empty() {
        incoming.param(0).clone_into(&mut session.nick);
    }
    incoming
        .line
        .source
        .unwrap_or_default()
        .clone_into(&mut session.link.server);
}

pub(super) fn supported(session: &mut Session, incoming: Incoming<'_>) {
    let params = &incoming.line.params;
    let tokens = params.get(1..params.len().saturating_sub(1));
    session.link.supported.add(tokens.unwrap_or_default());
    session.fold_rooms();
}

/// How many there are: told to who asks, and not with the welcome.
pub(super) fn census(session: &mut Session, incoming: Incoming<'_>) {
    if session.link.is_ready {
        super::reply::other(session, incoming);
    }
}

/// The end of the message of the day ends the registration.
pub(super) fn ready(session: &mut Session, incoming: Incoming<'_>) {
    if std::mem::replace(&mut session.link.is_ready, true) {
        return super::reply::other(session, incoming);
    }
    let network = session.link.supported.get("NETWORK");
    let network = network.unwrap_or(&session.link.server).to_owned();
    let lobby = session.lobby();
    session.tell(Happening::Online {
        nick: session.nick.clone(),
        account: session.account.clone(),
        lobby: lobby.clone(),
        network,
    });
    session.tell_limits();
    session.stay_away();
    // Who is no presence goes where it is told to, and nowhere else.
    if session.profile.is_absent {
        session.join_wanted(None);
    } else {
        session.join_wanted(lobby.as_deref());
        session.ask_targets();
    }
}

/// A name like one that was refused, of letters that most servers take; whether it is free only the
/// server knows.
fn like(name: &str) -> String {
    let is_fit = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let fit: String = name.chars().filter(is_fit).take(LIKE_MAX).collect();
    let fit = fit.trim_start_matches('-');
    match fit {
        "" => "guest".into(),
        fit if fit.len() < name.len() => fit.to_owned(),
        fit => format!("{fit}_"),
    }
}

/// A user name that any server takes.
fn user_name(nick: &str) -> String {
    let name: String = nick
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(9)
        .collect();
    if name.is_empty() { "user".into() } else { name }
}
