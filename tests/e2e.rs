//! The real program on real sockets and a real pseudo-terminal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use support::tutorial::{Generation, Tutorial};
use support::{DEADLINE, Irc, Screen, Server, chatroom, wait_for};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn two_guests_talk_in_the_lobby() {
    let folder = folder();
    let server = Server::start(folder.path());
    let (mut bob, mut alice) = (server.irc("bob"), server.irc("alice"));
    bob.send("JOIN #lobby");
    bob.until(" 366 ");
    alice.send("JOIN #lobby");
    alice.until(" 366 ");
    bob.until("alice!");
    bob.send("PRIVMSG #lobby :你好, alice");
    assert!(alice.until("你好").starts_with(":bob!"));
    alice.send("PRIVMSG bob :hi");
    bob.until("PRIVMSG bob :hi");
}

#[test]
fn what_was_said_is_there_after_the_server_was_killed() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = server.irc("bob");
    bob.wants("echo-message message-tags server-time batch draft/chathistory");
    bob.send("JOIN #lobby");
    bob.until(" 366 ");
    for n in 0..50 {
        bob.send(&format!("PRIVMSG #lobby :line {n}"));
    }
    bob.until("line 49");
    let told: Vec<String> = bob
        .settle()
        .into_iter()
        .filter(|line| line.contains("PRIVMSG"))
        .collect();
    assert_eq!(told.len(), 50);
    drop(bob);
    let server = server.killed_and_started_again();
    let mut alice = server.irc("alice");
    alice.wants("message-tags server-time batch draft/chathistory");
    alice.send("JOIN #lobby");
    alice.until(" 366 ");
    alice.settle();
    alice.send("CHATHISTORY LATEST #lobby * 100");
    let kept: Vec<String> = alice
        .settle()
        .into_iter()
        .filter(|line| line.contains("PRIVMSG"))
        .collect();
    let ids = |lines: &[String]| {
        lines
            .iter()
            .map(|line| tag(line, "msgid"))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&kept), ids(&told));
}

/// Somebody at a terminal of 80 columns who joins a server.
fn joins(folder: &tempfile::TempDir, server: &Server, name: &str) -> Screen {
    let arguments = ["join", &server.address, "--name", name];
    Screen::start(folder.path(), &arguments, 24, 80)
}

/// The value of a tag of a line.
fn tag(line: &str, name: &str) -> String {
    let tags = line
        .strip_prefix('@')
        .and_then(|line| line.split_once(' '))
        .unwrap()
        .0;
    let of = |tag: &str| {
        tag.split_once('=')
            .filter(|(one, _)| *one == name)
            .map(|(_, value)| value.to_owned())
    };
    tags.split(';')
        .find_map(of)
        .unwrap_or_else(|| panic!("no {name} in {line}"))
}

#[test]
fn bob_and_alice_talk_on_their_screens() {
    let folder = folder();
    let server = Server::start(folder.path());
    let home = folder.path();
    let mut bob = joins(&folder, &server, "bob");
    bob.sees("#lobby");
    let mut alice = Screen::start(home, &["join", &server.address, "--name", "alice"], 40, 120);
    bob.sees("alice");
    alice.sees("#lobby");
    alice.types("大家好，我到了\r");
    bob.sees("大家好，我到了");
    alice.sees("大家好，我到了");
    bob.types("hello alice\r");
    alice.sees("hello alice");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    assert!(!bob.is_full_screen(), "the terminal is as it was");
}

#[test]
fn a_client_comes_back_when_its_server_does() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = joins(&folder, &server, "bob");
    bob.sees("#lobby");
    bob.types("before\r");
    bob.sees("before");
    let server = server.killed_and_started_again();
    bob.types("after\r");
    let mut alice = server.irc("alice");
    alice.wants("message-tags batch draft/chathistory");
    alice.send("JOIN #lobby");
    alice.until(" 366 ");
    support::wait_for("the line to arrive", || {
        alice.send("CHATHISTORY LATEST #lobby * 100");
        let lines = alice.settle();
        let said = |text: &str| {
            lines
                .iter()
                .filter(|line| line.ends_with(&format!(":{text}")))
                .count()
        };
        (said("before") == 1 && said("after") >= 1).then_some(())
    });
}

#[test]
fn a_name_belongs_to_the_key_that_used_it_first() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = joins(&folder, &server, "bob");
    bob.sees("#lobby");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    let mut thief = Irc::dial(&server.address);
    thief.send("NICK bob");
    thief.send("USER b 0 * :b");
    thief.until(" 433 ");
    thief.send("NICK bоb");
    thief.until(" 43");
    let mut pipe = Tutorial::dial(&server.address, Generation::Pipes, "bob");
    pipe.sends(3, "", "");
    pipe.sees("bob");
    let other = tempfile::tempdir().unwrap();
    let mut stranger = Screen::start(
        other.path(),
        &["join", &server.address, "--name", "bob"],
        24,
        80,
    );
    stranger.until("a refusal", |screen| {
        screen.contains("bob") && !screen.contains("#lobby")
    });
    let mut bob = joins(&folder, &server, "bob");
    bob.sees("#lobby");
}

