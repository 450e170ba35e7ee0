//! Masks: names of people and rooms with `*` for any letters and `?` for one.

use std::sync::Arc;

/// Whether a text is like a mask, in which `*` stands for any letters and `?` for one.
pub(super) fn is_like(mask: &str, text: &str) -> bool {
    let mask: Vec<char> = mask.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_mask) = (0, 0);
    // Where the last star was, and how far it has reached.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match mask.get(in_mask) {
            Some('*') => {
                star = Some((in_mask, at));
                in_mask += 1;
            }
            Some(one) if *one == '?' || one == letter => {
                at += 1;
                in_mask += 1;
            }
            Some(_) | None => {
                let Some((last, reached)) = star else {
                    return false;
                };
                star = Some((last, reached + 1));
                (at, in_mask) = (reached + 1, last + 1);
            }
        }
    }
    mask.iter().skip(in_mask).all(|one| *one == '*')
}

/// A mask with all its parts: `bob` is `bob!*@*`.
pub(super) fn whole_mask(mask: &str) -> Arc<str> {
    match (mask.contains('!'), mask.contains('@')) {
        (true, true) => mask.into(),
        (true, false) => format!("{mask}@*").into(),
        (false, true) => format!("*!{mask}").into(),
        (false, false) => format!("{mask}!*@*").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_stands_for_names() {
        for (mask, text, is_so) in [
            ("*", "", true),
            ("*", "bob", true),
            ("b?b", "bob", true),
            ("b?b", "boob", false),
            ("b*b", "boob", true),
            ("*o*b", "boob", true),
            ("*a*", "boob", false),
            ("张*", "张三", true),
            ("bob", "bob", true),
            ("bo", "bob", false),
            ("bobb", "bob", false),
        ] {
            assert_eq!(is_like(mask, text), is_so, "{mask} {text}");
        }
    }

    #[test]
    fn a_mask_is_made_whole() {
        for (given, whole) in [
            ("bob", "bob!*@*"),
            ("*@h", "*!*@h"),
            ("b!u", "b!u@*"),
            ("a!b@c", "a!b@c"),
        ] {
            assert_eq!(&*whole_mask(given), whole);
        }
    }
}
