//! A language of few words, to try the hub in, and what must hold whatever is spoken.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "this language has words for few events, and shows all others as they are"
)]

mod tls;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::conn::{self, FromConn};
use super::dialect::*;
use super::ending::Ending;
use super::floor::Floor;
use super::hub::Hub;
use super::outbox::Outbox;
use super::settings::{Limits, Settings};
use super::sniff::Protocol;
use super::{Options, Plaintext, Running, start_speaking};
use crate::core::{
    self, Command, Entry, Event, Kind, Millis, Name, RULES, Refusal, SaidTo, Say, Seq, SessionId,
    State, Target, Visitor,
};
use crate::history::{self, Bound, Found, History, Place, Query, Span};
use crate::log::sqlite::Durability;
use crate::log::{Epoch, Log, Ordered, Proposal, Request, Unconfirmed};
use crate::text::Sentence;

/// `name bob`, `join #a`, `part #a`, `say #a text`, `tell eve text`, `type #a`, `past #a`, `ping x`,
/// `quit why`.
#[derive(Default)]
struct Trial {
    begun: Vec<u8>,
}

fn name(text: &str) -> Name {
    Name {
        shown: text.into(),
        folded: text.into(),
        skeleton: text.into(),
    }
}

fn say(to: Target, kind: Kind, text: &str) -> Say {
    Say {
        to,
        kind,
        text: text.into(),
        nonce: None,
        tags: None,
    }
}

fn command(line: &str) -> Option<Command> {
    let (verb, rest) = line.split_once(' ')?;
    let (first, text) = rest.split_once(' ').unwrap_or((rest, ""));
    Some(match verb {
        "name" => Command::SignOn {
            name: name(first),
            account: None,
            visitor: Visitor {
                username: first.into(),
                host: "h".into(),
                realname: first.into(),
                present: true,
            },
        },
        "join" => Command::Join { room: name(first) },
        "part" => Command::Part {
            room: first.into(),
            reason: None,
        },
        "say" => Command::Say(say(Target::Room(first.into()), Kind::Message, text)),
        "tell" => Command::Say(say(Target::Person(first.into()), Kind::Message, text)),
        _ => return None,
    })
}

