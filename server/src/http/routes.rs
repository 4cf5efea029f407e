//! The one table of routes: everything the portal answers, with who may ask and
//! how much may be sent. The router is built from it, so an address that has no
//! row is not served; [`super::mount::unlisted`] names pages and server functions
//! that were written but not entered here, and a test fails on them. The walk over
//! every role reads the same rows.

use gongzhi_domain::permission::Action;

/// One address.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Which kind of request.
    pub method: Method,
    /// The template of the path: `/requests/{number}`.
    pub path: &'static str,
    /// What answers.
    pub kind: Kind,
    /// What is asked of whoever asks. The use case behind it decides for the
    /// single thing that is asked for.
    pub may: Action,
    /// The most bytes a request may carry.
    pub body: u64,
}

/// The methods the portal uses. `Get` answers HEAD too and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
}

/// What answers an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of the app, rendered on the server.
    Page,
    /// A server function of the api: a form posts here, an island calls it.
    ServerFn,
    /// A handler of the server.
    Handler,
}

/// Room for a form of text.
const FORM: u64 = 64 * 1024;
/// Room for one photo of 12 MB and what a multipart body adds.
const PHOTO: u64 = 12 * 1024 * 1024 + 16 * 1024;
/// Room for a form with nine photos.
const PHOTOS: u64 = 9 * 12 * 1024 * 1024 + FORM;

const fn page(path: &'static str, may: Action) -> Route {
    Route { method: Method::Get, path, kind: Kind::Page, may, body: 0 }
}

const fn form(path: &'static str, may: Action) -> Route {
    Route { method: Method::Post, path, kind: Kind::ServerFn, may, body: FORM }
}

const fn handler(method: Method, path: &'static str, may: Action, body: u64) -> Route {
    Route { method, path, kind: Kind::Handler, may, body }
}

/// Every address. Files of the build are served where nothing else answers.
pub const TABLE: &[Route] = &[
    // For everyone.
    page("/", Action::ReadPublic),
    page("/requests", Action::ReadPublic),
    page("/requests/new", Action::FileRequest),
    page("/requests/{number}", Action::ReadPublic),
    page("/requests/{number}/receipt", Action::ReadPublic),
    page("/ask", Action::AskByCode),
    // Without a session it shows what this browser filed, and the way to sign in.
    page("/me", Action::ReadPublic),
    page("/areas", Action::ReadPublic),
    page("/areas/{code}", Action::ReadPublic),
    page("/offline", Action::ReadPublic),
    page("/terms", Action::ReadPublic),
    page("/privacy", Action::ReadPublic),
    page("/accessibility", Action::ReadPublic),
    page("/takedown", Action::ReadPublic),
    // For the signed-in.
    page("/me/sign-in", Action::SignIn),
    page("/me/sessions", Action::ReadMine),
    page("/me/messages", Action::ReadMine),
    // At the desk.
    page("/desk/sign-in", Action::SignIn),
    page("/desk", Action::ReadDesk),
    page("/desk/moderation", Action::Moderate),
    page("/desk/orders/{id}", Action::ReadOrder),
    page("/desk/style", Action::ReadStyle),
    // What forms do.
    form("/api/set-preferences", Action::SetPreferences),
    form("/api/send-code", Action::SignIn),
    form("/api/sign-in", Action::SignIn),
    form("/api/staff-sign-in", Action::SignIn),
    form("/api/sign-out", Action::SignOut),
    form("/api/end-session", Action::EndSession),
    form("/api/locate", Action::Locate),
    Route { body: PHOTOS, ..form("/api/file-request", Action::FileRequest) },
    form("/api/ask-by-code", Action::AskByCode),
    form("/api/rate-request", Action::RateRequest),
    form("/api/moderate", Action::Moderate),
    form("/api/switch-photo", Action::Moderate),
    form("/api/publish-many", Action::Moderate),
    form("/api/undo-publish", Action::Moderate),
    form("/api/accept-order", Action::AcceptRequest),
    form("/api/dispatch-order", Action::DispatchOrder),
    form("/api/start-handling", Action::StartHandling),
    form("/api/log-contact", Action::LogContact),
    Route { body: PHOTOS, ..form("/api/submit-reply", Action::SubmitReply) },
    form("/api/send-back-reply", Action::SendBackReply),
    form("/api/approve-reply", Action::ApproveReply),
    form("/api/follow-up", Action::FollowUp),
    form("/api/reveal-contact", Action::RevealContact),
    // Photos.
    handler(Method::Post, "/api/photos", Action::StagePhoto, PHOTO),
    handler(Method::Get, "/files/{id}/{size}", Action::ReadPublic, 0),
    // For those who run it.
    handler(Method::Get, "/healthz", Action::ReadPublic, 0),
    handler(Method::Get, "/readyz", Action::ReadPublic, 0),
    handler(Method::Get, "/metrics", Action::ReadPublic, 0),
];

/// The row of a method and a path's template.
pub fn row(method: Method, path: &str) -> Option<&'static Route> {
    TABLE.iter().find(|row| row.method == method && row.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_stands_twice() {
        for (n, row) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(n + 1).find(|other| (other.method, other.path) == (row.method, row.path));
            assert!(again.is_none(), "{:?} {}", row.method, row.path);
        }
    }

    #[test]
    fn what_changes_is_posted_and_what_is_read_carries_nothing() {
        for row in TABLE {
            match row.kind {
                Kind::Page => assert_eq!((row.method, row.body), (Method::Get, 0), "{}", row.path),
                Kind::ServerFn => {
                    assert_eq!(row.method, Method::Post, "{}", row.path);
                    assert!(row.path.starts_with("/api/"), "{}", row.path);
                }
                Kind::Handler => assert_eq!(row.method == Method::Get, row.body == 0, "{}", row.path),
            }
        }
    }
}
