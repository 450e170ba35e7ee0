//! Registration: capabilities, name, password, SASL, and the welcome.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::reply::packed;
use super::{Irc, Turn};
use crate::core::{Command, Name, RoomId, UserId, Visitor};
use crate::irc::caps::{self, CAPS, Cap, CapSet, Values};
use crate::irc::numeric::*;
use crate::irc::write::LineWriter;
use crate::server::dialect::{Around, Ask, Mark, Step};
use crate::server::names;

/// Bytes of capability names in one line of an answer.
const CAPS_PER_LINE_MAX: usize = 380;

/// Bytes of one AUTHENTICATE (IRCv3 sasl-3.1).
const AUTHENTICATE_MAX: usize = 400;

/// How far a client has come with saying who it is.
#[derive(Debug, Default)]
pub(super) struct Registration {
    stage: Stage,
    name: Option<Name>,
    username: Option<Arc<str>>,
    realname: Arc<str>,
    is_negotiating: bool,
    knows_302: bool,
    is_password_right: bool,
    sasl: Sasl,
    /// What it says of being away; `*` is a session that is no presence (draft/pre-away).
    away: Option<Arc<str>>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Telling,
    SigningOn,
    Over,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Sasl {
    #[default]
    Idle,
    /// EXTERNAL was chosen; the name is to come.
    Chosen,
}

impl Registration {
    /// Whether the client takes part.
    pub(super) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// The name that was given last.
    pub(super) fn nick(&self) -> Option<Arc<str>> {
        self.name.as_ref().map(|name| name.shown.clone())
    }

    /// Goes back when a sign-on could not be stored.
    pub(super) fn not_stored(&mut self, verb: &str) {
        if verb == SIGN_ON && self.stage == Stage::SigningOn {
            self.refuse_name();
        }
    }

    /// Waits for another name.
    pub(super) fn refuse_name(&mut self) {
        self.stage = Stage::Telling;
        self.name = None;
    }
}

/// The verb of a sign-on's mark: the last line that made it complete may be any.
pub(super) const SIGN_ON: &str = "USER";

impl Irc {
    pub(super) fn nick(&mut self, turn: &mut Turn<'_, '_>) {
        let text = turn.line.params.at(0);
        if text.is_empty() {
            return self.reply(turn, ERR_NONICKNAMEGIVEN, &[], "no name given");
        }
        let name = match names::person(text, turn.around.settings.limits.nick_length) {
            Ok(name) => name,
            Err(why) => return self.reply(turn, ERR_ERRONEUSNICKNAME, &[text], &why.to_string()),
        };
        if self.registration.is_over() {
            let about = name.shown.clone();
            return turn.ask(&about, Ask::Propose(Command::Rename { name }));
        }
        self.registration.name = Some(name);
        self.go_on(turn.around, turn.step);
    }

    pub(super) fn user(&mut self, turn: &mut Turn<'_, '_>) {
        if self.registration.is_over() || self.registration.username.is_some() {
            return self.reply(
                turn,
                ERR_ALREADYREGISTERED,
                &[],
                "you have registered already",
            );
        }
        let realname = turn.line.params.at(3);
        if realname.is_empty() {
            let text = "the last parameter is your real name, or a word about you";
            return self.reply(turn, ERR_NEEDMOREPARAMS, &["USER"], text);
        }
        let limits = &turn.around.settings.limits;
        let username: String = turn
            .line
            .params
            .at(0)
            .chars()
            .filter(|c| is_for_usernames(*c))
            .collect();
        let username = cut(&username, limits.username_length);
        self.registration.username = Some(if username.is_empty() {
            "user".into()
        } else {
            username.into()
        });
        self.registration.realname = cut(realname, limits.realname_length).into();
        self.go_on(turn.around, turn.step);
    }

    pub(super) fn pass(&mut self, turn: &mut Turn<'_, '_>) {
        if self.registration.is_over() {
            return self.reply(
                turn,
                ERR_ALREADYREGISTERED,
                &[],
                "you have registered already",
            );
        }
        let Some(hash) = turn.around.settings.password.clone() else {
            return;
        };
        let password = turn.line.params.at(0).to_owned();
        turn.ask("", Ask::Verify { password, hash });
    }

