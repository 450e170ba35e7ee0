//! Text that is hard to draw, in every pane and below everything that lies over the screen, at every
//! width: no cell is half of something, and a terminal shows what a screen painted anew would show.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use chatroom::client::happening::{Happening, Who, WhoisField};
use chatroom::client::key::{Mouse, Pointed, TerminalInput};
use chatroom::client::rooms::Member;
use chatroom::client::terminal::Drawn;
use chatroom::client::view;
use chatroom::term::{Colours, Painter};
use chatroom::text::{self, Doubt, Widths};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;

#[path = "support/scene.rs"]
mod scene;
use scene::Scene;

/// What is hard to draw.
const HARD: &str = "大家好，我到了……“你好，世界！”——①②③ ❤\u{fe0f} ❤ 1\u{fe0f}\u{20e3} 👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 👍🏽 🥲🏻 🇨🇳 🇨 e\u{30a}\u{301} 한글 \u{1112}\u{1161}\u{11ab} ｶﾞ 𠮷 ａｂｃ　全角空格 tab\there zero\u{200b}width \u{202e}rtl\u{202c} https://例子.测试/路径?q=中文，后面是标点。";
/// Columns that an emulator has beyond the screen: it breaks clusters into characters, and what does not
/// fit then would go on in the next row.
const BEYOND: u16 = 12;

/// Hard text in the talk, the sidebar, the members, the topic and the input.
fn hard() -> Scene {
    let mut scene = Scene::new();
    scene.types("<alt-2>");
    for room in [
        "#大家好，我到了……",
        "#👨\u{200d}👩\u{200d}👧e\u{30a}\u{301}",
    ] {
        scene.rooms.open(room);
        scene.happens(Happening::RoomOpened(room.into()));
        scene.says(room, HARD);
    }
    for nick in ["张三丰先生太极拳宗师在此等候", "👍🏽ｶﾞ🇨🇳", "“…”①"]
    {
        let member = Member {
            nick: nick.into(),
            ..Member::default()
        };
        scene.rooms.open("#ops").members.insert(nick.into(), member);
    }
    scene.rooms.open("#ops").topic = HARD.into();
    for _ in 0..3 {
        scene.says("#ops", HARD);
        scene.says("#ops", &format!("alice: {HARD}"));
        // Rows in which nothing is of doubtful width are painted cell by cell.
        scene.says("#ops", "世界a人类bc大家ｶﾞ好x");
    }
    scene.input(TerminalInput::Paste(HARD.into()));
    scene
}

/// What lies over the screen, and how it gets there.
type Covering = (&'static str, fn(&mut Scene));

/// All that can.
fn overlays() -> Vec<Covering> {
    vec![
        ("nothing", |_| {}),
        ("help", |scene| scene.types("<f1>")),
        ("goto", |scene| scene.types("<ctrl-g>大")),
        ("find", |scene| scene.types("<ctrl-s>好")),
        ("selection", |scene| scene.types("<alt-up><alt-up>")),
        ("history", |scene| scene.types("<ctrl-r>o")),
        ("mentions", |scene| scene.types("<f9>")),
        ("rooms", |scene| scene.types("<f7>")),
        ("members", |scene| scene.types("<f8>")),
        ("leaving", |scene| scene.types("<ctrl-q>")),
        ("paste", |scene| {
            scene.input(TerminalInput::Paste(format!("{HARD}\n").repeat(7)));
        }),
        ("completion", |scene| scene.types("<ctrl-c>张<tab>")),
        ("list", |scene| {
            let room = ("#大家好，我到了……".to_owned(), 3, HARD.to_owned());
            scene.happens(Happening::RoomList(vec![room]));
        }),
        ("whois", |scene| {
            let rows = vec![(WhoisField::RealName, HARD.to_owned())];
            let nick = "“…”①".to_owned();
            scene.happens(Happening::Whois { nick, rows });
        }),
        ("invitation", |scene| {
            let by = Who {
                nick: "👍🏽ｶﾞ🇨🇳".into(),
                ..Who::default()
            };
            let (room, at) = ("#——①".to_owned(), 0);
            scene.happens(Happening::Invited { room, by, at });
        }),
        ("a copied link", |scene| {
            for row in 0..40 {
                for column in 0..60 {
                    let what = Pointed::Press;
                    scene.input(TerminalInput::Mouse(Mouse { what, column, row }));
                }
            }
        }),
        ("a scrolled talk", |scene| scene.types("<pageup><pageup>")),
    ]
}

fn draw(scene: &Scene, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    view::draw(&scene.model, &scene.rooms, area, buffer)
}

/// Checks that each cell holds a whole cluster, with blanks where it covers further columns.
#[track_caller]
fn check_cells(buffer: &Buffer, what: &str) {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut covered = 0;
        for x in area.left()..area.right() {
            let symbol = buffer[(x, y)].symbol();
            let columns = u16::try_from(text::width(symbol)).unwrap();
            assert!(columns > 0, "{what}: {symbol:?} at {x},{y}");
            assert!(!symbol.contains(char::is_control), "{what}: {symbol:?}");
            if x < covered {
                assert_eq!(symbol, " ", "{what}: half of something at {x},{y}");
                continue;
            }
            covered = x + columns;
            assert!(covered <= area.right(), "{what}: {symbol:?} at {x},{y}");
        }
    }
}

