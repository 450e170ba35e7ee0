//! What a server is started with.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::door::Plaintext;
use super::identity::TlsFiles;
use super::settings::Settings;
use crate::config::{self, Config};
use crate::core::Millis;
use crate::history;
use crate::log::sqlite::Durability;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// What clients are told, and all limits.
    pub settings: Settings,
    /// The folder of this server.
    pub folder: PathBuf,
    /// Where to listen; nowhere is allowed, too. Port 0 takes any that is free.
    pub listen: Vec<SocketAddr>,
    /// A certificate of one's own; without it the server makes one.
    pub tls: Option<TlsFiles>,
    /// Who may speak without TLS.
    pub plaintext: Plaintext,
    /// What stored messages survive.
    pub durability: Durability,
    /// How messages are kept.
    pub history: history::Options,
}

impl Options {
    /// What a config says, for a server whose data is in `folder`; an error says which key is
    /// wrong.
    pub fn from_config(config: &Config, folder: PathBuf) -> Result<Self> {
        let now = Millis(jiff::Timestamp::now().as_millisecond());
        let settings = Settings::from_config(config, now)?;
        let tls = config
            .tls
            .certificate
            .as_deref()
            .zip(config.tls.private_key.as_deref());
        let file = |path: &Path| config.path(path);
        Ok(Self {
            folder,
            listen: config.server.listen.iter().map(|listen| listen.0).collect(),
            tls: tls.map(|(certificate, key)| TlsFiles {
                certificate: file(certificate),
                key: file(key),
            }),
            plaintext: match config.server.plaintext {
                config::Plaintext::Never => Plaintext::Nowhere,
                config::Plaintext::Private => Plaintext::Private,
                config::Plaintext::Always => Plaintext::Everywhere,
            },
            durability: match config.history.durability {
                config::Durability::Full => Durability::Full,
                config::Durability::Normal => Durability::Normal,
            },
            history: history::Options {
                enabled: config.history.enabled,
                retention_ms: config.history.retention.milliseconds(),
                tail_max: settings.limits.history_tail_bytes,
            },
            settings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_server_reaches_it() {
        let source = "server.listen = [\"[::1]:7\"]\nserver.plaintext = \"never\"\n\
                      tls.certificate = \"c.pem\"\ntls.private_key = \"/k.pem\"\n\
                      history.retention = \"2d\"\nhistory.durability = \"normal\"\n\
                      limits.history_tail_bytes = 1048576\n";
        let config = Config::parse(Path::new("/etc/chat/config.toml"), source).unwrap();
        let options = Options::from_config(&config, PathBuf::from("/data/server")).unwrap();
        assert_eq!(options.listen, ["[::1]:7".parse().unwrap()]);
        assert!(matches!(options.plaintext, Plaintext::Nowhere));
        assert!(matches!(options.durability, Durability::Normal));
        let tls = options.tls.unwrap();
        assert_eq!(tls.certificate, Path::new("/etc/chat/c.pem"));
        assert_eq!(tls.key, Path::new("/k.pem"));
        assert_eq!(options.history.retention_ms, Some(172_800_000));
        assert_eq!(options.history.tail_max, 1_048_576);
    }
}
