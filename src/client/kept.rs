//! What a client keeps of conversations from one run to the next.

use super::happening::{BufferName, Millis};

/// One thing that is kept: told to the loop when it changes, and to the model at the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Up to when a conversation has been read.
    Read {
        /// Which.
        buffer: BufferName,
        /// Up to when.
        at: Millis,
    },
    /// That a conversation is unread again from after a time on; told as [`Kept::Read`] later.
    Unread {
        /// Which.
        buffer: BufferName,
        /// Up to when it is read.
        at: Millis,
    },
    /// What is being written in a conversation; empty when nothing is any more.
    Draft {
        /// Which.
        buffer: BufferName,
        /// What.
        text: String,
    },
    /// How a conversation makes itself heard.
    Notify {
        /// Which.
        buffer: BufferName,
        /// How.
        notify: Notify,
    },
    /// The conversation that is open.
    Open(BufferName),
    /// Where a conversation is scrolled to; none at its end.
    Scrolled {
        /// Which.
        buffer: BufferName,
        /// Where.
        to: Option<Spot>,
    },
    /// An invitation that waits for an answer.
    Invited {
        /// Where to.
        room: String,
        /// By whom.
        by: String,
        /// When.
        at: Millis,
    },
    /// An invitation has been taken or dismissed.
    Answered {
        /// Where to it was.
        room: String,
    },
}

/// A row of a conversation, as it is found again in another run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The id of the message.
    pub id: String,
    /// When it was said, for where it is gone.
    pub at: Millis,
    /// Which of its rows, counted from its last.
    pub row_from_end: usize,
}

impl Spot {
    /// As words.
    pub fn to_words(&self) -> String {
        format!("{} {} {}", self.at, self.row_from_end, self.id)
    }

    /// From words; none where they are none of ours.
    pub fn from_words(words: &str) -> Option<Self> {
        let mut words = words.split_whitespace();
        let at = words.next()?.parse().ok()?;
        let row_from_end = words.next()?.parse().ok()?;
        let id = words.next()?.to_owned();
        Some(Self {
            id,
            at,
            row_from_end,
        })
    }
}

/// How a conversation makes itself heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notify {
    /// What rings the bell; none for what is usual there.
    pub level: Option<Level>,
    /// Whether it is silent, and counts only what calls oneself.
    pub is_muted: bool,
}

/// What rings the bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every message.
    All,
    /// What calls oneself.
    Mentions,
    /// Nothing.
    None,
}

/// The levels, by their names and by what else people call them.
const LEVELS: [(&str, &str, Level); 3] = [
    ("all", "全部", Level::All),
    ("mentions", "提到", Level::Mentions),
    ("none", "不响", Level::None),
];

impl Level {
    /// The level of a name.
    pub fn parse(name: &str) -> Option<Self> {
        let found = LEVELS.iter().find(|(known, ..)| *known == name);
        found.map(|(.., level)| *level)
    }

    /// The level that somebody means.
    pub fn of_word(word: &str) -> Option<Self> {
        let is_it = |known: &str| known.eq_ignore_ascii_case(word);
        let mut levels = LEVELS.iter();
        let found = levels.find(|(name, other, _)| is_it(name) || is_it(other));
        found.map(|(.., level)| *level)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let found = LEVELS.iter().find(|(.., level)| *level == self);
        found.map_or("mentions", |(name, ..)| *name)
    }
}

impl Notify {
    /// As words; none when it is as usual.
    pub fn to_words(self) -> String {
        let level = self.level.map(Level::name);
        let muted = self.is_muted.then_some("muted");
        let words: Vec<&str> = level.into_iter().chain(muted).collect();
        words.join(" ")
    }

    /// From words; those that are not known change nothing.
    pub fn from_words(words: &str) -> Self {
        let mut notify = Self::default();
        for word in words.split_whitespace() {
            notify.is_muted |= word == "muted";
            notify.level = Level::parse(word).or(notify.level);
        }
        notify
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_the_same_after_it_was_written_down() {
        let spot = Spot {
            id: "a-17".into(),
            at: 1_700_000_000_000,
            row_from_end: 3,
        };
        assert_eq!(Spot::from_words(&spot.to_words()), Some(spot));
        for words in ["", "7", "7 0", "x 0 a", "7 -1 a"] {
            assert_eq!(Spot::from_words(words), None, "{words}");
        }
    }

    #[test]
    fn how_a_room_is_heard_is_the_same_after_it_was_written_down() {
        for level in [
            None,
            Some(Level::All),
            Some(Level::Mentions),
            Some(Level::None),
        ] {
            for is_muted in [false, true] {
                let notify = Notify { level, is_muted };
                assert_eq!(Notify::from_words(&notify.to_words()), notify);
            }
        }
        assert_eq!(Notify::from_words("loud"), Notify::default());
    }
}
