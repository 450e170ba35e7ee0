//! A connection that is lost, or could not be had: what is said of it, and whether it is tried again.

use std::time::Duration;

use anyhow::{Result, bail};

use super::Client;
use crate::client::happening::Happening;
use crate::client::holder::{Unanswered, unanswered};
use crate::client::link::is_final;
use crate::client::model::Input;
use crate::client::naming::NoName;
use crate::client::sentence::Sentence;
use crate::client::terminal::Terminal;

/// How long a pipe waits for whoever holds the data folder and does not answer.
const PIPE_PATIENCE: Duration = Duration::from_secs(5);

impl<T: Terminal> Client<'_, T> {
    /// Takes note of a loss; the error is one after which there is no client to go on with.
    pub(super) fn lost(&mut self, error: anyhow::Error) -> Result<()> {
        self.first_word = None;
        let has_left = |leaving: &super::leaving::Leaving| leaving.has_said_goodbye;
        if self.leaving.as_ref().is_some_and(has_left) || self.awaits_name || self.is_off {
            self.link.stop();
            return Ok(());
        }
        let error = match self.link.holder() {
            Some(holder) => unanswered(error, holder),
            None => error,
        };
        let why = match self.session.take_farewell() {
            Some(farewell) => farewell,
            None => Sentence::from(&error),
        };
        if error.is::<NoName>() && !self.is_plain {
            self.link.stop();
            self.ask_for_name();
            return Ok(());
        }
        if !self.was_online && !self.may_try_on(&error) {
            bail!(why);
        }
        self.advise(&error);
        let again_in_seconds = match is_final(&error) {
            true => {
                self.link.stop();
                None
            }
            // What is begun of a second counts.
            false => Some((self.link.again_later() + Duration::from_millis(999)).as_secs()),
        };
        self.happened(Happening::Offline {
            why,
            again_in_seconds,
        });
        Ok(())
    }

    /// Whether a first try that failed is followed by another: where somebody serves the folder, who
    /// may answer at any moment, for as long as there is a screen that says so.
    fn may_try_on(&self, error: &anyhow::Error) -> bool {
        let is_patient = !self.is_plain || self.began.elapsed() < PIPE_PATIENCE;
        error.is::<Unanswered>() && is_patient
    }

    /// Says once, in the open conversation, what to do about a host that answers nothing.
    fn advise(&mut self, error: &anyhow::Error) {
        let silent = error.downcast_ref::<Unanswered>();
        let Some(silent) = silent.filter(|one| one.is_silent && !self.is_plain) else {
            return;
        };
        if !std::mem::replace(&mut self.has_advised, true) {
            let happening = Happening::Told {
                buffer: self.model.buffer().name.clone(),
                text: silent.advice(),
                is_failure: false,
            };
            self.update(Input::Happening(happening));
        }
    }
}
