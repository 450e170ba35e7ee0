//! What is to be said to a person, before it is known in which language.

use std::fmt;
use std::io::{self, ErrorKind};

use super::holder::Unanswered;
use super::naming::NoName;
use super::net::{AddressError, OtherKey};
use crate::text::{Language, Texts};

/// Failures of the system that people meet.
const KINDS: &[(ErrorKind, &str)] = &[
    (ErrorKind::ConnectionRefused, "io-refused"),
    (ErrorKind::ConnectionReset, "io-reset"),
    (ErrorKind::ConnectionAborted, "io-reset"),
    (ErrorKind::BrokenPipe, "io-reset"),
    (ErrorKind::HostUnreachable, "io-unreachable"),
    (ErrorKind::NetworkUnreachable, "io-unreachable"),
    (ErrorKind::TimedOut, "io-timed-out"),
    (ErrorKind::PermissionDenied, "io-not-allowed"),
    (ErrorKind::NotFound, "io-not-found"),
    (ErrorKind::StorageFull, "io-full"),
    (ErrorKind::QuotaExceeded, "io-full"),
    (ErrorKind::ReadOnlyFilesystem, "io-read-only"),
    (ErrorKind::IsADirectory, "io-no-file"),
    (ErrorKind::FileTooLarge, "io-too-large"),
];

/// What is to be said to a person. As an error it speaks English to who does not ask for more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sentence {
    /// As a server, a person or the system has put it.
    Quoted(String),
    /// A text of ours by its key, with what stands in it.
    Text {
        /// The key.
        key: &'static str,
        /// Names and values.
        values: Vec<(&'static str, Self)>,
    },
}

impl Sentence {
    /// A text of ours.
    pub fn text(key: &'static str) -> Self {
        Self::Text {
            key,
            values: Vec::new(),
        }
    }

    /// The same with a value that stands in it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Self>) -> Self {
        if let Self::Text { values, .. } = &mut self {
            values.push((name, value.into()));
        }
        self
    }

    /// Whether it is that text of ours.
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Text { key, .. } if *key == wanted)
    }

    /// Puts it into words.
    pub fn say(&self, texts: &Texts) -> String {
        match self {
            Self::Quoted(text) => text.clone(),
            Self::Text { key, values } => {
                let said: Vec<(&str, String)> = values
                    .iter()
                    .map(|(name, value)| (*name, value.say(texts)))
                    .collect();
                let said: Vec<(&str, &str)> = said
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                texts.with(key, &said)
            }
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(&Texts::new(Language::En)))
    }
}

impl std::error::Error for Sentence {}

impl From<&str> for Sentence {
    fn from(text: &str) -> Self {
        Self::Quoted(text.to_owned())
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        Self::Quoted(text)
    }
}

impl From<usize> for Sentence {
    fn from(count: usize) -> Self {
        Self::Quoted(count.to_string())
    }
}

impl From<u64> for Sentence {
    fn from(count: u64) -> Self {
        Self::Quoted(count.to_string())
    }
}

/// What the system says of a failure, where it is one that people meet.
impl From<&io::Error> for Sentence {
    fn from(error: &io::Error) -> Self {
        let text = error.to_string();
        if text.starts_with("failed to lookup address") {
            return Self::text("io-no-such-host");
        }
        match KINDS.iter().find(|(kind, _)| *kind == error.kind()) {
            Some((_, key)) => Self::text(key),
            None => Self::Quoted(text),
        }
    }
}

/// What an error says: one of ours in the reader's language, others as they stand.
impl From<&anyhow::Error> for Sentence {
    fn from(error: &anyhow::Error) -> Self {
        if let Some(sentence) = error.downcast_ref::<Self>() {
            return sentence.clone();
        }
        if let Some(other) = error.downcast_ref::<OtherKey>() {
            return other.sentence();
        }
        if let Some(unanswered) = error.downcast_ref::<Unanswered>() {
            return unanswered.sentence();
        }
        if let Some(unnamed) = error.downcast_ref::<NoName>() {
            return unnamed.sentence();
        }
        if let Some(address) = error.downcast_ref::<AddressError>() {
            return address.sentence();
        }
        // Where something stands before it, that says what to do.
        if let Some(io) = error.downcast_ref::<io::Error>()
            && io.to_string() == error.to_string()
        {
            return io.into();
        }
        Self::Quoted(format!("{error:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_failure_of_the_system_is_said() {
        let io = || io::Error::from(ErrorKind::PermissionDenied);
        let error = anyhow::Error::from(io()).context("cannot write in /x; choose another");
        let said = Sentence::from(&error).to_string();
        assert!(
            said.starts_with("cannot write in /x; choose another: "),
            "{said}"
        );
        assert_eq!(
            Sentence::from(&anyhow::Error::from(io())),
            Sentence::text("io-not-allowed")
        );
    }

    #[test]
    fn a_sentence_stands_in_another_in_the_readers_language() {
        let error = io::Error::from(ErrorKind::ConnectionRefused);
        let sentence = Sentence::text("net-unreachable")
            .with("address", "h:1")
            .with("why", &error);
        let english = sentence.to_string();
        assert!(
            english.starts_with("cannot reach h:1: nothing listens"),
            "{english}"
        );
        let chinese = sentence.say(&Texts::new(Language::Zh));
        assert!(
            chinese.contains("h:1") && !chinese.contains("reach"),
            "{chinese}"
        );
        let error = anyhow::Error::from(sentence.clone());
        assert_eq!(Sentence::from(&error), sentence);
    }

    #[test]
    fn what_is_quoted_stays_as_it_is() {
        let error = anyhow::anyhow!("of the system").context("outer");
        assert_eq!(Sentence::from(&error), "outer: of the system".into());
    }
}
