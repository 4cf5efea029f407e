//! A browser without a screen: it keeps cookies, says where it comes from as browsers do, and follows nothing by
//! itself. Requests go straight into the router, so that many can be made in a second.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use gongzhi_api::here::{FORM_COOKIE, LANG_COOKIE, SESSION_COOKIE};
use gongzhi_server::http::routes;
use tower::ServiceExt;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const BOUNDARY: &str = "----------a-line-between-fields";

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header's text; empty when it is not there.
    pub fn said(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.said("location")
    }

    /// What a program is told.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The status was this one; else the whole answer is shown.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "→ {:?}\n{}", self.headers, self.body);
        self
    }
}

/// Somebody at a screen.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    /// From which address.
    pub address: IpAddr,
    /// What it accepts: pages, or JSON as islands do.
    accept: &'static str,
    languages: Option<&'static str>,
    /// Whether it says how long a body is.
    measures: bool,
}

impl Browser {
    /// A browser that was never here.
    pub fn new(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: Vec::new(),
            address: Ipv4Addr::LOCALHOST.into(),
            accept: BROWSER,
            languages: None,
            measures: true,
        }
    }

    /// The same, sending bodies without saying their length.
    pub fn without_length(mut self) -> Self {
        self.measures = false;
        self
    }

    /// The same with all its cookies, at another portal: one whose clock has gone on.
    pub fn at(mut self, router: &Router) -> Self {
        self.router = router.clone();
        self
    }

    /// The same, signed in.
    pub fn signed_in(mut self, token: &str) -> Self {
        self.set(SESSION_COOKIE, token);
        self
    }

    /// The same, with this form cookie.
    pub fn with_form(mut self, token: &str) -> Self {
        self.set(FORM_COOKIE, token);
        self
    }

    /// The same, with the language chosen on a page.
    pub fn chose(mut self, lang: &str) -> Self {
        self.set(LANG_COOKIE, lang);
        self
    }

    /// The same, in a browser that is set to these languages.
    pub fn speaks(mut self, languages: &'static str) -> Self {
        self.languages = Some(languages);
        self
    }

    /// The same as an island asks: for JSON.
    pub fn island(mut self) -> Self {
        self.accept = "application/json";
        self
    }

    /// The same from another address.
    pub fn from(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The cookie that tells this browser's forms from others'.
    pub fn form_cookie(&self) -> &str {
        self.cookies.iter().find(|(name, _)| name == FORM_COOKIE).map_or("", |(_, value)| value)
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Sends a form, in parts where its page does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if routes::row(routes::Method::Post, path).is_some_and(|row| row.parts) {
            let parts: Vec<(&str, &[u8])> = fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            return self.post_parts(path, &parts).await;
        }
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body.join("&").into()).await
    }

    /// Sends a form with files; a field named `photos` is one.
    pub async fn post_parts(&mut self, path: &str, fields: &[(&str, &[u8])]) -> Answer {
        let mut body = parts(fields);
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.send_parts(path, body).await
    }

    /// The same, but it breaks off in the last field, `missing` bytes before its end.
    pub async fn post_broken(&mut self, path: &str, fields: &[(&str, &[u8])], missing: usize) -> Answer {
        let mut body = parts(fields);
        body.truncate(body.len().saturating_sub(missing + "\r\n".len()));
        self.send_parts(path, body).await
    }

    async fn send_parts(&mut self, path: &str, body: Vec<u8>) -> Answer {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, path, Some(&kind), body.into()).await
    }

    /// Sends anything.
    pub async fn send(&mut self, method: Method, path: &str, kind: Option<&str>, body: Body) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "portal.test")
            .header(header::ACCEPT, self.accept)
            .header(header::USER_AGENT, "Mozilla/5.0 (Linux; Android 14) Chrome/120.0")
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(SocketAddr::new(self.address, 4711)));
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(languages) = self.languages {
            request = request.header(header::ACCEPT_LANGUAGE, languages);
        }
        if let Some(length) = body.size_hint().exact().filter(|length| self.measures && *length > 0) {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 32 * 1024 * 1024).await.unwrap();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap_or_default().split_once('=').unwrap_or_default();
        for rule in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(rule), "a cookie without {rule}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        if cookie.contains("Max-Age=0") {
            self.cookies.retain(|(kept, _)| kept != name);
        } else {
            self.set(name, value);
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(kept, _)| kept != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }
}

/// The fields of a form in parts, without the end.
fn parts(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "photos" { "; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg" } else { "" };
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body
}

/// Percent-encodes a field's value.
pub fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
