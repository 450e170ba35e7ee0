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
use chatroom::log::sqlite::Durability;
use chatroom::server::{Options, Running, start_in_thread};
use rusqlite::{Connection, OpenFlags};
use support::tutorial::{Generation, Tutorial};
use support::{DEADLINE, Irc, Server, wait_for};
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
        let kept = NICKS.map(|nick| {
            let mut irc = enter(&server.address, nick, CAPS);
            let kept = all_history(&mut irc);
            // In the next round the name must be free.
            irc.send("QUIT");
            irc.until_closed();
            kept
        });
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

/// Says numbered lines in the lobby, and gives how long it took until all were stored.
fn says_many(server: &Server, nick: &str, numbers: std::ops::Range<usize>) -> Duration {
    let mut irc = enter(&server.address, nick, "server-time");
    let began = Instant::now();
    for n in numbers {
        irc.send(&format!("PRIVMSG #lobby :line {n} of many"));
        if n % 1000 == 0 {
            irc.settle();
        }
    }
    irc.settle();
    began.elapsed()
}

#[test]
fn a_long_past_costs_no_start_and_its_log_is_trimmed() {
    let count = std::env::var("CHATROOM_MESSAGES").ok();
    let count: usize = count.map_or(60_000, |count| count.parse().unwrap());
    let folder = folder();
    let server = Server::start(folder.path());
    // A start counts what it found, or a server that never lasts would never trim its log.
    let took = says_many(&server, "ann", 0..count / 2);
    let server = server.killed_and_started_again();
    let took = took + says_many(&server, "ann", count / 2..count);
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
    says_many(&server, "ann", 0..100);
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

/// The part of the program's memory that is in use, in KiB.
#[cfg(target_os = "linux")]
fn resident_kib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn who_never_reads_keeps_nobody_waiting_costs_little_and_is_closed_with_a_reason() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut watcher = enter(&server.address, "watcher", "server-time");
    let mut mute = TcpStream::connect(&server.address).unwrap();
    mute.write_all(b"NICK mute\r\nUSER mute 0 * :mute\r\nJOIN #lobby\r\n")
        .unwrap();
    watcher.until(":mute!");
    let before = resident_kib(&server);
    let mut speaker = enter(&server.address, "speaker", "server-time");
    let text = "x".repeat(400);
    let mut slowest = Duration::ZERO;
    // Filling the buffers of the system takes as long as it takes.
    let until = Instant::now() + 4 * DEADLINE;
    let told = loop {
        for _ in 0..100 {
            speaker.send(&format!("PRIVMSG #lobby :{text}"));
        }
        let asked = Instant::now();
        let lines = watcher.settle();
        slowest = slowest.max(asked.elapsed());
        if let Some(quit) = lines.iter().find(|line| line.contains(" QUIT ")) {
            break quit.clone();
        }
        assert!(Instant::now() < until, "it is closed in the end");
        speaker.settle();
    };
    let after = resident_kib(&server);
    println!("memory {before} -> {after} KiB; the slowest PONG took {slowest:?}; {told}");
    assert!(
        told.contains(":mute!") && told.contains("You read too slowly"),
        "{told}"
    );
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    assert!(after < before + 65_536, "{before} -> {after} KiB");
    let mut rest = Vec::new();
    mute.set_read_timeout(Some(DEADLINE)).unwrap();
    // A reset is an end, too; a time limit that runs out is none.
    if let Err(error) = mute.read_to_end(&mut rest) {
        assert_ne!(
            error.kind(),
            std::io::ErrorKind::WouldBlock,
            "it is never closed"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn who_asks_and_never_reads_costs_little() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut watcher = enter(&server.address, "watcher", "server-time");
    for n in 0..600 {
        watcher.send(&format!("PRIVMSG #lobby :{n} {}", "x".repeat(300)));
    }
    watcher.settle();
    let before = resident_kib(&server);
    let mut mutes: Vec<TcpStream> = (0..10)
        .map(|n| {
            let mut mute = TcpStream::connect(&server.address).unwrap();
            write!(
                mute,
                "CAP REQ :batch server-time draft/chathistory message-tags\r\nNICK mute{n}\r\n\
                          USER mute 0 * :mute\r\nCAP END\r\nJOIN #lobby\r\n"
            )
            .unwrap();
            mute.set_nonblocking(true).unwrap();
            mute
        })
        .collect();
    let ask =
        "CHATHISTORY LATEST #lobby * 500\r\nWHO #lobby\r\nLIST\r\nNAMES #lobby\r\n".repeat(20);
    let mut quits = 0;
    let until = Instant::now() + DEADLINE;
    let mut most = before;
    while quits < mutes.len() {
        for mute in &mut mutes {
            // It is closed, or the server takes no more from it.
            let _ = mute.write(ask.as_bytes());
        }
        let lines = watcher.settle();
        quits += lines.iter().filter(|line| line.contains(" QUIT ")).count();
        most = most.max(resident_kib(&server));
        assert!(Instant::now() < until, "only {quits} were closed");
    }
    println!("memory {before} KiB, {most} KiB at most");
    assert!(most < before + 131_072, "{before} -> {most} KiB");
}

#[test]
fn who_reads_is_not_closed_for_how_much_is_said_at_once() {
    const MULTILINE: &str =
        "echo-message message-tags server-time batch draft/multiline draft/chathistory";
    let folder = folder();
    let server = Server::start(folder.path());
    let mut listener = enter(&server.address, "listener", MULTILINE);
    let mut speaker = enter(&server.address, "speaker", MULTILINE);
    let line = "x".repeat(380);
    let mut sent = String::new();
    for n in 0..120 {
        sent.push_str(&format!("BATCH +b{n} draft/multiline #lobby\r\n"));
        for _ in 0..40 {
            sent.push_str(&format!("@batch=b{n} PRIVMSG #lobby :{line}\r\n"));
        }
        sent.push_str(&format!(
            "@batch=b{n} PRIVMSG #lobby :end {n}.\r\nBATCH -b{n}\r\n"
        ));
    }
    assert!(speaker.try_send(&sent));
    listener.until("end 119.");
    speaker.until("end 119.");
    listener.settle();
    // An answer may stop before so many messages, at the end that was asked for.
    for (asked, found) in [
        ("LATEST #lobby * 120", "end 119."),
        (
            "AFTER #lobby timestamp=1970-01-01T00:00:00.000Z 120",
            "end 0.",
        ),
    ] {
        listener.send(&format!("CHATHISTORY {asked}"));
        let page = listener.settle();
        assert!(page.iter().any(|line| line.ends_with(found)), "{asked}");
    }
}

#[test]
fn random_bytes_on_many_connections_harm_nobody_else() {
    let mut dice = dice();
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = enter(&server.address, "bob", CAPS);
    let heads: [&[u8]; 9] = [
        b"",
        b"\x16\x03\x01\x02\x00",
        b"{\"name\":\"",
        b"x|1|",
        b"GET / HTTP/1.1\r\n",
        b"SSH-2.0-",
        b"\0\0\0{",
        b"CAP LS 302\r\nNICK eve\r\nUSER eve 0 * :e\r\n@a=b;+c=\\",
        b"AUTHENTICATE ",
    ];
    let mut open = Vec::new();
    for n in 0..400 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let head = heads[usize::try_from(dice.below(9)).unwrap()];
        let mut bytes = head.to_vec();
        for _ in 0..dice.below(2000) {
            // Ends of lines and words come often enough to be tried.
            bytes.push(match dice.below(12) {
                0 => b'\n',
                1 => b' ',
                2 => b':',
                3 => b'|',
                4 => b'}',
                _ => u8::try_from(dice.below(256)).unwrap(),
            });
        }
        // It may be closed before it has said all.
        let _ = stream.write_all(&bytes);
        if n % 3 != 0 {
            open.push(stream);
        }
    }
    bob.send("PRIVMSG #lobby :still here");
    bob.until("PRIVMSG #lobby :still here");
    enter(&server.address, "carol", CAPS);
    bob.until(":carol!");
    drop(open);
    bob.settle();
}

/// A server of this process, and its folder.
struct Inside {
    running: Running,
    _folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl Inside {
    fn start() -> Self {
        let folder = folder();
        let mut options = Options::from_config(&Config::default(), folder.path().into()).unwrap();
        options.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
        Self {
            running: start_in_thread(options).unwrap(),
            _folder: folder,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    fn address(&self) -> String {
        self.running.addresses()[0].to_string()
    }

    /// Connects with a key, and asks for the name that is that key's, or is to be.
    fn with_key(&self, key: &str, nick: &str) -> Keyed<'_> {
        let mut client = Keyed {
            stream: self.running.connect(Some(key)).unwrap(),
            runtime: &self.runtime,
            come: Vec::new(),
            pings: 0,
        };
        client.send("CAP REQ :sasl echo-message message-tags account-notify away-notify");
        client.send(&format!("NICK {nick}"));
        client.send(&format!("USER {nick} 0 * :{nick}"));
        client.send("AUTHENTICATE EXTERNAL");
        client.send("AUTHENTICATE +");
        client
    }

    /// Connects with a key that owns a name, and comes into the lobby.
    fn member(&self, key: &str, nick: &str) -> Keyed<'_> {
        let mut client = self.with_key(key, nick);
        client.until(" 903 ");
        client.send("CAP END");
        client.until(" 001 ");
        client.send("JOIN #lobby");
        client.settle();
        client
    }
}

/// A client of this process that holds a key.
struct Keyed<'a> {
    stream: DuplexStream,
    runtime: &'a tokio::runtime::Runtime,
    come: Vec<u8>,
    pings: u32,
}

impl Keyed<'_> {
    fn send(&mut self, line: &str) {
        let line = format!("{line}\r\n");
        self.runtime
            .block_on(self.stream.write_all(line.as_bytes()))
            .unwrap();
    }

    /// All lines up to one that has a text.
    #[track_caller]
    fn until(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            while let Some(end) = self.come.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.come.drain(..=end).collect();
                lines.push(String::from_utf8(line).unwrap().trim_end().to_owned());
                if lines.last().is_some_and(|line| line.contains(text)) {
                    return lines;
                }
            }
            let mut bytes = [0; 4096];
            let reading = self.stream.read(&mut bytes);
            let count = self
                .runtime
                .block_on(async { tokio::time::timeout(DEADLINE, reading).await });
            match count {
                Ok(Ok(count @ 1..)) => self.come.extend_from_slice(&bytes[..count]),
                other => panic!("{other:?} and no {text:?}, but {lines:#?}"),
            }
        }
    }

    #[track_caller]
    fn settle(&mut self) -> Vec<String> {
        self.pings += 1;
        let mark = format!("settle-{}", self.pings);
        self.send(&format!("PING {mark}"));
        let mut lines = self.until(&mark);
        lines.pop();
        lines
    }
}

