mod bounds;
mod broken;

use super::*;
use crate::client::action::Action;
use crate::client::happening::{Limits, Message, Presence, Stretch};

const CAPS: &str = "batch echo-message labeled-response message-tags server-time sasl=EXTERNAL \
    draft/chathistory draft/multiline=max-bytes=4096,max-lines=20 \
    chatroom.invalid/nonce chatroom.invalid/lobby=#lobby extended-join multi-prefix account-tag";

fn session(has_key: bool) -> Session {
    let mut session = Session::new(Profile {
        nick: "bob".into(),
        has_key,
        ..Profile::default()
    });
    session.begin(0);
    session
}

fn out(session: &mut Session) -> Vec<String> {
    let bytes = String::from_utf8(session.take_out()).unwrap();
    bytes.lines().map(str::to_owned).collect()
}

fn receive(session: &mut Session, lines: &[&str]) -> Vec<Happening> {
    lines
        .iter()
        .flat_map(|line| session.receive(line, 5))
        .collect()
}

/// A session that is online, in the lobby where there is one.
fn online(caps: &str) -> Session {
    let mut session = session(false);
    if !caps.is_empty() {
        receive(&mut session, &[&format!(":s CAP * LS :{caps}")]);
        let names: Vec<&str> = caps
            .split_whitespace()
            .filter_map(|cap| cap.split('=').next())
            .collect();
        receive(
            &mut session,
            &[&format!(":s CAP * ACK :{}", names.join(" "))],
        );
    }
    receive(
        &mut session,
        &[
            ":s 001 bob :Welcome",
            ":s 005 bob CASEMAPPING=ascii NETWORK=Example PREFIX=(ov)@+ CHANMODES=b,,,inst :are supported",
            ":s 422 bob :no message of the day",
            ":bob!b@h JOIN #lobby bob :Bob",
            ":s 353 bob = #lobby :@alice bob",
            ":s 366 bob #lobby :end",
        ],
    );
    session.take_out();
    session
}

fn say(session: &mut Session, text: &str) -> Vec<Happening> {
    let action = Action::Say {
        buffer: BufferName::Room("#lobby".into()),
        text: text.into(),
        is_action: false,
        nonce: "n1".into(),
    };
    session.perform(&action, 7)
}

fn only_said(happenings: Vec<Happening>) -> Message {
    match <[Happening; 1]>::try_from(happenings) {
        Ok([Happening::Said { message, .. }]) => message,
        other => panic!("no message: {other:?}"),
    }
}

#[test]
fn a_session_registers_with_its_key() {
    let mut session = session(true);
    assert_eq!(
        out(&mut session),
        ["CAP LS 302", "NICK :bob", "USER bob 0 * :bob"]
    );
    receive(
        &mut session,
        &[":s CAP * LS * :batch x", ":s CAP * LS :sasl=PLAIN,EXTERNAL"],
    );
    assert_eq!(out(&mut session), ["CAP REQ :batch sasl"]);
    receive(&mut session, &[":s CAP * ACK :batch sasl"]);
    assert_eq!(out(&mut session), ["AUTHENTICATE EXTERNAL"]);
    receive(&mut session, &["AUTHENTICATE +"]);
    assert_eq!(out(&mut session), ["AUTHENTICATE +"]);
    receive(&mut session, &[":s 900 * bob!b@h bob :ok", ":s 903 * :ok"]);
    assert_eq!(out(&mut session), ["CAP END"]);
    let told = receive(&mut session, &[":s 001 bob :Welcome", ":s 376 bob :end"]);
    assert_eq!(
        told,
        [
            Happening::Online {
                nick: "bob".into(),
                account: Some("bob".into()),
                lobby: None,
                network: "s".into(),
            },
            Happening::Limits(Limits {
                line: 512,
                whole: None,
            }),
        ]
    );
}

#[test]
fn the_lobby_of_a_server_is_joined() {
    let mut session = session(false);
    receive(
        &mut session,
        &[
            ":s CAP * LS :chatroom.invalid/lobby=#公屏",
            ":s CAP * ACK :chatroom.invalid/lobby",
            ":s 001 bob :hi",
        ],
    );
    session.take_out();
    receive(&mut session, &[":s 422 bob :none"]);
    assert_eq!(out(&mut session), ["JOIN #公屏"]);
}

#[test]
fn an_old_server_is_talked_to_without_capabilities() {
    let mut session = online("");
    assert!(session.is_online());
    let told = say(&mut session, "hi");
    assert_eq!(out(&mut session), ["PRIVMSG #lobby :hi"]);
    let message = only_said(told);
    assert_eq!((message.nonce.as_deref(), message.at), (Some("n1"), 7));
}

