//! What is done with a message or a person that was chosen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::action::Action;
use chatroom::client::happening::{BufferName, Happening, WhoisField};
use chatroom::client::kept::Kept;
use chatroom::client::model::commands::settings;
use chatroom::text::Language;

#[path = "support/scene.rs"]
mod scene;
use scene::Scene;

/// The room `#ops`, in which bob has said some things.
fn ops(said: &[&str]) -> Scene {
    let mut scene = Scene::new();
    scene.types("<alt-2>");
    said.iter().for_each(|text| scene.says("#ops", text));
    scene.waits(1_500);
    scene.done();
    scene
}

#[test]
fn the_link_of_a_message_is_copied() {
    let mut scene = ops(&["see https://a.example/x, please", "nothing"]);
    scene.types("<alt-up>o");
    scene.sees("there is no link in this message");
    assert_eq!(scene.done(), []);
    scene.types("ko");
    assert_eq!(scene.done(), [Action::Copy("https://a.example/x".into())]);
    scene.sees("copied, if the terminal allows it: https://a.example/x");
    assert_eq!(scene.model.selected(), None);
}

#[test]
fn of_several_links_one_is_chosen() {
    let mut scene = ops(&["https://a.example or https://b.example"]);
    scene.types("<alt-up><enter>");
    scene.sees("Copy which link?");
    scene.sees("Enter copy  Up/Down choose");
    scene.types("<esc>");
    assert_eq!(scene.done(), []);
    scene.types("<alt-up>o<down><enter>");
    assert_eq!(scene.done(), [Action::Copy("https://b.example".into())]);
}

#[test]
fn who_said_it_is_asked_about() {
    let mut scene = ops(&["hello"]);
    scene.types("<alt-up>i");
    assert_eq!(scene.done(), [Action::Whois("bob".into())]);
    scene.happens(Happening::Whois {
        nick: "bob".into(),
        rows: vec![(WhoisField::RealName, "Bob B".into())],
    });
    scene.sees("Bob B");
    scene.happens(Happening::Offline {
        why: "x".into(),
        again_in_seconds: None,
    });
    scene.types("<esc><alt-up>i");
    assert_eq!(scene.done(), []);
    scene.sees("this needs the connection");
}

#[test]
fn what_is_marked_as_unread_stays_so_until_one_comes_back() {
    let mut scene = ops(&["one", "two"]);
    let room = BufferName::Room("#ops".into());
    let unread = |scene: &Scene| scene.model.buffer().unread;
    assert_eq!(unread(&scene), 0);
    scene.types("<alt-up>km");
    assert_eq!(unread(&scene), 2);
    let at = scene.model.buffer().read_until;
    let kept = Kept::Unread {
        buffer: room.clone(),
        at,
    };
    assert_eq!(scene.done(), [Action::Keep(kept)]);
    scene.sees("2 new");
    // Looking on reads nothing, and what is said meanwhile is unread too.
    scene.waits(5_000);
    scene.says("#ops", "three");
    scene.waits(5_000);
    assert_eq!(unread(&scene), 3);
    // One comes back, and after a second it is read.
    scene.types("<alt-1><alt-2>");
    scene.sees("3 new");
    scene.waits(1_500);
    assert_eq!(unread(&scene), 0);
    let read = |action: &Action| matches!(action, Action::Keep(Kept::Read { buffer, at: until }) if *buffer == room && *until > at);
    assert!(scene.done().iter().any(read));
}

#[test]
fn only_what_others_said_can_be_unread() {
    let mut scene = Scene::new();
    scene.types("<alt-2>");
    scene.types("<alt-up>m");
    assert_eq!(scene.model.buffer().unread, 1);
    let mut scene = Scene::new();
    scene.types("<alt-2>");
    scene.rooms.open("#ops");
    let mut own = scene::message("bob", "mine", scene.now, "own");
    own.from.is_self = true;
    scene.happens(Happening::Said {
        buffer: BufferName::Room("#ops".into()),
        message: own,
    });
    scene.types("<alt-up>m");
    scene.sees("nobody else has said anything from here on");
}

/// The room `#ops` with oneself as moderator or not, and what is offered for bob.
fn with_bob(is_operator: bool) -> Scene {
    let mut scene = ops(&["hello"]);
    let members = &mut scene.rooms.open("#ops").members;
    members.get_mut("alice").unwrap().is_operator = is_operator;
    for room in ["#q3", "#q4"] {
        scene.rooms.open(room).members.remove("bob");
    }
    // Rooms by invitation are their moderators'.
    scene.rooms.open("#q4").is_private = true;
    // alice, bob, carol: who manages the room comes first.
    scene.types("<f8><down><enter>");
    scene.sees("bob in #ops");
    scene
}

