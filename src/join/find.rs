//! The three steps: the server of the data folder, else one at the configured address, else a
//! server in this process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

use chatroom::cli::Start;
use chatroom::client::net::{Address, Answer, Stranger, probe};
use chatroom::client::{self, Found, Place, Sentence};
use chatroom::config::Config;
use chatroom::server::{AddressTaken, Holder, InUse, Running, holder_of};

use super::host::{Host, place};

/// Ports that are tried, from the configured one on.
const PORTS: u16 = 8;
/// How long somebody who begins to host may take to say where.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause between two looks at who begins.
const PAUSE: Duration = Duration::from_millis(20);

/// Finds the server, or hosts one. A server that was `known` before is the only one that will do:
/// it is hosted here only if it is the one of the data folder.
pub(super) async fn find(host: Arc<Host>, known: Option<String>) -> Result<Found> {
    if let Some(running) = host.here() {
        return found(place(running), Vec::new());
    }
    let mut notes = Vec::new();
    if let Some(why) = host.broken().await {
        notes.push(Sentence::text("client-host-broke").with("why", why));
    }
    let is_own = known.is_none() || known == host.identity();
    let until = Instant::now() + PATIENCE;
    loop {
        match holder_of(&host.folder) {
            Holder::At { pid, addresses } if is_own => {
                let address = addresses.first().map(ToString::to_string);
                return found(Place::Held(client::Holder { pid, address }), notes);
            }
            Holder::Starting(_) if is_own && Instant::now() < until => {
                sleep(PAUSE).await;
                continue;
            }
            // Whoever has the folder for so long must let go of it before anybody else hosts.
            Holder::Starting(Some(pid)) if is_own => {
                let address = None;
                return found(Place::Held(client::Holder { pid, address }), notes);
            }
            Holder::At { .. } | Holder::Starting(_) | Holder::Nobody => {}
        }
        match walk(&host, known.as_deref(), is_own).await {
            // Somebody else was quicker, and will say where.
            Err(error) if error.is::<InUse>() && Instant::now() < until => sleep(PAUSE).await,
            Err(error) => return Err(error),
            Ok(Found { place, notes: more }) => {
                notes.extend(more);
                return found(place, notes);
            }
        }
    }
}

/// Finds a server that is there already, as a client without an address looks for it; a server that was
/// `known` before is the only one that will do at the configured address.
pub(crate) async fn find_running(start: Arc<Start>, known: Option<String>) -> Result<Found> {
    if let Holder::At { pid, addresses } = holder_of(&start.dirs.data.join("server")) {
        let address = addresses.first().map(ToString::to_string);
        return found(Place::Held(client::Holder { pid, address }), Vec::new());
    }
    for step in 0..PORTS {
        for address in addresses(&start.config, step).unwrap_or_default() {
            if let Answer::Chat { identity } = look(address).await
                && known.as_ref().is_none_or(|known| *known == identity)
            {
                return found(Place::Address(address.to_string()), Vec::new());
            }
        }
    }
    bail!(Sentence::text("errand-no-server"))
}

/// Goes from port to port, until the server answers or there is room for one.
async fn walk(host: &Arc<Host>, known: Option<&str>, may_host: bool) -> Result<Found> {
    let mut notes = Vec::new();
    for step in 0..PORTS {
        let Some(listen) = addresses(host.config(), step) else {
            break;
        };
        let mut is_free = true;
        for address in &listen {
            match look(*address).await {
                Answer::Nobody => {}
                Answer::Chat { identity } if known.is_none_or(|known| known == identity) => {
                    // Who comes back has read what else is there.
                    let news = if known.is_none() { notes } else { Vec::new() };
                    return found(Place::Address(address.to_string()), news);
                }
                Answer::Chat { .. } => {
                    notes.push(taken("client-port-other-chat", *address));
                    is_free = false;
                }
                Answer::Other(stranger) => {
                    notes.push(taken(text_of(stranger), *address));
                    is_free = false;
                }
            }
        }
        if !is_free || !may_host {
            continue;
        }
        let first = listen.first().copied();
        match begin(host.clone(), listen).await {
            Ok(running) => return hosted(running, known.is_some(), notes),
            Err(error) if error.is::<AddressTaken>() => {
                notes.extend(first.map(|address| taken("client-port-taken", address)));
            }
            Err(error) => return Err(error),
        }
    }
    let address = addresses(host.config(), 0).and_then(|listen| listen.first().copied());
    let address = address.map(|address| address.to_string());
    let why = match may_host {
        true => Sentence::text("client-no-port").with("count", usize::from(PORTS)),
        false => Sentence::text("client-waits-for-host"),
    };
    bail!(why.with("address", address.unwrap_or_default()))
}

/// The configured addresses, with their ports so many steps further; none where there is no such
/// port.
fn addresses(config: &Config, step: u16) -> Option<Vec<SocketAddr>> {
    let listen = config.server.listen.iter().map(|listen| listen.0);
    let shifted = listen.map(|mut address| {
        // Port 0 is any that is free, which needs no second try.
        address.set_port(match address.port() {
            0 => 0,
            port => port.checked_add(step)?,
        });
        Some(address)
    });
    shifted.collect()
}

async fn look(address: SocketAddr) -> Answer {
    let at = Address {
        host: address.ip().to_string(),
        port: address.port(),
        is_tls: true,
    };
    match address.port() {
        0 => Answer::Nobody,
        _ => probe(&at).await,
    }
}

/// Starts a server while the screen goes on.
async fn begin(host: Arc<Host>, listen: Vec<SocketAddr>) -> Result<Arc<Running>> {
    tokio::task::spawn_blocking(move || host.begin(listen)).await?
}

/// What is said of a server that has been started here.
fn hosted(running: Arc<Running>, is_next: bool, strangers: Vec<Sentence>) -> Result<Found> {
    let first = match is_next {
        true => "client-hosts-on",
        false => "client-hosting",
    };
    let command = Host::command(&running);
    let mut notes = vec![
        Sentence::text(first),
        Sentence::text("client-others-join"),
        // In a row of its own it can be copied.
        command.into(),
    ];
    if let (false, Some(address)) = (strangers.is_empty(), running.addresses().first()) {
        notes.extend(strangers);
        notes.push(Sentence::text("client-room-at").with("address", address.to_string()));
    }
    found(place(running), notes)
}

fn taken(text: &'static str, address: SocketAddr) -> Sentence {
    Sentence::text(text).with("address", address.to_string())
}

fn text_of(stranger: Stranger) -> &'static str {
    match stranger {
        Stranger::Web => "client-port-web",
        Stranger::Ssh => "client-port-ssh",
        Stranger::PlainIrc => "client-port-irc",
        Stranger::Silent => "client-port-silent",
        Stranger::Unknown => "client-port-unknown",
    }
}

fn found(place: Place, notes: Vec<Sentence>) -> Result<Found> {
    Ok(Found { place, notes })
}
