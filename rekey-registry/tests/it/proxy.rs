//! The proxy before a registry that makes faults, asks for a login and records requests.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rekey_core::ImageReference;

use crate::harness::Authority;

/// A fault for requests whose path contains a text.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) path: String,
    pub(crate) action: Action,
    /// The number of requests before the fault stops.
    pub(crate) times: usize,
}

impl Rule {
    pub(crate) fn always(path: &str, action: Action) -> Self {
        Self::times(usize::MAX, path, action)
    }

    pub(crate) fn times(times: usize, path: &str, action: Action) -> Self {
        Self { path: path.to_owned(), action, times }
    }
}

#[derive(Clone)]
pub(crate) enum Action {
    /// Another answer: status, headers, body.
    Answer(u16, String, Vec<u8>),
    /// No byte comes.
    Silence,
    /// The headers come, and then nothing.
    Stall,
    /// The connection ends after so many bytes of the body.
    Cut(usize),
    /// The byte in the middle of the body is another one.
    Flip,
    /// A redirect to the same path below a URL.
    Redirect(String),
    /// The header `Range` is ignored.
    IgnoreRange,
    /// The connection ends after so many bytes, and `Range` is ignored.
    CutWithoutRange(usize),
}

/// The way in which the proxy asks for a login.
#[derive(Clone)]
pub(crate) enum Login {
    Open,
    /// A user and a password in base64.
    Basic(String),
    /// Tokens from a realm, for a user and a password in base64 or for anyone; each is valid for so many
    /// requests.
    Token {
        realm: String,
        user: Option<String>,
        uses: usize,
    },
}

/// A request that the proxy received.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) range: Option<String>,
    pub(crate) body: String,
}

/// The proxy, which ends with this value.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    upstream: Option<u16>,
    tls: Option<Arc<rustls::ServerConfig>>,
    rules: Mutex<Vec<Rule>>,
    login: Login,
    /// The tokens, with the number of uses that are left.
    tokens: Mutex<BTreeMap<String, usize>>,
    seen: Mutex<Vec<Seen>>,
    stopped: AtomicBool,
    stalled: AtomicUsize,
    /// The number of stalled connections that the client ended.
    ended: AtomicUsize,
}

