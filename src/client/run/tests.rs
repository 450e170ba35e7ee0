mod hostile;
mod parts;

use std::io::{Cursor, Read, Write};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

use super::*;
use crate::client::model::commands::COMMANDS;
use crate::client::plain::Plain;
use crate::client::{Dial, Found, Place};
use crate::text::Language;

/// What was told, for a test to look at.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// How a server treats what is said.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Echoes,
    Refuses,
    /// Echoes nothing on its first connection, and closes it.
    DropsOnce,
    /// Closes the first connection once somebody is in the lobby, and takes no other.
    Leaves,
    /// Knows what was said before, and says something new while it is asked for that.
    Remembers,
    RefusesName,
    IsNoChat,
}

/// An IRC server that knows one room.
async fn serve(stream: DuplexStream, manner: Manner, connection: usize) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    if manner == Manner::IsNoChat {
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    while let Ok(Some(line)) = lines.next_line().await {
        let bare = line.rsplit_once("PRIVMSG #lobby :").map(|(_, text)| text);
        let caps = "echo-message chatroom.invalid/lobby=#lobby chatroom.invalid/nonce";
        let answer = match (line.as_str(), bare) {
            (_, Some(text)) => match manner {
                Manner::Refuses => ":s 404 bob #lobby :you are muted\r\n".to_owned(),
                Manner::DropsOnce if connection == 1 => return,
                Manner::Echoes
                | Manner::DropsOnce
                | Manner::Leaves
                | Manner::Remembers
                | Manner::RefusesName
                | Manner::IsNoChat => {
                    let mark = line.split_once(' ').unwrap().0;
                    format!("{mark} :bob!b@h PRIVMSG #lobby :{text}\r\n")
                }
            },
            (line, _) if line.starts_with("PING ") => {
                line.replacen("PING", ":s PONG s", 1) + "\r\n"
            }
            ("JOIN #g", _) => ":bob!b@h JOIN #g\r\n:s 366 bob #g :end\r\n".into(),
            ("CAP LS 302", _) if manner == Manner::Remembers => {
                format!(":s CAP * LS :{caps} batch draft/chathistory\r\n")
            }
            ("CAP LS 302", _) => format!(":s CAP * LS :{caps}\r\n"),
            ("CAP END", _) if manner == Manner::RefusesName => {
                ":s 433 * bob :it is alice's\r\n".to_owned()
            }
            ("CAP END", _) => ":s 001 bob :hi\r\n:s 422 bob :none\r\n".to_owned(),
            ("JOIN #lobby", _) if manner == Manner::Leaves => return,
            ("JOIN #lobby", _) => {
                ":bob!b@h JOIN #lobby\r\n:s 353 bob = #lobby :bob\r\n:s 366 bob #lobby :end\r\n"
                    .into()
            }
            (line, _) if line.contains("CHATHISTORY LATEST #lobby") => concat!(
                ":al!a@h PRIVMSG #lobby :now\r\n:al!a@h PRIVMSG bob :here\r\n",
                ":s BATCH +h chathistory #lobby\r\n",
                "@batch=h;time=2026-01-01T00:00:00.000Z :al!a@h PRIVMSG #lobby :before\r\n",
                ":s BATCH -h\r\n",
            )
            .into(),
            (line, _) if line.starts_with("CAP REQ") && manner == Manner::Remembers => {
                line.replacen("CAP REQ", ":s CAP * ACK", 1) + "\r\n"
            }
            (line, _) if line.starts_with("CAP REQ") => {
                ":s CAP * ACK :echo-message chatroom.invalid/lobby chatroom.invalid/nonce\r\n"
                    .into()
            }
            ("WHOIS bob bob", _) => {
                ":s 311 bob bob b h * :Bob\r\n:s 317 bob bob 61 7 :idle\r\n:s 318 bob bob :end\r\n"
                    .into()
            }
            (line, _) if line.ends_with("PRIVMSG zoe :hi") => {
                ":s 401 bob zoe :No such nick\r\n".into()
            }
            (line, _) if line.starts_with("QUIT") => return,
            _ => String::new(),
        };
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Joins with lines of input, and says how it ended and what was told.
async fn join(input: impl Read + Send + 'static, manner: Manner) -> (Result<Outcome>, String) {
    join_in(Language::En, input, manner).await
}

async fn join_in(
    language: Language,
    input: impl Read + Send + 'static,
    manner: Manner,
) -> (Result<Outcome>, String) {
    let folder = tempfile::tempdir().unwrap();
    let texts = Arc::new(crate::text::Texts::new(language));
    let mut connections = 0;
    let options = JoinOptions {
        local: None,
        dial: Dial::Find(Box::new(move |_| {
            connections += 1;
            if manner == Manner::Leaves && connections > 1 {
                return Box::pin(std::future::ready(Err(anyhow::anyhow!("nobody is there"))));
            }
            let place = Place::Here {
                server: [7; 32],
                open: Box::new(move |_| {
                    let (here, there) = tokio::io::duplex(4096);
                    tokio::spawn(serve(there, manner, connections));
                    Ok(here)
                }),
                present: Box::new(|| 1),
            };
            let notes = match connections {
                1 => vec!["welcome".into()],
                _ => Vec::new(),
            };
            Box::pin(std::future::ready(Ok(Found { place, notes })))
        })),
        name: Some("bob".into()),
        rooms: Vec::new(),
        password: None,
        data: folder.path().to_owned(),
        texts: texts.clone(),
        plain: true,
        ascii: false,
        mouse: false,
        keys: crate::config::Keys::default(),
        source: None,
    };
    let told = Told::default();
    let mut terminal = Plain::new(input, false, told.clone(), texts).unwrap();
    let outcome = run(options, &mut terminal).await;
    (outcome, told.text())
}

#[tokio::test]
async fn the_end_of_input_leaves_once_all_is_confirmed() {
    let (outcome, told) = join(Cursor::new("hello\n你好\n"), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(told.starts_with("* welcome\n"), "{told}");
    assert!(!told.contains("hello"), "who typed a line knows it: {told}");
}

#[tokio::test]
async fn what_is_said_now_stands_after_what_was_said_before() {
    let (outcome, told) = join(Cursor::new("hello\n"), Manner::Remembers).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let place = |text: &str| told.find(text).unwrap_or_else(|| panic!("{told}"));
    let (before, now) = (place("#lobby <al> before"), place("#lobby <al> now"));
    assert!(before < now, "{told}");
    assert!(place("@al <al> here") < before, "{told}");
    assert_eq!(told.matches("<al> now").count(), 1, "{told}");
}

#[tokio::test]
async fn quitting_waits_for_echoes() {
    let (outcome, told) = join(Cursor::new("hello\n/quit\n"), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(!told.contains("! "), "{told}");
}

#[tokio::test]
async fn a_refused_line_fails_the_pipe() {
    let (outcome, told) = join(Cursor::new("hello\n"), Manner::Refuses).await;
    assert_eq!(outcome.unwrap(), Outcome::Failed);
    let line = told.lines().find(|line| line.contains("hello")).unwrap();
    assert!(
        line.ends_with("#lobby ! not sent: you may not talk there: hello"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_line_goes_out_again_once_the_server_is_back() {
    let (outcome, told) = join(Cursor::new("hello\n"), Manner::DropsOnce).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(!told.contains("! not sent"), "{told}");
    assert!(
        told.contains("! the server closed the connection; trying again"),
        "{told}"
    );
}

#[tokio::test]
async fn a_name_that_is_refused_ends_a_pipe_with_a_sentence() {
    let (outcome, _) = join(Cursor::new("hello\n"), Manner::RefusesName).await;
    let error = outcome.unwrap_err().to_string();
    assert_eq!(
        error,
        "the name bob cannot be used: that name, or one that looks like it, belongs to somebody else; \
         --name takes another one"
    );
}

#[tokio::test(start_paused = true)]
async fn what_says_nothing_of_irc_is_no_chat() {
    let (outcome, _) = join(std::io::empty(), Manner::IsNoChat).await;
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("is no chat"), "{error}");
}

#[tokio::test]
async fn what_is_typed_is_answered_without_a_screen() {
    let input = "/whois bob\n/help away\n/nonsense\n/names\nhello\n";
    let (outcome, told) = join(Cursor::new(input), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Failed, "a command failed");
    let has = |end: &str| {
        assert!(
            told.lines().any(|line| line.ends_with(end)),
            "{end}: {told}"
        )
    };
    has("#lobby * what you type goes here now");
    has("* bob: idle: 1 min");
    has("#lobby * /away [TEXT]: be away");
    has("//nonsense says it: /nonsense");
    has("#lobby * 1 here: bob");
    assert!(
        !told.contains("hello"),
        "an answer swallows no line: {told}"
    );
}

#[tokio::test]
async fn going_to_a_person_says_where_typing_goes() {
    let (outcome, told) = join(Cursor::new("/query zoe\nhi\n/go lobby\n"), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Failed);
    let lines: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|l| l.1)
        .collect();
    let at = |text: &str| lines.iter().position(|line| *line == text);
    let gone = at("@zoe * what you type goes here now");
    assert!(gone.is_some(), "{told}");
    assert!(
        at("@zoe ! not sent: there is nobody called zoe: hi") > gone,
        "{told}"
    );
    let places = lines
        .iter()
        .filter(|line| **line == "#lobby * what you type goes here now");
    assert_eq!(places.count(), 2, "{told}");
}

#[tokio::test]
async fn nothing_after_the_goodbye_is_said() {
    let (outcome, told) = join(Cursor::new("/quit\nlate\n/names\n"), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(!told.contains("here:"), "{told}");
}

#[tokio::test]
async fn all_is_said_in_chinese() {
    let input = "/go nobody\n/topic\n/nonsense\nhello\n/whois bob\n/help\n";
    let (outcome, told) = join_in(Language::Zh, Cursor::new(input), Manner::Refuses).await;
    assert_eq!(outcome.unwrap(), Outcome::Failed);
    let is_name = |word: &str| {
        let names = [
            "welcome", "bob", "Bob", "lobby", "hello", "nobody", "nonsense", "h", "b",
        ];
        names.contains(&word) || COMMANDS.iter().any(|command| command.name == word)
    };
    // A flag is written as it is, and what `IRC` is called.
    let is_known = |word: &str| is_name(word) || ["private", "IRC"].contains(&word);
    let words = told.split(|c: char| !c.is_ascii_alphabetic());
    let english: Vec<&str> = words
        .filter(|word| !word.is_empty() && !is_known(word))
        .collect();
    assert_eq!(english, [""; 0], "{told}");
    let (outcome, _) = join_in(Language::Zh, Cursor::new(""), Manner::RefusesName).await;
    let error = Sentence::from(&outcome.unwrap_err()).say(&crate::text::Texts::new(Language::Zh));
    assert_eq!(
        error,
        "不能用名字 bob：那个名字或与它相像的名字已有主人；用 --name 换一个"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pipe_does_not_wait_for_ever_for_a_server_that_is_gone() {
    let (outcome, _) = join(Cursor::new("hello\nmore\n"), Manner::Leaves).await;
    let error = outcome.unwrap_err().to_string();
    assert_eq!(
        error,
        "left with 2 lines that were not sent; say them again"
    );
}

#[tokio::test]
async fn a_line_after_a_command_goes_where_the_command_led() {
    let input = "/join #g\n/topic\n/go lobby\n/names\n";
    let (outcome, told) = join(Cursor::new(input), Manner::Echoes).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let has = |text: &str| assert!(told.contains(text), "{text}: {told}");
    has("#g * no topic is set");
    has("#lobby * 1 here: bob");
}

#[tokio::test]
async fn who_goes_off_line_stays_there_and_comes_back_with_what_was_entered() {
    let input = &b"/disconnect lunch\nlater\n/connect\n"[..];
    let (ended, told) = join(input, Manner::Echoes).await;
    assert!(told.contains("as you wished"), "{told}");
    assert_eq!(
        ended.map_err(|why| format!("{why}\n{told}")),
        Ok(Outcome::Done)
    );
    // A second connection was made, and what was entered went out on it.
    assert_eq!(told.matches("welcome").count(), 1, "{told}");
    assert!(!told.contains("not sent"), "{told}");
}

#[tokio::test]
async fn without_a_config_file_there_is_none_to_read_again() {
    let (ended, told) = join(&b"/reload\n/set mouse\n"[..], Manner::Echoes).await;
    assert_eq!(ended.unwrap(), Outcome::Failed);
    assert!(told.contains("there is no config file"), "{told}");
    assert!(told.contains("client.mouse = false (by default)"), "{told}");
}
