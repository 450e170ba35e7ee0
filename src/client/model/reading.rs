//! What has been read: what stood at the end of the open conversation, in view, for a second.

use super::buffer::{Buffer, Line, Past, UnreadLine};
use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Millis, Stretch};
use crate::client::kept::Kept;
use crate::client::rooms::Rooms;

/// How long the end of a conversation is in view before it counts as read.
pub const READ_AFTER_MS: Millis = 1_000;
/// A terminal that never said whether it has the focus counts as left after so long without a key.
const LEFT_AFTER_MS: Millis = 120_000;

/// Where one is, and since when one has been looking.
#[derive(Debug, Default)]
pub(super) struct Reader {
    focus: Option<bool>,
    last_input: Millis,
    seen_since: Option<Millis>,
    /// What was open in the last run, until somebody goes elsewhere.
    home: Option<BufferName>,
    tour: Option<Tour>,
}

/// Going through what is unread: from where it began, and what it has passed.
#[derive(Debug)]
struct Tour {
    home: BufferName,
    passed: Vec<BufferName>,
}

/// What came into a conversation while it was looked at, and has not been read for a second yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The number of the first of it.
    pub number: i64,
    /// How many messages.
    pub count: usize,
    /// How many of them call oneself.
    pub calls: usize,
}

impl Buffer {
    /// How many messages are unread that the reader wants to know of.
    pub fn counted(&self) -> usize {
        match self.notify.is_muted {
            true => self.mentions,
            false => self.unread,
        }
    }

    /// Takes note of a message that came while one looks on.
    pub(super) fn add_fresh(&mut self, number: i64, calls: usize) {
        let fresh = self.fresh.get_or_insert(Fresh {
            number,
            count: 0,
            calls: 0,
        });
        fresh.count += 1;
        fresh.calls += calls;
    }

    /// One has looked away: what was looked at for less than a second is unread.
    fn look_away(&mut self) {
        if let Some(fresh) = self.fresh.take() {
            self.count_unread(fresh.number, fresh.count, fresh.calls);
        }
    }

    /// Older messages came: those that are unread too are counted where not all of them were.
    pub(super) fn count_older(&mut self, times: &[(Millis, bool)], first: i64, is_end: bool) {
        let has_unread = self.unread > 0;
        let Some(line) = self.unread_line.as_mut().filter(|line| line.is_partial) else {
            return;
        };
        let since = line.since;
        let unread = times.iter().filter(|(at, _)| *at > since);
        let (count, calls) = unread.fold((0, 0), |(count, calls), (_, is_call)| {
            (count + 1, calls + usize::from(*is_call))
        });
        line.count += count;
        if has_unread {
            self.unread += count;
            self.mentions += calls;
        }
        line.number = first;
        line.is_partial = !is_end && times.iter().all(|(at, _)| *at > since);
        self.place_unread_line();
    }

    /// Moves the unread line down to the first message that it counts.
    pub(super) fn place_unread_line(&mut self) {
        let Some(UnreadLine { number, since, .. }) = self.unread_line else {
            return;
        };
        let is_unread = |number: &i64| {
            let line = self.line(*number);
            line.is_some_and(|line| line.id.is_some() && !line.is_self && line.at > since)
        };
        if let Some(first) = (number..self.end()).find(is_unread)
            && let Some(line) = &mut self.unread_line
        {
            line.number = first;
        }
    }
}

impl Model {
    /// Whether the terminal has the focus, as far as that can be known.
    pub(super) fn has_focus(&self) -> bool {
        let is_used = self.now - self.reader.last_input < LEFT_AFTER_MS;
        self.reader.focus.unwrap_or(is_used)
    }

    /// Whether the end of the open conversation is in view.
    pub(super) fn is_end_seen(&self) -> bool {
        let buffer = self.buffer();
        let is_at_end = buffer.anchor.is_none() && buffer.returning.is_none();
        self.has_focus() && self.overlay.is_none() && is_at_end
    }

    /// Takes note that the terminal was used.
    pub(super) fn touched(&mut self) {
        self.reader.last_input = self.now;
    }

    /// Takes note of the focus.
    pub(super) fn focused(&mut self, has_focus: bool) {
        self.reader.focus = Some(has_focus);
    }

    /// Reads what has been in view for a second; done after each update.
    pub(super) fn watch(&mut self) {
        let is_seen = self.is_end_seen();
        if !is_seen && self.overlay.is_none() {
            self.buffer_mut().look_away();
        }
        let buffer = self.buffer();
        let has_unread = buffer.unread > 0 || buffer.has_news;
        let is_wanted = is_seen && has_unread && !buffer.is_held;
        self.reader.seen_since = match (is_wanted, self.reader.seen_since) {
            (false, _) => None,
            (true, None) => Some(self.now),
            (true, Some(since)) if self.now - since >= READ_AFTER_MS => {
                self.mark_read(self.open);
                None
            }
            (true, since) => since,
        };
    }

    /// When what is in view will have been read.
    pub(super) fn read_deadline(&self) -> Option<Millis> {
        Some(self.reader.seen_since? + READ_AFTER_MS)
    }

    /// Takes note that all of a conversation is read.
    pub(super) fn mark_read(&mut self, at: usize) {
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        let until = buffer.read();
        let name = buffer.name.clone();
        if let Some(tour) = &mut self.reader.tour {
            tour.passed.retain(|passed| *passed != name);
        }
        if let Some(at) = until {
            self.keep(Kept::Read { buffer: name, at });
        }
    }