#[test]
fn the_tutorials_clients_are_in_the_same_room() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = server.irc("bob");
    bob.send("JOIN #lobby");
    bob.until(" 366 ");
    let mut pipe = Tutorial::log_in(&server.address, Generation::Pipes, "tom");
    bob.until("tom!");
    let mut json = Tutorial::dial(&server.address, Generation::Json, "ann");
    let glued = json.frame(3, "", "") + &json.frame(1, "大家好", "");
    json.writes(glued.as_bytes());
    assert!(json.sees("[ann]: 大家好").starts_with("【公屏】"));
    pipe.sees("[ann]: 大家好");
    bob.until("PRIVMSG #lobby :大家好");
    bob.send("PRIVMSG #lobby :hi all");
    pipe.sees("[bob]: hi all");
    json.sees("[bob]: hi all");
    pipe.sends(2, "", "");
    json.sees("[tom]: I Logout");
}

#[test]
fn without_a_screen_each_line_is_as_if_typed() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut alice = server.irc("alice");
    alice.send("JOIN #lobby");
    alice.until(" 366 ");
    let mut child = chatroom(folder.path())
        .args(["join", &server.address, "--name", "bob"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"hello\n/quit\n")
        .unwrap();
    alice.until("PRIVMSG #lobby :hello");
    let status = support::wait_for("the client to end", || child.try_wait().unwrap());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(status.success(), "{said}");
}

#[test]
fn an_address_in_use_is_one_clear_line() {
    let folder = folder();
    let server = Server::start(folder.path());
    is_refused_for(&server, &server.address, &folder.path().join("other"));
}

#[test]
fn a_data_folder_serves_one_server() {
    let folder = folder();
    let server = Server::start(folder.path());
    is_refused_for(&server, "127.0.0.1:0", server.data());
}

/// Starts another server, which must end with one line that names the first one's address.
#[track_caller]
fn is_refused_for(server: &Server, listen: &str, data: &Path) {
    let output = chatroom(data)
        .args(["serve", "--listen", listen, "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&server.address) && said.lines().count() == 1,
        "{said}"
    );
}

#[test]
fn rubbish_harms_nobody_else() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut bob = server.irc("bob");
    for rubbish in [
        &b"\x00\xff\xfe\r\n\r\n"[..],
        b"\x16\x03\x01rubbish",
        b"{\"name\":",
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-2.0-x\r\n",
    ] {
        let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
        stream.write_all(rubbish).unwrap();
        drop(stream);
    }
    bob.send(&format!("PRIVMSG #lobby :{}", "x".repeat(2000)));
    bob.until(" 417 ");
    bob.send("JOIN #lobby");
    bob.until(" 366 ");
}

#[test]
fn a_server_that_asks_for_tls_turns_plain_irc_away_and_takes_our_own_client() {
    let folder = folder();
    let config = folder.path().join("chat.toml");
    std::fs::write(&config, "server.plaintext = \"never\"\n").unwrap();
    let mut command = chatroom(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]);
    command
        .arg(&config)
        .arg("--data")
        .arg(folder.path().join("data"));
    let (server, _told) = Server::start_by(command, folder.path());
    let mut plain = Irc::dial(&server.address);
    plain.send("NICK eve\r\nUSER eve 0 * :eve");
    assert_eq!(
        plain.until_closed(),
        ["ERROR :This server speaks TLS only; TLS is on this same port"]
    );
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees("#lobby");
}

