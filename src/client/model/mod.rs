//! What the screen shows and what keys do: changed by inputs alone, without I/O or a clock.

mod bare;
pub mod buffer;
mod cleaning;
mod comings;
pub mod commands;
pub mod completion;
mod drafts;
pub mod editor;
pub mod glance;
mod going;
mod happenings;
pub mod hosting;
mod ignored;
mod input;
pub mod invitations;
pub mod keys;
mod leaving;
pub mod limits;
mod line;
pub mod lines;
pub mod mention;
pub mod mouse;
mod notify;
mod order;
pub mod overlay;
pub mod place;
pub mod question;
pub mod reading;
mod sending;

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::action::Action;
use super::happening::{BufferName, Happening, Limits, Millis, Stretch};
use super::key::{Key, TerminalInput};
use super::rooms::Rooms;
use super::source::Origins;
use crate::irc::fold::CaseMapping;
use crate::text::{Language, Texts, Widths};
pub use cleaning::clean;
pub use order::{Section, TALKS_MAX};

use buffer::{Buffer, ECHO_PATIENCE_MS, Line, LineKind, Past, Standing};
use completion::Completion;
use editor::{Entered, Kills};
use keys::Keymap;
use mouse::Pointing;
use overlay::Overlay;
use question::Looking;
use reading::Reader;

/// What a model is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name one wishes to go by.
    pub nick: String,
    /// The language of the interface.
    pub language: Language,
    /// In which times are shown.
    pub zone: TimeZone,
    /// Whether lines are drawn with ASCII alone.
    pub is_ascii: bool,
    /// Whether the mouse is used.
    pub has_mouse: bool,
    /// How the marks of one's own lines begin: another one in each run of the program.
    pub nonce_prefix: String,
}

/// What changes a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Keys, pasted text, the size of the terminal.
    Terminal(TerminalInput),
    /// What became true on the server.
    Happening(Happening),
    /// What the reader's editor made of the draft.
    Edited(String),
    /// The deadline that the model asked for has come.
    Tick,
    /// The server was reached.
    Reached {
        /// Whether this client hosts it.
        is_hosted: bool,
        /// Where it was; none where it is in this process.
        address: Option<String>,
    },
    /// Leaving harms nobody, so that a key that asked for it is only to be confirmed.
    AskQuit(Key),
    /// Leaving would close the room on so many others.
    AskLeaving {
        /// How many.
        others: usize,
        /// What they are told.
        reason: Option<String>,
    },
    /// Pausing would stop the room for so many others.
    CannotPause {
        /// How many.
        others: usize,
    },
}

/// How the connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// It is being made.
    Connecting,
    /// It is up.
    Online,
    /// It is lost.
    Offline {
        /// Why.
        why: String,
        /// When it is tried again.
        again_in_seconds: Option<u64>,
    },
}

/// All that the screen shows, but for rooms and members.
pub struct Model {
    texts: Arc<Texts>,
    settings: Settings,
    now: Millis,
    nick: String,
    lobby: Option<String>,
    network: String,
    connection: Connection,
    away: Option<String>,
    is_leaving: bool,
    /// What commands were answered before the lobby opened, where they were refused.
    refused_early: Vec<String>,
    is_hosting: bool,
    /// Where the server was reached; none where it is not known or in this process.
    address: Option<String>,
    buffers: Vec<Buffer>,
    open: usize,
    last_open: Option<BufferName>,
    /// By which rule for names they are in order.
    folding: CaseMapping,
    /// Whether it was said that there are as many of them as may be.
    has_told_of_many: bool,
    reader: Reader,
    looking: Looking,
    limits: Limits,
    draft_due: Option<Millis>,
    /// Whose draft is in the reader's editor.
    editing: Option<BufferName>,
    wanted: Vec<String>,
    knows_people: bool,
    size: (u16, u16),
    hides_sidebar: bool,
    hides_members: bool,
    overlay: Option<Overlay>,
    completion: Option<Completion>,
    keys: Keymap,
    kills: Kills,
    /// What was entered in any conversation.
    entered: Entered,
    /// The line of the open conversation that was gone to.
    jumped_to: Option<i64>,
    /// Who is ignored, by name or account.
    ignored: Vec<String>,
    nonces: u64,
    /// What the mouse is told about in the row of hints.
    pointing: Pointing,
    widths: Widths,
    /// Where the values of settings come from.
    origins: Origins,
    actions: Vec<Action>,
}

