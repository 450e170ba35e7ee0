//! What must hold whatever happens to the server: kills, a full disk, clients that mean harm.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chatroom::config::Config;
use chatroom::server::{Options, Running, start_in_thread};
use rusqlite::{Connection, OpenFlags};
use support::{DEADLINE, Irc, Server, Tutorial, wait_for};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const CAPS: &str = "echo-message message-tags server-time batch draft/chathistory";

const NICKS: [&str; 3] = ["ann", "bob", "cid"];

/// Chance from a seed, the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A seed that is another each time unless `CHATROOM_SEED` gives one; it is printed.
fn dice() -> Dice {
    let given = std::env::var("CHATROOM_SEED").ok();
    let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        u64::from(since.subsec_nanos()) ^ since.as_secs()
    });
    println!("CHATROOM_SEED={seed}");
    Dice(seed)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A message as a client saw it: its id and its text.
type Seen = (String, String);

/// The id and the text of a line, if it is a message to the lobby.
fn message(line: &str) -> Option<Seen> {
    let (tags, rest) = line.strip_prefix('@')?.split_once(' ')?;
    let (_, text) = rest.split_once(" PRIVMSG #lobby :")?;
    let id = tags.split(';').find_map(|tag| tag.strip_prefix("msgid="))?;
    Some((id.into(), text.into()))
}

fn enter(server: &str, nick: &str, caps: &str) -> Irc {
    let mut irc = Irc::dial(server);
    irc.send(&format!("CAP REQ :{caps}"));
    irc.send(&format!("NICK {nick}"));
    irc.send(&format!("USER {nick} 0 * :{nick}"));
    irc.send("CAP END");
    irc.until(" 001 ");
    irc.send("JOIN #lobby");
    irc.until(" 366 ");
    irc.settle();
    irc
}

/// All that the lobby remembers, from its beginning, page by page.
fn all_history(irc: &mut Irc) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    let mut from = "timestamp=1970-01-01T00:00:00.000Z".to_owned();
    loop {
        irc.send(&format!("CHATHISTORY AFTER #lobby {from} 500"));
        let page: Vec<Seen> = irc
            .settle()
            .iter()
            .filter_map(|line| message(line))
            .collect();
        let Some((id, _)) = page.last() else {
            return all;
        };
        from = format!("msgid={id}");
        all.extend(page);
    }
}

/// Talks, a few lines ahead of its echoes, until the server is gone; gives all it was told.
fn talk(mut irc: Irc, nick: &str, round: usize, told: &mpsc::Sender<()>) -> Vec<Seen> {
    const AHEAD: usize = 8;
    let mut seen = Vec::new();
    let mut said = 0;
    let mut echoed = 0;
    loop {
        while said < echoed + AHEAD {
            let line = format!("PRIVMSG #lobby :{nick} {round} {said}");
            if !irc.try_send(&line) {
                break;
            }
            said += 1;
        }
        let Some(line) = irc.next_line() else {
            return seen;
        };
        if let Some((id, text)) = message(&line) {
            if text.starts_with(&format!("{nick} ")) {
                echoed += 1;
            }
            seen.push((id, text));
            // Whoever counted is done counting.
            let _ = told.send(());
        }
    }
}

