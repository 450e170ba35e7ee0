//! What is done with a message or a person that was chosen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::action::Action;
use chatroom::client::happening::{BufferName, Happening, WhoisField};
use chatroom::client::kept::Kept;

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
