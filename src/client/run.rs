//! The client's loop: keys first, then the socket, then the screen.

mod acting;
mod drawing;
mod editing;
mod holding;
mod ignored;
mod keep;
mod leaving;
mod line;
mod losing;
mod settings;
mod signals;
mod waking;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep_until};

use super::happening::{BufferName, Happening, Millis};
use super::key::TerminalInput;
use super::link::{Link, LinkEvent};
use super::local::Local;
use super::model::commands::room_name;
use super::model::{Input, Model, Settings};
use super::pace::Pace;
use super::sentence::Sentence;
use super::session::{Liveness, Profile, Session};
use super::source::Source;
use super::store::{Store, random_word};
use super::terminal::{Terminal, TerminalEvent, Urgency};
use super::view::Screen;
use super::{JoinOptions, Outcome};
use crate::irc::framing::Framer;
use editing::Editing;
use holding::Holding;
use keep::Keeper;
use leaving::Leaving;
use signals::Signals;
use waking::Clocks;

/// How long a server may take to say a first word of IRC.
const FIRST_WORD: Duration = Duration::from_secs(3);

/// How long a turn listens to the server before keys are looked at again.
const TURN: Duration = Duration::from_millis(5);
/// Bytes after which it is looked whether that is over.
const PIECE_BYTES: usize = 2 * 1024;

/// The loop's state.
struct Client<'a, T> {
    terminal: &'a mut T,
    model: Model,
    session: Session,
    link: Link,
    framer: Framer,
    store: Store,
    pace: Pace,
    /// How the screen was divided in the last frame.
    screen: Option<Screen>,
    /// Until when the server is not listened to: what it says could not be drawn sooner.
    rests_until: Option<Instant>,
    has_read_much: bool,
    identity: Option<String>,
    was_online: bool,
    /// Since when it runs.
    began: Instant,
    /// Whether it was said what to do about a host that answers nothing.
    has_advised: bool,
    is_plain: bool,
    awaits_name: bool,
    first_word: Option<Instant>,
    /// One's own lines that are neither confirmed nor refused, by their marks.
    unconfirmed: BTreeMap<String, (BufferName, String)>,
    /// Where what is typed went last, for who sees no screen.
    place: BufferName,
    /// Lines that a pipe has and nobody took in.
    unread: usize,
    has_failed: bool,
    leaving: Option<Leaving>,
    keeper: Keeper,
    holding: Holding,
    clocks: Clocks,
    local: Option<Local>,
    editing: Option<Editing>,
    title: String,
    /// Whether the server of this process is to go on.
    keeps_hosting: bool,
    /// Whether the terminal is to be given back for a while.
    is_pausing: bool,
    /// Whether one is off line because one wants to be.
    is_off: bool,
    /// Where the settings come from.
    source: Option<Source>,
}

/// Runs a client at a terminal until it is left; the error is a sentence for a person.
pub async fn run<T: Terminal>(options: JoinOptions, terminal: &mut T) -> Result<Outcome> {
    let mut client = Client::new(options, terminal)?;
    let mut signals = Signals::new()?;
    let ended = client.run(&mut signals).await;
    client.release_all();
    client.keep_drafts();
    client.write_kept();
    ended?;
    client.own_up()?;
    if let Some(why) = client.terminal.broken() {
        bail!(why);
    }
    let has_failed = client.has_failed || client.terminal.has_failed();
    Ok(match (client.keeps_hosting, has_failed) {
        (true, _) => Outcome::KeepHosting,
        (false, true) => Outcome::Failed,
        (false, false) => Outcome::Done,
    })
}

impl<'a, T: Terminal> Client<'a, T> {
    fn new(options: JoinOptions, terminal: &'a mut T) -> Result<Self> {
        let store = Store::open(&options.data)?;
        let nick = options.name.clone().unwrap_or_default();
        let settings = Settings {
            nick: nick.clone(),
            language: options.texts.language(),
            zone: jiff::tz::TimeZone::system(),
            is_ascii: options.ascii,
            has_mouse: options.mouse,
            nonce_prefix: random_word()?,
        };
        let profile = Profile {
            nick: nick.clone(),
            password: options.password,
            rooms: options.rooms.iter().map(|room| room_name(room)).collect(),
            ..Profile::default()
        };
        let model = Model::with_texts(settings, options.texts);
        terminal.mouse(options.mouse);
        let mut client = Self {
            is_plain: terminal.size().is_none(),
            terminal,
            model,
            session: Session::new(profile),
            link: Link::new(options.dial, store.clone(), options.name),
            framer: Framer::server_to_client(),
            store,
            pace: Pace::new(Instant::now()),
            screen: None,
            rests_until: None,
            has_read_much: false,
            identity: None,
            was_online: false,
            began: Instant::now(),
            has_advised: false,
            awaits_name: false,
            first_word: None,
            unconfirmed: BTreeMap::new(),
            place: BufferName::Server,
            unread: 0,
            has_failed: false,
            leaving: None,
            keeper: Keeper::default(),
            holding: Holding::default(),
            clocks: Clocks::new(now(), Instant::now()),
            local: options.local,
            editing: None,
            title: String::new(),
            keeps_hosting: false,
            is_pausing: false,
            is_off: false,
            source: None,
        };
        client.bind(&options.keys);
        client.take_source(options.source);
        if let Some((columns, rows)) = client.terminal.size() {
            client.update(Input::Terminal(TerminalInput::Resize(columns, rows)));
        }
        client.draw();
        Ok(client)
    }

