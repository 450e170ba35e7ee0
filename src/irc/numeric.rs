//! Numerics by name (RFC 2812 §5, modern IRC, IRCv3).

/// The three digits of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Numeric(&'static str);

impl Numeric {
    /// The digits.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! numerics {
    ($($name:ident $digits:literal)*) => {
        $(
            #[doc = concat!("`", $digits, "`.")]
            pub const $name: Numeric = Numeric($digits);
        )*

        /// All of them.
        pub const NUMERICS: &[(&str, Numeric)] = &[$((stringify!($name), $name),)*];
    };
}

numerics! {
    RPL_WELCOME "001"
    RPL_YOURHOST "002"
    RPL_CREATED "003"
    RPL_MYINFO "004"
    RPL_ISUPPORT "005"
    RPL_UMODEIS "221"
    RPL_LUSERCLIENT "251"
    RPL_LUSEROP "252"
    RPL_LUSERUNKNOWN "253"
    RPL_LUSERCHANNELS "254"
    RPL_LUSERME "255"
    RPL_LOCALUSERS "265"
    RPL_GLOBALUSERS "266"
    RPL_AWAY "301"
    RPL_USERHOST "302"
    RPL_ISON "303"
    RPL_UNAWAY "305"
    RPL_NOWAWAY "306"
    RPL_WHOISUSER "311"
    RPL_WHOISSERVER "312"
    RPL_ENDOFWHO "315"
    RPL_WHOISIDLE "317"
    RPL_ENDOFWHOIS "318"
    RPL_WHOISCHANNELS "319"
    RPL_WHOISSPECIAL "320"
    RPL_LISTSTART "321"
    RPL_LIST "322"
    RPL_LISTEND "323"
    RPL_CHANNELMODEIS "324"
    RPL_CREATIONTIME "329"
    RPL_WHOISACCOUNT "330"
    RPL_NOTOPIC "331"
    RPL_TOPIC "332"
    RPL_TOPICWHOTIME "333"
    RPL_INVITELIST "336"
    RPL_ENDOFINVITELIST "337"
    RPL_INVITING "341"
    RPL_VERSION "351"
    RPL_WHOREPLY "352"
    RPL_NAMREPLY "353"
    RPL_WHOSPCRPL "354"
    RPL_ENDOFNAMES "366"
    RPL_BANLIST "367"
    RPL_ENDOFBANLIST "368"
    RPL_MOTD "372"
    RPL_MOTDSTART "375"
    RPL_ENDOFMOTD "376"
    RPL_WHOISHOST "378"
    ERR_UNKNOWNERROR "400"
    ERR_NOSUCHNICK "401"
    ERR_NOSUCHSERVER "402"
    ERR_NOSUCHCHANNEL "403"
    ERR_CANNOTSENDTOCHAN "404"
    ERR_TOOMANYCHANNELS "405"
    ERR_TOOMANYTARGETS "407"
    ERR_NOORIGIN "409"
    ERR_INVALIDCAPCMD "410"
    ERR_NORECIPIENT "411"
    ERR_NOTEXTTOSEND "412"
    ERR_TOOMANYMATCHES "416"
    ERR_INPUTTOOLONG "417"
    ERR_UNKNOWNCOMMAND "421"
    ERR_NOMOTD "422"
    ERR_NONICKNAMEGIVEN "431"
    ERR_ERRONEUSNICKNAME "432"
    ERR_NICKNAMEINUSE "433"
    ERR_USERNOTINCHANNEL "441"
    ERR_NOTONCHANNEL "442"
    ERR_USERONCHANNEL "443"
    ERR_NOTREGISTERED "451"
    ERR_NEEDMOREPARAMS "461"
    ERR_ALREADYREGISTERED "462"
    ERR_PASSWDMISMATCH "464"
    ERR_CHANNELISFULL "471"
    ERR_UNKNOWNMODE "472"
    ERR_INVITEONLYCHAN "473"
    ERR_BANNEDFROMCHAN "474"
    ERR_BADCHANMASK "476"
    ERR_BANLISTFULL "478"
    ERR_CHANOPRIVSNEEDED "482"
    ERR_UMODEUNKNOWNFLAG "501"
    ERR_USERSDONTMATCH "502"
    RPL_WHOISSECURE "671"
    RPL_LOGGEDIN "900"
    RPL_LOGGEDOUT "901"
    ERR_NICKLOCKED "902"
    RPL_SASLSUCCESS "903"
    ERR_SASLFAIL "904"
    ERR_SASLTOOLONG "905"
    ERR_SASLABORTED "906"
    ERR_SASLALREADY "907"
    RPL_SASLMECHS "908"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_names_each_number_once() {
        assert!(NUMERICS.is_sorted_by(|a, b| a.1.as_str() < b.1.as_str()));
    }
}
