//! Refusals in the words of IRC.

use super::Irc;
use super::register::SIGN_ON;
use crate::core::Refusal;
use crate::irc::SUGGESTION;
use crate::irc::caps::Cap;
use crate::irc::numeric::*;
use crate::irc::write::LineWriter;
use crate::server::dialect::{Around, Mark};
use crate::server::names;
use crate::server::suggestion::free_name;

impl Irc {
    /// Tells why something was refused.
    pub(super) fn refused(
        &mut self,
        refusal: &Refusal,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let (verb, about) = own.map_or(("*", ""), |mark| (mark.verb, &*mark.about));
        // Nothing answers a notice by itself (RFC 2812 §3.3.2).
        if verb == "NOTICE" {
            return;
        }
        let (numeric, params, text) = words(refusal, verb, about);
        if verb == "AUTHENTICATE" {
            return self.numeric(out, around, ERR_SASLFAIL, &[], &text);
        }
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        if verb == SIGN_ON && !self.registration.is_over() {
            self.registration.refuse_name();
            return self.refuse_name(out, around, numeric, &params, &text, about);
        }
        self.numeric(out, around, numeric, &params, &text);
    }

    /// Refuses a name, and offers one that is free to who reads tags.
    fn refuse_name(
        &self,
        out: &mut Vec<u8>,
        around: &Around<'_>,
        numeric: Numeric,
        params: &[&str],
        text: &str,
        wanted: &str,
    ) {
        let free = free_name(wanted, around).filter(|_| self.has(Cap::MessageTags));
        let line = LineWriter::new(out);
        let line = match &free {
            Some(free) => line.tag(SUGGESTION, free),
            None => line,
        };
        let line = line
            .source(&around.settings.name)
            .command(numeric.as_str())
            .param(&self.target(around));
        params
            .iter()
            .fold(line, |line, param| line.param(param))
            .trailing(text)
            .end();
    }
}

/// A name as the client wrote it, among all that its command was about.
fn as_written<'a>(folded: &'a str, about: &'a str) -> &'a str {
    let mut words = about.split(' ');
    words
        .find(|word| *names::fold(word) == *folded)
        .unwrap_or(folded)
}

/// The numeric of a refusal, its parameters and its sentence.
fn words(refusal: &Refusal, verb: &str, about: &str) -> (Numeric, Vec<String>, String) {
    let one = |numeric, name: &str, text: &str| (numeric, vec![name.to_owned()], text.to_owned());
    match refusal {
        Refusal::NotSignedOn => one(ERR_NOTREGISTERED, about, "register first"),
        Refusal::NameInUse(name) => one(ERR_NICKNAMEINUSE, name, "somebody goes by that name now"),
        Refusal::NameOwned(name) => one(
            ERR_NICKNAMEINUSE,
            name,
            "that name, or one that looks like it, belongs to somebody",
        ),
        Refusal::KeyUnknown(name) => {
            one(ERR_NICKNAMEINUSE, name, "that name belongs to another key")
        }
        Refusal::RegistrationClosed => {
            one(ERR_NICKNAMEINUSE, about, "names cannot be claimed here")
        }
        Refusal::TooManyNames(max) => (
            ERR_NICKNAMEINUSE,
            vec![about.into()],
            format!("an account may have {max} names"),
        ),
        Refusal::TooManyAccounts => one(
            ERR_NICKNAMEINUSE,
            about,
            "there are as many accounts as there may be",
        ),
        Refusal::TooManySessions(max) => (
            ERR_NICKNAMEINUSE,
            vec![about.into()],
            format!("an account may have {max} sessions at once"),
        ),
        Refusal::NoSuchRoom(name) => one(
            ERR_NOSUCHCHANNEL,
            as_written(name, about),
            "there is no such room",
        ),
        Refusal::NoSuchPerson(name) => one(
            ERR_NOSUCHNICK,
            as_written(name, about),
            "there is nobody of that name",
        ),
        Refusal::RoomExists(room) => one(ERR_NOSUCHCHANNEL, room, "a room of such a name exists"),
        Refusal::InviteOnly(room) => one(ERR_INVITEONLYCHAN, room, "one needs an invitation (+i)"),
        Refusal::Banned(room) => one(ERR_BANNEDFROMCHAN, room, "you are banned (+b)"),
        Refusal::RoomFull(room) => one(ERR_CHANNELISFULL, room, "the room is full"),
        Refusal::TooManyRooms(room) => one(
            ERR_TOOMANYCHANNELS,
            room,
            "you are in as many rooms as you may",
        ),
        Refusal::NoMoreRooms(room) => one(
            ERR_TOOMANYCHANNELS,
            room,
            "there are as many rooms as there may be",
        ),
        Refusal::NotInRoom(room) => one(ERR_NOTONCHANNEL, room, "you are not in that room"),
        Refusal::TargetNotInRoom { target, room } => (
            ERR_USERNOTINCHANNEL,
            vec![target.to_string(), room.to_string()],
            "they are not in that room".into(),
        ),
        Refusal::AlreadyInRoom { target, room } => (
            ERR_USERONCHANNEL,
            vec![target.to_string(), room.to_string()],
            "is in that room already".into(),
        ),
        Refusal::NotOperator(room) => one(
            ERR_CHANOPRIVSNEEDED,
            room,
            "only an operator of the room may",
        ),
        Refusal::CannotSpeak(room) => one(ERR_CANNOTSENDTOCHAN, room, "you may not talk there"),
        Refusal::LobbyOpen(room) => one(
            ERR_CHANOPRIVSNEEDED,
            room,
            "the room of everybody cannot be closed",
        ),
        Refusal::ListFull(room) => one(ERR_BANLISTFULL, room, "the list is full"),
        Refusal::NoAccount => one(ERR_UNKNOWNERROR, verb, "that needs an account"),
        Refusal::NeverAlwaysOn => one(
            ERR_UNKNOWNERROR,
            verb,
            "nobody stays in rooms without a session here",
        ),
        Refusal::ProfileFull(max) => (
            ERR_UNKNOWNERROR,
            vec![verb.into()],
            format!("a profile may have {max} fields"),
        ),
    }
}
