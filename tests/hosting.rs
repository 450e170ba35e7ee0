//! Rooms that clients host: real programs, pseudo-terminals and sockets.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support::{Irc, Screen, chatroom, wait_for};

/// A home, and a port that its clients host at.
struct Place {
    home: tempfile::TempDir,
    config: PathBuf,
    port: u16,
}

impl Place {
    /// Somebody with an IRC client, in the lobby.
    fn guest(&self) -> Irc {
        let mut guest = Irc::dial(&self.address());
        for line in ["NICK guest", "USER guest 0 * :guest", "JOIN #lobby"] {
            guest.send(line);
        }
        guest.settle();
        guest
    }

    /// A home, and a port that was free a moment ago.
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        Self::at(port)
    }

    /// Another home whose clients look at this port.
    fn at(port: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("config.toml");
        std::fs::write(
            &config,
            format!("[server]\nlisten = [\"127.0.0.1:{port}\"]\n"),
        )
        .unwrap();
        Self { home, config, port }
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The arguments of a client without an address.
    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<String> {
        let data = self.data();
        let mut arguments = vec!["join", "--config", self.config.to_str().unwrap(), "--data"];
        arguments.push(data.to_str().unwrap());
        arguments.extend(more);
        arguments.into_iter().map(str::to_owned).collect()
    }

    fn screen(&self, more: &[&str]) -> Screen {
        let arguments = self.arguments(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Screen::start(self.home.path(), &arguments, 24, 100)
    }

    /// One on which a long sentence stands in one row.
    fn wide_screen(&self, name: &str) -> Screen {
        let mut screen = self.screen(&["--name", name]);
        screen.resize(24, 400);
        screen
    }

    fn join(&self, name: &str) -> Screen {
        let mut screen = self.screen(&["--name", name]);
        screen.sees("#lobby");
        screen
    }
}

/// A name that is taken in the lobby has its sign in the list of members.
fn sees_member(screen: &mut Screen, name: &str) {
    screen.sees(&format!("+{name}"));
}

#[test]
fn when_the_host_leaves_the_next_one_hosts_and_all_talk_on() {
    let place = Place::new();
    let elsewhere = Place::at(place.port);
    let mut bob = place.join("bob");
    let screen = bob.sees("hosting");
    assert!(screen.contains("Nobody hosted here"), "{screen}");
    assert!(screen.contains("Only people on this machine"), "{screen}");
    let mut alice = place.join("alice");
    let mut carol = elsewhere.join("carol");
    sees_member(&mut bob, "carol");
    sees_member(&mut bob, "alice");
    carol.types("a thought");
    carol.sees("carol> a thought");
    bob.types("see you\r");
    carol.sees("see you");
    alice.sees("see you");
    bob.types("/quit\r");
    bob.sees("2 others are in it");
    bob.types("1");
    assert_eq!(bob.ends(), 0);
    alice.sees("so this client hosts now");
    sees_member(&mut alice, "carol");
    carol.until("carol to be back", |screen| {
        !screen.contains("offline") && screen.contains("carol> a thought")
    });
    alice.types("still here?\r");
    carol.sees("still here?");
    carol.types(" and more\r");
    alice.sees("a thought and more");
    let mut bob = place.join("bob");
    let screen = bob.sees("a thought and more");
    assert!(screen.contains("still here?"), "{screen}");
    assert!(!screen.contains("hosting"), "{screen}");
    bob.types("back\r");
    carol.sees("back");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(place.data().join("server/log"))
            .unwrap()
            .permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_command_for_others_works_when_pasted() {
    let place = Place::new();
    let mut bob = place.join("bob");
    // Wide enough that the command stands in one row.
    bob.resize(24, 250);
    let address = place.address();
    let command = |screen: &str| {
        let mut rows = screen.lines();
        let left = rows.find_map(|row| row.find("They join with:"))?;
        // It has a row of its own, from the left of the text on.
        let row = rows.next()?.get(left..)?;
        row.split_once(&address)
            .map(|(command, _)| command.to_owned())
    };
    let screen = bob.until("the command", |screen| command(screen).is_some());
    let command = command(&screen).unwrap();
    let other = tempfile::tempdir().unwrap();
    let command = format!("{command}{} --name alice", place.address());
    let mut alice = Screen::start_program("sh", other.path(), &["-c", &command], 24, 80);
    alice.sees("#lobby");
    sees_member(&mut bob, "alice");
}

#[test]
fn a_host_goes_on_without_its_screen() {
    let place = Place::new();
    let mut bob = place.join("bob");
    let mut alice = place.join("alice");
    sees_member(&mut bob, "alice");
    // Esc stays.
    bob.types("/quit\r");
    bob.sees("one other is in it");
    bob.types("\x1b");
    bob.until("the question to go", |screen| {
        !screen.contains("one other is in it")
    });
    // A key is asked the same, once, and not whether to leave before.
    bob.types("\x11");
    bob.sees("one other is in it");
    bob.types("3");
    let screen = bob.sees("Ctrl+C ends it");
    assert!(screen.contains(&place.address()), "{screen}");
    assert!(!bob.is_full_screen(), "the terminal is as it was");
    let mut carol = place.join("carol");
    sees_member(&mut alice, "carol");
    carol.types("who hosts?\r");
    alice.sees("who hosts?");
    bob.types("\x03");
    assert_eq!(bob.ends(), 0);
    // One of the two hosts on.
    carol.types("and now?\r");
    alice.sees("and now?");
}

#[test]
fn who_loses_the_race_to_host_joins_the_winner() {
    let place = Place::new();
    let names = ["bob", "alice", "carol", "dave"];
    let mut screens: Vec<Screen> = names
        .iter()
        .map(|name| place.screen(&["--name", name]))
        .collect();
    for screen in &mut screens {
        for name in names {
            sees_member(screen, name);
        }
    }
    let hosts = screens.iter().filter(|one| one.text().contains("hosting"));
    assert_eq!(hosts.count(), 1);
}

#[test]
fn a_port_with_something_else_on_it_is_named_and_the_next_one_taken() {
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = web.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in web.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.read(&mut [0; 512]);
        }
    });
    let place = Place::at(port);
    let mut bob = place.join("bob");
    let screen = bob.sees("This room is at");
    assert!(screen.contains("it is a web server"), "{screen}");
    // Who looks from another home goes past the web server as well.
    let elsewhere = Place::at(port);
    let mut carol = elsewhere.join("carol");
    sees_member(&mut bob, "carol");
    carol.types("found you\r");
    bob.sees("found you");
}

