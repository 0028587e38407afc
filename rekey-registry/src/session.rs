//! Requests for one repository: tries, redirects, and logging in.

use std::{
    io::Read as _,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use rekey_core::{ImageReference, credentials::auth_file::LoginSecret};
use serde::Deserialize;
use ureq::{
    Body,
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header},
};
use zeroize::Zeroizing;

use crate::{
    CredentialsOrigin, Error,
    address::{Address, resolved},
    agents::{Agents, NotResolved},
    challenge::{self, Challenge},
    credentials::{self, Search},
    error::shown,
    options::{Options, Protocol},
    retry_after,
};

/// The number of tries.
const TRIES: u32 = 5;
/// The first pause between tries. Each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that a registry may require.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The step of a pause after which it can end early.
const PAUSE_STEP: Duration = Duration::from_millis(100);
/// The maximum number of redirects.
const REDIRECTS: usize = 5;
/// The maximum number of authorizations for one request.
const RENEWALS: u32 = 5;
/// The maximum size of a token.
const TOKEN_BYTES: usize = 64 << 10;
/// The maximum size of an answer with a token.
const TOKEN_ANSWER_BYTES: usize = 256 << 10;
/// The maximum size of an error that is read for its message.
const MESSAGE_BYTES: u64 = 64 << 10;
/// The maximum time for a whole document, in idle timeouts.
const DOCUMENT_TIMEOUTS: u32 = 4;

/// The access to one repository.
pub(crate) struct Session {
    pub(crate) options: Arc<Options>,
    pub(crate) agents: Agents,
    reference: ImageReference,
    registry: Address,
    /// The URL of the repository.
    base: String,
    login: OnceLock<Result<Search, Error>>,
    authorization: Mutex<Option<Arc<Authorization>>>,
}

/// The value of a header `Authorization`.
struct Authorization {
    value: Zeroizing<String>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Basic,
    Token,
}

/// A part of a repository to get.
pub(crate) struct Part<'a> {
    /// The path below the repository, or a whole URL on the registry.
    pub(crate) url: PartUrl<'a>,
    pub(crate) accept: Option<&'static str>,
    /// The first byte.
    pub(crate) from: u64,
    /// The tag or digest for messages.
    pub(crate) called: &'a str,
}

/// The URL of a part.
pub(crate) enum PartUrl<'a> {
    /// The path below the repository.
    Path(String),
    /// A URL that the registry sent.
    Next(&'a Uri),
}

/// The connections that a request uses, and the flag that ends its pauses.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) agents: Agents,
    pub(crate) cancelled: Option<Arc<AtomicBool>>,
}

/// A failed try.
pub(crate) enum Failure {
    /// Another try would fail too.
    Final(Error),
    /// Another try can succeed, possibly after a pause that the registry requires.
    Passing { error: Error, wait: Option<Duration> },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl Failure {
    pub(crate) fn passing(error: Error) -> Self {
        Self::Passing { error, wait: None }
    }
}

/// The tries that are left.
pub(crate) struct Tries {
    made: u32,
}

impl Tries {
    pub(crate) fn new() -> Self {
        Self { made: 0 }
    }

    /// Pauses after a failed try.
    ///
    /// # Errors
    /// Returns the failure's error if there is no other try.
    pub(crate) fn pause(&mut self, session: &Session, route: &Route, failure: Failure) -> Result<(), Error> {
        self.made += 1;
        let (error, wait) = match failure {
            Failure::Final(error) => return Err(error),
            Failure::Passing { error, wait } => (error, wait),
        };
        if self.made >= TRIES || wait.is_some_and(|wait| wait > LONGEST_PAUSE) || route.is_cancelled() {
            return Err(error);
        }
        let own = FIRST_PAUSE.saturating_mul(1 << (self.made - 1));
        route.pause(&session.options, wait.map_or(own, |wait| wait.max(own)));
        if route.is_cancelled() { Err(error) } else { Ok(()) }
    }
}

impl Route {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(|cancelled| cancelled.load(Ordering::Relaxed))
    }