impl Dialect for Trial {
    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>) {
        self.begun.extend_from_slice(bytes);
        while let Some(at) = self.begun.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.begun.drain(..=at).collect();
            let text = String::from_utf8(line).unwrap();
            inputs.push_back(Input::Text(text.trim_end().to_owned()));
        }
    }

    fn only_proposes(&self, input: &Input) -> bool {
        matches!(input, Input::Text(line) if command(line).is_some() && !line.starts_with("name"))
    }

    fn act(&mut self, input: &Input, around: &Around<'_>, step: &mut Step) {
        let Input::Text(line) = input else { return };
        let mark = Mark {
            about: line.as_str().into(),
            ..Mark::default()
        };
        if let Some(command) = command(line) {
            step.asks.push((mark, Ask::Propose(command)));
            return;
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "ping" => step.out.extend(format!("pong {rest}\n").bytes()),
            "quit" => step.close = Some(rest.into()),
            "names" => {
                let room = around.state.room_named(rest).unwrap().id;
                let names = (around.names)(room, false).join("/");
                step.out.extend(format!("names {names}\n").bytes());
            }
            "key" => {
                let key = around.peer.key.as_ref().map_or("none", |key| &key.0);
                step.out.extend(format!("key {key}\n").bytes());
            }
            "type" => {
                let say = say(Target::Room(rest.into()), Kind::Tags, "");
                step.asks.push((mark, Ask::Relay(say)));
            }
            "past" => {
                let place = Place::Room(around.state.room_named(rest).unwrap().id);
                let query = Query::Messages {
                    place,
                    from: Seq(0),
                    span: Span::Latest(None::<Bound>),
                    limit: 100,
                };
                step.asks.push((mark, Ask::Query(query)));
            }
            other => panic!("{other}"),
        }
    }

    fn hear(&mut self, heard: &Heard<'_>, own: Option<&Mark>, _: &Around<'_>, out: &mut Vec<u8>) {
        let own = if own.is_some() { "(me) " } else { "" };
        let text = match heard.event {
            Event::SignedOn { person, .. } => format!("welcome {}", person.name.shown),
            Event::Joined { room, person, .. } => {
                format!("{} joins {}", person.name.shown, room.name)
            }
            Event::Parted { room, person, .. } => {
                format!("{} leaves {}", person.name.shown, room.name)
            }
            Event::Quit { person, reason } => format!("{} quits: {reason}", person.name.shown),
            Event::Said(said) => {
                let to = match &said.to {
                    SaidTo::Room(room) => &room.name,
                    SaidTo::Person(person) => &person.name.shown,
                };
                format!("{} to {to}: {}", said.from.name.shown, said.text)
            }
            Event::Refused(Refusal::NameInUse(name)) => format!("{name} is taken"),
            Event::Created { .. } => return,
            other => format!("{other:?}"),
        };
        out.extend(format!("{own}{text}\n").bytes());
    }

    fn answered(&mut self, _: &Mark, told: Vec<u8>, _: &Around<'_>, step: &mut Step) {
        step.out.extend(told);
    }

    fn not_stored(&mut self, mark: &Mark, why: &str, _: &Around<'_>, step: &mut Step) {
        step.out
            .extend(format!("not stored: {}: {why}\n", mark.about).bytes());
    }

    fn found(&mut self, _: &Mark, found: Result<Found, String>, _: &Around<'_>, step: &mut Step) {
        let Ok(Found::Messages(rows)) = found else {
            panic!("{found:?}")
        };
        for row in rows {
            step.out
                .extend(format!("past {} {}: {}\n", row.seq, row.nick, row.text).bytes());
        }
        step.out.extend(b"past ends\n");
    }

    fn verified(&mut self, _: &Mark, _: bool, _: &Around<'_>, _: &mut Step) {}

    fn ping(&mut self, out: &mut Vec<u8>) -> bool {
        out.extend(b"there?\n");
        true
    }

    fn farewell(&mut self, ending: Ending<'_>, _: &Around<'_>, out: &mut Vec<u8>) {
        out.extend(format!("bye: {}\n", ending.words()).bytes());
    }

    fn class(&self) -> Class {
        Class::Pipe
    }
}

pub(super) fn speak(_: Protocol, _: &Peer) -> Option<Box<dyn Dialect>> {
    Some(Box::<Trial>::default())
}

pub(super) fn settings() -> Settings {
    Settings {
        name: "chat.test".into(),
        network: "test".into(),
        description: "".into(),
        motd: Vec::new(),
        password: None,
        core: core_settings(),
        started: Millis(0),
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
            username_length: 32,
            multiline_max_bytes: 4096,
            multiline_max_lines: 20,
            chathistory_max: 100,
            targets: 4,
            modes: 4,
            nonce_length: 64,
            connections: 100,
            undecided: 3,
            registration_seconds: 30,
            ping_seconds: 60,
            outbox_bytes: 1 << 20,
            inputs_waiting: 32,
            proposals_in_flight: 8,
            history_tail_bytes: 1 << 20,
        },
    }
}

fn core_settings() -> core::Settings {
    core::Settings {
        lobby: name("#lobby"),
        registration: true,
        always_on: true,
        always_on_choice: true,
        names_per_account: 3,
        accounts: 100,
        rooms: 100,
        rooms_per_user: 100,
        members_per_room: 100,
        bans_per_room: 10,
        sessions_per_user: 10,
        profile_fields: 10,
    }
}

/// The client's end of a connection.
struct Client {
    stream: DuplexStream,
    read: Vec<u8>,
}

impl Client {
    fn new(stream: DuplexStream) -> Self {
        Self {
            stream,
            read: Vec::new(),
        }
    }