#[test]
fn signals_end_a_host_in_order() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let place = Place::new();
        let mut bob = place.join("bob");
        bob.types("last words\r");
        bob.sees("last words");
        let mut guest = Irc::dial(&place.address());
        guest.send("NICK guest");
        guest.send("USER guest 0 * :guest");
        guest.until(" 001 ");
        bob.signal(signal);
        assert_eq!(bob.ends(), 0);
        assert!(!bob.is_full_screen(), "the terminal is as it was");
        let heard = guest.until_closed();
        let is_told = heard.iter().any(|line| line.contains("the host has left"));
        assert!(is_told, "{heard:?}");
        let mut bob = place.join("bob");
        bob.sees("last words");
    }
}

/// A client on a terminal that nobody reads, killed with its test.
struct Unread {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _terminal: portable_pty::PtyPair,
}

impl Unread {
    fn join(place: &Place, name: &str) -> Self {
        let size = portable_pty::PtySize::default();
        let terminal = portable_pty::native_pty_system().openpty(size).unwrap();
        let model = chatroom(place.home.path());
        let mut command = portable_pty::CommandBuilder::new(model.get_program());
        command.env_clear();
        for (name, value) in model.get_envs() {
            command.env(name, value.unwrap());
        }
        command.args(place.arguments(&["--name", name]));
        Self {
            child: terminal.slave.spawn_command(command).unwrap(),
            _terminal: terminal,
        }
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_terminal_that_stands_still_holds_up_nobody() {
    let place = Place::new();
    let mut bob = Unread::join(&place, "bob");
    wait_for("the host", || TcpStream::connect(place.address()).ok());
    let mut alice = place.join("alice");
    let elsewhere = Place::at(place.port);
    let mut carol = elsewhere.join("carol");
    sees_member(&mut alice, "carol");
    // Far more than the terminal of the host holds.
    for number in 0..400 {
        let letters = "abcdefghij".repeat(30);
        alice.types(&format!("({number}) {letters}\r"));
        carol.sees(&format!("({number})"));
    }
    carol.types("all of it\r");
    alice.sees("all of it");
    let pid = bob.child.process_id().and_then(|id| id.try_into().ok());
    kill_process(pid.and_then(Pid::from_raw).unwrap(), Signal::TERM).unwrap();
    let status = wait_for("the host to end", || bob.child.try_wait().unwrap());
    assert!(status.success(), "{status}");
    carol.types("who hosts?\r");
    alice.sees("who hosts?");
}

#[test]
fn ctrl_z_stops_a_host_that_is_alone_and_no_other() {
    let place = Place::new();
    let arguments = place.arguments(&["--name", "bob"]).join(" ");
    let program = env!("CARGO_BIN_EXE_chatroom");
    let script = format!("{program} {arguments}; echo IN THE SHELL; read line; fg; echo OVER");
    let mut bob = Screen::start_program("sh", place.home.path(), &["-mc", &script], 24, 100);
    bob.sees("hosting");
    bob.types("a draft");
    bob.sees("bob> a draft");
    bob.types("\x1a");
    bob.sees("IN THE SHELL");
    assert!(!bob.is_full_screen(), "the terminal is the shell's");
    bob.types("\n");
    bob.sees("bob> a draft");
    assert!(bob.is_full_screen());
    let mut alice = place.join("alice");
    sees_member(&mut bob, "alice");
    bob.types("\x1a");
    bob.sees("one other is in the room that you host");
    assert!(bob.is_full_screen());
    alice.types("/quit\r");
    assert_eq!(alice.ends(), 0);
    bob.types("\x15/quit\r");
    bob.sees("OVER");
}

#[test]
fn a_name_has_to_be_given_only_once() {
    let place = Place::new();
    let mut bob = place.screen(&[]);
    bob.sees("Which name do you want here?");
    bob.types("\x15bob\r");
    bob.sees("bob>");
    sees_member(&mut bob, "bob");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    let mut bob = place.screen(&[]);
    sees_member(&mut bob, "bob");
}

#[test]
fn who_gives_a_name_on_the_first_start_is_told_of_the_servers_key_as_well() {
    let place = Place::new();
    let _bob = place.join("bob");
    let elsewhere = Place::at(place.port);
    let mut carol = elsewhere.screen(&[]);
    carol.sees("Which name do you want here?");
    carol.types("\x15carol\r");
    sees_member(&mut carol, "carol");
    carol.sees("first time at");
    carol.types("/quit\r");
    assert_eq!(carol.ends(), 0);
    let mut carol = elsewhere.screen(&[]);
    sees_member(&mut carol, "carol");
    assert!(!carol.text().contains("first time at"), "{}", carol.text());
}

#[test]
fn a_name_that_is_anothers_is_refused_with_one_that_is_free() {
    let place = Place::new();
    let mut bob = place.join("bob");
    let elsewhere = Place::at(place.port);
    let mut stranger = elsewhere.screen(&["--name", "bob"]);
    let screen = stranger.sees("The name bob cannot be yours here");
    assert!(screen.contains("belongs to"), "{screen}");
    stranger.types("\r");
    sees_member(&mut bob, "bob2");
    drop(stranger);
    // It is kept for the next time.
    let mut again = elsewhere.screen(&[]);
    sees_member(&mut again, "bob2");
    // What is offered is free, though bob2 is taken, too.
    let third_place = Place::at(place.port);
    let mut third = third_place.screen(&["--name", "bob"]);
    third.sees("The name bob cannot be yours here");
    third.types("\r");
    sees_member(&mut bob, "bob3");
}

#[test]
fn without_a_name_it_is_that_of_the_machines_user() {
    let place = Place::new();
    let _bob = place.join("bob");
    let elsewhere = Place::at(place.port);
    for (user, expected) in [("bob", None), ("root", None), ("dora", Some("dora"))] {
        let output = chatroom(elsewhere.home.path())
            .args(elsewhere.arguments(&["--plain"]))
            .env("USER", user)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            output.status.success(),
            expected.is_some(),
            "{user}: {told}"
        );
        if let Some(name) = expected {
            assert!(told.contains(&format!("connected as {name}")), "{told}");
        }
    }
}

#[test]
fn without_a_screen_a_refused_name_is_one_sentence() {
    let place = Place::new();
    let _bob = place.join("bob");
    let elsewhere = Place::at(place.port);
    for arguments in [&["--plain", "--name", "bob"][..], &["--plain"]] {
        let output = chatroom(elsewhere.home.path())
            .args(elsewhere.arguments(arguments))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("--name") && said.lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn who_meets_a_host_that_is_stopped_is_told_and_waits_for_it() {
    let place = Place::new();
    let mut bob = place.join("bob");
    // What is told after it shows that it was stored.
    bob.types("kept\r/away busy\r");
    bob.sees("~bob");
    bob.signal(Signal::STOP);
    let pid = bob.pid().to_string();
    let mut alice = place.wide_screen("alice");
    let screen = alice.sees("answers nothing");
    assert!(
        screen.contains(&format!("Process {pid} serves")),
        "{screen}"
    );
    assert!(screen.contains(&format!("kill -CONT {pid}")), "{screen}");
    alice.sees("offline, trying again");
    // Who reads no screen is not kept waiting, and hosts no second server either.
    let output = chatroom(place.home.path())
        .args(place.arguments(&["--plain", "--name", "carol"]))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("process {pid}, which serves")),
        "{said}"
    );
    let lock = std::fs::read_to_string(place.data().join("server/lock")).unwrap();
    assert_eq!(lock.lines().next(), Some(pid.as_str()));
    bob.signal(Signal::CONT);
    sees_member(&mut bob, "alice");
    alice.types("there you are\r");
    bob.sees("there you are");
    assert!(!alice.text().contains("hosting"), "{}", alice.text());
}

#[test]
fn a_host_that_was_stopped_and_killed_is_followed_by_who_waited() {
    let place = Place::new();
    let mut bob = place.join("bob");
    let mut guest = place.guest();
    bob.types("kept\r");
    // What others see is stored.
    guest.until("kept");
    bob.signal(Signal::STOP);
    let mut alice = place.wide_screen("alice");
    alice.sees("answers nothing");
    bob.signal(Signal::KILL);
    let screen = alice.until("alice to host", |screen| {
        screen.contains("hosting") && screen.contains("kept")
    });
    assert!(!screen.contains("offline"), "{screen}");
}

#[test]
fn who_went_with_a_host_that_was_killed_has_left() {
    let place = Place::new();
    let mut bob = place.join("bob");
    let mut alice = place.join("alice");
    let _guest = place.guest();
    sees_member(&mut bob, "alice");
    alice.sees("guest joined");
    bob.signal(Signal::KILL);
    alice.sees("guest left");
    assert!(!alice.text().contains("alice left"), "{}", alice.text());
}

#[test]
fn who_is_in_when_the_host_is_stopped_is_told_and_goes_on_with_it() {
    let place = Place::new();
    let mut bob = place.join("bob");
    let mut alice = place.wide_screen("alice");
    sees_member(&mut bob, "alice");
    bob.signal(Signal::STOP);
    // As after a stop of its own, it asks the server at once whether it is there.
    alice.signal(Signal::CONT);
    let screen = alice.sees("answers nothing");
    let pid = bob.pid();
    assert!(screen.contains(&format!("kill -CONT {pid}")), "{screen}");
    alice.types("unsent\r");
    alice.sees("(not sent yet)");
    bob.signal(Signal::CONT);
    bob.sees("unsent");
    alice.until("the line to be sent", |screen| {
        !screen.contains("(not sent yet)") && !screen.contains("offline")
    });
}

#[test]
fn a_host_without_a_screen_is_asked_at_a_terminal() {
    let place = Place::new();
    let mut bob = place.screen(&["--plain", "--name", "bob"]);
    bob.sees("you are in this room now");
    let mut alice = place.join("alice");
    bob.sees("alice");
    bob.types("/quit\n");
    let screen = bob.sees("3 leave, and go on hosting");
    assert!(screen.contains("one other is in it"), "{screen}");
    bob.types("2\n");
    bob.types("stayed\n");
    alice.sees("stayed");
    assert!(!alice.text().contains("bob  2"), "{}", alice.text());
    // Any other line stays and is said; the end of input asks as well.
    bob.types("/quit\n");
    bob.types("stayed again\n");
    alice.sees("stayed again");
    bob.types("2\n");
    alice.until("a line that is no answer", |screen| {
        screen.lines().any(|line| line.trim_end().ends_with(" 2"))
    });
    bob.types("\x04");
    bob.until("the question", |screen| {
        let after = screen.rsplit_once("\n2\n");
        after.is_some_and(|(_, after)| after.contains("go on hosting"))
    });
    bob.types("3\n");
    bob.sees("Ctrl+C ends it");
    let mut carol = place.join("carol");
    sees_member(&mut carol, "alice");
    bob.types("\x03");
    assert_eq!(bob.ends(), 0);
    alice.types("who hosts?\r");
    carol.sees("who hosts?");
}

#[test]
fn a_pipe_that_hosts_closes_the_room_at_its_end_and_says_so() {
    let place = Place::new();
    let mut bob = chatroom(place.home.path())
        .args(place.arguments(&["--name", "bob"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = support::lines_of(bob.stdout.take().unwrap());
    let mut input = bob.stdin.take().unwrap();
    wait_for("the host", || TcpStream::connect(place.address()).ok());
    let mut alice = place.join("alice");
    input.write_all(b"last words\n").unwrap();
    alice.sees("last words");
    drop(input);
    let status = wait_for("the pipe to end", || bob.try_wait().unwrap());
    assert!(status.success(), "{status}");
    let told: Vec<String> = told.iter().collect();
    let is_said = |line: &String| line.contains("closes on one other");
    assert!(told.iter().any(is_said), "{told:?}");
    alice.sees("so this client hosts now");
    alice.sees("last words");
}

#[test]
fn ten_clients_find_each_other_again_however_their_hosts_go() {
    let place = Place::new();
    let mut screens: Vec<(String, Screen)> = Vec::new();
    for number in 0..10 {
        let name = format!("member{number}");
        let screen = place.join(&name);
        screens.push((name, screen));
    }
    let mut said = Vec::new();
    for round in 0..4 {
        let host = wait_for("one host", || {
            for (_, screen) in &mut screens {
                screen.look();
            }
            let is_host = |(_, screen): &(String, Screen)| screen.text().contains("hosting");
            let hosts: Vec<usize> = (0..screens.len())
                .filter(|at| is_host(&screens[*at]))
                .collect();
            assert!(hosts.len() < 2, "{hosts:?}");
            hosts.first().copied()
        });
        let (_, mut gone) = screens.remove(host);
        let line = format!("in round {round}");
        screens[0].1.types(&format!("{line}\r"));
        // Killed in the middle of what it does, or told to end.
        if round % 2 == 0 {
            gone.signal(Signal::KILL);
        } else {
            gone.signal(Signal::TERM);
            assert_eq!(gone.ends(), 0);
        }
        said.push(line);
        for (_, screen) in &mut screens {
            screen.until("to be together again, with all that was said", |screen| {
                let is_there = |line: &String| screen.contains(line.as_str());
                !screen.contains("offline")
                    && !screen.contains("not sent yet")
                    && said.iter().all(is_there)
            });
        }
    }
    // Nobody is on a server of their own.
    let names: Vec<String> = screens.iter().map(|(name, _)| name.clone()).collect();
    for (_, screen) in &mut screens {
        for name in &names {
            sees_member(screen, name);
        }
    }
}

#[test]
fn hosts_killed_while_they_begin_leave_no_ruin() {
    let place = Place::new();
    // From before the lock is taken until after the first frame of a room.
    for round in 0..12_u64 {
        let bob = place.screen(&["--name", "bob"]);
        let alice = place.screen(&["--name", "alice"]);
        let until = Instant::now() + Duration::from_millis(round * round);
        wait_for("the moment", || (Instant::now() >= until).then_some(()));
        bob.signal(Signal::KILL);
        alice.signal(Signal::KILL);
    }
    let mut screens: Vec<Screen> = ["bob", "alice", "carol"]
        .iter()
        .map(|name| place.screen(&["--name", name]))
        .collect();
    for screen in &mut screens {
        for name in ["bob", "alice", "carol"] {
            sees_member(screen, name);
        }
    }
    let hosts = screens.iter().filter(|one| one.text().contains("hosting"));
    assert_eq!(hosts.count(), 1);
}
