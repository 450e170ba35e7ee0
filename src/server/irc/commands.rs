//! THE table of commands.

use super::{Irc, Turn};
use crate::irc::line::Line;

/// A command.
pub(super) struct Row {
    /// Its name.
    pub(super) verb: &'static str,
    /// What it does.
    pub(super) act: fn(&mut Irc, &mut Turn<'_, '_>),
    /// The fewest parameters.
    pub(super) params_min: usize,
    /// Whether one must be registered.
    pub(super) needs_registration: bool,
    /// Whether a line of it leads to proposals alone.
    pub(super) only_proposes: fn(&Irc, &Line<'_>) -> bool,
}

/// The command of a verb, in any case.
pub(super) fn find(verb: &str) -> Option<&'static Row> {
    COMMANDS
        .iter()
        .find(|row| row.verb.eq_ignore_ascii_case(verb))
}

fn never(_: &Irc, _: &Line<'_>) -> bool {
    false
}

fn always(_: &Irc, _: &Line<'_>) -> bool {
    true
}

const fn row(verb: &'static str, act: fn(&mut Irc, &mut Turn<'_, '_>), params_min: usize) -> Row {
    Row {
        verb,
        act,
        params_min,
        needs_registration: true,
        only_proposes: never,
    }
}

const fn early(verb: &'static str, act: fn(&mut Irc, &mut Turn<'_, '_>), params_min: usize) -> Row {
    Row {
        verb,
        act,
        params_min,
        needs_registration: false,
        only_proposes: never,
    }
}

const fn proposes(
    verb: &'static str,
    act: fn(&mut Irc, &mut Turn<'_, '_>),
    params_min: usize,
    only_proposes: fn(&Irc, &Line<'_>) -> bool,
) -> Row {
    Row {
        verb,
        act,
        params_min,
        needs_registration: true,
        only_proposes,
    }
}

/// All commands, by verb.
pub(super) const COMMANDS: &[Row] = &[
    row("ALWAYSON", Irc::always_on, 0),
    early("AUTHENTICATE", Irc::authenticate, 1),
    early("AWAY", Irc::away, 0),
    row("BATCH", Irc::batch, 1),
    early("CAP", Irc::cap, 1),
    row("CHATHISTORY", Irc::chathistory, 1),
    proposes("INVITE", Irc::invite, 0, Irc::invite_only_proposes),
    row("ISON", Irc::ison, 1),
    proposes("JOIN", Irc::join, 1, Irc::join_only_proposes),
    proposes("KICK", Irc::kick, 2, always),
    row("LIST", Irc::list, 0),
    row("LUSERS", Irc::lusers, 0),
    row("MODE", Irc::mode, 1),
    row("MOTD", Irc::motd, 0),
    row("NAMES", Irc::names, 0),
    early("NICK", Irc::nick, 0),
    proposes("NOTICE", Irc::notice, 2, Irc::talk_only_proposes),
    proposes("PART", Irc::part, 1, Irc::one_only_proposes),
    early("PASS", Irc::pass, 1),
    early("PING", Irc::pinged, 0),
    early("PONG", Irc::ponged, 0),
    proposes("PRIVMSG", Irc::privmsg, 0, Irc::talk_only_proposes),
    early("QUIT", Irc::quit, 0),
    row("TAGMSG", Irc::tagmsg, 1),
    proposes("TOPIC", Irc::topic, 1, Irc::topic_only_proposes),
    early("USER", Irc::user, 4),
    row("USERHOST", Irc::userhost, 1),
    row("VERSION", Irc::version, 0),
    row("WHO", Irc::who, 0),
    row("WHOIS", Irc::whois, 1),
];

#[cfg(test)]
mod tests {
    use super::COMMANDS;

    #[test]
    fn the_table_is_in_order() {
        assert!(COMMANDS.is_sorted_by(|a, b| a.verb < b.verb));
    }
}
