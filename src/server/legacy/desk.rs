//! What one client asks, done, and what it must hear, told.
//!
//! Whoever is not signed on yet is, by the first frame with a name. What that frame says is
//! proposed with it, and comes to nothing with it; what must look at the state waits for it.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::core::{Command, Event, Refusal, Visitor};

use super::super::dialect::{Around, Ask, Heard, Mark, Step};
use super::super::ending::Ending;
use super::super::names;
use super::super::suggestion::free_name;
use super::operation::return_to_lobby;
use super::telling::Teller;
use super::text::{self, Area, Writer};
use super::{Fault, Op, Request, Style};

/// What proposals are for.
pub(super) mod verb {
    pub(in super::super) const SIGN_ON: &str = "sign on";
    pub(in super::super) const LOBBY: &str = "lobby";
    pub(in super::super) const RETURN: &str = "return";
    pub(in super::super) const SAY: &str = "say";
    pub(in super::super) const WHISPER: &str = "whisper";
    pub(in super::super) const ENTER: &str = "enter";
    pub(in super::super) const GROUP: &str = "group";
    pub(in super::super) const CREATE: &str = "create";
    pub(in super::super) const PROFILE: &str = "profile";
}

/// The user name of everybody who comes by these protocols.
const USERNAME: &str = "tutorial";

/// What others are told of who leaves.
const QUIT: &str = "I Logout";

/// One client.
pub(super) struct Desk {
    style: Style,
    zone: TimeZone,
    /// Who it is, once it takes part.
    own: Option<Own>,
    /// Who it will be, and what it asked that waits for that.
    coming: Option<(Own, Option<Op>)>,
    /// Whether it was not let into a group that it spoke to, which answers for both.
    stays_out: bool,
    has_quit: bool,
}

/// A name as the client writes it, and as it is compared.
struct Own {
    written: String,
    folded: Arc<str>,
}

