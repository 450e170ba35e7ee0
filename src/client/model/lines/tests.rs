//! Lines against a plain list of them.

use proptest::prelude::*;

use super::*;

/// A line that owns what it says.
#[derive(Clone, Debug, PartialEq)]
struct Plain {
    id: Option<String>,
    at: Millis,
    kind: LineKind,
    nick: String,
    is_self: bool,
    is_mention: bool,
    text: String,
}

impl Plain {
    fn line(&self) -> Line<'_> {
        Line {
            id: self.id.as_deref().map(Id::new),
            at: self.at,
            kind: self.kind,
            nick: &self.nick,
            is_self: self.is_self,
            is_mention: self.is_mention,
            text: &self.text,
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Push(Plain),
    PutBefore(Vec<Plain>),
    Insert(usize, Plain),
    Replace(Plain),
    DropOldest,
    Clear,
}

/// What [`Lines`] should be like.
#[derive(Debug, Default)]
struct List {
    first: i64,
    all: Vec<Plain>,
}

impl List {
    fn knows(&self, line: &Plain) -> bool {
        line.id.is_some() && self.all.iter().any(|other| other.id == line.id)
    }

    fn end(&self) -> i64 {
        self.first + i64::try_from(self.all.len()).unwrap()
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Push(line) => {
                if !self.knows(&line) {
                    self.all.push(line);
                }
            }
            Step::PutBefore(lines) => {
                let mut at = 0;
                for line in lines {
                    if !self.knows(&line) {
                        self.all.insert(at, line);
                        self.first -= 1;
                        at += 1;
                    }
                }
            }
            Step::Insert(at, line) => {
                if !self.knows(&line) {
                    self.all.insert(at, line);
                }
            }
            Step::Replace(line) => {
                if self.all.pop().is_some() {
                    self.all.push(Plain { id: None, ..line });
                }
            }
            Step::DropOldest => {
                if !self.all.is_empty() {
                    self.all.remove(0);
                    self.first += 1;
                }
            }
            Step::Clear => {
                self.first = self.end();
                self.all.clear();
            }
        }
    }
}

fn ids() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        (0..40_u64).prop_map(|seq| Some(format!("4f2a-{seq}"))),
        (0..10_u64).prop_map(|seq| Some(format!("other-{seq}"))),
        (0..3_u64).prop_map(|seq| Some(format!("4f2a-{}", u64::MAX - seq))),
        (0..10_u8).prop_map(|n| Some(format!("opaque0{n}"))),
        (0..10_u8).prop_map(|n| Some(format!("{n}字x"))),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..100_usize).prop_map(|n| format!("说 {n}")),
        1 => (0..300_000_usize).prop_map(|n| "y".repeat(n)),
    ]
}

fn lines() -> impl Strategy<Value = Plain> {
    let times = prop_oneof![9 => 0..1000_i64, 1 => Just(1_i64 << 40)];
    let kinds = prop_oneof![Just(LineKind::Message), Just(LineKind::Note)];
    let names = prop_oneof![
        Just(String::new()),
        (0..30_u8).prop_map(|n| format!("张{n}"))
    ];
    let flags = (any::<bool>(), any::<bool>());
    (ids(), times, kinds, names, flags, texts()).prop_map(
        |(id, at, kind, nick, (is_self, is_mention), text)| Plain {
            id,
            at,
            kind,
            nick,
            is_self,
            is_mention,
            text,
        },
    )
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => lines().prop_map(Step::Push),
        2 => proptest::collection::vec(lines(), 0..6).prop_map(Step::PutBefore),
        4 => (any::<usize>(), lines()).prop_map(|(at, line)| Step::Insert(at, line)),
        1 => lines().prop_map(Step::Replace),
        3 => Just(Step::DropOldest),
        1 => Just(Step::Clear),
    ]
}

