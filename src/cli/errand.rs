//! `chatroom send`, `chatroom tail` and `chatroom completions`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

use super::{Place, Start, localized};
use crate::text::Texts;

/// Where to go and as who.
#[derive(Args, Clone, Debug, Default)]
pub struct Errand {
    /// Where the server is; it is looked for when not given.
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// The name to go by.
    #[arg(long)]
    pub name: Option<String>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// The folder of all data.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// `chatroom send`.
#[derive(Args, Clone, Debug)]
pub struct SendLines {
    /// Where to go and as who.
    #[command(flatten)]
    pub errand: Errand,
    /// The lobby, a group, or `@NAME` for a person.
    pub room: String,
    /// What to say; the lines of standard input when there is none.
    pub text: Option<String>,
}

/// `chatroom tail`.
#[derive(Args, Clone, Debug)]
pub struct Tail {
    /// Where to go and as who.
    #[command(flatten)]
    pub errand: Errand,
    /// How many messages of the past come first.
    #[arg(short = 'n', value_name = "LINES", default_value_t = 10)]
    pub count: u32,
    /// Whether each message is an object of JSON.
    #[arg(long)]
    pub json: bool,
    /// The lobby, a group, or `@NAME` for a person.
    pub room: String,
}

/// `chatroom completions`.
#[derive(Args, Clone, Copy, Debug)]
pub struct Completions {
    /// Of which shell.
    pub shell: Shell,
}

impl Errand {
    /// Reads the config and puts in force what the command line says otherwise.
    pub fn start(&self, texts: &Arc<Texts>) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), texts)?;
        if self.name.is_some() {
            start.config.client.name.clone_from(&self.name);
        }
        Ok(start)
    }
}

/// Prints what a shell reads to complete this command line.
pub fn completions(of: Completions, texts: &Texts, out: &mut impl Write) -> Result<()> {
    // The writer of the crate panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(of.shell, &mut localized(texts), "chatroom", &mut script);
    Ok(out.write_all(&script)?)
}