impl Proxy {
    pub(crate) fn start(
        upstream: Option<u16>,
        authority: Option<&Authority>,
        login: Login,
        rules: Vec<Rule>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            upstream,
            tls: authority.map(|authority| Arc::clone(&authority.server)),
            rules: Mutex::new(rules),
            login,
            tokens: Mutex::default(),
            seen: Mutex::default(),
            stopped: AtomicBool::new(false),
            stalled: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
        });
        let own = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if own.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), own) = (stream, Arc::clone(&own)) else { continue };
                thread::spawn(move || own.serve(stream, port));
            }
        });
        Self { port, state }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.path).collect()
    }

    pub(crate) fn stalled(&self) -> usize {
        self.state.stalled.load(Ordering::Relaxed)
    }

    pub(crate) fn ended(&self) -> usize {
        self.state.ended.load(Ordering::Relaxed)
    }

    pub(crate) fn registry(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn reference(&self, rest: &str) -> ImageReference {
        ImageReference::parse(format!("{}/{rest}", self.registry())).unwrap()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl State {
    fn serve(&self, stream: TcpStream, port: u16) {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let watched = stream.try_clone().unwrap();
        let stream: Box<dyn Stream> = match &self.tls {
            Some(config) => {
                let connection = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
                Box::new(rustls::StreamOwned::new(connection, stream))
            }
            None => Box::new(stream),
        };
        let mut reader = BufReader::new(stream);
        while self.exchange(&mut reader, &watched, port).is_ok() {}
        let _ = watched.shutdown(Shutdown::Both);
    }

    fn exchange(
        &self,
        reader: &mut BufReader<Box<dyn Stream>>,
        watched: &TcpStream,
        port: u16,
    ) -> io::Result<()> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // As Go's server does for a client that begins with TLS.
            if lines.is_empty() && !line.starts_with(b"GET ") && !line.starts_with(b"POST ") {
                reader.get_mut().write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")?;
                return Err(io::ErrorKind::InvalidData.into());
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let header = |name: &str| {
            lines.iter().find_map(|line| {
                let (own, value) = line.split_once(": ")?;
                own.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let path = lines[0].split(' ').nth(1).unwrap_or("/");
        let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let (authorization, mut range) = (header("authorization"), header("range"));
        self.seen.lock().unwrap().push(Seen {
            path: path.to_owned(),
            authorization: authorization.clone(),
            range: range.clone(),
            body: String::from_utf8(body).unwrap_or_default(),
        });
        let of_realm = path.starts_with("/token").then(|| self.action(path)).flatten();
        let rejected = || self.rejected(path, authorization.as_deref(), port);
        let action = of_realm.or_else(rejected).or_else(|| self.action(path));
        if matches!(action, Some(Action::IgnoreRange | Action::CutWithoutRange(_))) {
            range = None;
        }
        if matches!(action, Some(Action::Silence)) {
            self.wait_for_end(watched);
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (status, headers, body) = match &action {
            Some(Action::Answer(status, headers, body)) => (*status, headers.clone(), body.clone()),
            Some(Action::Redirect(to)) => (307, format!("Location: {to}{path}\r\n"), Vec::new()),
            _ => self.forward(path, &header("accept").unwrap_or_default(), range.as_deref())?,
        };
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        let stream = reader.get_mut();
        stream.write_all(head.as_bytes())?;
        match action {
            Some(Action::Stall) => {
                stream.flush()?;
                self.wait_for_end(watched);
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Some(Action::Cut(length) | Action::CutWithoutRange(length)) => {
                stream.write_all(&body[..length.min(body.len())])?;
                stream.flush()?;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Some(Action::Flip) => {
                let mut body = body;
                let middle = body.len() / 2;
                body[middle] ^= 1;
                stream.write_all(&body)?;
            }
            _ => stream.write_all(&body)?,
        }
        stream.flush()
    }

    /// Waits until the client ends the connection.
    fn wait_for_end(&self, mut watched: &TcpStream) {
        self.stalled.fetch_add(1, Ordering::Relaxed);
        watched.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) && !self.stopped.load(Ordering::Relaxed) {
            match watched.read(&mut [0; 64]) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                Ok(1..) => {}
                _ => {
                    self.ended.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
        }
    }

    /// The answer to a request without a login.
    fn rejected(&self, path: &str, authorization: Option<&str>, port: u16) -> Option<Action> {
        let denied = |challenge: String| {
            let body = br#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
            Some(Action::Answer(401, format!("WWW-Authenticate: {challenge}\r\n"), body.to_vec()))
        };
        match &self.login {
            Login::Open => None,
            Login::Basic(user) => {
                let is_known = authorization == Some(&format!("Basic {user}"));
                if is_known { None } else { denied("Basic realm=\"x\"".to_owned()) }
            }
            Login::Token { realm, user, uses } => {
                let mut tokens = self.tokens.lock().unwrap();
                if path.starts_with("/token") {
                    let basic = authorization.and_then(|value| value.strip_prefix("Basic "));
                    if basic != user.as_deref() {
                        // A service that repeats what it was sent.
                        let basic = basic.unwrap_or_default();
                        let body = format!(r#"{{"details": "incorrect user or password: {basic}"}}"#);
                        return Some(Action::Answer(401, String::new(), body.into_bytes()));
                    }
                    let token = format!("CANARY-token-{port}-{}", tokens.len());
                    tokens.insert(token.clone(), *uses);
                    let body = format!(r#"{{"access_token": "{token}", "expires_in": 60}}"#);
                    return Some(Action::Answer(200, String::new(), body.into_bytes()));
                }
                let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
                let left = token.and_then(|token| tokens.get_mut(token));
                if let Some(left) = left.filter(|left| **left > 0) {
                    *left -= 1;
                    return None;
                }
                let realm = realm.replace("PORT", &port.to_string());
                denied(format!("Bearer realm=\"{realm}\",service=\"tests\",scope=\"repository:a/b:pull\""))
            }
        }
    }

    fn action(&self, path: &str) -> Option<Action> {
        let mut rules = self.rules.lock().unwrap();
        let rule = rules.iter_mut().find(|rule| path.contains(&rule.path) && rule.times > 0)?;
        rule.times -= 1;
        Some(rule.action.clone())
    }

    /// Asks the registry.
    fn forward(&self, path: &str, accept: &str, range: Option<&str>) -> io::Result<(u16, String, Vec<u8>)> {
        let Some(upstream) = self.upstream else { return Ok((404, String::new(), Vec::new())) };
        let mut stream = TcpStream::connect(("127.0.0.1", upstream))?;
        let range = range.map_or_else(String::new, |range| format!("Range: {range}\r\n"));
        write!(stream, "GET {path} HTTP/1.0\r\nHost: registry\r\nAccept: {accept}\r\n{range}\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(500);
        let kept = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            !matches!(name.as_str(), "content-length" | "connection" | "transfer-encoding")
        };
        let headers: String = head.lines().skip(1).filter(kept).flat_map(|line| [line, "\r\n"]).collect();
        Ok((status, headers, answer.split_off(end + 4)))
    }
}
