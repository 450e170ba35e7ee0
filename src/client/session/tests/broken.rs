//! Lines that are no good ones.

use super::*;
use crate::irc::framing::Framer;

fn hears(session: &mut Session, bytes: &[u8]) -> Vec<Happening> {
    let mut told = Vec::new();
    Framer::server_to_client().push(bytes, &mut |frame| {
        told.extend(session.receive_frame(frame, 5));
    });
    told
}

#[test]
fn what_is_no_text_is_shown_with_marks() {
    let mut session = online("");
    let told = hears(&mut session, b":alice!a@h PRIVMSG #lobby :caf\xe9 \xff\r\n");
    assert_eq!(only_said(told).text, "caf\u{fffd} \u{fffd}");
}

#[test]
fn of_a_message_that_is_too_long_the_beginning_is_shown_and_it_is_said_once() {
    let mut session = online("");
    let long = format!(
        ":alice!a@h PRIVMSG #lobby :begins {}\r\n",
        "张".repeat(9_000)
    );
    let told = hears(&mut session, long.as_bytes());
    let [
        Happening::Said { message, .. },
        Happening::Told { buffer, text, .. },
    ] = told.as_slice()
    else {
        panic!("{told:?}");
    };
    assert!(message.text.starts_with("begins 张"));
    assert!(message.text.ends_with("张 [...]"), "{}", message.text);
    assert!(text.is("note-line-cut"));
    assert_eq!(*buffer, BufferName::Room("#lobby".into()));
    let again = only_said(hears(&mut session, long.as_bytes()));
    assert!(again.text.starts_with("begins 张"));
}

#[test]
fn another_line_that_is_too_long_is_said_to_be_left_out_once() {
    let mut session = online("");
    let long = format!(":s 372 bob :{}\r\n", "y".repeat(20_000));
    let told = hears(&mut session, long.as_bytes());
    let [Happening::Told { buffer, text, .. }] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(text.is("note-line-left-out"));
    assert_eq!(*buffer, BufferName::Server);
    assert!(hears(&mut session, long.as_bytes()).is_empty());
}
