//! What the history answers, whatever is in the file and whatever is not yet.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::tail::{Tail, Work};
use super::*;
use crate::core::{Kind, RoomId, UserId};

const ROOM: Place = Place::Room(RoomId(1));
const DAY: i64 = 24 * 60 * 60 * 1000;
const KEPT: Options = Options {
    enabled: true,
    retention_ms: None,
    tail_max: 1 << 20,
};

/// A message whose time is ten times its place.
fn row(seq: u64, place: Place) -> Row {
    let (from, to) = match place {
        Place::Room(_) => (UserId(7), "#room"),
        Place::Direct(a, _) => (a, "somebody"),
    };
    Row {
        seq: Seq(seq),
        at: Millis(seq.cast_signed() * 10),
        place,
        from,
        nick: "bob".into(),
        username: "b".into(),
        host: "h".into(),
        account: Some("bob".into()),
        to: to.into(),
        kind: Kind::Message,
        text: format!("text {seq}").into(),
        tags: None,
    }
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.sqlite");
    (folder, path)
}

fn open(path: &Path, options: Options) -> History {
    History::open(path, Epoch(1), Seq(0), options).unwrap()
}

fn latest(place: Place) -> Query {
    Query::Messages {
        place,
        from: Seq(0),
        span: Span::Latest(None),
        limit: 1000,
    }
}

fn places(found: Found) -> Vec<u64> {
    match found {
        Found::Messages(rows) => rows.iter().map(|row| row.seq.0).collect(),
        Found::Targets(targets) => panic!("{targets:?}"),
    }
}

fn read(history: &History, place: Place) -> Vec<u64> {
    let prepared = history.prepare(latest(place));
    places(history.run(prepared).unwrap())
}

/// What a query must find, by looking at all messages one by one.
fn expected(all: &[u64], from: u64, span: Span, limit: usize) -> Vec<u64> {
    // -1, 0 or 1: before a bound, the bound itself, after it.
    let side = |seq: u64, bound: Bound| match bound {
        Bound::Seq(at) => seq.cmp(&at.0) as i32,
        Bound::At(at) => (seq.cast_signed() * 10).cmp(&at.0) as i32,
    };
    let readable = || all.iter().copied().filter(|seq| *seq >= from);
    let oldest = |rows: Vec<u64>| rows.into_iter().take(limit).collect::<Vec<_>>();
    let newest = |rows: Vec<u64>, limit: usize| {
        let skip = rows.len().saturating_sub(limit);
        rows.into_iter().skip(skip).collect::<Vec<_>>()
    };
    match span {
        Span::Latest(None) => newest(readable().collect(), limit),
        Span::Latest(Some(b)) => newest(readable().filter(|s| side(*s, b) > 0).collect(), limit),
        Span::Before(b) => newest(readable().filter(|s| side(*s, b) < 0).collect(), limit),
        Span::After(b) => oldest(readable().filter(|s| side(*s, b) > 0).collect()),
        Span::Around(b) => {
            let mut rows = newest(readable().filter(|s| side(*s, b) < 0).collect(), limit / 2);
            let rest = limit - rows.len();
            rows.extend(readable().filter(|s| side(*s, b) >= 0).take(rest));
            rows
        }
        Span::Between(a, b) => {
            let between = |low: Bound, high: Bound| {
                readable()
                    .filter(|s| side(*s, low) > 0 && side(*s, high) < 0)
                    .collect::<Vec<_>>()
            };
            let (forward, backward) = (between(a, b), between(b, a));
            if backward.is_empty() {
                oldest(forward)
            } else {
                newest(backward, limit)
            }
        }
    }
}

