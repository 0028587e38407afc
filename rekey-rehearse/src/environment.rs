//! The environment in which git, ssh and the engines run: nothing is inherited except what is listed here.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// Variables of proxies, which a network may need.
const PROXIES: &[&str] = &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

/// Settings of git that turn off everything that a configuration could run, and every protocol but two.
const GIT: &[&str] = &[
    "credential.helper=",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.pager=cat",
    "protocol.allow=never",
    "protocol.ssh.allow=always",
    "protocol.https.allow=always",
    "http.followRedirects=initial",
    "gc.auto=0",
    "maintenance.auto=false",
    "init.templateDir=",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "core.symlinks=true",
    "advice.detachedHead=false",
];

/// The folders and settings of a run.
pub(crate) struct Environment {
    /// The private folder, which is also the one for temporary files.
    pub(crate) folder: PathBuf,
    /// An empty folder in place of the user's home.
    pub(crate) home: PathBuf,
    /// The file of the private key, if there is one.
    pub(crate) key: Option<PathBuf>,
    /// The file of known host keys.
    pub(crate) known_hosts: PathBuf,
    /// The limit for connecting in seconds.
    pub(crate) connect: u64,
}

impl Environment {
    /// A program with nothing but a path, a home and a folder for temporary files.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        self.set(&mut command);
        command
    }

    /// A program whose new files others can read, whatever the umask of this process.
    ///
    /// Under umask 077 the files of a clone would be unreadable for the user of the image.
    pub(crate) fn with_open_files(&self, name: &str) -> Command {
        let mut command = self.program("/bin/sh");
        command.args(["-c", "umask 022; exec \"$@\"", "sh", name]);
        command
    }

    fn set(&self, command: &mut Command) {
        command.env_clear().current_dir(&self.folder);
        command.env("PATH", env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin")));
        command.env("HOME", &self.home).env("TMPDIR", &self.folder).env("LC_ALL", "C");
        for name in PROXIES {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
    }

    /// Git, isolated: only the URL's host, only this key, no configuration, hook, helper, filter or prompt.
    pub(crate) fn git(&self) -> Command {
        self.add_git(self.program("git"))
    }

    /// Git for a clone.
    pub(crate) fn git_with_open_files(&self) -> Command {
        self.add_git(self.with_open_files("git"))
    }

    fn add_git(&self, mut command: Command) -> Command {
        Self::set_git(&mut command);
        command.env("GIT_SSH_COMMAND", self.ssh_command());
        command.env("GIT_ALLOW_PROTOCOL", "ssh:https");
        for setting in GIT {
            command.args(["-c", setting]);
        }
        command
    }

    /// Git on the user's own checkout, whose configuration may name programs: no protocol, and only commands
    /// that run no filter. `arguments` must be one of those that read objects, the index or ignore files.
    pub(crate) fn git_of_checkout(&self, checkout: &Path) -> Command {
        let mut command = self.program("git");
        Self::set_git(&mut command);
        command.env("GIT_SSH_COMMAND", "/bin/false").env("GIT_ALLOW_PROTOCOL", "none");
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0");
        for setting in GIT.iter().filter(|setting| !setting.starts_with("protocol.")) {
            command.args(["-c", setting]);
        }
        command.arg("-C").arg(checkout);
        command
    }

    fn set_git(command: &mut Command) {
        command
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "/bin/false")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GIT_PROTOCOL_FROM_USER", "0")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("GIT_SSH_VARIANT", "ssh");
        if let Some((_, file)) = certificates() {
            command.env("GIT_SSL_CAINFO", file);
        }
    }

    /// The options of every ssh connection.
    pub(crate) fn ssh_options(&self) -> Vec<String> {
        let options = [
            "IdentitiesOnly=yes".to_owned(),
            "IdentityAgent=none".to_owned(),
            "BatchMode=yes".to_owned(),
            "GlobalKnownHostsFile=/dev/null".to_owned(),
            "UpdateHostKeys=no".to_owned(),
            "ControlPath=none".to_owned(),
            "CheckHostIP=no".to_owned(),
            "ServerAliveInterval=15".to_owned(),
            "ServerAliveCountMax=2".to_owned(),
            format!("ConnectTimeout={}", self.connect),
            "LogLevel=VERBOSE".to_owned(),
        ];
        let mut all = vec!["-F".to_owned(), "none".to_owned()];
        all.extend(options.into_iter().flat_map(|option| ["-o".to_owned(), option]));
        all
    }

    /// The command with which git connects.
    fn ssh_command(&self) -> String {
        let mut words = vec!["ssh".to_owned()];
        words.extend(self.ssh_options());
        let mut add = |option: String| words.extend(["-o".to_owned(), option]);
        add("StrictHostKeyChecking=yes".to_owned());
        add(format!("UserKnownHostsFile=\"{}\"", self.known_hosts.display()));
        if let Some(key) = &self.key {
            add("PreferredAuthentications=publickey".to_owned());
            add(format!("IdentityFile=\"{}\"", key.display()));
        } else {
            add("PreferredAuthentications=none".to_owned());
            add("IdentityFile=none".to_owned());
        }
        let quoted = |word: &String| format!("'{}'", word.replace('\'', r"'\''"));
        words.iter().map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// The variable that names further certificates, and the file.
pub(crate) fn certificates() -> Option<(&'static str, PathBuf)> {
    ["SSL_CERT_FILE", "GIT_SSL_CAINFO"].into_iter().find_map(|name| {
        let file = env::var_os(name).filter(|file| !file.is_empty())?;
        Some((name, PathBuf::from(file)))
    })
}

/// The proxy of the environment for HTTPS, without user info.
pub(crate) fn proxy() -> Option<String> {
    let set =
        PROXIES.iter().take(4).find_map(|name| env::var(name).ok().filter(|proxy| !proxy.is_empty()))?;
    let (scheme, rest) = set.split_once("://").unwrap_or(("http", &set));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    Some(format!("{scheme}://{host}"))
}

/// Returns true if a program is in a folder of the path.
pub(crate) fn has_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}
