//! What a hostile server may make a session hold, and what it cannot make it do.

use super::*;
use crate::client::rooms::{MEMBERS_MAX, NAME_BYTES_MAX, ROOMS_MAX};

#[test]
fn an_answer_without_end_is_not_kept_without_end() {
    let mut session = online(CAPS);
    session.perform(&Action::List(None), 0);
    for number in 0..ask::WHOIS_MAX + 10 {
        session.perform(&Action::Whois(format!("w{number}")), 0);
    }
    for number in 0..ask::LISTED_MAX + 10 {
        receive(&mut session, &[&format!(":s 322 bob #r{number} 3 :topic")]);
        receive(
            &mut session,
            &[&format!(":s 311 bob w{number} u h * :real")],
        );
        receive(&mut session, &[":s 320 bob w59 :more"]);
    }
    assert_eq!(session.asks.list.len(), ask::LISTED_MAX);
    assert_eq!(session.asks.whois.len(), ask::WHOIS_MAX);
    let rows: Vec<usize> = session.asks.whois.values().map(Vec::len).collect();
    assert_eq!(rows.iter().max(), Some(&ask::WHOIS_ROWS_MAX));
    let told = receive(&mut session, &[":s 323 bob :end"]);
    let more = Sentence::text("note-more-rooms").with("count", 10_usize);
    assert!(matches!(
        &told[..],
        [Happening::RoomList(rows), Happening::Told { text, .. }]
            if rows.len() == ask::LISTED_MAX && *text == more
    ));
    session.perform(&Action::List(None), 0);
    let topic = "t".repeat(16_000);
    for number in 0..1_000 {
        receive(
            &mut session,
            &[&format!(":s 322 bob #r{number} 3 :{topic}")],
        );
    }
    assert!(session.asks.list.len() < 300);
}

#[test]
fn what_was_not_asked_for_opens_nothing() {
    let mut session = online(CAPS);
    // With whom there is direct talk is asked once, on coming in.
    receive(
        &mut session,
        &[":s BATCH +t draft/chathistory-targets", ":s BATCH -t"],
    );
    let lines = [
        ":s 322 bob #a 3 :topic",
        ":s 323 bob :end",
        ":s 311 bob al u h * :Al",
        ":s 318 bob al :end",
        ":s BATCH +t draft/chathistory-targets",
        "@batch=t :s CHATHISTORY TARGETS al 2026-01-01T00:00:00.000Z",
        ":s BATCH -t",
        ":s BATCH +h chathistory #other",
        "@batch=h;msgid=1 :al!a@h PRIVMSG #other :old",
        ":s BATCH -h",
    ];
    for told in receive(&mut session, &lines) {
        assert!(matches!(told, Happening::Told { .. }), "{told:?}");
    }
    session.perform(&Action::Whois("nobody".into()), 0);
    let told = receive(&mut session, &[":s 318 bob nobody :end"]);
    assert_eq!(told, []);
}

#[test]
fn people_are_listed_up_to_a_number_and_counted_beyond_it() {
    let mut session = online(CAPS);
    let room = |session: &Session| session.rooms().get("#lobby").unwrap().clone();
    let long = "n".repeat(NAME_BYTES_MAX + 1);
    receive(&mut session, &[&format!(":{long}!a@h JOIN #lobby")]);
    assert_eq!((room(&session).unlisted, room(&session).people()), (1, 3));
    receive(&mut session, &[&format!(":{long}!a@h PART #lobby")]);
    assert_eq!(room(&session).people(), 2);
    let names = |from: usize| (from..from + 1_000).map(|n| format!("n{n}"));
    for thousand in 0..MEMBERS_MAX / 1_000 + 3 {
        let names: Vec<String> = names(thousand * 1_000).collect();
        let line = format!(":s 353 bob = #lobby :{}", names.join(" "));
        receive(&mut session, &[&line]);
        receive(&mut session, &[&line.replace("#lobby", "#other")]);
    }
    receive(&mut session, &[":s 366 bob #lobby :end"]);
    assert_eq!(room(&session).members.len(), MEMBERS_MAX);
    assert_eq!(room(&session).unlisted, 3_000);
    let words = "away ".repeat(1_000);
    receive(&mut session, &[&format!(":n1!a@h AWAY :{words}")]);
    let member = session.rooms().member("#lobby", "n1").cloned();
    let away = member.and_then(|member| member.away).unwrap();
    assert!(away.len() < 520 && away.ends_with('…'), "{away}");
    receive(&mut session, &[&format!(":n2!a@h NICK {long}")]);
    assert_eq!(room(&session).unlisted, 3_001);
    // The list comes anew.
    receive(&mut session, &[":s 353 bob = #lobby :bob alice"]);
    assert_eq!((room(&session).unlisted, room(&session).people()), (0, 2));
}

