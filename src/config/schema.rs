//! The schema: sections and keys, with their defaults.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::value::{Hash, Listen, Retention, Within, addresses, line, modes, room, word};
use crate::text::Language;

/// `[server]`: what the server is and where it listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// What clients see as the server's name.
    #[serde(deserialize_with = "word")]
    pub name: String,
    /// A line about the server.
    #[serde(deserialize_with = "line")]
    pub description: String,
    /// The name of the network, which clients list it by.
    #[serde(deserialize_with = "word")]
    pub network: String,
    /// Addresses to listen on; each speaks every language.
    #[serde(deserialize_with = "addresses")]
    pub listen: Vec<Listen>,
    /// The folder of all data; the user's own data folder when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The hash of the password that every connection is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Hash>,
    /// A file with the message of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub motd_file: Option<PathBuf>,
    /// The room that always exists.
    #[serde(deserialize_with = "room")]
    pub lobby: String,
    /// Who may speak without TLS.
    pub plaintext: Plaintext,
    /// What clients are told of how names are compared.
    pub casemapping: CaseMapping,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            name: "chatroom.local".to_owned(),
            description: "a chat room".to_owned(),
            network: "Chatroom".to_owned(),
            listen: vec![Listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 8000)))],
            data_dir: None,
            password: None,
            motd_file: None,
            lobby: "#lobby".to_owned(),
            plaintext: Plaintext::default(),
            casemapping: CaseMapping::default(),
        }
    }
}

/// Who may speak without TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plaintext {
    /// Nobody.
    Never,
    /// Who comes from this machine or a private network.
    #[default]
    Private,
    /// Everybody.
    Always,
}

/// What clients are told of how names are compared. Names are always folded by PRECIS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseMapping {
    /// `CASEMAPPING=ascii`, which every client knows.
    #[default]
    Ascii,
    /// `CASEMAPPING=precis`.
    Precis,
}

/// `[tls]`: a certificate of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// A file with the chain of certificates; a self-signed one is made when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The file with its private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<PathBuf>,
}

/// `[accounts]`: who can have an account, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// Whether a free name can be claimed.
    pub registration: Registration,
    /// Whether an account can be made before the connection is registered.
    pub registration_before_connect: bool,
    /// Whether an account needs an address of mail.
    pub registration_email_required: bool,
    /// Code points of the shortest password.
    pub password_min_length: Within<1, 128>,
    /// Memory that a hash of a password takes.
    pub argon2_memory_kib: Within<8, 1_048_576>,
    /// Passes over that memory.
    pub argon2_iterations: Within<1, 100>,
    /// Whether a member's rooms outlast the last connection.
    pub always_on: AlwaysOn,
    /// The user modes of a new connection.
    #[serde(deserialize_with = "modes")]
    pub default_user_modes: String,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            registration: Registration::default(),
            registration_before_connect: true,
            registration_email_required: false,
            password_min_length: Within::of(8),
            argon2_memory_kib: Within::of(19_456),
            argon2_iterations: Within::of(2),
            always_on: AlwaysOn::default(),
            default_user_modes: "+i".to_owned(),
        }
    }
}

/// Whether a free name can be claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    /// By whoever comes first.
    #[default]
    Open,
    /// By nobody.
    Closed,
}

/// Whether a member's rooms outlast the last connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlwaysOn {
    /// They do, for who does not say otherwise.
    #[default]
    OptOut,
    /// They do for who says so.
    OptIn,
    /// They never do.
    Never,
}

/// `[history]`: what is kept of what was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Whether the past can be read.
    pub enabled: bool,
    /// How long messages are kept.
    pub retention: Retention,
    /// What a message that was confirmed has survived.
    pub durability: Durability,
}

impl Default for History {
    fn default() -> Self {
        Self {
            enabled: true,
            retention: Retention::default(),
            durability: Durability::default(),
        }
    }
}

/// What a message that was confirmed has survived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durability {
    /// A loss of power.
    #[default]
    Full,
    /// A server that was killed.
    Normal,
}

/// `[[operators]]`: who may manage the whole server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operator {
    /// What they call themselves to the server.
    #[serde(deserialize_with = "word")]
    pub name: String,
    /// The hash of their password.
    pub password: Hash,
}

/// `[client]`: what the client does when the command line does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Client {
    /// The name to talk under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language of the interface; that of the environment when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether the mouse is used.
    pub mouse: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            name: None,
            language: None,
            mouse: true,
        }
    }
}
