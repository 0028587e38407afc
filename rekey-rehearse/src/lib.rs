//! Tries a submission on this machine: reaches, clones and builds with the very details of the form, and records what
//! each step shows. `rekey_core` judges the facts; nothing here prints.
//!
//! Nothing is inherited from the user's environment, and nothing that a repository contains runs before the build.
//! Everything is written below a private folder, which is gone afterwards.
#![forbid(unsafe_code)]
#![cfg(unix)]

mod answers;
mod checkout;
mod engine;
mod environment;
mod folder;
mod host_keys;
mod https;
mod process;
mod source;
mod submission;
mod tree;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use rekey_core::{
    DockerfileInput, RehearsalInput, Report, Source, Target, Text, check_rehearsal,
    git_url::{GitUrl, Transport},
    rehearsal::{Attempt, Ended, Rehearsal, SourceFacts, StepName},
};

pub use self::{
    engine::{Base, Engine},
    folder::PREFIX,
    submission::{Form, RehearsedSubmission, reach_submission, rehearse_submission},
};
use self::{
    environment::Environment,
    folder::{PrivateFolder, SecretFile},
    process::Limits,
};

/// The name of the key's file in its private folder.
const KEY: &str = "key";

/// The details of the form.
#[derive(Clone, Default)]
pub struct Request<'a> {
    /// The git source URL.
    pub url: &'a str,
    /// The private key, for an ssh URL.
    pub key: Option<&'a [u8]>,
    /// The reason why OpenSSH would not load the key, which then is not tried.
    pub key_problem: Option<&'static str>,
    /// The fingerprint of the key, for the report.
    pub key_fingerprint: Option<String>,
    /// The branch; that of the repository if `None`.
    pub branch: Option<&'a str>,
    /// The path of the Dockerfile, from the submission's folder.
    pub dockerfile: &'a str,
    /// The folder that the build copies from, from the submission's folder; empty for that folder itself.
    pub context: &'a str,
    /// The submission's folder, if it is in a checkout.
    pub folder: Option<&'a Path>,
    /// The tag.
    pub tag: Option<&'a str>,
    /// The reference that the image is pushed to.
    pub reference: Option<&'a str>,
    /// Values of build arguments.
    pub build_args: &'a [(String, String)],
    /// Labels that the build sets.
    pub labels: &'a [(String, String)],
    /// The stage to build.
    pub stage: Option<&'a str>,
}

impl std::fmt::Debug for Request<'_> {
    /// Omits the URL and the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("dockerfile", &self.dockerfile)
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

/// The way to rehearse.
#[derive(Clone, Debug)]
pub struct Options {
    /// The last step.
    pub until: StepName,
    /// The engine; the first one that is installed if `None`.
    pub engine: Option<Engine>,
    /// Base images on disk.
    pub bases: Vec<Base>,
    /// The fingerprint of the host key, if the user knows it.
    pub host_key: Option<String>,
    /// The limit of each step.
    pub timeout: Option<Duration>,
    /// Leave the clone and the image where they are.
    pub keep: bool,
    /// Build with the options of Konflux.
    pub like_konflux: bool,
    /// The platform to build for.
    pub platform: String,
    /// Set from outside to stop everything.
    pub stop: Arc<AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            until: StepName::Image,
            engine: None,
            bases: Vec::new(),
            host_key: None,
            timeout: None,
            keep: false,
            like_konflux: false,
            platform: "linux/amd64".to_owned(),
            stop: Arc::default(),
        }
    }
}

