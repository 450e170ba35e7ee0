//! How much room text takes on a terminal.

use unicode_segmentation::UnicodeSegmentation;

use super::terminal::Widths;

/// Columns that `text`, which must be harmless, takes on the terminal that is measured for: the sum of
/// its grapheme clusters' columns.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let mut chars = text.chars();
    if let (Some(_), None) = (chars.next(), chars.next()) {
        return Widths::in_force().columns(text);
    }
    clusters(text).map(|(_, columns)| columns).sum()
}

/// The grapheme clusters of `text` with the columns of each; one that the terminal shows as several
/// letters comes as these. Those of some scripts take more room than a wide letter does.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let is_simple = text.chars().all(|c| alone(c).is_some());
    let letters = is_simple.then(|| {
        text.char_indices().map(|(at, c)| {
            let letter = text.get(at..at + c.len_utf8()).unwrap_or_default();
            (letter, alone(c).unwrap_or(0))
        })
    });
    let clusters = (!is_simple).then(|| parts(Widths::in_force(), text));
    letters
        .into_iter()
        .flatten()
        .chain(clusters.into_iter().flatten())
}

fn parts(widths: Widths, text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.graphemes(true).flat_map(move |cluster| {
        let mut rest = cluster;
        std::iter::from_fn(move || {
            let (part, left) = rest.split_at(widths.part(rest));
            rest = left;
            (!part.is_empty()).then(|| (part, widths.columns(part)))
        })
    })
}