fn shown(terminal: &vt100::Parser) -> Vec<String> {
    let screen = terminal.screen();
    let (rows, columns) = screen.size();
    let cell = |row, column| screen.cell(row, column).unwrap().contents().trim();
    let row = |row| {
        let cells = (0..columns).map(|column| cell(row, column));
        cells.collect::<Vec<_>>().join("|")
    };
    (0..rows).map(row).collect()
}

fn paint(painter: &mut Painter, terminal: &mut vt100::Parser, scene: &Scene) {
    let bytes = painter.frame(&mut |buffer| {
        buffer.reset();
        let area = buffer.area;
        Drawn::whole(area, draw(scene, area, buffer))
    });
    terminal.process(&bytes);
}

fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let narrow = (1..=20).map(|columns| (columns, 12));
    let low = [(1, 1), (20, 2), (41, 3), (80, 5), (120, 7)];
    let wide = [
        (40, 24),
        (59, 12),
        (60, 12),
        (61, 12),
        (80, 24),
        (99, 12),
        (100, 12),
        (121, 30),
    ];
    narrow.chain(low).chain(wide)
}

#[test]
fn hard_text_is_drawn_whole_or_not_at_all_at_every_width() {
    for (name, cover) in overlays() {
        for (columns, rows) in sizes() {
            let mut scene = hard();
            scene.input(TerminalInput::Resize(columns, rows));
            cover(&mut scene);
            let what = format!("{name} at {columns}x{rows}");
            let area = Rect::new(0, 0, columns, rows);
            let mut buffer = Buffer::empty(area);
            let caret = draw(&scene, area, &mut buffer);
            assert!(
                caret.is_none_or(|caret| area.contains(caret.into())),
                "{what}"
            );
            check_cells(&buffer, &what);
            let wide = Widths::from_iter([Doubt::Ambiguous]);
            scene.input(TerminalInput::Widths(wide));
            let mut buffer = Buffer::empty(area);
            draw(&scene, area, &mut buffer);
            wide.measure(|| check_cells(&buffer, &format!("{what}, wide")));
            let apart = measured(has_narrow_signs);
            scene.input(TerminalInput::Widths(apart));
            let mut buffer = Buffer::empty(area);
            draw(&scene, area, &mut buffer);
            apart.measure(|| check_cells(&buffer, &format!("{what}, apart")));
        }
    }
}

#[test]
fn a_terminal_shows_what_a_screen_painted_anew_would_show() {
    for (columns, rows) in sizes() {
        let new_terminal = || vt100::Parser::new(rows, columns + BEYOND, 0);
        let mut painter = Painter::new(columns, rows, Colours::Many);
        let mut terminal = new_terminal();
        let mut bare = hard();
        bare.input(TerminalInput::Resize(columns, rows));
        for (name, cover) in overlays() {
            let mut scene = hard();
            scene.input(TerminalInput::Resize(columns, rows));
            cover(&mut scene);
            // What lies over the screen comes and goes.
            for scene in [&scene, &bare] {
                paint(&mut painter, &mut terminal, scene);
                let mut fresh = new_terminal();
                paint(
                    &mut Painter::new(columns, rows, Colours::Many),
                    &mut fresh,
                    scene,
                );
                assert_eq!(
                    shown(&terminal),
                    shown(&fresh),
                    "{name} at {columns}x{rows}"
                );
            }
        }
    }
}

