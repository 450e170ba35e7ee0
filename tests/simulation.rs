//! States on one log, with lag, redelivery, crashes and restarts.
//!
//! Every seed is one story: people ask for this and that, the order gives it places, a server
//! applies it with a history that lags behind, crashes at any moment and starts again from its
//! snapshot and its log, and other states follow the same log at their own pace. In the end all of
//! them are equal, and the history has each row once.
//!
//! `SIMULATION_SEED=7 cargo test --test simulation` plays one story again; `SIMULATION_SEEDS=9000`
//! plays so many.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm)]

#[path = "simulation/commands.rs"]
mod commands;
#[path = "simulation/dice.rs"]
mod dice;
#[path = "simulation/past.rs"]
mod past;
#[path = "simulation/rules.rs"]
mod rules;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use chatroom::core::*;
use chatroom::history::Row;
use chatroom::log::order::Order;
use chatroom::log::{Proposal, Ticket};
use proptest::prelude::*;

use dice::Dice;
use past::{Model, Past, Real, row_of};

/// Turns of one story.
const TURNS: usize = 60;
/// Stories of one run.
const SEEDS: u64 = 520;

/// What is on the disk: a snapshot, and the entries after it, one JSON object each.
#[derive(Default)]
struct Disk {
    snapshot: Option<Snapshotted>,
    entries: Vec<(Seq, String)>,
}

#[derive(Clone)]
struct Snapshotted {
    seq: Seq,
    records: String,
    digest: u64,
}

/// A state that follows the log at its own pace.
#[derive(Default)]
struct Follower {
    state: State,
    next: usize,
}

impl Follower {
    fn follow(&mut self, log: &[Entry], dice: &mut Dice) {
        for _ in 0..dice.below(12) {
            // Now and then it gets again what it has had.
            if self.next > 0 && dice.happens(20) {
                let again = dice.below(self.next);
                assert_eq!(self.state.apply(&log[again]), []);
            }
            let Some(entry) = log.get(self.next) else {
                return;
            };
            self.state.apply(entry);
            self.next += 1;
        }
    }
}

struct Story<P> {
    dice: Dice,
    clock: i64,
    order: Order,
    disk: Disk,
    /// All entries there ever were, and the state that has applied them at once.
    log: Vec<Entry>,
    truth: State,
    rows: Vec<Row>,
    /// The server that crashes: its state, its history, a snapshot that is not kept yet.
    state: State,
    past: P,
    copied: Option<Snapshotted>,
    followers: [Follower; 3],
}

impl<P: Past> Story<P> {
    fn new(seed: u64, past: P) -> Self {
        Self {
            dice: Dice::new(seed),
            clock: 1_000_000,
            order: Order::after(Seq(0), Millis(0)),
            disk: Disk::default(),
            log: Vec::new(),
            truth: State::new(),
            rows: Vec::new(),
            state: State::new(),
            past,
            copied: None,
            followers: Default::default(),
        }
    }

    fn tell(mut self, turns: usize) {
        self.start();
        for _ in 0..turns {
            match self.dice.below(100) {
                0..60 => self.propose(),
                60..70 => self.past.write(&mut self.dice),
                70..74 => self.past.sync(self.state.seq()),
                74..80 => self.copy_snapshot(),
                80..86 => self.keep_snapshot(),
                86..92 => self.crash(),
                _ => self.time_goes(),
            }
            self.apply(5);
            for follower in &mut self.followers {
                follower.follow(&self.log, &mut self.dice);
            }
        }
        self.end();
    }

    fn time_goes(&mut self) {
        self.clock += match self.dice.below(4) {
            0 => 25 * 60 * 60 * 1000,
            1 => -50_000,
            2 => -500_000,
            _ => 1_000,
        };
    }

    /// The first entry of a start.
    fn start(&mut self) {
        let command = commands::started(&mut self.dice);
        self.commit(vec![(None, command)]);
    }

    fn propose(&mut self) {
        let count = 1 + self.dice.below(6);
        let asked = (0..count).map(|_| commands::command(&mut self.dice, &self.truth));
        let asked = asked.collect();
        self.commit(asked);
    }

    /// Gives commands their places and stores them, or refuses them: the disk may be full.
    fn commit(&mut self, asked: Vec<(Option<SessionId>, Command)>) {
        self.clock += 7;
        let proposals = asked.into_iter().zip(1..);
        let proposals = proposals.map(|((session, command), ticket)| Proposal {
            ticket: Ticket(ticket),
            session,
            command,
        });
        let before = self.order;
        let placed = self.order.place(proposals.collect(), Millis(self.clock));
        if !self.log.is_empty() && self.dice.happens(4) {
            self.order = before;
            return;
        }
        for (_, entry) in placed {
            let stored = serde_json::to_string(&entry).unwrap();
            self.disk.entries.push((entry.seq, stored));
            let notices = rules::apply(&mut self.truth, &entry);
            self.rows.extend(row_of(&entry, &notices));
            self.log.push(entry);
        }
    }

