//! Whether a member's rooms outlast the last session is for the member to say: the real program on
//! real sockets, killed and started again.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use support::{Irc, Server, chatroom, wait_for};

/// A server in a home whose config says this of `always_on`.
fn server(home: &Path, always_on: &str) -> Server {
    let folder = home.join(".config/chatroom");
    std::fs::create_dir_all(&folder).unwrap();
    let source = format!("[accounts]\nalways_on = \"{always_on}\"\n");
    std::fs::write(folder.join("config.toml"), source).unwrap();
    Server::start(home)
}

/// Bob comes, types these lines and goes; what he was told, and whether all went well.
fn bob(server: &Server, home: &Path, lines: &str) -> (String, bool) {
    let mut command = chatroom(home);
    command.args(["join", &server.address, "--name", "bob"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(lines.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (said, output.status.success())
}

/// Whether bob is a member of the lobby, once he is not here.
fn has_bob(irc: &mut Irc) -> bool {
    wait_for("bob to be gone", || {
        irc.send("WHOIS bob");
        let told = irc.settle();
        told.iter().any(|line| line.contains(" 301 ")).then_some(())
    });
    irc.send("NAMES #lobby");
    let names = irc.settle();
    let names = names.iter().filter(|line| line.contains(" 353 "));
    names
        .flat_map(|line| line.split([' ', ':']))
        .any(|name| name == "bob")
}

#[test]
fn who_chooses_it_stays_in_rooms_and_gets_messages_over_a_kill_and_who_does_not_leaves() {
    let home = tempfile::tempdir().unwrap();
    let server = server(home.path(), "opt-in");
    let mut alice = server.irc("alice");
    alice.send("JOIN #lobby");
    alice.settle();
    bob(&server, home.path(), "hello\n");
    assert!(!has_bob(&mut alice), "who has not chosen leaves");

    let (said, is_done) = bob(&server, home.path(), "/always-on on\n");
    assert!(is_done && said.contains("you stay in your rooms"), "{said}");
    assert!(has_bob(&mut alice), "who has chosen stays");
    drop(alice);

    let server = server.killed_and_started_again();
    let mut alice = server.irc("alice");
    alice.send("JOIN #lobby");
    assert!(has_bob(&mut alice), "the choice survives");
    alice.send("PRIVMSG bob :for later");
    assert!(
        alice
            .settle()
            .iter()
            .any(|line| line.contains("messages wait"))
    );
    let (said, _) = bob(&server, home.path(), "/query alice\n/always-on\n");
    assert!(said.contains("for later"), "{said}");
    assert!(said.contains("you stay in your rooms"), "{said}");

    let (said, is_done) = bob(&server, home.path(), "/always-on off\n");
    assert!(is_done && said.contains("you leave your rooms"), "{said}");
    assert!(!has_bob(&mut alice), "who has chosen otherwise leaves");
    drop(alice);
    let server = server.killed_and_started_again();
    let mut alice = server.irc("alice");
    alice.send("JOIN #lobby");
    assert!(!has_bob(&mut alice));
}

#[test]
fn one_may_opt_out_and_where_the_server_says_never_the_choice_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let out = server(home.path(), "opt-out");
    let mut alice = out.irc("alice");
    alice.send("JOIN #lobby");
    bob(&out, home.path(), "hello\n");
    assert!(has_bob(&mut alice));
    bob(&out, home.path(), "/always-on off\n");
    assert!(!has_bob(&mut alice));
    alice.send("ALWAYSON on");
    alice.until(" 400 alice ALWAYSON :that needs an account");
    drop((alice, out));

    let home = tempfile::tempdir().unwrap();
    let never = server(home.path(), "never");
    let (said, is_done) = bob(&never, home.path(), "/always-on on\n");
    assert!(!is_done && said.contains("keeps nobody in rooms"), "{said}");
}