    async fn says(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// All up to and with a line.
    #[track_caller]
    fn hears_up_to(&mut self, last: &str) -> impl Future<Output = Vec<String>> {
        let last = last.to_owned();
        let place = std::panic::Location::caller();
        async move {
            let mut lines: Vec<String> = Vec::new();
            while lines.last() != Some(&last) {
                match timeout(Duration::from_secs(10), self.line()).await {
                    Ok(Some(line)) => lines.push(line),
                    Ok(None) | Err(_) => panic!("{place}: no {last:?} but {lines:?}"),
                }
            }
            lines
        }
    }

    /// All until the connection ends.
    async fn hears_to_the_end(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = timeout(Duration::from_secs(10), self.line()).await.unwrap() {
            lines.push(line);
        }
        lines
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=at).collect();
                return Some(String::from_utf8(line).unwrap().trim_end().to_owned());
            }
            if self.stream.read_buf(&mut self.read).await.unwrap() == 0 {
                return None;
            }
        }
    }
}

/// A hub whose log is in the hands of the test.
struct Bench {
    from_conns: mpsc::Sender<FromConn>,
    requests: mpsc::Receiver<Request>,
    ordered: mpsc::Sender<Ordered>,
    seq: u64,
    sessions: u64,
    _stop: watch::Sender<Option<Arc<str>>>,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new(queue: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = history::Options {
            enabled: true,
            retention_ms: None,
            tail_max: 1 << 20,
        };
        let path = folder.path().join("history.sqlite");
        let history = History::open(&path, Epoch(1), Seq(0), options).unwrap();
        let mut state = State::new();
        state.apply(&Entry {
            seq: Seq(1),
            at: Millis(0),
            rules: RULES,
            session: None,
            command: Command::ServerStarted {
                settings: core_settings(),
            },
        });
        let floor = Floor {
            state,
            roster: Default::default(),
            settings: settings(),
            epoch: Epoch(1),
            now: Millis(0),
            sessions: Default::default(),
            census: Default::default(),
        };
        let (propose, requests) = mpsc::channel(queue);
        let (ordered, entries) = mpsc::channel(64);
        let log = Log {
            propose,
            ordered: entries,
        };
        let (from_conns, inputs) = mpsc::channel(64);
        let (stop, stopping) = watch::channel(None);
        tokio::spawn(Hub::new(floor, log, history, inputs).run(stopping));
        Self {
            from_conns,
            requests,
            ordered,
            seq: 1,
            sessions: 0,
            _stop: stop,
            _folder: folder,
        }
    }

    async fn connect(&mut self) -> Client {
        self.sessions += 1;
        let session = SessionId(self.sessions);
        let (client, server) = tokio::io::duplex(1 << 16);
        let outbox = Arc::new(Outbox::new(1 << 20));
        let peer = Peer {
            is_secure: true,
            key: None,
            cloak: "h".into(),
        };
        let opened = FromConn::Opened {
            session,
            peer,
            dialect: Box::<Trial>::default(),
            outbox: outbox.clone(),
        };
        self.from_conns.send(opened).await.ok().unwrap();
        tokio::spawn(conn::run(server, session, outbox, self.from_conns.clone()));
        Client::new(client)
    }

    /// What the hub proposes next.
    async fn proposed(&mut self) -> Vec<Proposal> {
        match self.requests.recv().await.unwrap() {
            Request::Propose(proposals) => proposals,
            other => panic!("{other:?}"),
        }
    }

    async fn commit(&mut self, proposals: Vec<Proposal>) {
        let place = |proposal: Proposal| {
            self.seq += 1;
            let entry = Entry {
                seq: Seq(self.seq),
                at: Millis(0),
                rules: RULES,
                session: proposal.session,
                command: proposal.command,
            };
            (proposal.ticket, entry)
        };
        let placed = proposals.into_iter().map(place).collect();
        self.ordered.send(Ordered::Committed(placed)).await.unwrap();
    }

    async fn commit_next(&mut self) {
        let proposals = self.proposed().await;
        self.commit(proposals).await;
    }

    /// Somebody who is in the lobby.
    async fn arrival(&mut self, who: &str) -> Client {
        let mut client = self.connect().await;
        client.says(&format!("name {who}\njoin #lobby\n")).await;
        self.commit_next().await;
        client
            .hears_up_to(&format!("(me) {who} joins #lobby"))
            .await;
        client
    }
}

