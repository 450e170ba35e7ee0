//! What dialects look at and act for: the chat, and the sessions.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use tokio::time::Instant;

use super::census::{Census, Counted};
use super::dialect::{Around, Dialect, Idle, Input, Peer};
use super::feed::NumberMap;
use super::outbox::Outbox;
use super::roster::Roster;
use super::settings::Settings;
use crate::core::{Millis, SessionId, State};
use crate::log::Epoch;

/// The chat and the sessions.
pub(super) struct Floor {
    /// The chat.
    pub(super) state: State,
    /// The names of rooms, kept rendered.
    pub(super) roster: RefCell<Roster>,
    /// What the server was started with.
    pub(super) settings: Settings,
    /// The log's epoch.
    pub(super) epoch: Epoch,
    /// When the turn began, on the server's clock.
    pub(super) now: Millis,
    /// Who is connected.
    pub(super) sessions: NumberMap<SessionId, Session>,
    /// How many have signed on.
    pub(super) census: Census,
}

/// One connected client.
pub(super) struct Session {
    /// Its language; none while it is being asked.
    pub(super) dialect: Option<Box<dyn Dialect>>,
    /// What is known of its connection.
    pub(super) peer: Peer,
    /// Where its answers go.
    pub(super) outbox: Arc<Outbox>,
    /// What it said and what waits for its turn.
    pub(super) waiting: VecDeque<Input>,
    /// Proposals that have not come back.
    pub(super) in_flight: usize,
    /// Questions to the history, and passwords, that have not come back.
    pub(super) asking: usize,
    /// Whether the log may know of it.
    pub(super) has_proposed: bool,
    /// Whether it is to send no more for a while.
    pub(super) is_paused: bool,
    /// Why it has ended, when it has, and what it said before is still waiting.
    pub(super) gone: Option<Arc<str>>,
    /// When it was opened.
    pub(super) opened: Instant,
    /// When it last sent anything.
    pub(super) heard: Instant,
    /// Whether it was asked since whether it is there.
    pub(super) is_pinged: bool,
    /// When it last said something to others.
    pub(super) spoke: Instant,
    /// When it signed on.
    pub(super) signed_on: Millis,
    /// By which it is counted, once it has signed on.
    pub(super) counted: Option<Counted>,
    /// Who signed on.
    pub(super) name: Option<Arc<str>>,
}

impl Session {
    pub(super) fn new(dialect: Box<dyn Dialect>, peer: Peer, outbox: Arc<Outbox>) -> Self {
        let now = Instant::now();
        Self {
            dialect: Some(dialect),
            peer,
            outbox,
            waiting: VecDeque::new(),
            in_flight: 0,
            asking: 0,
            has_proposed: false,
            is_paused: false,
            gone: None,
            opened: now,
            heard: now,
            is_pinged: false,
            spoke: now,
            signed_on: Millis(0),
            counted: None,
            name: None,
        }
    }

    fn idle(&self) -> Idle {
        Idle {
            seconds: self.spoke.elapsed().as_secs(),
            signed_on: self.signed_on,
            is_secure: self.peer.is_secure,
        }
    }
}

impl Floor {
    /// Lets the dialect of a session do something; none when there is no such session.
    pub(super) fn with<R>(
        &mut self,
        id: SessionId,
        act: impl FnOnce(&mut dyn Dialect, &Around<'_>) -> R,
    ) -> Option<R> {
        // It is taken out, so that it may look at all sessions, itself too.
        let mut dialect = self.sessions.get_mut(&id)?.dialect.take()?;
        let session = self.sessions.get(&id)?;
        let idle = |other: SessionId| self.sessions.get(&other).map(Session::idle);
        let names = |room, multi| self.roster.borrow_mut().names(&self.state, room, multi);
        let around = Around {
            state: &self.state,
            settings: &self.settings,
            session: id,
            peer: &session.peer,
            idle: &idle,
            now: self.now,
            epoch: self.epoch,
            names: &names,
        };
        let result = act(&mut *dialect, &around);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.dialect = Some(dialect);
        }
        Some(result)
    }
}
