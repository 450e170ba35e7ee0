//! The server in this process, if there is one: started when it is needed, ended in order.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

use chatroom::cli::Start;
use chatroom::client::store::hex;
use chatroom::client::{Place, Sentence};
use chatroom::config::Config;
use chatroom::server::{self, Options, Running};
use chatroom::text::Texts;

use crate::serve::own_name;

/// The server in this process, if there is one.
pub(super) struct Host {
    start: Start,
    /// The folder of the server's data.
    pub(super) folder: PathBuf,
    running: Mutex<Option<Arc<Running>>>,
}

impl Host {
    /// Nobody is hosted yet.
    pub(super) fn new(start: Start) -> Self {
        Self {
            folder: start.dirs.data.join("server"),
            start,
            running: Mutex::default(),
        }
    }

    /// What is in force.
    pub(super) fn config(&self) -> &Config {
        &self.start.config
    }

    /// What is said on the terminal.
    pub(super) fn texts(&self) -> &Texts {
        &self.start.texts
    }

    /// Who the server of the folder is, as clients pin it; none before its first start.
    pub(super) fn identity(&self) -> Option<String> {
        let options = self.options().ok()?;
        server::known_fingerprint(&self.folder, options.tls.as_ref()).map(|key| hex(&key))
    }

    /// The server that runs here.
    pub(super) fn here(&self) -> Option<Arc<Running>> {
        let running = self.running().clone();
        running.filter(|running| !running.has_ended())
    }

    /// Why the server that ran here has ended by itself; told once.
    pub(super) async fn broken(&self) -> Option<Sentence> {
        let ended = self.running().take_if(|running| running.has_ended())?;
        let error = ended.wait().await.err()?;
        Some(Sentence::from(&error))
    }

    /// Starts a server on these addresses.
    pub(super) fn begin(&self, listen: Vec<SocketAddr>) -> Result<Arc<Running>> {
        if let Some(why) = self.config().refusal() {
            anyhow::bail!(why);
        }
        let options = Options {
            listen,
            ..self.options()?
        };
        let running = Arc::new(server::start_in_thread(options)?);
        *self.running() = Some(running.clone());
        log_to(&self.folder.join("log"))?;
        Ok(running)
    }

    /// The command by which others join a server that runs here.
    pub(super) fn command(running: &Running) -> String {
        let address = running.addresses().first();
        let address = address.map(ToString::to_string).unwrap_or_default();
        format!("{} join {address}", own_name())
    }

    /// Closes the room that was hosted here, in order.
    pub(super) fn close(&self) -> Result<()> {
        let Some(running) = self.running().take() else {
            return Ok(());
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Self::stop(&running);
        runtime.block_on(running.wait())
    }

    /// Hosts until it is asked to end, without a screen.
    pub(super) fn go_on(&self) -> Result<()> {
        let Some(running) = self.running().take() else {
            return Ok(());
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let mut signals = [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::hangup())?,
            ];
            let [term, interrupt, hang_up] = &mut signals;
            // Nobody may be reading, and the room goes on all the same.
            let _ = self.say_where(&running);
            tokio::select! {
                ended = running.wait() => return ended,
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
                _ = hang_up.recv() => {}
            }
            Self::stop(&running);
            running.wait().await
        })
    }

    fn stop(running: &Running) {
        // Clients say it in their readers' languages.
        running.stop("the host has left");
    }

    fn say_where(&self, running: &Running) -> std::io::Result<()> {
        let addresses = running.addresses().iter().map(ToString::to_string);
        let addresses = addresses.collect::<Vec<_>>().join(", ");
        let command = Self::command(running);
        let values = [
            ("address", addresses.as_str()),
            ("command", command.as_str()),
        ];
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", self.texts().with("client-goes-on", &values))?;
        out.flush()
    }

    fn options(&self) -> Result<Options> {
        Options::from_config(self.config(), self.folder.clone())
    }

    fn running(&self) -> MutexGuard<'_, Option<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server in this process, as its own client comes in.
pub(super) fn place(running: Arc<Running>) -> Place {
    let counted = running.clone();
    Place::Here {
        server: running.fingerprint(),
        open: Box::new(move |key| running.connect(Some(&hex(&key)))),
        present: Box::new(move || counted.present()),
    }
}

/// Sends what an operator must know to a file that nobody else may read: the screen is for talk.
fn log_to(path: &Path) -> Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| {
        let sentence = Sentence::text("store-unwritten").with("path", path.display().to_string());
        sentence.with("why", &error)
    })?;
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(file)
        .with_ansi(false)
        // A log that cannot be written, on a full disk for instance, must not end the server.
        .log_internal_errors(false);
    // Who hosts for the second time logs already.
    let _ = log.try_init();
    Ok(())
}