    fn pause(&self, options: &Options, mut pause: Duration) {
        if self.cancelled.is_none() {
            options.clock.sleep(pause);
            return;
        }
        while !pause.is_zero() && !self.is_cancelled() {
            let step = pause.min(PAUSE_STEP);
            options.clock.sleep(step);
            pause -= step;
        }
    }
}

impl Session {
    pub(crate) fn new(
        options: Arc<Options>,
        agents: Agents,
        reference: &ImageReference,
    ) -> Result<Self, Error> {
        let scheme = match options.protocol {
            Protocol::Https => "https",
            Protocol::PlainHttp => "http",
        };
        let host = match reference.domain() {
            "docker.io" => "registry-1.docker.io",
            other => other,
        };
        let base = format!("{scheme}://{host}/v2/{}", reference.path());
        let registry = base.parse().ok().and_then(|url| Address::of(&url));
        let registry = registry.ok_or_else(|| Error::NoRegistry(reference.name().to_owned()))?;
        Ok(Self {
            options,
            agents,
            reference: reference.clone(),
            registry,
            base,
            login: OnceLock::new(),
            authorization: Mutex::new(None),
        })
    }

    /// The connections of requests in the foreground.
    pub(crate) fn route(&self) -> Route {
        Route { agents: self.agents.clone(), cancelled: None }
    }

    /// The registry's host, and its port if it is unusual.
    pub(crate) fn host(&self) -> String {
        self.registry.to_string()
    }

    pub(crate) fn registry(&self) -> &Address {
        &self.registry
    }

    /// The repository with a tag or a digest.
    pub(crate) fn name(&self, called: &str) -> String {
        let separator = match called {
            "" => "",
            digest if digest.contains(':') => "@",
            _ => ":",
        };
        format!("{}{separator}{called}", self.reference.path())
    }

    /// The origin of the credentials that were used.
    pub(crate) fn origin(&self) -> Option<&CredentialsOrigin> {
        match self.login.get() {
            Some(Ok(Search::Found(_, origin))) => Some(origin),
            _ => None,
        }
    }

    /// Gets a part and reads it whole, with further tries if the network or the registry fails for a moment.
    pub(crate) fn get_document(
        &self,
        part: &Part<'_>,
        what: &'static str,
        limit: usize,
    ) -> Result<(Uri, HeaderMap, Vec<u8>), Error> {
        let route = self.route();
        let mut tries = Tries::new();
        loop {
            let read = self.get_once(&route, part).and_then(|(url, mut answer)| {
                let text = self.read(answer.body_mut(), &url, what, limit)?;
                Ok((url, answer.headers().clone(), text))
            });
            match read {
                Ok(document) => return Ok(document),
                Err(failure) => tries.pause(self, &route, failure)?,
            }
        }
    }