/// The columns of what most texts are made of, which needs no table: a sign of ASCII, an ideograph, a
/// kana, a syllable of Korean, and what stands between them. Two of these are never one cluster.
fn alone(c: char) -> Option<usize> {
    match c {
        ' '..='~' => Some(1),
        '\u{4e00}'..='\u{9fff}'
        | '\u{3001}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

/// The longest beginning of `text` that takes at most `columns`, cut between grapheme clusters.
pub fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += width(cluster);
        if used > columns {
            return text.split_at(at).0;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::terminal::Doubt;
    use super::*;

    const DOUBTS: [Doubt; 7] = [
        Doubt::Ambiguous,
        Doubt::Emoji,
        Doubt::Selector,
        Doubt::Keycap,
        Doubt::Joined,
        Doubt::Flag,
        Doubt::Tone,
    ];

    #[test]
    fn a_wide_letter_takes_two_columns_and_a_cluster_counts_once() {
        assert_eq!(width("bob"), 3);
        assert_eq!(width("张三"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("👩‍👩‍👧"), 2);
        assert_eq!(width(""), 0);
    }

    /// Checks how many columns a text takes and what its clusters are on a terminal.
    #[track_caller]
    fn check(doubts: &[Doubt], text: &str, columns: usize, parts: &[&str]) {
        let widths = doubts.iter().copied().collect::<Widths>();
        widths.measure(|| {
            assert_eq!(width(text), columns, "{text}");
            let shown: Vec<&str> = clusters(text).map(|(part, _)| part).collect();
            assert_eq!(shown, parts);
            assert_eq!(shown.concat(), text);
        });
    }

    #[test]
    fn what_is_left_open_is_as_wide_as_the_terminal_has_it() {
        let text = "……“①”—";
        assert_eq!(width(text), 6);
        let wide = Widths::from_iter([Doubt::Ambiguous]);
        wide.measure(|| {
            assert_eq!(width(text), 12);
            assert_eq!(Widths::default().measure(|| width(text)), 6);
            assert_eq!(width(text), 12);
        });
        assert_eq!(width(text), 6);
    }

    #[test]
    fn a_family_is_one_letter_or_its_members() {
        let family = "👩\u{200d}👩\u{200d}👧";
        check(&[], family, 2, &[family]);
        let members = ["👩\u{200d}", "👩\u{200d}", "👧"];
        check(&[Doubt::Joined], family, 6, &members);
        let rainbow = "🏳\u{fe0f}\u{200d}🌈";
        check(&[], rainbow, 2, &[rainbow]);
        check(&[Doubt::Selector], rainbow, 1, &[rainbow]);
        let parts = ["🏳\u{fe0f}\u{200d}", "🌈"];
        check(&[Doubt::Joined, Doubt::Selector], rainbow, 3, &parts);
    }

    #[test]
    fn a_skin_tone_is_a_letter_of_its_own_where_the_terminal_shows_it_so() {
        check(&[], "👍🏽", 2, &["👍🏽"]);
        check(&[Doubt::Tone], "👍🏽", 4, &["👍", "🏽"]);
        check(&[Doubt::Tone], "🏽", 2, &["🏽"]);
        let firefighter = "👩🏽\u{200d}🚒";
        check(&[Doubt::Tone], firefighter, 4, &["👩", "🏽\u{200d}🚒"]);
        let parts = ["👩", "🏽\u{200d}", "🚒"];
        check(&[Doubt::Tone, Doubt::Joined], firefighter, 6, &parts);
    }

    #[test]
    fn a_flag_and_a_keycap_are_as_wide_as_the_terminal_has_them() {
        check(&[], "🇨🇳", 2, &["🇨🇳"]);
        check(&[Doubt::Flag], "🇨🇳", 4, &["🇨", "🇳"]);
        check(&[], "1\u{fe0f}\u{20e3}", 2, &["1\u{fe0f}\u{20e3}"]);
        check(
            &[Doubt::Keycap],
            "1\u{fe0f}\u{20e3}",
            1,
            &["1\u{fe0f}\u{20e3}"],
        );
    }

    #[test]
    fn a_sign_that_is_to_look_like_a_picture_may_stay_narrow() {
        check(&[], "❤\u{fe0f}", 2, &["❤\u{fe0f}"]);
        check(&[Doubt::Selector], "❤\u{fe0f}", 1, &["❤\u{fe0f}"]);
        // What is wide by itself stays wide.
        check(&[Doubt::Selector], "😀\u{fe0f}", 2, &["😀\u{fe0f}"]);
        check(&[Doubt::Emoji], "😀世", 3, &["😀", "世"]);
    }

    #[test]
    fn what_stands_alone_is_as_wide_as_the_tables_say() {
        let mut all = String::new();
        for c in (' '..=char::MAX).filter(|c| alone(*c).is_some()) {
            let text = c.to_string();
            for widths in [Widths::default(), Widths::from_iter([Doubt::Ambiguous])] {
                widths.measure(|| assert_eq!(alone(c), Some(widths.columns(&text)), "{c}"));
            }
            // Beside itself, and beside those that come before and after.
            all.push(c);
            all.push(c);
        }
        assert_eq!(all.graphemes(true).count(), all.chars().count());
        let found: Vec<(&str, usize)> = clusters("a世 é 👍🏽").collect();
        let expected = [("a", 1), ("世", 2), (" ", 1), ("é", 1), (" ", 1), ("👍🏽", 2)];
        assert_eq!(found, expected);
        assert!(clusters("你a").eq([("你", 2), ("a", 1)]));
    }

    proptest! {
        #[test]
        fn a_text_is_as_wide_as_its_parts_on_every_terminal(
            parts in prop::collection::vec(prop_oneof![
                prop::sample::select(&[
                    "a", "世", "\u{200d}", "\u{fe0f}", "\u{fe0e}", "🏽", "👩", "🏳", "🇨", "1", "\u{20e3}",
                    "\u{301}", "❤", "…", "한", "\u{1100}", "\u{11a8}", "ा", "क", "स्त्री", "❤🏽", "्", "\u{200b}", "ﷺ",
                    "\u{e0067}", "\u{e007f}", "🏴", "\u{3099}", "が", "\u{ff9e}", "ำ", "\u{a9}",
                ]).prop_map(str::to_owned),
                "\\PC",
            ], 0..12),
            doubts in prop::sample::subsequence(DOUBTS.to_vec(), 0..=DOUBTS.len()),
            columns in 0_usize..12,
        ) {
            let text = parts.concat();
            Widths::from_iter(doubts).measure(|| {
                let parts: Vec<(&str, usize)> = clusters(&text).collect();
                let sum: usize = parts.iter().map(|(_, columns)| columns).sum();
                prop_assert_eq!(width(&text), sum);
                for (part, columns) in &parts {
                    prop_assert_eq!(width(part), *columns, "{:?} of {:?}", part, text);
                }
                let shown: String = parts.iter().map(|(part, _)| *part).collect();
                prop_assert_eq!(&shown, &text);
                let head = head(&text, columns);
                prop_assert!(width(head) <= columns, "{:?}", head);
                prop_assert!(text.starts_with(head));
                Ok(())
            })?;
        }
    }

    #[test]
    fn a_beginning_never_ends_within_a_letter() {
        assert_eq!(head("张三丰", 5), "张三");
        assert_eq!(head("e\u{301}x", 1), "e\u{301}");
        assert_eq!(head("bob", 9), "bob");
        assert_eq!(head("张", 1), "");
    }
}
