//! The client's loop: keys first, then the socket, then the screen.

mod leaving;
mod signals;

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::time::{Instant, sleep_until};

use super::action::Action;
use super::happening::{BufferName, Happening, Millis};
use super::key::TerminalInput;
use super::link::{Link, LinkEvent, is_final};
use super::model::{Input, Model, Settings};
use super::naming::NoName;
use super::pace::Pace;
use super::session::{Liveness, Profile, Session};
use super::store::{Store, random_word};
use super::terminal::{Terminal, TerminalEvent};
use super::{JoinOptions, Outcome, view};
use crate::irc::framing::{Frame, Framer};
use signals::{Signal, Signals};

/// How long leaving waits for echoes.
const ECHOES: Duration = Duration::from_secs(5);
/// How long the end of input waits for echoes.
const END_OF_INPUT: Duration = Duration::from_secs(60);
/// How long the server may take over the last goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long a server may take to say a first word of IRC.
const FIRST_WORD: Duration = Duration::from_secs(3);
/// Lines of a pipe that may be unconfirmed at a time.
const UNCONFIRMED_MAX: usize = 64;

/// The loop's state.
struct Client<'a, T> {
    terminal: &'a mut T,
    model: Model,
    session: Session,
    link: Link,
    framer: Framer,
    store: Store,
    pace: Pace,
    identity: Option<String>,
    was_online: bool,
    is_plain: bool,
    awaits_name: bool,
    first_word: Option<Instant>,
    /// Marks of one's own lines that are neither confirmed nor refused.
    unconfirmed: BTreeSet<String>,
    has_failed: bool,
    leaving: Option<Leaving>,
    /// Whether the server of this process is to go on.
    keeps_hosting: bool,
    /// Whether the terminal is to be given back for a while.
    is_pausing: bool,
}

/// On the way out.
struct Leaving {
    reason: Option<String>,
    until: Instant,
    has_said_goodbye: bool,
}

