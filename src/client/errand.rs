//! One more session of somebody's account, in one conversation and without a presence: what `send`
//! and `tail` come by.

mod json;
mod send;
mod tail;

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep_until, timeout};

use super::JoinOptions;
use super::action::Action;
use super::happening::{BufferName, Happening, Millis, Stretch};
use super::holder::{Unanswered, unanswered};
use super::link::{Link, LinkEvent, is_final};
use super::sentence::Sentence;
use super::session::{Liveness, Profile, Session};
use super::store::Store;
use crate::irc::framing::Framer;

pub use send::send;
pub use tail::{TailOptions, tail};

/// How long a server may take to say a first word of IRC.
const FIRST_WORD: Duration = Duration::from_secs(3);
/// How long the server may take over the goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// How people call the room that everybody is in, whatever its name.
const LOBBY: [&str; 2] = ["lobby", "#lobby"];

/// What says that of a conversation something is not shown.
const CUT: [&str; 3] = ["note-message-cut", "note-past-cut", "note-line-cut"];

/// A session on its way to one conversation, or in it.
struct Errand {
    session: Session,
    link: Link,
    framer: Framer,
    identity: Option<String>,
    first_word: Option<Instant>,
    /// The conversation as it was asked for.
    wanted: String,
    /// The conversation as the server calls it, once it is known.
    place: BufferName,
    step: Step,
    has_been_in: bool,
    is_leaving: bool,
    events: VecDeque<Event>,
}

/// How far the way to the conversation is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Outside,
    /// The server is asked whether there is such a room, since joining would make it.
    Looking,
    Joining,
    In,
}

/// What became of it.
enum Event {
    /// The conversation can be used: for the first time, or again.
    In { is_again: bool },
    /// Something happened, in this conversation or with a line of one's own.
    Happened(Happening),
    /// The connection is lost and is dialled again.
    Lost(Sentence),
}

impl Errand {
    fn new(options: JoinOptions, wanted: &str) -> Result<Self> {
        let store = Store::open(&options.data)?;
        let profile = Profile {
            password: options.password,
            is_absent: true,
            ..Profile::default()
        };
        Ok(Self {
            session: Session::new(profile),
            link: Link::new(options.dial, store, options.name),
            framer: Framer::server_to_client(),
            identity: None,
            first_word: None,
            wanted: wanted.to_owned(),
            place: BufferName::Server,
            step: Step::Outside,
            has_been_in: false,
            is_leaving: false,
            events: VecDeque::new(),
        })
    }

