//! What the tutorial's clients see, byte for byte but for the time.

mod support;

use std::net::SocketAddr;

use chatroom::config::Config;
use chatroom::server::{Options, Running, start_in_thread};
use support::tutorial::{Generation, Tutorial};
use tempfile::TempDir;

/// A server on a free port, with its folder.
struct Server {
    running: Running,
    _folder: TempDir,
}

impl Server {
    fn start() -> Self {
        Self::start_with("")
    }

    fn start_with(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        let config = Config::parse(&folder.path().join("config.toml"), config).expect("a config");
        let mut options =
            Options::from_config(&config, folder.path().into()).expect("the config is right");
        options.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
        Self {
            running: start_in_thread(options).expect("the server starts"),
            _folder: folder,
        }
    }

    fn dial(&self, generation: Generation, name: &str) -> Tutorial {
        Tutorial::dial(self.running.addresses()[0], generation, name)
    }

    fn log_in(&self, generation: Generation, name: &str) -> Tutorial {
        Tutorial::log_in(self.running.addresses()[0], generation, name)
    }
}

/// A line without its time, which must be one.
#[track_caller]
fn timeless(line: &str) -> String {
    let is_time = |text: &str| {
        text.len() == 19
            && text
                .bytes()
                .zip(b"dddd-dd-dd dd:dd:dd")
                .all(|(byte, form)| match form {
                    b'd' => byte.is_ascii_digit(),
                    sign => byte == *sign,
                })
    };
    let (head, rest) = match line.split_once('】') {
        Some((head, rest)) => (format!("{head}】"), rest),
        None => (String::new(), line),
    };
    match rest.split_at_checked(19) {
        Some((time, text)) if is_time(time) => format!("{head}TIME{text}"),
        Some(_) | None => line.into(),
    }
}

