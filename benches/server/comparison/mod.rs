//! What is measured, of whom, how often.

mod arrival;
#[path = "../../common/choice.rs"]
mod choice;
mod client;
mod contestant;
mod crowd;
mod fanout;
mod latency;
#[path = "../../common/proc.rs"]
mod proc;
mod process;
#[path = "../../common/report.rs"]
#[allow(dead_code, reason = "each benchmark needs a part of it")]
mod report;
mod room;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::LocalSet;

use contestant::{Contestant, Server};
use fanout::Shape;
use report::Figures;

/// Files that the largest scenario needs open, here and in a server.
const FILES: u64 = 6_000;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// One room of 100 members, 10 of whom speak.
    #[value(name = "room-100")]
    Room100,
    /// One room of 1,000 members, 10 of whom speak.
    #[value(name = "room-1000")]
    Room1000,
    /// 200 rooms of 10 members, one of whom speaks.
    #[value(name = "rooms-200x10")]
    Rooms,
    /// 5,000 clients who say nothing.
    #[value(name = "idle-5000")]
    Idle,
    /// 1,000 clients who join one room at once.
    #[value(name = "join-1000")]
    Join,
    /// 200 messages a second to a room of 200.
    #[value(name = "latency-200")]
    Latency,
}

/// Measures the server, and ngircd and inspircd where they are installed.
#[derive(Parser)]
#[command(name = "cargo bench --bench server --")]
struct Options {
    /// What to measure; all of it when none is named.
    #[arg(value_enum)]
    scenarios: Vec<Scenario>,
    /// One short run of each, with fewer idle clients: to see that it works, not to compare.
    #[arg(long)]
    quick: bool,
    /// How often each server runs each scenario.
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

    /// How long a rate is measured.
    fn time(&self) -> Duration {
        Duration::from_millis(if self.quick { 500 } else { 3_000 })
    }

    fn idle(&self) -> usize {
        if self.quick { 1_000 } else { 5_000 }
    }
}

/// Does what the command line asks for.
pub(crate) fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        // `cargo test --all-targets` runs this too, and has no time for it.
        println!("this measures only when run by `cargo bench --bench server`");
        return ExitCode::SUCCESS;
    }
    match compare(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the benchmark failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs all that is asked for, and gives whether our own server got through all of it.
fn compare(options: &Options) -> Result<bool> {
    raise_file_limit()?;
    let contestants: Vec<Contestant> = Contestant::ALL
        .into_iter()
        .filter(|contestant| contestant.program().is_some())
        .collect();
    println!(
        "medians of {} (least\u{2013}most); ^ more is better, v less is better;",
        options.runs()
    );
    println!("ratio: chatroom as a multiple of the better of the others\n");
    let scenarios = choice::chosen(&options.scenarios).into_iter();
    let scenarios: Vec<(String, Scenario)> =
        scenarios.map(|one| (choice::name(one), one)).collect();
    let programs = contestants.into_iter().map(|one| (one.name(), one));
    let programs: Vec<(&str, Contestant)> = programs.collect();
    Ok(report::compare(
        &scenarios,
        &programs,
        options.runs(),
        |scenario, program| measure(options, scenario, program),
    ))
}

/// One run of one scenario against a fresh server, or an exit on Ctrl-C.
fn measure(options: &Options, scenario: Scenario, contestant: Contestant) -> Result<Figures> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        // Not every server ends on Ctrl-C by itself, and all have a folder to be cleared away.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let server = Server::start(contestant).context("it did not start")?;
        tokio::select! {
            figures = run(options, scenario, &server) => figures,
            _ = interrupt.recv() => {
                drop(server);
                std::process::exit(130);
            }
        }
    })
}

async fn run(options: &Options, scenario: Scenario, server: &Server) -> Result<Figures> {
    let time = options.time();
    let shape = |rooms, members, speakers| Shape {
        rooms,
        members,
        speakers,
    };
    match scenario {
        Scenario::Room100 => fanout::run(server, shape(1, 100, 10), time).await,
        Scenario::Room1000 => fanout::run(server, shape(1, 1_000, 10), time).await,
        Scenario::Rooms => fanout::run(server, shape(200, 10, 1), time).await,
        Scenario::Idle => arrival::idle(server, options.idle()).await,
        Scenario::Join => arrival::join(server, 1_000).await,
        Scenario::Latency => latency::run(server, time).await,
    }
}

/// Raises the limit of open files as far as needed; the servers inherit it.
fn raise_file_limit() -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= FILES) {
        return Ok(());
    }
    let raised = Rlimit {
        current: Some(FILES),
        maximum,
    };
    setrlimit(Resource::Nofile, raised).with_context(|| {
        format!("{FILES} files must be open at once; raise the hard limit with ulimit -Hn {FILES}")
    })
}
