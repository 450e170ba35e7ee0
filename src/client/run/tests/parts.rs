//! What is drawn piece by piece is what would be drawn whole.

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::*;
use crate::client::Dial;
use crate::client::key::{Code, Key, Mouse, Pointed};
use crate::client::terminal::Drawn;
use crate::client::view;
use crate::config::Keys;
use crate::text::{Language, Texts};

/// Lines of a server.
const LINES: [&str; 22] = [
    ":alice!a@h PRIVMSG #lobby :hello 世界, bob",
    ":alice!a@h PRIVMSG #lobby :a longer line that takes more than one row on any of these screens",
    ":carol!c@h PRIVMSG #group :elsewhere",
    ":carol!c@h PRIVMSG #group :bob: elsewhere",
    ":carol!c@h PRIVMSG bob :in private",
    ":alice!a@h NOTICE #LOBBY :in capitals",
    ":dave!d@h JOIN #lobby",
    ":dave!d@h PART #lobby",
    ":alice!a@h NICK anna",
    ":anna!a@h NICK alice",
    ":alice!a@h TOPIC #lobby :人 another topic",
    ":bob!b@h PRIVMSG #lobby :from another window",
    ":alice!a@h MODE #lobby +o alice",
    ":s 404 bob #lobby :no",
    ":alice!a@h PRIVMSG #lobby :https://a.example/1 and https://b.example/2, 世界",
    ":👩\u{200d}👩\u{200d}👧!a@h JOIN #lobby",
    ":世界世界世界世界世界世界世界世界世界世界!a@h JOIN #lobby",
    ":e\u{301}\u{301}👍🏽!a@h PRIVMSG bob :🏳\u{fe0f}\u{200d}🌈 स्त्री ❤🏽",
    ":alice!a@h INVITE bob #den",
    ":s 322 bob #den 3 :👩\u{200d}👩\u{200d}👧 世界",
    ":s 323 bob :end",
    ":alice!a@h TOPIC #lobby :👩\u{200d}👩\u{200d}👧世e\u{301}👍🏽 https://c.example a topic that is far longer than its row is",
];

/// Commands that open something, or say something.
const COMMANDS: [&str; 14] = [
    "/topic",
    "/whois alice",
    "/names",
    "/list",
    "/help",
    "/mentions",
    "/search a",
    "/invite alice",
    "/set mouse true",
    "/go 世",
    "/msg carol hi",
    "/bind",
    "/notify none",
    "/part",
];

/// Keys that open something over the screen or choose something on it.
const OPENING: [(Code, bool, bool, bool); 9] = [
    (Code::F(2), false, false, false),
    (Code::F(6), false, false, false),
    (Code::F(9), false, false, false),
    (Code::Char('e'), false, true, false),
    (Code::Char('g'), true, false, false),
    (Code::Char('s'), true, false, false),
    (Code::Char('r'), true, false, false),
    (Code::Up, false, true, false),
    (Code::Tab, false, false, true),
];

/// Where frames are drawn, and which areas of the last one may have changed.
pub(super) struct Glass(Buffer, Vec<Rect>);

impl Glass {
    /// Has another size, and shows nothing yet.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.0 = Buffer::empty(Rect::new(0, 0, columns, rows));
    }
}

impl Terminal for Glass {
    async fn event(&mut self) -> TerminalEvent {
        std::future::pending().await
    }

    fn next_input(&mut self) -> Option<TerminalInput> {
        None
    }

    fn size(&self) -> Option<(u16, u16)> {
        Some((self.0.area.width, self.0.area.height))
    }

    fn is_ready(&self, _urgency: Urgency) -> bool {
        true
    }

    fn draw(&mut self, _urgency: Urgency, paint: &mut dyn FnMut(&mut Buffer) -> Drawn) {
        let before = self.0.clone();
        let drawn = paint(&mut self.0);
        for place in self.0.area.positions() {
            assert!(
                before[place] == self.0[place]
                    || drawn.areas.iter().any(|area| area.contains(place)),
                "{place} is in none of {:?}",
                drawn.areas
            );
        }
        self.1 = drawn.areas;
    }