#[test]
fn nothing_that_anybody_saw_is_missing_double_or_elsewhere_after_ten_kills() {
    let mut dice = dice();
    let folder = folder();
    let mut server = Server::start(folder.path());
    let mut before: Vec<Seen> = Vec::new();
    for round in 0..10 {
        let (told, counted) = mpsc::channel();
        let talkers = NICKS.map(|nick| (nick, enter(&server.address, nick, CAPS)));
        let talkers = talkers.map(|(nick, irc)| {
            let told = told.clone();
            thread::spawn(move || talk(irc, nick, round, &told))
        });
        drop(told);
        for _ in 0..dice.below(1500) + 50 {
            counted.recv_timeout(DEADLINE).unwrap();
        }
        // A few microseconds more, so that the kill falls anywhere in a commit.
        let until = Instant::now() + Duration::from_micros(dice.below(3000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        server = server.killed_and_started_again();
        let saw = talkers.map(|talker| talker.join().unwrap());
        let kept = NICKS.map(|nick| all_history(&mut enter(&server.address, nick, CAPS)));
        assert!(kept.iter().all(|one| *one == kept[0]), "one past for all");
        let kept = &kept[0];
        assert!(kept.starts_with(&before), "the past stays as it was");
        let ids: HashSet<_> = kept.iter().map(|(id, _)| id).collect();
        let texts: HashSet<_> = kept.iter().map(|(_, text)| text).collect();
        assert_eq!(
            (ids.len(), texts.len()),
            (kept.len(), kept.len()),
            "nothing is double"
        );
        for saw in saw {
            let first = kept.iter().position(|one| *one == saw[0]);
            let first = first.unwrap_or_else(|| panic!("{:?} is missing", saw[0]));
            assert_eq!(
                kept.get(first..first + saw.len()),
                Some(&saw[..]),
                "all that was seen, in its order, with its ids"
            );
        }
        println!("round {round}: {} messages kept", kept.len());
        before.clone_from(kept);
    }
}

/// The log of a server's folder, looked at while it may run.
fn log_of(data: &Path) -> Connection {
    let file = data.join("server/log.sqlite");
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Says lines in the lobby, and gives how long it took until all were stored.
fn says_many(server: &Server, nick: &str, count: usize) -> Duration {
    let mut irc = enter(&server.address, nick, "server-time");
    let began = Instant::now();
    let mut said = 0;
    while said < count {
        let lines = 1000.min(count - said);
        for n in said..said + lines {
            irc.send(&format!("PRIVMSG #lobby :line {n} of many"));
        }
        said += lines;
        irc.settle();
    }
    began.elapsed()
}

#[test]
fn a_long_past_costs_no_start_and_its_log_is_trimmed() {
    let count = std::env::var("CHATROOM_MESSAGES").ok();
    let count: usize = count.map_or(60_000, |count| count.parse().unwrap());
    let folder = folder();
    let server = Server::start(folder.path());
    let took = says_many(&server, "ann", count);
    println!("{count} messages stored in {took:?}");
    let log = log_of(server.data());
    let first = wait_for("the log to be trimmed", || {
        let first: i64 = log
            .query_row("SELECT min(first) FROM batch", [], |row| row.get(0))
            .unwrap();
        (first > 1).then_some(first)
    });
    let batches: i64 = log
        .query_row("SELECT count(*) FROM batch", [], |row| row.get(0))
        .unwrap();
    println!("the log begins at entry {first} and has {batches} commits");
    drop(log);
    let began = Instant::now();
    let server = server.killed_and_started_again();
    let took = began.elapsed();
    println!("ready in {took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    let mut irc = enter(&server.address, "ann", CAPS);
    for (asked, found) in [
        ("LATEST #lobby * 1", format!("line {} of many", count - 1)),
        (
            "AFTER #lobby timestamp=1970-01-01T00:00:00.000Z 1",
            "line 0 of many".into(),
        ),
    ] {
        irc.send(&format!("CHATHISTORY {asked}"));
        let page: Vec<Seen> = irc
            .settle()
            .iter()
            .filter_map(|line| message(line))
            .collect();
        assert_eq!(
            page.iter().map(|(_, text)| text).collect::<Vec<_>>(),
            [&found]
        );
    }
}

#[test]
fn a_server_that_ends_leaves_files_that_are_closed() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    says_many(&server, "ann", 100);
    assert_eq!(server.terminate(), Some(0));
    let data = server.data().join("server");
    for file in ["log.sqlite-wal", "history.sqlite-wal"] {
        assert!(!data.join(file).exists(), "{file}");
    }
    let batches: i64 = log_of(server.data())
        .query_row("SELECT count(*) FROM batch", [], |row| row.get(0))
        .unwrap();
    assert_eq!(batches, 0, "a snapshot holds it all");
}
