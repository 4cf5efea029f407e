//! The site that passkeys are bound to: the address residents know it by. They work on a name only, and only where the way to it
//! is protected.

use std::net::IpAddr;

/// The portal as browsers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Scheme, host and port: `https://portal.example.org`.
    pub origin: String,
    /// The host alone.
    pub rp_id: String,
}

impl Site {
    /// The site at an address without a path; `None` where passkeys do not work: an address of numbers, or one that is not
    /// protected, unless it is this machine's own name.
    #[must_use]
    pub fn at(address: &str) -> Option<Self> {
        let address = address.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, rest) = address.split_once("://")?;
        let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
        let is_name = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
            && host.parse::<IpAddr>().is_err();
        let port = match (scheme, port) {
            ("https", Some("443")) | ("http", Some("80")) | (_, None) => None,
            (_, Some(port)) => Some(port.parse::<u16>().ok()?),
        };
        let is_protected = scheme == "https" || (scheme == "http" && host == "localhost");
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        (is_name && is_protected).then(|| Self { origin: format!("{scheme}://{host}{port}"), rp_id: host.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_work_on_protected_names_only() {
        let at = |address: &str| Site::at(address).map(|site| (site.origin, site.rp_id));
        let pair = |origin: &str, host: &str| Some((origin.to_owned(), host.to_owned()));
        assert_eq!(at("https://Portal.example.org/"), pair("https://portal.example.org", "portal.example.org"));
        assert_eq!(at("https://portal.example.org:443"), pair("https://portal.example.org", "portal.example.org"));
        assert_eq!(
            at("https://portal.example.org:8443"),
            pair("https://portal.example.org:8443", "portal.example.org")
        );
        assert_eq!(at("http://localhost:3000"), pair("http://localhost:3000", "localhost"));
        for address in [
            "",
            "http://portal.example.org",
            "https://10.0.0.8",
            "https://[::1]:3000",
            "http://127.0.0.1:3000",
            "https://a/b",
        ] {
            assert_eq!(at(address), None, "{address}");
        }
    }
}
