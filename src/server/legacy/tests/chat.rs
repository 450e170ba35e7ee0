//! A chat with clients of these protocols, served as the hub would.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::super::super::dialect::{Around, Ask, Dialect, Heard, Mark, Peer, Step};
use super::super::super::ending::Ending;
use super::super::super::names;
use super::super::super::settings::{Limits, Settings};
use super::super::{Json, Pipe, text};
use super::json;
use crate::core::{
    self, Audience, Command, Entry, KeyId, Kind, Millis, RULES, Say, Seq, SessionId, State, Target,
    UserId, Visitor,
};
use crate::log::Epoch;

/// 2022-05-12, some time of day.
pub(super) const NOW: Millis = Millis(1_652_366_880_000);

/// A chat with clients of these protocols, and others that have no wire.
pub(super) struct Chat {
    pub(super) state: State,
    pub(super) settings: Settings,
    pub(super) clients: Vec<Client>,
    sessions: u64,
}

pub(super) struct Client {
    session: SessionId,
    pub(super) dialect: Box<dyn Dialect>,
    pub(super) out: Vec<u8>,
    pub(super) closed: Option<String>,
}

impl Chat {
    pub(super) fn new() -> Self {
        let mut chat = Self {
            state: State::new(),
            settings: settings(),
            clients: Vec::new(),
            sessions: 0,
        };
        let settings = chat.settings.core.clone();
        chat.enter(None, Command::ServerStarted { settings }, None);
        chat
    }

    fn connect(&mut self, dialect: Box<dyn Dialect>) -> usize {
        let session = self.session();
        self.clients.push(Client {
            session,
            dialect,
            out: Vec::new(),
            closed: None,
        });
        self.clients.len() - 1
    }

    pub(super) fn pipe(&mut self) -> usize {
        self.connect(Box::new(Pipe::new()))
    }

    pub(super) fn json(&mut self) -> usize {
        self.connect(Box::new(Json::new()))
    }

    /// A client of the second protocol that has logged in and read all that it was told.
    pub(super) fn json_as(&mut self, name: &str) -> usize {
        let client = self.json();
        self.send(client, &json(name, 3, "", ""));
        self.forget();
        client
    }

    /// The same of the first protocol.
    pub(super) fn pipe_as(&mut self, name: &str) -> usize {
        let client = self.pipe();
        self.send(client, &format!("{name}|3|"));
        self.forget();
        client
    }

    fn session(&mut self) -> SessionId {
        self.sessions += 1;
        SessionId(self.sessions)
    }

    /// Somebody in the lobby who speaks another language.
    pub(super) fn other(&mut self, name: &str, account: Option<UserId>) -> SessionId {
        let session = self.session();
        let name = names::person(name, 32).unwrap();
        let visitor = Visitor {
            username: "u".into(),
            host: "h".into(),
            realname: "r".into(),
            present: true,
        };
        let room = self.settings.core.lobby.clone();
        let sign_on = Command::SignOn {
            name,
            account,
            visitor,
        };
        self.enter(Some(session), sign_on, None);
        self.enter(Some(session), Command::Join { room }, None);
        session
    }

    /// The same with an account.
    pub(super) fn member(&mut self, name: &str) -> SessionId {
        let name_asked = names::person(name, 32).unwrap();
        let folded = name_asked.folded.clone();
        let session = self.session();
        let identify = Command::Identify {
            name: name_asked,
            key: KeyId(folded.clone()),
        };
        self.enter(Some(session), identify, None);
        let id = self.state.user_named(&folded).unwrap().id;
        self.other(name, Some(id))
    }

    pub(super) fn does(&mut self, session: SessionId, command: Command) {
        self.enter(Some(session), command, None);
    }

    pub(super) fn says(&mut self, session: SessionId, to: Target, text: &str) {
        let say = Say {
            to,
            kind: Kind::Message,
            text: text.into(),
            nonce: None,
            tags: None,
        };
        self.does(session, Command::Say(say));
    }

    pub(super) fn send(&mut self, who: usize, text: &str) {
        self.send_bytes(who, text.as_bytes());
    }

    pub(super) fn send_bytes(&mut self, who: usize, bytes: &[u8]) {
        let mut inputs = VecDeque::new();
        self.clients[who].dialect.read(bytes, &mut inputs);
        for input in inputs {
            if self.clients[who].closed.is_some() {
                return;
            }
            let mut step = Step::default();
            self.with(who, |dialect, around| {
                dialect.act(&input, around, &mut step);
            });
            self.take(who, step);
        }
    }

    pub(super) fn take(&mut self, who: usize, step: Step) {
        self.clients[who].out.extend(step.out);
        let session = self.clients[who].session;
        for (mark, ask) in step.asks {
            let Ask::Propose(command) = ask else {
                panic!("these clients only propose");
            };
            self.enter(Some(session), command, Some((who, mark)));
        }
        if let Some(reason) = step.close {
            let mut out = Vec::new();
            self.with(who, |dialect, around| {
                dialect.farewell(Ending::Own(&reason), around, &mut out);
            });
            self.clients[who].out.extend(out);
            self.clients[who].closed = Some(reason.clone());
            let reason = reason.into();
            self.enter(Some(session), Command::SignOff { reason }, None);
        }
    }

