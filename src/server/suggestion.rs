//! A name to propose to whoever cannot have theirs.

use crate::core::{Name, User};

use super::dialect::Around;
use super::names;

/// A name like the one that was refused, which nobody has.
pub(super) fn free_name(wanted: &str, around: &Around<'_>) -> Option<String> {
    let max = around.settings.limits.nick_length;
    let base: String = wanted
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        .take(max)
        .collect();
    let base = if base.is_empty() {
        "guest".into()
    } else {
        base
    };
    let short: String = base.chars().take(max.saturating_sub(2)).collect();
    let numbered = |base: String| (2..100).map(move |number| format!("{base}{number}"));
    std::iter::once(base)
        .chain(numbered(short))
        .chain(numbered("guest".into()))
        .find(|name| names::person(name, max).is_ok_and(|name| is_free(&name, around)))
}

fn is_free(name: &Name, around: &Around<'_>) -> bool {
    around.state.user_named(&name.folded).is_none()
        && !around
            .state
            .users()
            .flat_map(User::names)
            .any(|taken| taken.skeleton == name.skeleton)
}
