//! `005`: what a server supports, as tokens (modern IRC, «RPL_ISUPPORT parameters»).

use std::collections::BTreeMap;

use super::fold::CaseMapping;

/// Tokens in one line at most.
const TOKENS_PER_LINE: usize = 13;

/// Groups tokens into the parameters of as few lines as they fit in.
pub fn lines(tokens: &[String]) -> impl Iterator<Item = String> + '_ {
    tokens.chunks(TOKENS_PER_LINE).map(|some| some.join(" "))
}

/// Tokens of a server that are kept.
const TOKENS_MAX: usize = 500;
/// Prefixes, kinds of rooms, or modes of a kind that a server may have.
const LETTERS_MAX: usize = 64;
/// How often a server may change how names are folded: some say it in two lines.
const MAPPINGS_MAX: usize = 4;

/// What a server has said of itself; what it has not said holds as RFC 1459 had it.
#[derive(Clone, Debug, Default)]
pub struct Supported {
    tokens: BTreeMap<String, String>,
    /// Asked for with every name, so it is not looked up each time.
    mapping: CaseMapping,
    mappings: usize,
}

impl Supported {
    /// Takes the parameters of one `005`, without the name in front and the text behind.
    pub fn add(&mut self, tokens: &[&str]) {
        for token in tokens {
            if let Some(gone) = token.strip_prefix('-') {
                self.tokens.remove(gone);
                continue;
            }
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            if self.tokens.len() < TOKENS_MAX || self.tokens.contains_key(name) {
                self.tokens.insert(name.to_owned(), value.to_owned());
            }
        }
        let mapping = match (self.get("UTF8MAPPING"), self.get("CASEMAPPING")) {
            (Some(_), _) => CaseMapping::Unicode,
            (None, Some(name)) => CaseMapping::named(name),
            (None, None) => CaseMapping::default(),
        };
        if mapping != self.mapping && self.mappings < MAPPINGS_MAX {
            (self.mapping, self.mappings) = (mapping, self.mappings + 1);
        }
    }

    /// The value of a token; empty when it has none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.tokens.get(name).map(String::as_str)
    }

    /// The value of a token that is a number.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    /// How names are folded.
    pub fn case_mapping(&self) -> CaseMapping {
        self.mapping
    }

    /// The modes that give a prefix, with it, from the highest to the lowest.
    pub fn prefixes(&self) -> Vec<(char, char)> {
        let value = self.get("PREFIX").unwrap_or("(ov)@+");
        let Some((modes, prefixes)) = value
            .strip_prefix('(')
            .and_then(|value| value.split_once(')'))
        else {
            return Vec::new();
        };
        let pairs = modes.chars().zip(prefixes.chars());
        pairs.take(LETTERS_MAX).collect()
    }

    /// Whether a target is a room.
    pub fn is_room(&self, target: &str) -> bool {
        let types = self.get("CHANTYPES").unwrap_or("#&");
        let mut types = types.chars().take(LETTERS_MAX);
        let first = target.chars().next();
        first.is_some_and(|first| types.any(|one| one == first))
    }

    /// The four kinds of room modes: lists, always with a parameter, with one to set, without.
    pub fn mode_kinds(&self) -> [String; 4] {
        let value = self.get("CHANMODES").unwrap_or("b,k,l,imnpst");
        let mut kinds = value.split(',').map(|kind| kind.chars().take(LETTERS_MAX));
        std::array::from_fn(|_| kinds.next().map_or_else(String::new, Iterator::collect))
    }

    /// How long a whole line may be, in bytes with its line end.
    pub fn line_length(&self) -> usize {
        self.number("LINELEN")
            .unwrap_or(super::framing::REST_MAX)
            .clamp(512, 16 * 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_read_and_can_be_taken_back() {
        let mut supported = Supported::default();
        assert_eq!(supported.prefixes(), [('o', '@'), ('v', '+')]);
        supported.add(&[
            "PREFIX=(qo)~@",
            "CHANTYPES=#",
            "UTF8ONLY",
            "NICKLEN=32",
            "CASEMAPPING=ascii",
        ]);
        assert_eq!(supported.prefixes(), [('q', '~'), ('o', '@')]);
        assert!(supported.is_room("#a") && !supported.is_room("&a"));
        assert_eq!(supported.get("UTF8ONLY"), Some(""));
        assert_eq!(supported.number("NICKLEN"), Some(32));
        assert_eq!(supported.case_mapping(), CaseMapping::Ascii);
        supported.add(&["-UTF8ONLY", "UTF8MAPPING=rfc8265"]);
        assert_eq!(supported.get("UTF8ONLY"), None);
        assert_eq!(supported.case_mapping(), CaseMapping::Unicode);
    }

    #[test]
    fn tokens_go_thirteen_to_a_line() {
        let tokens: Vec<String> = (0..27).map(|n| format!("T{n}")).collect();
        let lines: Vec<String> = lines(&tokens).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[2], "T26");
    }
}