#[test]
fn a_taken_name_is_refused_with_another_one() {
    let mut session = session(false);
    let told = receive(&mut session, &[":s 433 * bob :is in use"]);
    assert_eq!(
        told,
        [Happening::NameRefused {
            name: "bob".into(),
            why: super::refusal::why("433", &["bob"], "is in use"),
            suggestion: Some("bob_".into()),
        }]
    );
}

#[test]
fn a_server_that_knows_a_free_name_offers_it() {
    for (line, offered) in [
        (
            "@chatroom.invalid/suggestion=bob2 :s 433 * bob :taken",
            "bob2",
        ),
        (":s 432 * b?o.b :no such sign in a name", "bob"),
        (":s 432 * ?? :no such sign in a name", "guest"),
    ] {
        let told = receive(&mut session(false), &[line]);
        let [Happening::NameRefused { suggestion, .. }] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(suggestion.as_deref(), Some(offered), "{line}");
    }
}

#[test]
fn the_echo_confirms_a_line() {
    let mut session = online(CAPS);
    assert!(say(&mut session, "hi").is_empty());
    assert_eq!(
        out(&mut session),
        ["@label=n1;chatroom.invalid/nonce=n1 PRIVMSG #lobby :hi"]
    );
    assert!(session.is_waiting());
    let echo = "@label=n1;msgid=7;time=2026-01-01T00:00:00.250Z :bob!b@h PRIVMSG #lobby :hi";
    let message = only_said(receive(&mut session, &[echo]));
    assert_eq!(message.nonce.as_deref(), Some("n1"));
    assert_eq!(message.id.as_deref(), Some("7"));
    assert_eq!(message.at, 1_767_225_600_250);
    assert!(message.from.is_self && !session.is_waiting());
}

#[test]
fn what_one_said_by_a_further_name_is_ones_own() {
    let mut session = online(CAPS);
    receive(&mut session, &[":s 900 bob bob!b@h bob :you are bob"]);
    let by_other = "@account=bob;msgid=1 :rob!b@h PRIVMSG alice :hi";
    let happenings = receive(&mut session, &[by_other]);
    let told = |happening: &Happening| {
        let Happening::Said { buffer, message } = happening else {
            return None;
        };
        Some((buffer.clone(), message.from.is_self))
    };
    let told: Vec<_> = happenings.iter().filter_map(told).collect();
    assert_eq!(told, [(BufferName::Person("alice".into()), true)]);
}

#[test]
fn a_refused_line_says_why() {
    let may_not = super::refusal::why("404", &["#lobby"], "");
    for (refusal, why) in [
        ("@label=n1 :s 404 bob #lobby :no", &may_not),
        (
            "@label=n1 :s FAIL PRIVMSG X #lobby :you are muted",
            &"you are muted".into(),
        ),
        (":s 404 bob #lobby :no", &may_not),
    ] {
        let mut session = online(CAPS);
        say(&mut session, "hi");
        assert_eq!(
            receive(&mut session, &[refusal]),
            [Happening::NotSent {
                nonce: "n1".into(),
                why: why.clone()
            }]
        );
    }
}

#[test]
fn several_lines_are_one_message_where_the_server_takes_them() {
    let mut session = online(CAPS);
    say(&mut session, "one\ntwo");
    assert_eq!(
        out(&mut session),
        [
            "@label=n1;chatroom.invalid/nonce=n1 BATCH +m draft/multiline #lobby",
            "@batch=m PRIVMSG #lobby :one",
            "@batch=m PRIVMSG #lobby :two",
            "BATCH -m",
        ]
    );
    let message = only_said(receive(
        &mut session,
        &[
            "@label=n1;msgid=9 :bob!b@h BATCH +x draft/multiline #lobby",
            "@batch=x :bob!b@h PRIVMSG #lobby :one",
            "@batch=x :bob!b@h PRIVMSG #lobby :tw",
            "@batch=x;draft/multiline-concat :bob!b@h PRIVMSG #lobby :o",
            ":s BATCH -x",
        ],
    ));
    assert_eq!(message.text, "one\ntwo");
    assert_eq!(message.nonce.as_deref(), Some("n1"));
    let told = say(&mut session, &"x\n".repeat(30));
    assert!(matches!(told[..], [Happening::NotSent { .. }]));
}

