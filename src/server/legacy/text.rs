//! The words of every answer.
//!
//! All that is written goes through [`Writer`], which puts the area before it, makes it harmless
//! and ends it with a line feed.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::core::{Millis, Refusal};
use crate::text::harmless;

use super::super::ending::Ending;
use super::super::names::NameError;
use super::super::settings::Limits;
use super::{FRAME_MAX, Fault, Style};

/// What came with a name that was refused.
pub(super) const NOT_DONE: &str = "没有登录，刚才的操作没有执行";

/// The area that an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    Public,
    Group,
    Private,
}

/// Writes answers in the style of one protocol.
pub(super) struct Writer<'a> {
    pub(super) style: Style,
    pub(super) out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    /// One line.
    pub(super) fn line(&mut self, area: Area, text: &str) {
        self.head(area);
        self.rest(text);
    }

    /// A title and one line for each item, of which those over `max` bytes are only counted.
    pub(super) fn list(
        &mut self,
        title: &str,
        items: impl IntoIterator<Item = impl AsRef<str>>,
        max: usize,
    ) {
        self.line(Area::Public, title);
        let begin = self.out.len();
        let mut left = 0_usize;
        for item in items {
            if self.out.len() - begin < max {
                self.rest(&format!("- {}", item.as_ref()));
            } else {
                left += 1;
            }
        }
        if left > 0 {
            self.rest(&format!("- 以及另外 {left} 个"));
        }
    }

    fn head(&mut self, area: Area) {
        let head = match (self.style, area) {
            (Style::Pipe, _) => "",
            (Style::Json, Area::Public) => "【公屏】",
            (Style::Json, Area::Group) => "【群聊】",
            (Style::Json, Area::Private) => "【私聊】",
        };
        self.out.extend_from_slice(head.as_bytes());
    }

    fn rest(&mut self, text: &str) {
        self.out.extend_from_slice(harmless(text).as_bytes());
        self.out.push(b'\n');
    }
}

/// `YYYY-MM-DD HH:MM:SS` in a zone.
pub(super) fn time(at: Millis, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The group that a room is to these clients.
pub(super) fn group(room: &str) -> &str {
    room.strip_prefix('#').unwrap_or(room)
}

/// What is wrong with a frame.
pub(super) fn fault(fault: &Fault, style: Style) -> String {
    match (fault, style) {
        (Fault::Unreadable, Style::Pipe) => "无法识别的消息: 格式应为 名字|操作|内容".into(),
        (Fault::Unreadable, Style::Json) => "无法识别的消息: 应为一个 JSON 对象".into(),
        (Fault::NoSuchOp(op), Style::Pipe) => {
            format!("无效OP {}: 可用的操作是 1 到 4", brief(op))
        }
        (Fault::NoSuchOp(op), Style::Json) => {
            format!("无效OP {}: 可用的操作是 1 到 9", brief(op))
        }
    }
}

/// A message is over the limits.
pub(super) fn too_long(limits: &Limits) -> String {
    let (bytes, lines) = (limits.multiline_max_bytes, limits.multiline_max_lines);
    format!("消息太长: 一条消息最多 {bytes} 字节、{lines} 行，一帧最多 {FRAME_MAX} 字节")
}

/// The beginning of what a client wrote, to be told back.
pub(super) fn brief(text: &str) -> String {
    let mut brief: String = text.chars().take(64).collect();
    if brief.len() < text.len() {
        brief.push('…');
    }
    brief
}

/// What is wrong with a name of a person or a group.
pub(super) fn name_error(error: NameError) -> String {
    match error {
        NameError::Empty => "名字不能为空".into(),
        NameError::TooLong(max) => format!("名字最多 {max} 个字符"),
        NameError::Forbidden(c) if c.is_whitespace() => "名字不能有空格".into(),
        NameError::Forbidden(c) => format!("名字不能包含 '{c}'"),
        NameError::Begins(c) => format!("名字不能以 '{c}' 开头"),
        NameError::NoHash | NameError::Mixed => "名字不能混用容易混淆的文字".into(),
        NameError::Reserved => "这是保留的名字".into(),
    }
}

/// Why something was refused; `about` is what it was asked about, as the client wrote it.
pub(super) fn refusal(refusal: &Refusal, about: &str) -> String {
    let about = brief(about);
    match refusal {
        Refusal::NotSignedOn => NOT_DONE.into(),
        Refusal::NameInUse(name) => format!("名字 {name} 正在被使用"),
        Refusal::NameOwned(name) | Refusal::KeyUnknown(name) => {
            format!("名字 {name} 属于已验证的用户")
        }
        Refusal::RegistrationClosed => "此服务器不开放注册".into(),
        Refusal::TooManyNames(max) => format!("一个账号最多 {max} 个名字"),
        Refusal::TooManyAccounts => "此服务器的账号已满".into(),
        Refusal::TooManySessions(max) => format!("一个账号最多 {max} 个连接"),
        Refusal::NoSuchRoom(room) => format!("群组 {} 不存在", group(room)),
        Refusal::NoSuchPerson(_) => format!("用户 {about} 不在线或不存在"),
        Refusal::RoomExists(room) => format!("群组 {} 已存在", group(room)),
        Refusal::InviteOnly(room) => invite_only(group(room)),
        Refusal::Banned(room) => format!("您被禁止进入 {}", group(room)),
        Refusal::RoomFull(room) => format!("群组 {} 已满", group(room)),
        Refusal::TooManyRooms(room) => {
            format!("您加入的群组已达上限，不能加入 {}", group(room))
        }
        Refusal::NoMoreRooms(room) => {
            format!("此服务器的群组已达上限，不能创建 {}", group(room))
        }
        Refusal::NotInRoom(room) => format!("您不在 {} 中", group(room)),
        Refusal::TargetNotInRoom { target, room } => {
            format!("用户 {target} 不在 {} 中", group(room))
        }
        Refusal::AlreadyInRoom { target, room } => {
            format!("用户 {target} 已在 {} 中", group(room))
        }
        Refusal::NotOperator(room) => format!("您不是 {} 的管理员", group(room)),
        Refusal::CannotSpeak(room) => format!("您现在不能在 {} 发言", group(room)),
        Refusal::LobbyOpen(_) => "公屏不能关闭".into(),
        Refusal::ListFull(room) => format!("{} 的名单已满", group(room)),
        Refusal::ProfileFull(max) => format!("用户信息最多 {max} 项"),
    }
}

/// Why the connection is closed. A server that ends says so in its operator's language, which may
/// be none of this client's.
pub(super) fn farewell(ending: Ending<'_>) -> String {
    let why = match ending {
        Ending::TooSlow => "接收太慢".into(),
        Ending::Silent(seconds) => format!("{seconds} 秒没有回应"),
        Ending::Unregistered => "没有及时登录".into(),
        Ending::Stopping(_) => "服务器正在关闭".into(),
        Ending::Own(why) => why.to_owned(),
    };
    format!("连接已关闭: {why}")
}

/// A group cannot be entered by itself.
pub(super) fn invite_only(group: &str) -> String {
    format!("群组 {group} 需要邀请才能加入")
}

/// A name was refused, with one that is free.
pub(super) fn with_suggestion(why: String, free: Option<&str>) -> String {
    let mut text = why;
    match free {
        // Writing to a String cannot fail.
        Some(free) => drop(write!(text, "，可以改用 {free}")),
        None => text.push_str("，请换一个"),
    }
    text
}
