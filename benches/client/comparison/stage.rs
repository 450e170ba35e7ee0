//! A client at its terminal, in two rooms of a scripted server.

use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::contestant::Contestant;
use super::host::{Guest, Host};
use super::process::{Usage, private_bytes};
use super::screen::Screen;

/// How long anything may take that is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long nothing is written once a client has nothing more to show.
const QUIET: Duration = Duration::from_millis(300);

/// A client and its surroundings.
pub(crate) struct Stage {
    pub(crate) screen: Screen,
    pub(crate) guest: Guest,
    /// From its start to the first letter on the screen.
    pub(crate) first_text: Duration,
    _home: TempDir,
}

impl Stage {
    /// Starts a client, and returns when it shows the first room and has come to rest.
    pub(crate) fn set(contestant: Contestant) -> Result<Self> {
        Self::set_with(contestant, false)
    }

    /// The same; the server sends tags with each line, if so.
    pub(crate) fn set_with(contestant: Contestant, has_tags: bool) -> Result<Self> {
        let program = contestant.program().context("it is not installed")?;
        let home = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
        let host = Host::listen(has_tags)?;
        let command = contestant.command(&program, home.path(), host.address()?)?;
        let screen = Screen::start(command)?;
        let guest = host.welcome()?;
        let first_text = screen.first_text(PATIENCE);
        let stage = Self {
            first_text: first_text.context("it shows nothing")?,
            screen,
            guest,
            _home: home,
        };
        stage.rests()?;
        stage.screen.types(contestant.goes_to_first_room())?;
        stage.rests()?;
        Ok(stage)
    }

    /// Waits until the client writes nothing any more.
    pub(crate) fn rests(&self) -> Result<()> {
        let is_quiet = self.screen.settles(QUIET);
        is_quiet.then_some(()).context("it never stops writing")
    }

    /// What the client has used so far.
    pub(crate) fn usage(&self) -> Result<Usage> {
        Usage::of(self.screen.pid())
    }

    /// Bytes that the client has in memory for itself.
    pub(crate) fn private_bytes(&self) -> Result<f64> {
        private_bytes(self.screen.pid())
    }
}
