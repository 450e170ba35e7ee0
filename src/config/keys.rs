//! `[keys]`: keys bound to other deeds than those they have by themselves.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use super::deed::Deed;
use super::key::{Code, Key};
use super::mistake::{mistake, said};
use crate::text::Sentence;

/// `[keys]`: where a key is bound, which key, and to what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Everywhere.
    #[serde(skip_serializing_if = "Bound::is_empty")]
    pub any: Bound,
    /// While something is being written.
    #[serde(skip_serializing_if = "Bound::is_empty")]
    pub input: Bound,
    /// In an empty input, before what the key does else.
    #[serde(skip_serializing_if = "Bound::is_empty")]
    pub empty: Bound,
    /// While a message is chosen; letters can be bound too, since nothing is being written.
    #[serde(
        skip_serializing_if = "Bound::is_empty",
        deserialize_with = "with_letters"
    )]
    pub selection: Bound,
}

/// Keys and what they are bound to; to nothing where there is no deed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound(pub BTreeMap<Key, Option<Deed>>);

impl Bound {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Keys {
    /// Whether no key is bound.
    pub(super) fn is_empty(&self) -> bool {
        [&self.any, &self.input, &self.empty, &self.selection]
            .into_iter()
            .all(Bound::is_empty)
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (key, deed) in &self.0 {
            map.serialize_entry(&key.name(), deed.map_or("", Deed::name))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Pairs { has_letters: false })
    }
}

fn with_letters<'de, D: Deserializer<'de>>(from: D) -> Result<Bound, D::Error> {
    from.deserialize_map(Pairs { has_letters: true })
}

/// Reads pairs of a key and a deed.
#[derive(Clone, Copy)]
struct Pairs {
    /// Whether a key may be one that writes itself.
    has_letters: bool,
}

/// A key is read where it stands, so that a mistake has its line.
impl<'de> DeserializeSeed<'de> for Pairs {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Key, D::Error> {
        let written = String::deserialize(from)?;
        let key = match self.has_letters {
            true => Key::parse(&written),
            false => written.parse(),
        };
        key.map_err(mistake)
    }
}

impl<'de> Visitor<'de> for Pairs {
    type Value = Bound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys and what they do, such as \"alt-a\" = \"room.next-activity\"")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Bound, M::Error> {
        let mut bound = BTreeMap::new();
        while let Some(key) = map.next_key_seed(self)? {
            let Done(deed) = map.next_value()?;
            if deed == Some(Deed::RoomByNumber) && !is_digit(key) {
                let why = Sentence::text("config-no-digit");
                return Err(mistake(why.with("action", Deed::RoomByNumber.name())));
            }
            bound.insert(key, deed);
        }
        Ok(Bound(bound))
    }
}

fn is_digit(key: Key) -> bool {
    matches!(key.code, Code::Char(c) if c.is_ascii_digit())
}

/// A deed as a file has it; an empty one is none.
struct Done(Option<Deed>);

impl<'de> Deserialize<'de> for Done {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let deed = Deed::deserialize(text.as_str().into_deserializer());
        let deed =
            deed.map_err(|error: serde::de::value::Error| mistake(said(&error.to_string())))?;
        Ok(Self(Some(deed)))
    }
}

/// A key that is bound twice where both bindings count: the key, and in which places of the source,
/// in bytes.
pub(super) fn bound_twice(source: &str) -> Option<(Key, usize, usize)> {
    let table = DeTable::parse(source).ok()?;
    let keys = table.get_ref().get("keys")?.get_ref().as_table()?;
    let mut seen: Vec<(&str, Key, usize)> = Vec::new();
    for (section, bound) in keys.iter() {
        // What holds everywhere and what holds while one writes must not differ.
        let place = match section.get_ref().as_ref() {
            "empty" => "empty",
            "selection" => "selection",
            _ => "any",
        };
        for (written, _) in bound
            .get_ref()
            .as_table()
            .into_iter()
            .flat_map(DeTable::iter)
        {
            let Ok(key) = Key::parse(written.get_ref()) else {
                continue;
            };
            let at = written.span().start;
            let same = |(other, bound, _): &&(&str, Key, usize)| *bound == key && *other == place;
            if let Some((_, _, first)) = seen.iter().find(same) {
                return Some((key, *first.min(&at), *first.max(&at)));
            }
            seen.push((place, key, at));
        }
    }
    None
}
