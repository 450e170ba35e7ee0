//! `chatroom send` and `chatroom tail`: the real program between real pipes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::Receiver;

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use support::{DEADLINE, Server, chatroom, lines_of, wait_for};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A command of somebody, at a server.
fn command(server: &Server, home: &Path, verb: &str, name: &str, rest: &[&str]) -> Command {
    let mut command = chatroom(home);
    command.args([verb, "--to", &server.address, "--name", name]);
    command.args(rest);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn send(server: &Server, home: &Path, name: &str, rest: &[&str]) -> Output {
    command(server, home, "send", name, rest).output().unwrap()
}

/// It failed with one line that says this, and wrote nothing else.
#[track_caller]
fn failed(output: &Output, says: &str) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(says), "{error}");
    assert!(output.stdout.is_empty());
}

#[track_caller]
fn is_done(output: &Output) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(error.is_empty(), "{error}");
}

/// A `tail` that is stopped with its test.
struct Tail {
    child: Child,
    lines: Receiver<String>,
}

impl Tail {
    fn start(server: &Server, home: &Path, name: &str, rest: &[&str]) -> Self {
        let mut child = command(server, home, "tail", name, rest).spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        Self { child, lines }
    }

    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).unwrap()
    }

    /// The next line without its time.
    #[track_caller]
    fn said(&self) -> String {
        let line = self.line();
        line.split_once(' ').unwrap().1.to_owned()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A group that exists, with somebody in it who sees who comes.
fn group(server: &Server) -> support::Irc {
    let mut eve = server.irc("eve");
    eve.send("JOIN #ops");
    eve.until(" 366 ");
    eve.settle();
    eve
}

#[test]
fn a_text_is_said_as_it_stands_by_who_is_no_presence() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut eve = group(&server);
    eve.wants("away-notify");
    eve.settle();
    is_done(&send(
        &server,
        home.path(),
        "bob",
        &["ops", "/quit is no command"],
    ));
    assert!(eve.until("PRIVMSG #ops").ends_with(":/quit is no command"));
    let told = eve.settle();
    // Who comes in without a presence is away from the first.
    assert!(told[0].contains(" JOIN ") && told.len() <= 3, "{told:?}");
    is_done(&send(&server, home.path(), "bob", &["#ops", "again"]));
    eve.until("PRIVMSG #ops :again");
    let told = eve.settle();
    assert_eq!(told.len(), 1, "nothing but the message is told: {told:?}");
    is_done(&send(&server, home.path(), "bob", &["@eve", "psst"]));
    eve.until("PRIVMSG eve :psst");
    is_done(&send(&server, home.path(), "bob", &["lobby", "hi all"]));
    let tail = Tail::start(&server, home.path(), "bob", &["lobby"]);
    assert_eq!(tail.said(), "#lobby <bob> hi all");
}

#[test]
fn each_line_of_the_input_is_a_message_and_all_are_confirmed() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut child = command(&server, home.path(), "send", "bob", &["lobby"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines: String = (1..=3000).map(|n| format!("line {n}\n\n")).collect();
    input.write_all(lines.as_bytes()).unwrap();
    drop(input);
    is_done(&child.wait_with_output().unwrap());
    let tail = Tail::start(&server, home.path(), "bob", &["-n", "3000", "lobby"]);
    for n in 1..=3000 {
        assert_eq!(tail.said(), format!("#lobby <bob> line {n}"));
    }
}

#[test]
fn what_cannot_be_said_is_one_sentence_and_makes_no_room() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let home = home.path();
    let no_room = "there is no room #nowhere";
    failed(&send(&server, home, "bob", &["nowhere", "hi"]), no_room);
    let tail = command(&server, home, "tail", "bob", &["nowhere"]).output();
    failed(&tail.unwrap(), no_room);
    let nobody = "not sent: there is nobody called zoe";
    failed(&send(&server, home, "bob", &["@zoe", "hi"]), nobody);
    failed(
        &send(&server, home, "bob", &["lobby", " "]),
        "nothing to send",
    );
    let mut eve = server.irc("eve");
    eve.send("JOIN #den");
    eve.send("MODE #den +i");
    eve.until(" MODE #den");
    let by_invitation = "#den is by invitation";
    failed(&send(&server, home, "bob", &["den", "hi"]), by_invitation);
    failed(
        &send(&server, home, "eve", &["lobby", "hi"]),
        "the name eve cannot be used",
    );
    let chinese = send(&server, home, "bob", &["--lang", "zh", "nowhere", "hi"]);
    failed(&chinese, "没有 #nowhere 这个房间");
    eve.settle();
    eve.send("LIST");
    let rooms = eve.settle();
    assert!(
        !rooms.iter().any(|line| line.contains("nowhere")),
        "{rooms:?}"
    );
}