    /// The server applies some of what is stored, as it came back from the disk.
    fn apply(&mut self, most: usize) {
        let next = self.state.seq();
        let waiting = self.disk.entries.iter().filter(|(seq, _)| *seq > next);
        let count = self.dice.below(most + 1);
        let entries: Vec<String> = waiting.take(count).map(|(_, line)| line.clone()).collect();
        for line in entries {
            self.apply_line(&line);
        }
    }

    fn apply_line(&mut self, line: &str) {
        let entry: Entry = serde_json::from_str(line).unwrap();
        let notices = self.state.apply(&entry);
        if let Some(row) = row_of(&entry, &notices) {
            self.past.push(row);
        }
        self.past.applied(entry.seq);
    }

    fn copy_snapshot(&mut self) {
        let lines = self.state.snapshot().into_iter();
        let lines: Vec<String> = lines
            .map(|record| serde_json::to_string(&record).unwrap())
            .collect();
        self.copied = Some(Snapshotted {
            seq: self.state.seq(),
            records: lines.join("\n"),
            digest: self.state.digest(),
        });
    }

    /// Keeps the copy once the history has synced what it stands for.
    fn keep_snapshot(&mut self) {
        let Some(copied) = self.copied.take() else {
            return;
        };
        self.past.sync(copied.seq);
        assert!(self.past.position() >= copied.seq, "synced, and not there");
        self.disk.entries.retain(|(seq, _)| *seq > copied.seq);
        self.disk.snapshot = Some(copied);
    }

    /// The server is killed and starts again.
    fn crash(&mut self) {
        self.copied = None;
        self.past.crash(&mut self.dice);
        self.restore();
        let last = self.log.last().unwrap();
        self.order = Order::after(last.seq, last.at);
        self.start();
    }

    fn restore(&mut self) {
        self.state = State::new();
        if let Some(kept) = &self.disk.snapshot {
            assert!(self.past.position() >= kept.seq, "messages are missing");
            let records = kept.records.lines();
            let records = records.map(|line| serde_json::from_str(line).unwrap());
            self.state = State::restore(records).unwrap();
            assert_eq!(self.state.digest(), kept.digest);
            rules::check_state(&self.state);
        }
        for (_, line) in self.disk.entries.clone() {
            self.apply_line(&line);
            if self.dice.happens(10) {
                self.apply_line(&line);
            }
        }
    }

    fn end(mut self) {
        while self.state.seq() < self.truth.seq() {
            self.apply(10);
        }
        assert_eq!(self.state, self.truth, "the server is not where its log is");
        for follower in &mut self.followers {
            while follower.next < self.log.len() {
                follower.follow(&self.log, &mut self.dice);
            }
            assert_eq!(follower.state.digest(), self.truth.digest());
        }
        self.check_rows();
        self.past.sync(self.state.seq());
        self.past.crash(&mut self.dice);
        self.restore();
        assert_eq!(self.state.digest(), self.truth.digest());
        self.check_rows();
    }

    fn check_rows(&self) {
        let mut places: Vec<_> = self.rows.iter().map(|row| row.place).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let rows = self.rows.iter().filter(|row| row.place == place);
            let expected: Vec<Row> = rows.cloned().collect();
            assert_eq!(self.past.rows(place), expected, "{place:?}");
        }
    }
}

/// Plays the stories of some seeds, or the one that the environment asks for.
fn play(seeds: u64, tell: impl Fn(u64)) {
    let number = |name| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().expect("a seed is a number"))
    };
    let stories = match (number("SIMULATION_SEED"), number("SIMULATION_SEEDS")) {
        (Some(seed), _) => seed..seed + 1,
        (None, Some(count)) => 0..(count * seeds / SEEDS).max(1),
        (None, None) => 0..seeds,
    };
    for seed in stories {
        if let Err(failure) = catch_unwind(AssertUnwindSafe(|| tell(seed))) {
            eprintln!("the story of SIMULATION_SEED={seed} fails");
            resume_unwind(failure);
        }
    }
}

#[test]
fn all_states_on_one_log_are_equal_whatever_happens_to_them() {
    play(SEEDS, |seed| {
        Story::new(seed, Model::default()).tell(TURNS);
    });
}

