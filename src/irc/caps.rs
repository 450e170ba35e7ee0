//! THE table of capabilities, for both ends (IRCv3 capability-negotiation).

use super::{LOBBY, NONCE};

macro_rules! caps {
    ($($(#[$doc:meta])* $cap:ident $name:expr, $offered:expr, $wanted:expr;)*) => {
        /// One capability.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cap {
            $($(#[$doc])* $cap,)*
        }

        /// All capabilities, in the order of [`Cap`].
        pub const CAPS: &[Row] = &[
            $(Row { cap: Cap::$cap, name: $name, offered: $offered, wanted: $wanted },)*
        ];
    };
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which.
    pub cap: Cap,
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether our server offers it.
    pub offered: bool,
    /// Whether our client asks for it.
    pub wanted: bool,
}

caps! {
    /// IRCv3 account-notify.
    AccountNotify "account-notify", true, true;
    /// IRCv3 account-tag.
    AccountTag "account-tag", true, true;
    /// IRCv3 away-notify.
    AwayNotify "away-notify", true, true;
    /// IRCv3 batch.
    Batch "batch", true, true;
    /// IRCv3 capability-negotiation, «cap-notify».
    CapNotify "cap-notify", true, true;
    /// IRCv3 draft/chathistory.
    ChatHistory "draft/chathistory", true, true;
    /// IRCv3 echo-message.
    EchoMessage "echo-message", true, true;
    /// IRCv3 extended-join.
    ExtendedJoin "extended-join", true, true;
    /// IRCv3 invite-notify.
    InviteNotify "invite-notify", true, true;
    /// IRCv3 labeled-response.
    LabeledResponse "labeled-response", true, true;
    /// Ours: its value is the name of the room that everybody is in.
    Lobby LOBBY, true, true;
    /// IRCv3 message-tags.
    MessageTags "message-tags", true, true;
    /// IRCv3 draft/multiline.
    Multiline "draft/multiline", true, true;
    /// IRCv3 multi-prefix.
    MultiPrefix "multi-prefix", true, true;
    /// Ours: a message may bear a mark of its sender, and a repeat is told nobody again.
    Nonce NONCE, true, true;
    /// IRCv3 draft/pre-away.
    PreAway "draft/pre-away", true, false;
    /// IRCv3 sasl-3.2.
    Sasl "sasl", true, true;
    /// IRCv3 server-time.
    ServerTime "server-time", true, true;
    /// IRCv3 standard-replies.
    StandardReplies "standard-replies", true, true;
    /// IRCv3 userhost-in-names.
    UserhostInNames "userhost-in-names", true, false;
}

/// The capability of a name.
pub fn find(name: &str) -> Option<Cap> {
    CAPS.iter().find(|row| row.name == name).map(|row| row.cap)
}

impl Cap {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        CAPS.iter()
            .find(|row| row.cap == self)
            .map_or("", |row| row.name)
    }

    /// Its value in `CAP LS 302`; none when it has none.
    pub fn value(self, values: &Values<'_>) -> Option<String> {
        match self {
            Self::Sasl => Some(values.sasl.join(",")),
            Self::Multiline => Some(format!(
                "max-bytes={},max-lines={}",
                values.multiline_bytes, values.multiline_lines
            )),
            Self::Lobby => Some(values.lobby.to_owned()),
            Self::AccountNotify
            | Self::AccountTag
            | Self::AwayNotify
            | Self::Batch
            | Self::CapNotify
            | Self::ChatHistory
            | Self::EchoMessage
            | Self::ExtendedJoin
            | Self::InviteNotify
            | Self::LabeledResponse
            | Self::MessageTags
            | Self::MultiPrefix
            | Self::Nonce
            | Self::PreAway
            | Self::ServerTime
            | Self::StandardReplies
            | Self::UserhostInNames => None,
        }
    }
}

/// What the values of capabilities are made of.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// The mechanisms that may be used on this connection.
    pub sasl: &'a [&'a str],
    /// Bytes of a message of several lines.
    pub multiline_bytes: usize,
    /// Lines of a message.
    pub multiline_lines: usize,
    /// The room that everybody is in.
    pub lobby: &'a str,
}

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CapSet(u32);

impl CapSet {
    /// Whether it holds a capability.
    pub fn contains(self, cap: Cap) -> bool {
        self.0 & Self::bit(cap) != 0
    }

    /// Adds a capability.
    pub fn insert(&mut self, cap: Cap) {
        self.0 |= Self::bit(cap);
    }

    /// Takes a capability out.
    pub fn remove(&mut self, cap: Cap) {
        self.0 &= !Self::bit(cap);
    }

    /// Those that are in `caps` too.
    pub fn intersection(self, caps: &[Cap]) -> Self {
        Self(
            self.0
                & caps
                    .iter()
                    .map(|cap| Self::bit(*cap))
                    .fold(0, |all, bit| all | bit),
        )
    }

    /// Those that it holds.
    pub fn iter(self) -> impl Iterator<Item = Cap> {
        CAPS.iter()
            .map(|row| row.cap)
            .filter(move |cap| self.contains(*cap))
    }

    fn bit(cap: Cap) -> u32 {
        1 << cap as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_a_set_and_names_each_capability_once() {
        assert!(CAPS.len() <= 32);
        for (index, row) in CAPS.iter().enumerate() {
            assert_eq!(row.cap as usize, index);
            assert_eq!(find(row.name), Some(row.cap));
        }
    }

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut set = CapSet::default();
        set.insert(Cap::Batch);
        set.insert(Cap::Sasl);
        set.remove(Cap::Sasl);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Cap::Batch]);
    }
}
