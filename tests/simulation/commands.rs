//! What people might ask: few names, few rooms, few sessions, so that they meet.

use std::collections::BTreeMap;
use std::sync::Arc;

use chatroom::core::*;

use crate::dice::Dice;

const PEOPLE: [&str; 9] = [
    "bob", "BOB", "b0b", "ann", "4nn", "张三", "eve", "Eve", "rob",
];
const ROOMS: [&str; 7] = [
    "#lobby",
    "#1obby",
    "#tea",
    "#t3a",
    "#TEA",
    "#设计组",
    "#closed",
];
const KEYS: [&str; 4] = ["key of bob", "key of ann", "key of zhang", "key of eve"];
const TEXTS: [&str; 5] = ["", "hi", "two\nlines", "你好", "\u{202e}bidi\u{7}"];
const NONCES: [&str; 3] = ["n1", "n2", "n3"];
const MASKS: [&str; 5] = ["bob!*@*", "*!*@*", "*", "a??!*@h", ""];
/// Sessions of one start.
pub(crate) const SESSIONS: u64 = 9;

fn name(shown: &str) -> Name {
    let folded = shown.to_lowercase();
    let skeleton = folded.replace('0', "o").replace('1', "l");
    let skeleton = skeleton.replace('3', "e").replace('4', "a");
    Name {
        shown: shown.into(),
        folded: folded.into(),
        skeleton: skeleton.into(),
    }
}

/// What a server says first; the lobby may have got another name.
pub(crate) fn started(dice: &mut Dice) -> Command {
    let lobby = if dice.happens(75) {
        "#lobby"
    } else {
        dice.pick(&ROOMS)
    };
    Command::ServerStarted {
        settings: Settings {
            lobby: name(lobby),
            registration: dice.happens(90),
            always_on: dice.happens(80),
            always_on_choice: dice.happens(80),
            names_per_account: 3,
            accounts: 4,
            rooms: 6,
            rooms_per_user: 3,
            members_per_room: 3,
            bans_per_room: 3,
            sessions_per_user: 4,
            profile_fields: 2,
        },
    }
}

/// Somebody's command, made in sight of the state: who was identified signs on.
pub(crate) fn command(dice: &mut Dice, state: &State) -> (Option<SessionId>, Command) {
    let session = SessionId(1 + dice.roll() % SESSIONS);
    if state.session_user(session).is_none() && dice.happens(85) {
        return (Some(session), arrival(dice, state));
    }
    let user = state.session_user(session);
    // Mostly of a room that they are in, and of somebody there.
    let ids: Vec<RoomId> = user.iter().flat_map(|user| user.rooms.clone()).collect();
    let room = ids
        .get(dice.below(ids.len()))
        .and_then(|id| state.room(*id));
    let Some(room) = room.filter(|_| dice.happens(60)) else {
        return (Some(session), asked(dice));
    };
    let members: Vec<UserId> = room.members.keys().copied().collect();
    let person = state.user(dice.pick(&members)).unwrap();
    let person = person.person.name.clone();
    (Some(session), asked_about(dice, room.name.clone(), person))
}

fn arrival(dice: &mut Dice, state: &State) -> Command {
    let name = name(dice.pick(&PEOPLE));
    let owner = state
        .user_named(&name.folded)
        .filter(|user| user.account.is_some());
    match (dice.below(4), owner) {
        (0, _) => Command::Identify {
            name,
            key: KeyId(dice.pick(&KEYS).into()),
        },
        (1, _) => sign_on(dice, name, None),
        (_, Some(owner)) => sign_on(dice, name, Some(owner.id)),
        (_, None) => {
            let members: Vec<UserId> = state
                .users()
                .filter(|user| user.account.is_some())
                .map(|user| user.id)
                .collect();
            let account = members.get(dice.below(members.len())).copied();
            sign_on(dice, name, account)
        }
    }
}

fn sign_on(dice: &mut Dice, name: Name, account: Option<UserId>) -> Command {
    Command::SignOn {
        name,
        account,
        visitor: Visitor {
            username: dice.pick(&TEXTS).into(),
            host: "h".into(),
            realname: dice.pick(&TEXTS).into(),
            present: dice.happens(75),
        },
    }
}

/// Any command, whether or not it makes sense.
pub(crate) fn asked(dice: &mut Dice) -> Command {
    let room = name(dice.pick(&ROOMS));
    let person = name(dice.pick(&PEOPLE));
    asked_about(dice, room, person)
}

fn asked_about(dice: &mut Dice, room: Name, person: Name) -> Command {
    let text: Arc<str> = dice.pick(&TEXTS).into();
    let target = person.folded.clone();
    match dice.below(25) {
        24 => Command::SetAlwaysOn {
            on: dice.happens(50),
        },
        0 => Command::SignOff { reason: text },
        1 => Command::Rename { name: person },
        2 => Command::SetAway {
            text: dice.happens(60).then_some(text),
        },
        3 => Command::SetPresence {
            present: dice.happens(50),
        },
        4 => Command::SetProfile {
            fields: BTreeMap::from([(dice.pick(&NONCES).into(), text)]),
        },
        5 | 6 => Command::Create {
            room,
            private: dice.happens(70),
        },
        7..=10 => Command::Join { room },
        11 => Command::Part {
            room: room.folded,
            reason: Some(text),
        },
        12 => Command::Kick {
            room: room.folded,
            target,
            reason: None,
        },
        13 | 14 => Command::Invite {
            room: room.folded,
            target,
        },
        15 => Command::SetTopic {
            room: room.folded,
            text,
        },
        16 | 17 => Command::SetModes {
            room: room.folded,
            changes: (0..dice.below(4)).map(|_| mode(dice, &target)).collect(),
        },
        18 => match dice.below(8) {
            0 => started(dice),
            1 => {
                let account = UserId(dice.roll() % 40);
                sign_on(dice, person, Some(account))
            }
            _ => Command::Identify {
                name: person,
                key: KeyId(dice.pick(&KEYS).into()),
            },
        },
        _ => Command::Say(say(dice, room.folded, target, text)),
    }
}

fn say(dice: &mut Dice, room: Arc<str>, person: Arc<str>, text: Arc<str>) -> Say {
    Say {
        to: if dice.happens(65) {
            Target::Room(room)
        } else {
            Target::Person(person)
        },
        kind: dice.pick(&[Kind::Message, Kind::Message, Kind::Notice, Kind::Tags]),
        text,
        nonce: dice.happens(40).then(|| dice.pick(&NONCES).into()),
        tags: dice.happens(10).then(|| "+x=y".into()),
    }
}

fn mode(dice: &mut Dice, target: &Arc<str>) -> ModeChange {
    let on = dice.happens(65);
    match dice.below(3) {
        0 => ModeChange::Flag {
            flag: dice.pick(&[
                Flag::InviteOnly,
                Flag::NoExternal,
                Flag::Secret,
                Flag::OpsTopic,
            ]),
            on,
        },
        1 => ModeChange::Role {
            role: dice.pick(&[Role::Operator, Role::Voice]),
            on,
            target: target.clone(),
        },
        _ => ModeChange::Ban {
            on,
            mask: dice.pick(&MASKS).into(),
        },
    }
}
