//! Rooms: coming in, leaving, inviting, topics, modes.

use std::sync::Arc;

use super::mask::whole_mask;
use super::register::cut;
use super::reply::{WORDS_MAX, answer_max, packed};
use super::{Irc, Turn};
use crate::core::{Command, Flag, Invitation, Member, ModeChange, Role, Room};
use crate::irc::caps::Cap;
use crate::irc::line::Line;
use crate::irc::numeric::*;
use crate::server::dialect::{Around, Ask};
use crate::server::names;

/// Code points of a room's name that are within any limit that is of use.
const SHORT: usize = 16;

/// Invitations that who signs on is told of.
const WAITING_MAX: usize = 100;

/// The switches of a room and their letters.
const FLAGS: &[(char, Flag)] = &[
    ('i', Flag::InviteOnly),
    ('n', Flag::NoExternal),
    ('s', Flag::Secret),
    ('t', Flag::OpsTopic),
];

impl Irc {
    /// Whether it is the name of one room, and a short one, so that nothing but a proposal comes
    /// of it.
    pub(super) fn join_only_proposes(&self, line: &Line<'_>) -> bool {
        names::room(line.params.at(0), SHORT).is_ok()
    }

    /// Whether it is about one target, so that none is over the limit.
    pub(super) fn one_only_proposes(&self, line: &Line<'_>) -> bool {
        !line.params.at(0).contains(',')
    }

    pub(super) fn join(&mut self, turn: &mut Turn<'_, '_>) {
        let limits = &turn.around.settings.limits;
        if turn.line.params.at(0) == "0" {
            return self.reply(
                turn,
                ERR_NOSUCHCHANNEL,
                &["0"],
                "leave rooms by their names: PART",
            );
        }
        for text in self.targets(turn) {
            match names::room(text, limits.channel_length) {
                Ok(room) => turn.ask(text, Ask::Propose(Command::Join { room })),
                Err(why) => self.reply(turn, ERR_BADCHANMASK, &[text], &why.to_string()),
            }
        }
    }

    pub(super) fn part(&mut self, turn: &mut Turn<'_, '_>) {
        let limits = &turn.around.settings.limits;
        let reason = turn
            .line
            .params
            .get(1)
            .map(|reason| Arc::from(cut(reason, limits.reason_length)));
        for text in self.targets(turn) {
            let command = Command::Part {
                room: names::fold(text),
                reason: reason.clone(),
            };
            turn.ask(text, Ask::Propose(command));
        }
    }

