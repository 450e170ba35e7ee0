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
fn what_lies_over_the_screen_is_not_clicked_through() {
    let mut scene = Scene::new();
    scene.types("<ctrl-g>");
    let before = scene.sight();
    point(&mut scene, Pointed::Press, "#q7");
    assert!(scene.sight() == before);
}
