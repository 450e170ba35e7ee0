//! Which name one goes by on a server, where none was asked for.

use anyhow::{Result, bail};

use super::sentence::Sentence;
use super::store::Store;

/// Names of machines' users that say nothing of a person.
const NOBODY: [&str; 3] = ["root", "administrator", "user"];

/// There is no name to go by: a person must say one.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub(super) struct NoName;

impl NoName {
    /// What to do about it.
    pub(super) fn sentence(&self) -> Sentence {
        Sentence::text("name-needed")
    }
}

/// The name to go by on a server: the one that is wished for, else the one last used there, else
/// the one that the machine's user has.
pub(super) fn name_on(identity: &str, wished: Option<&str>, store: &Store) -> Result<String> {
    let known = match wished {
        Some(name) => Some(name.to_owned()),
        None => store.last_name(identity)?.or_else(name_of_user),
    };
    match known {
        Some(name) => Ok(name),
        None => bail!(NoName),
    }
}

/// A name for somebody who has none: another one nearly each time.
pub(super) fn placeholder() -> String {
    let mut byte = [0];
    // Without chance it is always the same, and can be written over all the same.
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut byte);
    format!("guest{}", 100 + u16::from(byte[0]))
}

fn name_of_user() -> Option<String> {
    let user = std::env::var("USER").or_else(|_unset| std::env::var("USERNAME"));
    as_name(&user.ok()?)
}

/// A user's name as one for a chat; none where it says nothing of a person.
fn as_name(user: &str) -> Option<String> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let is_fit = !user.is_empty() && !user.starts_with('-') && user.chars().all(is_name);
    let is_nobody = NOBODY.iter().any(|one| user.eq_ignore_ascii_case(one));
    (is_fit && !is_nobody).then(|| user.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_wished_for_goes_before_the_last_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.set_last_name("s", "bob").unwrap();
        assert_eq!(name_on("s", Some("alice"), &store).unwrap(), "alice");
        assert_eq!(name_on("s", None, &store).unwrap(), "bob");
    }

    #[test]
    fn a_user_who_is_nobody_in_particular_gives_no_name() {
        assert_eq!(as_name("zhang-san").as_deref(), Some("zhang-san"));
        assert_eq!(as_name("张三").as_deref(), Some("张三"));
        for user in ["", "root", "Administrator", "b ob", "-x", "DOM\\bob"] {
            assert_eq!(as_name(user), None, "{user}");
        }
    }
}
