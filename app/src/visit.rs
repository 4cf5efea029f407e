//! What every page knows of the visit it answers: language, type size, address, the
//! present. The server puts a [`Visit`] into the context before it renders; pages and
//! components read it and never ask for a clock or a cookie themselves.

use chrono::{DateTime, Utc};
use gongzhi_domain::lang::Lang;
use leptos::prelude::use_context;

/// The visit that is being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The language of the page.
    pub lang: Lang,
    /// 长辈版: large type and plain words, remembered in a cookie (ARCHITECTURE.md, On the phone).
    pub elder: bool,
    /// Path and query asked for: where a form leads back to.
    pub path: String,
    /// The present, by which near days get their names.
    pub now: DateTime<Utc>,
    /// The visitor's neighbourhood, when it is known.
    pub place: Option<Place>,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Whether they have a desk.
    pub staff: bool,
    /// Who runs the site.
    pub site: Site,
}

/// The neighbourhood named in the top bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// "巴彦社区 · 37 网格".
    pub name: String,
    /// Who looks after it: "网格长 乌云娜 · 今天值班".
    pub line: String,
}

/// What the foot of a Chinese public site has to say, from the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Who runs the portal; empty when the configuration does not say.
    pub operator: String,
    /// ICP filing number.
    pub icp: Option<String>,
    /// Public-security filing number.
    pub police: Option<String>,
    /// How to reach the operator: a phone number or an address.
    pub contact: Option<String>,
    /// The portal's address as residents know it, without a slash at its end, for what is printed; empty when the
    /// configuration does not say.
    pub address: String,
}

impl Default for Visit {
    fn default() -> Self {
        Self {
            lang: Lang::Zh,
            elder: false,
            path: "/".to_owned(),
            now: DateTime::UNIX_EPOCH,
            place: None,
            signed_in: false,
            staff: false,
            site: Site::default(),
        }
    }
}

impl Visit {
    /// The visit of this context; outside of one, a Chinese visit to `/` without a name.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
}
