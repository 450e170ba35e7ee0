//! One connection to an IRC server without any I/O: lines in, happenings and bytes out.
//!
//! It outlives a lost connection: [`Session::begin`] starts the next one, and what was known of
//! rooms and of the past goes on from there.

mod ask;
mod batch;
mod broken;
mod membership;
mod names;
pub(super) mod refusal;
mod registration;
mod reply;
mod say;
mod talk;
mod tell;

use std::collections::BTreeMap;

use crate::irc::caps::Cap;
use crate::irc::line::Line;
use crate::irc::write::LineWriter;

use super::action::Action;
use super::happening::{BufferName, Happening, Millis, Who};
use super::rooms::Rooms;
use super::sentence::Sentence;

pub use say::piece_count;

use ask::Asks;
use batch::Batches;
use registration::Link;
use talk::Talk;

/// Silence after which the server is asked whether it is there, in milliseconds.
const SILENCE_MS: Millis = 90_000;
/// How long it may take to answer, in milliseconds.
const ANSWER_MS: Millis = 30_000;
/// Silence after which somebody who does something is not left to talk to nobody, in milliseconds.
const QUIET_MS: Millis = 60_000;
/// How long the server may take to answer while somebody waits, in milliseconds.
const SOON_MS: Millis = 5_000;

/// Who one is and where one wants to be.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The name to go by.
    pub nick: String,
    /// The real name, as told by WHOIS; the name when empty.
    pub real_name: String,
    /// The server's password.
    pub password: Option<String>,
    /// Whether the connection proves a key, so that SASL EXTERNAL may be tried.
    pub has_key: bool,
    /// Rooms to be in beside the lobby.
    pub rooms: Vec<String>,
    /// Whether it is one more session that is no presence.
    pub is_absent: bool,
}

/// A session on a server.
#[derive(Debug)]
pub struct Session {
    profile: Profile,
    nick: String,
    /// The name one went by before the connection was lost.
    last_nick: String,
    account: Option<String>,
    /// What oneself has said of being away; empty where only that is known.
    away: Option<String>,
    link: Link,
    rooms: Rooms,
    talk: Talk,
    batches: Batches,
    asks: Asks,
    /// When the invitations that were told were made, by room.
    invited: ByTarget<Millis>,
    /// Passwords of rooms, by room.
    passwords: ByTarget<String>,
    out: Vec<u8>,
    told: Vec<Happening>,
    last_heard: Millis,
    /// When the server counts as gone, since it was asked and has not answered yet.
    gone_at: Option<Millis>,
}

/// A line that came in, with what its tags say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming<'a> {
    /// The line.
    line: &'a Line<'a>,
    /// When: as the server says, else as it came in.
    at: Millis,
}

/// How long the connection may be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// Until this time, when [`Session::tick`] wants to be called again.
    Until(Millis),
    /// The server does not answer.
    Dead,
}

/// What is asked to hear when all is done.
const DONE: &str = "done?";

