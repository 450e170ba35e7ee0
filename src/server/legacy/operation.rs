//! The operations of these protocols, one by one.

use std::sync::Arc;

use crate::core::{Command, Kind, Room, Say, Target, User};

use super::super::dialect::{Around, Step};
use super::super::names;
use super::desk::{Desk, propose, verb};
use super::profile;
use super::text::{self, Area};

impl Desk {
    pub(super) fn say_in_lobby(&self, text: &str, around: &Around<'_>, step: &mut Step) {
        let to = Target::Room(around.settings.core.lobby.folded.clone());
        match message(text, around) {
            Ok(text) => propose(step, verb::SAY, "", speech(to, text)),
            Err(why) => self.say(step, Area::Public, &why),
        }
    }

    pub(super) fn whisper(&self, to: &str, text: &str, around: &Around<'_>, step: &mut Step) {
        match message(text, around) {
            Ok(text) => {
                let target = Target::Person(names::fold(to));
                propose(step, verb::WHISPER, to, speech(target, text));
            }
            Err(why) => self.say(step, Area::Private, &why),
        }
    }

    pub(super) fn say_in_group(
        &self,
        user: &User,
        group: &str,
        text: &str,
        around: &Around<'_>,
        step: &mut Step,
    ) {
        let room = around.state.room_named(&names::fold(&format!("#{group}")));
        let Some(room) = room.filter(|room| is_known(room, user, around)) else {
            let text = text::no_such_group(&text::brief(group));
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

    pub(super) fn create(&self, group: &str, around: &Around<'_>, step: &mut Step) {
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
                let (name, why) = (text::brief(group), text::name_error(error));
                let values = [("group", name.as_str()), ("why", why.as_str())];
                let why = text::chinese("tutorial-bad-group", &values);
                let text = text::with_suggestion(&why, fits.then_some(&dashed));
                self.say(step, Area::Public, &text);
            }
        }
    }

    pub(super) fn set_profile(&self, text: &str, around: &Around<'_>, step: &mut Step) {
        let max = around.settings.limits.realname_length;
        match profile::parse(text, max) {
            Some(fields) => propose(step, verb::PROFILE, "", Command::SetProfile { fields }),
            None => {
                let (example, max) = (r#"{"age":"20","sex":"m"}"#, max.to_string());
                let values = [("example", example), ("max", &max)];
                let text = text::chinese("tutorial-bad-profile", &values);
                self.say(step, Area::Public, &text);
            }
        }
    }

    pub(super) fn list_groups(&self, user: &User, around: &Around<'_>, step: &mut Step) {
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

    pub(super) fn list_people(&self, around: &Around<'_>, step: &mut Step) {
        let people = around.state.users().filter(|user| user.is_present());
        let names = people.map(|user| user.person.name.shown.clone());
        let max = list_max(around);
        self.writer(step).list("当前在线用户列表:", names, max);
    }
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
pub(super) fn return_to_lobby(user: &User, around: &Around<'_>, step: &mut Step) {
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
        return Err(text::chinese("tutorial-empty", &[]));
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
