//! Addresses as people write them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

use super::super::sentence::Sentence;

/// The port of `host` alone.
const PORT: u16 = 8000;
/// The port of `ircs://host`.
const TLS_PORT: u16 = 6697;
/// The port of `irc://host`.
const PLAIN_PORT: u16 = 6667;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS is spoken: always, but for `irc://`.
    pub is_tls: bool,
}

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// There is no host in it.
    #[error("{}", self.sentence())]
    NoHost(String),
    /// The port is no number up to 65535.
    #[error("{}", self.sentence())]
    Port(String),
    /// It begins with another protocol.
    #[error("{}", self.sentence())]
    Scheme(String),
}

impl AddressError {
    /// What to write instead.
    pub fn sentence(&self) -> Sentence {
        let (key, text) = match self {
            Self::NoHost(text) => ("net-address-no-host", text),
            Self::Port(text) => ("net-address-port", text),
            Self::Scheme(text) => ("net-address-scheme", text),
        };
        Sentence::text(key).with("text", text.as_str())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let (port, is_tls) = match scheme {
            None => (PORT, true),
            Some("ircs") => (TLS_PORT, true),
            Some("irc") => (PLAIN_PORT, false),
            Some(other) => return Err(AddressError::Scheme(other.to_owned())),
        };
        let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, written) = split_port(rest);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(AddressError::NoHost(text.to_owned()));
        }
        let port = match written {
            Some(number) => match number.parse() {
                Ok(0) | Err(_) => return Err(AddressError::Port(number.to_owned())),
                Ok(port) => port,
            },
            None => port,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            is_tls,
        })
    }
}

/// Host and port; an IPv6 address may stand in brackets, or alone.
fn split_port(text: &str) -> (&str, Option<&str>) {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']').unwrap_or((rest, ""));
        return (host, after.strip_prefix(':'));
    }
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return (text, None);
    }
    match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    }
}

impl Address {
    /// Host and port, as what is kept of the server there is filed.
    pub fn place(&self) -> String {
        let host = self.host.to_lowercase();
        match host.contains(':') {
            true => format!("[{host}]:{}", self.port),
            false => format!("{host}:{}", self.port),
        }
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        let ip = self.host.parse::<IpAddr>();
        self.host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "" } else { "irc://" };
        write!(f, "{scheme}{}", self.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, host: &str, port: u16, is_tls: bool) {
        let host = host.to_owned();
        let address = Address { host, port, is_tls };
        assert_eq!(text.parse(), Ok(address));
    }

    #[test]
    fn an_address_is_read_as_people_write_it() {
        check("example.org", "example.org", 8000, true);
        check("example.org:7", "example.org", 7, true);
        check("127.0.0.1:8000", "127.0.0.1", 8000, true);
        check("ircs://irc.example", "irc.example", 6697, true);
        check("irc://irc.example", "irc.example", 6667, false);
        check("irc://irc.example:7000/#a", "irc.example", 7000, false);
        check("::1", "::1", 8000, true);
        check("[::1]:9", "::1", 9, true);
        check("ircs://[::1]", "::1", 6697, true);
    }

    #[test]
    fn what_is_no_address_says_what_is_wrong() {
        let error = |text: &str| text.parse::<Address>().unwrap_err();
        assert_eq!(error("http://x"), AddressError::Scheme("http".into()));
        assert_eq!(error(":80"), AddressError::NoHost(":80".into()));
        assert_eq!(error(""), AddressError::NoHost(String::new()));
        assert_eq!(error("h:0"), AddressError::Port("0".into()));
        assert_eq!(error("h:99999"), AddressError::Port("99999".into()));
        assert_eq!(error("a b"), AddressError::NoHost("a b".into()));
    }

    #[test]
    fn this_machine_is_known() {
        let is_loopback = |text: &str| text.parse::<Address>().unwrap().is_loopback();
        assert!(is_loopback("localhost") && is_loopback("127.3.2.1:5") && is_loopback("::1"));
        assert!(!is_loopback("example.org") && !is_loopback("10.0.0.1"));
    }
}
