//! The IRC dialect: lines to commands and questions, events and answers to lines.

mod cap;
mod chathistory;
mod commands;
mod isupport;
mod mask;
mod message;
mod query;
mod refusal;
mod register;
mod render;
mod reply;
mod room;
mod sasl;
mod talk;
mod who;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::dialect::{Around, Ask, Class, Dialect, Heard, Input, Mark, Step};
use super::ending::Ending;
use crate::core::{Event, RoomId, UserId};
use crate::history;
use crate::irc::caps::{Cap, CapSet};
use crate::irc::framing::{Frame, Framer};
use crate::irc::line::{Line, ParseError};
use crate::irc::numeric::{
    ERR_INPUTTOOLONG, ERR_NEEDMOREPARAMS, ERR_NOTREGISTERED, ERR_SASLFAIL, ERR_UNKNOWNCOMMAND,
};
use crate::irc::write::LineWriter;
use commands::Row;
use register::Registration;

/// One client that speaks IRC.
pub(super) struct Irc {
    framer: Framer,
    caps: CapSet,
    registration: Registration,
    /// The user that this session has proved to be.
    account: Option<UserId>,
    /// A message of several lines that is being sent (draft/multiline).
    multiline: Option<talk::Multiline>,
    /// What an answer in several parts holds so far.
    held: Vec<u8>,
    /// What is told after an answer and is no part of it: one's own words to oneself.
    after: Vec<u8>,
    /// Which end of the past was asked for last.
    past: chathistory::End,
    /// How many batches were opened.
    batches: u64,
    /// Whether it has said good-bye, and is told nothing any more.
    is_leaving: bool,
}

/// A line that is being acted on, and what comes of it.
struct Turn<'a, 'b> {
    around: &'a Around<'b>,
    step: &'a mut Step,
    line: Line<'a>,
    mark: Mark,
    out: Vec<u8>,
}

impl Turn<'_, '_> {
    /// Asks the hub for something on behalf of the line.
    fn ask(&mut self, about: impl Into<Arc<str>>, ask: Ask) {
        // Whatever was asked before under this line is not its last part any more.
        if let Some((mark, _)) = self.step.asks.last_mut() {
            mark.more = true;
        }
        self.step.asks.push((
            Mark {
                about: about.into(),
                ..self.mark.clone()
            },
            ask,
        ));
    }
}

impl Irc {
    /// A client that has said nothing yet.
    pub(super) fn new() -> Self {
        Self {
            framer: Framer::client_to_server(),
            caps: CapSet::default(),
            registration: Registration::default(),
            account: None,
            multiline: None,
            held: Vec::new(),
            after: Vec::new(),
            past: chathistory::End::default(),
            batches: 0,
            is_leaving: false,
        }
    }

    fn has(&self, cap: Cap) -> bool {
        self.caps.contains(cap)
    }

    /// The name that replies are addressed to.
    fn target(&self, around: &Around<'_>) -> Arc<str> {
        let user = around.state.session_user(around.session);
        let name = user.map(|user| user.person.name.shown.clone());
        name.or_else(|| self.registration.nick())
            .unwrap_or_else(|| "*".into())
    }

    fn obey(&mut self, row: Option<&Row>, turn: &mut Turn<'_, '_>) {
        let is_on = self.registration.is_over();
        match row {
            None if !is_on => self.reply(
                turn,
                ERR_NOTREGISTERED,
                &[],
                "register first: NICK and USER",
            ),
            None => {
                let verb = turn.line.command.to_owned();
                self.reply(turn, ERR_UNKNOWNCOMMAND, &[&verb], "no such command");
            }
            Some(row) if row.needs_registration && !is_on => {
                self.reply(
                    turn,
                    ERR_NOTREGISTERED,
                    &[],
                    "register first: NICK and USER",
                );
            }
            Some(row) if turn.line.params.len() < row.params_min => {
                self.reply(
                    turn,
                    ERR_NEEDMOREPARAMS,
                    &[row.verb],
                    "this command needs more parameters",
                );
            }
            Some(row) => (row.act)(self, turn),
        }
    }
}