    pub(super) fn kick(&mut self, turn: &mut Turn<'_, '_>) {
        let (room, target) = (turn.line.params.at(0), turn.line.params.at(1));
        let max = turn.around.settings.limits.reason_length;
        let reason = turn.line.params.get(2).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| Arc::from(cut(reason, max)));
        let command = Command::Kick {
            room: names::fold(room),
            target: names::fold(target),
            reason,
        };
        turn.ask(format!("{room} {target}"), Ask::Propose(command));
    }

    /// Inviting proposes; asking where one is invited to does not.
    pub(super) fn invite_only_proposes(&self, line: &Line<'_>) -> bool {
        line.params.len() > 1
    }

    pub(super) fn invite(&mut self, turn: &mut Turn<'_, '_>) {
        match turn.line.params.len() {
            0 => return self.tell_invitations(turn),
            1 => {
                let text = "invite whom, and into which room";
                return self.reply(turn, ERR_NEEDMOREPARAMS, &["INVITE"], text);
            }
            _ => {}
        }
        let (target, room) = (turn.line.params.at(0), turn.line.params.at(1));
        let command = Command::Invite {
            room: names::fold(room),
            target: names::fold(target),
        };
        turn.ask(format!("{target} {room}"), Ask::Propose(command));
    }

    /// Tells into which rooms the asker may come because somebody invited them.
    fn tell_invitations(&self, turn: &mut Turn<'_, '_>) {
        let around = turn.around;
        let user = around.state.session_user(around.session);
        for id in user.into_iter().flat_map(|user| user.invited.keys()) {
            if let Some(room) = around.state.room(*id) {
                let line = [&*room.name.shown];
                self.numeric_line(&mut turn.out, around, RPL_INVITELIST, &line)
                    .end();
            }
        }
        self.reply(turn, RPL_ENDOFINVITELIST, &[], "end of the invitations");
    }

    /// Tells who has signed on of the invitations that wait for them, the newest ones where they
    /// are many.
    pub(super) fn tell_waiting(&self, around: &Around<'_>, out: &mut Vec<u8>) {
        let Some(user) = around.state.session_user(around.session) else {
            return;
        };
        let session = user.sessions.get(&around.session);
        if !self.has(Cap::InviteNotify) || session.is_none_or(|session| !session.present) {
            return;
        }
        let mut waiting: Vec<_> = user.invited.iter().collect();
        waiting.sort_by_key(|(_, invitation)| invitation.at);
        for (room, Invitation { by, at }) in waiting.iter().rev().take(WAITING_MAX).rev() {
            let Some(room) = around.state.room(**room) else {
                continue;
            };
            let line = self.tagged(*at, None, out);
            line.source(by.as_deref().unwrap_or(&around.settings.name))
                .command("INVITE")
                .param(&user.person.name.shown)
                .param(&room.name.shown)
                .end();
        }
    }

    /// Setting a topic proposes; asking for it does not.
    pub(super) fn topic_only_proposes(&self, line: &Line<'_>) -> bool {
        line.params.len() > 1
    }

    pub(super) fn topic(&mut self, turn: &mut Turn<'_, '_>) {
        let name = turn.line.params.at(0);
        if let Some(text) = turn.line.params.get(1) {
            let text = cut(text, turn.around.settings.limits.topic_length).into();
            return turn.ask(
                name,
                Ask::Propose(Command::SetTopic {
                    room: names::fold(name),
                    text,
                }),
            );
        }
        let around = turn.around;
        let Some(room) = visible(around, name) else {
            return self.reply(turn, ERR_NOSUCHCHANNEL, &[name], "there is no such room");
        };
        if room.topic.is_none() {
            return self.reply(turn, RPL_NOTOPIC, &[&room.name.shown], "no topic is set");
        }
        self.tell_topic(room, around, &mut turn.out);
    }

    pub(super) fn mode(&mut self, turn: &mut Turn<'_, '_>) {
        let name = turn.line.params.at(0);
        let around = turn.around;
        if !name.starts_with('#') {
            return self.user_mode(turn, name);
        }
        let Some(room) = visible(around, name) else {
            return self.reply(turn, ERR_NOSUCHCHANNEL, &[name], "there is no such room");
        };
        if turn.line.params.len() == 1 {
            let letters = FLAGS.iter().filter(|(_, flag)| room.flags.contains(flag));
            let letters: String = std::iter::once('+')
                .chain(letters.map(|(letter, _)| *letter))
                .collect();
            let made = (room.made.0 / 1000).to_string();
            self.numeric_line(
                &mut turn.out,
                around,
                RPL_CHANNELMODEIS,
                &[&room.name.shown, &letters],
            )
            .end();
            return self
                .numeric_line(
                    &mut turn.out,
                    around,
                    RPL_CREATIONTIME,
                    &[&room.name.shown, &made],
                )
                .end();
        }
        let changes = self.parse_changes(turn, room);
        if !changes.is_empty() {
            let command = Command::SetModes {
                room: room.name.folded.clone(),
                changes,
            };
            turn.ask(name, Ask::Propose(command));
        }
    }

    fn user_mode(&self, turn: &mut Turn<'_, '_>, name: &str) {
        let target = self.target(turn.around);
        if *names::fold(name) != *names::fold(&target) {
            let is_known = turn.around.state.user_named(&names::fold(name)).is_some();
            let (numeric, text) = match is_known {
                true => (ERR_USERSDONTMATCH, "you can only look at your own modes"),
                false => (ERR_NOSUCHNICK, "there is nobody of that name"),
            };
            let params: &[&str] = if is_known { &[] } else { &[name] };
            return self.reply(turn, numeric, params, text);
        }
        if turn.line.params.len() > 1 {
            // Everybody is invisible to who shares no room with them; it cannot be changed.
            let unknown = turn
                .line
                .params
                .at(1)
                .chars()
                .any(|c| !matches!(c, '+' | '-' | 'i'));
            if unknown {
                return self.reply(turn, ERR_UMODEUNKNOWNFLAG, &[], "no such user mode");
            }
        }
        let modes = turn.around.settings.default_user_modes.clone();
        self.numeric_line(&mut turn.out, turn.around, RPL_UMODEIS, &[&modes])
            .end();
    }

    fn parse_changes(&self, turn: &mut Turn<'_, '_>, room: &Room) -> Vec<ModeChange> {
        let (mut changes, mut is_on, mut with_param) = (Vec::new(), true, 0);
        let params = turn.line.params;
        let mut rest = params.iter().skip(2);
        let around = turn.around;
        for letter in params.at(1).chars() {
            let flag = FLAGS
                .iter()
                .find(|(one, _)| *one == letter)
                .map(|(_, flag)| *flag);
            match (letter, flag) {
                ('+', _) => is_on = true,
                ('-', _) => is_on = false,
                (_, Some(flag)) => changes.push(ModeChange::Flag { flag, on: is_on }),
                ('b', None) => match rest.next() {
                    Some(mask) => changes.push(ModeChange::Ban {
                        on: is_on,
                        mask: whole_mask(mask),
                    }),
                    None => self.tell_bans(room, around, &mut turn.out),
                },
                ('o' | 'v', None) => {
                    let Some(target) = rest.next() else { continue };
                    let role = if letter == 'o' {
                        Role::Operator
                    } else {
                        Role::Voice
                    };
                    changes.push(ModeChange::Role {
                        role,
                        on: is_on,
                        target: names::fold(target),
                    });
                }
                (other, None) => {
                    let text = "no such mode of a room";
                    self.numeric(
                        &mut turn.out,
                        around,
                        ERR_UNKNOWNMODE,
                        &[&other.to_string()],
                        text,
                    );
                }
            }
            with_param += usize::from(matches!(letter, 'b' | 'o' | 'v'));
            if with_param >= around.settings.limits.modes {
                break;
            }
        }
        changes
    }

    fn tell_bans(&self, room: &Room, around: &Around<'_>, out: &mut Vec<u8>) {
        let name = &room.name.shown;
        for ban in &room.bans {
            let at = (ban.at.0 / 1000).to_string();
            self.numeric_line(out, around, RPL_BANLIST, &[name, &ban.mask, &ban.by, &at])
                .end();
        }
        self.numeric(out, around, RPL_ENDOFBANLIST, &[name], "end of the bans");
    }

    /// Tells a session that it is in a room: its own joining, and what the room is like.
    pub(super) fn tell_own_join(&self, room: &Room, around: &Around<'_>, out: &mut Vec<u8>) {
        let Some(user) = around.state.session_user(around.session) else {
            return;
        };
        self.joined(&room.name.shown, &user.person, around.now, out);
        if out.len() < answer_max(around) {
            self.tell_room(room, around, out);
        } else {
            // Who is in a great many rooms asks for the names of the last ones.
            self.tell_topic(room, around, out);
        }
    }

    /// Tells what a room is like: its topic and who is in it.
    pub(super) fn tell_room(&self, room: &Room, around: &Around<'_>, out: &mut Vec<u8>) {
        self.tell_topic(room, around, out);
        self.tell_names(room, around, out);
    }

    fn tell_topic(&self, room: &Room, around: &Around<'_>, out: &mut Vec<u8>) {
        let Some(topic) = &room.topic else { return };
        let name = &room.name.shown;
        self.numeric(out, around, RPL_TOPIC, &[name], &topic.text);
        let at = (topic.at.0 / 1000).to_string();
        self.numeric_line(out, around, RPL_TOPICWHOTIME, &[name, &topic.by, &at])
            .end();
    }

    /// Who is in a room, with user names and hosts, in pieces that fit a line (userhost-in-names).
    fn masks(&self, room: &Room, around: &Around<'_>) -> Vec<String> {
        let members = room.members.iter();
        let words = members.filter_map(|(id, member)| {
            let prefixes = prefixes(*member, self.has(Cap::MultiPrefix));
            let mask = around.state.user(*id)?.person.mask();
            Some(format!("{prefixes}{mask}"))
        });
        packed(words, WORDS_MAX)
    }

    /// Tells who is in a room.
    pub(super) fn tell_names(&self, room: &Room, around: &Around<'_>, out: &mut Vec<u8>) {
        let symbol = if room.is_secret() { "@" } else { "=" };
        let name = &room.name.shown;
        let pieces = if self.has(Cap::UserhostInNames) {
            self.masks(room, around).into()
        } else {
            (around.names)(room.id, self.has(Cap::MultiPrefix))
        };
        for piece in pieces.iter() {
            self.numeric(out, around, RPL_NAMREPLY, &[symbol, name], piece);
        }
        self.numeric(out, around, RPL_ENDOFNAMES, &[name], "end of the names");
    }
}