    /// Takes turns until it is left.
    async fn run(&mut self, signals: &mut Signals) -> Result<()> {
        loop {
            let deadline = self.deadline();
            let rests = self.rests_until.is_some();
            tokio::select! {
                biased;
                event = self.terminal.event(), if self.may_type() => self.terminal_event(event),
                signal = signals.next() => self.signalled(signal),
                event = self.link.event(rests) => self.link_event(event)?,
                code = Editing::end(&mut self.editing) => self.end_editing(code),
                () = self.keeper.written() => self.end_writing(),
                () = sleep_until(deadline) => {
                    if self.has_rested() {
                        continue;
                    }
                }
            }
            self.look_at_clocks();
            if self.is_done() {
                return Ok(());
            }
            if std::mem::take(&mut self.is_pausing) {
                self.terminal.pause().await;
                self.resume();
            }
            self.on_time()?;
            self.send();
            self.draw();
            if std::mem::take(&mut self.has_read_much) {
                // Without this a server that never falls silent would keep keys and timers from being seen.
                tokio::task::yield_now().await;
            }
        }
    }

    fn terminal_event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Ready => {}
            TerminalEvent::Input(input) => {
                self.input(input);
                while let Some(input) = self.terminal.next_input() {
                    self.input(input);
                }
            }
        }
    }

    fn input(&mut self, input: TerminalInput) {
        match input {
            TerminalInput::Closed => return self.end_of_input(),
            TerminalInput::Resize(..) => self.terminal.repaint(),
            TerminalInput::Key(_)
            | TerminalInput::Mouse(_)
            | TerminalInput::Paste(_)
            | TerminalInput::PastedTooMuch(_)
            | TerminalInput::PasteBroken
            | TerminalInput::Line(_)
            | TerminalInput::Widths(_)
            | TerminalInput::Focus(_) => {}
        }
        if self.link.is_up() {
            self.session.used(now());
        }
        self.update(Input::Terminal(input));
    }

    fn link_event(&mut self, event: LinkEvent) -> Result<()> {
        match event {
            LinkEvent::Dialling => self.happened(Happening::Connecting),
            LinkEvent::Bytes => self.read()?,
            LinkEvent::Lost(error) => self.lost(error)?,
            LinkEvent::Up {
                identity,
                name,
                has_key,
                notes,
            } => self.up(identity, &name, has_key, notes)?,
        }
        Ok(())
    }

    fn up(
        &mut self,
        identity: String,
        name: &str,
        has_key: bool,
        notes: Vec<Sentence>,
    ) -> Result<()> {
        if self
            .identity
            .as_ref()
            .is_some_and(|known| *known != identity)
        {
            bail!(Sentence::text("lost-another-server"));
        }
        self.identity = Some(identity);
        self.is_off = false;
        self.framer = Framer::server_to_client();
        self.first_word = Some(Instant::now() + FIRST_WORD);
        self.session.set_profile(name, has_key);
        self.session.begin(now());
        // They are read in the public screen, once it opens.
        for note in notes {
            self.told(BufferName::Server, note);
        }
        self.update(Input::Reached {
            is_hosted: self.link.present().is_some(),
            address: self.link.address().map(str::to_owned),
        });
        Ok(())
    }

    fn read(&mut self) -> Result<()> {
        let mut framer = std::mem::replace(&mut self.framer, Framer::server_to_client());
        let (buffer, range) = self.link.take_bytes();
        let (began, mut taken) = (Instant::now(), range.start);
        let bytes = buffer.get(range.clone()).unwrap_or_default();
        for piece in bytes.chunks(PIECE_BYTES) {
            framer.push(piece, &mut |frame| {
                for happening in self.session.receive_frame(frame, now()) {
                    self.happened(happening);
                }
            });
            taken += piece.len();
            if began.elapsed() > TURN {
                break;
            }
        }
        self.framer = framer;
        // A line or a farewell may have ended the connection, with all that came by it.
        let is_up = self.link.is_up();
        self.link
            .give_back(buffer, if is_up { taken } else { range.end });
        self.rest_after(taken - range.start, taken < range.end);
        if self.first_word.is_some() && self.session.has_heard() {
            self.first_word = None;
        }
        if self.is_plain && self.awaits_name {
            bail!(self.session.refusal());
        }
        Ok(())
    }

    /// Passes on what became true, after taking note of what the loop itself must know.
    fn happened(&mut self, happening: Happening) {
        let Some(happening) = self.model.heed(happening, self.session.rooms()) else {
            return;
        };
        let mut is_own = false;
        match &happening {
            Happening::Online { nick, .. } => {
                self.was_online = true;
                self.has_advised = false;
                self.awaits_name = false;
                self.link.succeeded();
                self.tell_ignored();
                if let Some(identity) = &self.identity {
                    // That the name is not remembered is no reason to stop.
                    let _ = self.store.set_last_name(identity, nick);
                }
            }
            Happening::NameRefused { .. } => self.awaits_name = true,
            Happening::Renamed(new) => self.renamed(&new.clone()),
            Happening::Said { buffer, message } => {
                if matches!(buffer, BufferName::Person(_)) {
                    self.tell_kept(buffer);
                }
                let nonce = message.nonce.as_ref();
                is_own = nonce.is_some_and(|nonce| self.unconfirmed.remove(nonce).is_some());
            }
            Happening::NotSent { nonce, why } => self.not_sent(nonce, why),
            Happening::Past { messages, .. } => {
                for nonce in messages.iter().filter_map(|message| message.nonce.as_ref()) {
                    self.unconfirmed.remove(nonce);
                }
            }
            Happening::Invited { .. } => self.tell_kept_apart(),
            Happening::RoomOpened(room) => self.tell_kept(&BufferName::Room(room.clone())),
            Happening::DirectTalk(people) => {
                for (nick, _) in people {
                    self.tell_kept(&BufferName::Person(nick.clone()));
                }
            }
            Happening::Told { is_failure, .. } => self.has_failed |= *is_failure && self.is_plain,
            Happening::Connecting
            | Happening::Offline { .. }
            | Happening::RoomClosed { .. }
            | Happening::Kept(_)
            | Happening::Limits(_)
            | Happening::Ignoring(_)
            | Happening::Presence { .. }
            | Happening::Topic { .. }
            | Happening::Modes { .. }
            | Happening::RoomList(_)
            | Happening::Looked { .. }
            | Happening::Whois { .. }
            | Happening::Away(_)
            | Happening::AlwaysOn(_) => {}
        }
        // Who typed a line knows it.
        if !is_own {
            self.tell_in_order(&happening);
        }
        let is_online = matches!(happening, Happening::Online { .. });
        self.update(Input::Happening(happening));
        if is_online {
            self.tell_kept_apart();
        }
    }

    /// All names of an account are shown by the same key.
    fn renamed(&mut self, new: &str) {
        self.write_kept();
        if let Some(identity) = &self.identity {
            let old = self.link.name().to_owned();
            // Without the copy the next connection under that name is a guest's.
            let _ = self.store.copy_key(identity, &old, new);
            let _ = self.store.copy_kept(identity, &old, new);
            // The next start is under the name that was chosen last.
            let _ = self.store.set_last_name(identity, new);
            self.link.set_name(new);
        }
    }

    fn is_online(&self) -> bool {
        self.session.is_online() && self.link.is_up() && !self.is_off
    }

    /// Another name has another key, so the connection is made anew.
    fn take_name(&mut self, name: &str) {
        self.awaits_name = false;
        self.is_off = false;
        self.link.set_name(name);
        self.link.again();
    }

    fn told(&mut self, buffer: BufferName, text: Sentence) {
        self.happened(Happening::Told {
            buffer,
            text,
            is_failure: false,
        });
    }

    /// The next time at which something is to be done without being asked.
    fn deadline(&mut self) -> Instant {
        let at = Instant::now();
        let clock = now();
        let instant =
            |time: Millis| at + Duration::from_millis((time - clock).try_into().unwrap_or(0));
        let mut deadline = at + Duration::from_secs(3600);
        if let Some(time) = self.model.deadline() {
            deadline = deadline.min(instant(time));
        }
        if self.link.is_up()
            && let Liveness::Until(time) = self.session.tick(clock)
        {
            deadline = deadline.min(instant(time));
        }
        for time in [
            self.keeper.due(),
            self.holding.until(),
            self.first_word,
            self.leaving.as_ref().map(|leaving| leaving.until),
            self.rests_until,
        ] {
            deadline = time.map_or(deadline, |time| deadline.min(time));
        }
        if self.terminal.is_ready(Urgency::Talk) {
            deadline = self.pace.due(at).map_or(deadline, |due| deadline.min(due));
        }
        deadline
    }

    fn on_time(&mut self) -> Result<()> {
        if self.model.deadline().is_some_and(|time| time <= now()) {
            self.update(Input::Tick);
        }
        if self.keeper.due().is_some_and(|due| due <= Instant::now()) {
            self.begin_to_write();
        }
        if self
            .holding
            .until()
            .is_some_and(|until| until <= Instant::now())
        {
            self.release_all();
        }
        if self.first_word.is_some_and(|until| until <= Instant::now()) {
            let silent = Sentence::text("lost-no-chat").with("seconds", FIRST_WORD.as_secs());
            self.lost(silent.into())?;
        }
        if self.link.is_up() && self.session.tick(now()) == Liveness::Dead {
            self.lost(Sentence::text("lost-silent").into())?;
        }
        self.say_goodbye();
        Ok(())
    }

    fn send(&mut self) {
        let out = self.session.take_out();
        if !out.is_empty() && !self.link.send(&out) {
            // It was up, so there is nothing that would end the program.
            let _ = self.lost(Sentence::text("lost-stuck").into());
        }
    }
}

fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests;