#[test]
fn a_server_puts_nobody_into_rooms_without_end() {
    let mut session = online(CAPS);
    for number in 0..ROOMS_MAX + 20 {
        receive(&mut session, &[&format!(":bob!b@h JOIN #r{number}")]);
        receive(
            &mut session,
            &[&format!(":s 353 bob = #nowhere{number} :bob")],
        );
        let line = format!(":p{number}!a@h PRIVMSG bob :hello");
        receive(&mut session, &[&line]);
    }
    assert_eq!(session.rooms().iter().count(), ROOMS_MAX);
    let told = receive(&mut session, &[":bob!b@h JOIN #more"]);
    assert!(matches!(
        &told[..],
        [Happening::Told {
            is_failure: true,
            ..
        }]
    ));
    for number in 0..2 * talk::EDGES_MAX {
        let line = format!(":p{number}!a@h PRIVMSG bob :hello");
        assert_eq!(receive(&mut session, &[&line]).len(), 1);
    }
    assert_eq!(session.talk.known(), talk::EDGES_MAX);
}

#[test]
fn a_message_of_too_many_lines_is_cut_and_says_so() {
    let mut session = online(CAPS);
    let batch = |session: &mut Session, lines: usize, text: &str| {
        receive(session, &[":al!a@h BATCH +m draft/multiline #lobby"]);
        for _ in 0..lines {
            let line = format!("@batch=m :al!a@h PRIVMSG #lobby :{text}");
            receive(session, &[&line]);
        }
        receive(session, &[":s BATCH -m"])
    };
    let mut check = |lines: usize, text: &str, taken: usize| {
        let told = batch(&mut session, lines, text);
        let [Happening::Said { message, .. }, rest @ ..] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(message.text.lines().count(), taken);
        let count = lines - taken;
        let texts = crate::text::Texts::new(crate::text::Language::En);
        let said = rest.iter().map(|told| {
            let Happening::Told { buffer, text, .. } = told else {
                panic!("{told:?}");
            };
            assert_eq!(*buffer, BufferName::Room("#lobby".into()));
            text.say(&texts)
        });
        let said: Vec<String> = said.collect();
        let expected = format!(
            "{count} more lines of what al said are not shown: a message is taken up to 2000 lines and 262144 bytes"
        );
        match count {
            0 => assert_eq!(said, [""; 0]),
            _ => assert_eq!(said, [expected]),
        }
    };
    check(batch::SIZE_MAX, "x", batch::SIZE_MAX);
    check(batch::SIZE_MAX + 7, "x", batch::SIZE_MAX);
    check(100, &"y".repeat(8_191), 32);
}

#[test]
fn batches_that_never_end_hold_no_more_than_they_may() {
    let mut session = online(CAPS);
    session.link.caps.insert(Cap::ChatHistory);
    let past = Action::Past {
        buffer: BufferName::Room("#lobby".into()),
        which: Stretch::Newest,
    };
    session.perform(&past, 0);
    let text = "z".repeat(16_000);
    for number in 0..80 {
        let open = format!(":s BATCH +h{number} chathistory #lobby");
        receive(&mut session, &[&open]);
        for _ in 0..40 {
            let line = format!("@batch=h{number} :al!a@h PRIVMSG #lobby :{text}");
            receive(&mut session, &[&line]);
        }
    }
    let held: usize = session.batches.values().map(batch::Batch::bytes).sum();
    assert!(held <= batch::BYTES_MAX, "{held}");
    assert_eq!(session.batches.len(), 64);
    let told = receive(&mut session, &[":s BATCH -h63", ":s BATCH -h63"]);
    let cut = Sentence::text("note-past-cut").with("count", 40_usize);
    assert!(
        matches!(&told[..], [Happening::Past { .. }, Happening::Told { text, .. }] if *text == cut),
        "{told:?}"
    );
}

#[test]
fn a_batch_that_is_opened_again_is_told_as_far_as_it_came() {
    let mut session = online(CAPS);
    let told = receive(
        &mut session,
        &[
            ":al!a@h BATCH +m draft/multiline #lobby",
            "@batch=m :al!a@h PRIVMSG #lobby :one",
            ":al!a@h BATCH +m draft/multiline #lobby",
            "@batch=m :al!a@h PRIVMSG #lobby :two",
            ":s BATCH -m",
            ":s BATCH -m",
        ],
    );
    let texts = told.into_iter().map(|told| only_said(vec![told]).text);
    assert_eq!(texts.collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn what_a_server_says_of_itself_is_kept_within_bounds() {
    let mut session = online(CAPS);
    for number in 0..2_000 {
        receive(
            &mut session,
            &[
                &format!(":s 005 bob T{number}=x CASEMAPPING=m{} :are", number % 2),
                &format!(
                    ":s 005 bob CASEMAPPING=rfc1459{} :are",
                    ["", "-strict"][number % 2]
                ),
                &format!(":s CAP bob NEW :cap{number}=x"),
            ],
        );
    }
    assert!(session.link.values.len() <= 500);
    let pairs = "x".repeat(8_000);
    let line = format!(":s 005 bob PREFIX=({pairs}){pairs} CHANMODES={pairs},a,b,c :are");
    receive(&mut session, &[&line]);
    assert!(session.link.supported.prefixes().len() <= 64);
    assert!(session.link.supported.mode_kinds()[0].len() <= 64);
}

#[test]
fn the_key_is_proved_only_where_it_was_offered() {
    let mut session = online(CAPS);
    receive(&mut session, &["AUTHENTICATE +", "AUTHENTICATE +"]);
    assert_eq!(out(&mut session), [""; 0]);
}
