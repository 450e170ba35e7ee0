//! The command line of `chatroom`.

mod errand;
mod join;
mod serve;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;

use chatroom::cli::{self, Cli, Command, ConfigCommand};
use chatroom::client::{Outcome, Sentence};
use chatroom::text::{Texts, harmless};

/// Ends with 0 when it is done, with 1, after one line that says why, when it failed, and with 2
/// when the command line is wrong.
fn main() -> ExitCode {
    let line: Vec<OsString> = std::env::args_os().collect();
    let texts = Arc::new(cli::texts(&line));
    let outcome = match cli::parse(&line, &texts) {
        Ok(cli) => run(cli, &texts),
        Err(wrong) => return cli::tell(&wrong, &texts),
    };
    match outcome {
        Ok(Outcome::Done | Outcome::KeepHosting) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        // Whoever read the output has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let said = Sentence::from(&error).say(&texts);
            // Nobody is left to tell when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "chatroom: {}", harmless(&said));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli, texts: &Arc<Texts>) -> Result<Outcome> {
    let out = &mut std::io::stdout();
    match cli.command {
        Command::Config(ConfigCommand::Check(place)) => cli::check(&place, texts, out),
        Command::Config(ConfigCommand::Show(place)) => cli::show(&place, texts, out),
        Command::HashPassword(place) => cli::hash_password(&place, texts, out),
        Command::Serve(serve) => serve::run(&serve, texts),
        Command::Completions(of) => cli::completions(of, texts, out),
        Command::Send(send) => errand::send(&send, texts),
        Command::Tail(tail) => errand::tail(&tail, texts),
        Command::Join(join) => return join::run(&join, cli.lang, texts),
    }?;
    Ok(Outcome::Done)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
