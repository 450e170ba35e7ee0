//! Configuration: one schema for the server and the client, in TOML.
//!
//! Each value is checked while it is read, so that a mistake is told with its file, line and key.
//! Nothing outside asks again.

mod deed;
mod error;
mod key;
mod keys;
mod limits;
mod schema;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use deed::Deed;
pub use error::ConfigError;
pub use key::{Code, Key};
pub use keys::{Bound, Keys};
pub use limits::Limits;
pub use schema::{
    Accounts, AlwaysOn, CaseMapping, Client, Durability, History, Operator, Plaintext,
    Registration, Server, Tls,
};
pub use value::{Hash, Listen, Retention, Within};

/// The name of the config file in the config folder.
pub const FILE: &str = "config.toml";

/// Keys that are known and checked, but that nothing follows yet.
const WITHOUT_EFFECT: [&str; 6] = [
    "accounts.registration_before_connect",
    "accounts.registration_email_required",
    "accounts.password_min_length",
    "accounts.default_user_modes",
    "limits.rate_limits",
    "operators",
];

/// All of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What the server is and where it listens.
    pub server: Server,
    /// A certificate of one's own.
    pub tls: Tls,
    /// Who can have an account, and what it needs.
    pub accounts: Accounts,
    /// What is kept of what was said.
    pub history: History,
    /// Every limit.
    pub limits: Limits,
    /// Who may manage the whole server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operators: Vec<Operator>,
    /// What the client does when the command line does not say.
    pub client: Client,
    /// Keys that do something else in the client than by themselves.
    #[serde(skip_serializing_if = "Keys::is_empty")]
    pub keys: Keys,
    /// The file that it was read from.
    #[serde(skip)]
    file: Option<PathBuf>,
    /// The keys that the file gives, sections before them.
    #[serde(skip)]
    given: BTreeSet<String>,
}

impl Config {
    /// Reads a config file, which must be there.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        match std::fs::read_to_string(file) {
            Ok(source) => Self::parse(file, &source),
            Err(error) => Err(ConfigError::whole(file, format!("cannot be read: {error}"))),
        }
    }

    /// Reads the config file of a config folder; the defaults when there is none.
    pub fn find(dir: &Path) -> Result<Self, ConfigError> {
        let file = dir.join(FILE);
        match std::fs::read_to_string(&file) {
            Ok(source) => Self::parse(&file, &source),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(ConfigError::whole(
                &file,
                format!("cannot be read: {error}"),
            )),
        }
    }

    /// Reads the text of a config file.
    pub fn parse(file: &Path, source: &str) -> Result<Self, ConfigError> {
        let wrong = |error| ConfigError::found(file, source, error);
        let table: toml::Table = toml::from_str(source).map_err(wrong)?;
        let mut config: Self = toml::from_str(source).map_err(wrong)?;
        if config.tls.certificate.is_some() != config.tls.private_key.is_some() {
            let message = "tls.certificate and tls.private_key go together; one of them is missing";
            return Err(ConfigError::whole(file, message));
        }
        if let Some((key, first, second)) = keys::bound_twice(source) {
            return Err(ConfigError::twice(file, source, key, first, second));
        }
        config.file = Some(file.to_owned());
        config.given = given(&table);
        Ok(config)
    }

    /// The file that it was read from.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// A path of the config: a relative one starts at the config file's folder.
    pub fn path(&self, path: &Path) -> PathBuf {
        match self.file.as_deref().and_then(Path::parent) {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }

    /// Whether the file gives a key.
    pub fn gives(&self, key: &str) -> bool {
        self.given.contains(key)
    }

    /// The keys whose values are others in another config, each with its sections.
    pub fn changed(&self, other: &Self) -> Vec<String> {
        let (mut here, mut there) = (BTreeMap::new(), BTreeMap::new());
        leaves("", &self.table(), &mut here);
        leaves("", &other.table(), &mut there);
        let keys: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        let differs = |key: &&&String| here.get(**key) != there.get(**key);
        let mut changed: Vec<String> = keys
            .iter()
            .filter(differs)
            .map(|key| (*key).clone())
            .collect();
        // Hashes are shown as what they are, not which.
        if self.server.password != other.server.password {
            changed.push("server.password".to_owned());
        }
        if self.operators != other.operators {
            changed.push("operators".to_owned());
        }
        changed.sort();
        changed.dedup();
        changed
    }

    fn table(&self) -> toml::Table {
        toml::Table::try_from(self).unwrap_or_default()
    }

    /// Keys that the file gives but nothing follows yet.
    pub fn without_effect(&self) -> Vec<&'static str> {
        let is_given = |key: &&str| self.given.contains(*key);
        WITHOUT_EFFECT.into_iter().filter(is_given).collect()
    }

    /// Values that the file gives but that act as another one for now: what is written, and what it
    /// acts as.
    pub fn acting_as_another(&self) -> Vec<(&'static str, &'static str)> {
        match self.accounts.always_on {
            AlwaysOn::OptIn => vec![("accounts.always_on = \"opt-in\"", "\"never\"")],
            AlwaysOn::OptOut | AlwaysOn::Never => Vec::new(),
        }
    }

    /// Why a server cannot start with it yet: what would keep somebody out must not be passed
    /// over.
    pub fn refusal(&self) -> Option<String> {
        let mut addresses = self.server.listen.iter().map(|listen| listen.0);
        let open = addresses.find(|address| !address.ip().is_loopback())?;
        Some(format!(
            "cannot listen on {open}: this release serves this machine only; set server.listen \
             to an address such as 127.0.0.1:{}",
            open.port()
        ))
    }

    /// All that is in force, as a config file.
    pub fn show(&self) -> String {
        // Every part of the schema is a table, a list or a plain value, which TOML can say.
        toml::to_string(self).unwrap_or_default()
    }
}

/// The values of a table that are none themselves, by their keys with all sections.
fn leaves(under: &str, table: &toml::Table, found: &mut BTreeMap<String, toml::Value>) {
    for (name, value) in table {
        let key = match under {
            "" => name.clone(),
            under => format!("{under}.{name}"),
        };
        match value.as_table() {
            Some(section) => leaves(&key, section, found),
            None => {
                found.insert(key, value.clone());
            }
        }
    }
}

/// The keys that a table gives, each with its sections.
fn given(table: &toml::Table) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (name, value) in table {
        match value.as_table() {
            Some(section) => keys.extend(section.keys().map(|key| format!("{name}.{key}"))),
            None => {
                keys.insert(name.clone());
            }
        }
    }
    keys
}

/// Where config and data live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// The folder of the config file, and of texts that go before those compiled in.
    pub config: PathBuf,
    /// The folder of all data, the server's and the client's.
    pub data: PathBuf,
}

impl Dirs {
    /// The folders that this system has for them; `None` when there is no home folder.
    pub fn of_user() -> Option<Self> {
        let dirs = directories::ProjectDirs::from("", "", "chatroom")?;
        Some(Self {
            config: dirs.config_dir().to_owned(),
            data: dirs.data_dir().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
