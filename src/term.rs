//! The local terminal: its keys in, its screen out.

mod answers;
mod colour;
mod decoder;
mod keys;
mod kind;
mod local;
mod mouse;
mod paint;
mod probe;
mod restore;
mod tty;

use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::Result;

use crate::client::plain::Plain;
use crate::client::{self, JoinOptions, Outcome, Sentence};

pub use colour::Colours;
pub use decoder::{Decoder, Heard};
pub use local::LocalTerminal;
pub use paint::Painter;

use kind::Kind;

/// Joins a chat at this terminal, or by lines where there is none; the error is a sentence.
pub fn join(mut options: JoinOptions) -> Result<Outcome> {
    options.ascii |= Kind::from_env() == Kind::Console;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Sentence::text("system-no-sockets").with("why", &error))?;
    let is_dumb = std::env::var_os("TERM").is_some_and(|kind| kind == "dumb");
    let is_piped = !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal();
    let is_plain = options.plain || is_dumb || is_piped;
    let outcome = runtime.block_on(async {
        if is_plain {
            let texts = Arc::clone(&options.texts);
            let is_typed = std::io::stdin().is_terminal();
            let (input, out) = (std::io::stdin(), std::io::stdout());
            let mut terminal = Plain::new(input, is_typed, out, texts)?;
            client::run(options, &mut terminal).await
        } else {
            let mut terminal = LocalTerminal::open()?;
            client::run(options, &mut terminal).await
        }
    });
    // Looking up a name can outlast everything else.
    runtime.shutdown_background();
    outcome
}
