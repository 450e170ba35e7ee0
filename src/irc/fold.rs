//! Casemappings: which names a server takes for the same (`CASEMAPPING` in `005`).

/// How a server folds names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaseMapping {
    /// A–Z to a–z.
    Ascii,
    /// And `[]\^` to `{}|~` (RFC 1459 §2.2); what holds when nothing is said.
    #[default]
    Rfc1459,
    /// And `[]\` to `{}|`.
    Rfc1459Strict,
    /// All of Unicode (`UTF8MAPPING=rfc8265`), as near as lower case comes to it.
    Unicode,
}

impl CaseMapping {
    /// The mapping of a name in `005`; ASCII for what is not known.
    pub fn named(name: &str) -> Self {
        match name {
            "rfc1459" => Self::Rfc1459,
            "rfc1459-strict" | "strict-rfc1459" => Self::Rfc1459Strict,
            "precis" | "rfc8265" => Self::Unicode,
            _ => Self::Ascii,
        }
    }

    /// The form of a name that is equal for equal names.
    pub fn fold(self, name: &str) -> String {
        match self {
            Self::Unicode => name.to_lowercase(),
            Self::Ascii | Self::Rfc1459 | Self::Rfc1459Strict => {
                name.chars().map(|c| self.fold_char(c)).collect()
            }
        }
    }

    /// Whether two names are one.
    pub fn same(self, a: &str, b: &str) -> bool {
        a == b || self.fold(a) == self.fold(b)
    }

    fn fold_char(self, c: char) -> char {
        match (self, c) {
            (_, 'A'..='Z') => c.to_ascii_lowercase(),
            (Self::Rfc1459 | Self::Rfc1459Strict, '[') => '{',
            (Self::Rfc1459 | Self::Rfc1459Strict, ']') => '}',
            (Self::Rfc1459 | Self::Rfc1459Strict, '\\') => '|',
            (Self::Rfc1459, '^') => '~',
            _ => c,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_as_the_server_says() {
        assert_eq!(CaseMapping::named("ascii").fold("Bob[]^Ä"), "bob[]^Ä");
        assert_eq!(CaseMapping::default().fold("Bob[]\\^"), "bob{}|~");
        assert_eq!(CaseMapping::named("rfc1459-strict").fold("[^"), "{^");
        assert!(CaseMapping::Unicode.same("ÄRZTE", "ärzte"));
    }
}