fn check(lines: &Lines, list: &List) {
    assert_eq!((lines.first(), lines.end()), (list.first, list.end()));
    assert_eq!(lines.is_empty(), list.all.is_empty());
    let expected: Vec<Line<'_>> = list.all.iter().map(Plain::line).collect();
    assert_eq!(lines.iter().collect::<Vec<_>>(), expected);
    let mut reversed: Vec<Line<'_>> = lines.iter().rev().collect();
    reversed.reverse();
    assert_eq!(reversed, expected);
    for (number, line) in (list.first..).zip(&expected) {
        assert_eq!(lines.get(number), Some(*line));
        if let Some(id) = line.id {
            assert_eq!(lines.find(id), Some(number));
        }
    }
    assert_eq!(lines.get(list.first - 1), None);
    assert_eq!(lines.get(list.end()), None);
    let newest = expected.iter().rev().find(|line| line.id.is_some());
    assert_eq!(lines.newest_with_id(), newest.copied());
    let has_id = |number: &i64| lines.get(*number).is_some_and(|line| line.id.is_some());
    for number in list.first..list.end() {
        let before = (list.first..=number).rev().find(has_id);
        let nearest = before.or_else(|| (number..list.end()).find(has_id));
        assert_eq!(lines.nearest_with_id(number), nearest);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_as_a_plain_list_of_them(steps in proptest::collection::vec(steps(), 0..60)) {
        let (mut lines, mut list) = (Lines::default(), List::default());
        for mut step in steps {
            if let Step::Insert(at, _) = &mut step {
                *at %= list.all.len() + 1;
            }
            match &step {
                Step::Push(line) => {
                    let number = (!list.knows(line)).then(|| list.end());
                    assert_eq!(lines.push(line.line()), number);
                }
                Step::PutBefore(older) => {
                    let older: Vec<Line<'_>> = older.iter().map(Plain::line).collect();
                    lines.put_before(&older);
                }
                Step::Insert(at, line) => {
                    let number = list.first + i64::try_from(*at).unwrap();
                    let expected = (!list.knows(line)).then_some(number);
                    assert_eq!(lines.insert(number, line.line()), expected);
                }
                Step::Replace(line) => lines.replace_newest(line.line()),
                Step::DropOldest => lines.drop_oldest(),
                Step::Clear => lines.clear(),
            }
            list.take(step);
            check(&lines, &list);
        }
    }
}

#[test]
fn an_id_reads_as_it_was_written() {
    for text in [
        "4f2a-17",
        "17",
        "0",
        "a00",
        "abc",
        "",
        "x-0",
        "9999999999999999999999",
    ] {
        assert_eq!(Id::new(text).to_string(), text);
    }
    assert_ne!(Id::new("a-1"), Id::new("a-01"));
}

#[test]
fn a_full_conversation_holds_few_bytes_beside_its_texts() {
    let mut lines = Lines::default();
    let text = "x".repeat(95);
    let names: Vec<String> = (0..200).map(|n| format!("user{n}")).collect();
    for (seq, nick) in (0..150_000_i64).zip(names.iter().cycle()) {
        let id = format!("1b4e28ba2fa14-{seq}");
        lines.push(Line {
            id: Some(Id::new(&id)),
            nick,
            ..Line::note(seq, &text)
        });
        if lines.len() > 100_000 {
            lines.drop_oldest();
        }
    }
    assert_eq!(lines.len(), 100_000);
    let bytes: usize = lines.blocks.iter().map(Block::bytes).sum();
    let each = bytes / lines.len();
    assert!((95..130).contains(&each), "{each}");
}

#[test]
fn a_place_is_found_by_its_time() {
    let mut lines = Lines::default();
    for at in [10, 20, 20, 30] {
        lines.push(Line::note(at, "x"));
    }
    lines.drop_oldest();
    assert_eq!(lines.partition(|line| line.at <= 20), 3);
    assert_eq!(lines.partition(|line| line.at <= 5), 1);
    assert_eq!(lines.partition(|line| line.at <= 50), 4);
}
