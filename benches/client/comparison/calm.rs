//! The start, and what is done while there is nothing to do.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::contestant::Contestant;
use super::report::{Figures, Goal, Metric};
use super::stage::Stage;

const FIRST: Metric = Metric::less("ms to the first frame").goal(Goal::Most(12.0));
const CPU_IN: Metric = Metric::less("ms CPU until in two rooms");
const PRIVATE: Metric = Metric::less("MiB private, then");
const WAKES: Metric = Metric::less("wake-ups").goal(Goal::Most(0.0));
const CPU: Metric = Metric::less("ms CPU");
const WRITTEN: Metric = Metric::less("bytes to the terminal");

/// From the start to the first frame, and to having joined.
pub(crate) fn start(contestant: Contestant) -> Result<Figures> {
    let stage = Stage::set(contestant)?;
    Ok(vec![
        (FIRST, stage.first_text.as_secs_f64() * 1e3),
        (CPU_IN, stage.usage()?.cpu_us() / 1e3),
        (PRIVATE, stage.private_bytes()? / 1048576.0),
    ])
}

/// Some time in which nothing happens.
pub(crate) fn idle(contestant: Contestant, time: Duration) -> Result<Figures> {
    let stage = Stage::set(contestant)?;
    thread::sleep(Duration::from_secs(3));
    let (usage, bytes) = (stage.usage()?, stage.screen.bytes());
    thread::sleep(time);
    let used = stage.usage()?.since(usage);
    Ok(vec![
        (WAKES, used.sleeps as f64),
        (CPU, used.cpu_us() / 1e3),
        (WRITTEN, (stage.screen.bytes() - bytes) as f64),
    ])
}