#[test]
fn every_span_is_the_same_however_much_of_it_is_in_the_file() {
    let all: Vec<u64> = vec![3, 5, 6, 9, 12, 15, 16, 20];
    let other = Place::direct(UserId(1), UserId(2));
    let bounds: Vec<Bound> = [0, 3, 4, 9, 16, 20, 30]
        .into_iter()
        .flat_map(|n| [Bound::Seq(Seq(n)), Bound::At(Millis(n.cast_signed() * 10))])
        .chain([Bound::At(Millis(95)), Bound::At(Millis(i64::MAX))])
        .collect();
    let mut spans = vec![Span::Latest(None)];
    for a in &bounds {
        spans.extend([
            Span::Latest(Some(*a)),
            Span::Before(*a),
            Span::After(*a),
            Span::Around(*a),
        ]);
        spans.extend(bounds.iter().map(|b| Span::Between(*a, *b)));
    }
    // `written` are in the file, and of those `both` are still in the tail, too.
    for (written, both) in [(0, 0), (3, 0), (5, 2), (8, 0), (8, 8)] {
        let (_folder, path) = file();
        let mut store = Store::open(&path, Epoch(1)).unwrap();
        let rows: Vec<Row> = all.iter().map(|seq| row(*seq, ROOM)).collect();
        let noise = row(7, other);
        store.write(&[noise], Seq(0), false).unwrap();
        store.write(&rows[..written], Seq(0), false).unwrap();
        let tail = Tail::new(Seq(0), 1 << 20);
        for row in &rows[written - both..] {
            tail.push(row.clone());
        }
        tail.applied(Seq(20));
        let reader = store::open_reader(&path).unwrap();
        for span in &spans {
            for limit in [1, 2, 3, 100] {
                for from in [0, 6] {
                    let query = Query::Messages {
                        place: ROOM,
                        from: Seq(from),
                        span: *span,
                        limit,
                    };
                    let prepared = Prepared::new(query, &tail);
                    assert_eq!(
                        places(prepared.run(&reader, None).unwrap()),
                        expected(&all, from, *span, limit),
                        "{span:?}, {limit} from {from}, {written} written, {both} in both"
                    );
                }
            }
        }
    }
}

#[test]
fn an_answer_is_of_the_moment_of_its_question() {
    let (_folder, path) = file();
    let mut store = Store::open(&path, Epoch(1)).unwrap();
    let tail = Tail::new(Seq(0), 1 << 20);
    let rows: Vec<Row> = (1..=9).map(|seq| row(seq, ROOM)).collect();
    for row in &rows[..5] {
        tail.push(row.clone());
    }
    let prepared = Prepared::new(
        Query::Messages {
            place: ROOM,
            from: Seq(0),
            span: Span::Latest(None),
            limit: 3,
        },
        &tail,
    );
    // All of it, and what was said since, reaches the file before the question does.
    store.write(&rows, Seq(9), false).unwrap();
    let reader = store::open_reader(&path).unwrap();
    assert_eq!(places(prepared.run(&reader, None).unwrap()), [3, 4, 5]);
}

#[test]
fn targets_are_conversations_of_a_stretch_of_time_counted_from_its_first_end() {
    let (_folder, path) = file();
    let mut store = Store::open(&path, Epoch(1)).unwrap();
    let tail = Tail::new(Seq(0), 1 << 20);
    let (bob, ann, eve) = (UserId(100), UserId(101), UserId(102));
    let (with_ann, with_eve) = (Place::direct(bob, ann), Place::direct(eve, bob));
    let theirs = Place::direct(ann, eve);
    let closed = Place::Room(RoomId(2));
    let said = [
        (1, ROOM),
        (2, closed),
        (3, with_ann),
        (4, theirs),
        (5, with_eve),
        (6, with_ann),
    ];
    for (seq, place) in said {
        if seq <= 4 {
            store.write(&[row(seq, place)], Seq(seq), false).unwrap();
        } else {
            tail.push(row(seq, place));
        }
    }
    let reader = store::open_reader(&path).unwrap();
    let ask = |after, before, limit, closed_from| {
        let query = Query::Targets {
            user: bob,
            rooms: vec![(RoomId(1), Seq(0)), (RoomId(2), Seq(closed_from))],
            after: Millis(after),
            before: Millis(before),
            limit,
        };
        match Prepared::new(query, &tail).run(&reader, None).unwrap() {
            Found::Targets(targets) => targets
                .into_iter()
                .map(|target| (target.place, target.at.0))
                .collect::<Vec<_>>(),
            Found::Messages(rows) => panic!("{rows:?}"),
        }
    };
    let all = [(ROOM, 10), (closed, 20), (with_eve, 50), (with_ann, 60)];
    assert_eq!(ask(0, 1000, 9, 0), all);
    assert_eq!(ask(0, 1000, 2, 0), all[..2]);
    assert_eq!(ask(1000, 0, 2, 0), all[2..]);
    assert_eq!(ask(10, 60, 9, 0), all[1..3]);
    // One by invitation has nothing for who came in after it was said.
    assert_eq!(ask(0, 50, 9, 3), all[..1]);
}

