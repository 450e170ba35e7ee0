//! Saying lines from elsewhere: many on their way at a time, and none twice.

use std::collections::VecDeque;
use std::io::Read;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::super::piped::{Piped, lines_of};
use super::super::store::random_word;
use super::{Errand, Event};
use crate::client::action::Action;
use crate::client::happening::{Happening, Message, Stretch};
use crate::client::{JoinOptions, Sentence};

/// Lines on their way at a time: enough to keep the server's disk busy, fewer than a session
/// remembers.
const UNCONFIRMED_MAX: usize = 512;
/// Lines that are read ahead.
const AHEAD: usize = 256;
/// How long the end of the input waits for a server that says nothing of what was said.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the rest of an input is counted that cannot be said.
const COUNTING: Duration = Duration::from_secs(1);

/// Says a text, or else each line of an input, in a conversation: `lobby`, a group, `@alice`. It is
/// done when all is confirmed; the error is a sentence.
pub async fn send(
    options: JoinOptions,
    room: &str,
    text: Option<String>,
    input: impl Read + Send + 'static,
) -> Result<()> {
    let lines = match text {
        Some(text) => {
            let (sender, lines) = mpsc::channel(1);
            // The channel has room for it.
            let _ = sender.try_send(Piped {
                text,
                is_changed: false,
            });
            lines
        }
        None => lines_of(input, AHEAD)?,
    };
    let mut sending = Sending {
        errand: Errand::new(options, room)?,
        lines,
        prefix: random_word()?,
        count: 0,
        unconfirmed: VecDeque::new(),
        is_in: false,
        has_ended: false,
        lost: None,
        moved: Instant::now(),
        refused: 0,
        changed: 0,
        why: None,
    };
    sending.run().await
}

struct Sending {
    errand: Errand,
    lines: mpsc::Receiver<Piped>,
    prefix: String,
    count: u64,
    /// Marks and texts, in the order of saying.
    unconfirmed: VecDeque<(String, String)>,
    is_in: bool,
    has_ended: bool,
    /// Why the connection was lost, while it is.
    lost: Option<Sentence>,
    /// When something was last said or confirmed.
    moved: Instant,
    refused: usize,
    /// Lines that are said otherwise than they came.
    changed: usize,
    /// Why the first line that was refused was.
    why: Option<Sentence>,
}

impl Sending {
    async fn run(&mut self) -> Result<()> {
        while !self.is_done() {
            let until = self.moved + PATIENCE;
            let may_say = self.is_in && !self.has_ended && self.has_room();
            tokio::select! {
                biased;
                event = self.errand.next() => match event {
                    Ok(event) => self.take(event),
                    Err(why) => return Err(self.broken_off(why).await),
                },
                line = self.lines.recv(), if may_say => self.say_all(line),
                () = sleep_until(until), if self.has_ended => self.give_up()?,
            }
        }
        self.errand.leave().await;
        match (self.why.take(), self.changed) {
            (Some(why), _) => bail!(
                Sentence::text("send-refused")
                    .with("count", self.refused)
                    .with("why", why)
            ),
            (None, 0) => Ok(()),
            (None, changed) => bail!(Sentence::text("send-changed").with("count", changed)),
        }
    }

    /// It cannot go on: how many lines were not said, and why.
    async fn broken_off(&mut self, why: anyhow::Error) -> anyhow::Error {
        if !self.errand.has_been_in {
            return why;
        }
        // Lines may have been read ahead; an input that does not end now has more of them.
        let mut unread = 0;
        let ended = async {
            while self.lines.recv().await.is_some() {
                unread += 1;
            }
        };
        let has_ended = timeout(COUNTING, ended).await.is_ok();
        let count = self.unconfirmed.len() + self.refused + unread;
        let key = match (count, has_ended) {
            (0, true) => return why,
            (_, true) => "send-broken-off",
            (_, false) => "send-broken-off-more",
        };
        let why = Sentence::from(&why);
        Sentence::text(key)
            .with("count", count)
            .with("why", why)
            .into()
    }

    fn give_up(&mut self) -> Result<()> {
        let silent = || self.errand.why(&Sentence::text("lost-silent").into());
        let why = self.lost.take().unwrap_or_else(silent);
        bail!(
            Sentence::text("send-unconfirmed")
                .with("count", self.unconfirmed.len())
                .with("why", why)
        )
    }

    fn is_done(&self) -> bool {
        let is_said = self.unconfirmed.is_empty() && !self.errand.session.is_waiting();
        self.has_ended && is_said
    }

    fn has_room(&self) -> bool {
        let waiting = self.errand.session.waiting();
        waiting.max(self.unconfirmed.len()) < UNCONFIRMED_MAX
    }

    /// Says a line and those that have come with it.
    fn say_all(&mut self, line: Option<Piped>) {
        let Some(line) = line else {
            self.has_ended = true;
            return;
        };
        self.say(line);
        while self.has_room()
            && let Ok(line) = self.lines.try_recv()
        {
            self.say(line);
        }
    }

    fn say(&mut self, Piped { text, is_changed }: Piped) {
        self.count += 1;
        self.changed += usize::from(is_changed);
        self.moved = Instant::now();
        let nonce = format!("{}{}", self.prefix, self.count);
        self.put(&nonce, &text);
        self.unconfirmed.push_back((nonce, text));
    }

    fn put(&mut self, nonce: &str, text: &str) {
        let action = Action::Say {
            buffer: self.errand.place.clone(),
            text: text.to_owned(),
            is_action: false,
            nonce: nonce.to_owned(),
        };
        self.errand.perform(&action);
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::In { is_again } => {
                (self.is_in, self.lost) = (true, None);
                self.moved = Instant::now();
                if is_again {
                    self.say_again();
                }
            }
            Event::Lost(why) => {
                self.is_in = false;
                self.lost = Some(why);
            }
            Event::Happened(happening) => self.happened(&happening),
        }
    }

    /// Asks for what was missed, in which a line may be already, and says the rest under its marks.
    fn say_again(&mut self) {
        self.errand.ask_past(Stretch::Missed);
        for (nonce, text) in self.unconfirmed.clone() {
            self.put(&nonce, &text);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "nothing else is about a line of one's own"
    )]
    fn happened(&mut self, happening: &Happening) {
        match happening {
            Happening::Said { message, .. } => self.confirmed(message),
            Happening::Past { messages, .. } => messages.iter().for_each(|one| self.confirmed(one)),
            Happening::NotSent { nonce, why } => self.refused(nonce, why),
            _ => {}
        }
    }

    fn confirmed(&mut self, message: &Message) {
        if let Some(nonce) = &message.nonce {
            self.forget(nonce);
        }
    }

    fn refused(&mut self, nonce: &str, why: &Sentence) {
        if self.forget(nonce) {
            self.refused += 1;
            self.why.get_or_insert_with(|| why.clone());
        }
    }

    fn forget(&mut self, nonce: &str) -> bool {
        self.moved = Instant::now();
        let at = self.unconfirmed.iter().position(|(one, _)| one == nonce);
        at.and_then(|at| self.unconfirmed.remove(at)).is_some()
    }
}
