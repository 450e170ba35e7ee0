//! `chatroom send`, `chatroom tail` and `chatroom completions`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Lang, Place, Start};

/// Where to go and as who.
#[derive(Args, Clone, Debug, Default)]
pub struct Errand {
    /// host, host:port, ircs://… or irc://… (without TLS). None: the server of the data folder,
    /// else one at 127.0.0.1:8000 or a port soon after it
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// The name to go by. None: the last one used there, else yours on this machine
    #[arg(long)]
    pub name: Option<String>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// The folder of all data
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The language of what is said on standard error; the environment's when not given
    #[arg(long)]
    pub lang: Option<Lang>,
}

/// `chatroom send`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "It ends when all is confirmed, with 0; with 1 when something was refused.")]
pub struct SendLines {
    /// Where to go and as who.
    #[command(flatten)]
    pub errand: Errand,
    /// lobby, a group, or @NAME for a person
    pub room: String,
    /// What to say, as it stands, a slash in front too; each line of standard input when there is
    /// none
    pub text: Option<String>,
}

/// `chatroom tail`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "JSON has an object a line: id (or null), time (UTC), room (a person is @NAME), \
                  from, account (or null), kind (message, notice or action), text."
)]
pub struct Tail {
    /// Where to go and as who.
    #[command(flatten)]
    pub errand: Errand,
    /// How many messages of the past come first
    #[arg(short = 'n', value_name = "LINES", default_value_t = 10)]
    pub count: u32,
    /// An object of JSON for each message
    #[arg(long)]
    pub json: bool,
    /// lobby, a group, or @NAME for a person
    pub room: String,
}

/// `chatroom completions`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Completions {
    /// Of which shell
    pub shell: Shell,
}

impl Errand {
    /// Reads the config and puts in force what the command line says otherwise.
    pub fn start(&self) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), self.lang)?;
        if self.name.is_some() {
            start.config.client.name.clone_from(&self.name);
        }
        Ok(start)
    }
}

/// Prints what a shell reads to complete this command line.
pub fn completions(of: Completions, out: &mut impl Write) -> Result<()> {
    // The writer of the crate panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(of.shell, &mut Cli::command(), "chatroom", &mut script);
    Ok(out.write_all(&script)?)
}
