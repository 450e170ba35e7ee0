//! What a server is started with, as the config says it.

use std::path::Path;

use anyhow::Result;

use super::settings::Settings;
use super::{Options, Plaintext, TlsFiles};
use crate::config::{self, Config, Retention};
use crate::core::Millis;
use crate::history;
use crate::log::sqlite::Durability;

impl Options {
    /// What a config says, for the data folder in force. It reads the message of the day; an error
    /// says which key is wrong.
    pub fn from_config(config: &Config, data: &Path, now: Millis) -> Result<Self> {
        let listen = config.server.listen.iter();
        Ok(Self {
            settings: Settings::from_config(config, now)?,
            folder: data.join("server"),
            listen: listen.map(|listen| listen.0).collect(),
            tls: tls(config),
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
                retention_ms: retention_ms(config.history.retention),
                tail_max: config.limits.history_tail_bytes.size(),
            },
        })
    }
}

fn tls(config: &Config) -> Option<TlsFiles> {
    let certificate = config.tls.certificate.as_deref()?;
    let key = config.tls.private_key.as_deref()?;
    Some(TlsFiles {
        certificate: config.path(certificate),
        key: config.path(key),
    })
}

fn retention_ms(retention: Retention) -> Option<i64> {
    match retention {
        Retention::Forever => None,
        Retention::For(kept) => Some(i64::try_from(kept.as_millis()).unwrap_or(i64::MAX)),
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
        let options = Options::from_config(&config, Path::new("/data"), Millis(1)).unwrap();
        assert_eq!(options.folder, Path::new("/data/server"));
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
