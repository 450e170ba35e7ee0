//! A room in which people speak, seen from outside: who may send now, and what has arrived.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;

use tokio::sync::Notify;

use super::client::{command, sender};
use super::fanout::WINDOW;

/// What is under way in a room. Everybody in it sees the same order, so one listener who reads
/// who spoke is enough; the others need only count.
pub(crate) struct Room {
    /// The number of its first member.
    first: usize,
    speakers: Vec<Speaker>,
    /// How many messages were sent.
    said: Cell<u64>,
    progress: RefCell<Progress>,
}

struct Progress {
    /// Who said what not every listener has, in order.
    order: VecDeque<usize>,
    /// How many messages every listener has.
    floor: u64,
    /// How many listeners are that far, one further, two further, and so on.
    at: VecDeque<usize>,
}

/// What one speaker may send now.
#[derive(Default)]
struct Speaker {
    free: Cell<usize>,
    notify: Notify,
}

impl Room {
    /// A room whose first member, the first to speak, has the number `first`.
    pub(crate) fn new(first: usize, speakers: usize, listeners: usize) -> Self {
        let speaker = || Speaker {
            free: Cell::new(WINDOW),
            notify: Notify::new(),
        };
        Self {
            first,
            speakers: std::iter::repeat_with(speaker).take(speakers).collect(),
            said: Cell::new(0),
            progress: RefCell::new(Progress {
                order: VecDeque::new(),
                floor: 0,
                at: VecDeque::from([listeners]),
            }),
        }
    }

    /// Waits until a speaker may send, and gives how many messages; they count as sent.
    pub(crate) async fn window(&self, place: usize) -> usize {
        let Some(speaker) = self.speakers.get(place) else {
            return 0;
        };
        loop {
            let free = speaker.free.take();
            if free > 0 {
                self.said.set(self.said.get() + free as u64);
                return free;
            }
            speaker.notify.notified().await;
        }
    }

    /// Whether every listener has every message that was sent.
    pub(crate) fn has_all_that_was_said(&self) -> bool {
        self.progress.borrow().floor == self.said.get()
    }

    /// Notes that a listener has `to` messages now and had `from`, and frees what all have.
    pub(crate) fn advance(&self, from: u64, to: u64) {
        let progress = &mut *self.progress.borrow_mut();
        for (count, step) in [(from, -1), (to, 1)] {
            let index = usize::try_from(count - progress.floor).unwrap_or(usize::MAX);
            if progress.at.len() <= index {
                progress.at.resize(index + 1, 0);
            }
            if let Some(at) = progress.at.get_mut(index) {
                *at = at.saturating_add_signed(step);
            }
        }
        while progress.at.len() > 1 && progress.at.front() == Some(&0) {
            progress.at.pop_front();
            progress.floor += 1;
            let speaker = progress.order.pop_front();
            if let Some(speaker) = speaker.and_then(|speaker| self.speakers.get(speaker)) {
                speaker.free.set(speaker.free.get() + 1);
                speaker.notify.notify_one();
            }
        }
    }

    /// Notes who said the next message.
    pub(crate) fn heard(&self, line: &[u8]) -> io::Result<()> {
        let speaker = sender(line).and_then(|number| number.checked_sub(self.first));
        match speaker.filter(|speaker| *speaker < self.speakers.len()) {
            Some(speaker) if command(line) == b"PRIVMSG" => {
                self.progress.borrow_mut().order.push_back(speaker);
                Ok(())
            }
            _ => {
                let line = String::from_utf8_lossy(line);
                let reason = format!("an unexpected line: {}", line.trim_end());
                Err(io::Error::other(reason))
            }
        }
    }
}
