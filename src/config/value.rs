//! Values of the config that are checked while they are read.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use argon2::PasswordHash;
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};

use super::mistake::mistake;
use crate::text::Sentence;

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Within<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Within<MIN, MAX> {
    /// That number, or the end of the range that is nearer.
    pub const fn of(number: u64) -> Self {
        if number < MIN {
            Self(MIN)
        } else if number > MAX {
            Self(MAX)
        } else {
            Self(number)
        }
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }

    /// The number as a size in memory.
    pub fn size(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The number as a count of the core's.
    pub fn count(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

impl<'de, const MIN: u64, const MAX: u64> Deserialize<'de> for Within<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(from)?;
        u64::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| {
                let why = Sentence::text("config-not-within").with("number", number.to_string());
                mistake(why.with("min", MIN).with("max", MAX))
            })
    }
}

/// An address and a port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Listen(pub SocketAddr);

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(mistake)
    }
}

impl std::str::FromStr for Listen {
    type Err = Sentence;

    fn from_str(text: &str) -> Result<Self, Sentence> {
        let numeric = match text.strip_prefix("localhost:") {
            Some(port) => &format!("127.0.0.1:{port}"),
            None => text,
        };
        let address = numeric.parse().ok().map(Self);
        address.ok_or_else(|| Sentence::text("config-no-address").with("value", text))
    }
}

/// An argon2id hash as `chatroom hash-password` makes it. It never shows in what is printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(into = "&'static str")]
pub struct Hash(String);

impl Hash {
    /// The hash itself, to check a password against.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Hash> for &'static str {
    fn from(_: Hash) -> Self {
        "(set)"
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(set)")
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if is_argon2id(&text) {
            Ok(Self(text))
        } else {
            Err(mistake(Sentence::text("config-no-hash")))
        }
    }
}

/// A hash that needs more than a gigabyte is none that a server can afford to check.
fn is_argon2id(text: &str) -> bool {
    const MEMORY_KIB_MAX: u32 = 1 << 20;
    let Ok(hash) = PasswordHash::new(text) else {
        return false;
    };
    let memory = argon2::Params::try_from(&hash).map(|params| params.m_cost());
    hash.algorithm.as_str() == "argon2id"
        && hash.hash.is_some()
        && memory.is_ok_and(|kib| kib <= MEMORY_KIB_MAX)
}

/// How long messages are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum Retention {
    /// For ever.
    #[default]
    Forever,
    /// That long.
    For(Duration),
}

/// Units of a duration and their seconds, the longest first.
const UNITS: [(char, u64); 5] = [
    ('w', 604_800),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];

impl Retention {
    /// How long, in milliseconds; none for ever.
    pub fn milliseconds(self) -> Option<i64> {
        match self {
            Self::Forever => None,
            Self::For(kept) => Some(i64::try_from(kept.as_millis()).unwrap_or(i64::MAX)),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "forever" {
            return Some(Self::Forever);
        }
        let mut rest = text.chars();
        let unit = rest.next_back()?;
        let number: u64 = rest.as_str().parse().ok()?;
        let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let seconds = number.checked_mul(seconds).filter(|&seconds| seconds > 0)?;
        Some(Self::For(Duration::from_secs(seconds)))
    }
}

impl From<Retention> for String {
    fn from(retention: Retention) -> Self {
        let Retention::For(duration) = retention else {
            return "forever".to_owned();
        };
        let seconds = duration.as_secs();
        let (unit, size) = UNITS
            .into_iter()
            .find(|(_, size)| seconds.is_multiple_of(*size))
            .unwrap_or(('s', 1));
        format!("{}{unit}", seconds / size)
    }
}

impl<'de> Deserialize<'de> for Retention {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text)
            .ok_or_else(|| mistake(Sentence::text("config-no-duration").with("value", text)))
    }
}

/// A word of the wire: visible ASCII without blanks, not beginning with a colon.
pub(super) fn word<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let is_word = !text.is_empty()
        && text.len() <= 63
        && !text.starts_with(':')
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_word
        .then_some(text)
        .ok_or_else(|| mistake(Sentence::text("config-no-word")))
}

/// A line of text, without control characters.
pub(super) fn line<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let is_line = text.len() <= 200 && !text.chars().any(char::is_control);
    is_line
        .then_some(text)
        .ok_or_else(|| mistake(Sentence::text("config-no-line")))
}

/// A room's name, as far as that can be told without knowing what letters it may have.
pub(super) fn room<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let is_room = text.len() > 1
        && text.starts_with('#')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',');
    is_room
        .then_some(text)
        .ok_or_else(|| mistake(Sentence::text("config-no-room")))
}

/// User modes: nothing, or `+` and letters.
pub(super) fn modes<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let letters = text.strip_prefix('+').unwrap_or(&text);
    let is_modes = text.is_empty()
        || text.starts_with('+')
            && !letters.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_modes
        .then_some(text)
        .ok_or_else(|| mistake(Sentence::text("config-no-modes")))
}

/// Addresses to listen on, of which there must be one.
pub(super) fn addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Listen>, D::Error> {
    let addresses = Vec::deserialize(from)?;
    if addresses.is_empty() || addresses.len() > 64 {
        return Err(mistake(Sentence::text("config-no-addresses")));
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_it_is_written() {
        for text in ["forever", "90d", "2w", "36h", "5m", "7s"] {
            let read = Retention::parse(text).unwrap();
            assert_eq!(String::from(read), text);
        }
        for text in [
            "",
            "d",
            "0d",
            "-1d",
            "90",
            "1y",
            "99999999999999999999d",
            "9日",
        ] {
            assert_eq!(Retention::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_has_a_port() {
        let check = |text: &str| text.parse().map(|Listen(address)| address.to_string());
        assert_eq!(check("localhost:8000").unwrap(), "127.0.0.1:8000");
        assert_eq!(check("[::1]:8000").unwrap(), "[::1]:8000");
        assert!(check("localhost").is_err());
        assert!(check("example.org:80").is_err());
    }

    #[test]
    fn a_password_itself_is_not_taken_for_its_hash() {
        assert!(!is_argon2id("hunter2"));
        assert!(!is_argon2id("$2b$12$abcdefghijklmnopqrstuu"));
        assert!(!is_argon2id("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ"));
        assert!(is_argon2id(
            "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$Xw4XjRHb4TkFjJ2tQ7w7bQ"
        ));
    }
}