#[test]
fn what_is_closed_is_written_and_there_again() {
    let (_folder, path) = file();
    let history = open(&path, KEPT);
    for seq in 1..=5 {
        history.push(row(seq, ROOM));
    }
    history.applied(Seq(8));
    history.close();
    assert_eq!(history.position(), Seq(8));
    assert!(!path.with_extension("sqlite-wal").exists());
    // Nobody waits for what has ended.
    assert!(history.sync(Seq(8)));
    assert!(!history.sync(Seq(9)));
    history.close();
    let history = open(&path, KEPT);
    assert_eq!(history.position(), Seq(8));
    history.push(row(5, ROOM));
    assert_eq!(read(&history, ROOM), [1, 2, 3, 4, 5]);
    history.close();
}

#[test]
fn commits_that_were_lost_are_handed_over_again() {
    let (folder, path) = file();
    let history = open(&path, KEPT);
    for seq in 1..=4 {
        history.push(row(seq, ROOM));
    }
    assert!(history.sync(Seq(4)));
    let lost = folder.path().join("lost.sqlite");
    let db = Connection::open(&path).unwrap();
    db.execute("VACUUM INTO ?1", [lost.to_str().unwrap()])
        .unwrap();
    for seq in 5..=9 {
        history.push(row(seq, ROOM));
    }
    history.close();
    // The disk had the state of the last sync only.
    let history = History::open(&lost, Epoch(1), Seq(4), KEPT).unwrap();
    assert_eq!(history.position(), Seq(4));
    assert_eq!(read(&history, ROOM), [1, 2, 3, 4]);
    for seq in 1..=9 {
        history.push(row(seq, ROOM));
    }
    assert_eq!(read(&history, ROOM), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    history.close();
    let count = Connection::open(&lost).unwrap();
    let count: i64 = count
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 9);
}

#[test]
fn what_the_log_has_lost_is_dropped_since_its_places_are_given_to_others() {
    let (_folder, path) = file();
    let (bob, ann) = (UserId(100), UserId(101));
    let direct = Place::direct(bob, ann);
    let history = open(&path, KEPT);
    for (seq, place) in [(1, ROOM), (2, direct), (3, direct), (4, ROOM)] {
        history.push(row(seq, place));
    }
    history.close();
    let history = History::open_within(&path, Epoch(1), Seq(0), Seq(2), KEPT).unwrap();
    assert_eq!(history.position(), Seq(2));
    history.push(row(3, ROOM));
    assert_eq!(read(&history, ROOM), [1, 3]);
    assert_eq!(read(&history, direct), [2]);
    for user in [bob, ann] {
        let query = Query::Targets {
            user,
            rooms: Vec::new(),
            after: Millis(0),
            before: Millis(1000),
            limit: 9,
        };
        let target = Target {
            place: direct,
            at: Millis(20),
        };
        let found = history.run(history.prepare(query)).unwrap();
        assert_eq!(found, Found::Targets(vec![target]));
    }
    history.close();
}

#[test]
fn a_history_of_another_log_or_with_a_gap_or_from_the_future_stops_the_start() {
    let (_folder, path) = file();
    let history = open(&path, KEPT);
    history.applied(Seq(4));
    history.close();
    let why = |epoch, begins| match History::open(&path, Epoch(epoch), Seq(begins), KEPT) {
        Ok(_) => panic!("it opened"),
        Err(why) => why.to_string(),
    };
    assert!(why(2, 0).contains("another log"));
    assert!(why(1, 5).contains("ends at entry 4 and the log begins after 5"));
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    assert!(why(1, 0).contains("newer chatroom"));
}

#[test]
fn what_is_older_than_the_retention_is_neither_read_nor_kept() {
    let (_folder, path) = file();
    let now = jiff::Timestamp::now().as_millisecond();
    let aged = |seq: u64, days: i64| Row {
        at: Millis(now - days * DAY),
        ..row(seq, ROOM)
    };
    let history = open(&path, KEPT);
    history.push(aged(1, 30));
    history.push(aged(2, 11));
    history.push(aged(3, 9));
    history.close();
    let ten_days = Options {
        retention_ms: Some(10 * DAY),
        ..KEPT
    };
    let history = open(&path, ten_days);
    assert_eq!(read(&history, ROOM), [3]);
    history.push(aged(4, 0));
    assert_eq!(read(&history, ROOM), [3, 4]);
    history.close();
    let db = Connection::open(&path).unwrap();
    let first: i64 = db
        .query_row("SELECT min(seq) FROM message", [], |row| row.get(0))
        .unwrap();
    assert_eq!(first, 3);
}