    /// The next event; the error is a sentence. It may be dropped at any time without a loss.
    async fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            self.write()?;
            let deadline = self.deadline();
            tokio::select! {
                biased;
                event = self.link.event(false) => self.link_event(event)?,
                () = sleep_until(deadline) => self.on_time()?,
            }
        }
    }

    /// Does something; what becomes true at once is an event.
    fn perform(&mut self, action: &Action) {
        for happening in self.session.perform(action, now()) {
            self.events.push_back(Event::Happened(happening));
        }
    }

    fn ask_past(&mut self, which: Stretch) {
        let buffer = self.place.clone();
        self.perform(&Action::Past { buffer, which });
    }

    fn is_here(&self, buffer: &BufferName) -> bool {
        let rooms = self.session.rooms();
        match (&self.place, buffer) {
            (BufferName::Room(a), BufferName::Room(b))
            | (BufferName::Person(a), BufferName::Person(b)) => rooms.same(a, b),
            (BufferName::Room(_) | BufferName::Person(_) | BufferName::Server, _) => false,
        }
    }

    /// Takes leave of the server.
    async fn leave(&mut self) {
        self.is_leaving = true;
        self.perform(&Action::Quit(None));
        let closed = async { while self.next().await.is_ok() {} };
        // Who does not answer is left all the same.
        let _ = timeout(GOODBYE, closed).await;
    }

    fn link_event(&mut self, event: LinkEvent) -> Result<()> {
        match event {
            LinkEvent::Dialling => Ok(()),
            LinkEvent::Bytes => self.read(),
            LinkEvent::Lost(error) => self.lost(&error),
            LinkEvent::Up {
                identity,
                name,
                has_key,
                ..
            } => self.up(identity, &name, has_key),
        }
    }

    fn up(&mut self, identity: String, name: &str, has_key: bool) -> Result<()> {
        if self
            .identity
            .as_ref()
            .is_some_and(|known| *known != identity)
        {
            bail!(Sentence::text("lost-another-server"));
        }
        self.identity = Some(identity);
        self.framer = Framer::server_to_client();
        self.first_word = Some(Instant::now() + FIRST_WORD);
        self.session.set_profile(name, has_key);
        self.session.begin(now());
        Ok(())
    }

    fn read(&mut self) -> Result<()> {
        let mut happenings = Vec::new();
        let (session, framer) = (&mut self.session, &mut self.framer);
        let (buffer, range) = self.link.take_bytes();
        let end = range.end;
        framer.push(buffer.get(range).unwrap_or_default(), &mut |frame| {
            happenings.extend(session.receive_frame(frame, now()));
        });
        self.link.give_back(buffer, end);
        if self.session.has_heard() {
            self.first_word = None;
        }
        for happening in happenings {
            self.happened(happening)?;
        }
        Ok(())
    }

    /// What a failure means: where the process that holds the data folder does not answer, which it is
    /// and what to do.
    fn why(&self, error: &anyhow::Error) -> Sentence {
        let why = Sentence::from(error);
        let Some(holder) = self.link.holder() else {
            return why;
        };
        let error = unanswered(why.clone().into(), holder);
        error
            .downcast_ref::<Unanswered>()
            .map_or(why, Unanswered::remedy)
    }

    fn lost(&mut self, error: &anyhow::Error) -> Result<()> {
        self.first_word = None;
        self.step = Step::Outside;
        let why = match self.session.take_farewell() {
            Some(farewell) => farewell,
            None => self.why(error),
        };
        if !self.has_been_in || self.is_leaving || is_final(error) {
            bail!(why);
        }
        self.link.again_later();
        self.events.push_back(Event::Lost(why));
        Ok(())
    }

    fn happened(&mut self, happening: Happening) -> Result<()> {
        let is_here = |room: &String| self.is_here(&BufferName::Room(room.clone()));
        match &happening {
            Happening::Online { lobby, .. } => self.look(lobby.as_deref()),
            Happening::NameRefused { .. } => bail!(self.session.refusal()),
            Happening::Topic { room, .. } if self.step == Step::Looking && is_here(room) => {
                self.join();
            }
            Happening::RoomOpened(room) if self.step != Step::In && is_here(room) => self.is_in(),
            Happening::RoomClosed { room, why } if is_here(room) => {
                let why = why.clone();
                bail!(why.unwrap_or_else(|| Sentence::text("plain-out")));
            }
            Happening::Told {
                text, is_failure, ..
            } if *is_failure => self.refused(text)?,
            // Of what is followed something is not shown.
            Happening::Told { buffer, text, .. }
                if self.is_here(buffer) && CUT.iter().any(|cut| text.is(cut)) =>
            {
                self.events.push_back(Event::Happened(happening));
            }
            Happening::Said { buffer, .. } | Happening::Past { buffer, .. }
                if self.is_here(buffer) =>
            {
                self.events.push_back(Event::Happened(happening));
            }
            Happening::NotSent { .. } => self.events.push_back(Event::Happened(happening)),
            // What happens elsewhere, and who comes and goes, is no business of an errand.
            Happening::Said { .. }
            | Happening::Past { .. }
            | Happening::Topic { .. }
            | Happening::RoomOpened(_)
            | Happening::RoomClosed { .. }
            | Happening::Told { .. }
            | Happening::Connecting
            | Happening::Offline { .. }
            | Happening::Kept(_)
            | Happening::Limits(_)
            | Happening::Looked { .. }
            | Happening::Ignoring(_)
            | Happening::DirectTalk(_)
            | Happening::Presence { .. }
            | Happening::Modes { .. }
            | Happening::Invited { .. }
            | Happening::RoomList(_)
            | Happening::Whois { .. }
            | Happening::Renamed(_)
            | Happening::Away(_)
            | Happening::AlwaysOn(_) => {}
        }
        Ok(())
    }

    /// Begins the way to the conversation.
    fn look(&mut self, lobby: Option<&str>) {
        self.link.succeeded();
        if let Some(nick) = self.wanted.strip_prefix('@') {
            self.place = BufferName::Person(nick.to_owned());
            return self.is_in();
        }
        let name = match lobby {
            Some(lobby) if LOBBY.contains(&self.wanted.to_lowercase().as_str()) => lobby.into(),
            _ if self.wanted.starts_with(['#', '&']) => self.wanted.clone(),
            _ => format!("#{}", self.wanted),
        };
        let is_in = self.session.rooms().get(&name).is_some();
        let is_lobby = lobby.is_some_and(|lobby| self.session.rooms().same(lobby, &name));
        self.place = BufferName::Room(name.clone());
        if self.has_been_in && is_in {
            // The session comes back by itself.
            self.step = Step::Joining;
        } else if is_in {
            self.is_in();
        } else if is_lobby {
            self.join();
        } else {
            self.step = Step::Looking;
            self.perform(&Action::Topic {
                room: name,
                text: None,
            });
        }
    }

    fn join(&mut self) {
        self.step = Step::Joining;
        if let BufferName::Room(name) = self.place.clone() {
            self.perform(&Action::Join(name));
        }
    }

    fn is_in(&mut self) {
        self.step = Step::In;
        let is_again = std::mem::replace(&mut self.has_been_in, true);
        self.events.push_back(Event::In { is_again });
    }

    /// Something failed: on the way it is the way that did.
    fn refused(&mut self, why: &Sentence) -> Result<()> {
        match self.step {
            // Elsewhere who is not in a room is not told its topic, but that there is one.
            Step::Looking if why.is("refused-not-in-room") => {
                self.join();
                Ok(())
            }
            Step::Looking | Step::Joining => bail!(why.clone()),
            Step::Outside | Step::In => Ok(()),
        }
    }

    fn deadline(&mut self) -> Instant {
        let clock = now();
        let mut deadline = Instant::now() + Duration::from_secs(3600);
        if self.link.is_up()
            && let Liveness::Until(time) = self.session.tick(clock)
        {
            let left = Duration::from_millis((time - clock).try_into().unwrap_or(0));
            deadline = deadline.min(Instant::now() + left);
        }
        self.first_word
            .map_or(deadline, |until| deadline.min(until))
    }

    fn on_time(&mut self) -> Result<()> {
        let is_mute = self.first_word.is_some_and(|until| until <= Instant::now());
        if is_mute {
            let silent = Sentence::text("lost-no-chat").with("seconds", FIRST_WORD.as_secs());
            self.lost(&silent.into())?;
        }
        if self.link.is_up() && self.session.tick(now()) == Liveness::Dead {
            self.lost(&Sentence::text("lost-silent").into())?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        let out = self.session.take_out();
        if !out.is_empty() && !self.link.send(&out) {
            self.lost(&Sentence::text("lost-stuck").into())?;
        }
        Ok(())
    }
}

fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}
