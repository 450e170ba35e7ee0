//! How like two words are, for who mistypes a command.

/// How many letters must change to make one word the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let exchanged = cell(&row, j) + usize::from(from != *to);
            let shifted = cell(&row, j + 1).min(cell(&next, j)) + 1;
            next.push(exchanged.min(shifted));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ_by_letters() {
        assert_eq!(distance("jion", "join"), 2);
        assert_eq!(distance("quti", "quit"), 2);
        assert_eq!(distance("", "me"), 2);
    }
}