fn texts(proposals: &[Proposal]) -> Vec<String> {
    let text = |proposal: &Proposal| match &proposal.command {
        Command::Say(say) => say.text.to_string(),
        other => format!("{other:?}"),
    };
    proposals.iter().map(text).collect()
}

#[tokio::test]
async fn a_question_waits_for_all_that_was_asked_before_it() {
    let mut bench = Bench::new(8);
    let mut bob = bench.arrival("bob").await;
    bob.says("say #lobby 1\nsay #lobby 2\nping a\nsay #lobby 3\n")
        .await;
    let first = bench.proposed().await;
    assert_eq!(texts(&first), ["1", "2"]);
    bench.commit(first).await;
    let heard = bob.hears_up_to("pong a").await;
    assert_eq!(
        heard,
        ["(me) bob to #lobby: 1", "(me) bob to #lobby: 2", "pong a"]
    );
    assert_eq!(texts(&bench.proposed().await), ["3"]);
}

#[tokio::test]
async fn what_is_not_stored_is_told_to_who_said_it_alone_and_the_rest_goes_on() {
    let mut bench = Bench::new(8);
    let mut bob = bench.arrival("bob").await;
    let mut eve = bench.arrival("eve").await;
    bob.says("say #lobby 1\nping a\n").await;
    let tickets = bench
        .proposed()
        .await
        .iter()
        .map(|one| one.ticket)
        .collect();
    let why = "the disk is full".to_owned();
    bench
        .ordered
        .send(Ordered::Refused { tickets, why })
        .await
        .unwrap();
    let heard = bob.hears_up_to("pong a").await;
    assert_eq!(
        heard,
        [
            "eve joins #lobby",
            "not stored: say #lobby 1: the disk is full",
            "pong a"
        ]
    );
    eve.says("ping b\n").await;
    assert_eq!(eve.hears_up_to("pong b").await, ["pong b"]);
}

#[tokio::test]
async fn a_log_without_room_stops_what_is_said_and_not_what_is_told() {
    let mut bench = Bench::new(1);
    let mut bob = bench.arrival("bob").await;
    let mut eve = bench.arrival("eve").await;
    eve.says("ping x\n").await;
    eve.hears_up_to("pong x").await;
    bob.says("say #lobby 1\n").await;
    let one = bench.proposed().await;
    // Two more: one fills the queue of the log, one stays with the hub.
    bob.says("say #lobby 2\n").await;
    bob.says("say #lobby 3\n").await;
    bench.commit(one).await;
    assert_eq!(
        eve.hears_up_to("bob to #lobby: 1").await,
        ["bob to #lobby: 1"]
    );
    let mut rest = Vec::new();
    while rest.len() < 2 {
        let proposals = bench.proposed().await;
        rest.extend(texts(&proposals));
        bench.commit(proposals).await;
    }
    assert_eq!(rest, ["2", "3"]);
    assert_eq!(
        eve.hears_up_to("bob to #lobby: 3").await,
        ["bob to #lobby: 2", "bob to #lobby: 3"]
    );
}

#[tokio::test]
async fn the_last_words_of_a_log_are_heard_while_something_waits_for_it() {
    let mut bench = Bench::new(1);
    let mut bob = bench.arrival("bob").await;
    let mut eve = bench.arrival("eve").await;
    bob.says("say #lobby 1\n").await;
    let one = bench.proposed().await;
    // One more fills the queue of the log, one stays with the hub.
    bob.says("say #lobby 2\n").await;
    while bench.requests.is_empty() {
        tokio::task::yield_now().await;
    }
    bob.says("say #lobby 3\n").await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    bench.requests.close();
    while bench.requests.try_recv().is_ok() {}
    bench.commit(one).await;
    let why = Ordered::Fatal(Unconfirmed {
        path: "log.sqlite".into(),
        why: "the disk is gone".into(),
    });
    bench.ordered.send(why).await.unwrap();
    let heard = eve.hears_to_the_end().await;
    let (first, last) = (heard.first().unwrap(), heard.last().unwrap());
    assert_eq!(first, "bob to #lobby: 1");
    assert!(last.contains("the disk is gone"), "{heard:?}");
}