#[test]
fn a_refused_line_fails_and_the_others_are_said() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut child = command(&server, home.path(), "send", "bob", &["lobby"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let long = "x".repeat(40_000);
    input
        .write_all(format!("before\n{long}\nafter\n").as_bytes())
        .unwrap();
    drop(input);
    failed(
        &child.wait_with_output().unwrap(),
        "not sent: the message is too long",
    );
    let tail = Tail::start(&server, home.path(), "bob", &["lobby"]);
    assert_eq!(tail.said(), "#lobby <bob> before");
    assert_eq!(tail.said(), "#lobby <bob> after");
}

#[test]
fn no_line_is_lost_and_none_is_twice_when_the_server_is_killed() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    is_done(&send(&server, home.path(), "bob", &["lobby", "first"]));
    let tail = Tail::start(&server, home.path(), "ann", &["-n", "1", "lobby"]);
    assert_eq!(tail.said(), "#lobby <bob> first");
    let mut child = command(&server, home.path(), "send", "bob", &["lobby"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let say = |input: &mut ChildStdin, from: u32, to: u32| {
        for n in from..to {
            writeln!(input, "{n}").unwrap();
        }
    };
    say(&mut input, 0, 400);
    assert_eq!(tail.said(), "#lobby <bob> 0");
    let server = server.killed_and_started_again();
    say(&mut input, 400, 800);
    drop(input);
    is_done(&child.wait_with_output().unwrap());
    for n in 1..800 {
        assert_eq!(tail.said(), format!("#lobby <bob> {n}"));
    }
    drop(server);
}

#[test]
fn a_message_is_an_object_of_json() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut eve = group(&server);
    let tail = Tail::start(&server, home.path(), "bob", &["--json", "-n0", "ops"]);
    eve.until("bob!");
    eve.send("PRIVMSG #ops :\u{1}ACTION waves 你好\u{1}");
    is_done(&send(&server, home.path(), "bob", &["ops", "one\ntwo"]));
    let read = |line: String| serde_json::from_str::<serde_json::Value>(&line).unwrap();
    let (waves, lines) = (read(tail.line()), read(tail.line()));
    let fields: Vec<&String> = waves.as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 7, "{fields:?}");
    let is = |row: &serde_json::Value, field: &str, value: &str| {
        assert_eq!(row[field].as_str(), Some(value), "{row}");
    };
    is(&waves, "kind", "action");
    is(&waves, "text", "waves 你好");
    is(&waves, "room", "#ops");
    is(&waves, "from", "eve");
    assert!(waves["account"].is_null() && waves["id"].is_string());
    is(&lines, "account", "bob");
    is(&lines, "text", "one\ntwo");
    assert!(lines["time"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn a_person_is_followed_and_written_to() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut eve = server.irc("eve");
    is_done(&send(&server, home.path(), "bob", &["@eve", "hi"]));
    eve.until("PRIVMSG eve :hi");
    let tail = Tail::start(&server, home.path(), "bob", &["@eve"]);
    assert_eq!(tail.said(), "@eve <bob> hi");
    eve.send("PRIVMSG bob :hello yourself");
    assert_eq!(tail.said(), "@eve <eve> hello yourself");
}

#[test]
fn a_pipe_that_nobody_reads_ends_quietly() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    is_done(&send(&server, home.path(), "bob", &["lobby", "hi"]));
    let mut child = command(&server, home.path(), "tail", "bob", &["lobby"])
        .spawn()
        .unwrap();
    let mut out: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.ends_with("<bob> hi\n"), "{line}");
    drop(out);
    let ended = wait_for("tail to end", || child.try_wait().unwrap());
    assert_eq!(ended.code(), Some(0));
    assert!(child.wait_with_output().unwrap().stderr.is_empty());
}

