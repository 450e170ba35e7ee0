//! What is drawn piece by piece is what would be drawn whole.

use std::sync::Arc;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::*;
use crate::client::Dial;
use crate::client::key::{Code, Key};
use crate::client::terminal::Drawn;
use crate::client::view;
use crate::config::Keys;
use crate::text::{Language, Texts};

/// Lines of a server.
const LINES: [&str; 14] = [
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
];

/// Where frames are drawn, and which rows of the last one may have changed.
pub(super) struct Glass(Buffer, std::ops::Range<u16>);

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
        let width = usize::from(self.0.area.width);
        for (y, (old, new)) in (0..).zip(
            before
                .content
                .chunks(width)
                .zip(self.0.content.chunks(width)),
        ) {
            assert!(
                old == new || drawn.rows.contains(&y),
                "row {y} is none of {:?}",
                drawn.rows
            );
        }
        self.1 = drawn.rows;
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
    prop_oneof![
        4 => prop::sample::select(&["a", "世", " ", "@al", "/jo", "word ", "👍🏽", "a b c d e f g h i j k l m n o p q r s t"]).prop_map(Step::Types),
        3 => prop::sample::select(codes.to_vec()).prop_map(move |code| Step::Key(key(code))),
        2 => held.prop_map(Step::Key),
        5 => (0..LINES.len()).prop_map(Step::Line),
        1 => (1_u16..130, 1_u16..30).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
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
    let mut glass = Glass(Buffer::empty(Rect::new(0, 0, 110, 20)), 0..0);
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
                client.terminal.0 = Buffer::empty(Rect::new(0, 0, *columns, *rows));
                client.input(TerminalInput::Resize(*columns, *rows));
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
        for (code, rows) in [
            (Code::PageUp, screen.talk.top()..20),
            (Code::PageUp, screen.talk.top()..20),
            (Code::Char('a'), screen.status.top()..20),
            (Code::Char('b'), screen.input.top()..screen.input.bottom()),
            (Code::F(7), 0..20),
        ] {
            client.input(key(code));
            client.draw();
            assert_eq!(client.terminal.1, rows, "{code:?}");
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_leaves_with_a_line_that_was_refused_is_told_so() {
    with_client(async |client| {
        client.input(TerminalInput::Paste("kept?".into()));
        client.input(TerminalInput::Key(Key {
            code: Code::Enter,
            ctrl: false,
            alt: false,
            shift: false,
        }));
        let nonce = client.unconfirmed.keys().next().unwrap().clone();
        let why = Sentence::from("the disk is full");
        client.happened(Happening::NotSent { nonce, why });
        let error = client.own_up().unwrap_err();
        let said = Sentence::from(&error);
        assert!(said.is("left-unsent"), "{said:?}");
    })
    .await;
}
