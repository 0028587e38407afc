//! The HTTP client: its limits, certificates and proxies.

use std::{fmt, fs, io, path::Path, sync::Arc};

use ureq::{
    Agent, Proxy,
    config::Config,
    http::Uri,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use crate::{
    Error,
    error::shown,
    options::{Environment, Options, Protocol},
};

/// The maximum size of the headers of an answer.
const HEADER_BYTES: usize = 64 << 10;
/// The maximum size of a file of certificates.
const CERTIFICATE_BYTES: u64 = 8 << 20;
/// The maximum number of files of certificates for a registry.
const CERTIFICATE_FILES: usize = 100;

/// Two clients, which differ in the proxy.
#[derive(Clone)]
pub(crate) struct Agents {
    secure: Agent,
    plain: Agent,
}

impl Agents {
    pub(crate) fn new(options: &Options, roots: &[Certificate<'static>]) -> Result<Self, Error> {
        let environment = &options.environment;
        let secure = proxy(environment, ["HTTPS_PROXY", "https_proxy"])?;
        // A server's own variable could have this name in uppercase: HTTP_PROXY of CGI.
        let plain = proxy(environment, ["http_proxy", "HTTP_PROXY"])?;
        let roots = RootCerts::Specific(Arc::new(roots.to_vec()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build();
        let agent = |proxy| {
            let config = Agent::config_builder()
                .tls_config(tls.clone())
                .proxy(proxy)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .user_agent(options.user_agent.as_str())
                .accept_encoding("identity")
                .max_response_header_size(HEADER_BYTES)
                .timeout_resolve(Some(options.connect_timeout))
                .timeout_connect(Some(options.connect_timeout))
                .timeout_recv_response(Some(options.idle_timeout))
                .timeout_per_read(Some(options.idle_timeout))
                .timeout_per_write(Some(options.idle_timeout))
                .build();
            Agent::with_parts(config, DefaultConnector::new(), Named(DefaultResolver::default()))
        };
        Ok(Self { secure: agent(secure), plain: agent(plain) })
    }

    /// The client for a protocol.
    pub(crate) fn of(&self, is_secure: bool) -> &Agent {
        if is_secure { &self.secure } else { &self.plain }
    }

    /// Closes all connections, which ends reads in other threads.
    pub(crate) fn shut_down(self) {
        self.secure.shutdown();
        self.plain.shutdown();
    }
}

/// A resolver whose errors have the name.
#[derive(Debug)]
struct Named(DefaultResolver);

/// A name without an address.
#[derive(Debug)]
pub(crate) struct NotResolved(pub(crate) String);

impl fmt::Display for NotResolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be resolved", self.0)
    }
}

impl std::error::Error for NotResolved {}

impl Resolver for Named {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            ureq::Error::Io(_) | ureq::Error::HostNotFound => {
                ureq::Error::Other(Box::new(NotResolved(uri.host().unwrap_or_default().to_owned())))
            }
            other => other,
        })
    }
}

/// The proxy for a protocol, with the exceptions of `NO_PROXY`. This machine itself is always an exception.
fn proxy(environment: &Environment, own: [&'static str; 2]) -> Result<Option<Proxy>, Error> {
    let names = own.into_iter().chain(["ALL_PROXY", "all_proxy"]);
    let text = |name: &str| environment.get(name).and_then(|value| value.into_string().ok());
    let Some((name, value)) = names.into_iter().find_map(|name| Some((name, text(name)?))) else {
        return Ok(None);
    };
    let invalid = |_| Error::Proxy(name);
    let named = Proxy::new(value.trim()).map_err(invalid)?;
    let mut proxy = Proxy::builder(named.protocol())
        .host(named.host())
        .port(named.port())
        .resolve_target(named.resolve_target());
    if let Some(user) = named.username() {
        proxy = proxy.username(user);
    }
    if let Some(password) = named.password() {
        proxy = proxy.password(password);
    }
    let exceptions = text("NO_PROXY").or_else(|| text("no_proxy")).unwrap_or_default();
    let exceptions = exceptions.split(',').map(str::trim).filter(|exception| !exception.is_empty());
    for exception in exceptions.chain(["localhost", "127.0.0.1", "[::1]"]) {
        proxy = proxy.no_proxy(exception);
        // `example.com` also means its subdomains, as for curl and Go.
        if exception.starts_with(|c: char| c.is_ascii_alphabetic()) {
            proxy = proxy.no_proxy(&format!(".{exception}"));
        }
    }
    proxy.build().map(Some).map_err(invalid)
}

/// The certificates of the system, and those of the options.
pub(crate) fn roots(options: &Options) -> Result<Vec<Certificate<'static>>, Error> {
    let found = rustls_native_certs::load_native_certs();
    // What a person sets is not ignored.
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().find(|name| std::env::var_os(name).is_some());
    if let (Some(name), Protocol::Https) = (named, options.protocol)
        && (found.certs.is_empty() || !found.errors.is_empty())
    {
        let reason = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
        return Err(Error::Certificates { origin: format!("`{name}`"), reason: shown(&reason) });
    }
    if let (true, Protocol::Https, Some(error)) =
        (found.certs.is_empty() && options.ca_certificates.is_empty(), options.protocol, found.errors.first())
    {
        let origin = "the files of the system, of `SSL_CERT_FILE` and `SSL_CERT_DIR`".to_owned();
        return Err(Error::Certificates { origin, reason: shown(&error.to_string()) });
    }
    let mut roots: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    roots.extend(certificates(&options.ca_certificates, "the option for certificates")?);
    Ok(roots)
}

