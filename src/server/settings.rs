//! What a server was started with, made from the config once.

use std::sync::Arc;

use super::failure::{of_name, of_path};
use super::names;
use crate::config::{AlwaysOn, CaseMapping, Config, Registration};
use crate::core;
use crate::text::Sentence;

/// What a server was started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What clients see as the server's name.
    pub name: Arc<str>,
    /// `NETWORK` in `005`.
    pub network: Arc<str>,
    /// A line about the server.
    pub description: Arc<str>,
    /// Lines of the message of the day.
    pub motd: Vec<String>,
    /// The hash of the password that every connection is asked for.
    pub password: Option<Arc<str>>,
    /// What the core is told at the start.
    pub core: core::Settings,
    /// When the server was started.
    pub started: core::Millis,
    /// `CASEMAPPING` in `005`.
    pub casemapping: Arc<str>,
    /// Whether guests may read what was said before they came: the history is on.
    pub history: bool,
    /// The user modes of a new session.
    pub default_user_modes: Arc<str>,
    /// Numbers.
    pub limits: Limits,
}

/// Every limit of the wire; those of the core are in [`core::Settings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Code points of a nickname.
    pub nick_length: usize,
    /// Code points of a room's name, with `#`.
    pub channel_length: usize,
    /// Bytes of a topic.
    pub topic_length: usize,
    /// Bytes of the text of somebody who is away.
    pub away_length: usize,
    /// Bytes of a reason for a kick, a part or a quit.
    pub reason_length: usize,
    /// Bytes of a real name.
    pub realname_length: usize,
    /// Bytes of a user name.
    pub username_length: usize,
    /// Bytes of a message of several lines.
    pub multiline_max_bytes: usize,
    /// Lines of a message.
    pub multiline_max_lines: usize,
    /// Messages of one answer of the history.
    pub chathistory_max: usize,
    /// Targets of one PRIVMSG, JOIN, PART or KICK.
    pub targets: usize,
    /// Mode changes with a parameter in one MODE.
    pub modes: usize,
    /// Bytes of one sender's mark of a message.
    pub nonce_length: usize,
    /// Connections at once.
    pub connections: usize,
    /// Connections that have not said yet what they speak.
    pub undecided: usize,
    /// Seconds that a TLS handshake, or a registration, may take.
    pub registration_seconds: u64,
    /// Seconds of silence after which a client is asked whether it is there, and after which it
    /// is taken for gone when it does not answer.
    pub ping_seconds: u64,
    /// Bytes that may wait for one client.
    pub outbox_bytes: usize,
    /// Inputs of one session that may wait for its proposals.
    pub inputs_waiting: usize,
    /// Proposals of one session that may be on their way.
    pub proposals_in_flight: usize,
    /// Bytes of rows that may wait for the history.
    pub history_tail_bytes: usize,
}

/// Bytes of a file with the message of the day, and of one of its lines.
const MOTD_BYTES_MAX: usize = 65_536;
const MOTD_LINE_MAX: usize = 400;

impl Settings {
    /// What a config says, with the message of the day read; an error says which key is wrong.
    pub fn from_config(config: &Config, now: core::Millis) -> anyhow::Result<Self> {
        let server = &config.server;
        Ok(Self {
            name: server.name.as_str().into(),
            network: server.network.as_str().into(),
            description: server.description.as_str().into(),
            motd: motd(config)?,
            password: server.password.as_ref().map(|hash| hash.as_str().into()),
            core: core_settings(config)?,
            started: now,
            casemapping: match server.casemapping {
                CaseMapping::Ascii => "ascii".into(),
                CaseMapping::Precis => "precis".into(),
            },
            history: config.history.enabled,
            default_user_modes: config.accounts.default_user_modes.as_str().into(),
            limits: Limits::from_config(config),
        })
    }
}

