//! The options of access to a registry.

use std::{
    collections::HashMap,
    ffi::OsString,
    fmt,
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

/// The options of access to a registry. Fields that are not set have the values that suit a person at a
/// terminal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The protocol of registries.
    pub protocol: Protocol,
    /// The place of the credentials.
    pub credentials: Credentials,
    /// The programs that have credentials.
    pub helpers: Helpers,
    /// The maximum time without a byte.
    pub idle_timeout: Duration,
    /// The maximum time to connect.
    pub connect_timeout: Duration,
    /// Certificates of authorities that are trusted in addition to those of the system, in PEM.
    pub ca_certificates: Vec<u8>,
    /// The folders with a folder of certificates for each registry, as podman and docker have them.
    pub certificate_folders: Vec<PathBuf>,
    /// The name of the client.
    pub user_agent: String,
    /// The variables of the environment.
    pub environment: Environment,
    /// The clock for pauses between tries.
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            protocol: Protocol::default(),
            credentials: Credentials::default(),
            helpers: Helpers::default(),
            idle_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            ca_certificates: Vec::new(),
            certificate_folders: vec!["/etc/containers/certs.d".into(), "/etc/docker/certs.d".into()],
            user_agent: concat!("rekey/", env!("CARGO_PKG_VERSION")).to_owned(),
            environment: Environment::of_process(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// The protocol of registries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP over TLS.
    #[default]
    Https,
    /// HTTP without TLS. Credentials are sent unencrypted, but only to the registry itself.
    PlainHttp,
}

/// The place of the credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// The files in which podman and docker look for them.
    #[default]
    Standard,
    /// This file only.
    File(PathBuf),
    /// No credentials.
    Anonymous,
}

/// The use of the programs that an auth file names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Helpers {
    /// No program is run. If the registry requires a login, the error names the program.
    #[default]
    Ignore,
    /// The program for the registry is run.
    Run,
}

/// The variables of an environment.
#[derive(Clone)]
pub struct Environment(Arc<Lookup>);

type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

impl Environment {
    /// Returns the environment of this process.
    pub fn of_process() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// Returns an environment that a function looks up.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }

    /// Returns an environment of these variables only.
    pub fn from_variables<N: Into<String>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pair = |(name, value): (N, V)| (name.into(), value.into());
        let variables: HashMap<String, OsString> = variables.into_iter().map(pair).collect();
        Self::from_lookup(move |name| variables.get(name).cloned())
    }

    /// Returns the value of a variable; `None` if it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// Returns the value of a variable as a path.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// The folder of a person's configuration.
    pub(crate) fn config_folder(&self) -> Option<PathBuf> {
        self.path("XDG_CONFIG_HOME").or_else(|| Some(self.home()?.join(".config")))
    }

    /// A person's folder.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.path("USERPROFILE"))
    }
}

impl fmt::Debug for Environment {
    /// Omits the values, which can be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// A clock. Tests have one that does not wait.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the time.
    fn now(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, pause: Duration);
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, pause: Duration) {
        thread::sleep(pause);
    }
}