#[test]
fn a_history_that_is_off_keeps_nothing_and_its_position_goes_on() {
    let (_folder, path) = file();
    let off = Options {
        enabled: false,
        ..KEPT
    };
    let history = open(&path, off);
    history.push(row(1, ROOM));
    history.applied(Seq(3));
    assert!(history.sync(Seq(3)));
    assert_eq!(history.position(), Seq(3));
    assert!(read(&history, ROOM).is_empty());
    history.close();
}

#[test]
fn a_file_that_cannot_be_written_says_so_and_holds_up_neither_sync_nor_close() {
    let (_folder, path) = file();
    let history = open(&path, KEPT);
    let db = Connection::open(&path).unwrap();
    db.execute_batch("ALTER TABLE message RENAME TO elsewhere")
        .unwrap();
    history.push(row(1, ROOM));
    assert!(!history.sync(Seq(1)));
    let why = history.trouble().unwrap();
    assert!(
        why.starts_with("not stored: ") && why.contains("history.sqlite"),
        "{why}"
    );
    db.execute_batch("ALTER TABLE elsewhere RENAME TO message")
        .unwrap();
    // It tries again by itself.
    let deadline = Instant::now() + Duration::from_secs(10);
    while history.trouble().is_some() {
        assert!(Instant::now() < deadline, "it never tried again");
        history.wait_for_room();
        std::thread::yield_now();
    }
    assert!(history.sync(Seq(1)));
    db.execute_batch("ALTER TABLE message RENAME TO elsewhere")
        .unwrap();
    history.push(row(2, ROOM));
    history.close();
    assert_eq!(history.position(), Seq(1));
}

#[test]
fn a_full_tail_has_room_again_once_it_is_written() {
    let (_folder, path) = file();
    let small = Options {
        tail_max: 1000,
        ..KEPT
    };
    let history = open(&path, small);
    for seq in 1..=200 {
        history.push(row(seq, ROOM));
        history.wait_for_room();
        assert!(!history.is_full());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for seq in 201..=300 {
        history.push(row(seq, ROOM));
        runtime.block_on(history.has_room());
    }
    assert_eq!(read(&history, ROOM), (1..=300).collect::<Vec<_>>());
    history.close();
}

#[test]
fn a_position_never_passes_a_row_that_waits() {
    let tail = Tail::new(Seq(0), 1 << 20);
    for seq in [1, 2, 4] {
        tail.push(row(seq, ROOM));
    }
    // A row that comes again is not written again.
    tail.push(row(2, ROOM));
    tail.applied(Seq(6));
    tail.stop();
    let mut steps = Vec::new();
    loop {
        match tail.next(2, Duration::ZERO) {
            Work::Write {
                rows,
                position,
                sync,
            } => {
                steps.push((rows.len(), position.0, sync));
                tail.written(rows, position, sync);
            }
            Work::Idle => panic!("it has something to do"),
            Work::End => break,
        }
    }
    assert_eq!(steps, [(2, 2, false), (1, 6, true)]);
    // What is in the file already changes nothing either.
    tail.push(row(6, ROOM));
    assert!(matches!(tail.next(2, Duration::ZERO), Work::End));
}

#[test]
fn a_tail_that_cannot_be_written_rests_and_keeps_nobody_waiting() {
    let tail = Tail::new(Seq(0), 1000);
    let mut seq = 0;
    while !tail.is_full() {
        seq += 1;
        tail.push(row(seq, ROOM));
    }
    tail.failed("no room".into());
    assert!(!tail.is_full(), "what comes is refused and must be heard");
    assert!(!tail.sync(Seq(seq)));
    let (began, pause) = (Instant::now(), Duration::from_millis(20));
    tail.rest(pause);
    assert!(began.elapsed() >= pause, "it tried again at once");
    tail.stop();
    tail.rest(Duration::from_secs(60));
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
fn an_end_leaves_all_in_one_file_although_it_was_read() {
    let (folder, path) = file();
    let history = open(&path, KEPT);
    history.push(row(1, ROOM));
    assert!(history.sync(Seq(1)));
    assert_eq!(read(&history, ROOM), [1]);
    history.close();
    let names = std::fs::read_dir(folder.path()).unwrap();
    let names: Vec<_> = names.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["history.sqlite"]);
}