impl Limits {
    /// The limits of the wire that a config says.
    pub fn from_config(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            nick_length: limits.nick_length.size(),
            channel_length: limits.channel_length.size(),
            topic_length: limits.topic_length.size(),
            away_length: limits.away_length.size(),
            reason_length: limits.reason_length.size(),
            realname_length: limits.realname_length.size(),
            username_length: limits.username_length.size(),
            multiline_max_bytes: limits.multiline_max_bytes.size(),
            multiline_max_lines: limits.multiline_max_lines.size(),
            chathistory_max: limits.chathistory_max.size(),
            targets: limits.targets.size(),
            modes: limits.modes.size(),
            nonce_length: limits.nonce_length.size(),
            connections: limits.connections.size(),
            undecided: limits.undecided.size(),
            registration_seconds: limits.registration_seconds.get(),
            ping_seconds: limits.ping_seconds.get(),
            outbox_bytes: limits.outbox_bytes.size(),
            inputs_waiting: limits.inputs_waiting.size(),
            proposals_in_flight: limits.proposals_in_flight.size(),
            history_tail_bytes: limits.history_tail_bytes.size(),
        }
    }
}

fn core_settings(config: &Config) -> anyhow::Result<core::Settings> {
    let limits = &config.limits;
    let lobby = &config.server.lobby;
    Ok(core::Settings {
        lobby: names::room(lobby, limits.channel_length.size()).map_err(|error| {
            let sentence = Sentence::text("serve-no-lobby").with("name", lobby.as_str());
            sentence.with("why", of_name(error))
        })?,
        registration: config.accounts.registration == Registration::Open,
        always_on: config.accounts.always_on == AlwaysOn::OptOut,
        always_on_choice: config.accounts.always_on != AlwaysOn::Never,
        names_per_account: limits.names_per_account.count(),
        accounts: limits.accounts.count(),
        rooms: limits.rooms.count(),
        rooms_per_user: limits.rooms_per_user.count(),
        members_per_room: limits.members_per_room.count(),
        bans_per_room: limits.bans_per_room.count(),
        sessions_per_user: limits.sessions_per_user.count(),
        profile_fields: limits.profile_fields.count(),
    })
}

/// The lines of the message of the day, of which each fits one line of the wire.
fn motd(config: &Config) -> anyhow::Result<Vec<String>> {
    let Some(file) = &config.server.motd_file else {
        return Ok(Vec::new());
    };
    let file = config.path(file);
    let text = std::fs::read_to_string(&file)
        .map_err(|error| of_path("serve-motd-unread", &file).with("why", &error))?;
    anyhow::ensure!(
        text.len() <= MOTD_BYTES_MAX && text.lines().all(|line| line.len() <= MOTD_LINE_MAX),
        of_path("serve-motd-long", &file)
            .with("line", MOTD_LINE_MAX)
            .with("all", MOTD_BYTES_MAX)
    );
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_defaults_make_a_server() {
        let settings = Settings::from_config(&Config::default(), core::Millis(7)).unwrap();
        assert_eq!(&*settings.core.lobby.shown, "#lobby");
        assert!(settings.core.registration && settings.core.always_on && settings.history);
        assert_eq!(settings.limits.nick_length, 32);
        assert_eq!(settings.core.names_per_account, 3);
        assert_eq!(settings.started, core::Millis(7));
    }

    #[test]
    fn what_the_config_says_holds() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        let source = "server.motd_file = \"motd.txt\"\nserver.lobby = \"#大厅\"\n\
                      accounts.registration = \"closed\"\nlimits.targets = 2\n";
        let config = Config::parse(&file, source).unwrap();
        let missing = Settings::from_config(&config, core::Millis(0)).unwrap_err();
        assert!(missing.to_string().contains("motd.txt"), "{missing}");
        std::fs::write(dir.path().join("motd.txt"), "hello\n世界\n").unwrap();
        let settings = Settings::from_config(&config, core::Millis(0)).unwrap();
        assert_eq!(settings.motd, ["hello", "世界"]);
        assert_eq!(&*settings.core.lobby.shown, "#大厅");
        assert!(!settings.core.registration);
        assert_eq!(settings.limits.targets, 2);
    }

    #[test]
    fn a_lobby_that_is_no_room_is_refused_by_its_key() {
        let source = "server.lobby = \"#a*b\"\n";
        let config = Config::parse(Path::new("config.toml"), source).unwrap();
        let error = Settings::from_config(&config, core::Millis(0)).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            "server.lobby cannot be \"#a*b\": a name cannot contain '*'"
        );
    }
}
