//! Enums whose every variant has one stable code: the same word in the database, in JSON, in a form
//! field and in a log line. The macro keeps the four from drifting apart.

/// A word that is no code of the enum it was read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is not a {of}")]
pub struct UnknownCode {
    /// Which enum was asked for.
    pub of: &'static str,
    /// The word that was found.
    pub code: String,
}

/// Declares an enum with `ALL`, `code()`, `Display`, `FromStr` and serde by code.
macro_rules! coded {
    (
        $(#[$meta:meta])*
        pub enum $Name:ident { $( $(#[$vmeta:meta])* $Variant:ident = $code:literal ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $Name { $( $(#[$vmeta])* #[serde(rename = $code)] $Variant ),+ }

        impl $Name {
            /// Every variant, in the order of the declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$Variant ),+ ];

            /// The stable word for this variant in the database, in forms and in JSON.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$Variant => $code ),+ }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $( $code => Ok(Self::$Variant), )+
                    _ => Err($crate::UnknownCode { of: stringify!($Name), code: code.to_owned() }),
                }
            }
        }
    };
}
