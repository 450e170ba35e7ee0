//! Whatever a server says, in whatever pieces it comes, nothing panics, nothing grows without end, and
//! nothing reaches the screen that a terminal would obey.

use proptest::prelude::*;

use super::super::*;
use super::parts::{Glass, presses, screen, with_client};
use crate::client::kept::Kept;
use crate::client::key::{Code, Key};
use crate::client::model::TALKS_MAX;
use crate::client::model::invitations::WAITING_MAX;
use crate::client::rooms::ROOMS_MAX;

/// What commands and numerics are.
const COMMANDS: [&str; 46] = [
    "PRIVMSG",
    "NOTICE",
    "BATCH",
    "JOIN",
    "PART",
    "QUIT",
    "NICK",
    "AWAY",
    "ACCOUNT",
    "MODE",
    "TOPIC",
    "KICK",
    "INVITE",
    "PING",
    "PONG",
    "TAGMSG",
    "CAP",
    "AUTHENTICATE",
    "ERROR",
    "FAIL",
    "WARN",
    "NOTE",
    "CHATHISTORY",
    "001",
    "005",
    "301",
    "306",
    "311",
    "315",
    "318",
    "322",
    "323",
    "324",
    "332",
    "341",
    "352",
    "354",
    "353",
    "366",
    "376",
    "401",
    "404",
    "433",
    "473",
    "900",
    "904",
];

/// Words that have a meaning somewhere, and some that break it.
const WORDS: [&str; 60] = [
    "bob",
    "alice",
    "#lobby",
    "#group",
    "#other",
    "&x",
    "#",
    "",
    "*",
    "+",
    "-",
    "@",
    "=",
    "+h",
    "-h",
    "+m",
    "-m",
    "+n",
    "chathistory",
    "draft/multiline",
    "draft/chathistory-targets",
    "LS",
    "ACK",
    "NAK",
    "NEW",
    "DEL",
    "batch",
    "sasl=EXTERNAL",
    "draft/multiline=max-bytes=0,max-lines=0",
    "draft/multiline=max-bytes=99999999999999999999999",
    "chatroom.invalid/lobby=",
    "TARGETS",
    "9999-12-31T23:59:59.999Z",
    "-9999-01-01T00:00:00Z",
    "+ooooooooov",
    "+b-b+k",
    "-+-+",
    "PREFIX=(ov)",
    "PREFIX=)(",
    "PREFIX=",
    "CHANTYPES=",
    "CHANMODES=,,,,,,",
    "NICKLEN=0",
    "LINELEN=1",
    "LINELEN=18446744073709551616",
    "CHATHISTORY=0",
    "CASEMAPPING=rfc1459",
    "UTF8MAPPING=rfc8265",
    "-CASEMAPPING",
    "WHOX",
    "MSGREFTYPES=",
    "152",
    "@+bob",
    "\u{1b}[31mred",
    "a\u{9b}2J",
    "\u{202e}rtl",
    "\u{1}ACTION",
    "\u{1}",
    "İı\u{130}",
    "👨\u{200d}👩\u{200d}👧",
];

const TAGS: [&str; 12] = [
    "",
    "@",
    "@;;;=;= ",
    "@batch=h ",
    "@batch=m ",
    "@batch=m;draft/multiline-concat ",
    "@batch=n;label=past1 ",
    "@label=a\\:\\s\\\\\\;msgid=1 ",
    "@time=-009999-01-02T01:59:59Z;msgid=x99999999999999999999 ",
    "@time=9999-12-30T22:00:00.999999999Z;msgid=18446744073709551615 ",
    "@msgid=\u{1b}]0;x\\;account=\u{202e};chatroom.invalid/nonce=\\ ",
    "@account=bob;chatroom.invalid/presence=left ",
];

const SOURCES: [&str; 9] = [
    "",
    ":",
    ":bob ",
    ":bob!b@h ",
    ":alice!a@h ",
    ":!@ ",
    ":irc.example ",
    ":\u{1b}[2J!x@y ",
    ":#lobby ",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => "[^\r\n\u{0}]{0,40}",
        1 => (1_usize..9_000).prop_map(|count| "x".repeat(count)),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let command = prop_oneof![
        9 => prop::sample::select(&COMMANDS[..]).prop_map(str::to_owned),
        1 => "[0-9]{3}",
        1 => "[A-Za-z]{0,9}",
    ];
    let parts = (
        prop::sample::select(&TAGS[..]),
        prop::sample::select(&SOURCES[..]),
        command,
        prop::collection::vec(word(), 0..7),
        any::<bool>(),
    );
    parts.prop_map(|(tags, source, command, mut words, has_trailing)| {
        if let (true, Some(last)) = (has_trailing, words.last_mut()) {
            last.insert(0, ':');
        }
        format!("{tags}{source}{command} {}", words.join(" "))
    })
}