    /// A conversation is seen for the first time: what was said before is nothing unread.
    pub(super) fn begin_reading(&mut self, at: usize) {
        let newest = self.buffers.get(at).and_then(Buffer::newest_at);
        // Where nothing was ever said, all that will be said is unread.
        self.read_up_to(at, newest.unwrap_or(1));
    }

    /// Takes note that a conversation is read up to a time.
    pub(super) fn read_up_to(&mut self, at: usize, until: Millis) {
        if let Some(buffer) = self.buffers.get_mut(at) {
            buffer.read_until = until;
            let buffer = buffer.name.clone();
            self.keep(Kept::Read { buffer, at: until });
        }
    }

    /// Marks what was said from a line of the open conversation on as unread, until it is left and
    /// read again; whether anything was.
    pub(super) fn mark_unread(&mut self, number: i64) -> bool {
        let buffer = self.buffer_mut();
        let is_unread = |line: &Line<'_>| !line.nick.is_empty() && !line.is_self;
        let is_direct = matches!(buffer.name, BufferName::Person(_)) && buffer.may_call();
        let (mut first, mut count, mut calls) = (None, 0, 0);
        for number in number..buffer.end() {
            if let Some(line) = buffer.line(number).filter(is_unread) {
                first = first.or(Some((number, line.at - 1)));
                count += 1;
                calls += usize::from(line.is_mention || is_direct);
            }
        }
        let Some((number, until)) = first else {
            return false;
        };
        buffer.fresh = None;
        buffer.unread = 0;
        buffer.mentions = 0;
        buffer.read_until = until;
        buffer.unread_line = None;
        buffer.count_unread(number, count, calls);
        buffer.has_news = true;
        buffer.is_held = true;
        let buffer = buffer.name.clone();
        self.keep(Kept::Unread { buffer, at: until });
        true
    }

    /// The open conversation is left.
    pub(super) fn look_elsewhere(&mut self) {
        self.reader.seen_since = None;
        self.reader.tour = None;
        let left = self.buffer_mut();
        left.look_away();
        left.is_held = false;
        if left.unread == 0 {
            left.unread_line = None;
        }
        self.last_open = Some(left.name.clone());
    }

    /// The open conversation is another one, since the one before is gone.
    pub(super) fn reader_moved(&mut self) {
        self.reader.seen_since = None;
        self.keep_open();
    }

    /// Keeps which conversation is open.
    pub(super) fn keep_open(&mut self) {
        let name = self.buffer().name.clone();
        let is_awaited = self.reader.home.is_some();
        if name != BufferName::Server && !is_awaited {
            self.keep(Kept::Open(name));
        }
    }

    /// Somebody goes where they want: what was open in the last run is no longer waited for.
    pub(super) fn settle(&mut self) {
        self.reader.home = None;
    }

    /// Whether a conversation is the one that was open in the last run; asked once.
    pub(super) fn is_home(&mut self, name: &BufferName, rooms: &Rooms) -> bool {
        let home = self.reader.home.as_ref();
        let is_it = home.is_some_and(|home| super::order::is_same(home, name, rooms));
        if is_it {
            self.reader.home = None;
        }
        is_it
    }

    /// Takes what was open in the last run; people can be shown at once, rooms when they open.
    pub(super) fn come_home(&mut self, name: BufferName, rooms: &Rooms) {
        match name {
            BufferName::Person(_) => {
                let at = self.ensure(&name, rooms);
                self.show(at);
            }
            BufferName::Room(_) => self.reader.home = Some(name),
            BufferName::Server => {}
        }
    }

    /// Mentions first, then people, then rooms; when all is passed, back to where one began.
    pub(super) fn show_next_activity(&mut self, rooms: &Rooms) {
        let passed = |name: &BufferName| {
            let tour = self.reader.tour.as_ref();
            tour.is_some_and(|tour| tour.passed.contains(name))
        };
        let urgency = |at: usize| {
            let buffer = self.buffers.get(at)?;
            let rank = match (&buffer.name, buffer.mentions) {
                (BufferName::Person(_), _) => 1,
                (BufferName::Room(_) | BufferName::Server, 0) => 2,
                (BufferName::Room(_) | BufferName::Server, _) => 0,
            };
            (buffer.counted() > 0 && !passed(&buffer.name)).then_some((rank, at))
        };
        let next = (0..self.buffers.len())
            .filter(|&at| at != self.open)
            .filter_map(urgency)
            .min();
        let here = self.buffer().name.clone();
        let tour = self.reader.tour.take();
        match next {
            Some((_, at)) => {
                let mut tour = tour.unwrap_or_else(|| Tour {
                    home: here.clone(),
                    passed: Vec::new(),
                });
                tour.passed.push(here);
                self.show(at);
                self.reader.tour = Some(tour);
            }
            None => {
                if let Some(at) = tour.and_then(|tour| self.find(&tour.home, rooms)) {
                    self.show(at);
                }
            }
        }
    }

    /// Asks for older lines while fewer are known than the screen could show.
    pub(super) fn fill(&mut self) {
        let rows = i64::from(self.size.1);
        let is_online = self.connection == Connection::Online;
        let buffer = self.buffer_mut();
        let is_short = buffer.end() - buffer.first() < rows;
        if is_online && is_short && buffer.past == Past::Partial {
            buffer.past = Past::Asked;
            let buffer = buffer.name.clone();
            self.actions.push(Action::Past {
                buffer,
                which: Stretch::Older,
            });
        }
    }

    /// Has something kept for the next run.
    pub(super) fn keep(&mut self, kept: Kept) {
        self.actions.push(Action::Keep(kept));
    }
}
