//! Many lines at once, into the room that is shown or into another, and going back in them.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::contestant::Contestant;
use super::host::{HIDDEN, SHOWN};
use super::quantile;
use super::report::{Figures, Goal, Metric};
use super::stage::{PATIENCE, Stage};

/// A letter that stands in the last line alone.
const LAST: &str = "€";
/// The key that goes a page up.
const PAGE_UP: &[u8] = b"\x1b[5~";
/// Between two pages: longer than any client waits before it draws.
const PAUSE: Duration = Duration::from_millis(50);
/// Pages that are gone up before going up is measured once more.
const DEEP: usize = 500;

const CPU: Metric = Metric::less("us CPU a line").goal(Goal::Ratio(0.1));
const WRITTEN_SHOWN: Metric = Metric::less("KiB to the terminal").goal(Goal::Ratio(0.1));
const WRITTEN_HIDDEN: Metric = Metric::less("KiB to the terminal");
const UNTIL_SHOWN: Metric = Metric::less("s until the last is shown");
const UNTIL_READ: Metric = Metric::less("s until the last is read");
const LINE: Metric = Metric::less("bytes of memory a line").goal(Goal::Most(160.0));
const PRIVATE: Metric = Metric::less("MiB private").goal(Goal::Most(25.0));

const BOTTOM: Metric = Metric::less("us CPU a page, at the end").goal(Goal::Ratio(0.6));
const BOTTOM_DRAWN: Metric = Metric::less("ms p50 until drawn");
const FAR_UP: Metric = Metric::less("us CPU a page, far up").goal(Goal::Ratio(0.6));
const FAR_UP_DRAWN: Metric = Metric::less("ms p50 until drawn, far up");

/// So many lines into the room that is shown, with tags, if so.
pub(crate) fn shown(contestant: Contestant, lines: usize, has_tags: bool) -> Result<Figures> {
    let mut stage = Stage::set_with(contestant, has_tags)?;
    let flood = Flood::of(&mut stage, SHOWN, lines)?;
    let wall = flood.shown_s.context("the last line is not shown")?;
    Ok(vec![
        (CPU, flood.cpu_us_a_line),
        (WRITTEN_SHOWN, flood.written_kib),
        (UNTIL_SHOWN, wall),
        (LINE, flood.bytes_a_line),
        (PRIVATE, stage.private_bytes()? / 1048576.0),
    ])
}

/// So many lines into the other room.
pub(crate) fn hidden(contestant: Contestant, lines: usize) -> Result<Figures> {
    let mut stage = Stage::set(contestant)?;
    let flood = Flood::of(&mut stage, HIDDEN, lines)?;
    anyhow::ensure!(flood.shown_s.is_none(), "the other room is shown");
    Ok(vec![
        (CPU, flood.cpu_us_a_line),
        (WRITTEN_HIDDEN, flood.written_kib),
        (UNTIL_READ, flood.read_s),
    ])
}

/// Pages up, at the end of so many lines and far above it.
pub(crate) fn pages(contestant: Contestant, lines: usize, pages: usize) -> Result<Figures> {
    let mut stage = Stage::set(contestant)?;
    Flood::of(&mut stage, SHOWN, lines)?;
    let (cpu, drawn) = go_up(&stage, pages)?;
    for _ in 0..DEEP.min(lines / 100) {
        stage.screen.types(PAGE_UP)?;
        thread::sleep(PAUSE / 10);
    }
    stage.rests()?;
    let (cpu_far, drawn_far) = go_up(&stage, pages)?;
    Ok(vec![
        (BOTTOM, cpu),
        (BOTTOM_DRAWN, drawn),
        (FAR_UP, cpu_far),
        (FAR_UP_DRAWN, drawn_far),
    ])
}

/// Goes up page by page; microseconds of processor time for each, and milliseconds until drawn.
fn go_up(stage: &Stage, pages: usize) -> Result<(f64, f64)> {
    let before = stage.usage()?;
    let mut drawn = Vec::new();
    for _ in 0..pages {
        stage.screen.look_for(b"\x1b[");
        let pressed_at = Instant::now();
        stage.screen.types(PAGE_UP)?;
        let at = stage
            .screen
            .found(PATIENCE)
            .context("a page up does nothing")?;
        drawn.push(at.duration_since(pressed_at).as_secs_f64() * 1e3);
        thread::sleep(PAUSE);
    }
    let cpu = stage.usage()?.since(before).cpu_us();
    Ok((cpu / pages as f64, quantile(&mut drawn, 0.5)))
}

/// What many lines at once cost.
struct Flood {
    cpu_us_a_line: f64,
    written_kib: f64,
    bytes_a_line: f64,
    read_s: f64,
    shown_s: Option<f64>,
}

impl Flood {
    fn of(stage: &mut Stage, room: &str, lines: usize) -> Result<Self> {
        let mut talk = stage.guest.talk(room, lines - 1);
        talk.push_str(&format!(":user1!u@host PRIVMSG {room} :{LAST}\r\n"));
        let (usage, bytes) = (stage.usage()?, stage.screen.bytes());
        let private = stage.private_bytes()?;
        stage.screen.look_for(LAST.as_bytes());
        let begun_at = Instant::now();
        stage.guest.send(&talk)?;
        stage.guest.ping(PATIENCE)?;
        let read_s = begun_at.elapsed().as_secs_f64();
        stage.rests()?;
        let shown_at = stage.screen.found(Duration::ZERO);
        let count = lines as f64;
        Ok(Self {
            cpu_us_a_line: stage.usage()?.since(usage).cpu_us() / count,
            written_kib: (stage.screen.bytes() - bytes) as f64 / 1024.0,
            bytes_a_line: (stage.private_bytes()? - private) / count,
            read_s,
            shown_s: shown_at.map(|at| at.duration_since(begun_at).as_secs_f64()),
        })
    }
}