/// All that a client has been told and not looked at.
#[track_caller]
fn check(client: &mut Tutorial, expected: &[&str]) {
    let lines: Vec<String> = client
        .all_lines()
        .iter()
        .map(|line| timeless(line))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn both_generations_talk_on_the_public_screen() {
    let server = Server::start();
    let mut bob = server.dial(Generation::Pipes, "bob");
    bob.sends(1, "hello", "");
    check(&mut bob, &["TIME [bob]: I Login", "TIME [bob]: hello"]);
    let mut alice = server.dial(Generation::Json, "alice");
    alice.sends(3, "", "");
    alice.sends(3, "", "");
    alice.sends(1, "你好|bob", "");
    check(
        &mut alice,
        &[
            "【公屏】TIME [alice]: I Login",
            "【公屏】TIME [alice]: 你好|bob",
        ],
    );
    check(
        &mut bob,
        &["TIME [alice]: I Login", "TIME [alice]: 你好|bob"],
    );
    bob.sends(4, r#"{"Age":"20","Sex":"m"}"#, "");
    check(&mut bob, &["TIME 用户[bob]: 用户信息 {20 m} "]);
    bob.sends(2, "", "");
    assert_eq!(bob.sees_the_end(), "");
    alice.sees("[bob]: I Logout");
    check(&mut alice, &[]);
}

#[test]
fn where_tls_is_asked_for_they_read_so_and_the_connection_ends() {
    let server = Server::start_with("server.plaintext = \"never\"\n");
    let text = "此服务器只接受 TLS 连接（就在这个端口），此客户端不支持 TLS\n";
    let mut bob = server.dial(Generation::Pipes, "bob");
    bob.sends(1, "hello", "");
    assert_eq!(bob.sees_the_end(), text);
    let mut alice = server.dial(Generation::Json, "alice");
    for _ in 0..100 {
        alice.sends(1, "hello", "");
    }
    assert_eq!(alice.sees_the_end(), format!("【公屏】{text}"));
}

#[test]
fn who_is_put_out_reads_why_in_chinese() {
    let server = Server::start();
    let mut bob = server.log_in(Generation::Pipes, "bob");
    let mut alice = server.log_in(Generation::Json, "alice");
    server.running.stop("The server is stopping");
    bob.sees("连接已关闭: 服务器正在关闭");
    alice.sees("【公屏】连接已关闭: 服务器正在关闭");
}

#[test]
fn who_vanishes_is_told_once_and_their_name_is_free() {
    let server = Server::start();
    let mut alice = server.log_in(Generation::Json, "alice");
    server.log_in(Generation::Pipes, "bob").goes();
    alice.sees("[bob]: I Login");
    alice.sees("[bob]: I Logout");
    let mut bob = server.dial(Generation::Pipes, "bob");
    bob.sends(3, "", "");
    bob.sees("[bob]: I Login");
    alice.sees("[bob]: I Login");
    check(&mut alice, &[]);
}

#[test]
fn who_says_something_and_goes_is_heard() {
    let server = Server::start();
    let mut alice = server.log_in(Generation::Json, "alice");
    let mut bob = server.dial(Generation::Pipes, "bob");
    bob.sends(1, "hello", "");
    bob.goes();
    let mut lines = Vec::new();
    for part in ["I Login", "hello", "I Logout"] {
        lines.push(timeless(&alice.sees(part)));
    }
    assert_eq!(
        lines,
        [
            "【公屏】TIME [bob]: I Login",
            "【公屏】TIME [bob]: hello",
            "【公屏】TIME [bob]: I Logout",
        ]
    );
}

#[test]
fn frames_arrive_however_they_are_cut_and_glued() {
    let server = Server::start();
    let mut alice = server.log_in(Generation::Json, "alice");
    let hello = alice.frame(1, "a \"}{\" b", "");
    let bytes = format!("\0{hello}\0").into_bytes();
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        alice.writes(head);
        alice.writes(tail);
    }
    let expected = vec!["【公屏】TIME [alice]: a \"}{\" b"; bytes.len() + 1];
    check(&mut alice, &expected);
    alice.writes(format!("{hello}{hello}oops{hello}").as_bytes());
    let line = "【公屏】TIME [alice]: a \"}{\" b";
    let mistake = "【公屏】无法识别的消息: 应为一个 JSON 对象";
    check(&mut alice, &[line, line, mistake, line]);

    let mut bob = server.dial(Generation::Pipes, "bob");
    for byte in "bob|1|".as_bytes().chunks(1) {
        bob.writes(byte);
    }
    bob.sees("I Login");
    bob.all_lines();
    bob.writes(b"bob|1|onebob|1|two\nbob|1|three\r\n");
    check(
        &mut bob,
        &["TIME [bob]: one", "TIME [bob]: two", "TIME [bob]: three"],
    );
}

#[test]
fn groups_and_private_talk_reach_whom_they_are_for() {
    let server = Server::start();
    let mut bob = server.log_in(Generation::Json, "bob");
    let mut alice = server.log_in(Generation::Json, "alice");
    let mut carol = server.log_in(Generation::Pipes, "carol");
    for client in [&mut bob, &mut alice, &mut carol] {
        client.all_lines();
    }
    bob.sends(8, "", "");
    bob.sends(7, "design", "");
    bob.sends(8, "", "");
    check(
        &mut bob,
        &[
            "【公屏】当前没有可用的群组",
            "【公屏】成功创建群组 design 并加入该群组",
            "【公屏】当前群组列表:",
            "- design",
        ],
    );
    alice.sends(7, "design", "");
    alice.sends(6, "hi", "design");
    alice.sends(6, "hi", "other");
    alice.sends(9, "", "");
    check(
        &mut alice,
        &[
            "【公屏】群组 design 已存在",
            "【群聊】TIME [design]: alice 加入了群组",
            "【群聊】TIME [design]-alice: hi",
            "【群聊】群组 other 不存在",
            "【公屏】当前在线用户列表:",
            "- bob",
            "- alice",
            "- carol",
        ],
    );
    check(
        &mut bob,
        &[
            "【群聊】TIME [design]: alice 加入了群组",
            "【群聊】TIME [design]-alice: hi",
        ],
    );
    bob.sends(5, "psst", "carol");
    bob.sends(5, "psst", "dave");
    check(
        &mut bob,
        &[
            "【私聊】TIME [bob -> carol]: psst",
            "【私聊】用户 dave 不在线或不存在",
        ],
    );
    check(&mut carol, &["TIME [bob -> carol]: psst"]);
    check(&mut alice, &[]);
}

#[test]
fn a_name_in_use_is_refused_with_one_that_is_free() {
    let server = Server::start();
    let mut bob = server.log_in(Generation::Pipes, "bob");
    let mut thief = server.dial(Generation::Json, "Bob");
    thief.sends(3, "", "");
    thief.sends(1, "hi", "");
    let told = "【公屏】名字 Bob 正在被使用，可以改用 Bob2";
    assert_eq!(thief.sees("Bob"), told);
    assert_eq!(thief.sees("Bob"), told);
    assert_eq!(thief.sees("执行"), "【公屏】没有登录，刚才的操作没有执行");
    let mut late = server.log_in(Generation::Json, "Bob2");
    late.sends(1, "hi", "");
    check(&mut late, &["【公屏】TIME [Bob2]: hi"]);
    check(&mut bob, &["TIME [Bob2]: I Login", "TIME [Bob2]: hi"]);
}