/// Feeds bytes as a socket would, and looks at the screen.
fn hears(client: &mut Client<'_, Glass>, bytes: &[u8]) {
    let mut framer = std::mem::replace(&mut client.framer, Framer::server_to_client());
    framer.push(bytes, &mut |frame| {
        for happening in client.session.receive_frame(frame, now()) {
            client.happened(happening);
        }
    });
    client.framer = framer;
    // Some loops would end here; what it wants to say is of no use.
    client.session.take_out();
}

async fn check(lines: &[String], cut: usize, keys: &[Code]) {
    with_client(async |client| {
        let bytes = lines.join("\r\n").into_bytes();
        let mut keys = keys.iter().cycle();
        for (number, piece) in bytes.chunks(cut.max(1)).enumerate() {
            hears(client, piece);
            if number.is_multiple_of(16)
                && let Some(&code) = keys.next()
            {
                presses(client, code);
                client.draw();
                looks_harmless(client);
            }
        }
        hears(client, b"\r\n");
        client.draw();
        looks_harmless(client);
        assert!(
            !client.session.nick().is_empty(),
            "nobody goes without a name"
        );
        assert!(client.session.rooms().iter().count() <= ROOMS_MAX);
        assert!(client.model.buffers().len() <= 2 * TALKS_MAX + 2);
    })
    .await;
}

fn looks_harmless(client: &Client<'_, Glass>) {
    let shown: String = screen(client);
    let bad = shown
        .chars()
        .find(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
    assert_eq!(bad, None, "{shown:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_server_says_does_harm(
        lines in prop::collection::vec(line(), 0..80),
        cut in 1_usize..3_000,
        keys in prop::collection::vec(prop::sample::select(vec![
            Code::Enter, Code::Esc, Code::PageUp, Code::Tab, Code::F(1), Code::Up, Code::Char('x'),
        ]), 1..9),
    ) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(check(&lines, cut, &keys));
    }
}

