//! What the screen shows and what keys do: changed by inputs alone, without I/O or a clock.

pub mod buffer;
pub mod commands;
pub mod completion;
pub mod editor;
mod glance;
mod going;
mod happenings;
pub mod hosting;
mod ignored;
mod input;
pub mod keys;
mod leaving;
mod line;
pub mod lines;
pub mod mention;
pub mod overlay;
mod sending;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::action::Action;
use super::happening::{BufferName, Happening, Millis, Stretch};
use super::key::TerminalInput;
use super::rooms::Rooms;
use crate::text::{self, Language, Texts};
use buffer::{Buffer, ECHO_PATIENCE_MS, Line, LineKind, Past, Standing};
use completion::Completion;
use editor::{Entered, Kills};
use keys::Keymap;
use overlay::Overlay;

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
    /// The deadline that the model asked for has come.
    Tick,
    /// Whether this client hosts the server that it is on.
    Hosts(bool),
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

/// Under which heading a conversation stands, in the order of the sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The room that everybody is in.
    Public,
    /// Rooms that people make.
    Groups,
    /// People.
    Direct,
    /// The server itself.
    Server,
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
    is_hosting: bool,
    buffers: Vec<Buffer>,
    open: usize,
    last_open: Option<BufferName>,
    unread_home: Option<BufferName>,
    wanted: Vec<String>,
    knows_people: bool,
    size: (u16, u16),
    has_focus: bool,
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
            settings,
            lobby: None,
            network: String::new(),
            connection: Connection::Connecting,
            away: None,
            is_leaving: false,
            is_hosting: false,
            buffers: vec![Buffer::new(BufferName::Server)],
            open: 0,
            last_open: None,
            unread_home: None,
            wanted: Vec::new(),
            knows_people: false,
            size: (80, 24),
            has_focus: true,
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
        match input {
            Input::Terminal(input) => self.take_input(input, rooms),
            Input::Happening(happening) => {
                if let Some(happening) = self.heed(happening, rooms) {
                    self.take_happening(happening, rooms);
                }
            }
            Input::Tick => {}
            Input::Hosts(is_hosting) => self.is_hosting = is_hosting,
            Input::AskLeaving { others, reason } => self.ask_leaving(others, reason),
            Input::CannotPause { others } => self.refuse_to_pause(others),
        }
        std::mem::take(&mut self.actions)
    }

    /// When the model wants a tick; none when only an input can change it.
    pub fn deadline(&self) -> Option<Millis> {
        let sent = self.buffers.iter().flat_map(|buffer| &buffer.outgoing);
        sent.filter(|outgoing| outgoing.standing == Standing::Sent)
            .map(|outgoing| outgoing.at + ECHO_PATIENCE_MS)
            .filter(|&deadline| deadline > self.now)
            .min()
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

    /// Whether the sidebar is wished away.
    pub fn hides_sidebar(&self) -> bool {
        self.hides_sidebar
    }

    /// Whether the list of members is wished away.
    pub fn hides_members(&self) -> bool {
        self.hides_members
    }

    /// Under which heading a conversation stands.
    pub fn section(&self, name: &BufferName, rooms: &Rooms) -> Section {
        match name {
            BufferName::Server => Section::Server,
            BufferName::Person(_) => Section::Direct,
            BufferName::Room(room) => {
                let is_lobby = self
                    .lobby
                    .as_ref()
                    .is_some_and(|lobby| rooms.same(lobby, room));
                if is_lobby {
                    Section::Public
                } else {
                    Section::Groups
                }
            }
        }
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

    fn find(&self, name: &BufferName, rooms: &Rooms) -> Option<usize> {
        // The session writes a name in one way, so nearly always nothing has to be folded.
        let mut buffers = self.buffers.iter();
        let same = buffers.position(|buffer| buffer.name == *name);
        same.or_else(|| {
            let mut buffers = self.buffers.iter();
            buffers.position(|buffer| is_same(&buffer.name, name, rooms))
        })
    }

    /// The place of a conversation, which is new when it is not known yet.
    fn ensure(&mut self, name: &BufferName, rooms: &Rooms) -> usize {
        if let Some(at) = self.find(name, rooms) {
            return at;
        }
        let key = self.order(name, rooms);
        let at = self
            .buffers
            .partition_point(|buffer| self.order(&buffer.name, rooms) < key);
        self.buffers.insert(at, Buffer::new(name.clone()));
        if at <= self.open {
            self.open += 1;
        }
        at
    }

    fn order(&self, name: &BufferName, rooms: &Rooms) -> (Section, String) {
        let folded = match name {
            BufferName::Server => String::new(),
            BufferName::Room(name) | BufferName::Person(name) => rooms.fold(name),
        };
        (self.section(name, rooms), folded)
    }

    fn sort(&mut self, rooms: &Rooms) {
        let open = self.buffer().name.clone();
        let mut buffers = std::mem::take(&mut self.buffers);
        buffers.sort_by_cached_key(|buffer| self.order(&buffer.name, rooms));
        self.buffers = buffers;
        self.open = self.find(&open, rooms).unwrap_or(0);
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
            let left = self.buffer_mut();
            left.unread_line = None;
            left.editor.pause();
            self.last_open = Some(left.name.clone());
        }
        self.open = at;
        self.mark_read();
        self.ask_past();
    }

    fn mark_read(&mut self) {
        let buffer = self.buffer_mut();
        let until = buffer.read();
        if let (Some(at), BufferName::Person(nick)) = (until, &buffer.name) {
            let nick = nick.clone();
            self.actions.push(Action::Read { nick, at });
        }
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
            self.mark_read();
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

/// Whether two names are of one conversation.
fn is_same(a: &BufferName, b: &BufferName, rooms: &Rooms) -> bool {
    match (a, b) {
        (BufferName::Server, BufferName::Server) => true,
        (BufferName::Room(a), BufferName::Room(b))
        | (BufferName::Person(a), BufferName::Person(b)) => rooms.same(a, b),
        (BufferName::Server | BufferName::Room(_) | BufferName::Person(_), _) => false,
    }
}

/// A text as it is shown: harmless, without the marks of IRC's formats, tabs as blanks; line feeds stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().all(is_plain) {
        return text::harmless(text);
    }
    let lines: Vec<String> = text
        .trim_end_matches(['\n', '\r'])
        .split('\n')
        .map(clean_line)
        .collect();
    Cow::Owned(lines.join("\n"))
}