#[test]
fn bob_in_two_windows_is_one_person_and_ending_one_tells_nobody() {
    let server = Inside::start();
    let mut first = server.member("bobs", "bob");
    let mut alice = enter(&server.address(), "alice", CAPS);
    first.settle();
    let mut second = server.member("bobs", "bob");
    assert_eq!(
        alice.settle(),
        Vec::<String>::new(),
        "a second window is no news"
    );
    let news = first.settle();
    assert_eq!(news, Vec::<String>::new(), "for the first one neither");

    first.send("PRIVMSG #lobby :to all");
    first.send("PRIVMSG alice :to her");
    first.settle();
    let shown = second.settle();
    for text in ["PRIVMSG #lobby :to all", "PRIVMSG alice :to her"] {
        assert_eq!(
            shown.iter().filter(|line| line.contains(text)).count(),
            1,
            "{shown:#?}"
        );
    }
    alice.send("PRIVMSG bob :to both");
    alice.settle();
    for window in [&mut first, &mut second] {
        let shown = window.settle();
        assert_eq!(shown.len(), 1, "{shown:#?}");
        assert!(shown[0].contains("PRIVMSG bob :to both"));
    }
    alice.settle();

    second.send("QUIT :closing this window");
    second.until("ERROR");
    drop(second);
    first.send("PRIVMSG #lobby :still here");
    let heard = alice.until("still here");
    let told = alice.settle();
    assert!(heard.contains(":bob!") && told.len() == 1, "{told:#?}");
    let told = first.settle();
    assert!(
        told.iter().all(|line| line.contains("still here")),
        "{told:#?}"
    );
    alice.send("NAMES #lobby");
    let names = alice.until(" 353 ");
    assert_eq!(names.matches("bob").count(), 1, "{names}");
}

