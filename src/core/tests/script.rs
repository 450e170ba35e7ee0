//! Scripts of what people do, and what is told of it, as lines of text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::core::*;

/// A chat that obeys lines such as `1 join #tea`: session, verb, the rest.
pub(super) struct Chat {
    pub(super) state: State,
    seq: u64,
    pub(super) at: i64,
    lobby: String,
    always_on: bool,
    always_on_choice: bool,
    people: BTreeMap<UserId, String>,
    rooms: BTreeMap<RoomId, String>,
}

pub(super) fn name(shown: &str) -> Name {
    let folded = shown.to_lowercase();
    Name {
        shown: shown.into(),
        skeleton: folded.replace('0', "o").replace('1', "l").into(),
        folded: folded.into(),
    }
}

impl Chat {
    pub(super) fn new() -> Self {
        let mut chat = Self {
            state: State::new(),
            seq: 0,
            at: 1_000,
            lobby: "#lobby".into(),
            always_on: true,
            always_on_choice: true,
            people: BTreeMap::new(),
            rooms: BTreeMap::new(),
        };
        chat.start();
        chat
    }

    fn start(&mut self) -> String {
        let settings = Settings {
            lobby: name(&self.lobby),
            registration: true,
            always_on: self.always_on,
            always_on_choice: self.always_on_choice,
            names_per_account: 3,
            accounts: 5,
            rooms: 6,
            rooms_per_user: 3,
            members_per_room: 3,
            bans_per_room: 2,
            sessions_per_user: 3,
            profile_fields: 2,
        };
        self.enter(None, Command::ServerStarted { settings })
    }

    /// Obeys a line and gives what is told of it, notices parted by ` | `.
    #[track_caller]
    pub(super) fn obey(&mut self, line: &str) -> String {
        match line {
            "restart" => return self.start(),
            "restart never on" | "restart opt in" | "restart opt out" => {
                self.always_on = line == "restart opt out";
                self.always_on_choice = line != "restart never on";
                return self.start();
            }
            "a day goes by" => {
                self.at += 24 * 60 * 60 * 1000;
                return String::new();
            }
            "snapshot" => {
                let lines = self.state.snapshot().into_iter();
                let lines = lines.map(|record| serde_json::to_string(&record).unwrap());
                let records = lines.map(|line| serde_json::from_str(&line).unwrap());
                let restored = State::restore(records).unwrap();
                assert_eq!(restored, self.state, "a snapshot has all of the state");
                return String::new();
            }
            _ => {}
        }
        if let Some(lobby) = line.strip_prefix("restart with lobby ") {
            self.lobby = lobby.into();
            return self.start();
        }
        let (session, rest) = line.split_once(' ').expect("a session and a verb");
        let session = SessionId(session.parse().expect("the number of a session"));
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "member" => self.member(session, rest, true),
            "tail" => self.member(session, rest, false),
            _ => self.enter(Some(session), command(verb, rest)),
        }
    }

    /// `bob` comes with his key; `bob as rob` comes with it under another name.
    fn member(&mut self, session: SessionId, rest: &str, present: bool) -> String {
        let (owner, asked) = rest.split_once(" as ").unwrap_or((rest, rest));
        let identify = Command::Identify {
            name: name(asked),
            key: KeyId(owner.into()),
        };
        let identified = self.enter(Some(session), identify);
        let Some(user) = self.state.user_named(&name(asked).folded) else {
            return identified;
        };
        if identified.contains("refused") {
            return identified;
        }
        let account = Some(user.id);
        let visitor = visitor(present);
        let name = name(asked);
        let sign_on = Command::SignOn {
            name,
            account,
            visitor,
        };
        self.enter(Some(session), sign_on)
    }

    pub(super) fn enter(&mut self, session: Option<SessionId>, command: Command) -> String {
        self.seq += 1;
        self.at += 1;
        let entry = Entry {
            seq: Seq(self.seq),
            at: Millis(self.at),
            rules: RULES,
            session,
            command,
        };
        let notices = self.state.apply(&entry);
        for user in self.state.users() {
            self.people
                .insert(user.id, user.person.name.shown.to_string());
        }
        for room in self.state.rooms() {
            self.rooms.insert(room.id, room.name.shown.to_string());
        }
        assert_eq!(self.state.apply(&entry), [], "a second time tells nothing");
        let told = notices
            .iter()
            .map(|notice| format!("{}: {}", self.audience(&notice.to), told(&notice.event)));
        told.collect::<Vec<_>>().join(" | ")
    }

    fn audience(&self, to: &Audience) -> String {
        let user = |id: &UserId| self.people.get(id).cloned().unwrap_or_default();
        let room = |id: &RoomId| self.rooms.get(id).cloned().unwrap_or_default();
        match to {
            Audience::Session(session) => session.to_string(),
            Audience::User(id) => user(id),
            Audience::Users(a, b) => format!("{}+{}", user(a), user(b)),
            Audience::Room(id) => room(id),
            Audience::RoomAnd(id, who) => format!("{}+{}", room(id), user(who)),
            Audience::Sharing(rooms, who) => {
                let rooms: Vec<String> = rooms.iter().map(room).collect();
                format!("{}+{}", rooms.join(","), user(who))
            }
            Audience::Operators(id) => format!("@{}", room(id)),
        }
    }
}

fn visitor(present: bool) -> Visitor {
    Visitor {
        username: "u".into(),
        host: "h".into(),
        realname: "r".into(),
        present,
    }
}

