//! A log of every release means for ever what it meant then.
//!
//! `tests/golden/VERSION/` has a log, a snapshot of its middle and the digest of its end, as that
//! release wrote them. Before a release, `cargo test --test replay -- --ignored` writes its files.
//! A record that gets a new field changes the digests of old releases too: see that nothing else
//! fails, then write the new digest into them.

#![allow(clippy::unwrap_used)]

// The simulation makes a golden log's commands, and plays more of them than a log needs.
#[allow(dead_code)]
#[path = "simulation/commands.rs"]
mod commands;
#[allow(dead_code)]
#[path = "simulation/dice.rs"]
mod dice;

use std::fs;
use std::path::{Path, PathBuf};

use chatroom::core::*;
use chatroom::log::order::Order;
use chatroom::log::{Proposal, Ticket};
use dice::Dice;

/// Entries of a golden log between two starts of the server, and how many starts there are.
const ENTRIES: usize = 120;
const STARTS: usize = 4;

struct Golden {
    version: String,
    log: Vec<Entry>,
    snapshot: Vec<Record>,
    digest: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// What every release has written.
fn releases() -> Vec<Golden> {
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let read = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let all = folders.map(|entry| Golden {
        version: entry.file_name().into_string().unwrap(),
        log: parsed(&read(&entry.path(), "log.jsonl")),
        snapshot: parsed(&read(&entry.path(), "snapshot.jsonl")),
        digest: read(&entry.path(), "digest").trim().to_owned(),
    });
    let all: Vec<Golden> = all.collect();
    assert!(!all.is_empty(), "no release has written anything");
    all
}

fn parsed<T: serde::de::DeserializeOwned>(lines: &str) -> Vec<T> {
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn replay(mut state: State, log: &[Entry]) -> State {
    for entry in log {
        state.apply(entry);
    }
    state
}

#[test]
fn a_golden_log_leads_to_the_state_that_it_led_to() {
    for golden in releases() {
        let state = replay(State::new(), &golden.log);
        assert_eq!(digest(&state), golden.digest, "{}", golden.version);
    }
}

#[test]
fn a_golden_snapshot_is_the_state_of_its_place() {
    for golden in releases() {
        let restored = State::restore(golden.snapshot.clone()).unwrap();
        let seq = restored.seq();
        let (before, after): (Vec<Entry>, Vec<Entry>) =
            golden.log.into_iter().partition(|entry| entry.seq <= seq);
        assert!(!before.is_empty() && !after.is_empty());
        let replayed = replay(State::new(), &before);
        assert_eq!(replayed.snapshot(), golden.snapshot, "{}", golden.version);
        assert_eq!(replayed, restored, "{}", golden.version);
        let end = replay(restored, &after);
        assert_eq!(digest(&end), golden.digest, "{}", golden.version);
    }
}

#[test]
fn a_golden_entry_is_written_as_it_was() {
    for golden in releases() {
        let path = folder().join(&golden.version).join("log.jsonl");
        let lines = fs::read_to_string(path).unwrap();
        for (line, entry) in lines.lines().zip(&golden.log) {
            assert_eq!(serde_json::to_string(entry).unwrap(), line);
        }
    }
}

fn digest(state: &State) -> String {
    format!("{:016x}", state.digest())
}

#[test]
#[ignore = "writes the golden files of this release"]
fn write_the_golden_files_of_this_release() {
    let mut dice = Dice::new(2026);
    let mut order = Order::after(Seq(0), Millis(0));
    let (mut state, mut log, mut snapshot) = (State::new(), Vec::new(), Vec::new());
    for start in 0..STARTS {
        for count in 0..ENTRIES {
            let (session, command) = if count == 0 {
                (None, commands::started(&mut dice))
            } else {
                commands::command(&mut dice, &state)
            };
            let proposal = Proposal {
                ticket: Ticket(0),
                session,
                command,
            };
            let now = 1_767_225_600_000 + i64::try_from(log.len()).unwrap() * 1000;
            for (_, entry) in order.place(vec![proposal], Millis(now)) {
                state.apply(&entry);
                log.push(entry);
            }
        }
        if start == STARTS / 2 {
            snapshot = state.snapshot();
        }
    }
    let folder = folder().join(env!("CARGO_PKG_VERSION"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("log.jsonl"), lines(&log)).unwrap();
    fs::write(folder.join("snapshot.jsonl"), lines(&snapshot)).unwrap();
    fs::write(folder.join("digest"), digest(&state) + "\n").unwrap();
}

fn lines<T: serde::Serialize>(all: &[T]) -> String {
    let lines = all
        .iter()
        .map(|one| serde_json::to_string(one).unwrap() + "\n");
    lines.collect()
}
