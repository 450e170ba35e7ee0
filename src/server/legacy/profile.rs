//! A profile, as these clients send it: the text of a JSON object with an age and a sex.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

/// The fields that these clients have, in the order in which they show them.
const FIELDS: [&str; 2] = ["age", "sex"];

/// The fields of a profile, by names in lower case; `None` when there are none, or one is no plain
/// text or number of at most `max` bytes.
pub(super) fn parse(text: &str, max: usize) -> Option<BTreeMap<Arc<str>, Arc<str>>> {
    let object: Map<String, Value> = serde_json::from_str(text.trim()).ok()?;
    let mut fields = BTreeMap::new();
    for (name, value) in object {
        let name = name.to_lowercase();
        if !FIELDS.contains(&name.as_str()) {
            continue;
        }
        let value = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        if value.len() > max || value.chars().any(char::is_control) {
            return None;
        }
        fields.insert(name.into(), value.into());
    }
    (!fields.is_empty()).then_some(fields)
}

/// A profile as these clients show it: `{20 m}`.
pub(super) fn show(fields: &BTreeMap<Arc<str>, Arc<str>>) -> String {
    let values = FIELDS.map(|name| fields.get(name).map_or("", |value| value));
    format!("{{{}}}", values.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: Option<&str>) {
        let fields = parse(text, 10);
        assert_eq!(fields.as_ref().map(show).as_deref(), shown, "{text}");
    }

    #[test]
    fn a_profile_has_an_age_and_a_sex() {
        check(r#"{"Age":"20","Sex":"m"}"#, Some("{20 m}"));
        check(r#"{"age":20,"sex":"女","x":[]}"#, Some("{20 女}"));
        check(r#"{"sex":"m"}"#, Some("{ m}"));
        check(r#"{"age":"","sex":""}"#, Some("{ }"));
        for wrong in [
            "",
            "20 m",
            "[]",
            "{}",
            r#"{"age":[]}"#,
            r#"{"age":"\u001b"}"#,
        ] {
            check(wrong, None);
        }
        check(r#"{"age":"12345678901"}"#, None);
    }
}