#[test]
fn only_what_one_may_do_is_offered() {
    let scene = with_bob(false);
    for offered in ["talk with them", "profile", "invite", "ignore"] {
        scene.sees(offered);
    }
    for not_offered in ["remove", "ban from", "moderator", "let speak"] {
        scene.sees_no(not_offered);
    }
    let scene = with_bob(true);
    for offered in ["remove from", "ban from", "make a moderator", "let speak"] {
        scene.sees(offered);
    }
    let mut scene = with_bob(true);
    scene.types("<esc><up><enter>");
    scene.sees("alice in #ops");
    scene.sees_no("ignore");
}

#[test]
fn a_moderator_does_things_with_somebody_and_those_that_hurt_are_asked() {
    let room = || "#ops".to_owned();
    let bob = || "bob".to_owned();
    let mode = |change: &str| Action::Mode {
        room: room(),
        changes: vec![change.into(), bob()],
    };
    let kick = Action::Kick {
        nick: bob(),
        room: room(),
        reason: None,
    };
    let mut scene = with_bob(true);
    scene.types("<down><enter>");
    assert_eq!(scene.done(), [Action::Whois(bob())]);
    // talk, profile, invite, voice, op, ignore, kick, ban
    let mut scene = with_bob(true);
    scene.types("<down><down><down><enter>");
    assert_eq!(scene.done(), [mode("+v")]);
    let mut scene = with_bob(true);
    scene.types("<down><down><down><down><enter>");
    assert_eq!(scene.done(), [mode("+o")]);
    let mut scene = with_bob(true);
    scene.types("<end><up><enter>");
    scene.sees("Remove bob from #ops?");
    // A key that is held down does nothing.
    scene.types("<enter><enter>");
    assert_eq!(scene.done(), []);
    scene.types("y");
    assert_eq!(scene.done(), std::slice::from_ref(&kick));
    let mut scene = with_bob(true);
    scene.types("<end><enter>n");
    assert_eq!(scene.done(), []);
    let mut scene = with_bob(true);
    scene.types("<end><enter>y");
    let ban = Action::Mode {
        room: room(),
        changes: vec!["+b".into(), "bob!*@*".into()],
    };
    assert_eq!(scene.done(), [ban, kick]);
    let mut scene = with_bob(true);
    scene.types("<end><up><enter>r");
    scene.sees("alice> /kick bob");
}

#[test]
fn somebody_is_invited_to_a_room_of_ones_own() {
    let mut scene = with_bob(false);
    scene.types("<down><down><enter>");
    scene.sees("Invite bob where?");
    scene.types("<enter>");
    let invite = Action::Invite {
        nick: "bob".into(),
        room: "#q3".into(),
    };
    assert_eq!(scene.done(), [invite]);
}

#[test]
fn somebody_is_ignored_and_talked_with() {
    let mut scene = with_bob(false);
    scene.types("<end><enter>");
    assert!(scene.done().contains(&Action::Ignore(vec!["bob".into()])));
    scene.types("<f8><down><enter>");
    scene.sees("ignore no more");
    scene.types("<enter>");
    let name = &scene.model.buffer().name;
    assert_eq!(*name, BufferName::Person("bob".into()));
}

#[test]
fn the_topic_is_written_where_it_is_seen_whole() {
    let mut scene = ops(&["hello"]);
    scene.rooms.open("#ops").topic = "the old one".into();
    scene.types("<f2>");
    scene.sees("Topic of #ops");
    scene.sees("> the old one");
    scene.types("<enter>");
    assert_eq!(scene.done(), []);
    scene.types("<f2>, and more<enter>");
    let set = |text: &str| Action::Topic {
        room: "#ops".into(),
        text: Some(text.into()),
    };
    assert_eq!(scene.done(), [set("the old one, and more")]);
    // Where it is refused, it can be had back.
    scene.types("<ctrl-up>");
    scene.sees("alice> /topic the old one, and more");
    scene.types("<f2><ctrl-u><enter>");
    assert_eq!(scene.done(), [set("")]);
}

#[test]
fn one_goes_from_pane_to_pane() {
    for key in ["<f6>", "<shift-tab>"] {
        let mut scene = ops(&["hello"]);
        scene.types(key);
        assert!(scene.model.selected().is_some());
        scene.types(key);
        // The sidebar itself is gone through.
        scene.sees("#lobby");
        scene.sees("hello");
        scene.types("<down><down>");
        scene.types(key);
        scene.sees("Members");
        scene.types(key);
        assert!(scene.model.overlay().is_none());
        scene.types(key);
        scene.types(key);
        scene.types("<down><enter>");
        let name = &scene.model.buffer().name;
        assert_eq!(*name, BufferName::Room("#q10".into()));
    }
    // A letter is meant for the input.
    let mut scene = ops(&[]);
    scene.types("<f6><f6>x");
    scene.sees("alice> x");
}