/// The prefixes of somebody in a room: all of them, or the highest only.
pub(super) fn prefixes(member: Member, all: bool) -> &'static str {
    match (member.operator, member.voice) {
        (true, true) if all => "@+",
        (true, _) => "@",
        (false, true) => "+",
        (false, false) => "",
    }
}

/// A room that the asker may know of.
pub(super) fn visible<'a>(around: &'a Around<'_>, name: &str) -> Option<&'a Room> {
    let viewer = around.state.session_user(around.session)?.id;
    around
        .state
        .room_named(&names::fold(name))
        .filter(|room| around.state.may_see(viewer, room))
}

/// A change as its sign, its letter and its parameter.
pub(super) fn letter(change: &ModeChange) -> (bool, char, Option<&str>) {
    match change {
        ModeChange::Flag { flag, on } => {
            let letter = FLAGS
                .iter()
                .find(|(_, one)| one == flag)
                .map_or('?', |(letter, _)| *letter);
            (*on, letter, None)
        }
        ModeChange::Role {
            role: Role::Operator,
            on,
            target,
        } => (*on, 'o', Some(target)),
        ModeChange::Role {
            role: Role::Voice,
            on,
            target,
        } => (*on, 'v', Some(target)),
        ModeChange::Ban { on, mask } => (*on, 'b', Some(mask)),
    }
}
