//! Every limit, with its range and its default.

use serde::{Deserialize, Serialize};

use super::value::Within;

/// Makes [`Limits`] of a table: what it is, its key, its range, its default.
macro_rules! limits {
    ($($(#[$doc:meta])* $key:ident: $min:literal ..= $max:literal = $default:literal,)*) => {
        /// `[limits]`: every limit that something can run into.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            /// False switches off all limits on how often something may be done, for tests.
            pub rate_limits: bool,
            $($(#[$doc])* pub $key: Within<$min, $max>,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self {
                    rate_limits: true,
                    $($key: Within::of($default),)*
                }
            }
        }
    };
}

limits! {
    /// Code points of a nickname.
    nick_length: 1..=64 = 32,
    /// Code points of a room's name, with `#`.
    channel_length: 2..=200 = 64,
    /// Bytes of a topic.
    topic_length: 0..=400 = 390,
    /// Bytes of the text of somebody who is away.
    away_length: 0..=400 = 200,
    /// Bytes of a reason for a kick, a part or a quit.
    reason_length: 0..=400 = 300,
    /// Bytes of a real name.
    realname_length: 0..=400 = 150,
    /// Bytes of a user name.
    username_length: 1..=64 = 20,
    /// Bytes of a message of several lines.
    multiline_max_bytes: 512..=1_048_576 = 16_384,
    /// Lines of a message.
    multiline_max_lines: 1..=10_000 = 200,
    /// Messages of one answer of the history.
    chathistory_max: 1..=10_000 = 500,
    /// Targets of one PRIVMSG, JOIN, PART or KICK.
    targets: 1..=100 = 16,
    /// Mode changes with a parameter in one MODE.
    modes: 1..=20 = 6,
    /// Bytes of a sender's own mark of a message.
    nonce_length: 16..=64 = 64,
    /// Connections at once.
    connections: 1..=1_000_000 = 16_384,
    /// Connections at once that have not said yet which language they speak.
    undecided: 1..=1_000_000 = 1_024,
    /// Seconds that a TLS handshake, or a registration, may take.
    registration_seconds: 1..=600 = 30,
    /// Seconds of silence after which a client is asked whether it is there.
    ping_seconds: 5..=3_600 = 90,
    /// Bytes that may wait for one client that does not read.
    outbox_bytes: 65_536..=1_073_741_824 = 1_048_576,
    /// Lines of one client that may wait for those before them to be stored.
    inputs_waiting: 1..=10_000 = 128,
    /// Lines of one client that may be on their way to the disk.
    proposals_in_flight: 1..=10_000 = 64,
    /// Bytes of messages that may wait to be written to the history.
    history_tail_bytes: 1_048_576..=1_073_741_824 = 16_777_216,
    /// Names of one account.
    names_per_account: 1..=16 = 3,
    /// Accounts.
    accounts: 1..=10_000_000 = 100_000,
    /// Rooms.
    rooms: 1..=1_000_000 = 10_000,
    /// Rooms that one person may be in.
    rooms_per_user: 1..=10_000 = 200,
    /// People in one room.
    members_per_room: 2..=1_000_000 = 20_000,
    /// Bans of one room, and invitations that wait in it.
    bans_per_room: 1..=10_000 = 100,
    /// Connections of one person.
    sessions_per_user: 1..=1_000 = 32,
    /// Fields of a person's profile.
    profile_fields: 0..=100 = 16,
}
