//! Enumerations whose values are words on the wire.

macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$of:meta])+ $word:ident,)+ })*) => {
        $(
            $(#[$doc])+
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
                serde::Deserialize,
                strum::IntoStaticStr, strum::EnumString, strum::VariantArray,
            )]
            #[serde(rename_all = "snake_case")]
            #[strum(serialize_all = "snake_case")]
            #[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
            pub enum $name { $($(#[$of])+ $word,)+ }

            impl $name {
                /// The word on the wire.
                #[must_use]
                pub fn word(self) -> &'static str {
                    self.into()
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.word())
                }
            }
        )*
    };
}
pub(crate) use words;