#[test]
fn a_long_line_is_cut_between_characters() {
    let mut session = online("");
    say(&mut session, &"汉".repeat(300));
    let lines = out(&mut session);
    let texts: Vec<&str> = lines
        .iter()
        .map(|line| line.strip_prefix("PRIVMSG #lobby :").unwrap())
        .collect();
    assert_eq!(texts.concat(), "汉".repeat(300));
    assert!(lines.len() == 3 && lines.iter().all(|line| line.len() < 510 - 70));
}

#[test]
fn who_went_without_a_word_has_none_beside_the_name() {
    let mut session = online(CAPS);
    let left = "@chatroom.invalid/presence=left :alice!a@h AWAY :Quit";
    receive(&mut session, &[left]);
    let alice = session.rooms().member("#lobby", "alice").unwrap();
    assert_eq!(alice.away.as_deref(), Some(""));
}

#[test]
fn who_left_is_told_from_who_is_away() {
    let mut session = online(CAPS);
    let told = receive(
        &mut session,
        &[
            "@chatroom.invalid/presence=left :alice!a@h AWAY :Quit: home",
            "@chatroom.invalid/presence=left :alice!a@h AWAY :Quit",
            "@chatroom.invalid/presence=back :alice!a@h AWAY :tea",
            ":alice!a@h AWAY :tea",
            ":alice!a@h AWAY",
            "@chatroom.invalid/presence=absent :alice!a@h AWAY :not here",
        ],
    );
    let told: Vec<Presence> = told
        .into_iter()
        .map(|happening| {
            let Happening::Presence { what, .. } = happening else {
                panic!("no presence: {happening:?}");
            };
            what
        })
        .collect();
    assert_eq!(
        told,
        [
            Presence::Quit(Some("home".into())),
            Presence::Quit(None),
            Presence::CameBack,
            Presence::Away(Some("tea".into())),
            Presence::Away(None),
        ]
    );
    let alice = session.rooms().member("#lobby", "alice").unwrap();
    assert_eq!(alice.away.as_deref(), Some("not here"));
}

#[test]
fn who_is_gone_after_a_lost_connection_is_told_once() {
    let mut session = online(CAPS);
    receive(
        &mut session,
        &[":ira!i@h JOIN #lobby * :Ira", ":bob!b@h NICK bobby"],
    );
    session.begin(9);
    let mut told = receive(
        &mut session,
        &[
            ":s 001 bob :Welcome",
            ":s 422 bob :no message of the day",
            ":bob!b@h JOIN #lobby bob :Bob",
            ":s 353 bob = #lobby :@alice",
            ":s 353 bob = #lobby :bob",
            ":s 366 bob #lobby :end",
            ":s 366 bob #lobby :end",
        ],
    );
    told.retain(|happening| matches!(happening, Happening::Presence { .. }));
    let [
        Happening::Presence {
            buffers, who, what, ..
        },
    ] = told.as_slice()
    else {
        panic!("not one who is gone: {told:?}");
    };
    assert_eq!(*buffers, [BufferName::Room("#lobby".into())]);
    assert_eq!((who.nick.as_str(), what), ("ira", &Presence::Left(None)));
}

#[test]
fn an_invitation_that_is_told_again_is_the_same_one() {
    let mut session = online(CAPS);
    let line = |at: &str| format!("@time=2026-01-01T00:00:{at}.000Z :alice!a@h INVITE bob #den");
    assert_eq!(receive(&mut session, &[&line("01"), &line("01")]).len(), 1);
    session.begin(9);
    assert_eq!(receive(&mut session, &[&line("01")]).len(), 0);
    assert_eq!(receive(&mut session, &[&line("02")]).len(), 1);
}

#[test]
fn the_name_of_who_puts_somebody_out_is_no_reason() {
    let mut session = online(CAPS);
    let told = receive(&mut session, &[":x!x@h KICK #lobby alice :x"]);
    let what = told.iter().find_map(|happening| {
        let Happening::Presence { what, .. } = happening else {
            return None;
        };
        Some(what)
    });
    assert!(matches!(what, Some(Presence::Kicked { why: None, .. })));
}