#[test]
fn who_comes_and_goes_is_told_to_who_asked_for_it_alone() {
    let folder = folder();
    for is_asked in [false, true] {
        let mut command = chatroom(folder.path());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(folder.path().join("data"));
        if is_asked {
            command.arg("-v");
        }
        let (server, told) = Server::start_by(command, folder.path());
        let mut bob = server.irc("bob");
        bob.send("JOIN #den");
        bob.settle();
        bob.send("NICK robert");
        bob.send("QUIT :red \u{1b}[31m");
        bob.until_closed();
        Tutorial::log_in(&server.address, Generation::Json, "ann").goes();
        if is_asked {
            for expected in [
                "connection 1: IRC, no TLS",
                "connection 1: bob came, a guest",
                "bob came into #den",
                "bob is robert now",
                "connection 1: robert left: Quit: red [31m",
                "connection 2: the tutorial's JSON, no TLS",
                "connection 2: ann came, a guest",
                "ann came into #lobby",
                "connection 2: ann left: Connection closed",
            ] {
                let line = told.recv_timeout(DEADLINE).unwrap();
                assert!(line.ends_with(expected), "{expected:?}: {line:?}");
            }
        }
        drop(server);
        assert_eq!(told.recv_timeout(DEADLINE).ok(), None);
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_is_asked_to_end_tells_everybody() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let bob = server.irc("bob");
    assert_eq!(server.terminate(), Some(0));
    let said = bob.until_closed();
    assert!(
        said.iter().any(|line| line.starts_with("ERROR")),
        "{said:?}"
    );
}

#[test]
fn who_hosts_is_told_so_with_a_command_that_works() {
    let folder = folder();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[server]\nlisten = [\"127.0.0.1:0\"]\n").unwrap();
    let data = folder.path().join("data");
    let hosts = [
        "join",
        "--name",
        "bob",
        "--config",
        config.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ];
    let mut bob = Screen::start(folder.path(), &hosts, 24, 120);
    bob.sees("+bob");
    let screen = bob.sees("127.0.0.1:");
    assert!(screen.contains("Nobody hosted here"), "{screen}");
    let (_, after) = screen.split_once("127.0.0.1:").unwrap();
    let address = format!("127.0.0.1:{}", after.split_whitespace().next().unwrap());
    let mut alice = Screen::start(
        folder.path(),
        &["join", &address, "--name", "alice"],
        24,
        80,
    );
    bob.sees("alice joined");
    bob.types("welcome\r");
    alice.sees("welcome");
}

#[test]
fn one_comes_back_to_true_counts_and_to_where_one_was() {
    let folder = folder();
    let server = Server::start(folder.path());
    let home = folder.path();
    let join = |name: &str| {
        let arguments = ["join", &server.address, "--name", name];
        Screen::start(home, &arguments, 24, 80)
    };
    let mut alice = join("alice");
    alice.sees("#lobby");
    alice.types("/new ops\r");
    alice.sees(">#ops");
    let mut bob = join("bob");
    bob.sees("#lobby");
    bob.types("/join ops\r");
    bob.sees(">#ops");
    alice.sees("bob joined");
    bob.types("here I am\r");
    alice.sees("here I am");
    alice.types("good\r");
    bob.sees("good");
    wait_for("bob to have read it", || found(home, "%23ops"));
    bob.types("to be finished");
    bob.sees("to be finished");
    bob.types("\x11\x11");
    assert_eq!(bob.ends(), 0);
    alice.sees("bob left");
    alice.types("/new plans\r");
    alice.sees(">#plans");
    alice.types("/invite bob\r");
    alice.sees("you have invited bob");
    alice.types("/go ops\r");
    alice.types("missed one\r");
    alice.types("bob, missed two\r");
    alice.sees("bob, missed two");
    alice.types("\x1b1in the lobby\r");
    alice.sees("in the lobby");
    let mut bob = join("bob");
    bob.sees(">#ops");
    bob.sees(" 2 new ");
    bob.sees("missed two");
    bob.sees("here I am");
    bob.sees("#lobby       1");
    bob.sees("bob> to be finished");
}

#[test]
fn the_name_that_was_taken_last_is_the_next_ones() {
    let folder = folder();
    let server = Server::start(folder.path());
    let join = |more: &[&str]| {
        let arguments = [&["join", &server.address], more].concat();
        Screen::start(folder.path(), &arguments, 24, 80)
    };
    let mut bob = join(&["--name", "bob"]);
    bob.sees(" 1 in");
    bob.types("/nick robert\r");
    bob.sees("robert>");
    bob.types("/msg zoe are you there\r/go zoe\rnot yet finished");
    bob.sees("not yet finished");
    bob.types("\x11\x11");
    // Nobody is called zoe: that line was refused.
    assert_eq!(bob.ends(), 1);
    let mut bob = join(&[]);
    bob.sees("robert> not yet finished");
}

#[test]
fn lines_of_a_pipe_go_to_the_lobby_wherever_one_was() {
    let folder = folder();
    let server = Server::start(folder.path());
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees(" 1 in");
    bob.types("/new ops\r");
    bob.sees(">#ops");
    wait_for("that it is open to be kept", || {
        let open = found(folder.path(), "open")?;
        let open = std::fs::read_to_string(open).ok()?;
        (open == "#ops").then_some(())
    });
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    let mut alice = server.irc("alice");
    alice.send("JOIN #lobby");
    alice.until(" 366 ");
    let mut child = chatroom(folder.path())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = support::lines_of(child.stdout.take().unwrap());
    let is_in = |line: String| line.contains("#ops * you are in");
    while !is_in(told.recv_timeout(DEADLINE).unwrap()) {}
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"hello\n/quit\n").unwrap();
    alice.until("PRIVMSG #lobby :hello");
    support::wait_for("the client to end", || child.try_wait().unwrap());
}

