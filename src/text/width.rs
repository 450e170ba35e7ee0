//! How much room text takes on a terminal.

use unicode_segmentation::UnicodeSegmentation;

use super::terminal::Widths;

/// Columns that `text`, which must be harmless, takes on the terminal that is measured for: the sum of
/// its grapheme clusters' columns.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let widths = Widths::in_force();
    let parts = clusters_on(widths, text);
    parts.map(|(_, part)| widths.columns(part)).sum()
}

/// The grapheme clusters of `text` and where each begins; one that the terminal shows as several letters
/// comes as these, so that none takes more room than a wide letter does.
pub fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    clusters_on(Widths::in_force(), text)
}

fn clusters_on(widths: Widths, text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true).flat_map(move |(at, cluster)| {
        let mut rest = cluster;
        std::iter::from_fn(move || {
            let (part, left) = rest.split_at(widths.part(rest));
            let at = at + cluster.len() - rest.len();
            rest = left;
            (!part.is_empty()).then_some((at, part))
        })
    })
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
    use super::super::terminal::Doubt;
    use super::*;

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
            let found: Vec<(usize, &str)> = clusters(text).collect();
            let shown: Vec<&str> = found.iter().map(|(_, part)| *part).collect();
            assert_eq!(shown, parts);
            for (at, part) in found {
                assert!(text.get(at..).is_some_and(|rest| rest.starts_with(part)));
            }
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
    fn a_beginning_never_ends_within_a_letter() {
        assert_eq!(head("张三丰", 5), "张三");
        assert_eq!(head("e\u{301}x", 1), "e\u{301}");
        assert_eq!(head("bob", 9), "bob");
        assert_eq!(head("张", 1), "");
    }
}
