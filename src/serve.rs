//! `chatroom serve`: the server until somebody ends it.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use chatroom::cli::{Serve, Start};
use chatroom::core::Millis;
use chatroom::server::{self, Options, Running};

/// Hosts until Ctrl-C or SIGTERM. Prints one line when it is ready.
pub(crate) fn serve(serve: &Serve) -> Result<()> {
    log_to_stderr(serve.verbose);
    let start = serve.start()?;
    let options = Options::from_config(&start.config, &start.dirs.data, now())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the server")?;
    runtime.block_on(async {
        let mut running = server::start(options).await?;
        let mut out = std::io::stdout();
        // Whoever started it may not care to read.
        let _ = writeln!(out, "{}", ready(&start, &running)).and_then(|()| out.flush());
        tokio::select! {
            ended = running.wait() => return ended,
            asked = stop_asked() => asked?,
        }
        running.stop(&start.texts.get("serve-stopping"));
        running.wait().await
    })
}

/// Milliseconds since 1970, as the clock of this machine has it.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let ms = since.map_or(0, |since| since.as_millis());
    Millis(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// The ready line: addresses, fingerprint, and a command that joins when it is pasted.
fn ready(start: &Start, running: &Running) -> String {
    let addresses: Vec<String> = running
        .addresses()
        .iter()
        .map(ToString::to_string)
        .collect();
    let program = std::env::args().next();
    let program = program.unwrap_or_else(|| "chatroom".to_owned());
    let first = addresses.first().map_or("", String::as_str);
    start.texts.with(
        "serve-ready",
        &[
            ("addresses", &addresses.join(", ")),
            ("fingerprint", &format!("sha256:{}", running.fingerprint())),
            ("command", &format!("{program} join {first}")),
        ],
    )
}

/// Comes back when the terminal or the system asks the program to end.
async fn stop_asked() -> Result<()> {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).context("cannot hear signals")?;
        tokio::select! {
            heard = interrupted => heard.context("cannot hear signals"),
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupted.await.context("cannot hear signals")
}

/// What an operator must act on goes to standard error; with `-v` who comes and goes, too.
fn log_to_stderr(is_verbose: bool) {
    let level = if is_verbose {
        tracing::Level::INFO
    } else {
        tracing::Level::WARN
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
}
