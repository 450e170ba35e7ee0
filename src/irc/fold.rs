//! Casemappings: which names a server takes for the same (`CASEMAPPING` in `005`).

use std::borrow::Cow;

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
        self.folded(name).into_owned()
    }

    /// The same, without a copy when the name is in that form already.
    pub fn folded(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Unicode if !name.bytes().all(is_low_ascii) => name.to_lowercase().into(),
            Self::Ascii | Self::Rfc1459 | Self::Rfc1459Strict
                if name.bytes().any(|byte| self.fold_byte(byte) != byte) =>
            {
                name.chars().map(|c| self.fold_char(c)).collect()
            }
            Self::Unicode | Self::Ascii | Self::Rfc1459 | Self::Rfc1459Strict => name.into(),
        }
    }

    /// Whether two names are one.
    pub fn same(self, a: &str, b: &str) -> bool {
        if a == b {
            return true;
        }
        match self {
            Self::Unicode if a.is_ascii() && b.is_ascii() => a.eq_ignore_ascii_case(b),
            Self::Unicode => a.to_lowercase() == b.to_lowercase(),
            Self::Ascii | Self::Rfc1459 | Self::Rfc1459Strict => {
                let fold = |byte| self.fold_byte(byte);
                a.len() == b.len() && a.bytes().map(fold).eq(b.bytes().map(fold))
            }
        }
    }

    fn fold_char(self, c: char) -> char {
        u8::try_from(c).map_or(c, |byte| match byte.is_ascii() {
            true => self.fold_byte(byte).into(),
            false => c,
        })
    }

    /// Bytes that are not ASCII are parts of letters and stay.
    fn fold_byte(self, byte: u8) -> u8 {
        match (self, byte) {
            (_, b'A'..=b'Z') => byte.to_ascii_lowercase(),
            (Self::Rfc1459 | Self::Rfc1459Strict, b'[') => b'{',
            (Self::Rfc1459 | Self::Rfc1459Strict, b']') => b'}',
            (Self::Rfc1459 | Self::Rfc1459Strict, b'\\') => b'|',
            (Self::Rfc1459, b'^') => b'~',
            _ => byte,
        }
    }
}

fn is_low_ascii(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_uppercase()
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
        assert!(CaseMapping::Unicode.same("Bob", "bOB"));
        assert!(CaseMapping::default().same("Bob[Ä", "bOB{Ä"));
        assert!(!CaseMapping::Ascii.same("Bob[", "bOB{"));
        assert!(!CaseMapping::Ascii.same("张三", "张三丰"));
    }

    #[test]
    fn a_name_that_is_folded_is_not_copied() {
        for (mapping, name) in [
            (CaseMapping::Unicode, "#lobby"),
            (CaseMapping::Rfc1459, "张三{"),
        ] {
            assert!(matches!(mapping.folded(name), Cow::Borrowed(same) if same == name));
        }
    }
}
