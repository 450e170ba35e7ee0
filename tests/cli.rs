//! The real program, on a command line: what it prints, where, and how it ends.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program with an empty home folder, in English, and nothing on standard input but
/// `input`.
fn run(home: &Path, arguments: &[&str], input: &str) -> Output {
    run_in("C.UTF-8", home, arguments, input)
}

/// The same in the language of a locale.
fn run_in(locale: &str, home: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chatroom"))
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .env("LC_ALL", locale)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends without reading closes the pipe, which is its right.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// It fails with code 1 and one line on standard error that says all this.
#[track_caller]
fn fails(arguments: &[&str], says: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), arguments, "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.starts_with("chatroom: "), "{error}");
    for words in says {
        assert!(error.contains(words), "{error}");
    }
}

#[track_caller]
fn fails_with_config(config: &str, arguments: &[&str], says: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("chat.toml");
    std::fs::write(&file, config).unwrap();
    let mut all = arguments.to_vec();
    all.extend(["--config", file.to_str().unwrap()]);
    fails(&all, says);
}

#[test]
fn a_config_mistake_is_one_line_with_its_place() {
    let config = "[server]\nlisten = [\"127.0.0.1\"]\n";
    let says = ["chat.toml, line 2, server.listen: ", "127.0.0.1:8000"];
    fails_with_config(config, &["config", "check"], &says);
    fails_with_config(config, &["config", "show"], &says);
    fails_with_config(config, &["serve"], &says);
    fails_with_config(config, &["join"], &says);
    fails(
        &["config", "check", "--config", "/none.toml"],
        &["/none.toml", "cannot be read"],
    );
}

#[test]
fn a_public_address_is_refused_with_the_way_out() {
    let says = ["cannot listen on 0.0.0.0:8000", "127.0.0.1:8000"];
    fails(&["serve", "--listen", "0.0.0.0:8000"], &says);
    fails_with_config("server.listen = [\"0.0.0.0:8000\"]\n", &["serve"], &says);
}

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    fails_with_config(
        "[server]\n\"a\\u001b[31m\" = 1\n",
        &["config", "check"],
        &["line 2"],
    );
    let dir = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[31m.toml";
    std::fs::write(dir.path().join(name), "x = 1\n").unwrap();
    let file = dir.path().join(name).display().to_string();
    let output = run(dir.path(), &["config", "check", "--config", &file], "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!error.contains('\u{1b}'), "{error:?}");
}

#[test]
fn a_config_without_mistakes_says_what_has_no_effect() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("chat.toml");
    std::fs::write(&file, "[limits]\nrate_limits = false\n").unwrap();
    let file = file.to_str().unwrap();
    let output = run(home.path(), &["config", "check", "--config", file], "");
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("limits.rate_limits has no effect"), "{said}");
    assert!(said.contains("chat.toml: nothing is wrong"), "{said}");
}

#[test]
fn a_password_becomes_a_hash_that_the_config_takes() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["hash-password"], "s3cret\n");
    assert_eq!(output.status.code(), Some(0));
    let hash = String::from_utf8(output.stdout).unwrap();
    let file = home.path().join("chat.toml");
    let config = format!("[server]\npassword = \"{}\"\n", hash.trim_end());
    std::fs::write(&file, config).unwrap();
    let file = file.to_str().unwrap();
    let shown = run(home.path(), &["config", "show", "--config", file], "");
    assert_eq!(shown.status.code(), Some(0));
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("password = \"(set)\""), "{shown}");
    fails(&["hash-password"], &["a password cannot be empty"]);
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&[][..], &["nonsense"], &["serve", "--listen", "8000"]] {
        assert_eq!(run(home.path(), arguments, "").status.code(), Some(2));
    }
    let help = run(home.path(), &["--help"], "");
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("join"));
}

/// What the program says in Chinese on both outputs, and its exit code.
fn chinese(home: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run_in("zh_CN.UTF-8", home, arguments, "");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_failure_is_told_in_the_language_of_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let (config, file) = (path("chat.toml"), path("file"));
    std::fs::write(&config, "[limits]\nrooms = 0\n").unwrap();
    std::fs::write(&file, "").unwrap();
    let check = |arguments: &[&str], code: i32, says: &str| {
        let (ended, said) = chinese(home.path(), arguments);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(says), "{said}");
    };
    let says = format!("chatroom: 不能监听 {taken}：地址已被占用；请设置 server.listen");
    check(&["serve", "--listen", &taken], 1, &says);
    let says = format!("不能创建目录 {}：", path("file/server"));
    check(&["serve", "--data", &file], 1, &says);
    let says = format!("chatroom: {config} 第 2 行，limits.rooms：0 不在 1 到 1000000 之间");
    check(&["serve", "--config", &config], 1, &says);
    check(&["join", "--config", &config], 1, &says);
    check(&["config", "check", "--config", &config], 1, &says);
    let says = "chatroom: 不能监听 0.0.0.0:1：此版本只为本机服务";
    check(&["serve", "--listen", "0.0.0.0:1"], 1, says);
    check(&["hash-password"], 1, "chatroom: 密码不能为空");
    check(
        &["nonsense"],
        2,
        "chatroom: 没有命令 nonsense\n用法：chatroom [选项] <命令>\n",
    );
    check(&["--help"], 0, "在标准输出上跟看一个房间");
    check(&["help", "serve"], 0, "监听的地址");
}

#[test]
fn the_language_of_the_line_goes_before_wherever_it_stands() {
    let home = tempfile::tempdir().unwrap();
    for (line, says) in [
        ("--lang en join --help", "Leave the mouse to the terminal"),
        ("join --help --lang en", "Leave the mouse to the terminal"),
        ("serve --listen=0.0.0.0:1 --lang=en", "cannot listen on"),
        ("completions fish --lang en", "Host a chat room"),
        ("completions fish", "开一个聊天室"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (_, said) = chinese(home.path(), &arguments);
        assert!(said.contains(says), "{line}: {said}");
    }
}

#[test]
fn texts_of_the_user_go_before() {
    let home = tempfile::tempdir().unwrap();
    let texts = home.path().join(".config/chatroom/texts");
    std::fs::create_dir_all(&texts).unwrap();
    std::fs::write(texts.join("en.ftl"), "config-none = not there: { $path }\n").unwrap();
    let output = run(home.path(), &["config", "check"], "");
    if cfg!(target_os = "linux") {
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with("not there: "), "{said}");
    }
}
