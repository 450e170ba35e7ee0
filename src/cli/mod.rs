//! The command line: what it can say, and the commands that need neither server nor client.
//!
//! What each command and argument is for stands in the texts (`help`), and so does what can be
//! wrong with a line (`wrong`).

mod config;
mod errand;
mod help;
mod password;
mod wrong;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use self::config::{check, show};
pub use self::errand::{Completions, Errand, SendLines, Tail, completions};
pub use self::help::localized;
pub use self::password::hash_password;
pub use self::wrong::tell;

use crate::config::{Config, Dirs, Listen};
use crate::text::{Language, Sentence, Texts};

/// What the program is asked.
#[derive(Debug, Parser)]
#[command(name = "chatroom", version)]
pub struct Cli {
    /// The language of all that is said; [`texts`] has chosen by it before the line is read.
    #[arg(long, global = true)]
    pub lang: Option<Lang>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Host.
    Serve(Serve),
    /// Talk.
    Join(Join),
    /// Say something and end.
    Send(SendLines),
    /// Follow a room.
    Tail(Tail),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Hash a password.
    HashPassword(Place),
    /// Tell a shell how to complete a line.
    Completions(Completions),
}

/// Where config and data are, when not in the user's own folders.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// The config file.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `chatroom serve`.
#[derive(Args, Clone, Debug, Default)]
pub struct Serve {
    /// Addresses to listen on; those of the config when there are none.
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Vec<Listen>,
    /// The folder of all data.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// Whether to tell who comes and goes.
    #[arg(short, long)]
    pub verbose: bool,
}

/// `chatroom join`.
#[derive(Args, Clone, Debug, Default)]
pub struct Join {
    /// Where the server is; it is looked for, or hosted here, when not given.
    pub address: Option<String>,
    /// The name to talk under.
    #[arg(long)]
    pub name: Option<String>,
    /// Rooms to join.
    #[arg(long)]
    pub room: Vec<String>,
    /// Where the config is.
    #[command(flatten)]
    pub place: Place,
    /// The folder of all data.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Whether to use lines instead of a screen.
    #[arg(long)]
    pub plain: bool,
    /// Whether to draw with ASCII alone.
    #[arg(long)]
    pub ascii: bool,
    /// Whether to leave the mouse to the terminal.
    #[arg(long)]
    pub no_mouse: bool,
}

/// A language by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    #[value(help = "English")]
    En,
    /// Chinese.
    #[value(help = "中文")]
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
    /// Say what is wrong in a config file, and what has no effect.
    Check(Place),
    /// Show what is in force.
    Show(Place),
}

/// Reads a command line. An error is for [`tell`].
pub fn parse(line: &[OsString], texts: &Texts) -> Result<Cli, clap::Error> {
    let matches = localized(texts).try_get_matches_from(line)?;
    Cli::from_arg_matches(&matches)
}

/// The texts in the language that a command line asks for, else in that of its config, else in that
/// of the environment. What is wrong with the line or the config is passed over: it is told by and
/// by, and in that language.
pub fn texts(line: &[OsString]) -> Texts {
    let user = Dirs::of_user();
    let asked = given(line, "--lang").and_then(|tag| Lang::from_str(tag.to_str()?, false).ok());
    let configured = || {
        let config = match given(line, "--config") {
            Some(file) => Config::load(&std::path::absolute(file).ok()?),
            None => Config::find(&user.as_ref()?.config),
        };
        config.ok()?.client.language
    };
    let language = asked.map(Language::from).or_else(configured);
    let language = language.unwrap_or_else(Language::from_env);
    match &user {
        Some(dirs) => Texts::with_dir(language, &dirs.config.join("texts")),
        None => Texts::new(language),
    }
}

/// What a command line gives for an option, wherever that stands.
fn given(line: &[OsString], option: &str) -> Option<OsString> {
    let mut words = line.iter().skip(1).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == option {
            return words.next().cloned();
        }
        let value = word.to_str().and_then(|word| word.strip_prefix(option));
        if let Some(value) = value.and_then(|rest| rest.strip_prefix('=')) {
            return Some(value.into());
        }
    }
    None
}

/// What a command starts with: the config, the folders and the texts.
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
    pub fn new(place: &Place, data: Option<&Path>, texts: &Arc<Texts>) -> Result<Self> {
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
            (None, None, None) => anyhow::bail!(Sentence::text("cli-no-home")),
        };
        Ok(Self {
            texts: Arc::clone(texts),
            dirs: Dirs {
                config: user.map_or_else(|| data.clone(), |dirs| dirs.config),
                data,
            },
            config,
        })
    }
}

impl Serve {
    /// Reads the config and puts in force what the command line says otherwise. A config that the
    /// server cannot follow stops here.
    pub fn start(&self, texts: &Arc<Texts>) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), texts)?;
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
    pub fn start(&self, texts: &Arc<Texts>) -> Result<Start> {
        let mut start = Start::new(&self.place, self.data.as_deref(), texts)?;
        if self.name.is_some() {
            start.config.client.name.clone_from(&self.name);
        }
        Ok(start)
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|_cause| {
        let sentence = Sentence::text("cli-no-path");
        sentence.with("path", path.display().to_string()).into()
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    fn english() -> Arc<Texts> {
        Arc::new(Texts::new(Language::En))
    }

    fn parse(line: &str) -> Result<Command, clap::Error> {
        super::parse(&words(line), &english()).map(|cli| cli.command)
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
            ("chatroom help serve", 0),
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
    fn the_language_is_that_of_the_line_else_that_of_its_config() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "[client]\nlanguage = \"zh\"\n").unwrap();
        let file = file.display();
        for (line, language) in [
            (format!("chatroom serve --config {file}"), Language::Zh),
            (format!("chatroom --config={file} --help"), Language::Zh),
            (
                format!("chatroom --lang en serve --config {file}"),
                Language::En,
            ),
            ("chatroom join --help --lang zh".to_owned(), Language::Zh),
            ("chatroom --lang=zh nonsense".to_owned(), Language::Zh),
        ] {
            assert_eq!(texts(&words(&line)).language(), language, "{line}");
        }
        // What stands after the end of the options is no option.
        let line = words("chatroom send --config /none lobby -- --lang zh");
        assert_eq!(given(&line, "--lang"), None);
    }

    #[test]
    fn the_command_line_goes_before_the_config() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        let source =
            "[server]\ndata_dir = \"d\"\nlisten = [\"127.0.0.1:1\"]\n[client]\nname = \"a\"\n";
        std::fs::write(&file, source).unwrap();
        let file = file.display();
        let Command::Serve(serve) = parse(&format!("chatroom serve --config {file}")).unwrap()
        else {
            panic!("serve");
        };
        let start = serve.start(&english()).unwrap();
        assert_eq!(start.dirs.data, dir.path().join("d"));
        assert_eq!(start.config.server.listen, ["127.0.0.1:1".parse().unwrap()]);
        let line = format!("chatroom join --name bob --data /x --config {file}");
        let Command::Join(join) = parse(&line).unwrap() else {
            panic!("join");
        };
        let start = join.start(&english()).unwrap();
        assert_eq!(start.config.client.name.as_deref(), Some("bob"));
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
        let error = serve.start(&english()).unwrap_err().to_string();
        assert!(error.contains("cannot listen on 0.0.0.0:1"), "{error}");
    }
}