/// What an IRC client is told that asks for a name at the door.
fn asks_for(address: &str, nick: &str) -> Vec<String> {
    let mut irc = Irc::dial(address);
    irc.send(&format!("NICK {nick}"));
    irc.send("USER x 0 * :x");
    irc.settle()
}

#[test]
fn a_name_that_somebody_owns_is_refused_to_everybody_else() {
    let server = Inside::start();
    let address = server.address();
    let mut owner = Some(server.member("alices", "alice"));
    let mut watcher = enter(&address, "watcher", "away-notify");
    let mut guest = enter(&address, "guest", CAPS);
    for is_here in [true, false] {
        if !is_here {
            drop(owner.take());
            watcher.until(" AWAY ");
        }
        for nick in [
            "alice",
            "ALICE",
            "Alice",
            "аӏісе",
            "\u{430}lice",
            "ａｌｉｃｅ",
            "аlісе",
        ] {
            let told = asks_for(&address, nick);
            assert!(
                told.iter()
                    .any(|line| line.contains(" 433 ") || line.contains(" 432 ")),
                "{nick}: {told:#?}"
            );
            assert!(
                !told.iter().any(|line| line.contains(" 001 ")),
                "{nick}: {told:#?}"
            );
            guest.send(&format!("NICK {nick}"));
            let told = guest.settle();
            assert!(
                told.len() == 1 && (told[0].contains(" 433 ") || told[0].contains(" 432 ")),
                "{nick}: {told:#?}"
            );
        }
        for nick in ["alice", "Alice", "аӏісе"] {
            let mut thief = server.with_key("thiefs", nick);
            let told = thief.settle();
            assert!(
                !told.iter().any(|line| line.contains(" 903 ")),
                "{nick}: {told:#?}"
            );
            thief.send("CAP END");
            let told = thief.settle();
            assert!(
                !told.iter().any(|line| line.contains(" 001 ")),
                "{nick}: {told:#?}"
            );
        }
        for (generation, name, op, text) in [
            (Generation::Pipes, "alice", 1, "hello"),
            (Generation::Pipes, "аӏісе", 3, ""),
            (Generation::Json, "alice", 3, ""),
            (Generation::Json, "Alice", 1, "hello"),
        ] {
            let mut old = Tutorial::dial(&address, generation, name);
            old.sends(op, text, "");
            let answer = old.sees("");
            println!("{name}: {answer}");
            assert!(!answer.contains("]: I Login"), "{answer}");
            let told = watcher.settle();
            assert!(
                !told
                    .iter()
                    .any(|line| line.contains("lice!") && line.contains("PRIVMSG")),
                "{told:#?}"
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_confirms_nothing_hangs_nothing_and_is_over_when_there_is_room() {
    let folder = folder();
    let mut server = Server::start_on_a_small_disk(folder.path());
    let mut bob = enter(&server.address, "bob", CAPS);
    let mut ann = enter(&server.address, "ann", CAPS);
    bob.send("PRIVMSG #lobby :before");
    bob.until("before");
    ann.until("before");
    bob.settle();
    for round in 0..2 {
        let mut gone = server.irc(&format!("gone{round}"));
        server.lets_files_grow_to(Some(4096));
        ann.settle();
        for n in 0..100 {
            bob.send(&format!("PRIVMSG #lobby :lost {round} {n}"));
        }
        let told = bob.settle();
        let refused = told.iter().filter(|line| line.contains("not stored"));
        assert_eq!(refused.count(), 100, "{told:#?}");
        assert!(
            !told
                .iter()
                .any(|line| line.contains("PRIVMSG #lobby :lost"))
        );
        assert_eq!(
            ann.settle(),
            Vec::<String>::new(),
            "nobody hears what is not stored"
        );
        bob.send("JOIN #new");
        bob.until("not stored");
        bob.settle();
        let mut late = Irc::dial(&server.address);
        late.send(&format!("NICK late{round}"));
        late.send("USER late 0 * :late");
        late.until("not stored");
        gone.send("QUIT :the disk is full");
        gone.until_closed();
        server.lets_files_grow_to(None);
        wait_for("who was refused to come in", || {
            late.send(&format!("NICK late{round}"));
            let told = late.settle();
            told.iter().any(|line| line.contains(" 001 ")).then_some(())
        });
        let back = wait_for("the disk to be used again", || {
            bob.send(&format!("PRIVMSG #lobby :after {round}"));
            let told = bob.settle();
            told.iter()
                .any(|line| line.contains("PRIVMSG #lobby :after"))
                .then_some(told)
        });
        assert!(back.len() == 1, "{back:#?}");
        ann.until("after");
        let mut again = Irc::dial(&server.address);
        again.send("USER x 0 * :x");
        wait_for("the name of who left to be free", || {
            again.send(&format!("NICK gone{round}"));
            again
                .settle()
                .iter()
                .any(|line| line.contains(" 001 "))
                .then_some(())
        });
    }
    server.lets_files_grow_to(Some(4096));
    bob.send("PRIVMSG #lobby :lost at the end");
    bob.until("not stored");
    assert_eq!(server.terminate(), Some(0), "it ends all the same");
    drop(server);
    let server = Server::start(folder.path());
    let past = all_history(&mut enter(&server.address, "ann", CAPS));
    let past: Vec<_> = past.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(past, ["before", "after 0", "after 1"]);
}

#[test]
fn a_log_that_lost_its_end_with_the_power_starts_only_where_that_was_accepted() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let data = server.data().join("server");
    let mut bob = enter(&server.address, "bob", CAPS);
    bob.send("PRIVMSG #lobby :kept");
    bob.settle();
    assert_eq!(server.terminate(), Some(0));
    let before = std::fs::read(data.join("log.sqlite")).unwrap();
    let mut server = Server::start(folder.path());
    let mut bob = enter(&server.address, "bob", CAPS);
    bob.send("PRIVMSG #lobby :lost with the power");
    bob.settle();
    assert_eq!(server.terminate(), Some(0));
    std::fs::write(data.join("log.sqlite"), before).unwrap();
    let mut options = Options::from_config(&Config::default(), data).unwrap();
    options.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
    let refused = start_in_thread(options.clone()).unwrap_err().to_string();
    assert!(
        refused.contains("put both back from one backup"),
        "{refused}"
    );
    options.durability = Durability::Normal;
    let running = start_in_thread(options).unwrap();
    let mut bob = enter(&running.addresses()[0].to_string(), "bob", CAPS);
    let past = all_history(&mut bob);
    let texts: Vec<_> = past.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["kept"]);
}

#[test]
fn who_comes_back_is_news_to_the_others_and_not_to_themselves() {
    let server = Inside::start();
    let mut bob = server.member("bobs", "bob");
    bob.send("NICK robert");
    bob.settle();
    let mut alice = enter(&server.address(), "alice", "away-notify");
    drop(bob);
    alice.until(":robert!");
    alice.settle();
    let mut bob = server.with_key("bobs", "bob");
    bob.until(" 903 ");
    bob.send("CAP END");
    let told = bob.settle();
    assert!(
        told.iter().any(|line| line.contains(" 001 bob ")),
        "{told:#?}"
    );
    let own = told
        .iter()
        .filter(|line| line.contains("bob!") || line.contains("robert!"));
    assert_eq!(
        own.filter(|line| !line.contains(" JOIN ")).count(),
        0,
        "{told:#?}"
    );
    let news = alice.settle();
    assert_eq!(news.len(), 2, "{news:#?}");
    assert!(
        news[0].contains(":robert!") && news[0].contains(" NICK "),
        "{news:#?}"
    );
    assert!(
        news[1].contains(":bob!") && news[1].contains(" AWAY"),
        "{news:#?}"
    );
}