/// Runs a client at a terminal until it is left; the error is a sentence for a person.
pub async fn run<T: Terminal>(options: JoinOptions, terminal: &mut T) -> Result<Outcome> {
    let mut client = Client::new(options, terminal)?;
    let mut signals = Signals::new()?;
    loop {
        let deadline = client.deadline();
        tokio::select! {
            biased;
            event = client.terminal.event(), if client.may_type() => client.terminal_event(event),
            event = client.link.event() => client.link_event(event)?,
            signal = signals.next() => match signal {
                Signal::End => client.end(),
                Signal::Continue => client.terminal.resume(),
            },
            () = sleep_until(deadline) => {}
        }
        if client.is_done() {
            break;
        }
        if std::mem::take(&mut client.is_pausing) {
            client.terminal.pause().await;
        }
        client.on_time()?;
        client.send();
        client.draw();
    }
    if !client.unconfirmed.is_empty() {
        let count = client.unconfirmed.len();
        bail!("left before {count} of what was said was confirmed; say it again to be sure");
    }
    Ok(match (client.keeps_hosting, client.has_failed) {
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
            language: options.language,
            zone: jiff::tz::TimeZone::system(),
            is_ascii: options.ascii,
            nonce_prefix: random_word()?,
        };
        let profile = Profile {
            nick: nick.clone(),
            password: options.password,
            rooms: options.rooms,
            ..Profile::default()
        };
        let mut client = Self {
            is_plain: terminal.size().is_none(),
            terminal,
            model: Model::new(settings),
            session: Session::new(profile),
            link: Link::new(options.dial, store.clone(), options.name),
            framer: Framer::server_to_client(),
            store,
            pace: Pace::new(Instant::now()),
            identity: None,
            was_online: false,
            awaits_name: false,
            first_word: None,
            unconfirmed: BTreeSet::new(),
            has_failed: false,
            leaving: None,
            keeps_hosting: false,
            is_pausing: false,
        };
        if let Some((columns, rows)) = client.terminal.size() {
            client.update(Input::Terminal(TerminalInput::Resize(columns, rows)));
        }
        client.draw();
        Ok(client)
    }

    /// Whether input is taken: a pipe waits while much of what it said is unconfirmed.
    fn may_type(&self) -> bool {
        !self.is_plain || self.unconfirmed.len() < UNCONFIRMED_MAX
    }

    fn terminal_event(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Written => {}
            TerminalEvent::Input(TerminalInput::Closed) => self.end_of_input(),
            TerminalEvent::Input(input) => {
                if matches!(input, TerminalInput::Resize(..)) {
                    self.terminal.repaint();
                }
                self.pace.hurry();
                self.update(Input::Terminal(input));
            }
        }
    }

    /// The end of piped input leaves once all is confirmed; a terminal that is gone leaves as `/quit`.
    fn end_of_input(&mut self) {
        let wait = match self.is_plain {
            true => END_OF_INPUT,
            false => ECHOES,
        };
        self.leave(None, wait);
    }

    /// A signal to end: there may be no terminal any more, so nothing is waited for.
    fn end(&mut self) {
        self.leave(None, Duration::ZERO);
    }

    fn leave(&mut self, reason: Option<String>, wait: Duration) {
        let until = Instant::now() + wait;
        match &mut self.leaving {
            Some(leaving) => leaving.until = leaving.until.min(until),
            None => {
                self.leaving = Some(Leaving {
                    reason,
                    until,
                    has_said_goodbye: false,
                });
            }
        }
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
        notes: Vec<String>,
    ) -> Result<()> {
        if self
            .identity
            .as_ref()
            .is_some_and(|known| *known != identity)
        {
            bail!(
                "another server answers there now; what was not sent stays unsent; start again to talk there"
            );
        }
        self.identity = Some(identity);
        self.framer = Framer::server_to_client();
        self.first_word = Some(Instant::now() + FIRST_WORD);
        self.session.set_profile(name, has_key);
        self.session.begin(now());
        // They are read in the public screen, once it opens.
        for note in notes {
            self.told(BufferName::Server, note);
        }
        self.update(Input::Hosts(self.link.present().is_some()));
        Ok(())
    }

    fn read(&mut self) -> Result<()> {
        let mut framer = std::mem::replace(&mut self.framer, Framer::server_to_client());
        let bytes = self.link.bytes().to_vec();
        framer.push(&bytes, &mut |frame| match frame {
            Frame::Line(line) => {
                for happening in self.session.receive(line, now()) {
                    self.happened(happening);
                }
            }
            Frame::TooLong | Frame::NotUtf8 => {}
        });
        self.framer = framer;
        if self.first_word.is_some() && self.session.has_heard() {
            self.first_word = None;
        }
        if self.is_plain && self.awaits_name {
            bail!("{}", self.session.refusal());
        }
        Ok(())
    }

    fn lost(&mut self, error: anyhow::Error) -> Result<()> {
        self.first_word = None;
        if self
            .leaving
            .as_ref()
            .is_some_and(|leaving| leaving.has_said_goodbye)
            || self.awaits_name
        {
            self.link.stop();
            return Ok(());
        }
        let why = match self.session.farewell() {
            Some(farewell) => farewell.to_owned(),
            None => format!("{error:#}"),
        };
        if error.is::<NoName>() && !self.is_plain {
            self.link.stop();
            self.ask_for_name();
            return Ok(());
        }
        if !self.was_online {
            bail!("{why}");
        }
        let again_in_seconds = match is_final(&error) {
            true => {
                self.link.stop();
                None
            }
            // What is begun of a second counts.
            false => Some((self.link.again_later() + Duration::from_millis(999)).as_secs()),
        };
        self.happened(Happening::Offline {
            why,
            again_in_seconds,
        });
        Ok(())
    }

    /// Passes on what became true, after taking note of what the loop itself must know.
    fn happened(&mut self, happening: Happening) {
        match &happening {
            Happening::Online { nick, .. } => {
                self.was_online = true;
                self.awaits_name = false;
                self.link.succeeded();
                if let Some(identity) = &self.identity {
                    // That the name is not remembered is no reason to stop.
                    let _ = self.store.set_last_name(identity, nick);
                }
            }
            Happening::NameRefused { .. } => self.awaits_name = true,
            Happening::Renamed(new) => self.renamed(&new.clone()),
            Happening::Said { message, .. } => {
                if let Some(nonce) = &message.nonce {
                    self.unconfirmed.remove(nonce);
                }
            }
            Happening::NotSent { nonce, .. } => {
                self.unconfirmed.remove(nonce);
                self.has_failed |= self.is_plain;
            }
            Happening::Past { messages, .. } => {
                for nonce in messages.iter().filter_map(|message| message.nonce.as_ref()) {
                    self.unconfirmed.remove(nonce);
                }
            }
            Happening::DirectTalk(people) => self.tell_read(people),
            Happening::Told { is_failure, .. } => self.has_failed |= *is_failure && self.is_plain,
            Happening::Connecting
            | Happening::Offline { .. }
            | Happening::RoomOpened(_)
            | Happening::RoomClosed { .. }
            | Happening::ReadBefore { .. }
            | Happening::Presence { .. }
            | Happening::Topic { .. }
            | Happening::Modes { .. }
            | Happening::Invited { .. }
            | Happening::RoomList(_)
            | Happening::Whois { .. }
            | Happening::Away(_) => {}
        }
        self.terminal.heard(&happening);
        self.update(Input::Happening(happening));
    }

    /// Tells what had been read of direct talk before.
    fn tell_read(&mut self, people: &[(String, Millis)]) {
        let Some(identity) = self.identity.clone() else {
            return;
        };
        for (nick, _) in people {
            let buffer = self.session.rooms().fold(nick);
            let name = self.link.name();
            let position = self.store.read_position(&identity, name, &buffer);
            if let Ok(Some(at)) = position {
                let nick = nick.clone();
                self.update(Input::Happening(Happening::ReadBefore { nick, at }));
            }
        }
    }

    /// All names of an account are shown by the same key.
    fn renamed(&mut self, new: &str) {
        if let Some(identity) = &self.identity {
            let old = self.link.name().to_owned();
            // Without the copy the next connection under that name is a guest's.
            let _ = self.store.copy_key(identity, &old, new);
            self.link.set_name(new);
        }
    }

    fn update(&mut self, input: Input) {
        let actions = self.model.update(input, self.session.rooms(), now());
        self.pace.is_dirty = true;
        for action in actions {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Reconnect => {
                self.link.again();
            }
            Action::Redraw => self.terminal.repaint(),
            Action::Bell => self.terminal.bell(),
            Action::Read { nick, at } => {
                if let Some(identity) = &self.identity {
                    let buffer = self.session.rooms().fold(&nick);
                    // What is not kept is unread again another day.
                    let name = self.link.name();
                    let _ = self.store.set_read_position(identity, name, &buffer, at);
                }
            }
            Action::Quit(reason) => self.quit(reason),
            Action::Close(reason) => self.leave(reason, ECHOES),
            Action::KeepHosting => self.keep_hosting(),
            Action::Pause => self.pause(),
            Action::Nick(name) if !self.is_online() => self.take_name(&name),
            Action::Say { .. }
            | Action::Join(_)
            | Action::Create { .. }
            | Action::Part { .. }
            | Action::Past { .. }
            | Action::List(_)
            | Action::Whois(_)
            | Action::Invite { .. }
            | Action::Kick { .. }
            | Action::Topic { .. }
            | Action::Mode { .. }
            | Action::Nick(_)
            | Action::Away(_)
            | Action::Raw(_) => {
                if let Action::Say { nonce, .. } = &action {
                    self.unconfirmed.insert(nonce.clone());
                }
                if self.is_online() {
                    for happening in self.session.perform(&action, now()) {
                        self.happened(happening);
                    }
                }
            }
        }
    }

    fn is_online(&self) -> bool {
        self.session.is_online() && self.link.is_up()
    }

    /// Another name has another key, so the connection is made anew.
    fn take_name(&mut self, name: &str) {
        self.awaits_name = false;
        self.link.set_name(name);
        self.link.again();
    }

    fn told(&mut self, buffer: BufferName, text: String) {
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
            self.first_word,
            self.leaving.as_ref().map(|leaving| leaving.until),
        ] {
            deadline = time.map_or(deadline, |time| deadline.min(time));
        }
        if self.terminal.is_ready() {
            deadline = self.pace.due(at).map_or(deadline, |due| deadline.min(due));
        }
        deadline
    }

    fn on_time(&mut self) -> Result<()> {
        if self.model.deadline().is_some_and(|time| time <= now()) {
            self.update(Input::Tick);
        }
        if self.first_word.is_some_and(|until| until <= Instant::now()) {
            self.lost(anyhow!(
                "what answers there is no chat: it said nothing that is IRC within {} seconds; is the address right?",
                FIRST_WORD.as_secs()
            ))?;
        }
        if self.link.is_up() && self.session.tick(now()) == Liveness::Dead {
            self.lost(anyhow!("the server does not answer any more"))?;
        }
        self.say_goodbye();
        Ok(())
    }

    /// Takes leave of the server once nothing is waited for.
    fn say_goodbye(&mut self) {
        let is_clear = self.unconfirmed.is_empty() && (!self.is_plain || !self.is_busy());
        let Some(leaving) = &mut self.leaving else {
            return;
        };
        if leaving.has_said_goodbye || !(is_clear || leaving.until <= Instant::now()) {
            return;
        }
        leaving.has_said_goodbye = true;
        leaving.until = Instant::now() + GOODBYE;
        let reason = leaving.reason.take();
        if self.link.is_up() {
            // What else a goodbye might make true, nobody is there to see.
            self.session.perform(&Action::Quit(reason), now());
        } else {
            self.link.stop();
        }
    }

    /// Whether a pipe's client is still on its way in.
    fn is_busy(&self) -> bool {
        !self.was_online
    }

    fn is_done(&self) -> bool {
        self.leaving.as_ref().is_some_and(|leaving| {
            leaving.has_said_goodbye && (!self.link.is_up() || leaving.until <= Instant::now())
        })
    }

    fn send(&mut self) {
        let out = self.session.take_out();
        if !out.is_empty() && !self.link.send(&out) {
            let error = anyhow!("the server takes nothing any more");
            // It was up, so there is nothing that would end the program.
            let _ = self.lost(error);
        }
    }

    fn draw(&mut self) {
        if self.terminal.size().is_none() || !self.terminal.is_ready() {
            return;
        }
        if !self.pace.may_draw(Instant::now()) {
            return;
        }
        let (model, rooms) = (&self.model, self.session.rooms());
        self.terminal.draw(&mut |buffer| {
            let area = *buffer.area();
            view::draw(model, rooms, area, buffer)
        });
    }
}

fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests;
