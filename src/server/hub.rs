//! The hub: the sole owner of the chat and the sessions, in one loop.
//!
//! It never waits for the log, the history or a client. When one of the first two has no room it
//! takes no more from sessions, and goes on telling what is ordered.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use super::answers::{Answer, Answers, Content};
use super::conn::FromConn;
use super::dialect::{Ask, Mark, Step};
use super::ending::Ending;
use super::failure::of_unconfirmed;
use super::feed::Feed;
use super::floor::{Floor, Session};
use super::keep::Keeper;
use crate::core::{Command, Millis, SessionId};
use crate::history::History;
use crate::log::{Log, Ordered, Proposal, Request, Ticket};
use crate::text::Sentence;

/// Inputs of one turn at most.
const INPUTS_MAX: usize = 1024;
/// Commits of one turn at most.
const COMMITS_MAX: usize = 64;
/// Connections that are told to write before it is looked at what has come meanwhile; more in the
/// turn of a larger room.
const WRITERS: usize = 128;
/// How long the last words to all may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// The sole owner of the chat and the sessions.
pub(super) struct Hub {
    pub(super) floor: Floor,
    pub(super) feed: Feed,
    pub(super) history: History,
    log: Log,
    from_conns: mpsc::Receiver<FromConn>,
    answers: Answers,
    answered: mpsc::Receiver<Answer>,
    keeper: Keeper,
    /// Who waits for which entry, in the order of the proposals.
    tickets: VecDeque<(Ticket, Waiter)>,
    last_ticket: Ticket,
    /// What the log has not taken yet.
    proposals: Vec<Proposal>,
    /// When the turn began.
    now: Instant,
    /// The memory of what was asked last, for what is asked next.
    asks: Vec<(Mark, Ask)>,
    /// Sessions that may have something to do.
    ready: VecDeque<SessionId>,
    /// Sessions that have ended, and why, whose leaving could not be stored yet.
    unsigned: Vec<(SessionId, Arc<str>)>,
}

/// What becomes of an entry's answer.
enum Waiter {
    /// A session waits for it.
    Session(SessionId, Mark),
    /// It is the leaving of a session that has ended for this reason.
    Gone(SessionId, Arc<str>),
}

/// Why the hub's loop has ended.
enum Ended {
    /// It was asked to, with these words.
    Asked(Arc<str>),
    /// It cannot go on.
    Broken(Sentence),
}

impl Hub {
    /// A hub that goes on with a chat.
    pub(super) fn new(
        floor: Floor,
        log: Log,
        history: History,
        from_conns: mpsc::Receiver<FromConn>,
    ) -> Self {
        let (answers, answered) = Answers::new();
        let keeper = Keeper::new(history.clone(), log.propose.clone());
        Self {
            floor,
            feed: Feed::default(),
            history,
            log,
            from_conns,
            answers,
            answered,
            keeper,
            tickets: VecDeque::new(),
            last_ticket: Ticket(0),
            proposals: Vec::new(),
            now: Instant::now(),
            asks: Vec::new(),
            ready: VecDeque::new(),
            unsigned: Vec::new(),
        }
    }

    /// Says how many entries a start had to apply again, so that the log is trimmed although no
    /// start lasts long.
    pub(super) fn starts_after(&mut self, entries: usize) {
        self.keeper.count(entries);
    }

    /// Runs until `stop` has words, says them to everybody, and keeps a snapshot. An error is why
    /// it could not go on.
    pub(super) async fn run(
        mut self,
        mut stop: watch::Receiver<Option<Arc<str>>>,
    ) -> Result<(), Sentence> {
        match self.turns(&mut stop).await {
            Ended::Asked(reason) => {
                self.say_farewell(&reason).await;
                self.close_log().await;
                Ok(())
            }
            Ended::Broken(why) => {
                self.say_farewell(&why.to_string()).await;
                self.keeper.close().await;
                Err(why)
            }
        }
    }

    /// Keeps a snapshot, and lets the log end when all before is done.
    async fn close_log(self) {
        let Self {
            floor, log, keeper, ..
        } = self;
        let Log {
            propose,
            mut ordered,
        } = log;
        let last_words = async move {
            keeper.keep_last(&floor.state).await;
            // A log that has ended needs no word.
            let _ = propose.send(Request::Stop).await;
        };
        // What is on its way must be taken, or the log could not come to its end.
        let rest = async { while ordered.recv().await.is_some() {} };
        tokio::join!(last_words, rest);
    }

