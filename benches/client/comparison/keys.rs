//! From a key to its letter on the screen: in silence, while lines come in, on a slow terminal.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use super::contestant::Contestant;
use super::quantile;
use super::report::{Figures, Goal, Metric};
use super::screen::Screen;
use super::stage::{PATIENCE, Stage};

/// Letters that neither the talk nor a terminal's commands have, one after the other.
const LETTERS: &[u8] = b"QVWY";
/// Empties the input line.
const CTRL_U: &[u8] = b"\x15";
/// Letters on the input line at most.
const LINE: usize = 40;
/// Lines a second of a lively room.
const RATE: u32 = 500;
/// Bytes a second that a slow terminal takes.
const SLOW: u64 = 48 * 1024;

const P50: Metric = Metric::less("ms p50 to echo").goal(Goal::Ratio(1.25));
const P99: Metric = Metric::less("ms p99 to echo");
const CPU_KEY: Metric = Metric::less("us CPU a key");
const CPU: Metric = Metric::less("% CPU, no keys").goal(Goal::Most(3.0));
const WRITTEN: Metric = Metric::less("KiB/s to the terminal");
const SLOW_P50: Metric = Metric::less("ms p50 to echo");
const SLOW_P90: Metric = Metric::less("ms p90 to echo").goal(Goal::Most(60.0));
const PONG: Metric = Metric::less("ms p50 to answer a PING");
const PONG_MOST: Metric = Metric::less("ms at most to answer");

/// Keys while nobody says anything.
pub(crate) fn in_silence(contestant: Contestant, keys: usize) -> Result<Figures> {
    let stage = Stage::set(contestant)?;
    let before = stage.usage()?;
    let mut echoes = type_all(&stage.screen, keys, Duration::from_millis(25))?;
    let cpu = stage.usage()?.since(before).cpu_us();
    Ok(vec![
        (P50, quantile(&mut echoes, 0.5)),
        (P99, quantile(&mut echoes, 0.99)),
        (CPU_KEY, cpu / keys as f64),
    ])
}

/// Some seconds of a lively room, then keys while it goes on.
pub(crate) fn in_a_stream(contestant: Contestant, time: Duration, keys: usize) -> Result<Figures> {
    let mut stage = Stage::set(contestant)?;
    let gap = Duration::from_millis(29);
    let until = Instant::now() + time + gap * u32::try_from(keys + 20)? + Duration::from_secs(1);
    let (screen, guest) = (&stage.screen, &mut stage.guest);
    let pid = screen.pid();
    thread::scope(|scope| {
        let stream = scope.spawn(move || guest.streams(RATE, until));
        thread::sleep(Duration::from_secs(1));
        let (usage, bytes) = (super::process::Usage::of(pid)?, screen.bytes());
        thread::sleep(time);
        let cpu_us = super::process::Usage::of(pid)?.since(usage).cpu_us();
        let written = (screen.bytes() - bytes) as f64 / 1024.0;
        let mut echoes = type_all(screen, keys, gap)?;
        stream
            .join()
            .map_err(|_panic| anyhow!("the stream broke"))??;
        let seconds = time.as_secs_f64();
        Ok(vec![
            (CPU, cpu_us / 1e4 / seconds),
            (WRITTEN, written / seconds),
            (P50, quantile(&mut echoes, 0.5)),
            (P99, quantile(&mut echoes, 0.99)),
        ])
    })
}

/// Keys, and signs of life for the server, in a lively room on a slow terminal.
pub(crate) fn on_a_slow_terminal(contestant: Contestant, keys: usize) -> Result<Figures> {
    let mut stage = Stage::set(contestant)?;
    let gap = Duration::from_millis(330);
    let until = Instant::now() + gap * u32::try_from(keys + 6)?;
    let (screen, guest) = (&stage.screen, &mut stage.guest);
    screen.slow_down(SLOW);
    let (mut echoes, delays) = thread::scope(|scope| {
        let stream = scope.spawn(move || guest.streams(RATE, until));
        // First all that lies between the program and the terminal is full.
        thread::sleep(gap * 5);
        let echoes = type_all(screen, keys, gap);
        let delays = stream
            .join()
            .map_err(|_panic| anyhow!("the stream broke"))?;
        anyhow::Ok((echoes?, delays?))
    })?;
    let mut delays: Vec<f64> = delays
        .iter()
        .map(|delay| delay.as_secs_f64() * 1e3)
        .collect();
    Ok(vec![
        (SLOW_P50, quantile(&mut echoes, 0.5)),
        (SLOW_P90, quantile(&mut echoes, 0.9)),
        (PONG, quantile(&mut delays, 0.5)),
        (PONG_MOST, quantile(&mut delays, 1.0)),
    ])
}

/// Types letters one by one; milliseconds until each is on its way to the eye.
fn type_all(screen: &Screen, keys: usize, gap: Duration) -> Result<Vec<f64>> {
    let mut echoes = Vec::new();
    for (typed, letter) in LETTERS.iter().cycle().take(keys).enumerate() {
        if typed > 0 && typed.is_multiple_of(LINE) {
            screen.types(CTRL_U)?;
            thread::sleep(gap);
        }
        screen.look_for(&[*letter]);
        let typed_at = Instant::now();
        screen.types(&[*letter])?;
        let shown_at = screen.found(PATIENCE).context("a key is not shown")?;
        echoes.push(shown_at.duration_since(typed_at).as_secs_f64() * 1e3);
        thread::sleep(gap);
    }
    Ok(echoes)
}
