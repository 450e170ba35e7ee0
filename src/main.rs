//! The command line of `chatroom`.

mod errand;
mod join;
mod serve;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use chatroom::cli::{self, Cli, Command, ConfigCommand, Start};
use chatroom::client::{Outcome, Sentence};
use chatroom::text::harmless;

/// Ends with 0 when it is done and with 1, after one line that says why, when it failed; clap ends
/// with 2 when the command line is wrong.
fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(Outcome::Done | Outcome::KeepHosting) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        // Whoever read the output has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed too.
            let _ = writeln!(
                std::io::stderr(),
                "chatroom: {}",
                harmless(&format!("{error:#}"))
            );
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<Outcome> {
    let out = &mut std::io::stdout();
    match command {
        Command::Config(ConfigCommand::Check(place)) => cli::check(&place, out),
        Command::Config(ConfigCommand::Show(place)) => cli::show(&place, out),
        Command::HashPassword(place) => cli::hash_password(&place, out),
        Command::Serve(serve) => serve::run(&serve),
        Command::Completions(of) => cli::completions(of, out),
        Command::Send(send) => {
            errand::send(&send).map_err(|error| in_words(error, send.errand.start()))
        }
        Command::Tail(tail) => {
            errand::tail(&tail).map_err(|error| in_words(error, tail.errand.start()))
        }
        Command::Join(join) => {
            return join::run(&join).map_err(|error| in_words(error, join.start()));
        }
    }?;
    Ok(Outcome::Done)
}

/// An error of the client in the reader's language.
fn in_words(error: anyhow::Error, start: Result<Start>) -> anyhow::Error {
    match start {
        Ok(start) => anyhow::anyhow!(Sentence::from(&error).say(&start.texts)),
        Err(_) => error,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
