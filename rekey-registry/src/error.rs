//! The reasons why an image cannot be fetched.

use std::{fmt, path::PathBuf, time::Duration};

use rekey_core::{mask::masked, text::printable};

/// The reason why an image cannot be fetched. Each message is one line that says what to do; none contains a
/// password, a token or a URL that could contain one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The reference has no registry.
    #[error("`{0}` names no registry: write it as `registry.example.com/{0}`")]
    NoRegistry(String),
    /// The registry's name has no address.
    #[error("the name `{host}` cannot be resolved: check the spelling and the network")]
    NotResolved {
        /// The host.
        host: String,
    },
    /// The registry cannot be reached.
    #[error("cannot connect to `{host}`: {reason}; check the port, the network and `HTTPS_PROXY`")]
    Connection {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The registry does not answer, or stops in the middle of an answer.
    #[error("`{host}` sent nothing for {} s: try again later, or allow more time", .waited.as_secs_f32())]
    Stalled {
        /// The host.
        host: String,
        /// The time without a byte.
        waited: Duration,
    },
    /// The connection broke off too often.
    #[error("the connection to `{host}` broke off: {reason}; try again")]
    Broken {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The authority of the registry's certificate is not trusted here.
    #[error(
        "the certificate of `{host}` is not trusted: {reason}; set `SSL_CERT_FILE` to your company's CA, or put it into \
         `/etc/containers/certs.d/{host}/ca.crt`"
    )]
    NotTrusted {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The registry's certificate is invalid.
    #[error("the certificate of `{host}` is invalid: {reason}")]
    Certificate {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The registry has no TLS.
    #[error("the registry `{host}` answers plain HTTP: pass `--plain-http`")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// The registry rejects a request without TLS.
    #[error("`{host}` rejects the request: if it uses TLS, leave out `--plain-http`")]
    NeedsTls {
        /// The host.
        host: String,
    },
    /// The TLS connection failed.
    #[error("the TLS connection to `{host}` failed: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The registry requires a login, and no credentials were found.
    #[error("`{registry}` requires a login for `{repository}`, or the repository does not exist: {}", hint(.registry, .helper.as_deref()))]
    LoginRequired {
        /// The registry as references name it.
        registry: String,
        /// The repository.
        repository: String,
        /// The helper that has the credentials and was not run.
        helper: Option<String>,
    },
    /// The registry rejects the credentials.
    #[error("`{registry}` rejects the credentials of {origin}: log in again with `podman login {registry}`")]
    LoginRejected {
        /// The registry as references name it.
        registry: String,
        /// The origin of the credentials.
        origin: CredentialsOrigin,
    },
    /// The user has no right to read the repository.
    #[error("`{registry}` does not allow reading `{repository}`{}: check the rights of the user", said(.message.as_ref()))]
    Forbidden {
        /// The registry as references name it.
        registry: String,
        /// The repository.
        repository: String,
        /// The registry's message.
        message: Option<String>,
    },
    /// The repository, its tag or its digest does not exist, or the user may not see it.
    #[error("`{registry}` has no `{name}`{}: check the name, or log in to see private repositories", said(.message.as_ref()))]
    NotFound {
        /// The registry as references name it.
        registry: String,
        /// The repository with the tag or the digest.
        name: String,
        /// The registry's message.
        message: Option<String>,
    },
    /// The registry limits the number of requests.
    #[error("`{host}` limits the number of requests: try again {}, or log in if the limit is for anonymous users", Wait(*.wait))]
    TooManyRequests {
        /// The host.
        host: String,
        /// The time after which the registry accepts requests again.
        wait: Option<Duration>,
    },
    /// The registry has a defect or is overloaded.
    #[error("`{host}` answers {status}{}: try again {}", said(.message.as_ref()), Wait(*.wait))]
    Server {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// The registry's message.
        message: Option<String>,
        /// The time after which the registry accepts requests again.
        wait: Option<Duration>,
    },
    /// The registry sent another status.
    #[error("`{host}` answers {status}{}: check that it is a container registry", said(.message.as_ref()))]
    Status {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// The registry's message.
        message: Option<String>,
    },
    /// The answer is not what the protocol requires.
    #[error("`{host}` sent {what} that cannot be read: {reason}; check that it is a container registry")]
    Invalid {
        /// The host.
        host: String,
        /// The part of the answer.
        what: &'static str,
        /// The reason.
        reason: String,
    },
    /// The manifest has another digest than the one that was requested or announced.
    #[error(
        "the manifest of `{name}` should have the digest `{expected}`, but has `{found}`: the registry or a proxy corrupts it"
    )]
    Digest {
        /// The repository with the tag or the digest.
        name: String,
        /// The digest that was requested or announced.
        expected: String,
        /// The digest of the bytes.
        found: String,
    },
    /// The manifest has schema 1.
    #[error(
        "`{0}` has a manifest of schema 1, which no current tool reads: push the image again with a current podman or docker"
    )]
    SchemaOne(String),
    /// An answer exceeds a limit.
    #[error("`{host}` sent {what} of more than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The part of the answer.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The list of tags exceeds a limit.
    #[error("`{0}` has too many tags: rekey reads at most 100 pages and 100,000 tags")]
    TooManyTags(String),
    /// A redirect cannot be followed.
    #[error("`{host}` redirects in a way that rekey does not follow: {reason}")]
    Redirect {
        /// The host.
        host: String,
        /// The reason.
        reason: String,
    },
    /// The registry requires a token from a host that may belong to someone else.
    #[error(
        "`{host}` requires a token from `{realm}`, which is not on the same site over TLS: rekey sends it no credentials"
    )]
    Realm {
        /// The host.
        host: String,
        /// The host of the tokens.
        realm: String,
    },
    /// An auth file cannot be read.
    #[error("the auth file `{}` cannot be read: {reason}", .path.display())]
    AuthFile {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A credential helper failed.
    #[error("the credential helper `{program}` failed: {reason}")]
    Helper {
        /// The program.
        program: String,
        /// The reason.
        reason: String,
    },
    /// A file of certificates cannot be read.
    #[error("the certificates in {origin} cannot be read: {reason}")]
    Certificates {
        /// The file or the option.
        origin: String,
        /// The reason.
        reason: String,
    },
    /// A proxy's address is invalid.
    #[error("the variable `{0}` is not the address of a proxy")]
    Proxy(&'static str),
    /// An engine is not installed and its service does not run.
    #[error(
        "podman is not installed, and its service does not run: install podman, or start `podman system service`"
    )]
    NoPodman,
    /// Docker's service cannot be reached.
    #[error("docker's service cannot be reached at {0}: start it, or set `DOCKER_HOST`")]
    NoDocker(String),
    /// The service of an engine is on another machine or in another form.
    #[error("rekey reads images only through a Unix socket, and `{variable}` is set to another address")]
    EngineAddress {
        /// The variable.
        variable: &'static str,
    },
    /// The engine has no image with this name.
    #[error("{engine} has no image `{name}`; `{engine} images` lists them")]
    NoImage {
        /// The engine.
        engine: &'static str,
        /// The name.
        name: String,
    },
    /// The engine failed.
    #[error("{engine} cannot save `{name}`: {reason}")]
    Engine {
        /// The engine.
        engine: &'static str,
        /// The name.
        name: String,
        /// The reason.
        reason: String,
    },
}

