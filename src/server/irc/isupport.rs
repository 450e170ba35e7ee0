//! `005`: what this server supports, as it is.

use super::Irc;
use crate::irc::isupport;
use crate::irc::numeric::RPL_ISUPPORT;
use crate::server::dialect::Around;

impl Irc {
    /// Tells what the server supports.
    pub(super) fn tell_supported(&self, around: &Around<'_>, out: &mut Vec<u8>) {
        for line in isupport::lines(&tokens(around)) {
            let tokens: Vec<&str> = line.split(' ').collect();
            self.numeric(
                out,
                around,
                RPL_ISUPPORT,
                &tokens,
                "are supported by this server",
            );
        }
    }
}

fn tokens(around: &Around<'_>) -> Vec<String> {
    let settings = around.settings;
    let limits = &settings.limits;
    let mut tokens: Vec<String> = vec![
        format!("AWAYLEN={}", limits.away_length),
        format!("CASEMAPPING={}", settings.casemapping),
        format!("CHANLIMIT=#:{}", settings.core.rooms_per_user),
        "CHANMODES=b,,,inst".into(),
        format!("CHANNELLEN={}", limits.channel_length),
        "CHANTYPES=#".into(),
        "ELIST=MNU".into(),
        format!("KICKLEN={}", limits.reason_length),
        format!("MAXLIST=b:{}", settings.core.bans_per_room),
        format!("MODES={}", limits.modes),
        format!("NETWORK={}", settings.network.replace(' ', "\\x20")),
        format!("NICKLEN={}", limits.nick_length),
        "PREFIX=(ov)@+".into(),
        format!(
            "TARGMAX=JOIN:{n},KICK:1,NOTICE:{n},PART:{n},PRIVMSG:{n},TAGMSG:{n}",
            n = limits.targets
        ),
        format!("TOPICLEN={}", limits.topic_length),
        format!("USERLEN={}", limits.username_length),
        "UTF8MAPPING=rfc8265".into(),
        "UTF8ONLY".into(),
        "WHOX".into(),
    ];
    if settings.history {
        tokens.push(format!("CHATHISTORY={}", limits.chathistory_max));
        tokens.push("MSGREFTYPES=msgid,timestamp".into());
    }
    tokens
}
