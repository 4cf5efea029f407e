//! Who is asking, in which language and from where: put into the context of every page and every
//! server function by the server's session layer.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use gongzhi_domain::error::Error;
use gongzhi_domain::lang::Lang;
use gongzhi_domain::person::Actor;
use gongzhi_store::Db;
use gongzhi_store::passkeys::Site;
use gongzhi_store::requests::Holder;
use http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The cookie that tells one browser's forms from another's: nameless, made when a form opens.
pub const FORM_COOKIE: &str = "__Host-form";
/// The cookie of a signed-in session.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie of the chosen language.
pub const LANG_COOKIE: &str = "__Host-lang";
/// The cookie of large type, 长辈版.
pub const ELDER_COOKIE: &str = "__Host-elder";

/// The request at hand, as far as a page or a server function needs to know it.
#[derive(Clone)]
pub struct Here {
    /// The way to the data.
    pub db: Db,
    /// Who is asking; a visitor when nobody has signed in.
    pub actor: Actor,
    /// The language of the answer.
    pub lang: Lang,
    /// Whether large type is on.
    pub elder: bool,
    /// This browser's form cookie, once it has one; see [`Here::form_cookie`].
    pub form: Arc<OnceLock<String>>,
    /// Whether the asker is a browser that follows links and forms (Accept names text/html).
    pub wants_html: bool,
    /// Path and query of this request, to come back to.
    pub path: String,
    /// When the request arrived.
    pub now: DateTime<Utc>,
    /// What the browser calls itself, shortened, for the list of one's sessions.
    pub agent: String,
    /// Whether this is the demonstration town.
    pub demo: bool,
    /// The site that passkeys are bound to; `None` where they do not work.
    pub site: Option<Site>,
}

impl Here {
    /// The request at hand.
    ///
    /// # Errors
    /// [`Error::Internal`] outside of a request: the server forgot to provide it.
    pub fn now() -> Result<Self, Error> {
        use_context::<Self>().ok_or_else(|| Error::Internal { id: "no-request".into() })
    }

    /// Under what this browser's staged photos, refused forms and receipts are kept: its form cookie, which is made now
    /// if there is none. Every page with a form asks for it, so that the form is known when it comes back.
    #[must_use]
    pub fn form_cookie(&self) -> &str {
        self.form.get_or_init(|| {
            let token = random_token();
            set_cookie(&format!("{FORM_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"));
            token
        })
    }

    /// The same as the store knows it: hashed.
    #[must_use]
    pub fn holder(&self) -> Holder {
        Holder::of(&self.db, self.form_cookie())
    }
}

/// A token of 244 random bits: two version 4 UUIDs, which come from the system's randomness.
fn random_token() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// Adds a cookie to the answer.
pub fn set_cookie(cookie: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// Takes a cookie back.
pub fn drop_cookie(name: &str) {
    set_cookie(&format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"));
}
