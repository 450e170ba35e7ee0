//! The command line: what it can say, and the commands that need neither server nor client.

mod config;
mod errand;
mod password;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::config::{check, show};
pub use self::errand::{Completions, Errand, SendLines, Tail, completions};
pub use self::password::hash_password;

use crate::config::{Config, Dirs, Listen};
use crate::text::{Language, Texts};

/// A chat room that you own, in one program.
#[derive(Debug, Parser)]
#[command(name = "chatroom", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Host a chat room
    Serve(Serve),
    /// Talk: open the screen, and host the room too where nobody else does
    Join(Join),
    /// Say one message, or each line of standard input
    Send(SendLines),
    /// Follow a room on standard output
    Tail(Tail),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Read a password and print its hash, for the config file
    HashPassword(Place),
    /// Print what a shell reads to complete this command line
    Completions(Completions),
}

/// Where config and data are, when not in the user's own folders.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// The config file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `chatroom serve`.
#[derive(Args, Clone, Debug, Default)]
pub struct Serve {
    /// An address to listen on, such as 127.0.0.1:8000; may be given several times
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Vec<Listen>,
    /// The folder of all data
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// Tell who comes and goes
    #[arg(short, long)]
    pub verbose: bool,
}

/// `chatroom join`.
#[derive(Args, Clone, Debug, Default)]
#[command(
    after_help = "The password of a server that asks for one: in the variable CHATROOM_PASSWORD"
)]
pub struct Join {
    /// host, host:port, ircs://… or irc://… (without TLS). None: the server of the data folder,
    /// else one at 127.0.0.1:8000 or a port soon after it, else this process hosts one
    pub address: Option<String>,
    /// The name to talk under. None: the last one used there, else yours on this machine, else the
    /// screen asks
    #[arg(long)]
    pub name: Option<String>,
    /// A room to join; may be given several times
    #[arg(long)]
    pub room: Vec<String>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// The folder of all data
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Lines instead of a screen, as without a terminal
    #[arg(long)]
    pub plain: bool,
    /// The language of the interface; the environment's when not given
    #[arg(long)]
    pub lang: Option<Lang>,
    /// Draw with ASCII alone
    #[arg(long)]
    pub ascii: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
}

/// A language by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Zh => Self::Zh,
        }
    }
}

/// `chatroom config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say what is wrong in a config file, with its line, and what has no effect
    Check(Place),
    /// Show what is in force
    Show(Place),
}

/// What a command starts with: the config, the folders and the language.
#[derive(Debug)]
pub struct Start {
    /// What is in force.
    pub config: Config,
    /// Where config and data live; the data folder is the one in force.
    pub dirs: Dirs,
    /// What is said on the terminal.
    pub texts: Arc<Texts>,
}

impl Start {
    /// Reads the config that a command line asks for. The data folder is that of the command line,
    /// else that of the config, else the user's own.
    pub fn new(place: &Place, data: Option<&Path>, lang: Option<Lang>) -> Result<Self> {
        let user = Dirs::of_user();
        let config = match (&place.config, &user) {
            (Some(file), _) => Config::load(&absolute(file)?)?,
            (None, Some(dirs)) => Config::find(&dirs.config)?,
            (None, None) => Config::default(),
        };
        let data = match (data, &config.server.data_dir, &user) {
            (Some(data), _, _) => absolute(data)?,
            (None, Some(data), _) => config.path(data),
            (None, None, Some(dirs)) => dirs.data.clone(),
            (None, None, None) => {
                anyhow::bail!("there is no home folder to keep data in; give one by --data")
            }
        };
        // Without a home folder the texts that are compiled in have nothing before them.
        let folder = user.map_or_else(|| data.clone(), |dirs| dirs.config);
        let language = lang
            .map(Language::from)
            .or(config.client.language)
            .unwrap_or_else(Language::from_env);
        Ok(Self {
            texts: Arc::new(Texts::with_dir(language, &folder.join("texts"))),
            dirs: Dirs {
                config: folder,
                data,
            },
            config,
        })
    }
}

impl Serve {
    /// Reads the config and puts in force what the command line says otherwise. A config that the
    /// server cannot follow stops here.
    pub fn start(&self) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), None)?;
        if !self.listen.is_empty() {
            start.config.server.listen.clone_from(&self.listen);
        }
        match start.config.refusal() {
            None => Ok(start),
            Some(why) => anyhow::bail!(why),
        }
    }
}

impl Join {
    /// Reads the config and puts in force what the command line says otherwise.
    pub fn start(&self) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), self.lang)?;
        if self.name.is_some() {
            start.config.client.name.clone_from(&self.name);
        }
        Ok(start)
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(|cli| cli.command)
    }

    #[test]
    fn the_command_line_is_well_made() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_command_line_ends_with_2_and_help_with_0() {
        for (line, code) in [
            ("chatroom nonsense", 2),
            ("chatroom serve --listen 8000", 2),
            ("chatroom join --lang fr", 2),
            ("chatroom --help", 0),
            ("chatroom --version", 0),
        ] {
            assert_eq!(
                parse(line).err().map(|error| error.exit_code()),
                Some(code),
                "{line}"
            );
        }
    }

    #[test]
    fn the_command_line_goes_before_the_config() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        let source = "[server]\ndata_dir = \"d\"\nlisten = [\"127.0.0.1:1\"]\n[client]\nname = \"a\"\n\
                      language = \"zh\"\n";
        std::fs::write(&file, source).unwrap();
        let file = file.display();
        let Command::Serve(serve) = parse(&format!("chatroom serve --config {file}")).unwrap()
        else {
            panic!("serve");
        };
        let start = serve.start().unwrap();
        assert_eq!(start.dirs.data, dir.path().join("d"));
        assert_eq!(start.config.server.listen, ["127.0.0.1:1".parse().unwrap()]);
        let line = format!("chatroom join --name bob --lang en --data /x --config {file}");
        let Command::Join(join) = parse(&line).unwrap() else {
            panic!("join");
        };
        let start = join.start().unwrap();
        assert_eq!(start.config.client.name.as_deref(), Some("bob"));
        assert_eq!(start.texts.language(), Language::En);
        assert_eq!(start.dirs.data, Path::new("/x"));
    }

    #[test]
    fn a_public_address_stops_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "").unwrap();
        let line = format!(
            "chatroom serve --listen 0.0.0.0:1 --config {}",
            file.display()
        );
        let Command::Serve(serve) = parse(&line).unwrap() else {
            panic!("serve");
        };
        let error = serve.start().unwrap_err().to_string();
        assert!(error.contains("cannot listen on 0.0.0.0:1"), "{error}");
    }
}