#[test]
fn without_an_address_the_server_of_the_data_folder_is_found() {
    let folder = folder();
    let server = Server::start(folder.path());
    let output = chatroom(folder.path())
        .args(["send", "--name", "bob", "lobby", "hi", "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    is_done(&output);
    drop(server);
    let elsewhere = tempfile::tempdir().unwrap();
    let config = elsewhere.path().join("c.toml");
    // A port where nobody listens.
    std::fs::write(&config, "server.listen = [\"127.0.0.1:1\"]\n").unwrap();
    let output = chatroom(elsewhere.path())
        .args(["send", "lobby", "hi", "--config"])
        .arg(&config)
        .output()
        .unwrap();
    failed(&output, "no server runs here");
}

#[test]
fn a_shell_is_told_how_to_complete() {
    let home = folder();
    let output = chatroom(home.path()).args(["completions", "bash"]).output();
    let output = output.unwrap();
    is_done(&output);
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(
        script.contains("--plain") && script.contains("tail"),
        "{script}"
    );
}

#[test]
fn what_is_no_text_is_said_with_marks_and_fails() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let tail = Tail::start(&server, home.path(), "zoe", &["lobby"]);
    is_done(&send(&server, home.path(), "zoe", &["lobby", "first"]));
    assert_eq!(tail.said(), "#lobby <zoe> first");
    let mut child = command(&server, home.path(), "send", "zoe", &["lobby"]);
    let mut child = child.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"one\xff\ntwo\nthr\0ee\n").unwrap();
    drop(input);
    failed(
        &child.wait_with_output().unwrap(),
        "2 lines held bytes that are no text",
    );
    for said in ["one\u{fffd}", "two", "thr\u{fffd}ee"] {
        assert_eq!(tail.said(), format!("#lobby <zoe> {said}"));
    }
}

#[test]
fn who_is_put_out_half_way_is_told_how_many_lines_were_not_sent() {
    let (folder, home) = (folder(), folder());
    let server = Server::start(folder.path());
    let mut eve = group(&server);
    let mut child = command(&server, home.path(), "send", "bob", &["ops"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"one\n").unwrap();
    eve.until(":one");
    eve.send("KICK #ops bob :enough");
    eve.until("KICK #ops");
    // It may have gone already.
    let _ = input.write_all(b"two\nthree\n");
    drop(input);
    failed(
        &child.wait_with_output().unwrap(),
        "not sent: eve removed you: enough",
    );
}

#[cfg(unix)]
#[test]
fn a_host_that_is_stopped_is_named_with_what_to_do() {
    let folder = folder();
    let server = Server::start(folder.path());
    let lock = std::fs::read_to_string(server.data().join("server/lock")).unwrap();
    let pid: i32 = lock.lines().next().unwrap().parse().unwrap();
    let process = Pid::from_raw(pid).unwrap();
    kill_process(process, Signal::STOP).unwrap();
    for verb in [&["send", "lobby", "hi"][..], &["tail", "lobby"]] {
        let output = chatroom(folder.path())
            .args(verb)
            .args(["--name", "bob", "--data"])
            .arg(server.data())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        failed(&output, &format!("kill -CONT {pid}"));
    }
    kill_process(process, Signal::CONT).unwrap();
}
