//! Accounts: names that are tied to keys for good.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::event::{Audience, Event, Person, Refusal};
use super::id::{KeyId, Millis, Name, UserId};
use super::people::User;
use super::state::{State, Turn};

/// What makes a user a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// All names of the account, the first one first; they are its own for good.
    pub names: Vec<Name>,
    /// The keys that prove it.
    pub keys: Vec<KeyId>,
    /// When it was made.
    pub made: Millis,
    /// Whether its rooms outlast the last session, where its owner has chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always_on: Option<bool>,
}

impl State {
    /// Decides who a session with a proved key is: its account, a free name claimed, or refused.
    pub(super) fn identify(
        &mut self,
        turn: &mut Turn,
        name: &Name,
        key: &KeyId,
    ) -> Result<(), Refusal> {
        let known = self.keys.get(key).copied();
        let owner = self.names.get(&name.folded).copied();
        let owner = owner.filter(|id| {
            self.users
                .get(id)
                .is_some_and(|user| user.account.is_some())
        });
        let claimed = known.is_none();
        let id = match (known, owner) {
            (Some(id), Some(owner)) if id == owner => id,
            (_, Some(_)) => return Err(Refusal::KeyUnknown(name.shown.clone())),
            (Some(id), None) => {
                self.add_name(id, name)?;
                id
            }
            (None, None) => self.claim(turn, name, key)?,
        };
        let account = self
            .users
            .get(&id)
            .and_then(|user| user.person.account.clone());
        let account = account.unwrap_or_else(|| name.shown.clone());
        turn.tell(
            Audience::Session(turn.session),
            Event::Identified {
                user: id,
                account,
                claimed,
            },
        );
        Ok(())
    }

    fn claim(&mut self, turn: &Turn, name: &Name, key: &KeyId) -> Result<UserId, Refusal> {
        let limits = self.limits()?;
        if !limits.registration {
            return Err(Refusal::RegistrationClosed);
        }
        if self.keys.len() >= limits.accounts as usize {
            return Err(Refusal::TooManyAccounts);
        }
        self.check_free(name, None)?;
        let id = UserId(turn.seq.0);
        let account = Account {
            names: vec![name.clone()],
            keys: vec![key.clone()],
            made: turn.at,
            always_on: None,
        };
        let person = Arc::new(Person {
            id,
            name: name.clone(),
            username: name.folded.clone(),
            host: name.folded.clone(),
            realname: name.shown.clone(),
            account: Some(name.shown.clone()),
        });
        self.users
            .insert(id, User::new(id, person, Some(account), turn.at));
        self.keys.insert(key.clone(), id);
        self.take_name(id, name);
        Ok(id)
    }

    /// Chooses whether a member's rooms outlast the last session.
    pub(super) fn set_always_on(&mut self, turn: &mut Turn, on: bool) -> Result<(), Refusal> {
        let id = self.asker(turn)?;
        if !self.limits()?.always_on_choice {
            return Err(Refusal::NeverAlwaysOn);
        }
        let user = self.users.get_mut(&id).ok_or(Refusal::NotSignedOn)?;
        let account = user.account.as_mut().ok_or(Refusal::NoAccount)?;
        account.always_on = Some(on);
        turn.tell(Audience::Session(turn.session), Event::AlwaysOnSet { on });
        Ok(())
    }

    /// Gives a member a further name.
    pub(super) fn add_name(&mut self, id: UserId, name: &Name) -> Result<(), Refusal> {
        let max = self.limits()?.names_per_account;
        self.check_free(name, Some(id))?;
        let user = self.users.get_mut(&id).ok_or(Refusal::NotSignedOn)?;
        let account = user.account.as_mut().ok_or(Refusal::NotSignedOn)?;
        if account.names.len() >= max as usize {
            return Err(Refusal::TooManyNames(max));
        }
        account.names.push(name.clone());
        self.take_name(id, name);
        Ok(())
    }

    /// Refuses a name that is, or looks like, one that somebody else has.
    pub(super) fn check_free(&self, name: &Name, asker: Option<UserId>) -> Result<(), Refusal> {
        let same = self.names.get(&name.folded);
        let alike = self.skeletons.get(&name.skeleton);
        let taken = [same, alike]
            .into_iter()
            .flatten()
            .find(|id| Some(**id) != asker);
        let Some(holder) = taken else {
            return Ok(());
        };
        let is_owned = self
            .users
            .get(holder)
            .is_some_and(|user| user.account.is_some());
        let shown = name.shown.clone();
        Err(if is_owned {
            Refusal::NameOwned(shown)
        } else {
            Refusal::NameInUse(shown)
        })
    }

    pub(super) fn take_name(&mut self, id: UserId, name: &Name) {
        self.names.insert(name.folded.clone(), id);
        self.skeletons.insert(name.skeleton.clone(), id);
    }

    /// Frees the names of a guest.
    pub(super) fn drop_names(&mut self, id: UserId) {
        let Some(user) = self.users.get(&id) else {
            return;
        };
        let name = user.person.name.clone();
        self.names.remove(&name.folded);
        self.skeletons.remove(&name.skeleton);
    }
}
