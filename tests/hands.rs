//! What fingers do: going to places, finding, what was entered before, completing, leaving.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::action::Action;
use chatroom::client::happening::{BufferName, Happening};

#[path = "support/scene.rs"]
mod scene;
use scene::Scene;

#[test]
fn one_goes_to_rooms_people_and_commands_by_some_letters() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>");
    scene.sees("Go to: rooms, people, commands");
    scene.types("op<enter>");
    scene.sees(">#ops");
    scene.types("<ctrl-k>bo<enter>");
    scene.sees(">+bob");
    scene.types("<ctrl-g>q1<down><up><enter>");
    scene.sees(">#q10");
    scene.types("<ctrl-g>q<tab><tab><shift-tab><enter>");
    scene.sees(">#q4");
    scene.types("<ctrl-g>nothing like it<enter>");
    scene.sees("nothing found");
    scene.types("<esc>");
    scene.sees_no("Go to:");
    scene.done();
    scene.types("<ctrl-g>whois<enter>");
    scene.sees("alice> /whois");
    assert_eq!(scene.done(), []);
}

#[test]
fn after_an_arrow_there_are_commands_and_keys_alone() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>＞room or");
    scene.sees("/go [ROOM | NAME]");
    scene.types("<ctrl-u>>help<enter>");
    scene.sees("Help: type to narrow it down");
    scene.types("<esc><ctrl-g>>mentions all<enter>");
    scene.sees("Mentions: 3");
    scene.types("<esc>draft<ctrl-g>>capitals<enter>");
    scene.sees("alice> draft");
    scene.types("<ctrl-a><ctrl-g>>capitals<enter>");
    scene.sees("alice> DRAFT");
}

#[test]
fn what_is_unread_comes_first_then_the_last_room() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g><enter>");
    scene.sees(">#ops");
    // Passing through read nothing.
    scene.types("<alt-5><alt-3><ctrl-g><enter>");
    scene.sees(">#lobby");
    scene.types("<alt-5><alt-3><ctrl-g>q<enter>");
    scene.sees(">#q4");
}

#[test]
fn what_is_loaded_is_found_and_one_comes_back() {
    let mut scene = Scene::new();
    let before = scene.sight();
    scene.types("<ctrl-s>LINE 1");
    scene.sees(" line 19");
    scene.types("<up>");
    scene.sees(" line 18");
    scene.types("<ctrl-s><ctrl-s><ctrl-s><ctrl-s><ctrl-s><ctrl-s><ctrl-s><ctrl-s><ctrl-s>");
    scene.sees(" line 1\n");
    scene.types("<down><ctrl-u>no such");
    scene.sees("nothing found");
    scene.types("<ctrl-u>line 7");
    scene.sees(" line 7\n");
    scene.types("<ctrl-u>no such");
    assert_eq!(before.0.area, scene.sight().0.area);
    scene.types("<esc>");
    let after = scene.sight();
    assert!((after.0, after.1) == (before.0, before.1));
    scene.types("/search first<enter>");
    scene.sees("alice: first");
    scene.types("<enter>x");
    scene.sees("alice: first");
    scene.sees("alice> x");
    scene.types("<ctrl-u><ctrl-f>line 49<ctrl-c>");
    scene.sees("alice: first");
}

#[test]
fn finding_ends_with_the_room_that_it_is_in() {
    let mut scene = Scene::new();
    scene.types("<ctrl-s>first");
    scene.happens(Happening::RoomClosed {
        room: "#lobby".into(),
        why: None,
    });
    scene.sees_no("find>");
    scene.types("hello");
    scene.sees("alice> hello");
}

#[test]
fn mentions_are_gone_through_here_and_listed_from_everywhere() {
    let mut scene = Scene::new();
    scene.types("<alt-p>");
    scene.sees("alice: second");
    scene.types("<alt-p>");
    scene.sees("alice: first");
    scene.types("<alt-n>");
    scene.sees("alice: second");
    scene.types("<alt-n>");
    scene.sees("line 49");
    scene.types("<f9>");
    scene.sees("#ops bob  alice, unread");
    scene.types("unread<down><down><up><down><up><up><enter>");
    scene.sees(">#ops");
    scene.types("<f9><down><down><enter>");
    scene.sees(">#lobby");
    scene.sees("alice: first");
}

#[test]
fn what_was_entered_anywhere_is_found_again() {
    let mut scene = Scene::new();
    scene.types("<alt-3><ctrl-r>");
    scene.sees("entered before>");
    scene.types("older");
    scene.sees("older input");
    scene.types("<enter>");
    scene.sees("alice> older input");
    scene.types("<ctrl-u><ctrl-up><ctrl-up>");
    scene.sees("alice> older input");
    scene.types("<ctrl-down>");
    scene.sees("alice> fails");
    scene.types("<ctrl-u><up>");
    scene.sees("alice>\n");
    scene.types("see <alt-.><alt-.>");
    scene.sees("alice> see input");
    scene.types("<ctrl-r>no such");
    scene.sees("nothing found");
    scene.types("<esc>");
    scene.sees("alice> see input");
    scene.types("<alt-1><ctrl-y>");
    scene.sees("alice> fails");
}

