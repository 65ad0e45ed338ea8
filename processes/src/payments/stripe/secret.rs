//! Keys of Stripe: they can be sent and compared, and in no way shown.

use std::sync::Arc;

use zeroize::Zeroizing;

/// A key. It has no `Debug`, no `Display` and no `Serialize`, so that nothing that holds one can be
/// logged by accident; it is wiped when the last copy goes.
#[derive(Clone)]
pub struct StripeSecret(Arc<Zeroizing<String>>);

impl From<String> for StripeSecret {
    fn from(text: String) -> Self {
        Self(Arc::new(Zeroizing::new(text)))
    }
}

impl StripeSecret {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether no money moves with it: it is a key of Stripe's test mode.
    #[must_use]
    pub fn only_tests(&self) -> bool {
        self.0.contains("_test_")
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two traits say the same of what can be shown, so that a type that can be does not compile.
    macro_rules! cannot_be {
        ($($shown:path),*) => {
            $({
                trait Ambiguous<A> {
                    fn here() {}
                }
                struct Shown;
                impl<T: ?Sized> Ambiguous<()> for T {}
                impl<T: ?Sized + $shown> Ambiguous<Shown> for T {}
                <StripeSecret as Ambiguous<_>>::here();
            })*
        };
    }

    #[test]
    fn s3_a_key_cannot_be_shown() {
        cannot_be!(std::fmt::Debug, std::fmt::Display, serde::Serialize);
    }

    #[test]
    fn a_key_of_the_test_mode_is_known() {
        for (key, tests) in [("sk_test_1", true), ("rk_test_1", true), ("sk_live_1", false)] {
            assert_eq!(StripeSecret::from(key.to_owned()).only_tests(), tests);
        }
    }
}
