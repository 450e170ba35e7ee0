//! `chatroom send` and `chatroom tail`: one more session, at a server that is there already.

use std::io::BufWriter;
use std::sync::Arc;

use anyhow::Result;

use chatroom::cli::{self, SendLines, Start, Tail};
use chatroom::client::{self, Dial, JoinOptions, Sentence, TailOptions};
use chatroom::text::Texts;

use crate::join::{PASSWORD, find_running};

/// Says a text, or the lines of standard input.
pub(crate) fn send(send: &SendLines, texts: &Arc<Texts>) -> Result<()> {
    if send
        .text
        .as_deref()
        .is_some_and(|text| text.trim().is_empty())
    {
        return Err(Sentence::text("refused-nothing").into());
    }
    let options = options(&send.errand, texts)?;
    let (room, text) = (&send.room, send.text.clone());
    run(client::send(options, room, text, std::io::stdin()))
}

/// Writes what is said to standard output.
pub(crate) fn tail(tail: &Tail, texts: &Arc<Texts>) -> Result<()> {
    let options = options(&tail.errand, texts)?;
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

fn options(errand: &cli::Errand, texts: &Arc<Texts>) -> Result<JoinOptions> {
    let start = Arc::new(errand.start(texts)?);
    Ok(JoinOptions {
        local: None,
        dial: dial(errand, &start),
        name: start.config.client.name.clone(),
        rooms: Vec::new(),
        password: std::env::var(PASSWORD).ok(),
        data: start.dirs.data.join("client"),
        texts: Arc::clone(&start.texts),
        plain: true,
        ascii: false,
        mouse: false,
        keys: start.config.keys.clone(),
        source: None,
    })
}

fn dial(errand: &cli::Errand, start: &Arc<Start>) -> Dial {
    if let Some(address) = &errand.to {
        return Dial::Address(address.clone());
    }
    let start = Arc::clone(start);
    Dial::Find(Box::new(move |known| {
        Box::pin(find_running(Arc::clone(&start), known))
    }))
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