/// The progress of a rehearsal.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A step begins.
    Begins(StepName),
    /// The build prints a line.
    Output(&'a str),
    /// A step ended.
    Ended(&'a Attempt),
}

/// The reason why no rehearsal could begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearseError {
    /// The submission has no URL.
    #[error("the git source URL is missing: rekey.toml has no `url` under `[git]`")]
    MissingUrl,
    /// The submission has more than one image.
    #[error("rekey.toml has multiple images: choose one with `--image NAME`")]
    MultipleImages,
    /// The version of preflight lacks the policy.
    #[error("{0}")]
    Target(String),
    /// The private folder cannot be created.
    #[error("cannot write to a private folder: {0}")]
    Folder(#[from] io::Error),
}

/// Everything that was recorded. The private folder is removed on drop.
#[derive(Debug)]
pub struct Rehearsed {
    /// The facts.
    pub facts: Rehearsal,
    /// The Dockerfile of the commit.
    pub dockerfile: Option<Vec<u8>>,
    /// The report on the built image.
    pub image: Option<Report>,
    /// The folder that was kept.
    pub kept: Option<PathBuf>,
    _folder: PrivateFolder,
}

impl Rehearsed {
    /// Judges the facts. The texts are those of the form, so that findings have their places.
    pub fn report<'a>(
        &'a self,
        request: &Request<'a>,
        url: Option<Text<'a>>,
        key: Option<Source>,
        target: &Target,
    ) -> Report {
        let name = self.facts.tree.as_ref().map_or(request.dockerfile, |tree| tree.dockerfile.as_str());
        let dockerfile = self.dockerfile.as_ref().map(|text| {
            DockerfileInput::new(Text::from(text.as_slice()).called(Source::file(name)))
                .build_args(request.build_args)
                .labels(request.labels)
                .stage(request.stage)
        });
        let none = || DockerfileInput::new(Text::from("").called(Source::file(name)));
        let input = RehearsalInput::new(&self.facts)
            .url(url)
            .key(key)
            .dockerfile(dockerfile.or_else(|| Some(none())))
            .image(self.image.clone());
        check_rehearsal(input, target)
    }
}

/// Rehearses a submission. Every result, also a failed one, is among the facts.
///
/// # Errors
/// Returns an error if the private folder cannot be created.
pub fn rehearse(
    request: &Request<'_>,
    options: &Options,
    target: &Target,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Rehearsed, RehearseError> {
    let mut folder = PrivateFolder::create(&std::env::temp_dir())?;
    let is_secure = |url: &GitUrl| matches!(url.transport(), Transport::Ssh | Transport::Https);
    let Some(url) = GitUrl::parse(request.url).ok().filter(is_secure) else {
        return Ok(Rehearsed {
            facts: nothing_run(options.until, "the URL cannot be used for a clone", watch),
            dockerfile: None,
            image: None,
            kept: None,
            _folder: folder,
        });
    };
    // A folder in memory, if the system has one, keeps the key off the disk.
    let memory = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let key_folder = memory.and_then(|parent| PrivateFolder::create(&parent).ok());
    let key = request.key.filter(|_| url.transport() == Transport::Ssh);
    let key =
        key.map(|key| SecretFile::write(key_folder.as_ref().unwrap_or(&folder), KEY, key)).transpose()?;
    let connect = options.timeout.map_or(10, |timeout| timeout.as_secs().clamp(1, 10));
    let environment = Environment {
        folder: folder.path().to_owned(),
        home: folder.folder("home", 0o700)?,
        key: key.as_ref().map(|key| key.path().to_owned()),
        known_hosts: folder.write("known_hosts", b"")?,
        connect,
    };
    let mut run = Run {
        request,
        options,
        target,
        watch,
        url,
        environment,
        key,
        facts: Rehearsal { source: Some(SourceFacts::default()), ..Rehearsal::default() },
        stopped: None,
        dockerfile: None,
        image: None,
    };
    run.all_steps(&folder);
    let Run { facts, dockerfile, image, key, .. } = run;
    drop(key);
    drop(key_folder);
    let kept = options.keep.then(|| folder.path().to_owned());
    if options.keep {
        folder.keep();
    }
    Ok(Rehearsed { facts, dockerfile, image, kept, _folder: folder })
}

/// The steps up to one, none of which was run, for one reason.
fn nothing_run(until: StepName, reason: &str, watch: &mut dyn FnMut(Event<'_>)) -> Rehearsal {
    let steps = StepName::ALL.iter().filter(|step| **step <= until).map(|step| Attempt {
        step: *step,
        ended: Ended::NotRun(reason.to_owned()),
        milliseconds: 0,
        evidence: None,
    });
    let steps: Vec<_> = steps.collect();
    for attempt in &steps {
        watch(Event::Ended(attempt));
    }
    Rehearsal { steps, ..Rehearsal::default() }
}

/// Removes what killed runs left.
pub fn remove_leftovers() {
    folder::remove_leftovers(&std::env::temp_dir());
    if let Some(memory) = std::env::var_os("XDG_RUNTIME_DIR") {
        folder::remove_leftovers(Path::new(&memory));
    }
}

/// The end of a step.
pub(crate) enum StepEnd {
    /// It was performed, and the next one can follow.
    Next(Option<String>),
    /// It was performed, and nothing can follow, for this reason.
    Last(Option<String>, String),
    /// It was not performed.
    NotRun(String),
    /// It was not performed, and nothing can follow.
    Stop(String),
}

/// The state of a rehearsal.
pub(crate) struct Run<'r> {
    request: &'r Request<'r>,
    options: &'r Options,
    target: &'r Target,
    watch: &'r mut dyn FnMut(Event<'_>),
    url: GitUrl,
    environment: Environment,
    key: Option<SecretFile>,
    facts: Rehearsal,
    /// The reason why no further step runs.
    stopped: Option<String>,
    dockerfile: Option<Vec<u8>>,
    image: Option<Report>,
}

