//! When a frame is drawn: at once for a key, some thirty times a second in a stream.

use std::time::Duration;

use tokio::time::Instant;

/// The time between two frames of a stream.
const FRAME: Duration = Duration::from_millis(33);
/// Frames that may be drawn at once after a rest.
const CREDIT: f64 = 3.0;
/// Frames that may be drawn at once after the start, when what comes first is waited for.
const FIRST_CREDIT: f64 = 8.0;

/// When the next frame may be drawn.
#[derive(Debug)]
pub(super) struct Pace {
    /// Whether the screen shows less than is known.
    pub(super) is_dirty: bool,
    is_hurried: bool,
    credit: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(at: Instant) -> Self {
        Self {
            is_dirty: true,
            is_hurried: false,
            credit: FIRST_CREDIT,
            at,
        }
    }

    /// Lets the next frame come at once: somebody pressed a key.
    pub(super) fn hurry(&mut self) {
        self.is_hurried = true;
    }

    /// When a frame is due; none while there is nothing to draw.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        if !self.is_dirty {
            return None;
        }
        let credit = self.credit_at(now);
        if self.is_hurried || credit >= 1.0 {
            return Some(now);
        }
        Some(now + FRAME.mul_f64(1.0 - credit) + Duration::from_millis(1))
    }

    /// Whether to draw now; if so, the frame is accounted for.
    pub(super) fn may_draw(&mut self, now: Instant) -> bool {
        let credit = self.credit_at(now);
        if !self.is_dirty || !(self.is_hurried || credit >= 1.0) {
            return false;
        }
        self.credit = (credit - 1.0).max(0.0);
        self.at = now;
        self.is_dirty = false;
        self.is_hurried = false;
        true
    }

    fn credit_at(&self, now: Instant) -> f64 {
        let rested = now.duration_since(self.at).as_secs_f64() / FRAME.as_secs_f64();
        (self.credit + rested).min(CREDIT.max(self.credit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_drawn_thirty_times_a_second_and_a_key_at_once() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut frames = 0;
        for ms in 0..1000 {
            pace.is_dirty = true;
            frames += usize::from(pace.may_draw(start + Duration::from_millis(ms)));
        }
        assert!((36..=39).contains(&frames), "{frames}");
        let end = start + Duration::from_secs(1);
        pace.is_dirty = true;
        assert!(!pace.may_draw(end) && pace.due(end).is_some_and(|due| due > end));
        pace.hurry();
        assert!(pace.may_draw(end));
        assert_eq!(pace.due(end), None);
    }
}
