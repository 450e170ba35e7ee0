//! Registration: capabilities, name, password, SASL, and the welcome.

use std::sync::Arc;

use super::message::time;
use super::{Irc, Turn};
use crate::core::{Command, Name, RoomId, Visitor};
use crate::irc::numeric::*;
use crate::server::dialect::{Around, Ask, Mark, Step};
use crate::server::names;

/// How far a client has come with saying who it is.
#[derive(Debug, Default)]
pub(super) struct Registration {
    stage: Stage,
    pub(super) name: Option<Name>,
    username: Option<Arc<str>>,
    realname: Arc<str>,
    pub(super) is_negotiating: bool,
    pub(super) knows_302: bool,
    is_password_right: bool,
    pub(super) sasl: Sasl,
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
pub(super) enum Sasl {
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
            return turn.ask(about, Ask::Propose(Command::Rename { name }));
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

    /// Welcomes who has signed on, and tells of the rooms that they are in.
    pub(super) fn welcome(&mut self, rooms: &[RoomId], around: &Around<'_>, out: &mut Vec<u8>) {
        self.registration.stage = Stage::Over;
        let settings = around.settings;
        let nick = self.target(around);
        let version = concat!("chatroom-", env!("CARGO_PKG_VERSION"));
        let made = time(settings.started);
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
        self.tell_waiting(around, out);
    }
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
