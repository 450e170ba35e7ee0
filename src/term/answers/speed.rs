//! How fast a terminal shows what is written. A far one answers late whatever was written, and a slow one
//! the later the more it was; only what it took for much beside what it took for little tells them apart.

use std::time::Duration;

use tokio::time::Instant;

/// Bytes of a piece at least; so many are also tried where nothing else is known.
const PIECE: usize = 512;
/// Bytes up to which a frame is little; a piece ends with the row that goes beyond what it may have.
const LITTLE: usize = 3 * PIECE;
/// How long much may take without being cut.
const FAST: Duration = Duration::from_millis(30);
/// How long a key may wait behind a piece.
const WAIT: Duration = Duration::from_millis(20);
/// How long it is believed what much took: then a whole frame is tried again.
const BELIEVED: Duration = Duration::from_secs(5);

/// What frames took, much and little.
#[derive(Debug, Default)]
pub(super) struct Speed {
    little: Option<(usize, Duration)>,
    much: Option<(usize, Duration, Instant)>,
}

impl Speed {
    /// So many bytes were shown after so long.
    pub(super) fn learn(&mut self, bytes: usize, took: Duration, now: Instant) {
        match bytes <= LITTLE {
            true => self.little = Some((bytes, took)),
            false => self.much = Some((bytes, took, now)),
        }
    }

    /// Bytes that are shown soon enough; none where there is no need to count.
    pub(super) fn most(&self, now: Instant) -> Option<usize> {
        let (much, took, at) = self.much?;
        if took <= FAST || now.duration_since(at) > BELIEVED {
            return None;
        }
        let Some((little, least)) = self.little else {
            return Some(PIECE);
        };
        let longer = took.checked_sub(least).filter(|longer| !longer.is_zero())?;
        let more = u128::try_from(much.saturating_sub(little)).unwrap_or(0);
        let most = more * WAIT.as_nanos() / longer.as_nanos();
        let most = usize::try_from(most).unwrap_or(usize::MAX).max(PIECE);
        (most < much).then_some(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// What is written at most, after frames that took so many milliseconds.
    fn most(took: &[(usize, u32)]) -> Option<usize> {
        let now = Instant::now();
        let mut speed = Speed::default();
        for (bytes, ms) in took {
            speed.learn(*bytes, MS * *ms, now);
        }
        assert_eq!(speed.most(now + BELIEVED + MS), None);
        speed.most(now)
    }

    #[test]
    fn a_slow_terminal_gets_pieces_and_a_far_or_fast_one_whole_frames() {
        assert_eq!(most(&[]), None);
        assert_eq!(most(&[(9000, 10)]), None, "fast");
        assert_eq!(most(&[(3000, 60)]), Some(PIECE), "not known yet");
        assert_eq!(most(&[(3000, 60), (1000, 20)]), Some(1000), "slow");
        assert_eq!(most(&[(9000, 60), (1000, 20)]), Some(4000), "less so");
        assert_eq!(most(&[(3000, 101), (1000, 100)]), None, "far");
        assert_eq!(most(&[(3000, 100), (1000, 101)]), None, "far");
        assert_eq!(most(&[(3000, 260), (1000, 220)]), Some(1000), "both");
    }
}
