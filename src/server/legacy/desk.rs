//! What one client asks, done, and what it must hear, told.
//!
//! Nothing is asked twice of the client: whoever is not signed on yet is, by the first frame with
//! a name, and what that frame asks waits until they are in the lobby.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::core::{Command, Event, Kind, Name, Refusal, Room, Say, Target, User, Visitor};

use super::super::dialect::{Around, Ask, Heard, Mark, Step};
use super::super::names;
use super::text::{self, Area, Teller, Writer};
use super::{Fault, Op, Request, Style, profile};

/// What proposals are for.
mod verb {
    pub(super) const SIGN_ON: &str = "sign on";
    pub(super) const LOBBY: &str = "lobby";
    pub(super) const RETURN: &str = "return";
    pub(super) const SAY: &str = "say";
    pub(super) const WHISPER: &str = "whisper";
    pub(super) const ENTER: &str = "enter";
    pub(super) const GROUP: &str = "group";
    pub(super) const CREATE: &str = "create";
    pub(super) const PROFILE: &str = "profile";
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
    /// Who it will be, and what it asked meanwhile.
    coming: Option<(Own, Op)>,
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
                let text = format!("此连接已用名字 {} 登录，要用其他名字请先退出", own.written);
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
        self.say(step, Area::Public, "消息不是 UTF-8 编码，没有处理");
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
        self.say(step, area(mark), &format!("操作没有成功: {why}"));
        self.answered(mark, around, step);
    }

    /// Says good-bye; whoever left by themselves hears nothing more.
    pub(super) fn farewell(&self, reason: &str, out: &mut Vec<u8>) {
        if !self.has_quit {
            let style = self.style;
            Writer { style, out }.line(Area::Public, &format!("连接已关闭: {reason}"));
        }
    }

    fn say(&self, step: &mut Step, area: Area, text: &str) {
        self.writer(step).line(area, text);
    }

    fn writer<'a>(&self, step: &'a mut Step) -> Writer<'a> {
        Writer {
            style: self.style,
            out: &mut step.out,
        }
    }

    fn log_in(&mut self, request: Request, around: &Around<'_>, step: &mut Step) {
        if around.settings.password.is_some() {
            self.say(step, Area::Public, "此服务器需要密码，而此客户端不支持密码");
            step.close = Some("a password is needed".into());
            return;
        }
        if request.name.is_empty() {
            return self.say(step, Area::Public, "请先用名字登录");
        }
        let name = match names::person(&request.name, around.settings.limits.nick_length) {
            Ok(name) => name,
            Err(error) => {
                let why = text::name_error(error);
                let why = format!("名字 {} 不能使用: {why}", text::brief(&request.name));
                let free = free_name(&request.name, around);
                let text = text::with_suggestion(why, free.as_deref());
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
        self.coming = Some((own, request.op));
    }

    /// Takes part, or not, now that the log has spoken.
    fn come_in(&mut self, around: &Around<'_>, step: &mut Step) {
        let Some((own, op)) = self.coming.take() else {
            return;
        };
        if around.state.session_user(around.session).is_none() {
            return self.drop_op(&op, step);
        }
        self.own = Some(own);
        if op != Op::LogIn {
            self.operate(op, around, step);
        }
    }

    /// Says that what came with a refused name is not done.
    fn drop_op(&self, op: &Op, step: &mut Step) {
        if *op != Op::LogIn {
            self.say(step, Area::Public, "没有登录，刚才的操作没有执行");
        }
    }

    fn operate(&mut self, op: Op, around: &Around<'_>, step: &mut Step) {
        let Some(user) = around.state.session_user(around.session) else {
            return self.say(step, Area::Public, "请先登录");
        };
        match op {
            Op::Quit => {}
            Op::LogIn => return_to_lobby(user, around, step),
            Op::Say(text) => self.say_in_lobby(&text, around, step),
            Op::Profile(text) => self.set_profile(&text, around, step),
            Op::Whisper { to, text } => self.whisper(&to, &text, around, step),
            Op::Group { group, text } => self.say_in_group(user, &group, &text, around, step),
            Op::Create(group) => self.create(&group, around, step),
            Op::Groups => self.list_groups(user, around, step),
            Op::People => self.list_people(around, step),
        }
    }

    fn say_in_lobby(&self, text: &str, around: &Around<'_>, step: &mut Step) {
        let to = Target::Room(around.settings.core.lobby.folded.clone());
        match message(text, around) {
            Ok(text) => propose(step, verb::SAY, "", speech(to, text)),
            Err(why) => self.say(step, Area::Public, &why),
        }
    }

    fn whisper(&self, to: &str, text: &str, around: &Around<'_>, step: &mut Step) {
        match message(text, around) {
            Ok(text) => {
                let target = Target::Person(names::fold(to));
                propose(step, verb::WHISPER, to, speech(target, text));
            }
            Err(why) => self.say(step, Area::Private, &why),
        }
    }

    fn say_in_group(
        &self,
        user: &User,
        group: &str,
        text: &str,
        around: &Around<'_>,
        step: &mut Step,
    ) {
        let room = around.state.room_named(&names::fold(&format!("#{group}")));
        let Some(room) = room.filter(|room| is_known(room, user, around)) else {
            let text = format!("群组 {} 不存在", text::brief(group));
            return self.say(step, Area::Group, &text);
        };
        let is_member = room.members.contains_key(&user.id);
        if !is_member && room.is_by_invitation() && !room.invited.contains(&user.id) {
            let text = text::invite_only(text::group(&room.name.shown));
            return self.say(step, Area::Group, &text);
        }
        let text = match message(text, around) {
            Ok(text) => text,
            Err(why) => return self.say(step, Area::Group, &why),
        };
        if !is_member {
            let room = room.name.clone();
            propose(step, verb::ENTER, group, Command::Join { room });
        }
        let to = Target::Room(room.name.folded.clone());
        propose(step, verb::GROUP, group, speech(to, text));
    }

    fn create(&self, group: &str, around: &Around<'_>, step: &mut Step) {
        let max = around.settings.limits.channel_length;
        match names::room(&format!("#{group}"), max) {
            Ok(room) => {
                let private = false;
                let command = Command::Create { room, private };
                propose(step, verb::CREATE, group, command);
            }
            Err(error) => {
                let dashed = group.split_whitespace().collect::<Vec<_>>().join("-");
                let fits = dashed != group && names::room(&format!("#{dashed}"), max).is_ok();
                let why = format!(
                    "不能创建群组 {}: {}",
                    text::brief(group),
                    text::name_error(error)
                );
                let text = text::with_suggestion(why, fits.then_some(&dashed));
                self.say(step, Area::Public, &text);
            }
        }
    }

    fn set_profile(&self, text: &str, around: &Around<'_>, step: &mut Step) {
        let max = around.settings.limits.realname_length;
        match profile::parse(text, max) {
            Some(fields) => propose(step, verb::PROFILE, "", Command::SetProfile { fields }),
            None => {
                let text = format!(
                    r#"无法识别的用户信息: 应为 {{"age":"20","sex":"m"}}，每项最多 {max} 字节"#
                );
                self.say(step, Area::Public, &text);
            }
        }
    }

    fn list_groups(&self, user: &User, around: &Around<'_>, step: &mut Step) {
        let lobby = &around.settings.core.lobby.folded;
        let mut groups = around
            .state
            .rooms()
            .filter(|room| room.name.folded != *lobby && around.state.may_see(user.id, room))
            .map(|room| text::group(&room.name.shown))
            .peekable();
        if groups.peek().is_none() {
            return self.say(step, Area::Public, "当前没有可用的群组");
        }
        let max = list_max(around);
        self.writer(step).list("当前群组列表:", groups, max);
    }

    fn list_people(&self, around: &Around<'_>, step: &mut Step) {
        let people = around.state.users().filter(|user| user.is_present());
        let names = people.map(|user| user.person.name.shown.clone());
        let max = list_max(around);
        self.writer(step).list("当前在线用户列表:", names, max);
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
            text = text::with_suggestion(text, free.as_deref());
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

fn propose(step: &mut Step, verb: &'static str, about: &str, command: Command) {
    let mark = Mark {
        label: None,
        verb,
        about: about.into(),
        more: false,
    };
    step.asks.push((mark, Ask::Propose(command)));
}

fn speech(to: Target, text: Arc<str>) -> Command {
    Command::Say(Say {
        to,
        kind: Kind::Message,
        text,
        nonce: None,
        tags: None,
    })
}

/// Who was put out of the lobby comes back by logging in again.
fn return_to_lobby(user: &User, around: &Around<'_>, step: &mut Step) {
    let lobby = &around.settings.core.lobby;
    let is_in = around
        .state
        .room_named(&lobby.folded)
        .is_some_and(|room| room.members.contains_key(&user.id));
    if !is_in {
        let room = lobby.clone();
        propose(step, verb::RETURN, "", Command::Join { room });
    }
}

/// Whether a room exists for somebody: they see it, or are invited.
fn is_known(room: &Room, user: &User, around: &Around<'_>) -> bool {
    around.state.may_see(user.id, room) || room.invited.contains(&user.id)
}

/// A message as it is stored, or why it is none.
fn message(text: &str, around: &Around<'_>) -> Result<Arc<str>, String> {
    let limits = &around.settings.limits;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.replace('\0', "");
    let text = text.trim_end_matches('\n');
    if text.is_empty() {
        return Err("消息不能为空".into());
    }
    let lines = text.split('\n').count();
    if text.len() > limits.multiline_max_bytes || lines > limits.multiline_max_lines {
        return Err(text::too_long(limits));
    }
    Ok(text.into())
}

/// Bytes of one list: whoever reads slowly is not put out for asking.
fn list_max(around: &Around<'_>) -> usize {
    around.settings.limits.outbox_bytes / 4
}

/// A name like the one that was refused, which nobody has.
fn free_name(wanted: &str, around: &Around<'_>) -> Option<String> {
    let max = around.settings.limits.nick_length;
    let base: String = wanted
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .take(max)
        .collect();
    let base = if base.is_empty() {
        "guest".into()
    } else {
        base
    };
    let short: String = base.chars().take(max.saturating_sub(2)).collect();
    let numbered = |base: String| (2..100).map(move |number| format!("{base}{number}"));
    std::iter::once(base)
        .chain(numbered(short))
        .chain(numbered("guest".into()))
        .find(|name| names::person(name, max).is_ok_and(|name| is_free(&name, around)))
}

fn is_free(name: &Name, around: &Around<'_>) -> bool {
    around.state.user_named(&name.folded).is_none()
        && !around
            .state
            .users()
            .flat_map(User::names)
            .any(|taken| taken.skeleton == name.skeleton)
}
