//! A start: the chat as its log, its snapshot and its history left it.

use std::path::Path;

use anyhow::{Result, bail};

use super::failure::{of_history, of_log, of_path, of_unconfirmed};
use super::identity::random;
use super::telling::row;
use crate::core::{Command, Entry, Record, Seq, State};
use crate::history::{self, History};
use crate::log::sqlite::{self, Durability};
use crate::log::{Epoch, Log, Ordered, Proposal, Request, Start, Ticket};
use crate::text::Sentence;

/// What a start finds.
pub(super) struct Begun {
    pub(super) state: State,
    pub(super) epoch: Epoch,
    pub(super) log: Log,
    pub(super) history: History,
    /// Entries that no snapshot stands for.
    pub(super) tail: usize,
}

/// Opens the files of a folder, and brings the chat to where its log ends.
pub(super) fn begin(
    folder: &Path,
    durability: Durability,
    options: history::Options,
) -> Result<Begun> {
    let (log, start) = sqlite::open(&folder.join("log.sqlite"), durability, random_epoch()?)
        .map_err(|error| of_log(&error))?;
    let Start {
        epoch,
        snapshot,
        tail,
    } = start;
    let mut state = match &snapshot {
        Some((_, records)) => restore(records)
            .map_err(|error| error.context(of_path("serve-snapshot-damaged", folder)))?,
        None => State::new(),
    };
    let path = folder.join("history.sqlite");
    let last = tail.last().map_or(state.seq(), |entry| entry.seq);
    // A log that is not synced at each commit may have lost its end with the power.
    let ends = match durability {
        Durability::Full => Seq(u64::MAX),
        Durability::Normal => last,
    };
    let history = History::open_within(&path, epoch, state.seq(), ends, options)
        .map_err(|error| of_history(&error))?;
    let written = history.position();
    if written > last {
        let sentence = of_path("serve-history-ahead", &path).with("ends", written.0);
        bail!(sentence.with("last", last.0));
    }
    for entry in &tail {
        replay(&mut state, entry, &history, written);
    }
    history.applied(last);
    Ok(Begun {
        state,
        epoch,
        log,
        history,
        tail: tail.len(),
    })
}

/// Applies an entry again, and gives the history what it has not written.
fn replay(state: &mut State, entry: &Entry, history: &History, written: Seq) {
    let notices = state.apply(entry);
    if entry.seq <= written {
        return;
    }
    for row in notices.iter().filter_map(|notice| row(entry, notice)) {
        history.wait_for_room();
        history.push(row);
    }
}

fn restore(lines: &[u8]) -> Result<State> {
    let lines = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let records: Vec<Record> = lines
        .map(serde_json::from_slice)
        .collect::<Result<_, _>>()?;
    Ok(State::restore(records)?)
}

/// Writes down that a server begins to use the log: the first entry of every start.
pub(super) async fn announce(begun: &mut Begun, settings: crate::core::Settings) -> Result<()> {
    let proposal = Proposal {
        ticket: Ticket(0),
        session: None,
        command: Command::ServerStarted { settings },
    };
    let ended = || Sentence::text("serve-log-ended");
    let Log { propose, ordered } = &mut begun.log;
    propose
        .send(Request::Propose(vec![proposal]))
        .await
        .map_err(|_cause| ended())?;
    match ordered.recv().await.ok_or_else(ended)? {
        Ordered::Committed(entries) => {
            for (_, entry) in &entries {
                begun.state.apply(entry);
                begun.history.applied(entry.seq);
            }
            Ok(())
        }
        Ordered::Refused { why, .. } => bail!(why),
        Ordered::Fatal(why) => bail!(of_unconfirmed(&why)),
    }
}

fn random_epoch() -> Result<Epoch> {
    Ok(Epoch(u64::from_be_bytes(random()?)))
}
