use proptest::prelude::*;

use super::*;

/// What keys are called in these tests: `C-` for Control, `A-` for Alt, `S-` for Shift.
fn name(heard: &Heard) -> String {
    match heard {
        Heard::Answer => "answer".into(),
        Heard::Cursor(column) => format!("cursor {column}"),
        Heard::Input(TerminalInput::Paste(text)) => format!("paste {text:?}"),
        Heard::Input(TerminalInput::Focus(has)) => format!("focus {has}"),
        Heard::Input(TerminalInput::Key(key)) => {
            let code = if let Code::Char(c) = key.code {
                c.to_string()
            } else {
                format!("{:?}", key.code)
            };
            let held = [(key.ctrl, "C-"), (key.alt, "A-"), (key.shift, "S-")];
            let held = held.iter().filter(|(is_held, _)| *is_held);
            held.map(|(_, mark)| *mark).collect::<String>() + &code
        }
        Heard::Input(input) => format!("{input:?}"),
    }
}

/// What bytes mean that come in these pieces, with nothing after them.
fn decode(pieces: &[&[u8]]) -> String {
    let mut decoder = Decoder::default();
    let mut heard = VecDeque::new();
    for piece in pieces {
        decoder.push(piece, &mut heard);
    }
    decoder.close(&mut heard);
    assert!(!decoder.is_open(), "nothing waits for ever");
    heard.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Checks what bytes mean, in one piece, and split at every byte.
#[track_caller]
fn check(bytes: &str, expected: &str) {
    let bytes = bytes.as_bytes();
    assert_eq!(decode(&[bytes]), expected);
    for at in 0..=bytes.len() {
        let (before, after) = bytes.split_at(at);
        assert_eq!(decode(&[before, after]), expected, "split at {at}");
    }
    let each: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(decode(&each), expected);
}

#[test]
fn text_is_its_characters() {
    check("aZ 你é👍", "a Z   你 é 👍");
    check(
        "\u{1}\u{8}\n\r\t\u{7f}\u{0}",
        "C-a C-h C-j Enter Tab Backspace C- ",
    );
    check("\u{1c}\u{1d}\u{1e}\u{1f}", "C-\\ C-] C-^ C-_");
    assert_eq!(decode(&[b"a\xff\xc3b\xe4\xbd"]), "a b");
}

#[test]
fn keys_of_old_terminals_are_known() {
    check(
        "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F",
        "Up Down Right Left Home End",
    );
    check(
        "\x1bOA\x1bOH\x1bOP\x1bOS\x1bOM\x1bOy",
        "Up Home F(1) F(4) Enter 9",
    );
    check(
        "\x1b[1~\x1b[4~\x1b[5~\x1b[6~\x1b[2~\x1b[3~",
        "Home End PageUp PageDown Insert Delete",
    );
    check(
        "\x1b[11~\x1b[15~\x1b[17~\x1b[24~\x1b[[A\x1b[[E",
        "F(1) F(5) F(6) F(12) F(1) F(5)",
    );
    check(
        "\x1b[Z\x1b[3$\x1b[3^\x1b[3@\x1b[a\x1bOa",
        "S-Tab S-Delete C-Delete C-S-Delete S-Up C-Up",
    );
}

#[test]
fn what_is_held_down_is_known() {
    check(
        "\x1b[1;5C\x1b[1;2D\x1b[1;3A\x1b[3;5~\x1b[1;8P",
        "C-Right S-Left A-Up C-Delete C-A-S-F(1)",
    );
    check(
        "\x1bb\x1b\x7f\x1b\r\x1b你\x1b\x01",
        "A-b A-Backspace A-Enter A-你 C-A-a",
    );
    check("\x1b\x1b[A\x1b\x1bOB", "A-Up A-Down");
    check(
        "\x1b[27;5;9~\x1b[27;2;13~\x1b[27;5;47~",
        "C-Tab S-Enter C-/",
    );
}

#[test]
fn the_kitty_protocol_tells_keys_apart() {
    check(
        "\x1b[27u\x1b[13;2u\x1b[9;5u\x1b[127;3u",
        "Esc S-Enter C-Tab A-Backspace",
    );
    check(
        "\x1b[97;5u\x1b[97;6u\x1b[97;3u\x1b[97;4u\x1b[55;5u",
        "C-a C-a A-a A-A C-_",
    );
    check(
        "\x1b[97:65;4u\x1b[97;5:3u\x1b[97;5:2u\x1b[1;1:3A",
        "A-A C-a",
    );
    check(
        "\x1b[57399u\x1b[57414u\x1b[57419;5u\x1b[57376u\x1b[57441;2u",
        "0 Enter C-Up F(13)",
    );
    check("\x1b[97;9u\x1b[1;9A", "");
}

#[test]
fn esc_alone_is_a_key_once_nothing_follows() {
    check("\x1b", "Esc");
    check("\x1b\x1b", "Esc Esc");
    check("\x1b[", "A-[");
    check("\x1bO", "A-O");
    check("a\x1b", "a Esc");
    let mut decoder = Decoder::default();
    let mut heard = VecDeque::new();
    decoder.push(b"\x1b", &mut heard);
    assert!(heard.is_empty() && decoder.is_open());
    decoder.push(b"[1;", &mut heard);
    assert!(!decoder.is_open(), "a sequence that has begun waits");
}

#[test]
fn a_paste_is_one_text_whatever_is_in_it() {
    check(
        "\x1b[200~a\x1b[A\r\n你\x1b[201~b",
        "paste \"a\\u{1b}[A\\r\\n你\" b",
    );
    check("\x1b[200~\x1b[201~\x1b[201~", "paste \"\"");
    let mut decoder = Decoder::default();
    let mut heard = VecDeque::new();
    decoder.push(b"\x1b[200~", &mut heard);
    for _ in 0..6 {
        decoder.push(&vec![b'x'; 1024 * 1024], &mut heard);
    }
    decoder.push(b"\x1b[201~", &mut heard);
    let too_much = TerminalInput::PastedTooMuch(6 * 1024 * 1024);
    assert_eq!(heard, [Heard::Input(too_much)]);
}

#[test]
fn a_paste_without_an_end_ends_when_nothing_follows() {
    check(
        "\x1b[200~one\rtwo\x1b[20",
        "paste \"one\\rtwo\\u{1b}[20\" PasteBroken",
    );
    let mut decoder = Decoder::default();
    let mut heard = VecDeque::new();
    decoder.push(b"\x1b[200~one", &mut heard);
    assert!(decoder.is_pasting() && heard.is_empty());
    decoder.close(&mut heard);
    decoder.push(b"x\x1b[201~y", &mut heard);
    assert!(!decoder.is_pasting());
    let names: Vec<String> = heard.iter().map(name).collect();
    assert_eq!(names, ["paste \"one\"", "PasteBroken", "x", "y"]);
}

#[test]
fn answers_are_no_keys() {
    check("a\x1b[?62;22cb\x1b[?6c", "a answer b answer");
    check("\x1b[I\x1b[O", "focus true focus false");
    check(
        "\x1b[<0;3;4m\x1b[?2026;1$y\x1b[>1;95;0c\x1b[12;5R\x1b[?1u",
        "",
    );
}

#[test]
fn what_is_broken_off_takes_nothing_else_with_it() {
    check("\x1b[1;\x1b[A", "Up");
    check("\x1b[12\rx", "Enter x");
    check("\x1b[99~\x1b[77Wx", "x");
    let endless = [b"\x1b[".as_slice(), &[b'1'; 200]].concat();
    let left = decode(&[&endless, b"A"]);
    assert_eq!(left.matches('1').count(), 200 - SEQUENCE_MAX);
}

proptest! {
    #[test]
    fn any_bytes_mean_the_same_however_they_are_split(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b';'), Just(b'~'), b'0'..=b'9'], 0..60),
        at in prop::collection::vec(0_usize..60, 0..5),
    ) {
        let mut cuts: Vec<usize> = at.into_iter().filter(|&at| at < bytes.len()).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(decode(&pieces), decode(&[&bytes]));
    }
}