impl Model {
    /// A model that knows nothing but its settings.
    pub fn new(settings: Settings) -> Self {
        let texts = Arc::new(Texts::new(settings.language));
        Self::with_texts(settings, texts)
    }

    /// A model that says what it says by these texts.
    pub fn with_texts(settings: Settings, texts: Arc<Texts>) -> Self {
        Self {
            texts,
            now: 0,
            nick: settings.nick.clone(),
            widths: Widths::default(),
            pointing: Pointing::new(settings.has_mouse),
            settings,
            lobby: None,
            network: String::new(),
            connection: Connection::Connecting,
            away: None,
            is_leaving: false,
            refused_early: Vec::new(),
            is_hosting: false,
            address: None,
            buffers: vec![Buffer::new(BufferName::Server)],
            open: 0,
            last_open: None,
            folding: CaseMapping::default(),
            has_told_of_many: false,
            reader: Reader::default(),
            looking: Looking::default(),
            limits: Limits::default(),
            draft_due: None,
            editing: None,
            wanted: Vec::new(),
            knows_people: false,
            size: (80, 24),
            hides_sidebar: false,
            hides_members: false,
            overlay: None,
            completion: None,
            keys: Keymap::default(),
            kills: Kills::default(),
            entered: Entered::default(),
            jumped_to: None,
            ignored: Vec::new(),
            nonces: 0,
            origins: Origins::default(),
            actions: Vec::new(),
        }
    }

    /// Takes other keys.
    pub fn bind(&mut self, keys: Keymap) {
        self.keys = keys;
    }

    /// The keys in force.
    pub fn keys(&self) -> &Keymap {
        &self.keys
    }

    /// The line of the open conversation that was gone to.
    pub fn jumped_to(&self) -> Option<i64> {
        self.jumped_to
    }

    /// Takes what came, at `now`, and says what is to be done.
    pub fn update(&mut self, input: Input, rooms: &Rooms, now: Millis) -> Vec<Action> {
        self.now = now;
        self.widths.measure(|| self.take(input, rooms));
        std::mem::take(&mut self.actions)
    }

    fn take(&mut self, input: Input, rooms: &Rooms) {
        if self.folding != rooms.mapping() {
            self.sort(rooms);
        }
        match input {
            Input::Terminal(input) => self.take_input(input, rooms),
            Input::Happening(happening) => {
                if let Some(happening) = self.heed(happening, rooms) {
                    self.take_happening(happening, rooms);
                }
            }
            Input::Edited(text) => self.edited(&text, rooms),
            Input::Tick => {
                self.look_no_longer();
                self.keep_due_drafts();
            }
            Input::Reached { is_hosted, address } => {
                (self.is_hosting, self.address) = (is_hosted, address);
            }
            Input::AskQuit(key) => self.overlay = Some(Overlay::Quit { key }),
            Input::AskLeaving { others, reason } => self.ask_leaving(others, reason),
            Input::CannotPause { others } => self.refuse_to_pause(others),
        }
        self.shed();
        self.watch();
        self.keep_places();
        self.follow_person(rooms);
    }

    /// When the model wants a tick; none when only an input can change it.
    pub fn deadline(&self) -> Option<Millis> {
        let sent = self.buffers.iter().flat_map(|buffer| &buffer.outgoing);
        let late = sent
            .filter(|outgoing| outgoing.standing == Standing::Sent)
            .map(|outgoing| outgoing.at + ECHO_PATIENCE_MS)
            .filter(|&deadline| deadline > self.now)
            .min();
        let others = [self.read_deadline(), self.look_deadline(), self.draft_due];
        others.into_iter().flatten().chain(late).min()
    }

