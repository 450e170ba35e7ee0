//! The host part that others see: a keyed hash of the address, never the address.

use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use ring::hmac;

use super::failure::unreadable;
use super::identity::{random, write_private};

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Makes host parts with a secret of this server.
pub(super) struct Cloak {
    secret: hmac::Key,
}

impl Cloak {
    /// Reads the secret in the server's folder, which is made at the first start.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("secret");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text: String = random::<32>()?
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                write_private(&path, &text)?;
                text
            }
            Err(error) => return Err(unreadable(&path, &error).into()),
        };
        let secret = hmac::Key::new(hmac::HMAC_SHA256, text.trim().as_bytes());
        Ok(Self { secret })
    }

    /// The host part of an address. One network of IPv6 has one.
    pub(super) fn of(&self, address: IpAddr) -> Arc<str> {
        let octets = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
        };
        let tag = hmac::sign(&self.secret, &octets);
        let mut word = 0_u64;
        for byte in tag.as_ref().iter().take(8) {
            word = word << 8 | u64::from(*byte);
        }
        let letters = (0..13).map(|at| {
            let index = usize::try_from(word >> (at * 5) & 31).unwrap_or_default();
            BASE32.get(index).map_or('a', |letter| char::from(*letter))
        });
        let mut text: String = letters.collect();
        text.push_str(".ip");
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_cloak_that_outlasts_a_restart_and_does_not_tell_it() {
        let folder = tempfile::tempdir().unwrap();
        let cloak = |text: &str| {
            let cloak = Cloak::open(folder.path()).unwrap();
            cloak.of(text.parse().unwrap())
        };
        assert_eq!(cloak("127.0.0.1"), cloak("127.0.0.1"));
        assert_eq!(cloak("127.0.0.1"), cloak("::ffff:127.0.0.1"));
        assert_ne!(cloak("127.0.0.1"), cloak("127.0.0.2"));
        assert_eq!(cloak("2001:db8::1"), cloak("2001:db8::2"));
        let other = tempfile::tempdir().unwrap();
        let elsewhere = Cloak::open(other.path()).unwrap();
        assert_ne!(
            cloak("127.0.0.1"),
            elsewhere.of("127.0.0.1".parse().unwrap())
        );
    }
}