impl Run<'_> {
    fn all_steps(&mut self, folder: &PrivateFolder) {
        let is_ssh = self.url.transport() == Transport::Ssh;
        let (mut answer, mut references) = (None, None);
        if is_ssh {
            self.step(StepName::Reach, Self::reach_ssh);
            self.step(StepName::Host, Self::host_ssh);
            self.step(StepName::Key, |run| {
                let (end, found) = run.try_key();
                answer = found;
                end
            });
        } else {
            self.step(StepName::Reach, Self::reach_https);
            self.step(StepName::Host, Self::host_https);
            self.step(StepName::Key, |_| StepEnd::NotRun("the URL is public: no key is used".to_owned()));
        }
        self.step(StepName::Repository, |run| {
            let (end, found) = run.repository(answer.take());
            references = found;
            end
        });
        self.step(StepName::Ref, |run| run.reference(references.as_deref()));
        self.step(StepName::Clone, Self::clone_commit);
        self.step(StepName::Tree, Self::tree);
        // What the repository runs must not find the key.
        self.key = None;
        self.environment.key = None;
        let mut builder = None;
        self.step(StepName::Base, |run| {
            let (end, found) = run.base(folder);
            builder = found;
            end
        });
        self.step(StepName::Build, |run| run.build(builder.as_mut()));
        self.step(StepName::Image, |run| run.built_image(builder.as_mut()));
        // After a signal, removing the folder with its mounts has to do: it is faster.
        if let Some(builder) = builder.filter(|_| !self.is_stopped()) {
            builder.clean(&self.environment, self.options.keep);
        }
    }

    /// Performs a step, unless an earlier one ended everything, and records it.
    fn step(&mut self, name: StepName, perform: impl FnOnce(&mut Self) -> StepEnd) {
        if name > self.options.until {
            return;
        }
        let record = |ended, milliseconds, evidence| Attempt { step: name, ended, milliseconds, evidence };
        let attempt = if let Some(reason) = &self.stopped {
            record(Ended::NotRun(reason.clone()), 0, None)
        } else {
            (self.watch)(Event::Begins(name));
            let start = Instant::now();
            let end = perform(self);
            let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            if self.is_stopped() {
                self.stopped = Some("the rehearsal was stopped".to_owned());
                record(Ended::Cancelled, milliseconds, None)
            } else {
                match end {
                    StepEnd::Next(evidence) => record(Ended::Done, milliseconds, evidence),
                    StepEnd::Last(evidence, reason) => {
                        self.stopped = Some(reason);
                        record(Ended::Done, milliseconds, evidence)
                    }
                    StepEnd::NotRun(reason) => record(Ended::NotRun(reason), 0, None),
                    StepEnd::Stop(reason) => {
                        self.stopped = Some(reason.clone());
                        record(Ended::NotRun(reason), 0, None)
                    }
                }
            }
        };
        (self.watch)(Event::Ended(&attempt));
        self.facts.steps.push(attempt);
    }

    fn is_stopped(&self) -> bool {
        self.options.stop.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// The limits of a program, with the default for the kind of step.
    fn limits(&self, default: u64) -> Limits<'_> {
        Limits {
            time: self.options.timeout.unwrap_or(Duration::from_secs(default)),
            stop: &self.options.stop,
        }
    }

    /// The facts about the source.
    fn source(&mut self) -> &mut SourceFacts {
        self.facts.source.get_or_insert_default()
    }
}
