//! A rehearsal of the Build Service: the facts that each step recorded on a partner's machine.
//!
//! The types have no behavior: a program that reaches, clones and builds fills them in, and
//! [`check_rehearsal`](crate::check_rehearsal) judges them. Their JSON form can be stored and judged again.

use serde::{Deserialize, Serialize};

use crate::{
    dockerfile::{self, BuildContext, EntryKind},
    severity::UnknownName,
};

mod sources;

pub use sources::{copied_sources, external_bases};

/// A part of a rehearsal, in the order in which they are performed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StepName {
    /// The host answers at its address.
    Reach,
    /// The host proves who it is: its host key is known.
    Host,
    /// The host accepts the private key.
    Key,
    /// The repository is there, and the key may read it.
    Repository,
    /// The branch is there, and names a commit.
    Ref,
    /// The commit can be cloned.
    Clone,
    /// The Dockerfile and the files that it copies are in the commit.
    Tree,
    /// The base images can be pulled.
    Base,
    /// The image can be built.
    Build,
    /// The built image passes the checks of an image.
    Image,
}

impl StepName {
    /// Every step, in order.
    pub const ALL: &[Self] = &[
        Self::Reach,
        Self::Host,
        Self::Key,
        Self::Repository,
        Self::Ref,
        Self::Clone,
        Self::Tree,
        Self::Base,
        Self::Build,
        Self::Image,
    ];

    /// The name in options and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Host => "host",
            Self::Key => "key",
            Self::Repository => "repository",
            Self::Ref => "ref",
            Self::Clone => "clone",
            Self::Tree => "tree",
            Self::Base => "base",
            Self::Build => "build",
            Self::Image => "image",
        }
    }
}

named!(StepName, UnknownName, |found| UnknownName {
    expected: "a step (`reach`, `host`, `key`, `repository`, `ref`, `clone`, `tree`, `base`, `build` or `image`)",
    found
});

/// The record of one step, before it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The step.
    pub step: StepName,
    /// The way it ended.
    #[serde(default)]
    pub ended: Ended,
    /// The time that it took.
    #[serde(default)]
    pub milliseconds: u64,
    /// The proof: a command as a person can repeat it, its exit code, the line that counts. Never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// The way in which a step ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// It was performed; the facts show the result.
    #[default]
    Done,
    /// It was not performed, for this reason.
    NotRun(String),
    /// The user stopped it.
    Cancelled,
}

/// Everything that a rehearsal recorded. Missing parts were not reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rehearsal {
    /// The steps in order.
    pub steps: Vec<Attempt>,
    /// The programs that were run, each with its version.
    pub programs: Vec<Program>,
    /// The git source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceFacts>,
    /// The files of the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<TreeFacts>,
    /// The base images that could not be pulled.
    pub bases: Vec<BaseFacts>,
    /// The build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildFacts>,
    /// The built image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<BuiltImage>,
}

impl Rehearsal {
    /// Reads recorded facts.
    ///
    /// # Errors
    /// Returns an error if the text is not the JSON form of a rehearsal.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidFacts> {
        // The message of the parser may repeat a part of the text, so only the place is kept.
        serde_json::from_slice(json)
            .map_err(|error| InvalidFacts { line: error.line(), column: error.column() })
    }

    /// Returns the JSON form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("facts hold nothing that JSON cannot")
    }
}

/// The error for a text that is not the JSON form of a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the facts of a rehearsal as JSON, found something else at line {line}, column {column}")]
pub struct InvalidFacts {
    line: usize,
    column: usize,
}

/// A program that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its name, such as `git`.
    pub name: String,
    /// Its version as it prints it.
    pub version: String,
}

/// The answers of the git host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceFacts {
    /// The reason why the repository could not be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<SourceFailure>,
    /// The proxy that the environment sets, without user info.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// The variable that names further certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<String>,
    /// The redirect that git follows to the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<Redirect>,
    /// The fingerprint of the private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// True if the host would accept a push with the key; `None` if that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_push: Option<bool>,
    /// The branch that is cloned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The commit that the clone contains, if another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