#[test]
fn tab_completes_what_a_command_takes() {
    let mut scene = Scene::new();
    for (typed, completed) in [
        ("/join q1", "/join #q10"),
        ("/invite car", "/invite carol"),
        ("/invite carol op", "/invite carol #ops"),
        ("/part lo", "/part #lobby"),
        ("/go bo", "/go bob"),
        ("、去 op", "、去 #ops"),
        ("/help whoi", "/help whois"),
        ("/bind alt-x room.n", "/bind alt-x room.next"),
        ("/create x --p", "/create x --private"),
        ("/mentio", "/mentions"),
        ("／加", "/加入"),
        ("/me sees ca", "/me sees carol"),
        ("你好＠ca", "你好＠carol"),
    ] {
        scene.types(&format!("<ctrl-u>{typed}<tab>"));
        let screen = scene.screen().replace("  ", " ");
        let row = screen.lines().rev().nth(1).unwrap();
        let written: String = row.split("alice> ").nth(1).unwrap().chars().collect();
        assert_eq!(
            written.replace(' ', ""),
            completed.replace(' ', ""),
            "{typed}"
        );
    }
    scene.types("<ctrl-u>/nick ca<tab>");
    scene.sees("alice> /nick ca");
}

#[test]
fn help_is_about_what_is_open() {
    let mut scene = Scene::new();
    scene.types("<ctrl-s>line<f1>");
    scene.sees("KEYS HERE");
    scene.sees("stay here");
    scene.types("<esc>");
    scene.sees("find> line");
    scene.types("<esc><f1>kill.word");
    scene.sees("[kill.word]");
    scene.sees("Ctrl+W");
    scene.types("<ctrl-u>/lastlog");
    scene.sees("/search");
}

#[test]
fn leaving_is_asked_by_a_key_and_not_by_a_command() {
    let mut scene = Scene::new();
    scene.types("<f1><ctrl-q>");
    scene.sees("Leave the chat?");
    scene.types("<ctrl-q>");
    assert_eq!(scene.done(), [Action::Quit(None)]);
    let mut scene = Scene::new();
    scene.types("/quit later<enter>");
    assert_eq!(scene.done(), [Action::Quit(Some("later".into()))]);
    let mut scene = Scene::new();
    scene.types("/q bob psst<enter>");
    assert!(matches!(scene.done().last(), Some(Action::Say { text, .. }) if text == "psst"));
    scene.types("/q<enter>");
    assert_eq!(scene.done(), [Action::Quit(None)]);
}

#[test]
fn bans_are_for_a_name_or_a_mask() {
    let mode = |changes: &[&str]| Action::Mode {
        room: "#lobby".into(),
        changes: changes.iter().map(|&change| change.to_owned()).collect(),
    };
    let mut scene = Scene::new();
    for (typed, changes) in [
        ("/禁入 *!*@host", vec!["+b", "*!*@host"]),
        ("/unban bob", vec!["-b", "bob!*@*"]),
        ("/ban", vec!["+b"]),
    ] {
        scene.types(&format!("{typed}<enter>"));
        assert_eq!(scene.done(), [mode(&changes)], "{typed}");
    }
    // Who is in does not stay.
    scene.types("/ban @bob spam<enter>");
    let kick = Action::Kick {
        nick: "bob".into(),
        room: "#lobby".into(),
        reason: Some("spam".into()),
    };
    assert_eq!(scene.done(), [mode(&["+b", "bob!*@*"]), kick]);
}

#[test]
fn a_key_is_bound_until_one_leaves() {
    let mut scene = Scene::new();
    scene.types("/bind f2 help<enter><f2>");
    scene.sees("Help:");
    scene.types("<esc>/bind f2 nothing<enter>");
    scene.sees("there is no action nothing");
    scene.types("<ctrl-u>/bind meta-x help<enter>");
    scene.sees("meta-x cannot be bound");
    scene.types("<ctrl-u>/bind f3<enter>");
    scene.sees("F3 does nothing");
}

#[test]
fn who_is_ignored_is_neither_shown_nor_counted() {
    let mut scene = Scene::new();
    scene.types("/ignore bob<enter>");
    let names = vec!["bob".to_owned()];
    assert_eq!(scene.done(), [Action::Ignore(names), tells(&scene)]);
    scene.says("#lobby", "alice: hear me");
    scene.says("#q3", "alice: hear me");
    scene.sees_no("hear me");
    scene.sees_no("#q3          @1");
    scene.types("/ignore<enter>");
    scene.sees("ignored: bob");
    scene.types("/unignore bob<enter>");
    scene.says("#lobby", "alice: hear me now");
    scene.sees("hear me now");
    scene.types("/ignore alice<enter>");
    scene.sees("you cannot ignore yourself");
}

/// What is told where there is no screen, of what is the newest line on it.
fn tells(scene: &Scene) -> Action {
    let line = scene.model.buffer().newest_first().next().unwrap();
    Action::Tell {
        buffer: scene.model.buffer().name.clone(),
        text: line.text.to_owned(),
        is_failure: false,
    }
}

#[test]
fn a_message_is_chosen_and_copied() {
    let mut scene = Scene::new();
    scene.types("draft<alt-up>ｋk<up>j");
    assert_eq!(scene.done(), []);
    scene.types("y");
    let copied = scene.done();
    assert!(
        matches!(&copied[..], [Action::Copy(text)] if text == "line 47"),
        "{copied:?}"
    );
    scene.sees("copied, if the terminal allows it");
    scene.sees("alice> draft");
    scene.types("<esc>!");
    scene.sees("alice> draft!");
    scene.types("<alt-up><alt-down>!");
    scene.sees("alice> draft!!");
}

#[test]
fn a_refusal_is_read_where_one_looks() {
    let mut scene = Scene::new();
    scene.types("/join dev<enter>");
    scene.happens(Happening::Told {
        buffer: BufferName::Server,
        text: "#dev: you are banned".into(),
        is_failure: true,
    });
    scene.sees("!  #dev: you are banned");
    scene.sees_no("SERVER");
}
