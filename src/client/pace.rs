//! When a frame is drawn: at once for a key, some thirty times a second in a stream, with the bars at
//! the sides four times.

use std::time::Duration;

use tokio::time::Instant;

use super::view::Parts;

/// The time between two frames of a stream.
pub(super) const FRAME: Duration = Duration::from_millis(33);
/// The time between two frames with the bars.
const BARS: Duration = Duration::from_millis(250);
/// Frames that may be drawn at once after a rest.
const CREDIT: f64 = 3.0;
/// Frames that may be drawn at once after the start, when what comes first is waited for.
const FIRST_CREDIT: f64 = 8.0;

/// What of the screen shows less than is known, and when it may be drawn.
#[derive(Debug)]
pub(super) struct Pace {
    dirty: Parts,
    hurried: Parts,
    credit: f64,
    at: Instant,
    bars_due: Instant,
}

impl Pace {
    pub(super) fn new(at: Instant) -> Self {
        Self {
            dirty: Parts::ALL,
            hurried: Parts::NONE,
            credit: FIRST_CREDIT,
            at,
            bars_due: at,
        }
    }

    /// Parts are to be drawn in their time.
    pub(super) fn mark(&mut self, parts: Parts) {
        self.dirty = self.dirty.and(parts);
    }

    /// Parts are to be drawn at once: somebody pressed a key.
    pub(super) fn hurry(&mut self, parts: Parts) {
        self.hurried = self.hurried.and(parts);
    }

    /// When a frame is due; none while there is nothing to draw.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        if self.hurried != Parts::NONE {
            return Some(now);
        }
        let Parts {
            input,
            talk,
            foot,
            bars,
        } = self.dirty;
        let from = match (input || talk || foot, bars) {
            (true, _) => now,
            (false, true) => now.max(self.bars_due),
            (false, false) => return None,
        };
        let credit = self.credit_at(now);
        if credit >= 1.0 {
            return Some(from);
        }
        Some(from.max(now + FRAME.mul_f64(1.0 - credit) + Duration::from_millis(1)))
    }

    /// What a key wants drawn now.
    pub(super) fn take_hurried(&mut self, now: Instant) -> Option<Parts> {
        let parts = std::mem::take(&mut self.hurried);
        match parts {
            Parts::NONE => None,
            // The input costs next to nothing, so it does not count.
            Parts::INPUT => Some(parts),
            Parts { .. } => Some(self.account(parts, now)),
        }
    }

    /// What may be drawn now; the frame is accounted for.
    pub(super) fn take(&mut self, now: Instant) -> Option<Parts> {
        if self.due(now).is_none_or(|due| due > now) {
            return None;
        }
        let mut parts = self.dirty;
        parts.bars &= self.bars_due <= now;
        Some(self.account(parts, now))
    }

    fn account(&mut self, parts: Parts, now: Instant) -> Parts {
        self.credit = (self.credit_at(now) - 1.0).max(0.0);
        self.at = now;
        self.dirty = self.dirty.without(parts);
        if parts.bars {
            self.bars_due = now + BARS;
        }
        parts
    }

    fn credit_at(&self, now: Instant) -> f64 {
        let rested = now.duration_since(self.at).as_secs_f64() / FRAME.as_secs_f64();
        (self.credit + rested).min(CREDIT.max(self.credit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many frames are drawn of parts that change each millisecond of a second, and how many of
    /// them have the bars.
    fn frames(pace: &mut Pace, parts: Parts, from: Instant) -> (usize, usize) {
        let mut drawn = (0, 0);
        for ms in 0..1000 {
            pace.mark(parts);
            if let Some(parts) = pace.take(from + Duration::from_millis(ms)) {
                drawn.0 += 1;
                drawn.1 += usize::from(parts.bars);
            }
        }
        drawn
    }

    #[test]
    fn a_stream_is_drawn_thirty_times_a_second_and_a_key_at_once() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let (all, bars) = frames(&mut pace, Parts::ALL, start);
        assert!((36..=39).contains(&all) && bars == 4, "{all} {bars}");
        let end = start + Duration::from_secs(1);
        pace.mark(Parts::ALL);
        assert_eq!(pace.take(end), None);
        assert!(pace.due(end).is_some_and(|due| due > end));
        pace.hurry(Parts::INPUT);
        assert_eq!(pace.due(end), Some(end));
        assert_eq!(pace.take_hurried(end), Some(Parts::INPUT));
        assert_eq!(pace.take_hurried(end), None);
        let due = pace.due(end).unwrap();
        assert!(due > end, "the talk has its time");
        assert!(pace.take(due).is_some_and(|parts| parts.talk));
    }

    #[test]
    fn what_is_said_elsewhere_changes_the_bars_alone_and_four_times_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.take(start), Some(Parts::ALL));
        assert_eq!(frames(&mut pace, Parts::BARS, start), (3, 3));
        let later = start + Duration::from_secs(9);
        assert_eq!(pace.due(later), Some(later));
        assert_eq!(pace.take(later), Some(Parts::BARS));
        assert_eq!(pace.due(later), None);
    }
}