#[test]
fn the_password_of_a_room_is_given_again_on_the_next_connection_and_to_no_other_server() {
    let mut session = online("");
    let action = Action::JoinWith {
        room: "#den".into(),
        password: ":s3cret".into(),
    };
    session.perform(&action, 5);
    assert_eq!(out(&mut session), ["JOIN #den ::s3cret"]);
    receive(&mut session, &[":bob!b@h JOIN #den"]);
    let joins = |session: &mut Session| {
        session.begin(9);
        receive(session, &[":s 001 bob :Welcome", ":s 422 bob :no message"]);
        let lines = out(session).into_iter();
        lines
            .filter(|line| line.starts_with("JOIN"))
            .collect::<Vec<_>>()
    };
    let again = joins(&mut session);
    assert!(
        again.contains(&"JOIN #den ::s3cret".to_owned()),
        "{again:?}"
    );
    session.forget();
    receive(&mut session, &[":bob!b@h JOIN #den"]);
    let elsewhere = joins(&mut session);
    assert!(elsewhere.contains(&"JOIN #den".to_owned()), "{elsewhere:?}");
}

#[test]
fn members_come_and_go() {
    let mut session = online(CAPS);
    let alice = session.rooms().member("#lobby", "Alice").unwrap();
    assert!(alice.is_operator);
    receive(
        &mut session,
        &[
            ":carol!c@h JOIN #lobby carol :Carol",
            ":alice!a@h MODE #lobby -o+vi alice carol",
            ":carol!c@h AWAY :tea",
            ":carol!c@h NICK dora",
            ":alice!a@h TOPIC #lobby :hello",
        ],
    );
    let room = session.rooms().get("#lobby").unwrap();
    assert!(!room.members["alice"].is_operator && room.is_private);
    let dora = &room.members["dora"];
    assert_eq!(
        (dora.account.as_deref(), dora.away.as_deref()),
        (Some("carol"), Some("tea"))
    );
    assert!(dora.has_voice && room.topic == "hello" && room.is_lobby);
    receive(
        &mut session,
        &[":dora!c@h QUIT :bye", ":alice!a@h PART #lobby"],
    );
    assert_eq!(session.rooms().get("#lobby").unwrap().members.len(), 1);
    let told = receive(&mut session, &[":x!x@h KICK #lobby bob :out"]);
    assert!(matches!(
        told[..],
        [Happening::RoomClosed { why: Some(_), .. }]
    ));
    assert!(session.rooms().get("#lobby").is_none());
}

#[test]
fn the_past_comes_in_pages_by_id() {
    let mut session = online(CAPS);
    let past = |which| Action::Past {
        buffer: BufferName::Room("#lobby".into()),
        which,
    };
    session.perform(&past(Stretch::Newest), 0);
    assert_eq!(
        out(&mut session),
        ["@label=past1 CHATHISTORY LATEST #lobby * 100"]
    );
    let told = receive(
        &mut session,
        &[
            "@label=past1 :s BATCH +h chathistory #lobby",
            "@batch=h;msgid=5;time=2026-01-01T00:00:05.000Z :al!a@h PRIVMSG #lobby :\u{1}ACTION waves\u{1}",
            "@batch=h :s BATCH +m draft/multiline #lobby",
            "@batch=m :al!a@h PRIVMSG #lobby :a",
            "@batch=m :al!a@h PRIVMSG #lobby :b",
            ":s BATCH -m",
            ":s BATCH -h",
        ],
    );
    let [
        Happening::Past {
            messages, is_end, ..
        },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    let texts: Vec<&str> = messages.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.contains(&"waves") && texts.contains(&"a\nb") && *is_end);
    receive(
        &mut session,
        &["@msgid=9;time=2026-01-02T00:00:00.000Z :al!a@h PRIVMSG #lobby :later"],
    );
    session.begin(0);
    session.take_out();
    session.link.caps.insert(Cap::ChatHistory);
    session.perform(&past(Stretch::Missed), 0);
    assert_eq!(out(&mut session), ["CHATHISTORY AFTER #lobby msgid=9 100"]);
    let told = receive(
        &mut session,
        &[":s FAIL CHATHISTORY INVALID_TARGET AFTER #lobby :no"],
    );
    assert!(matches!(told[..], [Happening::Past { is_end: true, .. }]));
}