fn clean_line(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => plain.push_str("    "),
            '\u{3}' => skip_color(&mut chars),
            '\u{200d}' => plain.push(c),
            '\u{200b}'..='\u{200f}' => {}
            c if c.is_control() && c != '\u{1b}' => {}
            c => plain.push(c),
        }
    }
    text::harmless(&plain).into_owned()
}

/// Skips the digits of a colour: `12` or `12,4`.
fn skip_color(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let skip_digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut count = 0;
        while count < 2 && chars.next_if(char::is_ascii_digit).is_some() {
            count += 1;
        }
        count
    };
    if skip_digits(chars) > 0 {
        let mut ahead = chars.clone();
        if ahead.next() == Some(',') && ahead.next().is_some_and(|c| c.is_ascii_digit()) {
            chars.next();
            skip_digits(chars);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_without_what_could_harm() {
        assert_eq!(clean("a\tb"), "a    b");
        assert_eq!(clean("\u{2}bold\u{2} \u{3}12,4red\u{3}1,x"), "bold red,x");
        assert_eq!(clean("one\r\ntwo\n"), "one\ntwo");
        assert_eq!(
            clean("zero\u{200b}width \u{202e}rtl\u{202c} \u{7}"),
            "zerowidth rtl "
        );
        assert_eq!(clean("👨\u{200d}👩"), "👨\u{200d}👩");
        assert!(!clean("\u{1b}[31mx").contains('\u{1b}'));
    }
}
