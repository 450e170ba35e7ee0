//! What is measured, of whom, how often.

mod calm;
#[path = "../../common/choice.rs"]
mod choice;
mod contestant;
mod flood;
mod host;
mod keys;
#[path = "../../common/proc.rs"]
mod proc;
mod process;
#[path = "../../common/report.rs"]
#[allow(dead_code, reason = "each benchmark needs a part of it")]
mod report;
mod screen;
mod stage;
mod talk;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use contestant::Contestant;
use report::Figures;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// From the start of the program to its first frame, and into two rooms.
    Start,
    /// 100,000 lines into the room that is shown.
    Shown,
    /// The same, with time, id and account as tags on each line.
    Tagged,
    /// 100,000 lines into another room.
    Hidden,
    /// A page up, at the end of 100,000 lines and far above it.
    Pages,
    /// Keys while nobody says anything.
    Keys,
    /// 500 lines a second, and keys meanwhile.
    Stream,
    /// 500 lines a second on a terminal that takes 48 KiB a second.
    Slow,
    /// Twenty seconds in which nothing happens.
    Idle,
}

/// Measures the client, and irssi where it is installed.
#[derive(Parser)]
#[command(name = "cargo bench --bench client --")]
struct Options {
    /// What to measure; all of it when none is named.
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// One short run of each, with a tenth of the lines: to see that it works, not to compare.
    #[arg(long)]
    quick: bool,
    /// How often each client runs each scenario.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn runs(&self) -> usize {
        if self.quick { 1 } else { self.runs.max(1) }
    }

    fn lines(&self) -> usize {
        if self.quick { 10_000 } else { 100_000 }
    }

    fn keys(&self) -> usize {
        if self.quick { 40 } else { 200 }
    }

    fn seconds(&self, seconds: u64) -> Duration {
        Duration::from_secs(if self.quick { seconds / 5 } else { seconds })
    }
}

/// Does what the command line asks for.
pub(crate) fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        // `cargo test --all-targets` runs this too, and has no time for it.
        println!("this measures only when run by `cargo bench --bench client`");
        return ExitCode::SUCCESS;
    }
    match compare(&options) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Runs all that is asked for, and gives whether our own client got through all of it.
fn compare(options: &Options) -> bool {
    let (contestants, missing): (Vec<Contestant>, Vec<Contestant>) = Contestant::ALL
        .into_iter()
        .partition(|contestant| contestant.program().is_some());
    for contestant in missing {
        println!("{} is not installed and left out", contestant.name());
    }
    println!(
        "medians of {} (least\u{2013}most); v less is better;",
        options.runs()
    );
    println!("ratio: chatroom as a multiple of the other; then its goal\n");
    let scenarios = choice::chosen(&options.scenarios).into_iter();
    let scenarios: Vec<(String, Scenario)> =
        scenarios.map(|one| (choice::name(one), one)).collect();
    let programs = contestants.into_iter().map(|one| (one.name(), one));
    let programs: Vec<(&str, Contestant)> = programs.collect();
    report::compare(
        &scenarios,
        &programs,
        options.runs(),
        |scenario, program| measure(options, scenario, program),
    )
}

/// One run of one scenario of a fresh client.
fn measure(options: &Options, scenario: Scenario, contestant: Contestant) -> Result<Figures> {
    let (lines, keys) = (options.lines(), options.keys());
    match scenario {
        Scenario::Start => calm::start(contestant),
        Scenario::Shown => flood::shown(contestant, lines, false),
        Scenario::Tagged => flood::shown(contestant, lines, true),
        Scenario::Hidden => flood::hidden(contestant, lines),
        Scenario::Pages => flood::pages(contestant, lines, keys / 4),
        Scenario::Keys => keys::in_silence(contestant, keys),
        Scenario::Stream => keys::in_a_stream(contestant, options.seconds(5), keys),
        Scenario::Slow => keys::on_a_slow_terminal(contestant, keys / 10),
        Scenario::Idle => calm::idle(contestant, options.seconds(20)),
    }
}

/// The value below which a share of them lie; 0 when there is none.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let place = (last as f64 * share).round();
    // The place is one of the list.
    let place = (0..=last).find(|at| *at as f64 >= place);
    place.and_then(|at| values.get(at)).copied().unwrap_or(0.0)
}