#[tokio::test]
async fn no_more_proposals_of_a_session_are_on_their_way_than_may_be() {
    let mut bench = Bench::new(64);
    let mut bob = bench.arrival("bob").await;
    let all: String = (0..100).map(|n| format!("say #lobby {n}\n")).collect();
    bob.says(&all).await;
    let mut said = Vec::new();
    while said.len() < 100 {
        let proposals = bench.proposed().await;
        assert!(proposals.len() <= 8, "{}", proposals.len());
        said.extend(texts(&proposals));
        bench.commit(proposals).await;
    }
    let expected: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    assert_eq!(said, expected);
    bob.hears_up_to("(me) bob to #lobby: 99").await;
}

#[tokio::test]
async fn what_somebody_said_before_they_left_is_said() {
    let mut bench = Bench::new(8);
    let mut bob = bench.arrival("bob").await;
    bob.says("say #lobby 1\nping a\nsay #lobby 2\n").await;
    drop(bob);
    let first = bench.proposed().await;
    assert_eq!(texts(&first), ["1"]);
    bench.commit(first).await;
    let second = bench.proposed().await;
    let reason = "Connection closed".into();
    let off = format!("{:?}", Command::SignOff { reason });
    assert_eq!(texts(&second), ["2".to_owned(), off]);
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_asked_once_and_then_taken_for_gone() {
    let mut bench = Bench::new(8);
    let mut bob = bench.connect().await;
    bob.says("ping a\n").await;
    bob.hears_up_to("pong a").await;
    let before = tokio::time::Instant::now();
    let asked = async {
        assert_eq!(bob.line().await.as_deref(), Some("there?"));
        assert!(before.elapsed() >= Duration::from_secs(60));
        let gone = bob.line().await;
        assert_eq!(gone.as_deref(), Some("bye: Ping timeout: 120 seconds"));
        assert_eq!(bob.line().await, None);
    };
    timeout(Duration::from_secs(600), asked).await.unwrap();
    assert!(before.elapsed() < Duration::from_secs(130));
}

fn options(folder: &std::path::Path) -> Options {
    Options {
        settings: settings(),
        folder: folder.join("server"),
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        tls: None,
        plaintext: Plaintext::Private,
        durability: Durability::Full,
        history: history::Options {
            enabled: true,
            retention_ms: None,
            tail_max: 1 << 20,
        },
    }
}

async fn enters(running: &Running, who: &str) -> Client {
    let mut client = Client::new(running.connect(None).unwrap());
    client.says(&format!("name {who}\njoin #lobby\n")).await;
    client
        .hears_up_to(&format!("(me) {who} joins #lobby"))
        .await;
    client
}

#[tokio::test]
async fn what_is_said_without_a_history_does_not_stay_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path());
    options.history.enabled = false;
    let running = start_speaking(options, speak).await.unwrap();
    let mut bob = enters(&running, "bob").await;
    bob.says("say #lobby a-secret\nping 1\n").await;
    bob.hears_up_to("pong 1").await;
    let holds = || {
        let files = std::fs::read_dir(folder.path().join("server")).unwrap();
        let texts = files.map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default());
        let mut texts = texts.map(|text| memchr::memmem::find(&text, b"a-secret").is_some());
        texts.any(|is_there| is_there)
    };
    assert!(holds());
    tokio::time::pause();
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while holds() {
        assert!(std::time::Instant::now() < deadline, "it stays");
        tokio::time::sleep(Duration::from_secs(20)).await;
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn people_hear_each_other_in_rooms_and_alone_in_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    let mut bob = enters(&running, "bob").await;
    let mut eve = enters(&running, "eve").await;
    bob.says("say #lobby hi\ntell eve psst\njoin #den\ntype #lobby\nping 1\n")
        .await;
    assert_eq!(
        bob.hears_up_to("pong 1").await,
        [
            "eve joins #lobby",
            "(me) bob to #lobby: hi",
            "(me) bob to eve: psst",
            "(me) bob joins #den",
            "(me) bob to #lobby:",
            "pong 1"
        ]
    );
    assert_eq!(
        eve.hears_up_to("bob to #lobby:").await,
        ["bob to #lobby: hi", "bob to eve: psst", "bob to #lobby:"]
    );
    eve.says("join #den\nnames #den\npart #den\nnames #den\nsay #den out\nping 2\n")
        .await;
    let heard = eve.hears_up_to("pong 2").await;
    assert_eq!(
        heard[..4],
        [
            "(me) eve joins #den",
            "names @bob eve",
            "(me) eve leaves #den",
            "names @bob"
        ]
    );
    assert!(heard[4].contains("CannotSpeak"), "{heard:?}");
    bob.says("past #lobby\nquit good night\n").await;
    let heard = bob.hears_up_to("bye: good night").await;
    assert_eq!(heard[..2], ["eve joins #den", "eve leaves #den"]);
    assert!(heard[2].ends_with("bob: hi"), "{heard:?}");
    assert_eq!(
        eve.hears_up_to("bob quits: good night").await,
        ["bob quits: good night"]
    );
    running.stop("closing time");
    assert_eq!(
        eve.hears_up_to("bye: closing time").await,
        ["bye: closing time"]
    );
    running.wait().await.unwrap();
}

