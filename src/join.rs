//! `chatroom join`: finds a server, or hosts one in this process, and talks.

use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use chatroom::cli::{Join, Start};
use chatroom::client::{Dial, JoinOptions, Outcome};
use chatroom::server::{self, Options, Running};
use chatroom::term;

use crate::serve::own_name;

/// How long an address of this machine may take to take a connection.
const ANSWER: Duration = Duration::from_secs(1);

/// The variable that has the password of a server that asks for one.
pub(crate) const PASSWORD: &str = "CHATROOM_PASSWORD";

/// Talks until it is left; hosts meanwhile where nobody else does.
pub(crate) fn run(join: &Join) -> Result<Outcome> {
    let start = join.start()?;
    let mut options = JoinOptions {
        dial: Dial::Address(String::new()),
        name: start.config.client.name.clone(),
        rooms: join.room.clone(),
        password: std::env::var(PASSWORD).ok(),
        data: start.dirs.data.join("client"),
        texts: Arc::clone(&start.texts),
        plain: join.plain,
        ascii: join.ascii,
        notes: Vec::new(),
        keys: start.config.keys.clone(),
    };
    if let Some(address) = join.address.clone().or_else(|| somebody_hosts(&start)) {
        options.dial = Dial::Address(address);
        return term::join(options);
    }
    let running = match host(&start) {
        Ok(running) => Arc::new(running),
        Err(error) => match somebody_hosts(&start) {
            // Somebody else was quicker.
            Some(address) => {
                options.dial = Dial::Address(address);
                return term::join(options);
            }
            None => return Err(error),
        },
    };
    options.notes = notes(&start, &running);
    options.dial = here(&running)?;
    let outcome = term::join(options);
    finish(&running)?;
    outcome
}

/// The address of a server on this machine: that of the data folder, else the one that this process
/// would listen on itself.
pub(crate) fn somebody_hosts(start: &Start) -> Option<String> {
    let mut known = server::addresses_of(&start.dirs.data.join("server"));
    known.extend(start.config.server.listen.iter().map(|listen| listen.0));
    let answers = |address: &SocketAddr| TcpStream::connect_timeout(address, ANSWER).is_ok();
    known
        .into_iter()
        .find(answers)
        .map(|address| address.to_string())
}

fn host(start: &Start) -> Result<Running> {
    if let Some(why) = start.config.refusal() {
        anyhow::bail!(why);
    }
    let folder = start.dirs.data.join("server");
    let options = Options::from_config(&start.config, folder.clone())?;
    let running = server::start_in_thread(options)?;
    log_to(&folder.join("log"))?;
    Ok(running)
}

/// Sends what an operator must know to a file that nobody else may read: the screen is for talk.
fn log_to(path: &Path) -> Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(file)
        .with_ansi(false)
        // A log that cannot be written, on a full disk for instance, must not end the server.
        .log_internal_errors(false)
        .init();
    Ok(())
}

fn notes(start: &Start, running: &Running) -> Vec<String> {
    let texts = &start.texts;
    let mut notes = vec![texts.get("client-hosting").into_owned()];
    if let Some(address) = running.addresses().first() {
        let command = format!("{} join {address} --name NAME", own_name());
        notes.push(texts.with("client-others-join", &[("command", &command)]));
    }
    notes
}

fn here(running: &Arc<Running>) -> Result<Dial> {
    let server = running.fingerprint();
    let running = Arc::clone(running);
    Ok(Dial::Here {
        server,
        open: Box::new(move |key| running.connect(Some(&chatroom::client::store::hex(&key)))),
    })
}

/// Closes the room that was hosted here, in order.
fn finish(running: &Running) -> Result<()> {
    running.stop("the host has left");
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(running.wait())
}
