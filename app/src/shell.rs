//! The document around every page: language, theme, large type, style sheet, icons.
//! What stands inside `<body>` belongs to the page.

use gongzhi_words::td_string;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::visit::Visit;

/// Where the built files are served, with the hashes in their names. Made once
/// from the build's manifest and put into the context of every rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// Path of the style sheet.
    pub css: String,
    /// Path of `start.js`: registers the service worker, offers reading aloud.
    pub start_js: String,
}

impl Default for Assets {
    /// The names before hashing, as `xtask dev` serves them.
    fn default() -> Self {
        Self { css: "/pkg/gongzhi.css".to_owned(), start_js: "/start.js".to_owned() }
    }
}

/// The whole document around `children`, which is the router or one page.
///
/// Reads [`Visit`], [`Assets`] and the nonce from the context.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let visit = Visit::current();
    let assets = use_context::<Assets>().unwrap_or_default();
    let nonce = use_nonce();
    // The page comes first: it sets the title that the head then holds.
    let page = children();
    view! {
        <!DOCTYPE html>
        <html lang=visit.lang.code() class=visit.elder.then_some("elder")>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#fbf9f4" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#121614" media="(prefers-color-scheme: dark)" />
                <meta name="application-name" content=td_string!(visit.lang, common.name) />
                <meta name="format-detection" content="telephone=no" />
                <link rel="stylesheet" href=assets.css />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/icons/icon-180.png" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <script src=assets.start_js defer nonce=nonce></script>
                <MetaTags />
            </head>
            <body>{page}</body>
        </html>
    }
}