impl Desk {
    /// A client of which nothing is known yet.
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            zone: TimeZone::system(),
            own: None,
            coming: None,
            stays_out: false,
            has_quit: false,
        }
    }

    /// The client's name as it writes it, once it takes part.
    pub(super) fn written_name(&self) -> Option<&str> {
        self.own.as_ref().map(|own| own.written.as_str())
    }

    /// Whether a request needs no look at the state, and no answer but that of the log.
    pub(super) fn only_proposes(&self, request: &Request) -> bool {
        let Some(own) = &self.own else {
            return false;
        };
        own.is(&request.name)
            && match &request.op {
                Op::Say(text) | Op::Whisper { text, .. } => !text.is_empty(),
                Op::Quit | Op::LogIn | Op::Profile(_) | Op::Group { .. } => false,
                Op::Create(_) | Op::Groups | Op::People => false,
            }
    }

    /// Does what a frame asks.
    pub(super) fn act(&mut self, request: Request, around: &Around<'_>, step: &mut Step) {
        if request.op == Op::Quit {
            self.has_quit = true;
            step.close = Some(QUIT.into());
            return;
        }
        match &self.own {
            None => self.log_in(request, around, step),
            Some(own) if own.is(&request.name) => self.operate(request.op, around, step),
            Some(own) => {
                let text = text::chinese("tutorial-other-name", &[("name", &own.written)]);
                self.say(step, Area::Public, &text);
            }
        }
    }

    /// Tells what is wrong with a frame.
    pub(super) fn refuse_frame(&self, fault: &Fault, step: &mut Step) {
        self.say(step, Area::Public, &text::fault(fault, self.style));
    }

    /// Tells that a frame is too long, and what would not be.
    pub(super) fn refuse_length(&self, around: &Around<'_>, step: &mut Step) {
        let text = text::too_long(&around.settings.limits);
        self.say(step, Area::Public, &text);
    }

    /// Tells that a frame is not UTF-8.
    pub(super) fn refuse_encoding(&self, step: &mut Step) {
        self.say(step, Area::Public, &text::chinese("tutorial-not-utf8", &[]));
    }

    /// Tells what the client must hear of an entry.
    pub(super) fn hear(
        &mut self,
        heard: &Heard<'_>,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let writer = Writer {
            style: self.style,
            out,
        };
        if let Event::Refused(refusal) = heard.event {
            let mark = own.cloned().unwrap_or_default();
            return self.hear_refusal(refusal, &mark, around, writer);
        }
        let mut teller = Teller {
            writer,
            time: text::time(heard.entry.at, &self.zone),
            lobby: &around.settings.core.lobby.shown,
            is_own: own.is_some(),
        };
        teller.tell(heard);
    }

    /// Goes on with what waited for an entry.
    pub(super) fn answered(&mut self, mark: &Mark, around: &Around<'_>, step: &mut Step) {
        match mark.verb {
            verb::LOBBY => self.come_in(around, step),
            verb::GROUP => self.stays_out = false,
            _ => {}
        }
    }

    /// Tells that something was not done, and goes on with what waited for it.
    pub(super) fn not_stored(
        &mut self,
        mark: &Mark,
        why: &str,
        around: &Around<'_>,
        step: &mut Step,
    ) {
        self.say(
            step,
            area(mark),
            &text::chinese("tutorial-not-stored", &[("why", why)]),
        );
        self.answered(mark, around, step);
    }

    /// Says good-bye; whoever left by themselves hears nothing more.
    pub(super) fn farewell(&self, ending: Ending<'_>, out: &mut Vec<u8>) {
        if !self.has_quit {
            let style = self.style;
            Writer { style, out }.line(Area::Public, &text::farewell(ending));
        }
    }

    pub(super) fn say(&self, step: &mut Step, area: Area, text: &str) {
        self.writer(step).line(area, text);
    }

    pub(super) fn writer<'a>(&self, step: &'a mut Step) -> Writer<'a> {
        Writer {
            style: self.style,
            out: &mut step.out,
        }
    }

    fn log_in(&mut self, request: Request, around: &Around<'_>, step: &mut Step) {
        if around.settings.password.is_some() {
            let text = text::chinese("tutorial-no-password", &[]);
            self.say(step, Area::Public, &text);
            step.close = Some(text::chinese("tutorial-password-needed", &[]));
            return;
        }
        if request.name.is_empty() {
            return self.say(
                step,
                Area::Public,
                &text::chinese("tutorial-log-in-first", &[]),
            );
        }
        let name = match names::person(&request.name, around.settings.limits.nick_length) {
            Ok(name) => name,
            Err(error) => {
                let why = text::name_error(error);
                let name = text::brief(&request.name);
                let why = text::chinese("tutorial-bad-name", &[("name", &name), ("why", &why)]);
                let free = free_name(&request.name, around);
                let text = text::with_suggestion(&why, free.as_deref());
                self.say(step, Area::Public, &text);
                return self.drop_op(&request.op, step);
            }
        };
        let own = Own {
            written: request.name,
            folded: name.folded.clone(),
        };
        let sign_on = Command::SignOn {
            account: None,
            visitor: Visitor {
                username: USERNAME.into(),
                host: around.peer.cloak.clone(),
                realname: name.shown.clone(),
                present: true,
            },
            name,
        };
        let room = around.settings.core.lobby.clone();
        propose(step, verb::SIGN_ON, &own.written, sign_on);
        propose(step, verb::LOBBY, &own.written, Command::Join { room });
        let op = self.propose_op(request.op, around, step);
        self.coming = Some((own, op));
    }

    /// Takes part, or not, now that the log has spoken.
    fn come_in(&mut self, around: &Around<'_>, step: &mut Step) {
        let Some((own, op)) = self.coming.take() else {
            return;
        };
        let takes_part = around.state.session_user(around.session).is_some();
        self.own = takes_part.then_some(own);
        match op {
            None | Some(Op::LogIn) => {}
            Some(op) if takes_part => self.look(op, around, step),
            Some(op) => self.drop_op(&op, step),
        }
    }

    /// Says that what came with a refused name is not done.
    fn drop_op(&self, op: &Op, step: &mut Step) {
        if *op != Op::LogIn {
            self.say(step, Area::Public, &text::not_done());
        }
    }

    fn operate(&mut self, op: Op, around: &Around<'_>, step: &mut Step) {
        if let Some(op) = self.propose_op(op, around, step) {
            self.look(op, around, step);
        }
    }

    /// Proposes what needs no look at the state, and gives all else back.
    fn propose_op(&self, op: Op, around: &Around<'_>, step: &mut Step) -> Option<Op> {
        match op {
            Op::Say(text) => self.say_in_lobby(&text, around, step),
            Op::Profile(text) => self.set_profile(&text, around, step),
            Op::Whisper { to, text } => self.whisper(&to, &text, around, step),
            Op::Create(group) => self.create(&group, around, step),
            Op::Quit | Op::LogIn | Op::Group { .. } | Op::Groups | Op::People => return Some(op),
        }
        None
    }

    /// Does what looks at the state, for who takes part.
    fn look(&mut self, op: Op, around: &Around<'_>, step: &mut Step) {
        let Some(user) = around.state.session_user(around.session) else {
            return self.drop_op(&op, step);
        };
        match op {
            Op::LogIn => return_to_lobby(user, around, step),
            Op::Group { group, text } => self.say_in_group(user, &group, &text, around, step),
            Op::Groups => self.list_groups(user, around, step),
            Op::People => self.list_people(around, step),
            // These are done already.
            Op::Quit | Op::Say(_) | Op::Profile(_) | Op::Whisper { .. } | Op::Create(_) => {}
        }
    }

    fn hear_refusal(
        &mut self,
        refusal: &Refusal,
        mark: &Mark,
        around: &Around<'_>,
        mut writer: Writer<'_>,
    ) {
        match mark.verb {
            // The name was refused, and that is told already.
            verb::LOBBY if *refusal == Refusal::NotSignedOn => return,
            verb::GROUP if self.stays_out => return,
            verb::ENTER => self.stays_out = true,
            _ => {}
        }
        let mut text = text::refusal(refusal, &mark.about);
        if mark.verb == verb::SIGN_ON {
            let free = free_name(&mark.about, around);
            text = text::with_suggestion(&text, free.as_deref());
        }
        writer.line(area(mark), &text);
    }
}

impl Own {
    /// Whether a frame bears this name; one without a name is the client's too.
    fn is(&self, name: &str) -> bool {
        name.is_empty() || name == self.written || *names::fold(name) == *self.folded
    }
}

/// The area that answers to a proposal belong to.
fn area(mark: &Mark) -> Area {
    match mark.verb {
        verb::WHISPER => Area::Private,
        verb::ENTER | verb::GROUP => Area::Group,
        _ => Area::Public,
    }
}

pub(super) fn propose(step: &mut Step, verb: &'static str, about: &str, command: Command) {
    let mark = Mark {
        label: None,
        verb,
        about: about.into(),
        more: false,
    };
    step.asks.push((mark, Ask::Propose(command)));
}
