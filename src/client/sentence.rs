//! What an error of the client says to a person.

use std::io;

use super::holder::Unanswered;
use super::naming::NoName;
use super::net::{AddressError, OtherKey};
use crate::config::ConfigError;

pub use crate::text::Sentence;

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
        if let Some(config) = error.downcast_ref::<ConfigError>() {
            return config.sentence();
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
    use std::io::ErrorKind;

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
    fn a_sentence_is_found_under_what_an_error_is_known_by() {
        let sentence = Sentence::text("io-full");
        let error = anyhow::Error::from(sentence.clone());
        assert_eq!(Sentence::from(&error), sentence);
        let marked = anyhow::anyhow!("a mark").context(sentence.clone());
        assert_eq!(Sentence::from(&marked), sentence);
    }

    #[test]
    fn what_is_quoted_stays_as_it_is() {
        let error = anyhow::anyhow!("of the system").context("outer");
        assert_eq!(Sentence::from(&error), "outer: of the system".into());
    }
}