/// The reason why a repository cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum SourceFailure {
    /// `git` or `ssh` is not installed, or is too old.
    MissingProgram {
        /// Its name.
        program: String,
        /// The version that is installed, if it is too old.
        #[serde(default)]
        found: Option<String>,
    },
    /// The host's name has no address.
    UnknownHost {
        /// The host.
        host: String,
    },
    /// Nothing listens at the port.
    ClosedPort {
        /// The host and port.
        host: String,
    },
    /// The host did not answer in time.
    Timeout {
        /// The host and port.
        host: String,
        /// The limit in seconds.
        seconds: u64,
    },
    /// The connection broke, or there is no way to the host.
    Network {
        /// The message.
        message: String,
    },
    /// The proxy of the environment could not be used.
    Proxy {
        /// The message.
        message: String,
    },
    /// The certificate of the host is not trusted.
    Certificate {
        /// The message.
        message: String,
    },
    /// The port does not speak TLS.
    NotTls {
        /// The message.
        message: String,
    },
    /// The address leads elsewhere, and git does not follow.
    Redirect(Redirect),
    /// The host answers with something other than a git repository.
    NotGit {
        /// The status of the answer.
        status: u16,
        /// Its content type.
        content_type: String,
    },
    /// The host answers with a status that is an error.
    Status {
        /// The status.
        status: u16,
        /// The number of seconds to wait, if the host says so.
        #[serde(default)]
        retry_after: Option<u64>,
    },
    /// The host key is not known.
    UnknownHostKey {
        /// The host.
        host: String,
        /// The algorithm, such as `ssh-ed25519`.
        algorithm: String,
        /// The fingerprint, `SHA256:…`.
        fingerprint: String,
    },
    /// The host key differs from the known one.
    ChangedHostKey {
        /// The host.
        host: String,
        /// The fingerprint of the key that the host has now.
        fingerprint: String,
        /// The source of the known key: a day of rekey's table, or a file.
        known: String,
    },
    /// The host offers only algorithms that OpenSSH no longer accepts.
    OutdatedAlgorithms {
        /// The kind: `host key`, `key exchange`, `cipher` or `MAC`.
        what: String,
        /// The host's offer.
        offer: String,
    },
    /// The host does not accept the key.
    KeyRejected {
        /// The host's message.
        message: String,
    },
    /// OpenSSH cannot load the key.
    KeyUnusable {
        /// The message of ssh.
        message: String,
    },
    /// The repository is absent, or the key may not read it.
    NotFound {
        /// The host's message.
        message: String,
    },
    /// The repository has no commit.
    Empty,
    /// The branch is absent.
    MissingBranch {
        /// Its name.
        branch: String,
        /// Some branches that are there.
        #[serde(default)]
        branches: Vec<String>,
    },
    /// The host rejects the request for another reason.
    Rejected {
        /// The host's message.
        message: String,
    },
    /// The clone did not finish.
    Clone {
        /// The message of git.
        message: String,
    },
}

/// A redirect of a git URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// The status, such as 301.
    pub status: u16,
    /// The place that it leads to.
    pub to: RedirectPlace,
    /// The new address, without user info and query.
    pub location: String,
}

/// The kind of place that a redirect leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RedirectPlace {
    /// A repository at the same host.
    SameHost,
    /// A repository at another host.
    OtherHost,
    /// An address without TLS.
    Http,
    /// A page, such as that of a login.
    Page,
}

impl RedirectPlace {
    /// The name in JSON, which is the parameter of findings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameHost => "same-host",
            Self::OtherHost => "other-host",
            Self::Http => "http",
            Self::Page => "page",
        }
    }
}

/// The files of the commit, and those of the local checkout that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TreeFacts {
    /// The path of the Dockerfile, as in the form.
    pub dockerfile: String,
    /// The folder that the build copies from; empty for the root.
    pub context: String,
    /// The files of the commit, by path.
    pub files: Vec<TreeFile>,
    /// The name and text of the ignore file that applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_file: Option<(String, String)>,
    /// The number of commits of the local branch that are not pushed.
    pub commits_not_pushed: u64,
    /// The files of the local checkout that a `COPY` names and the commit lacks or has differently.
    pub local: Vec<LocalFile>,
    /// The submodules.
    pub submodules: Vec<Submodule>,
    /// True if the clone is larger than rekey reads.
    pub too_large: bool,
}

/// A file of the commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeFile {
    /// Its path from the root of the repository.
    pub path: String,
    /// Its kind.
    #[serde(default)]
    pub kind: TreeKind,
    /// Its size in bytes.
    #[serde(default)]
    pub size: u64,
}

/// The kind of a file of the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TreeKind {
    /// A file.
    #[default]
    File,
    /// A file that a person may run.
    Executable,
    /// A symbolic link.
    Link,
    /// A submodule.
    Submodule,
    /// A pointer of git LFS in place of the file.
    LfsPointer,
}

/// A file of the local checkout that the commit lacks or has differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalFile {
    /// Its path from the root of the repository.
    pub path: String,
    /// The reason.
    pub state: LocalState,
    /// For an ignored file: the place of the pattern, such as `.gitignore:3`, and the pattern.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<(String, String)>,
}

