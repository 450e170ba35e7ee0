//! How wide the terminal shows what Unicode leaves open: two samples are written where nothing stands
//! yet, and after each it is asked where the cursor is. The first frame is not held up by that; an answer
//! that comes later, or never, is no key either.

use std::time::Duration;

use tokio::time::Instant;

use crate::text::Ambiguous;

/// A line's letter, then a letter of text, hidden, in the second row: in the first the answer would be a
/// key. What is written is gone before anything is shown.
pub(super) const ASK: &[u8] =
    "\x1b[?2026h\x1b[8m\x1b[2;1H│\x1b[6n\x1b[2;1H…\x1b[6n\x1b[0m\x1b[2;1H\x1b[2K\x1b[H\x1b[?2026l"
        .as_bytes();

/// How long the program does not end without the answers, which the shell would take for keys.
const PATIENCE: Duration = Duration::from_secs(1);

/// The column of an answer; none where the numbers are something else.
pub(super) fn column(parameters: &[u8]) -> Option<u16> {
    let column = parameters.strip_prefix(b"2;")?;
    std::str::from_utf8(column).ok()?.parse().ok()
}

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct Probe {
    awaited: u8,
    until: Option<Instant>,
    ambiguous: Ambiguous,
}

impl Probe {
    /// It was asked.
    pub(super) fn asked(&mut self, now: Instant) {
        self.awaited = 2;
        self.until = Some(now + PATIENCE);
    }

    /// Something that was asked later is answered: no answer to this comes any more.
    pub(super) fn is_over(&mut self) {
        self.awaited = 0;
    }

    /// Whether an answer may still come.
    pub(super) fn is_awaited(&self, now: Instant) -> bool {
        self.awaited > 0 && self.until.is_some_and(|until| now < until)
    }

    /// An answer came: whether it says that such letters are wide, and none has said so before.
    pub(super) fn answered(&mut self, column: u16) -> bool {
        let is_awaited = self.awaited > 0;
        self.awaited = self.awaited.saturating_sub(1);
        let is_new = is_awaited && column == 3 && self.ambiguous == Ambiguous::Narrow;
        if is_new {
            self.ambiguous = Ambiguous::Wide;
        }
        is_new
    }

    /// How wide such letters are.
    pub(super) fn ambiguous(&self) -> Ambiguous {
        self.ambiguous
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_is_answered_and_once() {
        let now = Instant::now();
        let mut probe = Probe::default();
        assert!(!probe.answered(3) && !probe.is_awaited(now));
        probe.asked(now);
        assert!(!probe.answered(2));
        assert!(probe.is_awaited(now) && !probe.is_awaited(now + PATIENCE));
        assert!(probe.answered(3), "text is wide even where lines are not");
        assert_eq!(probe.ambiguous(), Ambiguous::Wide);
        assert!(!probe.is_awaited(now));
        assert!(!probe.answered(3));
        probe.asked(now);
        assert!(!probe.answered(3), "it is known");
        probe.is_over();
        assert!(!probe.is_awaited(now));
    }
}