#[test]
fn a_short_page_of_large_messages_is_not_the_end() {
    let mut session = online(CAPS);
    let buffer = BufferName::Room("#lobby".into());
    let which = Stretch::Newest;
    session.perform(&Action::Past { buffer, which }, 0);
    let mut lines = vec!["@label=past1 :s BATCH +h chathistory #lobby".to_owned()];
    for id in 0..90 {
        let text = "x".repeat(400);
        lines.push(format!(
            "@batch=h;msgid={id} :al!a@h PRIVMSG #lobby :{text}"
        ));
    }
    lines.push(":s BATCH -h".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let told = receive(&mut session, &lines);
    assert!(matches!(told[..], [Happening::Past { is_end: false, .. }]));
}

#[test]
fn rooms_are_joined_again_after_a_lost_connection() {
    let mut session = online("");
    session.begin(0);
    session.take_out();
    receive(&mut session, &[":s 001 bob :hi", ":s 376 bob :end"]);
    assert_eq!(out(&mut session), ["JOIN #lobby"]);
    let told = receive(&mut session, &[":s 473 bob #lobby :invite only"]);
    assert!(matches!(told[..], [Happening::RoomClosed { .. }]));
}

#[test]
fn a_line_that_the_server_may_have_is_looked_for_before_it_is_said_again() {
    let is_there = ["@batch=h;msgid=2 :bob!b@h PRIVMSG #lobby :hi"];
    for (said, again) in [(&is_there[..], &[][..]), (&[], &["PRIVMSG #lobby :hi"])] {
        let mut session = online(CAPS);
        receive(
            &mut session,
            &["@msgid=1;time=2026-01-01T00:00:00.000Z :al!a@h PRIVMSG #lobby :before"],
        );
        say(&mut session, "hi");
        session.begin(0);
        session.link.caps.insert(Cap::ChatHistory);
        session.link.is_welcome = true;
        let past = Action::Past {
            buffer: BufferName::Room("#lobby".into()),
            which: Stretch::Missed,
        };
        session.perform(&past, 0);
        session.take_out();
        say(&mut session, "hi");
        assert!(out(&mut session).is_empty() && session.is_waiting());
        receive(&mut session, &["BATCH +h chathistory #lobby"]);
        receive(&mut session, said);
        let told = receive(&mut session, &["BATCH -h"]);
        let [Happening::Past { messages, .. }] = &told[..1] else {
            panic!("{told:?}");
        };
        assert!(
            messages
                .iter()
                .all(|one| one.nonce.as_deref() == Some("n1"))
        );
        assert_eq!(out(&mut session), again);
    }
}

#[test]
fn a_silent_server_is_asked_and_then_given_up() {
    let mut session = online("");
    assert_eq!(session.tick(6), Liveness::Until(90_005));
    assert_eq!(session.tick(90_005), Liveness::Until(120_005));
    assert_eq!(out(&mut session), ["PING :there?"]);
    assert_eq!(session.tick(120_005), Liveness::Dead);
    receive(&mut session, &[":s PONG s :there?"]);
    assert_eq!(session.tick(6), Liveness::Until(90_005));
}

#[test]
fn who_does_something_after_a_minute_of_silence_knows_soon_whether_the_server_is_there() {
    let mut session = online("");
    session.used(60_004);
    assert_eq!(out(&mut session), [""; 0]);
    session.used(60_005);
    session.used(60_006);
    assert_eq!(out(&mut session), ["PING :there?"], "it is asked once");
    assert_eq!(session.tick(60_006), Liveness::Until(65_005));
    session.used(65_005);
    assert_eq!(session.tick(65_005), Liveness::Dead);
    receive(&mut session, &[":s PONG s :there?"]);
    assert_eq!(session.tick(6), Liveness::Until(90_005));
    // Where it was asked already, the answer must come sooner now.
    assert_eq!(session.tick(90_005), Liveness::Until(120_005));
    session.used(90_010);
    assert_eq!(out(&mut session), ["PING :there?"; 2]);
    assert_eq!(session.tick(90_010), Liveness::Until(95_010));
}

#[test]
fn what_was_under_way_before_a_sleep_is_no_answer_after_it() {
    let mut session = online("");
    session.woke(9_000_000);
    session.receive(":alice!a@h PRIVMSG #lobby :from before", 9_000_001);
    assert_eq!(session.tick(9_000_001), Liveness::Until(9_005_001));
    assert_eq!(session.tick(9_005_001), Liveness::Dead);
    session.receive(":s PONG s :there?", 9_005_002);
    assert_eq!(session.tick(9_005_003), Liveness::Until(9_095_002));
}

#[test]
fn after_a_sleep_the_server_is_asked_anew_and_what_was_awaited_before_is_not() {
    let mut session = online("");
    assert_eq!(session.tick(90_005), Liveness::Until(120_005));
    session.woke(9_000_000);
    assert_eq!(out(&mut session), ["PING :there?"; 2]);
    assert_eq!(session.tick(9_000_000), Liveness::Until(9_005_000));
    assert_eq!(session.tick(9_005_000), Liveness::Dead);
    // A clock that was set back does not make it wait for the time to come again.
    let mut session = online("");
    session.woke(-7_000_000);
    assert_eq!(session.tick(-7_000_000), Liveness::Until(-6_995_000));
    // Before one is in, nothing is asked that may not be answered.
    let mut session = Session::new(Profile::default());
    session.begin(0);
    session.take_out();
    session.used(70_000);
    session.woke(80_000);
    assert_eq!(out(&mut session), [""; 0]);
}

#[test]
fn lists_come_whole() {
    let mut session = online("");
    session.perform(&Action::List(None), 0);
    session.perform(&Action::Whois("al".into()), 0);
    let told = receive(
        &mut session,
        &[
            ":s 322 bob #a 3 :topic of a",
            ":s 323 bob :end",
            ":s 311 bob al user host * :Al",
            ":s 330 bob al alice :is logged in as",
            ":s 318 bob al :end",
        ],
    );
    assert_eq!(
        told[0],
        Happening::RoomList(vec![("#a".into(), 3, "topic of a".into())])
    );
    assert!(matches!(&told[1], Happening::Whois { rows, .. } if rows.len() == 3));
}

#[test]
fn nothing_from_a_server_makes_a_session_panic() {
    let mut session = online(CAPS);
    for (verb, _) in HANDLERS {
        for params in [
            "",
            " ",
            " bob",
            " #lobby",
            " bob #lobby",
            " + - *",
            " +a a",
            " -a",
        ] {
            for source in ["", ":", ":bob!b@h ", ":x "] {
                session.receive(&format!("{source}{verb}{params}"), 0);
            }
        }
    }
}

#[test]
fn the_census_of_the_welcome_is_not_told() {
    let mut session = session(false);
    let told = receive(&mut session, &[":s 001 bob :hi", ":s 251 bob :1 people"]);
    assert_eq!(told, []);
    let mut session = online("");
    let told = receive(&mut session, &[":s 251 bob :1 people"]);
    assert!(matches!(
        told[..],
        [Happening::Told {
            is_failure: false,
            ..
        }]
    ));
}

#[test]
fn what_is_no_room_is_not_opened_and_nobody_goes_without_a_name() {
    let mut session = online(CAPS);
    for line in [
        ":bob!b@h JOIN",
        ":bob!b@h JOIN :",
        ":bob!b@h JOIN alice bob :Bob",
        ":alice!a@h INVITE bob :",
        ":alice!a@h INVITE bob carol",
        ":bob!b@h NICK :",
        ":bob!b@h NICK",
    ] {
        assert_eq!(receive(&mut session, &[line]), [], "{line}");
        assert_eq!(session.nick(), "bob", "{line}");
        assert_eq!(session.rooms().iter().count(), 1, "{line}");
    }
}

#[test]
fn what_was_missed_is_not_asked_for_for_ever_by_a_server_that_repeats_itself() {
    let mut session = online(CAPS);
    let message = "msgid=1;time=2026-01-01T00:00:00.000Z :al!a@h PRIVMSG #lobby :again";
    receive(&mut session, &[&format!("@{message}")]);
    session.begin(0);
    session.take_out();
    session.link.caps.insert(Cap::ChatHistory);
    let missed = Action::Past {
        buffer: BufferName::Room("#lobby".into()),
        which: Stretch::Missed,
    };
    session.perform(&missed, 0);
    assert_eq!(out(&mut session), ["CHATHISTORY AFTER #lobby msgid=1 100"]);
    receive(&mut session, &[":s BATCH +h chathistory #lobby"]);
    for _ in 0..100 {
        receive(&mut session, &[&format!("@batch=h;{message}")]);
    }
    let told = receive(&mut session, &[":s BATCH -h"]);
    assert!(matches!(told[..], [Happening::Past { is_end: true, .. }]));
    assert_eq!(out(&mut session), [""; 0]);
}

#[test]
fn who_was_away_is_away_on_the_next_connection() {
    let mut session = online("");
    session.perform(&Action::Away(Some("lunch".into())), 7);
    receive(&mut session, &[":s 306 bob :away"]);
    let again = |session: &mut Session| {
        session.begin(9);
        receive(session, &[":s 001 bob :Welcome", ":s 422 bob :none"]);
        out(session)
    };
    assert!(again(&mut session).contains(&"AWAY :lunch".to_owned()));
    session.perform(&Action::Away(None), 7);
    receive(&mut session, &[":s 305 bob :back"]);
    assert!(
        !again(&mut session)
            .iter()
            .any(|line| line.starts_with("AWAY"))
    );
}
