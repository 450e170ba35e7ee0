//! A real pseudo-terminal is taken over and given back, whatever happens meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::io::IsTerminal;

use chatroom::client::terminal::{Drawn, Terminal, Urgency};
use chatroom::term::LocalTerminal;
use ratatui::style::Style;

use support::Screen;

/// Runs a test of this file, one that is ignored otherwise, at a terminal; then says how the terminal
/// was left.
fn at_a_terminal(test: &str) -> Screen {
    let home = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let script = "\"$0\" --ignored --exact \"$1\" --nocapture; stty -a; echo over";
    let arguments = ["-c", script, this.to_str().unwrap(), test];
    let mut screen = Screen::start_program("sh", home.path(), &arguments, 24, 200);
    screen.sees("\nover");
    screen
}

/// Takes the terminal over and draws a word.
async fn draws(word: &str) -> LocalTerminal {
    let mut terminal = LocalTerminal::open().unwrap();
    draw(&mut terminal, word);
    terminal
}

fn draw(terminal: &mut LocalTerminal, word: &str) {
    terminal.draw(Urgency::Key, &mut |buffer| {
        buffer.set_string(0, 0, word, Style::default());
        Drawn::whole(buffer.area, None)
    });
}

#[track_caller]
fn is_given_back(screen: &Screen) {
    let text = screen.text();
    assert!(!screen.is_full_screen(), "{text}");
    assert!(
        text.contains(" icanon") && text.contains(" echo "),
        "{text}"
    );
    assert!(!text.contains("taken over"), "{text}");
}

#[test]
fn a_panic_gives_the_terminal_back_and_says_what_happened() {
    let screen = at_a_terminal("panics");
    is_given_back(&screen);
    assert!(screen.text().contains("on purpose"), "{}", screen.text());
}

#[test]
#[ignore = "another test runs it at a terminal"]
fn panics() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        if std::io::stdin().is_terminal() {
            let _terminal = draws("taken over").await;
            panic!("on purpose");
        }
    });
}

#[test]
fn a_panic_elsewhere_is_said_at_the_end() {
    let screen = at_a_terminal("panics_elsewhere");
    is_given_back(&screen);
    assert!(
        screen.text().contains("on another thread"),
        "{}",
        screen.text()
    );
}

#[test]
#[ignore = "another test runs it at a terminal"]
fn panics_elsewhere() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        if std::io::stdin().is_terminal() {
            let terminal = draws("taken over").await;
            let other = std::thread::spawn(|| panic!("on another thread"));
            assert!(other.join().is_err());
            drop(terminal);
        }
    });
}

#[test]
fn what_was_put_aside_is_put_aside_once_and_taken_back() {
    let screen = at_a_terminal("goes_on_twice");
    is_given_back(&screen);
    for (aside, back) in [
        ("\x1b[22;2t", "\x1b[23;2t"),
        ("\x1b[>1u", "\x1b[<u"),
        ("\x1b[?1036;1039s", "\x1b[?1036;1039r"),
    ] {
        assert_eq!(
            (screen.count(aside), screen.count(back)),
            (2, 2),
            "{aside:?}"
        );
    }
    // The title is ours again; where none can be put aside there is no title at the end.
    for title in ["\x1b]2;lobby\x07", "\x1b]2;\x07"] {
        assert_eq!(screen.count(title), 2, "{title:?}");
    }
}

#[test]
#[ignore = "another test runs it at a terminal"]
fn goes_on_twice() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        if std::io::stdin().is_terminal() {
            let mut terminal = draws("taken over").await;
            terminal.title("lobby");
            draw(&mut terminal, "taken");
            // Another program had it; then the program was stopped and woken by somebody else.
            assert!(terminal.lend());
            terminal.take_back();
            draw(&mut terminal, "over");
            terminal.resume();
        }
    });
}