fn command(verb: &str, rest: &str) -> Command {
    let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
    let reason = || (!more.is_empty()).then(|| more.into());
    match verb {
        "guest" => Command::SignOn {
            name: name(rest),
            account: None,
            visitor: visitor(true),
        },
        "off" => Command::SignOff {
            reason: rest.into(),
        },
        "nick" => Command::Rename { name: name(rest) },
        "away" => Command::SetAway {
            text: Some(rest.into()),
        },
        "back" => Command::SetAway { text: None },
        "absent" => Command::SetPresence { present: false },
        "present" => Command::SetPresence { present: true },
        "always" => Command::SetAlwaysOn { on: rest == "on" },
        "field" => Command::SetProfile {
            fields: BTreeMap::from([(first.into(), more.into())]),
        },
        "create" => Command::Create {
            room: name(rest),
            private: false,
        },
        "private" => Command::Create {
            room: name(rest),
            private: true,
        },
        "join" => Command::Join { room: name(rest) },
        "part" => Command::Part {
            room: first.into(),
            reason: reason(),
        },
        "kick" => Command::Kick {
            room: first.into(),
            target: more.into(),
            reason: None,
        },
        "invite" => Command::Invite {
            room: first.into(),
            target: more.into(),
        },
        "topic" => Command::SetTopic {
            room: first.into(),
            text: more.into(),
        },
        "mode" => Command::SetModes {
            room: first.into(),
            changes: vec![mode(more)],
        },
        "say" => Command::Say(say(first, more, None)),
        "send" => {
            // `send NONCE TARGET TEXT`
            let (to, text) = more.split_once(' ').unwrap_or((more, ""));
            Command::Say(say(to, text, Some(first)))
        }
        other => panic!("no such verb: {other}"),
    }
}

fn say(to: &str, text: &str, nonce: Option<&str>) -> Say {
    let to: Arc<str> = to.into();
    Say {
        to: if to.starts_with('#') {
            Target::Room(to)
        } else {
            Target::Person(to)
        },
        kind: Kind::Message,
        text: text.into(),
        nonce: nonce.map(Into::into),
        tags: None,
    }
}

fn mode(text: &str) -> ModeChange {
    let (switch, target) = text.split_once(' ').unwrap_or((text, ""));
    let on = switch.starts_with('+');
    let flag = |flag| ModeChange::Flag { flag, on };
    let role = |role| ModeChange::Role {
        role,
        on,
        target: target.into(),
    };
    match switch.trim_start_matches(['+', '-']) {
        "i" => flag(Flag::InviteOnly),
        "n" => flag(Flag::NoExternal),
        "s" => flag(Flag::Secret),
        "t" => flag(Flag::OpsTopic),
        "o" => role(Role::Operator),
        "v" => role(Role::Voice),
        "b" => ModeChange::Ban {
            on,
            mask: target.into(),
        },
        other => panic!("no such mode: {other}"),
    }
}

fn told(event: &Event) -> String {
    let shown = |person: &Arc<Person>| person.name.shown.to_string();
    match event {
        Event::Identified {
            account, claimed, ..
        } => format!("{} {account}", if *claimed { "claimed" } else { "is" }),
        Event::SignedOn {
            person,
            rooms,
            arrived,
        } => format!(
            "on as {} in {} rooms{}",
            shown(person),
            rooms.len(),
            if *arrived { ", arrived" } else { "" }
        ),
        Event::Quit { person, .. } => format!("{} quits", shown(person)),
        Event::WentAway { person, .. } => format!("{} goes", shown(person)),
        Event::CameBack { person, away } => match away {
            Some(away) => format!("{} is back, away: {away}", shown(person)),
            None => format!("{} is back", shown(person)),
        },
        Event::AwayChanged { person, text } => match text {
            Some(text) => format!("{} away: {text}", shown(person)),
            None => format!("{} not away", shown(person)),
        },
        Event::Renamed { before, after } => format!("{} now {}", shown(before), shown(after)),
        Event::ProfileSet { fields, .. } => format!("profile {fields:?}"),
        Event::AlwaysOnSet { on } => format!("always on: {on}"),
        Event::Created { room, .. } => format!("made {}", room.name),
        Event::Joined {
            room, person, role, ..
        } => {
            let sign = match role {
                Some(Role::Operator) => "@",
                Some(Role::Voice) => "+",
                None => "",
            };
            format!("{sign}{} in {}", shown(person), room.name)
        }
        Event::Parted { room, person, .. } => format!("{} out of {}", shown(person), room.name),
        Event::Kicked {
            room, by, person, ..
        } => format!(
            "{} put out of {} by {}",
            shown(person),
            room.name,
            shown(by)
        ),
        Event::Invited { room, by, .. } => format!("invited to {} by {}", room.name, shown(by)),
        Event::InviteSeen { room, person, .. } => {
            format!("{} is invited to {}", shown(person), room.name)
        }
        Event::InviteSent { room, person, .. } => {
            format!("invited {} to {}", shown(person), room.name)
        }
        Event::TopicSet { room, text, .. } => format!("topic of {}: {text}", room.name),
        Event::ModesSet { room, changes, .. } => {
            format!("{} changes in {}", changes.len(), room.name)
        }
        Event::Said(said) => format!("{}: {}", shown(&said.from), said.text),
        Event::Repeated { seq, said, .. } => format!("said before, {seq}: {}", said.text),
        Event::Refused(refusal) => format!("refused {refusal:?}"),
    }
}