    /// Makes one try. Only an answer with the part is returned.
    pub(crate) fn get_once(&self, route: &Route, part: &Part<'_>) -> Result<(Uri, Response<Body>), Failure> {
        let url: Uri = match &part.url {
            PartUrl::Path(path) => format!("{}/{path}", self.base)
                .parse()
                .map_err(|_| Error::NoRegistry(self.reference.name().to_owned()))?,
            PartUrl::Next(url) => (*url).clone(),
        };
        let known = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut authorization = known;
        let mut is_fresh = false;
        let mut renewals = 0;
        let (at, mut answer) = loop {
            let (at, mut answer) = self.follow(route, &url, part, authorization.as_deref())?;
            if answer.status() != StatusCode::UNAUTHORIZED || at != url {
                break (at, answer);
            }
            let challenges = challenges(answer.headers());
            let message = self.message(&mut answer);
            // An authorization that another download renewed can have expired again.
            if let Some(fresh) = authorization.as_ref().filter(|_| is_fresh || renewals >= RENEWALS) {
                return Err(self.unauthorized(fresh.kind, message).into());
            }
            let renewed;
            (renewed, is_fresh) = self.authorize(route, &challenges, authorization.as_ref(), message)?;
            authorization = Some(renewed);
            renewals += 1;
        };
        match answer.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok((at, answer)),
            status => Err(self.failed(&at, status, &mut answer, part.called)),
        }
    }

    /// Follows redirects. The authorization stays with the registry.
    fn follow(
        &self,
        route: &Route,
        url: &Uri,
        part: &Part<'_>,
        authorization: Option<&Authorization>,
    ) -> Result<(Uri, Response<Body>), Failure> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let address = self.address(&url)?;
            let mut request = Request::get(url.clone());
            if let Some(accept) = part.accept {
                request = request.header(header::ACCEPT, accept);
            }
            if part.from > 0 {
                request = request.header(header::RANGE, format!("bytes={}-", part.from));
            }
            if let Some(authorization) = authorization.filter(|_| address == self.registry) {
                request = request.header(header::AUTHORIZATION, authorization.header(&self.host())?);
            }
            let request = request.body(()).map_err(|_| redirect(&address, "the URL is invalid"))?;
            let agent = route.agents.of(address.is_secure);
            let answer = agent.run(request).map_err(|error| self.network(&address, error))?;
            if !is_redirect(answer.status()) {
                return Ok((url, answer));
            }
            let target = answer.headers().get(header::LOCATION).and_then(|target| target.to_str().ok());
            let target = target.and_then(|target| resolved(&url, target));
            let target = target.ok_or_else(|| redirect(&address, "the target is missing or invalid"))?;
            if address.is_secure && !self.address(&target)?.is_secure {
                return Err(redirect(&address, "the target has no TLS").into());
            }
            url = target;
        }
        Err(redirect(&self.registry, "there are more than 5 redirects").into())
    }

    fn address(&self, url: &Uri) -> Result<Address, Error> {
        Address::of(url).ok_or_else(|| redirect(&self.registry, "the target is not an HTTP URL"))
    }

    fn login(&self) -> Result<&Search, Error> {
        let search = self.login.get_or_init(|| credentials::search(&self.options, &self.reference));
        search.as_ref().map_err(Clone::clone)
    }

    fn secret(&self) -> Result<Option<&LoginSecret>, Error> {
        Ok(match self.login()? {
            Search::Found(secret, _) => Some(secret),
            Search::Missing { .. } => None,
        })
    }

    /// Returns an authorization that differs from the one that the registry rejected, and true if it was
    /// obtained just now.
    fn authorize(
        &self,
        route: &Route,
        challenges: &[Challenge],
        rejected: Option<&Arc<Authorization>>,
        message: Option<String>,
    ) -> Result<(Arc<Authorization>, bool), Failure> {
        let mut current = self.authorization.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(renewed) = current.as_ref()
            && rejected.is_none_or(|rejected| !Arc::ptr_eq(renewed, rejected))
        {
            return Ok((Arc::clone(renewed), false));
        }
        let offered = |scheme: &str| challenges.iter().find(|challenge| challenge.scheme == scheme);
        let (value, kind) = if let Some(challenge) = offered("bearer") {
            let token = self.token(route, challenge)?;
            (Zeroizing::new(format!("Bearer {}", token.as_str())), Kind::Token)
        } else if offered("basic").is_some() {
            let secret = self.secret()?.filter(|secret| secret.identity_token().is_none());
            let Some(secret) = secret.filter(|_| rejected.is_none()) else {
                return Err(self.unauthorized(Kind::Basic, message).into());
            };
            (Zeroizing::new(format!("Basic {}", secret.to_basic().as_str())), Kind::Basic)
        } else {
            let reason = "it asks for a login in a form that rekey does not support".to_owned();
            return Err(Error::Invalid { host: self.host(), what: "an answer", reason }.into());
        };
        let renewed = Arc::new(Authorization { value, kind });
        *current = Some(Arc::clone(&renewed));
        Ok((renewed, true))
    }

    /// Gets a token.
    ///
    /// Source: distribution `docs/content/spec/auth/token.md` and `oauth.md`.
    fn token(&self, route: &Route, challenge: &Challenge) -> Result<Zeroizing<String>, Failure> {
        let invalid = |reason: &str| Error::Invalid {
            host: self.host(),
            what: "an offer of tokens",
            reason: reason.to_owned(),
        };
        let parameter = |name: &str| challenge.parameters.get(name).map(String::as_str);
        let realm = parameter("realm").and_then(|realm| realm.parse::<Uri>().ok());
        let realm = realm.ok_or_else(|| invalid("the realm is not a URL"))?;
        let address = Address::of(&realm).ok_or_else(|| invalid("the realm is not an HTTP URL"))?;
        if !address.may_authenticate(&self.registry) {
            let realm = shown(&address.to_string());
            return Err(Error::Realm { host: self.host(), realm }.into());
        }
        let scope = format!("repository:{}:pull", self.reference.path());
        let scope = parameter("scope").unwrap_or(&scope);
        let mut query = Zeroizing::new(format!("scope={}", encoded(scope)));
        if let Some(service) = parameter("service") {
            query.push_str("&service=");
            query.push_str(&encoded(service));
        }
        let secret = self.secret()?;
        let agent = route.agents.of(address.is_secure);
        let answer = if let Some(token) = secret.and_then(LoginSecret::identity_token) {
            query.push_str("&grant_type=refresh_token&client_id=rekey&refresh_token=");
            query.push_str(&Zeroizing::new(encoded(token)));
            let request = Request::post(realm.clone())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(query.as_str());
            agent.run(request.map_err(|_| invalid("the realm is not a URL"))?)
        } else {
            let separator = if realm.query().is_some() { '&' } else { '?' };
            let mut request = Request::get(format!("{realm}{separator}{}", query.as_str()));
            if let Some(secret) = secret {
                let value = Zeroizing::new(format!("Basic {}", secret.to_basic().as_str()));
                let value = Authorization { value, kind: Kind::Basic }.header(&self.host())?;
                request = request.header(header::AUTHORIZATION, value);
            }
            agent.run(request.body(()).map_err(|_| invalid("the realm is not a URL"))?)
        };
        let mut answer = answer.map_err(|error| self.network(&address, error))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST => {
                let message = self.message(&mut answer);
                let kind =
                    if answer.status() == StatusCode::UNAUTHORIZED { Kind::Basic } else { Kind::Token };
                return Err(self.unauthorized(kind, message).into());
            }
            status if is_redirect(status) => {
                return Err(redirect(&address, "an address of tokens may not redirect").into());
            }
            status if status.is_server_error() || matches!(status.as_u16(), 408 | 429) => {
                return Err(self.failed(&realm, status, &mut answer, ""));
            }
            status => {
                let message = self.message(&mut answer);
                let (host, status) = (address.to_string(), status.as_u16());
                return Err(Error::Status { host, status, message }.into());
            }
        }
        let text = self.read(answer.body_mut(), &realm, "a token", TOKEN_ANSWER_BYTES)?;
        let text = Zeroizing::new(text);
        let answer: TokenAnswer = serde_json::from_slice(&text).unwrap_or_default();
        let token = [answer.token, answer.access_token].into_iter().flatten().find(|token| !token.is_empty());
        let is_fine = |token: &Zeroizing<String>| {
            token.len() <= TOKEN_BYTES && token.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let token = token.filter(is_fine).ok_or_else(|| Error::Invalid {
            host: address.to_string(),
            what: "a token",
            reason: "there is no `token`, or it is invalid".to_owned(),
        })?;
        Ok(token)
    }

    /// Reads a whole body.
    fn read(&self, body: &mut Body, url: &Uri, what: &'static str, limit: usize) -> Result<Vec<u8>, Failure> {
        let address = self.address(url)?;
        let too_large = || Error::TooLarge { host: address.to_string(), what, limit };
        let length = body.content_length();
        if length.is_some_and(|length| length > limit as u64) {
            return Err(too_large().into());
        }
        // The capacity keeps copies of a token from being left behind.
        let capacity = length.map_or(limit.min(TOKEN_ANSWER_BYTES), |length| length as usize);
        let mut text = Vec::with_capacity(capacity + 1);
        let started = Instant::now();
        let allowed = self.options.idle_timeout.saturating_mul(DOCUMENT_TIMEOUTS);
        let mut reader = body.as_reader();
        let mut piece = Zeroizing::new([0; 8192]);
        loop {
            let count =
                reader.read(piece.as_mut_slice()).map_err(|error| self.network(&address, error.into()))?;
            text.extend_from_slice(piece.get(..count).unwrap_or_default());
            if count == 0 {
                return Ok(text);
            }
            if text.len() > limit {
                return Err(too_large().into());
            }
            if started.elapsed() > allowed {
                return Err(Error::Stalled { host: address.to_string(), waited: allowed }.into());
            }
        }
    }

    /// Returns the failure of an answer without the part.
    fn failed(&self, url: &Uri, status: StatusCode, answer: &mut Response<Body>, called: &str) -> Failure {
        let host = match self.address(url) {
            Ok(address) => address.to_string(),
            Err(error) => return error.into(),
        };
        let message = self.message(answer);
        let now = self.options.clock.now();
        let wait = wait(answer.headers(), now);
        let (registry, status) = (self.reference.domain().to_owned(), status.as_u16());
        match status {
            403 => {
                Error::Forbidden { registry, repository: self.reference.path().to_owned(), message }.into()
            }
            404 => Error::NotFound { registry, name: self.name(called), message }.into(),
            429 => Failure::Passing { error: Error::TooManyRequests { host, wait }, wait },
            408 | 500..=599 => {
                Failure::Passing { error: Error::Server { host, status, message, wait }, wait }
            }
            400 if self.options.protocol == Protocol::PlainHttp => Error::NeedsTls { host }.into(),
            _ => Error::Status { host, status, message }.into(),
        }
    }

    /// Returns the error of an answer that rejects the authorization, or the lack of one.
    fn unauthorized(&self, kind: Kind, message: Option<String>) -> Error {
        let registry = self.reference.domain().to_owned();
        let repository = self.reference.path().to_owned();
        match (self.login(), kind) {
            (Err(error), _) => error,
            (Ok(Search::Missing { helper }), _) => {
                Error::LoginRequired { registry, repository, helper: helper.clone() }
            }
            (Ok(Search::Found(_, origin)), Kind::Basic) => {
                Error::LoginRejected { registry, origin: origin.clone() }
            }
            (Ok(Search::Found(..)), Kind::Token) => Error::Forbidden { registry, repository, message },
        }
    }

    /// The registry's own message, unless it repeats a secret.
    fn message(&self, answer: &mut Response<Body>) -> Option<String> {
        #[derive(Deserialize)]
        struct Errors {
            #[serde(rename = "errors")]
            list: Option<Vec<OneError>>,
            details: Option<String>,
            message: Option<String>,
        }
        #[derive(Deserialize)]
        struct OneError {
            message: Option<String>,
        }
        let mut text = Vec::new();
        // A message that breaks off is not worth an error of its own.
        let _ = answer.body_mut().as_reader().take(MESSAGE_BYTES).read_to_end(&mut text);
        let errors: Errors = serde_json::from_slice(&text).ok()?;
        let first = errors.list.and_then(|errors| errors.into_iter().next()?.message);
        let message = first.or(errors.message).or(errors.details)?;
        let known = self.authorization.try_lock().ok().and_then(|known| known.clone());
        let repeats = |known: &Authorization| known.secret().is_some_and(|secret| message.contains(secret));
        let is_secret = known.is_some_and(|known| repeats(&known))
            || matches!(self.login.get(), Some(Ok(Search::Found(secret, _))) if secret.occurs_in(&message));
        let message = shown(&message);
        (!is_secret && !message.is_empty()).then_some(message)
    }

    /// Returns the failure of a connection.
    pub(crate) fn network(&self, address: &Address, error: ureq::Error) -> Failure {
        let host = address.to_string();
        if let Some(error) = tls_error(&error) {
            return tls(address, error).into();
        }
        let connection = |reason: String| Error::Connection { host: host.clone(), reason };
        match error {
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                let seconds = self.options.connect_timeout.as_secs_f32();
                connection(format!("no answer within {seconds} s")).into()
            }
            ureq::Error::Timeout(_) => {
                Failure::passing(Error::Stalled { host, waited: self.options.idle_timeout })
            }
            ureq::Error::Other(other) => match other.downcast_ref::<NotResolved>() {
                Some(NotResolved(host)) => Error::NotResolved { host: shown(host) }.into(),
                None => Failure::passing(Error::Broken { host, reason: "an unknown error".to_owned() }),
            },
            ureq::Error::ConnectProxyFailed(_) => connection("the proxy does not connect".to_owned()).into(),
            ureq::Error::LargeResponseHeader(..) => {
                Error::Invalid { host, what: "headers", reason: "they are too large".to_owned() }.into()
            }
            ureq::Error::Io(error) => {
                use std::io::ErrorKind;
                let reason = shown(&error.to_string());
                match error.kind() {
                    ErrorKind::ConnectionRefused => {
                        connection("no program accepts connections on this port".to_owned()).into()
                    }
                    ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                        connection(reason).into()
                    }
                    _ => Failure::passing(Error::Broken { host, reason }),
                }
            }
            ureq::Error::Protocol(_) => {
                Failure::passing(Error::Broken { host, reason: "the answer is not valid HTTP".to_owned() })
            }
            _ => Failure::passing(Error::Broken { host, reason: "the request failed".to_owned() }),
        }
    }
}

