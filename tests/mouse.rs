//! What the mouse does, and the two ways to copy by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::action::Action;
use chatroom::client::happening::BufferName;
use chatroom::client::key::{Mouse, Pointed, TerminalInput};

#[path = "support/scene.rs"]
mod scene;
use scene::Scene;

/// Does something where a text stands on the screen.
fn point(scene: &mut Scene, what: Pointed, text: &str) {
    let screen = scene.screen();
    let mut rows = screen.lines().enumerate();
    let (row, column) = rows
        .find_map(|(y, row)| {
            let before = row.split_once(text)?.0;
            Some((y, before.chars().count()))
        })
        .unwrap_or_else(|| panic!("no {text:?} on\n{screen}"));
    scene.input(TerminalInput::Mouse(Mouse {
        what,
        column: u16::try_from(column).unwrap(),
        row: u16::try_from(row).unwrap(),
    }));
}

/// Clicks on a text that is not in the sidebar.
fn click_over(scene: &mut Scene, text: &str) {
    let screen = scene.screen();
    let mut rows = screen.lines().enumerate();
    let (row, column) = rows
        .find_map(|(y, row)| {
            let talk: String = row.chars().skip(17).collect();
            let before = talk.split_once(text)?.0;
            Some((y, 17 + before.chars().count()))
        })
        .unwrap_or_else(|| panic!("no {text:?} over\n{screen}"));
    scene.input(TerminalInput::Mouse(Mouse {
        what: Pointed::Press,
        column: u16::try_from(column).unwrap(),
        row: u16::try_from(row).unwrap(),
    }));
}

#[test]
fn a_click_opens_a_room_and_headings_are_none() {
    let mut scene = Scene::new();
    point(&mut scene, Pointed::Press, "#q7");
    assert_eq!(scene.model.buffer().name, BufferName::Room("#q7".into()));
    let heading = scene.screen().lines().nth(1).unwrap().to_owned();
    point(
        &mut scene,
        Pointed::Press,
        heading.split_whitespace().next().unwrap(),
    );
    assert_eq!(scene.model.buffer().name, BufferName::Room("#q7".into()));
    point(&mut scene, Pointed::Press, "#lobby");
    assert_eq!(scene.model.buffer().name, BufferName::Room("#lobby".into()));
}

#[test]
fn the_wheel_scrolls_the_talk_and_chooses_in_lists() {
    let mut scene = Scene::new();
    scene.sees_no("line 40");
    point(&mut scene, Pointed::WheelUp, "fails");
    scene.sees("line 40");
    scene.sees_no("fails");
    point(&mut scene, Pointed::WheelDown, "line 4");
    scene.sees("fails");
    assert_eq!(scene.model.buffer().anchor, None);
    scene.types("<ctrl-g>");
    let first = scene.sight();
    point(&mut scene, Pointed::WheelDown, "Go to:");
    assert!(scene.sight() != first);
}

#[test]
fn a_click_on_a_link_copies_it_whole_however_it_is_broken() {
    let mut scene = Scene::new();
    let link = format!("https://a.example/{}", "long/".repeat(30));
    scene.types("<alt-2>");
    scene.says("#ops", &format!("see {link}end, please"));
    scene.actions.clear();
    for part in ["https://", "end, please"] {
        point(&mut scene, Pointed::Press, part);
        assert_eq!(scene.done(), [Action::Copy(format!("{link}end"))], "{part}");
        scene.sees("copied, if the terminal allows it: https://a.example/");
    }
    point(&mut scene, Pointed::Press, "please");
    point(&mut scene, Pointed::Press, "see ");
    assert_eq!(scene.done(), []);
}

#[test]
fn the_first_drag_says_how_text_is_selected_and_a_key_ends_that() {
    let mut scene = Scene::new();
    point(&mut scene, Pointed::Drag, "fails");
    scene.sees("Alt+M or Shift with the mouse selects text, Alt+L shows plain lines");
    scene.types("x");
    scene.sees_no("Alt+M or Shift");
    point(&mut scene, Pointed::Drag, "fails");
    scene.sees_no("Alt+M or Shift");
    scene.types("<alt-m>");
    assert_eq!(scene.done(), [Action::Mouse(false)]);
    scene.sees("the mouse is the terminal's own");
    scene.types("<alt-m>");
    assert_eq!(scene.done(), [Action::Mouse(true)]);
}

#[test]
fn plain_lines_are_each_whole_with_their_day() {
    let mut scene = Scene::new();
    let long = "word ".repeat(60);
    scene.says("#lobby", long.trim_end());
    scene.done();
    scene.types("<alt-l>");
    let done = scene.done();
    let [Action::Bare(text)] = done.as_slice() else {
        panic!("{done:?}");
    };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.first(), Some(&"2026-11-25"));
    assert!(lines.contains(&"09:41 bob: alice: first"), "{text}");
    let whole = format!("09:41 bob: {}", long.trim_end());
    assert!(lines.contains(&whole.as_str()), "{text}");
    assert_eq!(lines.last(), Some(&"any key comes back"));
}

#[test]
fn a_click_beside_what_lies_over_the_screen_closes_it_and_does_nothing_else() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>");
    scene.sees("Go to:");
    let before = scene.model.buffer().name.clone();
    point(&mut scene, Pointed::Press, "#q7");
    scene.sees_no("Go to:");
    assert_eq!(scene.model.buffer().name, before);
}

#[test]
fn a_click_chooses_a_row_and_a_second_one_does_it() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>#q");
    click_over(&mut scene, "#q10");
    scene.sees("Go to:");
    // A click on another row chooses that one.
    click_over(&mut scene, "#q4");
    scene.sees("Go to:");
    click_over(&mut scene, "#q4");
    assert_eq!(scene.model.buffer().name, BufferName::Room("#q4".into()));
    // The title is no row.
    scene.types("<ctrl-g>");
    let before = scene.sight();
    click_over(&mut scene, "Go to:");
    assert!(scene.sight() == before);
}

#[test]
fn a_row_stays_where_it_was_clicked_on() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>><pagedown><pagedown><pagedown>");
    let before = scene.screen();
    let row = before.lines().nth(7).unwrap();
    let talk: String = row.chars().skip(17).collect();
    click_over(&mut scene, talk.trim());
    assert_eq!(scene.screen(), before);
    click_over(&mut scene, talk.trim());
    scene.sees_no("Go to:");
}

#[test]
fn what_cannot_be_undone_takes_more_than_a_click_too_many() {
    let mut scene = Scene::new();
    scene.types("<alt-2>");
    let own = scene.rooms.open("#ops").members.get_mut("alice").unwrap();
    own.is_operator = true;
    scene.types("<f8><down><enter>");
    scene.done();
    for _ in 0..2 {
        click_over(&mut scene, "remove from the room");
    }
    scene.sees("Remove bob from #ops?");
    assert_eq!(scene.done(), []);
    click_over(&mut scene, "remove them");
    assert_eq!(scene.done(), []);
    click_over(&mut scene, "remove them");
    let kick = Action::Kick {
        nick: "bob".into(),
        room: "#ops".into(),
        reason: None,
    };
    assert_eq!(scene.done(), [kick]);
}

#[test]
fn a_click_on_the_topic_writes_it() {
    let mut scene = Scene::new();
    scene.rooms.open("#lobby").topic = "be nice".into();
    point(&mut scene, Pointed::Press, "be nice");
    scene.sees("Topic of #lobby");
}