fn in_client(use_it: impl AsyncFnOnce(&mut Client<'_, Glass>)) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(with_client(use_it));
}

/// What the conversations hold.
fn names(client: &Client<'_, Glass>) -> usize {
    client.model.buffers().len()
}

#[test]
fn what_a_thousand_and_more_people_write_stands_with_the_server() {
    in_client(async |client| {
        for number in 0..TALKS_MAX + 300 {
            let line = format!(":p{number}!a@h PRIVMSG bob :hello from {number}\r\n");
            hears(client, line.as_bytes());
            let line = format!(":q!a@h PRIVMSG #r{number} :hello in {number}\r\n");
            hears(client, line.as_bytes());
        }
        // The server's own, the two rooms that one is in, people and other rooms.
        assert_eq!(names(client), 1 + TALKS_MAX + TALKS_MAX);
        let server = client.model.buffers().last().unwrap();
        assert_eq!(server.name, BufferName::Server);
        let newest = server.newest_first().take(2);
        let newest: Vec<(&str, &str)> = newest.map(|line| (line.nick, line.text)).collect();
        let expected = [("q", "#r1299 hello in 1299"), ("p1299", "hello from 1299")];
        assert_eq!(newest, expected);
        let first = server.line(server.first()).map(|line| line.text.to_owned());
        assert!(first.unwrap().starts_with("there are 1000 conversations"));
        // Who is typed to is always there, and a room that one comes into.
        client.input(TerminalInput::Paste("/msg carol hi".into()));
        presses(client, Code::Enter);
        hears(client, b":bob!b@h JOIN #mine\r\n");
        let has = |name: BufferName| client.model.buffers().iter().any(|one| one.name == name);
        assert!(has(BufferName::Person("carol".into())));
        assert!(has(BufferName::Room("#mine".into())));
        assert_eq!(names(client), 2 + TALKS_MAX + TALKS_MAX);
    });
}

#[test]
fn rooms_that_one_is_put_in_and_out_of_make_room_for_each_other() {
    in_client(async |client| {
        for number in 0..TALKS_MAX + 300 {
            let lines = format!(":bob!b@h JOIN #r{number}\r\n:op!o@h KICK #r{number} bob :out\r\n");
            hears(client, lines.as_bytes());
        }
        assert_eq!(names(client), 1 + TALKS_MAX);
        let has = |name: &str| {
            let name = BufferName::Room(name.into());
            client.model.buffers().iter().any(|one| one.name == name)
        };
        assert!(has("#lobby") && has("#group") && has("#r1299"));
    });
}

#[test]
fn names_that_fold_otherwise_are_found_by_the_new_rule() {
    in_client(async |client| {
        hears(
            client,
            b":A[!a@h PRIVMSG bob :one\r\n:s 005 bob CASEMAPPING=ascii :are\r\n",
        );
        hears(
            client,
            b":a[!a@h PRIVMSG bob :two\r\n:A{!a@h PRIVMSG bob :three\r\n",
        );
        let people = client
            .model
            .buffers()
            .iter()
            .filter_map(|one| match &one.name {
                BufferName::Person(name) => Some((name.as_str(), one.end())),
                BufferName::Room(_) | BufferName::Server => None,
            });
        assert_eq!(people.collect::<Vec<_>>(), [("A[", 2), ("A{", 1)]);
    });
}

#[test]
fn the_lines_of_all_conversations_together_take_no_more_than_they_may() {
    in_client(async |client| {
        let text = "x".repeat(15_000);
        for number in 0..24_000 {
            let line = format!(":p{}!a@h PRIVMSG bob :{text}\r\n", number % 40);
            hears(client, line.as_bytes());
        }
        let bytes: usize = client.model.buffers().iter().map(|one| one.bytes()).sum();
        assert!(bytes <= 192 * 1024 * 1024, "{bytes}");
        assert!(bytes > 180 * 1024 * 1024, "{bytes}");
    });
}

#[test]
fn a_paste_that_is_refused_or_broken_off_says_so() {
    in_client(async |client| {
        client.input(TerminalInput::PastedTooMuch(6_000_000));
        client.input(TerminalInput::Paste("half".into()));
        client.input(TerminalInput::PasteBroken);
        client.draw();
        let shown = screen(client);
        assert!(shown.contains("6000000 bytes"), "{shown}");
        assert!(
            shown.contains("the end of what was pasted did not come"),
            "{shown}"
        );
        assert_eq!(client.model.buffer().editor.text(), "half");
    });
}

#[test]
fn a_kept_draft_waits_for_what_is_being_written() {
    in_client(async |client| {
        let lobby = BufferName::Room("#lobby".into());
        let draft = |text: &str| Kept::Draft {
            buffer: lobby.clone(),
            text: text.into(),
        };
        client.input(TerminalInput::Paste("typed".into()));
        let kept = Happening::Kept(vec![draft("kept")]);
        client.update(Input::Happening(kept));
        assert_eq!(client.model.buffer().editor.text(), "typed");
        assert_eq!(client.model.take_drafts(), [draft("kept\ntyped")]);
        let enter = Key {
            code: Code::Enter,
            ctrl: false,
            alt: false,
            shift: false,
        };
        client.input(TerminalInput::Key(enter));
        assert_eq!(client.model.buffer().editor.text(), "kept");
        assert_eq!(client.model.take_drafts(), [draft("kept")]);
        client.draw();
        assert!(screen(client).contains("what you had begun to write here before"));
    });
}

#[test]
fn invitations_beyond_those_that_may_wait_stand_with_the_server() {
    in_client(async |client| {
        for number in 0..WAITING_MAX + 2 {
            let line = format!(":al!a@h INVITE bob #i{number}\r\n");
            hears(client, line.as_bytes());
        }
        let waiting = client.model.buffers().iter();
        let waiting = waiting.filter(|one| one.invitation.is_some()).count();
        assert_eq!(waiting, WAITING_MAX);
        let server = client.model.buffers().last().unwrap();
        let texts = server.newest_first().map(|line| line.text.to_owned());
        let texts: Vec<String> = texts.collect();
        assert_eq!(
            texts,
            [
                "al invites you to #i201: /join #i201 comes in",
                "al invites you to #i200: /join #i200 comes in",
            ]
        );
    });
}

#[test]
fn what_was_kept_by_whomever_does_no_harm() {
    let bad = "\u{1b}]0;x\u{7}\r\n\u{9b}2J\u{202e}QUIT";
    let spot = |at, row_from_end| crate::client::kept::Spot {
        id: bad.into(),
        at,
        row_from_end,
    };
    for at in [i64::MIN, -1, 0, i64::MAX] {
        in_client(async |client| {
            for number in 0..60 {
                let line = format!(
                    "@time=2024-01-01T00:00:{number:02}.000Z;msgid=m{number} :al!a@h PRIVMSG #lobby :hi\r\n"
                );
                hears(client, line.as_bytes());
            }
            let names = [
                BufferName::Room("#lobby".into()),
                BufferName::Room(format!("#{bad}")),
                BufferName::Person(bad.into()),
            ];
            let mut kept = Vec::new();
            for buffer in names {
                let text = format!("{bad}\n{}", "世".repeat(30_000));
                let to = Some(spot(at, usize::MAX));
                kept.push(Kept::Draft {
                    buffer: buffer.clone(),
                    text,
                });
                kept.push(Kept::Scrolled {
                    buffer: buffer.clone(),
                    to,
                });
                kept.push(Kept::Read {
                    buffer: buffer.clone(),
                    at,
                });
                kept.push(Kept::Open(buffer));
            }
            let room = format!("#{bad}");
            kept.push(Kept::Invited {
                room,
                by: bad.into(),
                at,
            });
            client.update(Input::Happening(Happening::Kept(kept)));
            let codes = [
                Code::PageUp,
                Code::Esc,
                Code::PageDown,
                Code::Up,
                Code::Char('x'),
            ];
            for (code, size) in
                codes
                    .into_iter()
                    .zip([(110, 20), (1, 1), (30, 6), (7, 3), (80, 24)])
            {
                presses(client, code);
                for _ in 0..client.model.buffers().len() {
                    client.input(TerminalInput::Key(Key {
                        code: Code::Char('n'),
                        ctrl: true,
                        alt: false,
                        shift: false,
                    }));
                    client.draw();
                    looks_harmless(client);
                }
                client.terminal.resize(size.0, size.1);
                client.input(TerminalInput::Resize(size.0, size.1));
            }
            let texts = client.model.buffers().iter().map(|one| one.editor.text());
            for text in texts {
                assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{text:?}");
            }
        });
    }
}

#[test]
fn texts_of_whomever_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let ids = include_str!("../../../../assets/en.ftl").lines();
    let ids = ids
        .filter_map(|line| line.split_once(" ="))
        .map(|(id, _)| id);
    let ids = ids.filter(|id| id.starts_with(|c: char| c.is_ascii_lowercase()));
    let texts: Vec<String> = ids
        .map(|id| format!("{id} = a{{\"\\u001B\"}}[2J{{\"\\u202E\"}}世{{\"\\u000A\"}}b\n    c\n"))
        .collect();
    std::fs::write(folder.path().join("en.ftl"), texts.concat()).unwrap();
    let texts = crate::text::Texts::with_dir(crate::text::Language::En, folder.path());
    let texts = std::sync::Arc::new(texts);
    in_client(async |client| {
        client.model.speak(texts.clone());
        let codes = [
            Code::F(1),
            Code::F(2),
            Code::F(9),
            Code::F(6),
            Code::F(7),
            Code::F(8),
        ];
        for code in codes {
            for (columns, rows) in [(110, 20), (1, 1), (30, 6)] {
                client.terminal.resize(columns, rows);
                client.input(TerminalInput::Resize(columns, rows));
                for code in [code, Code::Down, Code::Enter] {
                    presses(client, code);
                    client.draw();
                    looks_harmless(client);
                }
            }
            presses(client, Code::Esc);
        }
    });
}

#[test]
fn what_is_chosen_of_what_one_can_do_with_somebody_stays_chosen() {
    in_client(async |client| {
        let key = |code| {
            TerminalInput::Key(Key {
                code,
                ctrl: false,
                alt: false,
                shift: false,
            })
        };
        for code in [Code::F(6), Code::F(6), Code::Enter, Code::End] {
            client.input(key(code));
            client.draw();
        }
        assert!(
            screen(client).contains("ignore: show"),
            "{}",
            screen(client)
        );
        // More can be done with them now, which stands before what is chosen.
        hears(client, b":alice!a@h MODE #lobby +o bob\r\n");
        client.draw();
        client.input(key(Code::Enter));
        client.draw();
        let shown = screen(client);
        assert!(
            shown.contains("nothing is shown that alice says"),
            "{shown}"
        );
    });
}