#[test]
fn what_was_said_elsewhere_is_said_where_it_was_typed() {
    let mut scene = ops(&[]);
    scene.types("/msg dave a text that is longer than a row may be<enter>");
    scene.sees("*  to dave: a text that is longer th...");
    let done = scene.done();
    let nonce = done.iter().find_map(|action| {
        let Action::Say { nonce, .. } = action else {
            return None;
        };
        Some(nonce.clone())
    });
    let why = "dave is not there".into();
    scene.happens(Happening::NotSent {
        nonce: nonce.unwrap(),
        why,
    });
    scene.sees("not said to dave: dave is not there");
    scene.happens(Happening::Offline {
        why: "x".into(),
        again_in_seconds: None,
    });
    scene.types("/msg dave later<enter>");
    scene.sees("waits for dave until you are connected: later");
}

/// The rows of "go to" for a text, but for the title and the field.
fn found(text: &str) -> String {
    let mut scene = Scene::new();
    for nick in ["dave", "keith"] {
        let member = scene::member(nick);
        scene
            .rooms
            .open("#lobby")
            .members
            .insert(nick.into(), member);
    }
    scene.types("<ctrl-g>");
    scene.types(text);
    let screen = scene.screen();
    let talk = screen
        .lines()
        .map(|row| row.chars().skip(17).collect::<String>());
    let rows = talk.skip_while(|row| !row.contains("> ")).skip(2);
    let first = rows.filter_map(|row| row.split_whitespace().next().map(str::to_owned));
    first.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_command_is_found_by_its_names_and_not_by_letters_of_what_it_takes() {
    let starts = |text: &str, first: &str| {
        let found = found(text);
        assert!(found.starts_with(first), "{text}: {found}");
    };
    starts("car", "carol ");
    assert!(!found("car").contains("/kick"), "{}", found("car"));
    // What begins so goes before what has the letters somewhere.
    starts("ki", "/kick ");
    starts("ke", "keith ");
    starts("remove", "/kick");
    // What it is for counts in the list of commands, by whole words.
    starts(">ban", "/ban ");
    assert!(
        found(">moderator").contains("/op"),
        "{}",
        found(">moderator")
    );
    assert!(!found(">oderat").contains("/op"), "{}", found(">oderat"));
}

#[test]
fn settings_are_listed_with_where_they_come_from_and_set_for_this_run() {
    let mut scene = ops(&[]);
    scene.types("/set<enter>");
    scene.sees("client.name = alice (by default)");
    scene.sees("client.mouse = true (by default)");
    scene.types("/set mouse false<enter>");
    assert!(scene.done().contains(&Action::Mouse(false)));
    scene.sees("client.mouse is false until you leave");
    scene.types("/set client.mouse<enter>");
    scene.sees("client.mouse = false (set in this run)");
    scene.types("/set mouse maybe<enter>");
    scene.sees("it can be one of: true, false");
    scene.types("<ctrl-u>/set colour red<enter>");
    scene.sees("there is no setting colour");
    scene.types("<ctrl-u>/set language zh<enter>");
    assert!(scene.done().contains(&Action::Speak(Language::Zh)));
}

#[test]
fn every_setting_of_the_client_in_the_config_is_listed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
    let example = std::fs::read_to_string(path).unwrap();
    let section = example.split("\n[client]\n").nth(1).unwrap();
    let section = section.split("\n\n").next().unwrap();
    let rows = section.lines().filter_map(|row| row.split_once(" = "));
    let keys = rows.map(|(key, _)| format!("client.{}", key.trim_start_matches("#: ")));
    let listed: Vec<&str> = settings::keys().collect();
    assert_eq!(keys.collect::<Vec<_>>(), listed);
}

#[test]
fn one_goes_off_line_and_comes_back_by_command() {
    let mut scene = ops(&[]);
    scene.types("/connect<enter>");
    scene.sees("you are connected");
    scene.types("<ctrl-u>/disconnect lunch<enter>");
    assert_eq!(scene.done(), [Action::Disconnect(Some("lunch".into()))]);
    scene.happens(Happening::Offline {
        why: "as you wished".into(),
        again_in_seconds: None,
    });
    scene.types("later<enter>");
    assert_eq!(scene.done(), []);
    scene.sees("(not sent yet)");
    scene.types("/connect other.example<enter>");
    scene.sees("chatroom join other.example");
    scene.types("<ctrl-u>/connect<enter>");
    assert!(scene.done().contains(&Action::Reconnect));
}

#[test]
fn an_emoji_is_chosen_by_its_name_or_completed() {
    let mut scene = ops(&[]);
    scene.types("well <alt-e>done");
    scene.sees(":check:");
    scene.types("<esc><alt-e>tada");
    scene.sees(":tada:");
    scene.types("<enter>!");
    assert_eq!(scene.model.buffer().editor.text(), "well 🎉!");
    scene.types("<ctrl-u>so :tad<tab>");
    assert_eq!(scene.model.buffer().editor.text(), "so 🎉 ");
    // What a clock says is no emoji.
    scene.types("<ctrl-u>at 12:30<tab>");
    assert_eq!(scene.model.buffer().editor.text(), "at 12:30");
}
