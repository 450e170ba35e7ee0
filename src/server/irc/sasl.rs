//! SASL: EXTERNAL, by which a key stands for a name (IRCv3 sasl-3.2).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::register::Sasl;
use super::{Irc, Turn};
use crate::core::{Command, UserId};
use crate::irc::numeric::*;
use crate::irc::write::LineWriter;
use crate::server::dialect::{Around, Ask};
use crate::server::names;

/// Bytes of one AUTHENTICATE (IRCv3 sasl-3.1).
const AUTHENTICATE_MAX: usize = 400;

impl Irc {
    pub(super) fn authenticate(&mut self, turn: &mut Turn<'_, '_>) {
        let text = turn.line.params.at(0);
        if self.registration.is_over() {
            return self.reply(
                turn,
                ERR_SASLFAIL,
                &[],
                "SASL comes before the registration ends",
            );
        }
        if text.len() > AUTHENTICATE_MAX {
            self.registration.sasl = Sasl::Idle;
            return self.reply(turn, ERR_SASLTOOLONG, &[], "that is too long");
        }
        if self.account.is_some() {
            return self.reply(
                turn,
                ERR_SASLALREADY,
                &[],
                "you have proved already who you are",
            );
        }
        let is_chosen = std::mem::take(&mut self.registration.sasl) == Sasl::Chosen;
        match (is_chosen, text) {
            (_, "*") => self.reply(turn, ERR_SASLABORTED, &[], "SASL was broken off"),
            (false, mechanism) if mechanism.eq_ignore_ascii_case("EXTERNAL") => {
                self.choose_external(turn)
            }
            (false, _) => {
                self.reply(turn, RPL_SASLMECHS, &["EXTERNAL"], "are the mechanisms");
                self.reply(turn, ERR_SASLFAIL, &[], "no such mechanism");
            }
            (true, name) => self.identify(turn, name),
        }
    }

    fn choose_external(&mut self, turn: &mut Turn<'_, '_>) {
        if turn.around.peer.key.is_none() {
            let text = "EXTERNAL needs TLS and a client certificate";
            return self.reply(turn, ERR_SASLFAIL, &[], text);
        }
        self.registration.sasl = Sasl::Chosen;
        LineWriter::new(&mut turn.out)
            .command("AUTHENTICATE")
            .param("+")
            .end();
    }

    /// Asks for the account of the name given, else of the nick (RFC 4422 appendix A).
    fn identify(&mut self, turn: &mut Turn<'_, '_>, response: &str) {
        let wanted = match response {
            "+" => None,
            encoded => match STANDARD
                .decode(encoded)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
            {
                Some(name) => Some(name).filter(|name| !name.is_empty()),
                None => {
                    return self.reply(turn, ERR_SASLFAIL, &[], "the name is not base64 of UTF-8");
                }
            },
        };
        let name = match wanted {
            Some(text) => names::person(&text, turn.around.settings.limits.nick_length),
            None => match &self.registration.name {
                Some(name) => Ok(name.clone()),
                None => return self.reply(turn, ERR_SASLFAIL, &[], "say first which name: NICK"),
            },
        };
        match (name, turn.around.peer.key.clone()) {
            (Ok(name), Some(key)) => {
                let about = name.shown.clone();
                turn.ask(about, Ask::Propose(Command::Identify { name, key }));
            }
            (Err(why), _) => self.reply(turn, ERR_SASLFAIL, &[], &why.to_string()),
            (Ok(_), None) => self.reply(turn, ERR_SASLFAIL, &[], "there is no client certificate"),
        }
    }

    pub(super) fn identified(
        &mut self,
        user: UserId,
        account: &str,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        self.account = Some(user);
        let nick = self.target(around);
        let mask = format!("{nick}!*@*");
        let text = format!("you are {account} now");
        self.numeric(out, around, RPL_LOGGEDIN, &[&mask, account], &text);
        self.numeric(
            out,
            around,
            RPL_SASLSUCCESS,
            &[],
            "you have proved who you are",
        );
    }
}
