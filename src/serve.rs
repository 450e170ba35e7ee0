//! `chatroom serve`: hosts until it is asked to end.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use chatroom::cli::Serve;
use chatroom::client::store::hex;
use chatroom::server::{self, Options, Running};
use chatroom::text::{Sentence, Texts};

/// Hosts until it is asked to end.
pub(crate) fn run(serve: &Serve, texts: &Arc<Texts>) -> Result<()> {
    let start = serve.start(texts)?;
    let level = if serve.verbose {
        tracing::Level::INFO
    } else {
        tracing::Level::WARN
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        // A log that cannot be written, on a full disk for instance, must not end the server.
        .log_internal_errors(false)
        .init();
    let options = Options::from_config(&start.config, start.dirs.data.join("server"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Sentence::text("system-no-sockets").with("why", &error))?;
    runtime.block_on(async {
        let (mut term, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let running = server::start(options).await?;
        say_ready(&start.texts, &running)?;
        tokio::select! {
            ended = running.wait() => return ended,
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
        running.stop(&start.texts.get("serve-ending"));
        running.wait().await
    })
}

/// Prints the one line that says where others find the server.
fn say_ready(texts: &Texts, running: &Running) -> Result<()> {
    let addresses = running.addresses().iter().map(ToString::to_string);
    let addresses: Vec<String> = addresses.collect();
    let first = addresses.first().map_or("127.0.0.1:8000", String::as_str);
    let line = texts.with(
        "serve-ready",
        &[
            ("addresses", &addresses.join(", ")),
            ("fingerprint", &hex(&running.fingerprint())),
            ("command", &format!("{} join {first}", own_name())),
        ],
    );
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// How this program can be called from a shell: by its name where it is on the path.
pub(crate) fn own_name() -> String {
    let Ok(own) = std::env::current_exe() else {
        return "chatroom".into();
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join("chatroom"))
        .find(|file| file.is_file());
    let same = |file: &std::path::Path| file.canonicalize().ok() == own.canonicalize().ok();
    if found.as_deref().is_some_and(same) {
        return "chatroom".into();
    }
    // Linux marks a file that was replaced since the start; the new one is at the same path.
    let own = own.display().to_string();
    quoted(own.strip_suffix(" (deleted)").unwrap_or(&own))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@%:,".contains(c);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_to_a_shell() -> Result<()> {
        for path in ["/usr/bin/chatroom", "/a b/it's (1)/x&y;z", "/聊 天/$HOME/*"] {
            let script = format!("printf %s {}", quoted(path));
            let output = std::process::Command::new("sh")
                .args(["-c", &script])
                .output()?;
            assert_eq!(String::from_utf8(output.stdout)?, path);
        }
        assert_eq!(quoted("/usr/bin/chatroom"), "/usr/bin/chatroom");
        Ok(())
    }
}
