//! Places and times: the pure part of every log.

use super::{Proposal, Ticket};
use crate::core::{Entry, Millis, RULES, Seq};

/// Entries of one commit at most.
pub const BATCH_MAX: usize = 500;
/// How far the last time may lie ahead of the clock and still hold, in milliseconds: more than
/// that was a clock that went wrong, and time goes back to the right one.
const AHEAD_MAX: i64 = 60_000;

/// Gives out places and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    last: Seq,
    at: Millis,
}

impl Order {
    /// Goes on after an entry.
    pub fn after(last: Seq, at: Millis) -> Self {
        Self { last, at }
    }

    /// The time of the last entry.
    pub fn at(&self) -> Millis {
        self.at
    }

    /// Gives each proposal its place and time. What is not stored after all is forgotten by going
    /// back to a copy of what was before.
    pub fn place(&mut self, proposals: Vec<Proposal>, now: Millis) -> Vec<(Ticket, Entry)> {
        if now > self.at || self.at.0.saturating_sub(now.0) > AHEAD_MAX {
            self.at = now;
        }
        let place = |proposal: Proposal| {
            self.last = Seq(self.last.0 + 1);
            let Proposal {
                ticket,
                session,
                command,
            } = proposal;
            (
                ticket,
                Entry {
                    seq: self.last,
                    at: self.at,
                    rules: RULES,
                    session,
                    command,
                },
            )
        };
        proposals.into_iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Command;

    fn times(order: &mut Order, now: i64) -> Vec<(u64, i64)> {
        let one = |ticket| Proposal {
            ticket: Ticket(ticket),
            session: None,
            command: Command::SetAway { text: None },
        };
        let placed = order.place(vec![one(1), one(2)], Millis(now));
        placed
            .into_iter()
            .map(|(_, entry)| (entry.seq.0, entry.at.0))
            .collect()
    }

    #[test]
    fn places_follow_each_other_and_time_never_goes_back() {
        let mut order = Order::after(Seq(7), Millis(1_000));
        assert_eq!(times(&mut order, 2_000), [(8, 2_000), (9, 2_000)]);
        assert_eq!(times(&mut order, 1_500), [(10, 2_000), (11, 2_000)]);
    }

    #[test]
    fn a_clock_that_was_more_than_a_minute_ahead_is_not_followed_for_ever() {
        let mut order = Order::after(Seq(0), Millis(100_000));
        assert_eq!(times(&mut order, 40_000), [(1, 100_000), (2, 100_000)]);
        assert_eq!(times(&mut order, 39_999), [(3, 39_999), (4, 39_999)]);
    }
}