    pub(super) fn password_checked(
        &mut self,
        is_right: bool,
        around: &Around<'_>,
        step: &mut Step,
    ) {
        self.registration.is_password_right = is_right;
        if is_right {
            self.go_on(around, step);
        } else {
            self.refuse_password(around, step);
        }
    }

    fn refuse_password(&self, around: &Around<'_>, step: &mut Step) {
        let text = "this server asks for a password, and that is not it";
        self.numeric(&mut step.out, around, ERR_PASSWDMISMATCH, &[], text);
        step.close = Some("the password is not right".into());
    }

    /// Signs on when all that is needed has been said.
    pub(super) fn go_on(&mut self, around: &Around<'_>, step: &mut Step) {
        let registration = &mut self.registration;
        if registration.stage != Stage::Telling || registration.is_negotiating {
            return;
        }
        let (Some(name), Some(username)) = (&registration.name, &registration.username) else {
            return;
        };
        if around.settings.password.is_some() && !registration.is_password_right {
            return self.refuse_password(around, step);
        }
        let is_present = registration.away.as_deref() != Some("*");
        let visitor = Visitor {
            username: username.clone(),
            host: around.peer.cloak.clone(),
            realname: registration.realname.clone(),
            present: is_present,
        };
        let command = Command::SignOn {
            name: name.clone(),
            account: self.account,
            visitor,
        };
        let mark = Mark {
            verb: SIGN_ON,
            about: name.shown.clone(),
            ..Mark::default()
        };
        registration.stage = Stage::SigningOn;
        step.asks.push((mark, Ask::Propose(command)));
    }

    /// Remembers what is said of being away before there is somebody to be away.
    pub(super) fn pre_away(&mut self, text: Option<Arc<str>>) {
        self.registration.away = text;
    }

    /// Says of who has signed on what they said before of being away.
    pub(super) fn go_away(&mut self, step: &mut Step) {
        let away = self.registration.away.take();
        if let Some(text) = away.filter(|text| &**text != "*") {
            let mark = Mark {
                verb: SIGN_ON,
                ..Mark::default()
            };
            let command = Command::SetAway { text: Some(text) };
            step.asks.push((mark, Ask::Propose(command)));
        }
    }

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
                turn.ask(&about, Ask::Propose(Command::Identify { name, key }));
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

    /// Welcomes who has signed on, and tells of the rooms that they are in.
    pub(super) fn welcome(&mut self, rooms: &[RoomId], around: &Around<'_>, out: &mut Vec<u8>) {
        self.registration.stage = Stage::Over;
        let settings = around.settings;
        let nick = self.target(around);
        let version = concat!("chatroom-", env!("CARGO_PKG_VERSION"));
        let made = crate::server::irc::render::time(settings.started);
        let name = &settings.name;
        let welcome = format!("welcome to {}, {nick}", settings.network);
        self.numeric(out, around, RPL_WELCOME, &[], &welcome);
        self.numeric(
            out,
            around,
            RPL_YOURHOST,
            &[],
            &format!("your host is {name}, running {version}"),
        );
        self.numeric(
            out,
            around,
            RPL_CREATED,
            &[],
            &format!("this server was started at {made}"),
        );
        self.numeric_line(
            out,
            around,
            RPL_MYINFO,
            &[name, version, "i", "binostv", "bov"],
        )
        .end();
        self.tell_supported(around, out);
        self.tell_lusers(around, out);
        self.tell_motd(around, out);
        for room in rooms.iter().filter_map(|id| around.state.room(*id)) {
            self.tell_own_join(room, around, out);
        }
    }

