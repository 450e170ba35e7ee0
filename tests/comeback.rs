//! What one comes back to: real programs, pseudo-terminals and sockets.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "support/scene.rs"]
mod scene;
mod support;

use chatroom::client::action::Action;
use chatroom::client::happening::{
    BufferName, Happening, Message, MessageKind, Presence, Stretch, Who,
};
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
    bob.until("the end of what is known", |screen| {
        screen.contains("said meanwhile") && screen.contains("line 1590")
    });
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
    let kept = scene.done().into_iter().rev().find_map(|action| {
        if let Action::Keep(Kept::Scrolled { to, .. }) = action {
            return to;
        }
        None
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

/// Two clients in a group that bob has made.
fn group(server: &Server, home: &std::path::Path) -> (Screen, Screen) {
    let mut bob = join(server, home, "bob");
    let mut alice = join(server, home, "alice");
    bob.types("/new team\r");
    bob.sees("#team is an open group");
    alice.types("/join team\r");
    alice.sees("#team is an open group");
    (bob, alice)
}

#[test]
fn a_group_that_one_was_put_out_of_is_marked_until_one_comes_back_or_closes_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let (mut bob, mut alice) = group(&server, folder.path());
    for (keys, is_back) in [("\r", true), ("/join team\r", true), ("/part\r", false)] {
        bob.types("/kick alice\r");
        let screen = alice.sees("you are not in it");
        assert!(screen.contains("#team      out"), "{screen}");
        assert!(screen.contains("Enter join  /part remove"), "{screen}");
        alice.types(keys);
        alice.until("the sign to go", |screen| {
            !screen.contains("you are not in it") && screen.contains("#team") == is_back
        });
        if is_back {
            bob.types("are you back?\r");
            alice.sees("are you back?");
        }
    }
}

#[test]
fn an_invitation_waits_over_restarts_of_both_ends_and_enter_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut bob = join(&server, folder.path(), "bob");
    let mut alice = join(&server, folder.path(), "alice");
    leave(alice);
    bob.types("/new den --private\r");
    bob.sees("is a group by invitation");
    bob.types("/invite alice\r");
    bob.sees("you have invited alice");
    leave(bob);
    let server = server.killed_and_started_again();
    // It is seen, and left for later.
    alice = join(&server, folder.path(), "alice");
    let screen = alice.sees("@1");
    assert!(screen.contains("#den        @1"), "{screen}");
    leave(alice);
    let server = server.killed_and_started_again();
    let mut alice = join(&server, folder.path(), "alice");
    let screen = alice.sees("invited");
    assert!(screen.contains("#den"), "{screen}");
    // Alt+2: the second row of the sidebar.
    alice.types("\x1b2");
    alice.sees("bob invites you to #den");
    alice.types("\r");
    alice.sees("is a group by invitation");
    let mut bob = join(&server, folder.path(), "bob");
    alice.types("here I am\r");
    bob.types("/go den\r");
    bob.sees("here I am");
    leave(alice);
    let mut alice = join(&server, folder.path(), "alice");
    alice.sees("#den");
    alice.until("no invitation", |screen| !screen.contains("invited"));
}

#[test]
fn all_who_came_in_a_row_are_named_when_the_row_is_chosen() {
    let mut scene = Scene::new();
    for number in 10..40 {
        scene.happens(Happening::Presence {
            buffers: vec![BufferName::Room("#lobby".into())],
            at: 1,
            who: Who {
                nick: format!("guest{number}"),
                ..Who::default()
            },
            what: Presence::Joined,
        });
    }
    scene.sees("30 joined (guest10,");
    scene.sees("guest21, ...");
    scene.sees_no("guest39");
    scene.types("<alt-up><enter>");
    scene.sees("guest39");
    scene.types("<enter>");
    scene.sees_no("guest39");
    scene.types("<enter><esc>");
    scene.sees("guest39");
    // What others say goes on below it.
    scene.says("#lobby", "so many");
    scene.sees("guest39");
}

#[test]
fn who_is_away_stays_so_over_restarts_until_they_are_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let address = server.address.clone();
    let arguments = ["join", &address, "--name", "alice"];
    let mut alice = Screen::start(folder.path(), &arguments, 24, 120);
    alice.sees("+alice");
    let mut bob = join(&server, folder.path(), "bob");
    bob.types("/away lunch\r");
    bob.sees("~ away: lunch");
    alice.sees("~bob");
    let _server = server.killed_and_started_again();
    for screen in [&mut alice, &mut bob] {
        screen.sees("offline");
        screen.until("the server", |screen| !screen.contains("offline"));
    }
    bob.sees("~ away: lunch");
    alice.sees("~bob");
    leave(bob);
    let mut bob = Screen::start(folder.path(), &["join", &address, "--name", "bob"], 24, 80);
    bob.sees("~ away");
    bob.types("/back\r");
    bob.until("to be back", |screen| !screen.contains("~ away"));
    alice.sees("+bob");
}

#[test]
fn what_is_refused_is_read_where_it_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let (bob, mut alice) = group(&server, folder.path());
    let mut guest = server.irc("dora");
    guest.send("JOIN #other");
    guest.settle();
    alice.types("/go lobby\r");
    alice.sees("#lobby is the public screen");
    for (typed, refusal) in [
        ("/whois ghost", "there is nobody called ghost"),
        ("/invite phantom", "there is nobody called phantom"),
        ("/topic #team new", "only a moderator of #team may do that"),
        ("/kick bob", "only a moderator of #lobby may do that"),
        ("/mode #team +b x", "only a moderator of #team may do that"),
        ("/mode #team +Z", "there is no such mode: Z"),
        ("/invite bob #team", "bob is in #team already"),
        ("/invite bob #other", "you are not in #other"),
        (
            "/quote KICK #team wraith",
            "only a moderator of #team may do that",
        ),
        ("/quote PART #nowhere", "there is no room #nowhere"),
        ("/quote NONSENSE", "the server has no command NONSENSE"),
        ("/quote JOIN", "JOIN needs more than that"),
        (
            "/quote MODE dora +Q",
            "one can look at one's own modes alone",
        ),
        ("/nick bob", "that looks like it, belongs to"),
        ("/nick Server", "that name is a word of the interface"),
        ("/quote NICK", "no name was given"),
    ] {
        // What was refused before is out of view.
        alice.types("/clear\r");
        alice.until("an empty room", |screen| !screen.contains('!'));
        alice.types(&format!("{typed}\r"));
        let screen = alice.until(typed, |screen| screen.contains('!'));
        assert!(screen.contains(refusal), "{typed}: {screen}");
        assert!(screen.contains(">#lobby"), "{typed}: {screen}");
    }
    drop(bob);
}