/// A file of a name, anywhere in a folder.
fn found(folder: &Path, name: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten();
    files.map(|file| file.path()).find_map(|path| {
        let is_it = path.file_name().is_some_and(|file| file == name);
        if is_it {
            Some(path)
        } else {
            found(&path, name)
        }
    })
}

#[cfg(unix)]
#[test]
fn leaving_with_a_line_that_was_never_sent_says_so() {
    let folder = folder();
    let mut server = Server::start(folder.path());
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees("#lobby");
    server.terminate();
    bob.sees("offline");
    bob.types("too late\r");
    bob.sees("(not sent yet)");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 1);
    bob.sees("left with one line that was not sent; say it again");
}

#[test]
fn a_dumb_terminal_gets_lines_and_nothing_else() {
    let folder = folder();
    let server = Server::start(folder.path());
    let mut eve = server.irc("eve");
    eve.send("JOIN #lobby");
    eve.until(" 366 ");
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start_on("dumb", folder.path(), &arguments, 24, 100);
    bob.sees("#lobby * what you type goes here now");
    eve.send("PRIVMSG #lobby :\u{2}bold\u{2} hello bob");
    bob.sees("#lobby <eve> bold hello bob");
    bob.types("/go eve\rpsst\r/go lobby\rhello all\r/nonsense\r/quit\r");
    eve.until("PRIVMSG eve :psst");
    eve.until("PRIVMSG #lobby :hello all");
    bob.sees("@eve * what you type goes here now");
    bob.sees("! not sent: there is no command /nonsense");
    assert_eq!(bob.ends(), 1, "a command failed");
    let screen = bob.text();
    assert!(
        !screen.contains("<bob>"),
        "a line is not repeated: {screen}"
    );
    assert!(!bob.has_controls() && !bob.is_full_screen());
}

#[cfg(unix)]
#[test]
fn a_draft_is_written_on_in_an_editor_while_the_talk_goes_on() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let server = Server::start(folder.path());
    let editor = folder.path().join("editor");
    let (draft, done) = (folder.path().join("draft"), folder.path().join("done"));
    let script = format!(
        "#!/bin/sh\necho editing\ncp -p \"$1\" {0}.new && mv {0}.new {0}\n\
         while [ ! -e {1} ]; do sleep 0.05; done\nprintf 'and more\\nof it\\n' >> \"$1\"\n",
        draft.display(),
        done.display()
    );
    std::fs::write(&editor, script).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut eve = server.irc("eve");
    eve.send("JOIN #lobby");
    eve.until(" 366 ");
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees("#lobby");
    bob.types("begun \x18");
    bob.sees("editing");
    let copy = wait_for("the draft", || std::fs::metadata(&draft).ok());
    assert_eq!(copy.permissions().mode() & 0o777, 0o600);
    assert!(!bob.is_full_screen(), "the terminal is the editor's");
    eve.send("PRIVMSG #lobby :said meanwhile");
    // Who sits at an editor is there: the server is answered.
    eve.send("WHOIS bob");
    eve.until(" 318 ");
    std::fs::write(&done, "").unwrap();
    bob.sees("bob> begun and more");
    bob.sees("said meanwhile");
    assert!(bob.is_full_screen());
    bob.types("!\r");
    eve.until("of it!");
}

#[test]
fn a_terminal_with_wide_ambiguous_letters_gets_lines_of_ascii() {
    let folder = folder();
    let server = Server::start(folder.path());
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees("│ #lobby");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.be_wide();
    bob.sees("| #lobby");
    // An answer that comes late is no key.
    bob.types("a\u{1b}[2;3Rb\u{1b}[2;2Rc");
    let screen = bob.sees("bob> abc");
    assert!(!screen.contains('│'), "{screen}");
}

#[test]
fn emoji_take_the_room_that_the_terminal_gives_them() {
    let folder = folder();
    let server = Server::start(folder.path());
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start(folder.path(), &arguments, 24, 80);
    bob.sees("\u{2502} #lobby");
    // This terminal shows the sign as narrow as it is, and pictures one after the other.
    bob.types("a\u{2764}\u{fe0f}b\u{1f44d}\u{1f3fd}c\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}d");
    bob.sees(
        "bob> a\u{2764}\u{fe0f}b\u{1f44d}\u{1f3fd}c\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}d",
    );
}

#[test]
fn a_console_gets_letters_that_its_font_has_and_no_second_screen() {
    let folder = folder();
    let server = Server::start(folder.path());
    let arguments = ["join", &server.address, "--name", "bob"];
    let mut bob = Screen::start_on("linux", folder.path(), &arguments, 24, 80);
    let screen = bob.sees("| #lobby");
    assert!(!screen.contains('│') && !bob.is_full_screen(), "{screen}");
    bob.types("/quit\r");
    assert_eq!(bob.ends(), 0);
    assert_eq!(bob.text().trim(), "");
}
