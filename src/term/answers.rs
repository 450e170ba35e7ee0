//! Whether the terminal has shown what was written: a large frame ends with a question, and its answer
//! comes once all before it has been worked off. So no frames pile up on a slow line, and how fast that
//! line is becomes known.

mod speed;

use std::time::Duration;

use tokio::time::Instant;

use speed::Speed;

/// Asks the terminal what it is.
pub(super) const QUESTION: &[u8] = b"\x1b[c";
/// Bytes from which on a frame ends with the question.
const LARGE: usize = 200;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_millis(500);
/// Questions without an answer after which none is asked any more.
const TRIES: u32 = 3;

/// The questions that were asked.
#[derive(Debug, Default)]
pub(super) struct Answers {
    awaited: u32,
    until: Option<Instant>,
    unanswered: u32,
    /// When the only question under way was asked, and after how many bytes.
    asked: Option<(Instant, usize)>,
    speed: Speed,
}

impl Answers {
    /// Whether a frame of so many bytes ends with the question.
    pub(super) fn wants(&self, bytes: usize) -> bool {
        bytes > LARGE && self.unanswered < TRIES
    }

    /// Bytes after which a frame of the talk stops until they are shown: a key shall not wait long
    /// behind them. None where the terminal is fast enough, or never answers.
    pub(super) fn most(&self, now: Instant) -> Option<usize> {
        let is_answering = self.unanswered < TRIES;
        self.speed.most(now).filter(|_| is_answering)
    }

    /// It was asked, after so many bytes.
    pub(super) fn asked(&mut self, now: Instant, bytes: usize) {
        self.asked = (self.awaited == 0).then_some((now, bytes));
        self.awaited += 1;
        self.until = Some(now + PATIENCE);
    }

    /// An answer came, be it late.
    pub(super) fn answered(&mut self, now: Instant) {
        self.unanswered = 0;
        if let Some((at, bytes)) = self.asked.take() {
            self.speed.learn(bytes, now.duration_since(at), now);
        }
        self.awaited = self.awaited.saturating_sub(1);
        if self.awaited == 0 {
            self.until = None;
        }
    }

    /// Up to when an answer is waited for; none when all are there.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The time is up.
    pub(super) fn give_up(&mut self) {
        self.awaited = 0;
        self.asked = None;
        self.until = None;
        self.unanswered += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_answers_is_not_asked_for_ever_and_who_is_late_is() {
        let now = Instant::now();
        let mut answers = Answers::default();
        assert!(!answers.wants(200) && answers.wants(201));
        for _ in 0..TRIES {
            assert!(answers.wants(999));
            answers.asked(now, 999);
            assert_eq!(answers.until(), Some(now + PATIENCE));
            answers.give_up();
            assert_eq!(answers.until(), None);
        }
        assert!(!answers.wants(999));
        answers.answered(now);
        assert!(answers.wants(999));
    }

    #[test]
    fn all_answers_are_waited_for() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.asked(now, 999);
        answers.asked(now, 999);
        answers.answered(now);
        assert!(answers.until().is_some());
        answers.answered(now);
        assert!(answers.until().is_none());
    }

    #[test]
    fn a_terminal_that_stops_answering_gets_whole_frames() {
        let now = Instant::now();
        let mut answers = Answers::default();
        answers.asked(now, 3000);
        answers.answered(now + Duration::from_millis(60));
        assert!(answers.most(now).is_some());
        for _ in 0..TRIES {
            answers.asked(now, 3000);
            answers.give_up();
        }
        assert_eq!(answers.most(now), None);
    }
}