    fn repaint(&mut self) {}

    fn bell(&mut self) {}

    fn heard(&mut self, _happening: &Happening) {}
}

#[derive(Clone, Debug)]
enum Step {
    Key(Key),
    Types(&'static str),
    Line(usize),
    Resize(u16, u16),
    Wait(u64),
    Mouse(Mouse),
    Command(&'static str),
}

fn step() -> impl Strategy<Value = Step> {
    let key = |code| Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    };
    let codes = [
        Code::Enter,
        Code::Tab,
        Code::Backspace,
        Code::Esc,
        Code::Left,
        Code::Home,
        Code::Up,
        Code::Down,
        Code::PageUp,
        Code::PageDown,
        Code::F(1),
        Code::F(7),
        Code::F(8),
        Code::Delete,
    ];
    let held = ("[a-z0-9]", any::<bool>()).prop_map(move |(text, ctrl)| {
        let c = text.chars().next().unwrap_or('a');
        Key {
            ctrl,
            alt: !ctrl,
            ..key(Code::Char(c))
        }
    });
    let opening = prop::sample::select(&OPENING).prop_map(move |(code, ctrl, alt, shift)| Key {
        ctrl,
        alt,
        shift,
        ..key(code)
    });
    let what = [
        Pointed::Press,
        Pointed::Press,
        Pointed::Drag,
        Pointed::WheelUp,
        Pointed::WheelDown,
    ];
    let place = prop_oneof![9 => 0_u16..130, 1 => Just(u16::MAX)];
    let row = prop_oneof![9 => 0_u16..30, 1 => Just(u16::MAX)];
    let mouse = (prop::sample::select(what.to_vec()), place, row)
        .prop_map(|(what, column, row)| Mouse { what, column, row });
    prop_oneof![
        4 => prop::sample::select(&["a", "世", " ", "@al", "/jo", "word ", "👍🏽", ":::", ":ta", "स्त्री❤🏽", "👩\u{200d}👩\u{200d}👧", "one\ntwo\n", "\u{1b}[2J\u{202e}", "a b c d e f g h i j k l m n o p q r s t"]).prop_map(Step::Types),
        3 => prop::sample::select(codes.to_vec()).prop_map(move |code| Step::Key(key(code))),
        2 => held.prop_map(Step::Key),
        5 => (0..LINES.len()).prop_map(Step::Line),
        1 => (1_u16..130, 1_u16..30).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        1 => (1_u16..12, 1_u16..8).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        3 => opening.prop_map(Step::Key),
        2 => prop::sample::select(&COMMANDS).prop_map(Step::Command),
        3 => mouse.prop_map(Step::Mouse),
        2 => prop::sample::select(&[1, 40, 300]).prop_map(Step::Wait),
    ]
}

fn hears(client: &mut Client<'_, Glass>, line: &str) {
    let mut framer = Framer::server_to_client();
    let mut happenings = Vec::new();
    framer.push(format!("{line}\r\n").as_bytes(), &mut |frame| {
        happenings.extend(client.session.receive_frame(frame, now()));
    });
    for happening in happenings {
        client.happened(happening);
    }
}

/// Somebody in two rooms, to be used.
pub(super) async fn with_client(use_it: impl AsyncFnOnce(&mut Client<'_, Glass>)) {
    let folder = tempfile::tempdir().unwrap();
    let options = JoinOptions {
        local: None,
        dial: Dial::Address("irc://127.0.0.1:9".into()),
        name: Some("bob".into()),
        rooms: Vec::new(),
        password: None,
        data: folder.path().to_owned(),
        texts: Arc::new(Texts::new(Language::En)),
        keys: Keys::default(),
        source: None,
        plain: false,
        ascii: false,
        mouse: false,
    };
    let mut glass = Glass(Buffer::empty(Rect::new(0, 0, 110, 20)), Vec::new());
    let mut client = Client::new(options, &mut glass).unwrap();
    client.session.begin(now());
    for line in [
        ":s 001 bob :hi",
        ":s 422 bob :none",
        ":bob!b@h JOIN #lobby",
        ":s 353 bob = #lobby :bob @alice 张三",
        ":s 366 bob #lobby :end",
        ":bob!b@h JOIN #group",
        ":s 353 bob = #group :bob carol",
        ":s 366 bob #group :end",
    ] {
        hears(&mut client, line);
    }
    use_it(&mut client).await;
}

/// Presses a key alone.
pub(super) fn presses(client: &mut Client<'_, Glass>, code: Code) {
    client.input(TerminalInput::Key(Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    }));
}

/// What the screen shows.
pub(super) fn screen(client: &Client<'_, Glass>) -> String {
    let cells = client.terminal.0.content.iter();
    cells.map(|cell| cell.symbol()).collect()
}

/// Does the steps, and after each in which nothing is left to draw compares with a screen drawn whole.
async fn check(steps: &[Step]) {
    with_client(async |client| do_steps(client, steps).await).await;
}

async fn do_steps(client: &mut Client<'_, Glass>, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Key(key) => client.input(TerminalInput::Key(*key)),
            Step::Types(text) => client.input(TerminalInput::Paste((*text).to_owned())),
            Step::Line(at) => hears(client, LINES[*at]),
            Step::Resize(columns, rows) => {
                client.terminal.resize(*columns, *rows);
                client.input(TerminalInput::Resize(*columns, *rows));
            }
            Step::Mouse(mouse) => client.input(TerminalInput::Mouse(*mouse)),
            Step::Command(text) => {
                let key = |code, ctrl| {
                    TerminalInput::Key(Key {
                        code,
                        ctrl,
                        alt: false,
                        shift: false,
                    })
                };
                client.input(key(Code::Esc, false));
                client.input(key(Code::Char('u'), true));
                client.input(TerminalInput::Paste((*text).to_owned()));
                client.input(key(Code::Enter, false));
            }
            Step::Wait(ms) => tokio::time::advance(Duration::from_millis(*ms)).await,
        }
        client.on_time().unwrap();
        client.draw();
        if client.pace.due(Instant::now()).is_none() {
            let mut whole = Buffer::empty(client.terminal.0.area);
            view::draw(
                &client.model,
                client.session.rooms(),
                whole.area,
                &mut whole,
            );
            assert_eq!(client.terminal.0, whole, "after {step:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn parts_make_the_whole(steps in prop::collection::vec(step(), 1..60)) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(check(&steps));
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_draws_no_more_than_it_changed() {
    with_client(async |client| {
        for _ in 0..100 {
            hears(client, LINES[1]);
        }
        tokio::time::advance(Duration::from_secs(1)).await;
        client.draw();
        let screen = client.screen.unwrap();
        let key = |code| {
            TerminalInput::Key(Key {
                code,
                ctrl: false,
                alt: false,
                shift: false,
            })
        };
        // Whoever presses a key has read what is there.
        client.input(key(Code::PageUp));
        client.draw();
        let foot = [screen.status, screen.input, screen.hints];
        let page = [&[screen.talk], foot.as_slice()].concat();
        for (code, areas) in [
            (Code::PageUp, page.clone()),
            (Code::PageUp, page),
            (Code::Char('a'), foot.to_vec()),
            (Code::Char('b'), vec![screen.input]),
            (Code::F(7), vec![client.terminal.0.area]),
        ] {
            client.input(key(code));
            client.draw();
            assert_eq!(client.terminal.1, areas, "{code:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_leaves_with_a_line_that_was_refused_is_told_so() {
    with_client(async |client| {
        client.input(TerminalInput::Paste("kept?".into()));
        presses(client, Code::Enter);
        let nonce = client.unconfirmed.keys().next().unwrap().clone();
        let why = Sentence::from("the disk is full");
        client.happened(Happening::NotSent { nonce, why });
        let error = client.own_up().unwrap_err();
        let said = Sentence::from(&error);
        assert!(said.is("left-unsent"), "{said:?}");
    })
    .await;
}
