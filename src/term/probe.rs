//! How wide the terminal shows what terminals disagree on: samples are written where nothing stands yet,
//! and after each it is asked where the cursor is. The first frame is not held up by that; an answer that
//! comes later, or never, is no key either.

use std::time::Duration;

use tokio::time::Instant;

use crate::text::{Doubt, Widths};

/// Columns that the samples need at least.
pub(super) const COLUMNS: u16 = 10;
/// How long the program does not end without the answers, which the shell would take for keys.
const PATIENCE: Duration = Duration::from_secs(1);

/// Each sample, hidden, in the second row: in the first the answer would be a key. What is written is
/// gone before anything is shown.
pub(super) fn question() -> Vec<u8> {
    let mut question = b"\x1b[?2026h\x1b[8m".to_vec();
    for (_, sample, _) in Doubt::SAMPLES {
        question.extend_from_slice(b"\x1b[2;1H");
        question.extend_from_slice(sample.as_bytes());
        question.extend_from_slice(b"\x1b[6n");
    }
    question.extend_from_slice(b"\x1b[0m\x1b[2;1H\x1b[2K\x1b[H\x1b[?2026l");
    question
}

/// The column of an answer; none where the numbers are something else.
pub(super) fn column(parameters: &[u8]) -> Option<u16> {
    let column = parameters.strip_prefix(b"2;")?;
    std::str::from_utf8(column).ok()?.parse().ok()
}

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct Probe {
    /// Samples of which the answer is still to come: the last ones.
    awaited: usize,
    until: Option<Instant>,
    widths: Widths,
}

impl Probe {
    /// It was asked.
    pub(super) fn asked(&mut self, now: Instant) {
        self.awaited = Doubt::SAMPLES.len();
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

    /// An answer came: what is known with it, if that was not known before.
    pub(super) fn answered(&mut self, column: u16) -> Option<Widths> {
        let at = Doubt::SAMPLES.len().checked_sub(self.awaited)?;
        let (doubt, _, (from, to)) = *Doubt::SAMPLES.get(at)?;
        self.awaited -= 1;
        let is_new = (from..=to).contains(&column) && !self.widths.has(doubt);
        is_new.then(|| {
            self.widths = self.widths.with(doubt);
            self.widths
        })
    }

    /// How wide such letters are.
    pub(super) fn widths(&self) -> Widths {
        self.widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_is_answered_and_once() {
        let now = Instant::now();
        let mut probe = Probe::default();
        assert!(probe.answered(3).is_none() && !probe.is_awaited(now));
        probe.asked(now);
        assert!(probe.answered(2).is_none());
        assert!(probe.is_awaited(now) && !probe.is_awaited(now + PATIENCE));
        let wide = Widths::from_iter([Doubt::Ambiguous]);
        let found = probe.answered(3);
        assert_eq!(found, Some(wide), "text is wide even where lines are not");
        for usual in [3, 3, 3, 3, 3] {
            assert!(probe.answered(usual).is_none());
        }
        let found = probe.answered(5);
        assert_eq!(found, Some(wide.with(Doubt::Tone)));
        assert!(!probe.is_awaited(now));
        assert!(probe.answered(3).is_none());
        probe.asked(now);
        assert!(probe.answered(3).is_none(), "it is known");
        probe.is_over();
        assert!(!probe.is_awaited(now) && probe.answered(3).is_none());
    }

    #[test]
    fn what_a_terminal_says_is_what_it_has_otherwise() {
        for (columns, otherwise) in [
            // Columns after the samples, as terminals say them: kitty, xterm, one that joins nothing.
            ([2, 2, 3, 3, 3, 7, 3, 3], vec![Doubt::Joined]),
            (
                [2, 2, 3, 2, 2, 7, 3, 5],
                vec![Doubt::Selector, Doubt::Keycap, Doubt::Joined, Doubt::Tone],
            ),
            (
                [2, 2, 3, 2, 2, 3, 3, 5],
                vec![Doubt::Selector, Doubt::Keycap, Doubt::Tone],
            ),
            ([2, 2, 3, 3, 3, 3, 3, 3], vec![]),
            // Nonsense says nothing.
            ([9, 0, 9, 9, 9, 40, 1, 1], vec![]),
        ] {
            let mut probe = Probe::default();
            probe.asked(Instant::now());
            for column in columns {
                probe.answered(column);
            }
            assert_eq!(
                probe.widths(),
                otherwise.into_iter().collect(),
                "{columns:?}"
            );
        }
    }
}