    /// The texts in the reader's language.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// What it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time of the last update.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The name one goes by.
    pub fn nick(&self) -> &str {
        &self.nick
    }

    /// The server's or network's name; empty until it is known.
    pub fn network(&self) -> &str {
        &self.network
    }

    /// How the connection stands.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What one says of being away; none when one is not.
    pub fn away(&self) -> Option<&str> {
        self.away.as_deref()
    }

    /// Whether one is leaving, and echoes are awaited.
    pub fn is_leaving(&self) -> bool {
        self.is_leaving
    }

    /// The conversations, in the order of the sidebar.
    pub fn buffers(&self) -> &[Buffer] {
        &self.buffers
    }

    /// The open conversation.
    pub fn buffer(&self) -> &Buffer {
        self.buffers
            .get(self.open)
            .expect("the open conversation is one of those there are")
    }

    /// What lies over the screen.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// The word that is being completed.
    pub fn completion(&self) -> Option<&Completion> {
        self.completion.as_ref()
    }

    /// The size of the terminal: columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// How wide the terminal shows what terminals disagree on.
    pub fn widths(&self) -> Widths {
        self.widths
    }

    /// Whether the sidebar is wished away.
    pub fn hides_sidebar(&self) -> bool {
        self.hides_sidebar
    }

    /// Whether the list of members is wished away.
    pub fn hides_members(&self) -> bool {
        self.hides_members
    }

    /// The conversations that are shown, by their places: the server's own only when it says something.
    pub fn shown(&self) -> Vec<usize> {
        let is_alone = self.buffers.len() == 1;
        let is_shown = |(at, buffer): (usize, &Buffer)| {
            let is_used = buffer.name != BufferName::Server || !buffer.is_empty() || is_alone;
            (is_used || at == self.open).then_some(at)
        };
        self.buffers
            .iter()
            .enumerate()
            .filter_map(is_shown)
            .collect()
    }

    /// The place of the open conversation.
    pub fn open_index(&self) -> usize {
        self.open
    }

    fn buffer_mut(&mut self) -> &mut Buffer {
        self.buffers
            .get_mut(self.open)
            .expect("the open conversation is one of those there are")
    }

    /// Shows a conversation, and asks for its past when nobody did.
    fn show(&mut self, at: usize) {
        if at >= self.buffers.len() {
            return;
        }
        self.completion = None;
        self.jumped_to = None;
        self.end_find();
        if at != self.open {
            self.buffer_mut().editor.pause();
            self.look_elsewhere();
        }
        self.open = at;
        self.keep_open();
        self.ask_past();
        self.return_to_spot();
        self.fill();
    }

    fn ask_past(&mut self) {
        let is_online = self.connection == Connection::Online;
        let buffer = self.buffer_mut();
        let is_there = match buffer.name {
            BufferName::Server => false,
            BufferName::Room(_) => buffer.is_joined,
            BufferName::Person(_) => true,
        };
        if is_online && is_there && buffer.past == Past::Unasked {
            buffer.past = Past::Asked;
            let name = buffer.name.clone();
            self.actions.push(Action::Past {
                buffer: name,
                which: Stretch::Newest,
            });
        }
    }

    fn remove(&mut self, at: usize) {
        self.buffers.remove(at);
        if at < self.open {
            self.open -= 1;
        } else if at == self.open {
            self.open = at.min(self.buffers.len().saturating_sub(1));
            if self.buffer().name == BufferName::Server {
                self.open = 0;
            }
            self.completion = None;
            self.jumped_to = None;
            self.end_find();
            self.reader_moved();
            self.ask_past();
        }
    }

    /// Adds a line that nobody said.
    fn note(&mut self, at: usize, kind: LineKind, when: Millis, text: &str) {
        if let Some(buffer) = self.buffers.get_mut(at) {
            let text = clean(text);
            let note = Line::note(when, &text);
            buffer.push(Line { kind, ..note });
        }
    }

    fn note_here(&mut self, kind: LineKind, text: &str) {
        self.answer(kind, text);
    }

    fn text(&self, key: &str) -> String {
        self.texts.get(key).into_owned()
    }
}
