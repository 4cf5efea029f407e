//! The page of an error that no page of the app answered for: an address that is not there, a body too large, a fault of
//! ours. A whole document without a script, made outside of any request.

use gongzhi_domain::error::{Error, What};
use gongzhi_domain::lang::Lang;
use gongzhi_domain::permission::Action;
use gongzhi_words::errors;
use leptos::prelude::*;

use crate::components::{ErrorState, Page};
use crate::visit::Visit;

/// The document for an HTTP status; `id` is what support finds in the log, `css` the path of the style sheet.
#[must_use]
pub fn error_page(status: u16, id: &str, lang: Lang, css: &str) -> String {
    let error = error_of(status, id);
    let title = errors::title(&error, lang);
    let owner = Owner::new();
    let body = owner.with(|| {
        provide_context(Visit { lang, ..Visit::default() });
        leptos_meta::provide_meta_context();
        view! {
            <Page title=title quiet_heading=true>
                <ErrorState error=error />
            </Page>
        }
        .to_html()
    });
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">\
         <link rel=\"stylesheet\" href=\"{css}\"></head><body>{body}</body></html>"
    )
}

/// What a bare status says, as an error with words and ways to recover.
fn error_of(status: u16, id: &str) -> Error {
    match status {
        401 => Error::NotSignedIn,
        403 => Error::Forbidden { action: Action::ReadPublic },
        404 | 405 => Error::NotFound { what: What::Page },
        409 => Error::Duplicate { what: What::Page },
        413 => Error::TooLarge { max: 12_000_000 },
        422 | 400 | 415 => Error::Invalid { fields: Vec::new() },
        429 => Error::TooMany { retry_after_s: 60 },
        _ => Error::Internal { id: id.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_page_that_says_what_to_do() {
        for lang in [Lang::Zh, Lang::En] {
            for status in [400, 401, 403, 404, 405, 413, 422, 429, 500, 503] {
                let page = error_page(status, "k3\"><script>", lang, "/pkg/main.css");
                assert!(page.contains("href=\"/\""), "{status}: a way home");
                assert!(!page.contains("<script"), "{status}: no script");
                assert!(page.contains("<h2>") && page.contains(lang.code()), "{status}");
            }
        }
        assert!(error_page(500, "k3", Lang::En, "/main.css").contains("k3"), "support can find it");
    }
}
