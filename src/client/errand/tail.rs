//! Following a conversation: its last messages, and each that comes.

use std::collections::VecDeque;
use std::io::{ErrorKind, Write};
use std::sync::Arc;

use anyhow::Result;

use super::super::plain::message_line;
use super::{Errand, Event, json};
use crate::client::happening::{Happening, Message, Stretch};
use crate::client::{JoinOptions, Sentence};
use crate::text::{Texts, harmless};

/// Messages that are remembered as written, so that what comes twice is written once.
const WRITTEN_MAX: usize = 1_000;
/// Messages that may wait behind the past at a time.
const WAITING_MAX: usize = 10_000;

/// What is written of a conversation.
#[derive(Clone, Copy, Debug)]
pub struct TailOptions {
    /// How many messages of the past.
    pub count: usize,
    /// Whether a message is an object of JSON.
    pub is_json: bool,
}

/// Writes the last messages of a conversation and each that comes, until who reads has enough; the
/// error is a sentence. That the connection is lost and comes back is said to `notes`.
pub async fn tail(
    options: JoinOptions,
    room: &str,
    how: TailOptions,
    out: impl Write,
    notes: impl Write,
    closed: impl Future<Output = ()>,
) -> Result<()> {
    let texts = Arc::clone(&options.texts);
    let mut tail = Tail {
        errand: Errand::new(options, room)?,
        how,
        out,
        notes,
        texts,
        past: VecDeque::new(),
        waiting: VecDeque::new(),
        written: VecDeque::new(),
        is_caught_up: false,
        is_lost: false,
    };
    tokio::pin!(closed);
    loop {
        let step = tokio::select! {
            biased;
            event = tail.errand.next() => tail.take(event?),
            () = &mut closed => break,
        };
        match step {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) => return Err(Sentence::text("tail-unwritten").with("why", &error).into()),
        }
    }
    tail.errand.leave().await;
    Ok(())
}

struct Tail<O, N> {
    errand: Errand,
    how: TailOptions,
    out: O,
    notes: N,
    texts: Arc<Texts>,
    /// What is known of the past, before it is written.
    past: VecDeque<Message>,
    /// What came while the past was asked for.
    waiting: VecDeque<Message>,
    /// Ids of what was written last.
    written: VecDeque<String>,
    is_caught_up: bool,
    /// Whether it was said that the connection is lost.
    is_lost: bool,
}

impl<O: Write, N: Write> Tail<O, N> {
    fn take(&mut self, event: Event) -> std::io::Result<()> {
        match event {
            Event::In { is_again } => {
                (self.is_caught_up, self.is_lost) = (false, false);
                match (is_again, self.how.count) {
                    (true, _) => self.errand.ask_past(Stretch::Missed),
                    (false, 0) => return self.catch_up(),
                    (false, _) => self.errand.ask_past(Stretch::Newest),
                }
                Ok(())
            }
            Event::Lost(why) => {
                self.is_caught_up = false;
                if std::mem::replace(&mut self.is_lost, true) {
                    return Ok(());
                }
                let why = why.say(&self.texts);
                let note = self.texts.with("tail-lost", &[("why", &why)]);
                self.note(&note);
                Ok(())
            }
            Event::Happened(happening) => self.happened(happening),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "nothing else is said in a conversation"
    )]
    fn happened(&mut self, happening: Happening) -> std::io::Result<()> {
        match happening {
            Happening::Said { message, .. } if self.is_caught_up => {
                self.write(&message)?;
                self.out.flush()
            }
            Happening::Said { message, .. } => {
                if self.waiting.len() == WAITING_MAX {
                    self.catch_up()?;
                }
                self.waiting.push_back(message);
                Ok(())
            }
            Happening::Past {
                which: Stretch::Missed,
                messages,
                is_end,
                ..
            } => {
                self.past.extend(messages);
                self.write_past(usize::MAX)?;
                if is_end { self.catch_up() } else { Ok(()) }
            }
            Happening::Past {
                messages, is_end, ..
            } => {
                for message in messages.into_iter().rev() {
                    self.past.push_front(message);
                }
                if is_end || self.past.len() >= self.how.count {
                    self.write_past(self.how.count)?;
                    return self.catch_up();
                }
                self.errand.ask_past(Stretch::Older);
                Ok(())
            }
            Happening::Told { text, .. } => {
                self.note(&text.say(&self.texts));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note(&mut self, note: &str) {
        // Who closed standard error wants no notes.
        let _ = writeln!(self.notes, "chatroom: {}", harmless(note));
    }

    /// Writes the last messages of what is known of the past.
    fn write_past(&mut self, count: usize) -> std::io::Result<()> {
        let past = std::mem::take(&mut self.past);
        let before = past.len().saturating_sub(count);
        for message in past.iter().skip(before) {
            self.write_once(message)?;
        }
        self.out.flush()
    }

    /// Writes what waited behind the past, which may hold some of it.
    fn catch_up(&mut self) -> std::io::Result<()> {
        self.is_caught_up = true;
        for message in std::mem::take(&mut self.waiting) {
            self.write_once(&message)?;
        }
        self.out.flush()
    }

    fn write_once(&mut self, message: &Message) -> std::io::Result<()> {
        let is_written = message
            .id
            .as_ref()
            .is_some_and(|id| self.written.contains(id));
        if is_written {
            Ok(())
        } else {
            self.write(message)
        }
    }

    fn write(&mut self, message: &Message) -> std::io::Result<()> {
        if let Some(id) = &message.id {
            if self.written.len() == WRITTEN_MAX {
                self.written.pop_front();
            }
            self.written.push_back(id.clone());
        }
        let place = &self.errand.place;
        let mut line = match self.how.is_json {
            true => json::line(place, message),
            false => message_line(place, message),
        };
        line.push('\n');
        self.out.write_all(line.as_bytes())
    }
}