#[test]
fn the_history_in_a_file_has_each_row_once_after_any_crash() {
    play(12, |seed| {
        Story::new(seed, Real::new()).tell(40);
    });
}

/// The stories reach what they are about; else the tests above would hold of nothing.
#[test]
fn the_stories_are_not_boring() {
    let mut told: std::collections::BTreeMap<String, usize> = Default::default();
    for seed in 0..110 {
        let mut story = Story::new(seed, Model::default());
        story.start();
        for _ in 0..60 {
            story.propose();
        }
        let mut state = State::new();
        for entry in &story.log {
            for notice in state.apply(entry) {
                let text = match &*notice.event {
                    Event::Refused(refusal) => format!("{refusal:?}"),
                    event => format!("{event:?}"),
                };
                let word = text.split([' ', '(', '{']).next().unwrap().to_owned();
                *told.entry(word).or_default() += 1;
            }
        }
    }
    for word in [
        "SignedOn",
        "Identified",
        "Quit",
        "WentAway",
        "CameBack",
        "AwayChanged",
        "Renamed",
        "ProfileSet",
        "AlwaysOnSet",
        "Created",
        "Joined",
        "Parted",
        "Kicked",
        "Invited",
        "InviteSeen",
        "TopicSet",
        "ModesSet",
        "Said",
        "Repeated",
        "NameInUse",
        "NameOwned",
        "KeyUnknown",
        "TooManyNames",
        "TooManySessions",
        "NoSuchRoom",
        "NoSuchPerson",
        "RoomExists",
        "InviteOnly",
        "Banned",
        "RoomFull",
        "TooManyRooms",
        "NotInRoom",
        "TargetNotInRoom",
        "AlreadyInRoom",
        "NotOperator",
        "CannotSpeak",
        "ProfileFull",
        "NoAccount",
        "NeverAlwaysOn",
    ] {
        assert!(told.contains_key(word), "no story has {word}: {told:?}");
    }
}

fn any_text() -> impl Strategy<Value = std::sync::Arc<str>> {
    prop_oneof![
        any::<String>().prop_map(Into::into),
        "[#a-c*!@?]{0,3}".prop_map(Into::into),
    ]
}

fn any_name() -> impl Strategy<Value = Name> {
    (any_text(), any_text(), any_text()).prop_map(|(shown, folded, skeleton)| Name {
        shown,
        folded,
        skeleton,
    })
}

/// Commands with any text at all, beside those of the stories.
fn any_command() -> impl Strategy<Value = Command> {
    let odd = (any::<u64>(), any_name(), any_text()).prop_map(|(number, name, text)| {
        let (room, target) = (name.folded.clone(), text.clone());
        match number % 8 {
            0 => Command::Join { room: name },
            1 => Command::Rename { name },
            2 => Command::Invite { room, target },
            3 => Command::SetTopic { room, text },
            4 => Command::Identify {
                name,
                key: KeyId(text),
            },
            5 => Command::SetModes {
                room,
                changes: vec![ModeChange::Ban {
                    on: true,
                    mask: text,
                }],
            },
            6 => Command::SignOn {
                name,
                account: Some(UserId(number % 5)),
                visitor: Visitor {
                    username: text.clone(),
                    host: text.clone(),
                    realname: text,
                    present: true,
                },
            },
            _ => Command::Say(Say {
                to: Target::Room(room),
                kind: Kind::Message,
                text: text.clone(),
                nonce: Some(text),
                tags: None,
            }),
        }
    });
    let usual = any::<u64>().prop_map(|seed| commands::asked(&mut Dice::new(seed)));
    prop_oneof![usual, odd]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked, at whatever places and times, nothing panics, and a snapshot has it all.
    #[test]
    fn no_commands_harm_the_core(
        asked in prop::collection::vec((0_u64..4, any::<u8>(), any::<i64>(), any_command()), 0..60),
    ) {
        let mut state = State::new();
        let mut seq = 0;
        for (session, step, at, command) in asked {
            // Places may be left out, and may come again.
            seq = u64::from(step) + seq - 20_u64.min(seq);
            let entry = Entry {
                seq: Seq(seq),
                at: Millis(at),
                rules: RULES,
                session: (session > 0).then_some(SessionId(session)),
                command,
            };
            let read: Entry = serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
            prop_assert_eq!(&read, &entry);
            state.apply(&entry);
            prop_assert_eq!(state.apply(&entry), []);
        }
        let restored = State::restore(state.snapshot()).unwrap();
        prop_assert_eq!(restored.digest(), state.digest());
    }
}
