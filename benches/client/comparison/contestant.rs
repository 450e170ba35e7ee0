//! The clients that are measured, and how each is started: by itself in a home of its own,
//! without a log, with all lines kept.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use portable_pty::CommandBuilder;

/// A client program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contestant {
    /// Ours.
    Chatroom,
    /// `irssi`, where it is installed.
    Irssi,
}

impl Contestant {
    /// All of them, ours first.
    pub(crate) const ALL: [Self; 2] = [Self::Chatroom, Self::Irssi];

    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chatroom => "chatroom",
            Self::Irssi => "irssi",
        }
    }

    /// Where the program is, if it is installed.
    pub(crate) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Chatroom => Some(PathBuf::from(env!("CARGO_BIN_EXE_chatroom"))),
            Self::Irssi => installed(self.name()),
        }
    }

    /// The keys that show the first room: irssi leaves it to its user to go there.
    pub(crate) fn goes_to_first_room(self) -> &'static [u8] {
        match self {
            Self::Chatroom => b"",
            Self::Irssi => b"\x1b2",
        }
    }

    /// How it is told to join a server as bob.
    pub(crate) fn command(
        self,
        program: &Path,
        home: &Path,
        address: SocketAddr,
    ) -> Result<CommandBuilder> {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("HOME", home);
        command.env("LANG", "C.UTF-8");
        command.env("TERM", "xterm-256color");
        command.env("TZ", "UTC");
        command.cwd(home);
        match self {
            Self::Chatroom => {
                command.args(["join", &format!("irc://{address}"), "--name", "bob"]);
            }
            Self::Irssi => {
                let config = home.join("irssi");
                fs::create_dir(&config)?;
                fs::write(config.join("config"), include_str!("irssi.conf"))?;
                command.args(["--home", &config.to_string_lossy()]);
                command.args(["--connect", &address.ip().to_string()]);
                command.args(["--port", &address.port().to_string(), "--nick", "bob"]);
            }
        }
        Ok(command)
    }
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
