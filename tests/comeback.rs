//! What one comes back to: real programs, pseudo-terminals and sockets.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "support/scene.rs"]
mod scene;
mod support;

use chatroom::client::action::Action;
use chatroom::client::happening::{BufferName, Happening, Message, MessageKind, Stretch, Who};
use chatroom::client::kept::{Kept, Spot};
use scene::Scene;
use support::{Screen, Server, wait_for};

/// Alt+Home: to the oldest line that is known.
const OLDEST: &str = "\x1b[1;3H";
const PAGE_UP: &str = "\x1b[5~";
const PAGE_DOWN: &str = "\x1b[6~";

/// The rows of a screen that hold numbered lines, as far as they tell where one is.
fn numbers(screen: &str) -> Vec<u32> {
    let number = |row: &str| {
        let (_, rest) = row.split_once("line ")?;
        rest.get(..4)?.parse().ok()
    };
    screen.lines().filter_map(number).collect()
}

fn join(server: &Server, home: &std::path::Path, name: &str) -> Screen {
    let arguments = ["join", &server.address, "--name", name];
    let mut screen = Screen::start(home, &arguments, 24, 80);
    screen.sees("#lobby");
    screen
}

fn leave(mut screen: Screen) {
    screen.types("/quit\r");
    assert_eq!(screen.ends(), 0);
}

#[test]
fn one_comes_back_to_the_row_where_one_was() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut guest = server.irc("guest");
    guest.send("JOIN #lobby");
    for number in 0..1_600 {
        guest.send(&format!("PRIVMSG #lobby :line {number:04}"));
        if number % 50 == 0 {
            guest.settle();
        }
    }
    guest.settle();
    let home = tempfile::tempdir().unwrap();
    let mut bob = join(&server, home.path(), "bob");
    let screen = bob.sees("line 1599");
    assert!(!screen.contains("unread"), "said before one came: {screen}");
    // Each time what is older comes, until the place is far from what a start asks for. The letter shows
    // that the key was taken, whatever had come until then.
    let mut draft = String::new();
    let oldest = wait_for("older lines", || {
        draft.push('x');
        bob.types(&format!("{OLDEST}x"));
        let screen = bob.sees(&format!("bob> {draft}"));
        numbers(&screen)
            .first()
            .copied()
            .filter(|first| *first < 700)
    });
    bob.types("\x15");
    bob.types(PAGE_DOWN);
    let screen = bob.until("a page down", |screen| {
        numbers(screen).first().is_some_and(|first| *first > oldest)
    });
    let place = numbers(&screen);
    leave(bob);
    guest.send("PRIVMSG #lobby :said meanwhile");
    guest.settle();
    for _ in 0..2 {
        let mut bob = join(&server, home.path(), "bob");
        let screen = bob.until("the place", |screen| numbers(screen) == place);
        assert!(screen.contains("1 new below"), "{screen}");
        leave(bob);
    }
    // Whoever goes to the end comes back to the end.
    let mut bob = join(&server, home.path(), "bob");
    bob.until("the place", |screen| numbers(screen) == place);
    bob.types("\x1b");
    bob.sees("said meanwhile");
    leave(bob);
    let mut bob = join(&server, home.path(), "bob");
    bob.sees("said meanwhile");
    bob.types(PAGE_UP);
    bob.until("a page up", |screen| !screen.contains("said meanwhile"));
}

/// A client that was scrolled in `#old` in its last run, and has come into it.
fn scrolled_scene(spot: Spot) -> Scene {
    let mut scene = Scene::new();
    let kept = Kept::Scrolled {
        buffer: BufferName::Room("#old".into()),
        to: Some(spot),
    };
    scene.happens(Happening::Kept(vec![kept]));
    scene.rooms.open("#old");
    scene.happens(Happening::RoomOpened("#old".into()));
    scene.types("/go #old<enter>");
    scene.done();
    scene
}

fn spot() -> Spot {
    Spot {
        id: "gone".into(),
        at: 1_249,
        row_from_end: 0,
    }
}

/// Gives the messages of a stretch, one for each time.
fn past(scene: &mut Scene, which: Stretch, times: std::ops::Range<i64>, is_end: bool) {
    let message = |at: i64| Message {
        id: Some(format!("t{at}")),
        at,
        from: Who {
            nick: "bob".into(),
            ..Who::default()
        },
        kind: MessageKind::Message,
        text: format!("said at {at}"),
        nonce: None,
    };
    scene.happens(Happening::Past {
        buffer: BufferName::Room("#old".into()),
        which,
        messages: times.step_by(10).map(message).collect(),
        is_end,
    });
}

fn asks(scene: &mut Scene, wanted: Stretch) -> bool {
    let asked = |action: &Action| matches!(action, Action::Past { which, .. } if *which == wanted);
    scene.done().iter().any(asked)
}

#[test]
fn where_the_message_is_gone_the_nearest_in_time_stands_for_it() {
    let mut scene = scrolled_scene(spot());
    past(&mut scene, Stretch::Newest, 2_000..3_000, false);
    assert!(asks(&mut scene, Stretch::Further));
    past(&mut scene, Stretch::Further, 1_500..2_000, false);
    assert!(asks(&mut scene, Stretch::Further));
    past(&mut scene, Stretch::Further, 1_000..1_500, false);
    assert!(!asks(&mut scene, Stretch::Further));
    scene.sees("said at 1250");
    scene.sees_no("said at 1260");
    // It is there again in the next run, by a message that there is.
    scene.types("<pageup><pagedown>");
    let kept = scene
        .done()
        .into_iter()
        .rev()
        .find_map(|action| match action {
            Action::Keep(Kept::Scrolled { to, .. }) => to,
            _ => None,
        });
    assert_eq!(kept.map(|spot| spot.id).as_deref(), Some("t1250"));
}

#[test]
fn where_all_that_is_left_is_younger_the_oldest_stands_for_it() {
    let mut scene = scrolled_scene(spot());
    past(&mut scene, Stretch::Newest, 2_000..3_000, true);
    assert!(!asks(&mut scene, Stretch::Further));
    scene.sees("said at 2000");
}

#[test]
fn who_scrolls_or_speaks_on_the_way_back_stays_where_they_are() {
    for keys in ["<pageup>", "hello<enter>", "<esc>"] {
        let mut scene = scrolled_scene(spot());
        past(&mut scene, Stretch::Newest, 2_000..3_000, false);
        scene.types(keys);
        scene.done();
        let before = scene.model.buffer().anchor;
        past(&mut scene, Stretch::Further, 1_000..2_000, true);
        assert!(!asks(&mut scene, Stretch::Further));
        assert_eq!(scene.model.buffer().anchor, before, "{keys}");
    }
}
