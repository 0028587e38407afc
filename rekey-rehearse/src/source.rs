//! The steps about the git host and the repository.

use std::fmt::Write as _;

use rekey_core::{
    git_url::Transport,
    rehearsal::{Program, SourceFailure},
    text::shell_quoted,
};

use crate::{
    Run, StepEnd, answers,
    environment::{self, has_program},
    host_keys, https,
    process::{self, Ended, Output},
};

/// The oldest git that has the variables which turn off its configuration.
const OLDEST_GIT: (u32, u32) = (2, 32);
/// The limit of a request in seconds.
const REQUEST: u64 = 60;
/// The limit of a clone in seconds.
const CLONE: u64 = 900;
/// The maximum number of files of a commit, and their maximum size.
pub(crate) const MOST_FILES: usize = 200_000;
pub(crate) const MOST_BYTES: u64 = 8 << 30;

impl Run<'_> {
    /// Records the versions of the programs, or fails if one is missing.
    fn programs(&mut self, names: &[&str]) -> Option<StepEnd> {
        for name in names {
            let failure = if has_program(name) {
                let version = self.version(name);
                let too_old =
                    *name == "git" && version.as_deref().and_then(number).is_some_and(|v| v < OLDEST_GIT);
                if let Some(version) = version.clone() {
                    self.facts.programs.push(Program { name: (*name).to_owned(), version });
                }
                too_old.then_some(version).map(|found| (name, found))
            } else {
                Some((name, None))
            };
            if let Some((program, found)) = failure {
                let failure = SourceFailure::MissingProgram { program: (*program).to_owned(), found };
                return Some(self.fail(failure, None));
            }
        }
        None
    }

    fn version(&self, name: &str) -> Option<String> {
        let mut command = self.environment.program(name);
        command.arg(if name == "ssh" { "-V" } else { "--version" });
        let output = process::run(&mut command, b"", &self.limits(REQUEST), &mut |_| {}).ok()?;
        let text = if output.stdout.is_empty() { output.stderr.clone() } else { output.text() };
        text.lines().next().map(|line| line.trim().to_owned())
    }

    /// Records a failure that ends the rehearsal.
    pub(crate) fn fail(&mut self, failure: SourceFailure, evidence: Option<String>) -> StepEnd {
        self.source().failure = Some(failure);
        StepEnd::Last(evidence, "an earlier step found the reason".to_owned())
    }

    /// The host and port as messages show them.
    fn address(&self) -> String {
        let port = self.url.port().unwrap_or(self.url.transport().default_port());
        format!("{}:{port}", self.url.host())
    }

    fn surroundings(&mut self) {
        let is_https = self.url.transport() == Transport::Https;
        let source = self.source();
        source.proxy = environment::proxy().filter(|_| is_https);
        source.certificates =
            environment::certificates().filter(|_| is_https).map(|(name, _)| name.to_owned());
    }

    pub(crate) fn reach_ssh(&mut self) -> StepEnd {
        if let Some(end) = self.programs(&["git", "ssh", "ssh-keygen"]) {
            return end;
        }
        self.source().key = self.request.key_fingerprint.clone();
        let known = self.known_lines();
        let known_file = self.environment.known_hosts.clone();
        let strict = if known.is_empty() { "accept-new" } else { "yes" };
        if !known.is_empty() && std::fs::write(&known_file, &known).is_err() {
            return StepEnd::NotRun("the private folder cannot be written".to_owned());
        }
        let mut command = self.environment.program("ssh");
        command.args(self.environment.ssh_options());
        command.args(["-o", "PreferredAuthentications=none", "-o", "IdentityFile=none"]);
        command.arg("-o").arg(format!("StrictHostKeyChecking={strict}"));
        command.arg("-o").arg(format!("UserKnownHostsFile=\"{}\"", known_file.display()));
        command.arg("-T");
        if let Some(port) = self.url.port() {
            command.args(["-p", &port.to_string()]);
        }
        command.args(["-l", self.url.user().unwrap_or("git"), "--", self.url.host(), "true"]);
        let output = process::run(&mut command, b"", &self.limits(REQUEST), &mut |_| {});
        let Ok(output) = output else { return StepEnd::NotRun("ssh cannot be started".to_owned()) };
        let address = self.address();
        let failure = if output.ended == Ended::TimedOut {
            Some(SourceFailure::Timeout {
                host: address.clone(),
                seconds: self.limits(REQUEST).time.as_secs(),
            })
        } else {
            answers::of_connection(&output.stderr, &address, self.environment.connect)
        };
        let port = self.url.port().map_or_else(String::new, |port| format!(" -p {port}"));
        let shown = format!("ssh{port} {}", shell_quoted(self.url.host()));
        let evidence = evidence(&shown, &output);
        match failure {
            // The host answers; the next step says what is wrong with its key.
            Some(
                failure @ (SourceFailure::UnknownHostKey { .. }
                | SourceFailure::ChangedHostKey { .. }
                | SourceFailure::OutdatedAlgorithms { .. }),
            ) => {
                self.source().failure = Some(failure);
                StepEnd::Next(Some(format!("`{shown}` answers")))
            }
            Some(failure) => self.fail(failure, Some(evidence)),
            None => StepEnd::Next(Some(format!("`{shown}` answers"))),
        }
    }

    /// The lines of the user's file of known hosts about this host, also hashed ones. A given fingerprint or a published one is compared
    /// instead, since a file may be outdated.
    fn known_lines(&self) -> String {
        let has_fingerprint =
            self.options.host_key.is_some() || host_keys::published(self.url.host()).is_some();
        let home = std::env::var_os("HOME").unwrap_or_default();
        let file = std::path::Path::new(&home).join(".ssh/known_hosts");
        if has_fingerprint || !file.is_file() {
            return String::new();
        }
        let name = match self.url.port().filter(|port| *port != 22) {
            Some(port) => format!("[{}]:{port}", self.url.host()),
            None => self.url.host().to_owned(),
        };
        let mut command = self.environment.program("ssh-keygen");
        command.arg("-F").arg(name).arg("-f").arg(file);
        let found = process::run(&mut command, b"", &self.limits(REQUEST), &mut |_| {});
        let text = found.map_or_else(|_| String::new(), |output| output.text());
        text.lines().filter(|line| !line.starts_with('#')).fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{line}");
            all
        })
    }

    pub(crate) fn host_ssh(&mut self) -> StepEnd {
        if let Some(failure) = self.source().failure.clone() {
            return self.fail(failure, None);
        }
        let host = self.url.host().to_owned();
        let lines = std::fs::read_to_string(&self.environment.known_hosts).unwrap_or_default();
        let keys: Vec<_> = lines.lines().filter_map(host_keys::of_line).collect();
        let published = host_keys::published(&host);
        let given = self.options.host_key.as_deref();
        if given.is_none() && published.is_none() {
            // Either the user's own lines, which ssh compared, or the line that it just wrote.
            if self.known_lines().is_empty() {
                let (algorithm, fingerprint) = keys.into_iter().next().unwrap_or_default();
                return self.fail(SourceFailure::UnknownHostKey { host, algorithm, fingerprint }, None);
            }
            return StepEnd::Next(Some("the host key is in `~/.ssh/known_hosts`".to_owned()));
        }
        let is_known = |fingerprint: &str| match given {
            Some(given) => given.trim_end_matches('=') == fingerprint,
            None => published.is_some_and(|published| published.contains(&fingerprint)),
        };
        match keys.into_iter().next() {
            Some((algorithm, fingerprint)) if is_known(&fingerprint) => {
                let how = if given.is_some() { "as given" } else { "as the host publishes it" };
                StepEnd::Next(Some(format!("{algorithm} {fingerprint}, {how}")))
            }
            Some((_, fingerprint)) => {
                let known = given.map_or_else(
                    || format!("rekey's table of {}", host_keys::DAY),
                    |_| "--host-key".to_owned(),
                );
                self.fail(SourceFailure::ChangedHostKey { host, fingerprint, known }, None)
            }
            None => {
                let (algorithm, fingerprint) = Default::default();
                self.fail(SourceFailure::UnknownHostKey { host, algorithm, fingerprint }, None)
            }
        }
    }

    /// Asks for the references with the key: this shows at once what the next two steps need.
    pub(crate) fn try_key(&mut self) -> (StepEnd, Option<Output>) {
        if let Some(problem) = self.request.key_problem {
            return (StepEnd::Stop(problem.to_owned()), None);
        }
        if self.environment.key.is_none() {
            return (StepEnd::Stop("there is no key".to_owned()), None);
        }
        let output = match self.list_references(&self.url.to_string(), &[]) {
            Ok(output) => output,
            Err(end) => return (end, None),
        };
        let shown =
            evidence(&format!("git ls-remote --symref {}", shell_quoted(&self.url.to_string())), &output);
        if !output.succeeded() {
            let address = self.address();
            let broken = if output.ended == Ended::TimedOut {
                let seconds = self.limits(REQUEST).time.as_secs();
                Some(SourceFailure::Timeout { host: address, seconds })
            } else {
                answers::of_connection(&output.stderr, &address, self.environment.connect)
            };
            if let Some(failure) = broken {
                self.source().failure = Some(failure);
                return (StepEnd::Stop("the second connection failed".to_owned()), None);
            }
            let failure = answers::of_request(&output.stderr);
            if matches!(failure, SourceFailure::KeyRejected { .. } | SourceFailure::KeyUnusable { .. }) {
                return (self.fail(failure, Some(shown)), None);
            }
            // The key is accepted, and the next step says what is wrong.
            self.source().failure = Some(failure);
            return (StepEnd::Next(Some("the host accepts the key".to_owned())), Some(output));
        }
        let push = self.list_references(&self.url.to_string(), &["--upload-pack=git-receive-pack"]);
        if let Ok(push) = push {
            self.source().can_push = Some(push.succeeded());
        }
        let key = self.request.key_fingerprint.clone().unwrap_or_default();
        (StepEnd::Next(Some(format!("the host accepts the key {key}").trim_end().to_owned())), Some(output))
    }

    pub(crate) fn list_references(&self, url: &str, options: &[&str]) -> Result<Output, StepEnd> {
        let mut command = self.environment.git();
        command.args(["ls-remote", "--symref"]).args(options).args(["--", url]);
        process::run(&mut command, b"", &self.limits(REQUEST), &mut |_| {})
            .map_err(|_| StepEnd::NotRun("git cannot be started".to_owned()))
    }

    pub(crate) fn reach_https(&mut self) -> StepEnd {
        if let Some(end) = self.programs(&["git"]) {
            return end;
        }
        self.surroundings();
        let address = self.address();
        let seconds = self.options.timeout.map_or(30, |timeout| timeout.as_secs().max(1));
        let answer = https::ask(&self.url.to_string(), &address, seconds);
        self.source().redirect = answer.redirect;
        let status = answer.status.map(|status| format!("`GET …/info/refs` answers {status}"));
        match answer.failure {
            // The host answers; a later step says what is wrong.
            Some(failure @ SourceFailure::NotFound { .. }) => {
                self.source().failure = Some(failure);
                StepEnd::Next(status)
            }
            Some(failure) => self.fail(failure, status),
            None => StepEnd::Next(status),
        }
    }

    #[allow(clippy::unused_self, reason = "every step has the same form")]
    pub(crate) fn host_https(&mut self) -> StepEnd {
        StepEnd::Next(Some("the certificate is trusted".to_owned()))
    }

    pub(crate) fn repository(&mut self, known: Option<Output>) -> (StepEnd, Option<String>) {
        if let Some(failure) = self.source().failure.clone() {
            return (self.fail(failure, known.map(|output| answers::host_message(&output.stderr))), None);
        }
        let url = self.url.to_string();
        let output = match known {
            Some(output) => output,
            None => match self.list_references(&url, &[]) {
                Ok(output) => output,
                Err(end) => return (end, None),
            },
        };
        let shown = evidence(&format!("git ls-remote --symref {}", shell_quoted(&url)), &output);
        if output.ended == Ended::TimedOut {
            let failure = SourceFailure::Timeout { host: self.address(), seconds: REQUEST };
            return (self.fail(failure, Some(shown)), None);
        }
        if !output.succeeded() {
            let message = answers::host_message(&output.stderr);
            let lower = message.to_lowercase();
            let is_absent = lower.contains("not found") || lower.contains("could not read username");
            let failure = if is_absent {
                SourceFailure::NotFound { message }
            } else {
                SourceFailure::Rejected { message }
            };
            return (self.fail(failure, Some(shown)), None);
        }
        let text = output.text();
        if !text.lines().any(|line| line.contains("\trefs/heads/") && !line.starts_with("ref:")) {
            return (self.fail(SourceFailure::Empty, Some(shown)), None);
        }
        (StepEnd::Next(Some(shown)), Some(text))
    }

    pub(crate) fn reference(&mut self, list: Option<&str>) -> StepEnd {
        let lines = || list.unwrap_or_default().lines().filter_map(|line| line.split_once('\t'));
        let heads = || lines().filter_map(|(left, name)| Some((left, name.strip_prefix("refs/heads/")?)));
        let default = lines()
            .find(|(left, name)| *name == "HEAD" && left.starts_with("ref: "))
            .and_then(|(left, _)| left.strip_prefix("ref: refs/heads/"));
        let wanted = self.request.branch.or(default);
        let found = wanted.and_then(|wanted| heads().find(|(_, name)| *name == wanted));
        let Some((commit, branch)) = found else {
            let failure = SourceFailure::MissingBranch {
                branch: wanted.unwrap_or("HEAD").to_owned(),
                branches: heads().map(|(_, name)| process::clean(name)).take(5).collect(),
            };
            return self.fail(failure, None);
        };
        let (commit, branch) = (commit.to_owned(), branch.to_owned());
        let shown =
            format!("branch {}, commit {}", process::clean(&branch), commit.get(..10).unwrap_or(&commit));
        let source = self.source();
        (source.commit, source.branch) = (Some(commit), Some(branch));
        StepEnd::Next(Some(shown))
    }

    /// Clones one commit without its files, looks at the sizes, and only then writes the files.
    pub(crate) fn clone_commit(&mut self) -> StepEnd {
        let url = self.url.to_string();
        let branch = self.source().branch.clone().unwrap_or_default();
        let mut command = self.environment.git_with_open_files();
        command.args(["clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--no-checkout"]);
        command.args(["--template=", "--branch", &branch, "--", &url, "source"]);
        let shown = format!("git clone --depth=1 --branch {} {}", shell_quoted(&branch), shell_quoted(&url));
        let Ok(output) = process::run(&mut command, b"", &self.limits(CLONE), &mut |_| {}) else {
            return StepEnd::NotRun("git cannot be started".to_owned());
        };
        let shown = evidence(&shown, &output);
        if output.ended == Ended::TimedOut {
            let message = format!("git does not finish within {} s", self.limits(CLONE).time.as_secs());
            return self.fail(SourceFailure::Clone { message }, Some(shown));
        }
        if !output.succeeded() {
            let message = answers::host_message(&output.stderr);
            return self.fail(SourceFailure::Clone { message }, Some(shown));
        }
        let head = self.git_in_clone(&["rev-parse", "HEAD"]).map(|output| output.text().trim().to_owned());
        if let Some(head) = head.filter(|head| self.source().commit.as_ref() != Some(head)) {
            self.source().moved_to = Some(head);
        }
        if let Err(failure) = self.read_tree() {
            return self.fail(failure, Some(shown));
        }
        if self.facts.tree.as_ref().is_some_and(|tree| tree.too_large) {
            return StepEnd::Last(Some(shown), "the commit is too large".to_owned());
        }
        let mut command = self.environment.git_with_open_files();
        command.args(["-C", "source", "checkout", "--quiet", "--force", "--detach", "HEAD"]);
        match process::run(&mut command, b"", &self.limits(CLONE), &mut |_| {}) {
            Ok(output) if output.succeeded() => StepEnd::Next(Some(shown)),
            Ok(output) => {
                let message = answers::host_message(&output.stderr);
                self.fail(SourceFailure::Clone { message }, Some(shown))
            }
            Err(_) => StepEnd::NotRun("git cannot be started".to_owned()),
        }
    }

    /// Runs git in the clone.
    pub(crate) fn git_in_clone(&self, arguments: &[&str]) -> Option<Output> {
        let mut command = self.environment.git();
        command.args(["-C", "source"]).args(arguments);
        process::run(&mut command, b"", &self.limits(REQUEST), &mut |_| {}).ok().filter(Output::succeeded)
    }
}

/// A command with its exit code, and the line that counts if it failed.
pub(crate) fn evidence(command: &str, output: &Output) -> String {
    let code = match (output.ended, output.code) {
        (Ended::TimedOut, _) => "does not finish in time".to_owned(),
        (_, Some(code)) => format!("exit {code}"),
        (_, None) => "ended by a signal".to_owned(),
    };
    if output.succeeded() {
        format!("`{command}` {code}")
    } else {
        format!("`{command}` {code}: {}", answers::host_message(&output.stderr))
    }
}

/// The first two numbers of a version.
fn number(version: &str) -> Option<(u32, u32)> {
    let digits = version.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = digits.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