    /// Gives a command its place and tells everybody, as the hub does.
    fn enter(
        &mut self,
        session: Option<SessionId>,
        command: Command,
        asked: Option<(usize, Mark)>,
    ) {
        let entry = Entry {
            seq: Seq(self.state.seq().0 + 1),
            at: NOW,
            rules: RULES,
            session,
            command,
        };
        let notices = self.state.apply(&entry);
        let mut told = Vec::new();
        for notice in notices {
            let to = self.audience(&notice.to);
            let heard = Heard {
                entry: &entry,
                event: &notice.event,
            };
            for who in 0..self.clients.len() {
                if !to.contains(&self.clients[who].session) {
                    continue;
                }
                let own = asked.as_ref().filter(|(asker, _)| *asker == who);
                let mut out = Vec::new();
                self.with(who, |dialect, around| {
                    dialect.hear(&heard, own.map(|(_, mark)| mark), around, &mut out);
                });
                if own.is_some() {
                    told.extend(out);
                } else {
                    self.clients[who].out.extend(out);
                }
            }
        }
        if let Some((who, mark)) = asked {
            let mut step = Step::default();
            self.with(who, |dialect, around| {
                dialect.answered(&mark, told, around, &mut step);
            });
            self.take(who, step);
        }
    }

    fn audience(&self, to: &Audience) -> BTreeSet<SessionId> {
        let of_user = |id: &UserId| {
            let user = self.state.user(*id);
            user.into_iter()
                .flat_map(|user| user.sessions.keys().copied())
        };
        let of_room = |id: &core::RoomId| {
            let room = self.state.room(*id);
            let members = room.into_iter().flat_map(|room| room.members.keys());
            members.flat_map(of_user).collect::<Vec<_>>()
        };
        match to {
            Audience::Session(session) => BTreeSet::from([*session]),
            Audience::User(user) => of_user(user).collect(),
            Audience::Users(a, b) => of_user(a).chain(of_user(b)).collect(),
            Audience::Room(room) | Audience::Operators(room) => of_room(room).into_iter().collect(),
            Audience::RoomAnd(room, user) => {
                of_room(room).into_iter().chain(of_user(user)).collect()
            }
            Audience::Sharing(rooms, user) => rooms
                .iter()
                .flat_map(of_room)
                .chain(of_user(user))
                .collect(),
        }
    }

    pub(super) fn with(&mut self, who: usize, act: impl FnOnce(&mut dyn Dialect, &Around<'_>)) {
        let client = &mut self.clients[who];
        let peer = Peer {
            is_secure: false,
            key: None,
            cloak: "cloak".into(),
        };
        let around = Around {
            state: &self.state,
            settings: &self.settings,
            session: client.session,
            peer: &peer,
            idle: &|_| None,
            now: NOW,
            epoch: Epoch(1),
            names: &|_, _| Arc::new([]),
        };
        act(client.dialect.as_mut(), &around);
    }

    /// All that a client was told since the last look, in which `TIME` stands for the time.
    #[track_caller]
    pub(super) fn sees(&mut self, who: usize, expected: &str) {
        let out = std::mem::take(&mut self.clients[who].out);
        let out = String::from_utf8(out).unwrap();
        let time = text::time(NOW, &TimeZone::system());
        assert_eq!(out.replace(&time, "TIME"), expected);
    }

    pub(super) fn forget(&mut self) {
        for client in &mut self.clients {
            client.out.clear();
        }
    }
}

fn settings() -> Settings {
    Settings {
        name: "server".into(),
        network: "net".into(),
        description: "".into(),
        motd: Vec::new(),
        password: None,
        core: core::Settings {
            lobby: names::room("#lobby", 64).unwrap(),
            registration: true,
            always_on: true,
            always_on_choice: true,
            names_per_account: 3,
            accounts: 100,
            rooms: 100,
            rooms_per_user: 100,
            members_per_room: 100,
            bans_per_room: 100,
            sessions_per_user: 10,
            profile_fields: 10,
        },
        started: NOW,
        casemapping: "ascii".into(),
        history: true,
        default_user_modes: "".into(),
        limits: Limits {
            nick_length: 32,
            channel_length: 64,
            topic_length: 300,
            away_length: 300,
            reason_length: 300,
            realname_length: 100,
            username_length: 16,
            multiline_max_bytes: 4096,
            multiline_max_lines: 24,
            chathistory_max: 100,
            targets: 4,
            modes: 4,
            nonce_length: 64,
            connections: 100,
            undecided: 100,
            registration_seconds: 60,
            ping_seconds: 60,
            outbox_bytes: 4096,
            inputs_waiting: 100,
            proposals_in_flight: 100,
            history_tail_bytes: 1 << 20,
        },
    }
}