/// The certificates of authorities for one registry.
pub(crate) fn own_roots(options: &Options, registry: &str) -> Result<Vec<Certificate<'static>>, Error> {
    let mut roots = Vec::new();
    let own = options.environment.config_folder().map(|folder| folder.join("containers/certs.d"));
    for folder in own.iter().chain(&options.certificate_folders) {
        // Other users' folders, and files of client certificates, are not for rekey.
        let Ok(entries) = fs::read_dir(folder.join(registry)) else { continue };
        let paths = entries.flatten().take(CERTIFICATE_FILES).map(|entry| entry.path());
        let mut paths: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "crt")).collect();
        paths.sort();
        for path in paths {
            let origin = format!("`{}`", path.display());
            let text = read(&path)
                .map_err(|error| Error::Certificates { origin: origin.clone(), reason: error.to_string() })?;
            roots.extend(certificates(&text, &origin)?);
        }
    }
    Ok(roots)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut text = Vec::new();
    fs::File::open(path)?.take(CERTIFICATE_BYTES).read_to_end(&mut text)?;
    Ok(text)
}

fn certificates(pem: &[u8], origin: &str) -> Result<Vec<Certificate<'static>>, Error> {
    let invalid = |reason: String| Error::Certificates { origin: origin.to_owned(), reason };
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        let item = item.map_err(|error| invalid(shown(&error.to_string())))?;
        if let PemItem::Certificate(certificate) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() && !pem.is_empty() {
        return Err(invalid("there is no `BEGIN CERTIFICATE`".to_owned()));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_is_that_of_the_protocol() {
        for (variables, host, expected) in [
            (vec![], "quay.io", None),
            (vec![("HTTPS_PROXY", "http://proxy:3128")], "quay.io", Some("proxy:3128")),
            (vec![("https_proxy", "proxy:3128")], "quay.io", Some("proxy:3128")),
            (vec![("HTTP_PROXY", "http://proxy:3128")], "quay.io", None),
            (vec![("ALL_PROXY", "socks5://proxy:1080")], "quay.io", Some("proxy:1080")),
            (vec![("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "quay.io")], "quay.io", None),
            (vec![("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "quay.io, x")], "cdn.quay.io", None),
            (
                vec![("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "x,.quay.io")],
                "quay.io",
                Some("proxy:3128"),
            ),
            (vec![("HTTPS_PROXY", "http://proxy:3128")], "localhost", None),
            (vec![("HTTPS_PROXY", "http://proxy:3128")], "127.0.0.1", None),
        ] {
            let environment = Environment::from_variables(variables.clone());
            let found = proxy(&environment, ["HTTPS_PROXY", "https_proxy"]).unwrap();
            let uri: Uri = format!("https://{host}/").parse().unwrap();
            let found = found
                .filter(|proxy| !proxy.is_no_proxy(&uri))
                .map(|proxy| format!("{}:{}", proxy.host(), proxy.port()));
            assert_eq!(found.as_deref(), expected, "{variables:?} {host}");
        }
    }

    #[test]
    fn an_invalid_proxy_is_reported_without_its_password() {
        let environment = Environment::from_variables([("HTTPS_PROXY", "gopher://u:CANARY@proxy")]);
        let error = proxy(&environment, ["HTTPS_PROXY", "https_proxy"]).unwrap_err();
        assert_eq!(error.to_string(), "the variable `HTTPS_PROXY` is not the address of a proxy");
    }
}