    async fn turns(&mut self, stop: &mut watch::Receiver<Option<Arc<str>>>) -> Ended {
        let mut inbox = Vec::new();
        let mut ordered = Vec::new();
        let mut tick = interval(self.tick());
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_stuck = !self.proposals.is_empty();
            let is_full = self.history.is_full();
            let mut answer = None;
            let mut is_tick = false;
            if self.feed.wake(WRITERS) {
                // What is said while a crowd is told is on its way to the log meanwhile.
                tokio::task::yield_now().await;
                while !is_stuck && !is_full && inbox.len() < INPUTS_MAX {
                    let Ok(one) = self.from_conns.try_recv() else {
                        break;
                    };
                    inbox.push(one);
                }
            } else {
                tokio::select! {
                    count = self.log.ordered.recv_many(&mut ordered, COMMITS_MAX) => {
                        if count == 0 {
                            return Ended::Broken(Sentence::text("serve-log-ended"));
                        }
                    }
                    count = self.from_conns.recv_many(&mut inbox, INPUTS_MAX), if !is_stuck && !is_full => {
                        if count == 0 {
                            return Ended::Broken(Sentence::text("serve-unheard"));
                        }
                    }
                    Some(one) = self.answered.recv() => answer = Some(one),
                    Ok(_) = self.log.propose.reserve(), if is_stuck => {}
                    () = self.history.has_room(), if is_full => {}
                    _ = tick.tick() => is_tick = true,
                    asked = stop.wait_for(Option::is_some) => {
                        let words = asked.ok().and_then(|words| words.clone());
                        return Ended::Asked(words.unwrap_or_else(|| "The server is stopping".into()));
                    }
                }
            }
            self.now = Instant::now();
            self.floor.now = Millis(jiff::Timestamp::now().as_millisecond());
            for one in inbox.drain(..) {
                self.take(one);
            }
            if let Some(answer) = answer {
                self.answer(answer);
            }
            if is_tick {
                self.look_after_the_silent();
                self.sign_off_again();
            }
            // The log works while the others are told.
            self.submit();
            for one in ordered.drain(..) {
                if let Err(why) = self.order(one) {
                    return Ended::Broken(why);
                }
            }
            self.submit();
            self.run_ready();
            self.submit();
            for session in self.feed.flush() {
                self.end(session, Ending::TooSlow);
            }
            self.keeper.keep_now_and_then(&self.floor.state);
        }
    }

    /// Takes what came from a connection.
    fn take(&mut self, one: FromConn) {
        match one {
            FromConn::Opened {
                session,
                peer,
                dialect,
                outbox,
            } => {
                super::visits::opened(session, dialect.class(), &peer);
                self.feed.open(session, dialect.class(), outbox.clone());
                let opened = Session::new(dialect, peer, outbox);
                self.floor.sessions.insert(session, opened);
            }
            FromConn::Read { session: id, bytes } => {
                let Some(session) = self.floor.sessions.get_mut(&id) else {
                    return;
                };
                session.heard = self.now;
                session.is_pinged = false;
                if let Some(dialect) = &mut session.dialect {
                    dialect.read(&bytes, &mut session.waiting);
                }
                self.run_session(id);
            }
            FromConn::Closed { session: id, why } => {
                if let Some(session) = self.floor.sessions.get_mut(&id) {
                    session.gone = Some(why);
                    self.run_session(id);
                }
            }
        }
    }

    fn run_ready(&mut self) {
        while self.proposals.is_empty() && !self.history.is_full() {
            let Some(id) = self.ready.pop_front() else {
                return;
            };
            self.run_session(id);
        }
    }

    /// Acts on what a session said, as far as it may.
    fn run_session(&mut self, id: SessionId) {
        let limits = &self.floor.settings.limits;
        let (in_flight_max, waiting_max) = (limits.proposals_in_flight, limits.inputs_waiting);
        while let Some(session) = self.floor.sessions.get_mut(&id) {
            let Some(input) = session.waiting.front() else {
                break;
            };
            let only_proposes = || {
                let dialect = session.dialect.as_ref();
                dialect.is_some_and(|dialect| dialect.only_proposes(input))
            };
            let may_go =
                session.in_flight == 0 || (session.in_flight < in_flight_max && only_proposes());
            if session.asking > 0 || !may_go {
                break;
            }
            let Some(input) = session.waiting.pop_front() else {
                break;
            };
            let mut step = Step {
                asks: std::mem::take(&mut self.asks),
                ..Step::default()
            };
            let step = self.floor.with(id, |dialect, around| {
                dialect.act(&input, around, &mut step);
                step
            });
            self.absorb(id, step);
        }
        let Some(session) = self.floor.sessions.get_mut(&id) else {
            return;
        };
        if session.waiting.is_empty() {
            // Its memory, too: most sessions are idle most of the time.
            session.waiting = VecDeque::new();
            if let Some(why) = session.gone.take() {
                self.end(id, Ending::Own(&why));
                return;
            }
        }
        let is_paused = session.waiting.len() > waiting_max;
        if is_paused != session.is_paused {
            session.is_paused = is_paused;
            session.outbox.pause(is_paused);
        }
    }

    /// Does what a dialect answers and asks.
    pub(super) fn absorb(&mut self, id: SessionId, step: Option<Step>) {
        let Some(mut step) = step else {
            return;
        };
        self.feed.tell(id, step.out.into());
        let session = self.floor.sessions.get(&id);
        if let Some(dialect) = session.and_then(|session| session.dialect.as_ref()) {
            self.feed.reclass(id, dialect.class());
        }
        for (mark, ask) in step.asks.drain(..) {
            self.ask(id, mark, ask);
        }
        if step.asks.capacity() > 0 {
            self.asks = step.asks;
        }
        if let Some(reason) = step.close {
            self.end(id, Ending::Own(&reason));
        }
    }

    fn ask(&mut self, id: SessionId, mark: Mark, ask: Ask) {
        let Some(session) = self.floor.sessions.get_mut(&id) else {
            return;
        };
        match ask {
            Ask::Propose(command) => {
                if let Command::Say(_) = command {
                    session.spoke = self.now;
                }
                if let Some(why) = self.history.trouble() {
                    self.refuse(id, &mark, &why);
                    return;
                }
                session.in_flight += 1;
                session.has_proposed = true;
                self.propose(Waiter::Session(id, mark), command);
            }
            Ask::Relay(say) => self.relay(id, mark, say),
            Ask::Query(query) => {
                session.asking += 1;
                let prepared = self.history.prepare(query);
                self.answers.read(id, mark, self.history.clone(), prepared);
            }
            Ask::Verify { password, hash } => {
                session.asking += 1;
                self.answers.check(id, mark, password, hash);
            }
        }
    }

    fn propose(&mut self, waiter: Waiter, command: Command) {
        let (Waiter::Session(session, _) | Waiter::Gone(session, _)) = &waiter;
        let session = Some(*session);
        self.last_ticket.0 += 1;
        let ticket = self.last_ticket;
        self.tickets.push_back((ticket, waiter));
        self.proposals.push(Proposal {
            ticket,
            session,
            command,
        });
    }

    fn sign_off(&mut self, id: SessionId, reason: Arc<str>) {
        let command = Command::SignOff {
            reason: reason.clone(),
        };
        self.propose(Waiter::Gone(id, reason), command);
    }

    /// Asks once more that those who left while nothing could be stored have left.
    fn sign_off_again(&mut self) {
        for (id, reason) in std::mem::take(&mut self.unsigned) {
            self.sign_off(id, reason);
        }
    }

    /// Gives the log what it has not taken yet, if it has room. From one that has ended all that was
    /// committed comes yet, and then why it has ended.
    fn submit(&mut self) {
        if self.proposals.is_empty() {
            return;
        }
        // As many as now will come again.
        let next = Vec::with_capacity(self.proposals.len());
        let proposals = std::mem::replace(&mut self.proposals, next);
        let asked = self.log.propose.try_send(Request::Propose(proposals));
        if let Err(
            TrySendError::Full(Request::Propose(proposals))
            | TrySendError::Closed(Request::Propose(proposals)),
        ) = asked
        {
            self.proposals = proposals;
        }
    }

    fn order(&mut self, ordered: Ordered) -> Result<(), Sentence> {
        match ordered {
            Ordered::Committed(entries) => {
                self.keeper.count(entries.len());
                for (ticket, entry) in &entries {
                    let own = self.own(*ticket);
                    self.apply(entry, own);
                }
                if let Some((_, entry)) = entries.last() {
                    self.history.applied(entry.seq);
                }
                self.sign_off_again();
                Ok(())
            }
            Ordered::Refused { tickets, why } => {
                for ticket in tickets {
                    match self.waiter(ticket) {
                        Some(Waiter::Session(id, mark)) => {
                            self.refuse(id, &mark, &why);
                            self.ready.push_back(id);
                        }
                        // Who never signed on is in nobody's way.
                        Some(Waiter::Gone(id, reason))
                            if self.floor.state.session_user(id).is_some() =>
                        {
                            self.unsigned.push((id, reason));
                        }
                        Some(Waiter::Gone(..)) | None => {}
                    }
                }
                Ok(())
            }
            Ordered::Fatal(why) => Err(of_unconfirmed(&why)),
        }
    }

    /// Who waits for an entry, if they are still here.
    fn own(&mut self, ticket: Ticket) -> Option<(SessionId, Mark)> {
        match self.waiter(ticket)? {
            Waiter::Session(id, mark) => Some((id, mark)),
            Waiter::Gone(..) => None,
        }
    }

    fn waiter(&mut self, ticket: Ticket) -> Option<Waiter> {
        // Tickets come back in the order in which they were given out.
        while self.tickets.front().is_some_and(|(one, _)| *one < ticket) {
            self.tickets.pop_front();
        }
        if self.tickets.front()?.0 != ticket {
            return None;
        }
        let (_, waiter) = self.tickets.pop_front()?;
        if let Waiter::Session(id, _) = &waiter {
            let session = self.floor.sessions.get_mut(id)?;
            session.in_flight = session.in_flight.saturating_sub(1);
        }
        Some(waiter)
    }

    fn refuse(&mut self, id: SessionId, mark: &Mark, why: &str) {
        let step = self.floor.with(id, |dialect, around| {
            let mut step = Step::default();
            dialect.not_stored(mark, why, around, &mut step);
            step
        });
        self.absorb(id, step);
    }

    /// Ends what was told of an entry, or of what was relayed, to who asked for it.
    pub(super) fn answered(&mut self, id: SessionId, mark: &Mark, told: Vec<u8>) {
        let step = self.floor.with(id, |dialect, around| {
            let mut step = Step::default();
            dialect.answered(mark, told, around, &mut step);
            step
        });
        self.absorb(id, step);
        let session = self.floor.sessions.get(&id);
        if session.is_some_and(|session| !session.waiting.is_empty() || session.gone.is_some()) {
            self.ready.push_back(id);
        }
    }

    fn answer(&mut self, answer: Answer) {
        let Answer {
            session: id,
            mark,
            content,
        } = answer;
        if let Some(session) = self.floor.sessions.get_mut(&id) {
            session.asking = session.asking.saturating_sub(1);
        }
        let step = self.floor.with(id, |dialect, around| {
            let mut step = Step::default();
            match content {
                Content::Found(found) => dialect.found(&mark, found, around, &mut step),
                Content::Verified(is_right) => {
                    dialect.verified(&mark, is_right, around, &mut step);
                }
            }
            step
        });
        self.absorb(id, step);
        self.run_session(id);
    }

    /// Ends a session: says good-bye to it, and signs it off.
    pub(super) fn end(&mut self, id: SessionId, ending: Ending<'_>) {
        let farewell = self.floor.with(id, |dialect, around| {
            let mut out = Vec::new();
            dialect.farewell(ending, around, &mut out);
            out
        });
        self.feed.tell(id, farewell.unwrap_or_default().into());
        self.feed.close(id);
        let Some(session) = self.floor.sessions.remove(&id) else {
            return;
        };
        session.outbox.finish();
        super::visits::ended(id, session.name.as_deref(), ending);
        // Who was signed off by an entry of their own, or never signed on, needs no other one.
        let takes_part = self.floor.state.session_user(id).is_some() || session.in_flight > 0;
        if session.has_proposed && takes_part {
            self.sign_off(id, ending.words().into());
        }
    }

    /// Tells everybody that it is over, and waits a little until they have read it.
    async fn say_farewell(&mut self, reason: &str) {
        let sessions = &self.floor.sessions;
        let mut open = sessions.values().filter(|one| one.gone.is_none()).count();
        let ids: Vec<SessionId> = sessions.keys().copied().collect();
        self.feed.flush();
        for id in ids {
            self.end(id, Ending::Stopping(reason));
        }
        self.feed.wake(usize::MAX);
        let deadline = Instant::now() + FAREWELL;
        while open > 0 {
            match timeout_at(deadline, self.from_conns.recv()).await {
                Ok(Some(FromConn::Closed { .. })) => open -= 1,
                Ok(Some(FromConn::Opened { outbox, .. })) => outbox.drop_all(),
                Ok(Some(FromConn::Read { .. })) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }
}
