//! What terminals disagree on: how wide they show some letters, and which way one has it.

use std::cell::Cell;

use unicode_width::UnicodeWidthStr;

/// What joins pictures to one.
const JOINER: char = '\u{200d}';
/// What makes a picture of a sign.
const SELECTOR: char = '\u{fe0f}';
/// What puts a key around a digit.
const KEYCAP: char = '\u{20e3}';
/// Skin tones.
const TONE_FIRST: char = '\u{1f3fb}';
const TONE_LAST: char = '\u{1f3ff}';
/// The letters of which flags are made.
const FLAG_FIRST: char = '\u{1f1e6}';
const FLAG_LAST: char = '\u{1f1ff}';

thread_local! {
    static IN_FORCE: Cell<Widths> = const { Cell::new(Widths(0)) };
}

/// Something that terminals show in one of two widths: as Unicode's tables have it, or otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// What Unicode leaves open, such as `…`, `“` and `①`; otherwise, as many in East Asia have it, wide.
    Ambiguous,
    /// A picture; otherwise narrow.
    Emoji,
    /// A sign that is to look like a picture; otherwise narrow, as the sign is.
    Selector,
    /// A digit on a key; otherwise narrow, as the digit is.
    Keycap,
    /// Pictures joined to one; otherwise one after the other.
    Joined,
    /// A flag; otherwise its two letters, each wide.
    Flag,
    /// A picture with a skin tone; otherwise the picture and the tone.
    Tone,
}

impl Doubt {
    /// What shows which way a terminal has it: a letter, and the column after it where that is not as
    /// Unicode has it, both ends included.
    pub const SAMPLES: [(Self, &str, (u16, u16)); 8] = [
        // A line's letter, then one of text: some have lines narrow and text wide.
        (Self::Ambiguous, "│", (3, 3)),
        (Self::Ambiguous, "…", (3, 3)),
        (Self::Emoji, "😀", (2, 2)),
        (Self::Selector, "❤\u{fe0f}", (2, 2)),
        (Self::Keycap, "1\u{fe0f}\u{20e3}", (2, 2)),
        // Some give the joiners columns, too.
        (Self::Joined, "👩\u{200d}👩\u{200d}👧", (7, 9)),
        (Self::Flag, "🇨🇳", (5, 5)),
        (Self::Tone, "👍🏽", (5, 5)),
    ];

    fn bit(self) -> u8 {
        match self {
            Self::Ambiguous => 1,
            Self::Emoji => 1 << 1,
            Self::Selector => 1 << 2,
            Self::Keycap => 1 << 3,
            Self::Joined => 1 << 4,
            Self::Flag => 1 << 5,
            Self::Tone => 1 << 6,
        }
    }
}

/// Which way a terminal has each of them; by default all as Unicode has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Widths(u8);

impl FromIterator<Doubt> for Widths {
    /// A terminal that has these otherwise.
    fn from_iter<T: IntoIterator<Item = Doubt>>(doubts: T) -> Self {
        Self(doubts.into_iter().fold(0, |bits, doubt| bits | doubt.bit()))
    }
}

impl Widths {
    /// Does something on this thread that measures text for such a terminal.
    pub fn measure<T>(self, work: impl FnOnce() -> T) -> T {
        let _before = Before(IN_FORCE.replace(self));
        work()
    }

    /// Whether the terminal has that otherwise.
    pub fn has(self, doubt: Doubt) -> bool {
        self.0 & doubt.bit() != 0
    }

    /// The same terminal, which has that otherwise as well.
    #[must_use]
    pub fn with(self, doubt: Doubt) -> Self {
        Self(self.0 | doubt.bit())
    }

    /// Those of the terminal that text is measured for now.
    pub(super) fn in_force() -> Self {
        IN_FORCE.get()
    }

    /// The bytes of a cluster's beginning that the terminal shows as one letter.
    pub(super) fn part(self, cluster: &str) -> usize {
        let is_split = self.has(Doubt::Joined) || self.has(Doubt::Flag) || self.has(Doubt::Tone);
        if !is_split || cluster.len() <= SELECTOR.len_utf8() {
            return cluster.len();
        }
        let mut before = None;
        for (at, c) in cluster.char_indices() {
            let is_next = match (before, c) {
                (None, _) => false,
                (Some(_), TONE_FIRST..=TONE_LAST) => self.has(Doubt::Tone),
                (Some(_), FLAG_FIRST..=FLAG_LAST) => self.has(Doubt::Flag),
                (Some(JOINER), c) => self.has(Doubt::Joined) && is_picture(c),
                (Some(_), _) => false,
            };
            if is_next {
                return at;
            }
            before = Some(c);
        }
        cluster.len()
    }

    /// The columns of what the terminal shows as one letter.
    pub(super) fn columns(self, part: &str) -> usize {
        let usual = |part: &str| match self.has(Doubt::Ambiguous) {
            true => part.width_cjk(),
            false => part.width(),
        };
        let mut chars = part.chars();
        let (Some(first), second) = (chars.next(), chars.next()) else {
            return 0;
        };
        let is_alone = second.is_none();
        match first {
            '\u{1f000}'..='\u{1faff}' if self.has(Doubt::Emoji) => 1,
            // Its own letter's other half is missing, or stands apart.
            FLAG_FIRST..=FLAG_LAST if is_alone && self.has(Doubt::Flag) => 2,
            _ if is_alone || self.is_plain() => usual(part),
            _ if part.ends_with(KEYCAP) && self.has(Doubt::Keycap) => 1,
            _ if second == Some(SELECTOR) && self.has(Doubt::Selector) => {
                usual(part.split_at(first.len_utf8()).0)
            }
            _ => match part.split_once(JOINER) {
                // What is joined to a picture takes no room of its own.
                Some((picture, joined)) if joined.chars().all(is_joined) => usual(picture),
                Some(_) | None => usual(part),
            },
        }
    }

    /// Whether pictures are as Unicode has them.
    fn is_plain(self) -> bool {
        self.0 & !Doubt::Ambiguous.bit() == 0
    }
}

/// Whether a letter may be a picture.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a letter may stand behind what joins pictures.
fn is_joined(c: char) -> bool {
    is_picture(c) || matches!(c, JOINER | SELECTOR)
}

/// What held before, which holds again when this is dropped.
struct Before(Widths);

impl Drop for Before {
    fn drop(&mut self) {
        IN_FORCE.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{clusters, width};
    use super::*;

    #[test]
    fn each_sample_shows_what_it_is_for() {
        for (doubt, sample, (from, to)) in Doubt::SAMPLES {
            let usual = u16::try_from(width(sample)).unwrap() + 1;
            assert!(!(from..=to).contains(&usual), "{doubt:?}");
            let otherwise = Widths::from_iter([doubt]);
            let columns = otherwise.measure(|| u16::try_from(width(sample)).unwrap());
            assert!((from..=to).contains(&(columns + 1)), "{doubt:?}");
        }
    }

    #[test]
    fn no_cluster_takes_more_room_than_a_wide_letter_where_pictures_stand_apart() {
        let apart = [
            Doubt::Selector,
            Doubt::Keycap,
            Doubt::Joined,
            Doubt::Flag,
            Doubt::Tone,
        ];
        let text = "👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏽🥲🏻🇨🇳🇨1\u{fe0f}\u{20e3}";
        Widths::from_iter(apart).measure(|| {
            for (part, columns) in clusters(text) {
                assert!((1..=2).contains(&columns), "{part:?}");
            }
        });
    }
}
