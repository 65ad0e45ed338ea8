//! Words of questions: enumerations with the spelling that they have on the wire.

macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$of:meta])+ $variant:ident = $word:tt,)+ })*) => {
        $(
            $(#[$doc])+
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
                utoipa::ToSchema,
            )]
            pub enum $name { $($(#[$of])+ #[serde(rename = $word)] $variant,)+ }

            impl $name {
                /// Every word that [`Self::parse`] takes.
                pub const WORDS: &'static [&'static str] = &[$($word),+];

                /// The word on the wire.
                #[must_use]
                pub const fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word,)+ }
                }

                /// Reads the word.
                #[must_use]
                pub fn parse(word: &str) -> Option<Self> {
                    match word { $($word => Some(Self::$variant),)+ _ => None }
                }
            }
        )*
    };
}

pub(crate) use words;
