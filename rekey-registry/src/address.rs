//! Addresses: the origin of a URL, redirects, and hosts that belong to one site.

use std::{fmt, net::IpAddr};

use ureq::http::{Uri, uri::Scheme};

/// The scheme, host and port of a URL.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) is_secure: bool,
    /// The host in lowercase, an IPv6 address in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Address {
    /// Returns the address of a URL; `None` if it is not an HTTP URL, or contains a user or a password.
    pub(crate) fn of(url: &Uri) -> Option<Self> {
        let is_secure = match url.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return None,
        };
        let authority = url.authority()?;
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return None;
        }
        let default = if is_secure { 443 } else { 80 };
        let port = match authority.port_u16() {
            Some(port) => port,
            None if authority.as_str().len() == authority.host().len() => default,
            None => return None,
        };
        Some(Self { is_secure, host: authority.host().to_ascii_lowercase(), port })
    }

    fn is_default_port(&self) -> bool {
        self.port == if self.is_secure { 443 } else { 80 }
    }

    /// Returns true if credentials for the registry may be sent to this address, from which the registry
    /// requires a token.
    pub(crate) fn may_authenticate(&self, registry: &Self) -> bool {
        if !self.is_secure {
            return !registry.is_secure && self.host == registry.host;
        }
        self.host == registry.host || is_same_site(&self.host, &registry.host)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        if self.is_default_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Returns true if two hosts have their last two labels in common, or the last three below a domain such as
/// `co.uk`.
fn is_same_site(a: &str, b: &str) -> bool {
    const SECOND_LEVEL: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];
    let is_address = |host: &str| host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    if is_address(a) || is_address(b) {
        return false;
    }
    let labels = |host: &str| host.rsplit('.').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (labels(a), labels(b));
    let common = a.iter().zip(&b).take_while(|(a, b)| a == b && !a.is_empty()).count();
    let is_country = a.first().is_some_and(|label| label.len() == 2)
        && a.get(1).is_some_and(|label| SECOND_LEVEL.contains(&label.as_str()));
    common >= if is_country { 3 } else { 2 }
}

/// Returns the URL that a `Location` or `Link` means on a page.
pub(crate) fn resolved(page: &Uri, target: &str) -> Option<Uri> {
    let target = target.split('#').next().unwrap_or_default();
    if target.is_empty() {
        return None;
    }
    let (scheme, authority) = (page.scheme_str()?, page.authority()?);
    let is_absolute = target.split(['/', '?']).next().is_some_and(|first| first.contains(':'));
    let url = if is_absolute {
        target.to_owned()
    } else if target.starts_with("//") {
        format!("{scheme}:{target}")
    } else if target.starts_with('/') {
        format!("{scheme}://{authority}{target}")
    } else if target.starts_with('?') {
        format!("{scheme}://{authority}{}{target}", page.path())
    } else {
        let folder = page.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{target}")
    };
    url.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn address(url: &str) -> Address {
        Address::of(&url.parse().expect(url)).unwrap_or_else(|| panic!("{url}"))
    }

    #[test]
    fn credentials_stay_on_the_site() {
        for (registry, realm, expected) in [
            ("https://quay.io", "https://quay.io/v2/auth", true),
            ("https://registry-1.docker.io", "https://auth.docker.io/token", true),
            ("https://registry.example.com:5000", "https://example.com/jwt", true),
            ("https://registry.example.co.uk", "https://auth.example.co.uk/", true),
            ("https://registry.example.co.uk", "https://evil.co.uk/", false),
            ("https://quay.io", "https://evil.io/", false),
            ("https://quay.io", "https://quay.io.evil.com/", false),
            ("https://quay.io", "http://quay.io/", false),
            ("https://localhost:5000", "https://localhost:5001/", true),
            ("https://10.0.0.1", "https://11.0.0.1/", false),
            ("https://10.0.0.1", "https://10.0.0.1:444/", true),
            ("https://[2001:db8::1]", "https://[2001:db8::2]/", false),
            ("http://registry.example.com", "http://registry.example.com:81/", true),
            ("http://registry.example.com", "http://auth.example.com/", false),
            ("http://registry.example.com", "https://auth.example.com/", true),
        ] {
            assert_eq!(address(realm).may_authenticate(&address(registry)), expected, "{registry} {realm}");
        }
    }

    #[test]
    fn the_target_of_a_redirect_is_read_on_its_page() {
        let page: Uri = "https://a.example.com:5000/v2/x/blobs/y?z".parse().unwrap();
        for (target, expected) in [
            ("https://b.example.com/c?d=e#f", Some("https://b.example.com/c?d=e")),
            ("//b.example.com/c", Some("https://b.example.com/c")),
            ("/c", Some("https://a.example.com:5000/c")),
            ("c", Some("https://a.example.com:5000/v2/x/blobs/c")),
            ("?last=1", Some("https://a.example.com:5000/v2/x/blobs/y?last=1")),
            ("", None),
            ("https://", None),
        ] {
            let found = resolved(&page, target).map(|url| url.to_string());
            assert_eq!(found.as_deref(), expected, "{target}");
        }
    }

    #[test]
    fn other_urls_have_no_address() {
        for url in ["ftp://a/b", "https://u:p@a/b", "/a", "https://a:99999/b"] {
            assert!(url.parse().ok().and_then(|url| Address::of(&url)).is_none(), "{url}");
        }
    }
}