impl Authorization {
    fn header(&self, host: &str) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::from_str(&self.value).map_err(|_| Error::Invalid {
            host: host.to_owned(),
            what: "a token",
            reason: "it has characters that a header may not have".to_owned(),
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// The token, or the password in base64.
    fn secret(&self) -> Option<&str> {
        self.value.split_once(' ').map(|(_, secret)| secret)
    }
}

/// An answer with a token.
#[derive(Default, Deserialize)]
struct TokenAnswer {
    token: Option<Zeroizing<String>>,
    access_token: Option<Zeroizing<String>>,
}

fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let values = headers.get_all(header::WWW_AUTHENTICATE).into_iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(challenge::scan).collect()
}

fn wait(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    retry_after::wait(headers.get(header::RETRY_AFTER)?.to_str().ok()?, now)
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The error of TLS that caused an error.
fn tls_error(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// Returns a text as a value of a query.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn redirect(from: &Address, reason: &str) -> Error {
    Error::Redirect { host: from.to_string(), reason: reason.to_owned() }
}

/// Returns the error of a TLS connection.
fn tls(address: &Address, error: &rustls::Error) -> Error {
    use rustls::CertificateError as Certificate;
    let host = address.to_string();
    match error {
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            Error::PlainHttp { host }
        }
        rustls::Error::InvalidCertificate(certificate) => {
            let not_trusted =
                |reason: &str| Error::NotTrusted { host: host.clone(), reason: reason.to_owned() };
            let reason = match certificate {
                Certificate::UnknownIssuer => {
                    return not_trusted("the authority that issued it is unknown");
                }
                Certificate::BadSignature => {
                    return not_trusted("another authority of the same name issued it");
                }
                Certificate::Expired | Certificate::ExpiredContext { .. } => "it has expired".to_owned(),
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                    "it is not valid yet".to_owned()
                }
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                    "it is for another host".to_owned()
                }
                Certificate::Other(other)
                    if other.0.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity) =>
                {
                    "it is that of an authority, not of a server; issue one with `-addext basicConstraints=CA:FALSE`"
                        .to_owned()
                }
                other => shown(&other.to_string()),
            };
            Error::Certificate { host, reason }
        }
        other => Error::Tls { host, reason: shown(&other.to_string()) },
    }
}
