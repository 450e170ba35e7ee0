//! Sleep and wake: after the clock jumped the server is asked at once whether it is there.

use std::time::Duration;

use tokio::time::Instant;

use super::{Client, now};
use crate::client::happening::Millis;
use crate::client::terminal::Terminal;

/// How far the two clocks may go apart between two looks: more is a sleep, or a clock that was set.
const APART: Duration = Duration::from_secs(5);

/// The time of day and the time that this machine was awake, which go apart while it sleeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    day: Millis,
    awake: Instant,
}

impl Clocks {
    /// Both as they stand.
    pub(super) fn new(day: Millis, awake: Instant) -> Self {
        Self { day, awake }
    }

    /// Whether they went apart since the last look.
    fn jumped(&mut self, day: Millis, awake: Instant) -> bool {
        let before = std::mem::replace(self, Self { day, awake });
        let passed = awake.saturating_duration_since(before.awake);
        let passed = Millis::try_from(passed.as_millis()).unwrap_or(Millis::MAX);
        let apart = (day - before.day).saturating_sub(passed);
        u128::from(apart.unsigned_abs()) > APART.as_millis()
    }
}

impl<T: Terminal> Client<'_, T> {
    /// Looks at the clocks after each thing that happens.
    pub(super) fn look_at_clocks(&mut self) {
        let day = now();
        if self.clocks.jumped(day, Instant::now()) && self.link.is_up() {
            self.session.woke(day);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_and_a_clock_that_is_set_are_jumps_and_a_long_wait_is_none() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut clocks = Clocks::new(1_000_000, start);
        assert!(
            !clocks.jumped(4_600_000, after(3_600)),
            "an hour of waiting"
        );
        assert!(!clocks.jumped(4_604_999, after(3_600)));
        assert!(
            clocks.jumped(4_610_000 + 60_000, after(3_601)),
            "a minute of sleep"
        );
        assert!(!clocks.jumped(4_671_000, after(3_602)));
        assert!(clocks.jumped(0, after(3_603)), "set back");
        assert!(!clocks.jumped(1_000, after(3_604)));
    }
}
