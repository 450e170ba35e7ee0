//! Where a client's settings come from, and how they are read again while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Config, ConfigError};
use crate::text::{Language, Texts};

/// The config file of a client, and what of it is in force.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file; it need not be there unless it was named.
    pub file: PathBuf,
    /// Whether it was named on the command line.
    pub is_named: bool,
    /// What was read from it last.
    pub config: Config,
    /// The folder of texts that go before those compiled in.
    pub texts: PathBuf,
    /// The keys that the command line decides, whatever the file says.
    pub by_hand: BTreeSet<&'static str>,
}

/// Where the value of a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The environment.
    Environment,
    /// The config file.
    File,
    /// The command line.
    CommandLine,
    /// It was set in this run.
    Session,
}

/// Where the values of settings come from: by key, what is not there by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The config file, where there is one.
    pub file: String,
    /// The origins.
    pub of: BTreeMap<&'static str, Origin>,
}

/// The keys of settings of the client, as a config has them.
pub const NAME: &str = "client.name";
/// The language of the interface.
pub const LANGUAGE: &str = "client.language";
/// Whether the mouse is used.
pub const MOUSE: &str = "client.mouse";

impl Source {
    /// Reads the file again, and gives the keys whose values are others now. Where something is wrong
    /// with it what was read before stays.
    pub fn read(&mut self) -> Result<Vec<String>, ConfigError> {
        let config = match self.is_named || self.file.exists() {
            true => Config::load(&self.file)?,
            false => Config::default(),
        };
        let changed = self.config.changed(&config);
        self.config = config;
        let is_free = |key: &String| !self.by_hand.contains(key.as_str());
        Ok(changed.into_iter().filter(is_free).collect())
    }

    /// The language that the file asks for, else that of the environment.
    pub fn language(&self) -> Language {
        let asked = self.config.client.language;
        asked.unwrap_or_else(Language::from_env)
    }

    /// The texts of a language.
    pub fn texts(&self, language: Language) -> Arc<Texts> {
        Arc::new(Texts::with_dir(language, &self.texts))
    }

    /// Where the values of settings come from.
    pub fn origins(&self) -> Origins {
        let origin = |key: &'static str, otherwise| {
            if self.by_hand.contains(key) {
                Origin::CommandLine
            } else if self.config.gives(key) {
                Origin::File
            } else {
                otherwise
            }
        };
        let of = [
            (NAME, Origin::Default),
            (LANGUAGE, Origin::Environment),
            (MOUSE, Origin::Default),
        ];
        Origins {
            file: self.file.display().to_string(),
            of: of
                .map(|(key, otherwise)| (key, origin(key, otherwise)))
                .into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_stays_where_the_file_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let mut source = Source {
            file: file.clone(),
            is_named: false,
            config: Config::default(),
            texts: folder.path().to_owned(),
            by_hand: [NAME].into(),
        };
        assert_eq!(source.read().unwrap(), Vec::<String>::new());
        let text = "[client]\nmouse = false\nname = \"bob\"\n[keys.any]\n\"f9\" = \"help\"\n";
        std::fs::write(&file, text).unwrap();
        assert_eq!(source.read().unwrap(), ["client.mouse", "keys.any.f9"]);
        assert_eq!(source.origins().of[MOUSE], Origin::File);
        assert_eq!(source.origins().of[NAME], Origin::CommandLine);
        std::fs::write(&file, "[client]\n\nmouse = 3\n").unwrap();
        let why = source.read().unwrap_err().to_string();
        assert!(why.contains("config.toml, line 3, client.mouse"), "{why}");
        assert!(!source.config.client.mouse);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(source.read().unwrap(), ["client.mouse", "keys.any.f9"]);
    }
}