/// The state of a file of the local checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LocalState {
    /// Git ignores it.
    Ignored,
    /// It was never added.
    Untracked,
    /// It was changed and not committed.
    Changed,
    /// It is committed, and the commit is not pushed.
    NotPushed,
}

/// A submodule of the commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submodule {
    /// Its path.
    pub path: String,
    /// Its URL as in `.gitmodules`, without user info.
    pub url: String,
    /// True if the key opens it; `None` if that was not tried.
    #[serde(default)]
    pub reachable: Option<bool>,
    /// The host's message, or the reason why it was not tried.
    #[serde(default)]
    pub message: String,
}

/// A base image that could not be pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseFacts {
    /// The reference as in `FROM`, with its variables replaced.
    pub name: String,
    /// The reason.
    pub failure: BaseFailure,
    /// The message of the engine.
    #[serde(default)]
    pub message: String,
}

/// The reason why a base image could not be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BaseFailure {
    /// The registry could not be reached.
    Unreachable,
    /// The registry has no such image.
    NotFound,
    /// The registry requires a login.
    LoginRequired,
    /// Another reason.
    Other,
}

/// The build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuildFacts {
    /// The engine, such as `buildah`; empty if none is installed.
    pub engine: String,
    /// The reason why there is no image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<BuildFailure>,
}

/// The reason why a build yielded no image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum BuildFailure {
    /// No engine is installed.
    MissingEngine,
    /// The engine could not start: its storage, a missing helper, missing rights.
    Engine {
        /// The message.
        message: String,
    },
    /// An instruction failed.
    Instruction {
        /// The instruction as the engine prints it.
        instruction: String,
        /// The number of instructions with the same text before it.
        #[serde(default)]
        before: usize,
        /// The message.
        message: String,
        /// The last lines of output.
        #[serde(default)]
        output: Vec<String>,
    },
    /// The build took longer than the limit.
    Timeout {
        /// The limit in seconds.
        seconds: u64,
        /// The instruction that ran.
        #[serde(default)]
        instruction: String,
        /// The number of instructions with the same text before it.
        #[serde(default)]
        before: usize,
    },
}

/// The built image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuiltImage {
    /// The result of each of preflight's checks that the image itself decides: `pass` or `fail`.
    pub outcomes: Vec<(String, String)>,
    /// The reason why the image could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A step as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StepResult {
    /// The step.
    pub name: StepName,
    /// Its result.
    pub state: StepState,
    /// The reason why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The time that it took.
    pub milliseconds: u64,
    /// The proof: a command as a person can repeat it, its exit code, the line that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// The result of a step.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepState {
    /// Nothing is wrong.
    Ok,
    /// A finding says what is wrong.
    Findings,
    /// A finding says why the step could not look: this is no fault of the submission.
    Blocked,
    /// It was not run.
    NotRun,
    /// The user stopped it.
    Cancelled,
}

impl StepState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Ok, Self::Findings, Self::Blocked, Self::NotRun, Self::Cancelled];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Findings => "findings",
            Self::Blocked => "blocked",
            Self::NotRun => "not_run",
            Self::Cancelled => "cancelled",
        }
    }
}

named!(StepState, UnknownName, |found| UnknownName { expected: "the state of a step", found });

impl TreeFacts {
    /// The file at a path of the commit.
    pub(crate) fn file(&self, path: &str) -> Option<&TreeFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl BuildContext for TreeFacts {
    fn list(&self, folder: &str) -> Vec<dockerfile::Entry> {
        let join = |folder: &str| if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let prefix = join(self.context.trim_matches('/')) + &join(folder);
        let mut names = std::collections::BTreeMap::new();
        for file in &self.files {
            let Some(rest) = file.path.strip_prefix(&prefix) else { continue };
            match rest.split_once('/') {
                Some((name, _)) => names.insert(name, EntryKind::Folder),
                None => names.insert(
                    rest,
                    match file.kind {
                        TreeKind::File | TreeKind::Executable | TreeKind::LfsPointer => {
                            EntryKind::File(file.size)
                        }
                        // A build without submodules finds an empty folder.
                        TreeKind::Submodule => EntryKind::Folder,
                        TreeKind::Link => EntryKind::Other,
                    },
                ),
            };
        }
        names.into_iter().map(|(name, kind)| dockerfile::Entry { name: name.to_owned(), kind }).collect()
    }

    fn ignore_file(&self) -> Option<&[u8]> {
        self.ignore_file.as_ref().map(|(_, text)| text.as_bytes())
    }

    fn ignore_file_name(&self) -> Option<&str> {
        self.ignore_file.as_ref().map(|(name, _)| name.as_str())
    }
}
