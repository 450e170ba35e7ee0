//! A server that speaks as it is told: it lets one client in, puts it into two rooms, and says
//! lines there.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::talk::Talk;

/// The room that is shown.
pub(crate) const SHOWN: &str = "#shown";
/// The room that is not.
pub(crate) const HIDDEN: &str = "#hidden";
/// Members of each room.
const MEMBERS: usize = 60;

/// A server that waits for its client.
pub(crate) struct Host {
    listener: TcpListener,
    has_tags: bool,
}

/// A client that is in.
pub(crate) struct Guest {
    out: TcpStream,
    pongs: Receiver<(Instant, String)>,
    talk: Talk,
    pings: u64,
}

impl Host {
    /// Listens on a free port of loopback; offers tags on each line, if so.
    pub(crate) fn listen(has_tags: bool) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self { listener, has_tags })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Waits for the client, and gives it once it is in both rooms.
    pub(crate) fn welcome(&self) -> Result<Guest> {
        let (stream, _) = self.listener.accept()?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(Duration::from_secs(60)))?;
        let (tell, pongs) = channel();
        let (registered, is_registered) = channel();
        let input = stream.try_clone()?;
        let mut answers = stream.try_clone()?;
        let offer = if self.has_tags { CAPABILITIES } else { "" };
        thread::spawn(move || {
            let (mut has_name, mut has_capabilities) = (false, false);
            for line in BufReader::new(input).lines().map_while(Result::ok) {
                let now = Instant::now();
                let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
                if command == "PONG" {
                    let text = rest.rsplit([' ', ':']).next().unwrap_or("").to_owned();
                    // Who no longer asks needs no answer.
                    let _ = tell.send((now, text));
                }
                has_name |= command == "USER";
                has_capabilities |= (command, rest) == ("CAP", "END");
                if has_name && has_capabilities {
                    // It is in already, or is now.
                    let _ = registered.send(());
                }
                if answers
                    .write_all(answer(command, rest, offer).as_bytes())
                    .is_err()
                {
                    return;
                }
            }
        });
        let in_time = is_registered.recv_timeout(Duration::from_secs(20));
        in_time.context("the client did not register")?;
        let mut guest = Guest {
            out: stream,
            pongs,
            talk: Talk::new(self.has_tags),
            pings: 0,
        };
        guest.send(WELCOME)?;
        guest.joins(SHOWN)?;
        guest.joins(HIDDEN)?;
        guest.ping(Duration::from_secs(20))?;
        Ok(guest)
    }
}

const WELCOME: &str = ":host 001 bob :Welcome\r\n\
    :host 002 bob :Your host is host\r\n\
    :host 003 bob :Made for this\r\n\
    :host 004 bob host 1 i nt\r\n\
    :host 005 bob CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NETWORK=bench :are supported\r\n\
    :host 422 bob :No message of the day\r\n";

const CAPABILITIES: &str = "message-tags server-time account-tag";

/// What a server that offers some capabilities says to a command.
fn answer(command: &str, rest: &str, offer: &str) -> String {
    let first = rest.split(' ').next().unwrap_or("");
    match command {
        "CAP" if first == "LS" => format!(":host CAP * LS :{offer}\r\n"),
        "CAP" if first == "REQ" => {
            let wanted = rest.split_once(' ').map_or("", |(_, wanted)| wanted);
            format!(":host CAP bob ACK {wanted}\r\n")
        }
        "PING" => format!(":host PONG host {rest}\r\n"),
        "WHO" => format!(":host 315 bob {first} :End\r\n"),
        "MODE" if rest.trim_end().ends_with('b') => format!(":host 368 bob {first} :End\r\n"),
        "MODE" => format!(":host 324 bob {first} +nt\r\n"),
        _ => String::new(),
    }
}

impl Guest {
    /// The next lines of the talk, in a room.
    pub(crate) fn talk(&mut self, room: &str, count: usize) -> String {
        self.talk.lines(room, count)
    }

    /// Sends lines as they stand.
    pub(crate) fn send(&mut self, lines: &str) -> Result<()> {
        Ok(self.out.write_all(lines.as_bytes())?)
    }

    /// Asks whether the client is there, and gives how long it took to answer.
    pub(crate) fn ping(&mut self, within: Duration) -> Result<Duration> {
        self.pings += 1;
        let text = format!("ping{}", self.pings);
        let asked_at = Instant::now();
        self.send(&format!("PING :{text}\r\n"))?;
        loop {
            let left = within.saturating_sub(asked_at.elapsed());
            match self.pongs.recv_timeout(left) {
                Ok((at, pong)) if pong == text => return Ok(at.duration_since(asked_at)),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => bail!("no answer to a PING in time"),
                Err(RecvTimeoutError::Disconnected) => bail!("the client has gone"),
            }
        }
    }

    /// Says lines at an even rate until `until`, and asks for a sign of life each quarter of a
    /// second; gives how long each took, or has taken at the end.
    pub(crate) fn streams(&mut self, rate: u32, until: Instant) -> Result<Vec<Duration>> {
        let (start, mut said) = (Instant::now(), 0_u32);
        let mut asked: Vec<(String, Instant)> = Vec::new();
        let mut delays = Vec::new();
        while Instant::now() < until {
            let due = start.elapsed().as_secs_f64() * f64::from(rate);
            while f64::from(said) < due {
                let line = self.talk(SHOWN, 1);
                self.send(&line)?;
                said += 1;
                if said.is_multiple_of(rate / 4) {
                    self.pings += 1;
                    let text = format!("ping{}", self.pings);
                    self.send(&format!("PING :{text}\r\n"))?;
                    asked.push((text, Instant::now()));
                }
            }
            while let Ok((at, pong)) = self.pongs.try_recv() {
                if let Some(place) = asked.iter().position(|(text, _)| *text == pong) {
                    delays.push(at.duration_since(asked.remove(place).1));
                }
            }
            let next = start + Duration::from_secs_f64(f64::from(said) / f64::from(rate));
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        delays.extend(asked.iter().map(|(_, asked_at)| asked_at.elapsed()));
        Ok(delays)
    }

    fn joins(&mut self, room: &str) -> Result<()> {
        let names: Vec<String> = (0..MEMBERS).map(|n| format!("user{n}")).collect();
        let names = names.join(" ");
        self.send(&format!(
            ":bob!bob@localhost JOIN {room}\r\n\
             :host 353 bob = {room} :bob {names}\r\n\
             :host 366 bob {room} :End\r\n"
        ))
    }
}