#[test]
fn the_mouse_is_pressed_dragged_and_turned() {
    let at = |what: &str, column, row| {
        format!("Mouse(Mouse {{ what: {what}, column: {column}, row: {row} }})")
    };
    check("\x1b[<0;3;4M", &at("Press", 2, 3));
    check("\x1b[<36;120;1M", &at("Drag", 119, 0));
    check(
        "\x1b[<64;1;1M\x1b[<81;1;300M",
        &format!("{} {}", at("WheelUp", 0, 0), at("WheelDown", 0, 299)),
    );
    // Other buttons, letting go, moving alone, and what no terminal sends.
    check(
        "\x1b[<2;3;4M\x1b[<0;3;4m\x1b[<35;3;4M\x1b[<0;0;4M\x1b[<0;3M\x1b[<;;M\x1b[<0;70000;1M",
        "",
    );
}

#[test]
fn the_mouse_of_old_terminals_is_the_mouse_and_no_text() {
    let at = |what: &str, column, row| {
        format!("Mouse(Mouse {{ what: {what}, column: {column}, row: {row} }})")
    };
    check("\x1b[M #$x", &format!("{} x", at("Press", 2, 3)));
    check("\x1b[M`!!", &at("WheelUp", 0, 0));
    // Letting go, and places that are none.
    check("\x1b[M##$\x1b[M  !y", "y");
    check("\x1b[M #", "");
    check("\x1b[M \x1b[Ax", "Up x");
}

#[test]
fn where_the_cursor_is_is_no_key_in_the_row_of_the_question() {
    check("\x1b[2;3Rx\x1b[2;2R", "cursor 3 x cursor 2");
    check("\x1b[1;5R\x1b[R", "C-F(3) F(3)");
    check("\x1b[3;3R\x1b[2;3;4R\x1b[2R\x1b[2;R\x1b[?2;3R", "");
}
