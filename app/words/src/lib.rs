//! Every word the portal says, in every language it speaks. The tables are made
//! by `build.rs` from `locales/`; here is how they are asked, how a date is said ([`when`]),
//! and how an error is put to a person ([`errors`]). Server only: islands get their
//! words as props, so that no table is shipped to a phone.

pub mod account_terms;
pub mod errors;
pub mod pact_terms;
pub mod terms;
pub mod when;

#[doc(hidden)]
pub use leptos_i18n;

use gongzhi_domain::lang::Lang;

mod i18n {
    #![allow(
        missing_docs,
        unreachable_pub,
        unused,
        clippy::all,
        reason = "written by leptos_i18n from the locale files"
    )]
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}

pub use i18n::i18n::*;

impl From<Lang> for Locale {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::zh_CN,
            Lang::En => Self::en,
        }
    }
}

/// The words behind a key, in a language: `td_string!(lang, common.save)` is a
/// `&'static str`; with blanks to fill, `td_string!(lang, common.minutes, count = 5)`, a `String`.
///
/// `lang` is a [`Lang`] or a [`Locale`]. An unknown key or a blank left open does not compile.
#[macro_export]
macro_rules! td_string {
    ($lang:expr, $($key:tt)*) => {{
        #[allow(unused_imports, reason = "only expansions with blanks name the crate")]
        use $crate::leptos_i18n;
        $crate::leptos_i18n::td_string!($crate::Locale::from($lang), $($key)*)
    }};
}