impl Dialect for Irc {
    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>) {
        self.framer.push(bytes, &mut |frame| {
            inputs.push_back(match frame {
                Frame::Line(line) => Input::Text(line.to_owned()),
                Frame::TooLong(_) => Input::TooLong,
                Frame::NotUtf8(_) => Input::NotUtf8,
            });
        });
    }

    fn only_proposes(&self, input: &Input) -> bool {
        let Input::Text(text) = input else {
            return false;
        };
        let Ok(line) = Line::parse(text) else {
            return false;
        };
        let row = commands::find(line.command);
        self.registration.is_over()
            && !self.is_leaving
            && row.is_some_and(|row| {
                line.params.len() >= row.params_min && (row.only_proposes)(self, &line)
            })
    }

    fn act(&mut self, input: &Input, around: &Around<'_>, step: &mut Step) {
        if self.is_leaving {
            return;
        }
        let (parsed, problem) = match input {
            Input::Text(text) if text.trim_matches(' ').is_empty() => return,
            Input::Text(text) => match Line::parse(text) {
                Ok(line) => (Ok(line), None),
                Err(why) => (Err(tags_alone(text)), Some(Problem::Parse(why))),
            },
            Input::TooLong => (Err(NOTHING.into()), Some(Problem::TooLong)),
            Input::NotUtf8 => (Err(NOTHING.into()), Some(Problem::NotUtf8)),
        };
        let line = match &parsed {
            Ok(line) => *line,
            Err(text) => match Line::parse(text) {
                Ok(line) => line,
                Err(_) => return,
            },
        };
        let label = line
            .tags
            .get("label")
            .filter(|_| self.has(Cap::LabeledResponse));
        let label = label
            .filter(|label| !label.is_empty() && label.len() <= 64)
            .map(Arc::from);
        let row = commands::find(line.command);
        let verb = row.map_or("*", |row| row.verb);
        let mark = Mark {
            label,
            verb,
            about: Arc::default(),
            more: false,
        };
        let mut turn = Turn {
            around,
            step,
            line,
            mark,
            out: Vec::new(),
        };
        match problem {
            Some(problem) => self.complain(&mut turn, problem),
            None => self.obey(row, &mut turn),
        }
        let Turn {
            step, mark, out, ..
        } = turn;
        if !step.asks.is_empty() {
            // The rest of the answer comes back from the hub. What is answered here and now waits
            // until nothing else is on its way (`only_proposes`), so nothing else is held.
            self.held.extend_from_slice(&out);
            return;
        }
        self.finish(mark.label.as_deref(), out, around, &mut step.out);
    }

    fn hear(
        &mut self,
        heard: &Heard<'_>,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        if self.is_leaving {
            return;
        }
        match heard.event {
            Event::Identified { user, account, .. } => self.identified(*user, account, around, out),
            Event::SignedOn { rooms, .. } => self.welcome(rooms, around, out),
            Event::Refused(refusal) => self.refused(refusal, own, around, out),
            Event::Quit { .. }
            | Event::WentAway { .. }
            | Event::CameBack { .. }
            | Event::AwayChanged { .. }
            | Event::Renamed { .. }
            | Event::ProfileSet { .. }
            | Event::AlwaysOnSet { .. }
            | Event::Created { .. }
            | Event::Joined { .. }
            | Event::Parted { .. }
            | Event::Kicked { .. }
            | Event::Invited { .. }
            | Event::InviteSeen { .. }
            | Event::InviteSent { .. }
            | Event::TopicSet { .. }
            | Event::ModesSet { .. }
            | Event::Said(_)
            | Event::Repeated { .. } => self.render(heard, own, around, out),
        }
    }

    fn entered(&mut self, room: RoomId, around: &Around<'_>, out: &mut Vec<u8>) {
        if let Some(room) = around.state.room(room) {
            self.tell_room(room, around, out);
        }
    }

    fn answered(&mut self, mark: &Mark, told: Vec<u8>, around: &Around<'_>, step: &mut Step) {
        self.held.extend_from_slice(&told);
        if mark.more {
            return;
        }
        let told = std::mem::take(&mut self.held);
        self.finish(mark.label.as_deref(), told, around, &mut step.out);
        step.out.append(&mut self.after);
        if self.is_leaving {
            step.close = Some(mark.about.to_string());
        } else if self.registration.is_over() {
            self.go_away(step);
        } else {
            self.go_on(around, step);
        }
    }

    fn not_stored(&mut self, mark: &Mark, why: &str, around: &Around<'_>, step: &mut Step) {
        let mut out = Vec::new();
        if mark.verb == "AUTHENTICATE" {
            // Who proves who they are waits for one of its numerics.
            self.numeric(&mut out, around, ERR_SASLFAIL, &[], why);
        } else {
            self.fail(&mut out, around, mark.verb, "TRY_AGAIN", &mark.about, why);
        }
        self.registration.not_stored(mark.verb);
        self.answered(mark, out, around, step);
    }

    fn found(
        &mut self,
        mark: &Mark,
        found: Result<history::Found, String>,
        around: &Around<'_>,
        step: &mut Step,
    ) {
        let mut out = Vec::new();
        match found {
            Ok(found) => self.tell_past(mark, found, around, &mut out),
            Err(why) => self.fail(
                &mut out,
                around,
                mark.verb,
                "MESSAGE_ERROR",
                &mark.about,
                &why,
            ),
        }
        self.answered(mark, out, around, step);
    }

    fn verified(&mut self, _: &Mark, is_right: bool, around: &Around<'_>, step: &mut Step) {
        self.password_checked(is_right, around, step);
    }

    fn ping(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(b"PING :are-you-there\r\n");
        true
    }

    fn farewell(&mut self, ending: Ending<'_>, _: &Around<'_>, out: &mut Vec<u8>) {
        LineWriter::new(out)
            .command("ERROR")
            .trailing(&ending.words())
            .end();
    }

    fn class(&self) -> Class {
        Class::Irc(self.caps.intersection(render::CAPS_THAT_MATTER))
    }
}

/// What is wrong with an input that is no line.
enum Problem {
    Parse(ParseError),
    TooLong,
    NotUtf8,
}

impl Irc {
    fn complain(&mut self, turn: &mut Turn<'_, '_>, problem: Problem) {
        match problem {
            Problem::Parse(why) => self.reply(turn, ERR_UNKNOWNCOMMAND, &["*"], &why.to_string()),
            Problem::TooLong => {
                let text = "a line may be 512 bytes long, its tags 4096";
                self.reply(turn, ERR_INPUTTOOLONG, &[], text);
            }
            // Who sends such lines may know nothing of capabilities (IRCv3 utf8-only).
            Problem::NotUtf8 => LineWriter::new(&mut turn.out)
                .source(&turn.around.settings.name)
                .command("FAIL")
                .param("*")
                .param("INVALID_UTF8")
                .trailing("lines must be UTF-8")
                .end(),
        }
    }
}

/// A line of which nothing can be read.
const NOTHING: &str = "PING";

/// The tags of a line that cannot be read as a whole: its label is still answered.
fn tags_alone(text: &str) -> Cow<'static, str> {
    match text.split_once(' ') {
        Some((tags, _)) if tags.starts_with('@') => format!("{tags} {NOTHING}").into(),
        Some(_) | None => NOTHING.into(),
    }
}