#[test]
fn what_was_heard_is_there_after_a_kill_and_after_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let run = |end_well: bool, text: &str, past: usize| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let fingerprint = runtime.block_on(async {
            let running = start_speaking(options(folder.path()), speak).await.unwrap();
            let mut bob = enters(&running, "bob").await;
            bob.says(&format!("past #lobby\nsay #lobby {text}\n")).await;
            let heard = bob
                .hears_up_to(&format!("(me) bob to #lobby: {text}"))
                .await;
            assert_eq!(heard.len(), past + 2, "{heard:?}");
            if end_well {
                running.stop("bye");
                running.wait().await.unwrap();
            }
            running.fingerprint()
        });
        // Whoever still runs in it runs no more.
        drop(runtime);
        fingerprint
    };
    let first = run(false, "one", 0);
    assert_eq!(run(false, "two", 1), first);
    assert_eq!(run(true, "three", 2), first);
    let kept = rusqlite::Connection::open(folder.path().join("server/log.sqlite")).unwrap();
    let rows: i64 = kept
        .query_row("SELECT count(*) FROM batch", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0, "the snapshot stands for them");
    drop(kept);
    assert_eq!(run(true, "four", 3), first);
}

#[tokio::test]
async fn a_folder_or_an_address_in_use_and_an_open_address_are_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    let refused = |options| async {
        let refused = start_speaking(options, speak).await.unwrap_err();
        refused.downcast_ref::<Sentence>().unwrap().to_string()
    };
    let address = running.addresses()[0];
    let why = refused(options(folder.path())).await;
    assert!(
        why.contains(&format!("process {}", std::process::id()))
            && why.contains(&address.to_string()),
        "{why}"
    );
    let other = tempfile::tempdir().unwrap();
    let taken = Options {
        listen: vec![address],
        ..options(other.path())
    };
    let why = refused(taken).await;
    assert!(why.contains(&format!("{address}: address in use")), "{why}");
    let open = Options {
        listen: vec!["0.0.0.0:0".parse().unwrap()],
        ..options(other.path())
    };
    let why = refused(open).await;
    assert!(why.contains("this machine only"), "{why}");
}

#[tokio::test]
async fn what_is_not_spoken_yet_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    for (opening, answer) in [
        ("SSH-2.0-x\r\n", "this server does not speak SSH yet"),
        ("POST / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"),
    ] {
        let mut client = Client::new(running.connect(None).unwrap());
        client.says(opening).await;
        let mut all = String::new();
        client.stream.read_to_string(&mut all).await.unwrap();
        assert!(all.starts_with(answer), "{all}");
        if let Some((head, body)) = all.split_once("\r\n\r\n") {
            let length = format!("Content-Length: {}\r\n", body.len());
            assert!(head.contains(&length), "{head} but {}", body.len());
        }
    }
}