/// The origin of credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsOrigin {
    /// An auth file.
    File(PathBuf),
    /// A program that an auth file names.
    Helper {
        /// The program.
        program: String,
        /// The file that names it.
        file: PathBuf,
    },
}

impl fmt::Display for CredentialsOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "`{}`", printable(&path.display().to_string())),
            Self::Helper { program, file } => {
                write!(f, "`{program}`, which `{}` names", printable(&file.display().to_string()))
            }
        }
    }
}

/// Returns the way to log in.
fn hint(registry: &str, helper: Option<&str>) -> String {
    match helper {
        Some(helper) => {
            format!("the credentials are with the helper `{helper}`: pass `--credential-helpers` to run it")
        }
        None => format!("log in with `podman login {registry}`, or pass `--auth-file`"),
    }
}

fn said(message: Option<&String>) -> String {
    message.map_or_else(String::new, |message| format!(" (`{message}`)"))
}

/// The time to wait, in words.
struct Wait(Option<Duration>);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: u64 = 60;
        let Some(wait) = self.0 else { return f.write_str("later") };
        let seconds = wait.as_secs().max(1);
        let (count, unit) = match seconds {
            0..120 => (seconds, "second"),
            120..7200 => (seconds.div_ceil(MINUTE), "minute"),
            _ => (seconds.div_ceil(MINUTE * MINUTE), "hour"),
        };
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "in {count} {unit}{plural}")
    }
}

/// The maximum length of a message from a server or a program.
const MESSAGE_CHARS: usize = 200;

/// Returns a text of a server or a program as a part of a message: one short line, printable, without secrets.
pub(crate) fn shown(text: &str) -> String {
    let masked = masked(text);
    let line = masked.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let short: String = line.chars().filter(|c| *c != '`').take(MESSAGE_CHARS).collect();
    printable(&short).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_the_unit_that_fits() {
        for (seconds, expected) in [
            (None, "later"),
            (Some(0), "in 1 second"),
            (Some(90), "in 90 seconds"),
            (Some(121), "in 3 minutes"),
            (Some(7200), "in 2 hours"),
        ] {
            assert_eq!(Wait(seconds.map(Duration::from_secs)).to_string(), expected, "{seconds:?}");
        }
    }

    #[test]
    fn a_foreign_text_becomes_one_short_line() {
        for (text, expected) in [
            ("", String::new()),
            ("\n first \nsecond", "first".to_owned()),
            ("a `b` c", "a b c".to_owned()),
            ("PASSWORD=hunter2hunter2", "PASSWORD=***".to_owned()),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb".to_owned()),
            (&"x".repeat(500), "x".repeat(200)),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
