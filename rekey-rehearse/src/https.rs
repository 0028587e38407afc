//! A request of our own before git's: git takes a page for an empty repository, and does not show the status.

use std::{io::Read as _, sync::Arc, time::Duration};

use rekey_core::rehearsal::{Redirect, RedirectPlace, SourceFailure};
use ureq::{
    Agent, Error,
    tls::{RootCerts, TlsConfig, TlsProvider},
};

/// The type of the answer of a git server.
const GIT: &str = "application/x-git-upload-pack-advertisement";
/// The path that git asks for first.
const PATH: &str = "/info/refs?service=git-upload-pack";

/// The answer of a host.
pub(crate) struct Answer {
    pub(crate) failure: Option<SourceFailure>,
    pub(crate) redirect: Option<Redirect>,
    /// The status, for the record.
    pub(crate) status: Option<u16>,
}

/// Asks a host for the references of a repository, without following a redirect.
pub(crate) fn ask(url: &str, host: &str, seconds: u64) -> Answer {
    let failed = |failure| Answer { failure: Some(failure), redirect: None, status: None };
    let agent = agent(seconds);
    let address = format!("{}{PATH}", url.trim_end_matches('/'));
    let mut response = match agent.get(&address).header("accept", "*/*").call() {
        Ok(response) => response,
        Err(error) => {
            let failure = of_error(&error, host, seconds);
            let is_first_connection =
                matches!(failure, SourceFailure::ClosedPort { .. } | SourceFailure::UnknownHost { .. });
            // With a proxy, the first connection is to the proxy.
            let uri = address.parse::<ureq::http::Uri>().ok();
            let proxy = agent.config().proxy();
            let through_proxy = proxy.zip(uri).is_some_and(|(proxy, uri)| !proxy.is_no_proxy(&uri));
            return failed(if is_first_connection && through_proxy {
                SourceFailure::Proxy { message: error.to_string() }
            } else {
                failure
            });
        }
    };
    let status = response.status().as_u16();
    let header = |name: &str| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (location, retry_after) = (header("location"), header("retry-after").parse().ok());
    let kind = header("content-type");
    let content_type = kind.split(';').next().unwrap_or_default().trim().to_owned();
    let (failure, redirect) = match status {
        200 if content_type == GIT => (None, None),
        200 => {
            let mut start = Vec::new();
            drop(response.body_mut().as_reader().take(64).read_to_end(&mut start));
            let failure = SourceFailure::NotGit { status, content_type };
            (Some(failure).filter(|_| !is_plain_list(&start)), None)
        }
        300..=399 => {
            let redirect = Redirect { status, to: place(&location, url), location: shown(&location) };
            match redirect.to {
                RedirectPlace::Http | RedirectPlace::Page => (Some(SourceFailure::Redirect(redirect)), None),
                _ => (None, Some(redirect)),
            }
        }
        // Hosts answer so for a private repository and for one that does not exist.
        401 | 404 => (Some(SourceFailure::NotFound { message: format!("status {status}") }), None),
        407 => (Some(SourceFailure::Proxy { message: "status 407".to_owned() }), None),
        _ => (Some(SourceFailure::Status { status, retry_after }), None),
    };
    Answer { failure, redirect, status: Some(status) }
}

/// An agent with the certificates of this machine, among them those of a company.
fn agent(seconds: u64) -> Agent {
    let found = rustls_native_certs::load_native_certs().certs;
    let certificates = found.iter().map(|der| ureq::tls::Certificate::from_der(der.as_ref()).to_owned());
    let roots = RootCerts::Specific(Arc::new(certificates.collect()));
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(true)
        .user_agent(concat!("rekey/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(Duration::from_secs(seconds)))
        .build();
    config.new_agent()
}

fn of_error(error: &Error, host: &str, seconds: u64) -> SourceFailure {
    let host = host.to_owned();
    let message = error.to_string();
    match error {
        Error::HostNotFound => SourceFailure::UnknownHost { host },
        Error::Timeout(_) => SourceFailure::Timeout { host, seconds },
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => SourceFailure::Proxy { message },
        Error::Rustls(rustls::Error::InvalidCertificate(_)) => SourceFailure::Certificate { message },
        Error::Rustls(_) | Error::Tls(_) => SourceFailure::NotTls { message },
        Error::Io(io) => of_io(io, host, seconds),
        _ => SourceFailure::Network { message },
    }
}

fn of_io(error: &std::io::Error, host: String, seconds: u64) -> SourceFailure {
    use std::io::ErrorKind;

    // Errors of TLS arrive inside of one of I/O.
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let message = error.to_string();
    match (inner, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(_)), _) => SourceFailure::Certificate { message },
        (Some(_), _) | (_, ErrorKind::InvalidData) => SourceFailure::NotTls { message },
        (_, ErrorKind::ConnectionRefused) => SourceFailure::ClosedPort { host },
        (_, ErrorKind::TimedOut) => SourceFailure::Timeout { host, seconds },
        _ if message.contains("failed to lookup address") => SourceFailure::UnknownHost { host },
        _ => SourceFailure::Network { message },
    }
}

/// Returns true for the start of a list of references as a plain web server has it, which git also reads.
fn is_plain_list(start: &[u8]) -> bool {
    let digits = start.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    matches!(digits, 40 | 64) && start.get(digits) == Some(&b'\t')
}

/// The kind of place that a redirect of a URL leads to.
fn place(location: &str, url: &str) -> RedirectPlace {
    let host = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default().to_ascii_lowercase()
    };
    if !location.ends_with(PATH) {
        return if location.starts_with("http://") && host(location) == host(url) {
            RedirectPlace::Http
        } else {
            RedirectPlace::Page
        };
    }
    if location.starts_with("http://") {
        RedirectPlace::Http
    } else if location.starts_with('/') || host(location) == host(url) {
        RedirectPlace::SameHost
    } else {
        RedirectPlace::OtherHost
    }
}

/// An address without user info, query and the path that git adds.
fn shown(location: &str) -> String {
    let address = location.strip_suffix(PATH).unwrap_or(location);
    let address = address.split(['?', '#']).next().unwrap_or_default();
    match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}/{path}")
        }
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_told_apart() {
        let url = "https://git.acme.example/acme/app";
        let cases = [
            ("https://git.acme.example/new/app/info/refs?service=git-upload-pack", RedirectPlace::SameHost),
            ("/new/app/info/refs?service=git-upload-pack", RedirectPlace::SameHost),
            ("https://code.acme.example/app/info/refs?service=git-upload-pack", RedirectPlace::OtherHost),
            ("http://git.acme.example/app/info/refs?service=git-upload-pack", RedirectPlace::Http),
            ("https://git.acme.example/users/login", RedirectPlace::Page),
        ];
        for (location, expected) in cases {
            assert_eq!(place(location, url), expected, "{location}");
        }
        assert_eq!(shown("https://a:b@c.example/d?token=1"), "https://c.example/d");
    }
}
