//! `chatroom join`: finds a server, or hosts one in this process, and talks.

mod find;
mod host;

use std::sync::Arc;

use anyhow::Result;

use chatroom::cli::Join;
use chatroom::client::local::Local;
use chatroom::client::{Dial, JoinOptions, Outcome};
use chatroom::term;
use chatroom::text::Texts;

use host::Host;

pub(crate) use find::somebody_hosts;

/// The variable that has the password of a server that asks for one.
pub(crate) const PASSWORD: &str = "CHATROOM_PASSWORD";

/// Talks until it is left; hosts meanwhile where nobody else does.
pub(crate) fn run(join: &Join, texts: &Arc<Texts>) -> Result<Outcome> {
    let start = join.start(texts)?;
    let mut options = JoinOptions {
        local: Some(Local::from_env()),
        dial: Dial::Address(String::new()),
        name: start.config.client.name.clone(),
        rooms: join.room.clone(),
        password: std::env::var(PASSWORD).ok(),
        data: start.dirs.data.join("client"),
        texts: Arc::clone(&start.texts),
        plain: join.plain,
        ascii: join.ascii,
        mouse: start.config.client.mouse && !join.no_mouse,
        keys: start.config.keys.clone(),
    };
    if let Some(address) = &join.address {
        options.dial = Dial::Address(address.clone());
        return term::join(options);
    }
    let host = Arc::new(Host::new(start));
    let finder = host.clone();
    options.dial = Dial::Find(Box::new(move |known| {
        Box::pin(find::find(finder.clone(), known))
    }));
    let outcome = term::join(options);
    match outcome {
        Ok(Outcome::KeepHosting) => {
            host.go_on()?;
            Ok(Outcome::Done)
        }
        Ok(Outcome::Done | Outcome::Failed) | Err(_) => {
            host.close()?;
            outcome
        }
    }
}
