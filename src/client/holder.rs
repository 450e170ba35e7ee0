//! The process that serves the data folder, where one cannot get through to it.

use super::sentence::Sentence;

/// Who holds the data folder, and where they say that they listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The address; none while they do not say yet.
    pub address: Option<String>,
}

/// Somebody holds the data folder and cannot be talked to now. That may change at any moment, so it is
/// worth trying on; nothing else may serve the folder meanwhile.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Unanswered {
    /// Who.
    pub holder: Holder,
    /// Whether connections are taken, or would be, and nothing comes back.
    pub is_silent: bool,
}

impl Unanswered {
    /// What is the matter.
    pub fn sentence(&self) -> Sentence {
        let key = match self.is_silent {
            true => "host-silent",
            false => "host-changes",
        };
        Sentence::text(key).with("pid", self.holder.pid.to_string())
    }

    /// What is the matter and what to do about it, for who goes away meanwhile.
    pub(super) fn remedy(&self) -> Sentence {
        match self.is_silent {
            true => Sentence::text("host-silent-remedy").with("pid", self.holder.pid.to_string()),
            false => self.sentence(),
        }
    }

    /// What to do about it, for who waits.
    pub(super) fn advice(&self) -> Sentence {
        let address = match &self.holder.address {
            Some(address) => Sentence::from(address.as_str()),
            None => Sentence::text("host-nowhere-yet"),
        };
        Sentence::text("host-silent-what")
            .with("pid", self.holder.pid.to_string())
            .with("address", address)
    }
}

/// What a failure to get through to whoever holds the folder means; failures of another kind stay as
/// they are.
pub(super) fn unanswered(error: anyhow::Error, holder: &Holder) -> anyhow::Error {
    let is = |keys: &[&str]| {
        let sentence = error.downcast_ref::<Sentence>();
        sentence.is_some_and(|sentence| keys.iter().any(|key| sentence.is(key)))
    };
    let is_silent = is(&["net-late", "net-silent", "lost-no-chat", "lost-silent"]);
    if !is_silent && !is(&["net-unreachable", "net-no-tls"]) {
        return error;
    }
    let holder = holder.clone();
    Unanswered { holder, is_silent }.into()
}
