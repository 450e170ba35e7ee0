//! `chatroom send` and `chatroom tail`: one more session, at a server that is there already.

use std::io::BufWriter;

use anyhow::Result;

use chatroom::cli::{self, SendLines, Start, Tail};
use chatroom::client::{self, Dial, JoinOptions, Sentence, TailOptions};

use crate::join::{PASSWORD, somebody_hosts};

/// Says a text, or the lines of standard input.
pub(crate) fn send(send: &SendLines) -> Result<()> {
    if send
        .text
        .as_deref()
        .is_some_and(|text| text.trim().is_empty())
    {
        return Err(Sentence::text("refused-nothing").into());
    }
    let options = options(&send.errand)?;
    let (room, text) = (&send.room, send.text.clone());
    run(client::send(options, room, text, std::io::stdin()))
}

/// Writes what is said to standard output.
pub(crate) fn tail(tail: &Tail) -> Result<()> {
    let options = options(&tail.errand)?;
    let how = TailOptions {
        count: usize::try_from(tail.count).unwrap_or(usize::MAX),
        is_json: tail.json,
    };
    let (out, notes) = (BufWriter::new(std::io::stdout()), std::io::stderr());
    run(client::tail(options, &tail.room, how, out, notes, closed()))
}

fn run(errand: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Sentence::text("system-no-sockets").with("why", &error))?;
    let outcome = runtime.block_on(errand);
    // Looking up a name can outlast everything else.
    runtime.shutdown_background();
    outcome
}

fn options(errand: &cli::Errand) -> Result<JoinOptions> {
    let start = errand.start()?;
    Ok(JoinOptions {
        local: None,
        dial: Dial::Address(address(errand, &start)?),
        name: start.config.client.name.clone(),
        rooms: Vec::new(),
        password: std::env::var(PASSWORD).ok(),
        data: start.dirs.data.join("client"),
        texts: start.texts,
        plain: true,
        ascii: false,
        mouse: false,
        keys: start.config.keys,
        source: None,
    })
}

fn address(errand: &cli::Errand, start: &Start) -> Result<String> {
    let known = match &errand.to {
        Some(address) => Some(address.clone()),
        None => somebody_hosts(start)?,
    };
    known.ok_or_else(|| Sentence::text("errand-no-server").into())
}

/// Ends when nobody reads standard output any more; never where that cannot be seen.
async fn closed() {
    #[cfg(unix)]
    if !std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        let (sender, closed) = tokio::sync::oneshot::channel();
        // Without the thread the end is found with the next line, when it cannot be written.
        let _ = std::thread::Builder::new()
            .name("output".into())
            .spawn(move || wait_closed(sender));
        if closed.await == Ok(()) {
            return;
        }
    }
    std::future::pending().await
}

/// Waits for nothing to be read or written: what is left is that the other end is gone.
#[cfg(unix)]
fn wait_closed(sender: tokio::sync::oneshot::Sender<()>) {
    use rustix::event::{PollFd, PollFlags, poll};
    let out = std::io::stdout();
    let mut fds = [PollFd::new(&out, PollFlags::empty())];
    let polled = poll(&mut fds, None);
    let gone = PollFlags::ERR | PollFlags::HUP;
    if polled.is_ok() && fds.iter().any(|fd| fd.revents().intersects(gone)) {
        // Who waited may have left by another way.
        let _ = sender.send(());
    }
}