#[test]
fn nothing_of_a_hard_text_is_lost_where_its_widest_letter_fits() {
    for columns in 6..=20 {
        let mut scene = Scene::new();
        scene.types("<alt-3>");
        scene.says("#q10", HARD);
        let rows = 300;
        scene.input(TerminalInput::Resize(columns, rows));
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        draw(&scene, area, &mut buffer);
        let shown: String = buffer.content().iter().map(|cell| cell.symbol()).collect();
        let shown: String = shown.split_whitespace().collect();
        let hidden = ['\u{200b}', '\u{202e}', '\u{202c}'];
        let kept: String = HARD.chars().filter(|c| !hidden.contains(c)).collect();
        let mut rest = shown.as_str();
        for cluster in kept.graphemes(true).filter(|c| !c.trim().is_empty()) {
            let Some((_, after)) = rest.split_once(cluster) else {
                panic!("{cluster:?} is lost at {columns} columns: {shown}");
            };
            rest = after;
        }
    }
}

/// A terminal: what it makes of the bytes that it gets.
type Kind = fn(&str) -> String;

/// It shows each character by itself, and a sign that is to look like a picture as narrow as the sign.
fn has_narrow_signs(bytes: &str) -> String {
    bytes.to_owned()
}

/// It gives signs and keys two columns where they are to look like pictures: something wide stands there.
fn has_wide_signs(bytes: &str) -> String {
    bytes
        .replace("1\u{fe0f}\u{20e3}", "键")
        .replace("❤\u{fe0f}", "心")
        .replace("🏳\u{fe0f}", "旗")
}

/// It shows what belongs together as one letter.
fn has_whole_pictures(bytes: &str) -> String {
    has_wide_signs(
        &bytes
            .replace("👨\u{200d}👩\u{200d}👧", "家")
            .replace("👩\u{200d}👩\u{200d}👧", "家")
            .replace("🏳\u{fe0f}\u{200d}🌈", "虹")
            .replace("👍🏽", "赞"),
    )
}

/// What such a terminal answers where it is measured.
fn measured(kind: Kind) -> Widths {
    let is_otherwise = |sample: &str, (from, to): (u16, u16)| {
        let mut terminal = vt100::Parser::new(2, 20, 0);
        terminal.process(kind(sample).as_bytes());
        let (_, column) = terminal.screen().cursor_position();
        (from..=to).contains(&(column + 1))
    };
    let samples = Doubt::SAMPLES.into_iter();
    let otherwise = samples.filter(|(_, sample, columns)| is_otherwise(sample, *columns));
    otherwise.map(|(doubt, _, _)| doubt).collect()
}

/// What a terminal shows of a line, row after row, without blanks.
fn shown_by(kind: Kind, widths: Widths, text: &str) -> String {
    let (rows, columns) = (12, 50);
    let mut scene = Scene::new();
    scene.types("<alt-3>");
    scene.says("#q10", text);
    scene.input(TerminalInput::Resize(columns, rows));
    scene.input(TerminalInput::Widths(widths));
    let mut painter = Painter::new(columns, rows, Colours::None);
    let bytes = widths.measure(|| {
        painter.frame(&mut |buffer| {
            buffer.reset();
            let area = buffer.area;
            Drawn::whole(area, draw(&scene, area, buffer))
        })
    });
    let mut terminal = vt100::Parser::new(rows, columns, 0);
    terminal.process(kind(&String::from_utf8(bytes).unwrap()).as_bytes());
    terminal.screen().contents()
}

#[test]
fn what_a_terminal_shows_wider_or_narrower_is_neither_cut_nor_followed_by_a_hole() {
    let text = "a❤\u{fe0f}b1\u{fe0f}\u{20e3}c👍🏽d👨\u{200d}👩\u{200d}👧e🏳\u{fe0f}\u{200d}🌈f";
    let kinds: [(Kind, &str); 3] = [
        (has_narrow_signs, text),
        (
            has_wide_signs,
            "a心b键c👍🏽d👨\u{200d}👩\u{200d}👧e旗\u{200d}🌈f",
        ),
        (has_whole_pictures, "a心b键c赞d家e虹f"),
    ];
    for (kind, expected) in kinds {
        let widths = measured(kind);
        let screen = shown_by(kind, widths, text);
        assert!(screen.contains(expected), "{widths:?}: {screen}");
    }
    // Unmeasured, it would be cut.
    let screen = shown_by(has_narrow_signs, Widths::default(), text);
    assert!(!screen.contains(text), "{screen}");
}