    pub(super) fn cap(&mut self, turn: &mut Turn<'_, '_>) {
        let subcommand = turn.line.params.at(0).to_ascii_uppercase();
        match subcommand.as_str() {
            "LS" => self.list_caps(turn),
            "LIST" => {
                let names: Vec<String> =
                    self.caps.iter().map(|cap| cap.name().to_owned()).collect();
                self.write_caps(turn, "LIST", &names);
            }
            "REQ" => self.request_caps(turn),
            "END" => {
                self.registration.is_negotiating = false;
                self.go_on(turn.around, turn.step);
            }
            other => self.reply(
                turn,
                ERR_INVALIDCAPCMD,
                &[other],
                "no such subcommand of CAP",
            ),
        }
    }

    fn list_caps(&mut self, turn: &mut Turn<'_, '_>) {
        self.registration.is_negotiating = !self.registration.is_over();
        let version: u32 = turn.line.params.at(1).parse().unwrap_or(301);
        self.registration.knows_302 |= version >= 302;
        if version >= 302 {
            self.caps.insert(Cap::CapNotify);
        }
        let settings = turn.around.settings;
        let values = Values {
            sasl: &["EXTERNAL"],
            multiline_bytes: settings.limits.multiline_max_bytes,
            multiline_lines: settings.limits.multiline_max_lines,
            lobby: &settings.core.lobby.shown,
        };
        let around = turn.around;
        let offered = CAPS
            .iter()
            .filter(|row| is_offered(row.cap, around))
            .map(
                |row| match row.cap.value(&values).filter(|_| version >= 302) {
                    Some(value) => format!("{}={value}", row.name),
                    None => row.name.to_owned(),
                },
            );
        let names: Vec<String> = offered.collect();
        self.write_caps(turn, "LS", &names);
    }

    fn write_caps(&self, turn: &mut Turn<'_, '_>, subcommand: &str, names: &[String]) {
        let lines = if self.registration.knows_302 {
            packed(names.iter().cloned(), CAPS_PER_LINE_MAX)
        } else {
            vec![names.join(" ")]
        };
        // An empty list is told, too.
        let lines = if lines.is_empty() {
            vec![String::new()]
        } else {
            lines
        };
        let target = self.target(turn.around);
        let count = lines.len();
        for (index, caps) in lines.iter().enumerate() {
            let line = LineWriter::new(&mut turn.out)
                .source(&turn.around.settings.name)
                .command("CAP");
            let line = line.param(&target).param(subcommand);
            let line = if index + 1 < count {
                line.param("*")
            } else {
                line
            };
            line.trailing(caps).end();
        }
    }

    /// Switches capabilities, all of one request or none.
    fn request_caps(&mut self, turn: &mut Turn<'_, '_>) {
        self.registration.is_negotiating |= !self.registration.is_over();
        let wanted = turn.line.params.at(1);
        let answer = match self.switched(wanted, turn.around) {
            Some(caps) => {
                self.caps = caps;
                "ACK"
            }
            None => "NAK",
        };
        let target = self.target(turn.around);
        let line = LineWriter::new(&mut turn.out)
            .source(&turn.around.settings.name)
            .command("CAP");
        line.param(&target).param(answer).trailing(wanted).end();
    }

    fn switched(&self, wanted: &str, around: &Around<'_>) -> Option<CapSet> {
        let mut caps = self.caps;
        for word in wanted.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix('-') {
                // Who knows 302 is told of changes, wanted or not (capability-negotiation).
                Some(name) => {
                    let cap = caps::find(name)?;
                    if cap == Cap::CapNotify && self.registration.knows_302 {
                        return None;
                    }
                    caps.remove(cap);
                }
                None => caps.insert(caps::find(word).filter(|cap| is_offered(*cap, around))?),
            }
        }
        Some(caps)
    }
}

fn is_offered(cap: Cap, around: &Around<'_>) -> bool {
    let is_in_table = CAPS.iter().any(|row| row.cap == cap && row.offered);
    is_in_table
        && (cap != Cap::Sasl || around.peer.key.is_some())
        && (cap != Cap::ChatHistory || around.settings.history)
}

fn is_for_usernames(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// The longest beginning of a text that is no longer than so many bytes.
pub(super) fn cut(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