type Handler = fn(&mut Session, Incoming<'_>);

/// What is done with each command and numeric; any other is told as it stands.
const HANDLERS: &[(&str, Handler)] = &[
    ("PRIVMSG", talk::message),
    ("NOTICE", talk::message),
    ("BATCH", batch::batch),
    ("JOIN", membership::join),
    ("PART", membership::part),
    ("QUIT", membership::quit),
    ("NICK", membership::nick),
    ("AWAY", membership::away),
    ("ACCOUNT", membership::account),
    ("MODE", membership::mode),
    ("TOPIC", membership::topic),
    ("KICK", membership::kick),
    ("INVITE", membership::invite),
    ("PING", registration::ping),
    ("PONG", registration::pong),
    ("TAGMSG", nothing),
    ("ACK", nothing),
    ("CAP", registration::cap),
    ("AUTHENTICATE", registration::authenticate),
    ("ERROR", reply::error),
    ("FAIL", reply::fail),
    ("WARN", reply::standard),
    ("NOTE", reply::standard),
    ("CHATHISTORY", ask::target),
    ("001", registration::welcome),
    ("002", nothing),
    ("003", nothing),
    ("004", nothing),
    ("005", registration::supported),
    ("251", registration::census),
    ("252", registration::census),
    ("253", registration::census),
    ("254", registration::census),
    ("255", registration::census),
    ("265", registration::census),
    ("266", registration::census),
    ("301", reply::whois),
    ("305", membership::is_back),
    ("306", membership::is_away),
    ("311", reply::whois),
    ("312", reply::whois),
    ("313", reply::whois),
    ("317", reply::whois),
    ("318", reply::end_of_whois),
    ("319", reply::whois),
    ("320", reply::whois),
    ("330", reply::whois),
    ("338", reply::whois),
    ("378", reply::whois),
    ("379", reply::whois),
    ("671", reply::whois),
    ("315", names::end_of_who),
    ("321", nothing),
    ("322", reply::list),
    ("323", reply::end_of_list),
    ("324", reply::modes),
    ("329", nothing),
    ("331", membership::no_topic),
    ("332", membership::topic_is),
    ("333", nothing),
    ("341", reply::inviting),
    ("352", names::who_reply),
    ("354", names::who_special),
    ("353", names::names),
    ("366", names::end_of_names),
    ("375", nothing),
    ("376", registration::ready),
    ("422", registration::ready),
    ("900", registration::logged_in),
    ("901", registration::logged_out),
    ("902", registration::sasl_failed),
    ("903", registration::sasl_done),
    ("904", registration::sasl_failed),
    ("905", registration::sasl_failed),
    ("906", registration::sasl_failed),
    ("907", registration::sasl_done),
    ("908", nothing),
];

impl Session {
    /// A session of somebody; [`Session::begin`] starts it on a connection.
    pub fn new(profile: Profile) -> Self {
        Self {
            nick: profile.nick.clone(),
            last_nick: String::new(),
            profile,
            account: None,
            away: None,
            link: Link::default(),
            rooms: Rooms::default(),
            talk: Talk::default(),
            batches: Batches::default(),
            asks: Asks::default(),
            invited: ByTarget::new(),
            passwords: ByTarget::new(),
            out: Vec::new(),
            told: Vec::new(),
            last_heard: 0,
            gone_at: None,
        }
    }

    /// Begins on a new connection: forgets the last one's state and writes the registration.
    pub fn begin(&mut self, now: Millis) {
        if self.is_online() {
            self.last_nick.clone_from(&self.nick);
        }
        self.link = Link::default();
        self.batches = Batches::default();
        self.asks = Asks::default();
        self.out.clear();
        self.told.clear();
        self.last_heard = now;
        self.gone_at = None;
        self.account = None;
        self.talk.freeze();
        self.nick = self.profile.nick.clone();
        self.register();
    }

    /// Takes another name for the next connection, and says whether it has a key.
    pub fn set_profile(&mut self, nick: &str, has_key: bool) {
        nick.clone_into(&mut self.profile.nick);
        self.profile.has_key = has_key;
    }

    /// Why the name was refused, as a sentence that says what to do.
    pub fn refusal(&self) -> Sentence {
        let why = self.link.name_refused.clone();
        Sentence::text("lost-name")
            .with("name", self.nick.as_str())
            .with("why", why.unwrap_or_else(|| "?".into()))
    }

    /// Forgets the places in the past of all conversations: they were another server's.
    pub fn forget(&mut self) {
        self.talk = Talk::default();
        self.away = None;
        self.rooms = Rooms::default();
        self.invited.clear();
        self.passwords.clear();
    }

    /// Reads a line without its line end and says what became true.
    pub fn receive(&mut self, text: &str, now: Millis) -> Vec<Happening> {
        self.heard_at(now);
        // What is no line is nothing that anybody could do something about.
        if let Ok(line) = Line::parse(text) {
            self.link.has_heard = true;
            let at = time_of(&line).unwrap_or(now);
            self.dispatch(Incoming { line: &line, at });
        }
        std::mem::take(&mut self.told)
    }

    /// Something came. It may have been under way before the server was asked whether it is there: what
    /// shows that it is, is its answer.
    fn heard_at(&mut self, now: Millis) {
        self.last_heard = now;
        self.gone_at = self.gone_at.map(|at| at.max(now + SOON_MS));
    }

    /// The server has answered.
    fn is_there(&mut self) {
        self.gone_at = None;
    }

    /// Writes what an action asks for; what becomes true at once is said.
    pub fn perform(&mut self, action: &Action, now: Millis) -> Vec<Happening> {
        self.act(action, now);
        std::mem::take(&mut self.told)
    }

    /// The bytes for the server since the last time.
    pub fn take_out(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Asks a silent server whether it is there, and says when to call again.
    pub fn tick(&mut self, now: Millis) -> Liveness {
        if let Some(gone_at) = self.gone_at {
            if now >= gone_at {
                return Liveness::Dead;
            }
            return Liveness::Until(gone_at);
        }
        if now - self.last_heard >= SILENCE_MS {
            self.ask_whether_there(now + ANSWER_MS);
            return Liveness::Until(now + ANSWER_MS);
        }
        Liveness::Until(self.last_heard + SILENCE_MS)
    }

    /// Somebody does something: a server that has been silent for a minute is asked whether it is there,
    /// and must answer soon.
    pub fn used(&mut self, now: Millis) {
        let is_soon = self.gone_at.is_some_and(|at| at <= now + SOON_MS);
        if now - self.last_heard >= QUIET_MS && self.is_online() && !is_soon {
            self.ask_whether_there(now + SOON_MS);
        }
    }

    /// The clock jumped: the machine slept, or was set. What was awaited from before counts for nothing;
    /// the server is asked anew, and must answer soon.
    pub fn woke(&mut self, now: Millis) {
        self.last_heard = self.last_heard.min(now);
        if self.gone_at.is_some() || self.is_online() {
            self.ask_whether_there(now + SOON_MS);
        }
    }

    fn ask_whether_there(&mut self, gone_at: Millis) {
        self.gone_at = Some(gone_at);
        self.command("PING").trailing("there?").end();
    }

    /// The rooms that one is in, and who else is.
    pub fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// The name one goes by.
    pub fn nick(&self) -> &str {
        &self.nick
    }

    /// Whether the registration is done.
    pub fn is_online(&self) -> bool {
        self.link.is_ready
    }

    /// What the server said before it closed the connection.
    pub fn take_farewell(&mut self) -> Option<Sentence> {
        self.link.farewell.take().as_deref().map(refusal::gone)
    }

    /// Asks the server to say when all is done that it was told up to here.
    pub fn ask_when_done(&mut self) {
        self.link.undone += 1;
        self.command("PING").trailing(DONE).end();
    }

    /// Whether the server is asked for what stands before what is said in a conversation now.
    pub fn is_asking_past(&self, buffer: &BufferName) -> bool {
        self.asks.is_asking_past(buffer)
    }

    /// Whether all is done that [`Session::ask_when_done`] has asked about.
    pub fn is_all_done(&self) -> bool {
        self.link.undone == 0
    }

    /// Whether the server has said anything that is IRC.
    pub fn has_heard(&self) -> bool {
        self.link.has_heard
    }

    /// Whether lines of one's own are on their way.
    pub fn is_waiting(&self) -> bool {
        self.waiting() > 0
    }

    /// How many of them: a line that was cut counts for each piece.
    pub fn waiting(&self) -> usize {
        self.talk.waiting()
    }

    fn dispatch(&mut self, incoming: Incoming<'_>) {
        let command = incoming.line.command;
        let handler = HANDLERS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(command))
            .map_or(reply::other as Handler, |(_, handler)| *handler);
        handler(self, incoming);
    }

    /// Begins a line for the server.
    fn command(&mut self, command: &str) -> LineWriter<'_> {
        LineWriter::new(&mut self.out).command(command)
    }

    fn tell(&mut self, happening: Happening) {
        self.told.push(happening);
    }

    fn has(&self, cap: Cap) -> bool {
        self.link.caps.contains(cap)
    }

    fn fold(&self, name: &str) -> String {
        self.link.supported.case_mapping().fold(name)
    }

    fn is_me(&self, nick: &str) -> bool {
        self.link.supported.case_mapping().same(nick, &self.nick)
    }

    /// Whether oneself said a line, by whichever of one's names. Elsewhere several people may have
    /// one account.
    fn is_own(&self, line: &Line<'_>) -> bool {
        let is_account = || {
            let tag = line.tags.get("account");
            let mapping = self.link.supported.case_mapping();
            let both = tag.as_deref().zip(self.account.as_deref());
            self.has(Cap::Nonce) && both.is_some_and(|(said, own)| mapping.same(said, own))
        };
        line.mask().is_some_and(|mask| self.is_me(mask.nick)) || is_account()
    }

    fn is_room(&self, target: &str) -> bool {
        self.link.supported.is_room(target)
    }

    /// Who a line is from; the account is what its tag says, else what is known.
    fn who(&self, line: &Line<'_>) -> Who {
        let nick = line.mask().map_or("", |mask| mask.nick);
        let account = match line.tags.get("account") {
            Some(account) => Some(account.into_owned()),
            None if self.has(Cap::AccountTag) || !self.tells_accounts() => None,
            None => self.account_of(nick),
        };
        Who {
            nick: nick.to_owned(),
            account,
            is_self: self.is_me(nick),
        }
    }

    /// Whether the server says anywhere who has an account.
    fn tells_accounts(&self) -> bool {
        let is_told = self.has(Cap::ExtendedJoin) || self.has(Cap::AccountNotify);
        is_told || self.link.supported.get("WHOX").is_some()
    }

    /// The room of a name when one is in it, else the server's own buffer.
    fn place_of(&self, name: &str) -> BufferName {
        match self.room_name(name) {
            Some(room) => BufferName::Room(room),
            None => BufferName::Server,
        }
    }
}

impl<'a> Incoming<'a> {
    fn param(&self, index: usize) -> &'a str {
        self.line.params.at(index)
    }

    fn last(&self) -> &'a str {
        self.line.params.last().copied().unwrap_or_default()
    }
}

fn nothing(_: &mut Session, _: Incoming<'_>) {}

/// The time of a line (IRCv3 server-time).
fn time_of(line: &Line<'_>) -> Option<Millis> {
    let time = line.tags.get("time")?;
    let time: jiff::Timestamp = time.parse().ok()?;
    Some(time.as_millisecond())
}

/// A place in the past of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    id: Option<String>,
    at: Millis,
}

/// Where what is known of a conversation begins and ends.
#[derive(Clone, Debug, Default)]
struct Edges {
    oldest: Option<Place>,
    newest: Option<Place>,
    /// Where what was missed begins: the newest before the connection was lost.
    gap: Option<Place>,
}

type ByTarget<T> = BTreeMap<String, T>;

#[cfg(test)]
mod tests;
