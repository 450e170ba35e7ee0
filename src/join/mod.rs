//! `chatroom join`: finds a server, or hosts one in this process, and talks.

mod find;
mod host;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use chatroom::cli::{Join, Lang, Start};
use chatroom::client::local::Local;
use chatroom::client::source::{LANGUAGE, MOUSE, NAME, Source};
use chatroom::client::{Dial, JoinOptions, Outcome};
use chatroom::config::FILE;
use chatroom::term;
use chatroom::text::Texts;

use host::Host;

pub(crate) use find::find_running;

/// The variable that has the password of a server that asks for one.
pub(crate) const PASSWORD: &str = "CHATROOM_PASSWORD";

/// Talks until it is left; hosts meanwhile where nobody else does.
pub(crate) fn run(join: &Join, lang: Option<Lang>, texts: &Arc<Texts>) -> Result<Outcome> {
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
        source: Some(source(join, lang, &start)),
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

/// Where the client's settings come from.
fn source(join: &Join, lang: Option<Lang>, start: &Start) -> Source {
    let by_hand = [
        (NAME, join.name.is_some()),
        (LANGUAGE, lang.is_some()),
        (MOUSE, join.no_mouse),
    ];
    let by_hand = by_hand.into_iter().filter(|(_, is_given)| *is_given);
    let file = start.config.file().map(Path::to_owned);
    Source {
        file: file.unwrap_or_else(|| start.dirs.config.join(FILE)),
        is_named: join.place.config.is_some(),
        config: start.config.clone(),
        texts: start.dirs.config.join("texts"),
        by_hand: by_hand.map(|(key, _)| key).collect(),
    }
}
