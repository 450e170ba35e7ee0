//! `chatroom hash-password`.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::{Place, Start};
use crate::config::Accounts;
use crate::text::{Sentence, Texts};

/// Bytes of the longest password.
const PASSWORD_MAX: usize = 1024;

/// Reads a password, twice and unseen from a terminal, else the first line of standard input, and
/// prints its argon2id hash.
pub fn hash_password(place: &Place, texts: &Arc<Texts>, out: &mut impl Write) -> Result<()> {
    let start = Start::new(place, None, texts)?;
    let password = if std::io::stdin().is_terminal() {
        asked_twice(texts)?
    } else {
        first_line(&mut std::io::stdin().lock())?
    };
    ensure!(!password.is_empty(), Sentence::text("cli-password-empty"));
    writeln!(out, "{}", hash(&password, &start.config.accounts)?)?;
    Ok(())
}

/// The argon2id hash of a password, as costly as the config says, with a salt of its own.
fn hash(password: &str, cost: &Accounts) -> Result<String> {
    let params = Params::new(
        cost.argon2_memory_kib.count(),
        cost.argon2_iterations.count(),
        1,
        None,
    );
    let unhashed = |why: String| Sentence::text("cli-unhashed").with("why", why);
    let params = params.map_err(|error| unhashed(error.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(password.as_bytes());
    Ok(hash
        .map_err(|error| unhashed(error.to_string()))?
        .to_string())
}

fn first_line(input: &mut impl BufRead) -> Result<String> {
    let mut line = Vec::new();
    let most = PASSWORD_MAX as u64 + 2;
    input.take(most).read_until(b'\n', &mut line)?;
    let line = String::from_utf8(line).map_err(|_cause| Sentence::text("cli-password-no-text"))?;
    let password = line.trim_end_matches(['\r', '\n']);
    ensure!(
        password.len() <= PASSWORD_MAX,
        Sentence::text("cli-password-long").with("max", PASSWORD_MAX)
    );
    Ok(password.to_owned())
}

fn asked_twice(texts: &Texts) -> Result<String> {
    let first = asked(&texts.get("cli-password"))?;
    let second = asked(&texts.get("cli-password-again"))?;
    ensure!(first == second, Sentence::text("cli-passwords-differ"));
    Ok(first)
}

/// The terminal shows nothing of what is typed while this lives.
struct Unseen;

impl Unseen {
    fn new() -> Result<Self> {
        enable_raw_mode().map_err(|error| Sentence::text("cli-no-terminal").with("why", &error))?;
        Ok(Self)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // The program ends soon after, and nothing more can be done for a terminal that is gone.
        let _ = disable_raw_mode();
        eprintln!();
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a key that types nothing does nothing"
)]
fn asked(prompt: &str) -> Result<String> {
    eprint!("{prompt} ");
    let _unseen = Unseen::new()?;
    let mut password = String::new();
    loop {
        let event =
            read().map_err(|error| Sentence::text("cli-no-terminal").with("why", &error))?;
        let Event::Key(key) = event else {
            continue;
        };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(password),
            KeyCode::Esc => bail!(Sentence::text("cli-cancelled")),
            KeyCode::Char('c' | 'd') if is_control => bail!(Sentence::text("cli-cancelled")),
            KeyCode::Char('u') if is_control => password.clear(),
            KeyCode::Backspace => {
                password.pop();
            }
            KeyCode::Char(c) if password.len() < PASSWORD_MAX && !is_control => password.push(c),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHash, PasswordVerifier};

    use super::*;
    use crate::config::Within;

    #[test]
    fn a_hash_fits_its_password_and_no_other() {
        let cost = Accounts {
            argon2_memory_kib: Within::of(8),
            argon2_iterations: Within::of(1),
            ..Accounts::default()
        };
        let (one, two) = (
            hash("s3cret", &cost).unwrap(),
            hash("s3cret", &cost).unwrap(),
        );
        assert_ne!(one, two, "each has a salt of its own");
        let parsed = PasswordHash::new(&one).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"s3cret", &parsed)
                .is_ok()
        );
        assert!(
            Argon2::default()
                .verify_password(b"s3cre", &parsed)
                .is_err()
        );
        let source = format!("[server]\npassword = \"{one}\"\n");
        let file = std::path::Path::new("config.toml");
        assert!(crate::config::Config::parse(file, &source).is_ok());
    }

    #[test]
    fn the_first_line_is_the_password() {
        let check = |mut input: &[u8]| first_line(&mut input).ok();
        assert_eq!(check(b"two words \r\nmore").as_deref(), Some("two words "));
        assert_eq!(check("密码".as_bytes()).as_deref(), Some("密码"));
        assert_eq!(check(b"\xff\n"), None);
        assert_eq!(check(&[b'a'; 1025]), None);
    }
}
