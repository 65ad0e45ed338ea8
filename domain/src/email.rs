//! E-mail addresses, as people sign in with them.

use std::fmt;

use crate::PersonalText;

const MAX: usize = 254;
const MAX_LOCAL: usize = 64;

/// An e-mail address in small letters. It prints as `[personal]`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// A text is not an e-mail address. It is not repeated: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as ann@example.com, at most 254 characters")]
pub struct EmailAddressError;

impl EmailAddress {
    /// What mail servers deliver in practice: `local@domain` with at least two
    /// labels (RFC 5321, without quoted locals, comments and address literals).
    /// White space around it is removed, and its letters are made small,
    /// because people do not tell them apart.
    ///
    /// # Errors
    /// [`EmailAddressError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let address = text.trim().to_lowercase();
        let (local, domain) = address.split_once('@').ok_or(EmailAddressError)?;
        let whole = address.chars().count() <= MAX && (1..=MAX_LOCAL).contains(&local.len());
        let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        let atoms = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(plain));
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let named = domain.split('.').count() >= 2 && domain.split('.').all(label);
        if whole && atoms && named { Ok(Self(address)) } else { Err(EmailAddressError) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonalText for EmailAddress {
    fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_have_them() {
        for (text, address) in [
            (" Ann@Example.COM ", "ann@example.com"),
            ("a.b+c@x-y.co.uk", "a.b+c@x-y.co.uk"),
            ("žofie@dům.cz", "žofie@dům.cz"),
            ("o'neil@a.b", "o'neil@a.b"),
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), address);
        }
        let long = format!("{}@{}.com", "a".repeat(64), "b".repeat(63));
        assert!(EmailAddress::parse(&long).is_ok());
        let longer = format!("a@{}.com", vec!["b".repeat(63); 4].join("."));
        for text in [
            "",
            "ann",
            "@a.b",
            "ann@",
            "ann@b",
            "a@b..c",
            ".a@b.c",
            "a.@b.c",
            "a@-b.c",
            "a b@c.d",
            "a@b.c,d@e.f",
            "a@b@c.d",
            "a\n@b.c",
            "\"a\"@b.c",
            "a@[1.2.3.4]",
            longer.as_str(),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailAddressError), "{text}");
        }
        assert_eq!(format!("{:?}", EmailAddress::parse("a@b.c").unwrap()), "[personal]");
    }
}
