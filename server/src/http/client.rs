//! Where a request comes from: the address of the connection, or, behind
//! proxies that are trusted, the right-most address in `X-Forwarded-For` that is
//! not one of them. What stands further left was written by whoever asked.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request comes from; in the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
    /// Whether the request was made on this machine and by nobody else's hand.
    pub local: bool,
}

impl Client {
    /// Reads it from the connection's address and the headers.
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let mut address = peer.to_canonical();
        let mut local = !headers.contains_key(FORWARDED_FOR) && !headers.contains_key("forwarded");
        let forwarded: Vec<&str> =
            headers.get_all(FORWARDED_FOR).iter().flat_map(|value| value.to_str().unwrap_or("?").split(',')).collect();
        for written in forwarded.iter().rev() {
            if !is_in(trusted, address) {
                break;
            }
            // A proxy of ours wrote something unreadable: its own address is the best we know.
            let Some(before) = parse(written) else { break };
            address = before;
            local = true;
        }
        Self { address, local: local && address.is_loopback() }
    }

    /// What counts as one asker when requests are counted: an address, or in
    /// IPv6 the network of 64 bits that one connection gets.
    pub fn counted_as(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        }
    }
}

fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`.
fn parse(written: &str) -> Option<IpAddr> {
    let written = written.trim();
    written
        .parse::<IpAddr>()
        .or_else(|_| written.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| written.trim_matches(['[', ']']).parse())
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn of(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).expect("header"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("network")).collect();
        let client = Client::of(peer.parse().expect("peer"), &headers, &trusted);
        format!("{}{}", client.address, if client.local { " local" } else { "" })
    }

    #[test]
    fn the_header_counts_only_behind_a_trusted_proxy_and_from_the_right() {
        let proxies = &["127.0.0.1/32", "10.0.0.0/8"];
        for (peer, forwarded, trusted, client) in [
            // Nobody in front: the header is the asker's own invention.
            ("203.0.113.7", &["198.51.100.1"][..], &[][..], "203.0.113.7"),
            ("203.0.113.7", &["198.51.100.1"], proxies, "203.0.113.7"),
            // One proxy.
            ("127.0.0.1", &["198.51.100.1"], proxies, "198.51.100.1"),
            // The asker wrote the left one.
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1"], proxies, "198.51.100.1"),
            ("127.0.0.1", &["1.1.1.1", "198.51.100.1"], proxies, "198.51.100.1"),
            ("127.0.0.1", &["127.0.0.1, 198.51.100.1"], proxies, "198.51.100.1"),
            // Two proxies.
            ("127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.1.2.3"], proxies, "198.51.100.1"),
            // Forms of an address.
            ("127.0.0.1", &["198.51.100.1:4711"], proxies, "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], proxies, "2001:db8::1"),
            ("::ffff:127.0.0.1", &["::ffff:198.51.100.1"], proxies, "198.51.100.1"),
            // Unreadable: the proxy's own.
            ("127.0.0.1", &["unknown"], proxies, "127.0.0.1 "),
            // This machine, directly; and not when somebody in between is not known.
            ("127.0.0.1", &[], &[], "127.0.0.1 local"),
            ("127.0.0.1", &["198.51.100.1"], &[], "127.0.0.1"),
            ("127.0.0.1", &["::1"], proxies, "::1 local"),
        ] {
            assert_eq!(of(peer, forwarded, trusted), client.trim_end(), "{peer} {forwarded:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_an_asker_writes_changes_the_address_a_proxy_saw(left in "[ -~&&[^,]]{0,40}(,[ -~&&[^,]]{0,40}){0,4}") {
            let header = format!("{left},198.51.100.1");
            prop_assert_eq!(of("127.0.0.1", &[&header], &["127.0.0.1/32"]), "198.51.100.1");
        }
    }

    #[test]
    fn one_household_is_one_asker() {
        let client = |address: &str| Client::of(address.parse().expect("address"), &HeaderMap::new(), &[]).counted_as();
        assert_eq!(client("2001:db8:1:2:3::4"), client("2001:db8:1:2:ffff::1"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_ne!(client("198.51.100.1"), client("198.51.100.2"));
    }
}
