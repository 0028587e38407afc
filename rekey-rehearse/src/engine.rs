//! The steps about the base images, the build and the built image.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
    str::FromStr,
};

use rekey_core::{
    Outcome, Report, Source, Text,
    rehearsal::{BaseFacts, BaseFailure, BuildFacts, BuildFailure, BuiltImage, Program, external_bases},
};
use rekey_files::archive::{CheckedImages, PartsOrigin};
use rekey_image::Format;

use crate::{
    Run, StepEnd,
    environment::{Environment, has_program},
    folder::PrivateFolder,
    process::{self, Ended, Output},
    source::evidence,
};

/// The limit of a pull in seconds.
const PULL: u64 = 900;
/// The limit of a build in seconds.
const BUILD: u64 = 3600;
/// The number of lines of output that a finding shows.
const LAST_LINES: usize = 10;
/// Variables of the engines that are let through.
const LET_THROUGH: &[&str] = &["BUILDAH_ISOLATION", "DOCKER_HOST", "XDG_RUNTIME_DIR"];
/// Variables that a build argument must not replace.
const RESERVED: &[&str] = &["PATH", "HOME", "TMPDIR", "LC_ALL", "BUILDAH_ISOLATION", "DOCKER_HOST"];

/// A program that builds images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// `buildah`.
    Buildah,
    /// `podman`.
    Podman,
    /// `docker`.
    Docker,
}

impl Engine {
    /// Every engine, in the order in which they are tried.
    pub const ALL: &[Self] = &[Self::Buildah, Self::Podman, Self::Docker];

    /// The name of the program.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buildah => "buildah",
            Self::Podman => "podman",
            Self::Docker => "docker",
        }
    }
}

/// A base image on disk, used in place of the one that a registry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The reference as in `FROM`.
    pub name: String,
    /// The location, such as `oci:/images/ubi9`.
    pub location: String,
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected NAME=oci:DIR".to_owned();
        let (name, location) = text.split_once('=').ok_or_else(wrong)?;
        let transports = ["oci:", "oci-archive:", "docker-archive:", "dir:"];
        let transport = transports.iter().find(|transport| location.starts_with(**transport));
        let transport = transport.filter(|_| !name.is_empty() && !name.starts_with('-')).ok_or_else(wrong)?;
        // The engine runs in another folder.
        let path = Path::new(location.strip_prefix(transport).unwrap_or_default());
        let path = std::path::absolute(path).map_err(|error| error.to_string())?;
        Ok(Self { name: name.to_owned(), location: format!("{transport}{}", path.display()) })
    }
}

/// An engine that is ready to build.
pub(crate) struct Builder {
    engine: Engine,
    /// The options in front of a command, which put the storage into the private folder.
    storage: Vec<String>,
    image: String,
    archive: PathBuf,
    is_built: bool,
}

impl Builder {
    fn command(&self, environment: &Environment) -> Command {
        let mut command = environment.with_open_files(self.engine.as_str());
        for name in LET_THROUGH {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.args(&self.storage);
        command
    }

    /// Removes what the build left outside of the private folder, and containers that are mounted in it.
    pub(crate) fn clean(&self, environment: &Environment, keep: bool) {
        let run = |arguments: &[&str]| {
            let mut command = self.command(environment);
            command.args(arguments).stdin(std::process::Stdio::null());
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
            drop(command.status());
        };
        match self.engine {
            Engine::Docker if self.is_built && !keep => run(&["image", "rm", &self.image]),
            Engine::Buildah if !self.is_built => run(&["rm", "--all"]),
            Engine::Podman if !self.is_built => run(&["rm", "--all", "--force"]),
            _ => {}
        }
    }
}

impl Run<'_> {
    /// Chooses the engine, and pulls the base images into its storage.
    pub(crate) fn base(&mut self, folder: &PrivateFolder) -> (StepEnd, Option<Builder>) {
        let wanted = self.options.engine.map_or(Engine::ALL.to_vec(), |engine| vec![engine]);
        let Some(engine) = wanted.into_iter().find(|engine| has_program(engine.as_str())) else {
            self.facts.build =
                Some(BuildFacts { engine: String::new(), failure: Some(BuildFailure::MissingEngine) });
            return (StepEnd::Last(None, "there is no engine".to_owned()), None);
        };
        let tag = self.request.tag.filter(|tag| is_tag(tag)).unwrap_or("rehearsal");
        let mut builder = Builder {
            engine,
            storage: Vec::new(),
            image: format!("localhost/rekey-rehearsal:{tag}"),
            archive: folder.path().join("image.tar"),
            is_built: false,
        };
        let mut command = builder.command(&self.environment);
        let version = process::run(command.arg("--version"), b"", &self.limits(PULL), &mut |_| {});
        let version = version.map_or_else(|_| String::new(), |output| output.text().trim().to_owned());
        self.facts.programs.push(Program { name: engine.as_str().to_owned(), version });
        self.facts.build = Some(BuildFacts { engine: engine.as_str().to_owned(), failure: None });
        if engine != Engine::Docker {
            if folder.write("auth.json", b"{}").is_err() {
                return (StepEnd::NotRun("the private folder cannot be written".to_owned()), None);
            }
            if let Err(message) = self.choose_storage(&mut builder) {
                if let Some(build) = &mut self.facts.build {
                    build.failure = Some(BuildFailure::Engine { message });
                }
                return (StepEnd::Last(None, "the engine cannot build here".to_owned()), Some(builder));
            }
        }
        let text = self.dockerfile.clone().unwrap_or_default();
        let names = external_bases(&text, self.request.build_args, self.request.stage);
        let mut shown = Vec::new();
        for name in &names {
            match self.pull(&builder, name) {
                Ok(how) => shown.push(how),
                Err(Some(failure)) => {
                    self.facts.bases.push(failure);
                    return (StepEnd::Last(None, "a base image is missing".to_owned()), Some(builder));
                }
                Err(None) => {
                    return (StepEnd::NotRun("the engine cannot be started".to_owned()), Some(builder));
                }
            }
        }
        let evidence = if shown.is_empty() { "no base image".to_owned() } else { shown.join(", ") };
        (StepEnd::Next(Some(evidence)), Some(builder))
    }

    /// Puts the storage into the private folder: overlay is faster, and does not work everywhere.
    fn choose_storage(&self, builder: &mut Builder) -> Result<(), String> {
        let mut message = String::new();
        for driver in ["overlay", "vfs"] {
            let place = |name: &str| self.environment.folder.join(name).display().to_string();
            builder.storage =
                ["--root", &place("storage"), "--runroot", &place("run"), "--storage-driver", driver]
                    .map(str::to_owned)
                    .to_vec();
            let mut command = builder.command(&self.environment);
            match process::run(command.arg("images"), b"", &self.limits(PULL), &mut |_| {}) {
                Ok(output) if output.succeeded() => return Ok(()),
                Ok(output) => message = last_message(&output.stderr),
                Err(error) => message = error.to_string(),
            }
            if self.is_stopped() {
                break;
            }
            drop(std::fs::remove_dir_all(self.environment.folder.join("storage")));
        }
        Err(message)
    }

    /// Pulls a base image, or takes the one on disk.
    fn pull(&self, builder: &Builder, name: &str) -> Result<String, Option<BaseFacts>> {
        let failed = |failure, message: String| {
            Some(BaseFacts { name: name.to_owned(), failure, message: self.without_folder(&message) })
        };
        let run = |arguments: &[&str]| {
            let mut command = builder.command(&self.environment);
            process::run(command.args(arguments), b"", &self.limits(PULL), &mut |_| {}).map_err(|_| None)
        };
        let on_disk = self.options.bases.iter().find(|base| is_same_image(&base.name, name));
        let auth = self.environment.folder.join("auth.json").display().to_string();
        let output = match (builder.engine, on_disk) {
            (Engine::Docker, Some(_)) => {
                let message =
                    "docker cannot use an image on disk as a base; use buildah or podman".to_owned();
                return Err(failed(BaseFailure::Other, message));
            }
            (Engine::Docker, None) => run(&["pull", "--quiet", name])?,
            (_, Some(base)) => {
                let pulled = run(&["pull", "--quiet", &base.location])?;
                if pulled.succeeded() {
                    let id = pulled.text().trim().lines().last().unwrap_or_default().to_owned();
                    run(&["tag", &id, name])?
                } else {
                    pulled
                }
            }
            (_, None) => run(&["pull", "--quiet", "--authfile", &auth, name])?,
        };
        if output.succeeded() {
            return Ok(match on_disk {
                Some(base) => format!("{name} from {}", base.location),
                None => format!("{name} pulled without a login"),
            });
        }
        let message = match output.ended {
            Ended::TimedOut => "it does not finish in time".to_owned(),
            _ => last_message(&output.stderr),
        };
        Err(failed(base_failure(&message), message))
    }

    pub(crate) fn build(&mut self, builder: Option<&mut Builder>) -> StepEnd {
        let Some(builder) = builder else { return StepEnd::NotRun("there is no engine".to_owned()) };
        let tree = self.facts.tree.clone().unwrap_or_default();
        let source = self.environment.folder.join("source");
        // A build from a git URL has no `.git` either.
        drop(std::fs::remove_dir_all(source.join(".git")));
        let (file, context) = (source.join(&tree.dockerfile), source.join(&tree.context));
        let mut command = builder.command(&self.environment);
        match builder.engine {
            Engine::Docker => {
                command.args(["build", "--no-cache", "--progress=plain"]);
            }
            Engine::Buildah | Engine::Podman => {
                command.args(["build", "--no-cache", "--pull=false", "--format=oci"]);
                if std::env::var_os("BUILDAH_ISOLATION").is_none() {
                    command.arg("--isolation=chroot");
                }
                command.arg("--authfile").arg(self.environment.folder.join("auth.json"));
            }
        }
        command.args(["--platform", &self.options.platform, "--tag", &builder.image]);
        if let Some(stage) = self.request.stage {
            command.args(["--target", stage]);
        }
        for (name, value) in self.request.build_args {
            // Arguments are visible to other users of this machine, so values are passed as variables.
            if RESERVED.contains(&name.as_str()) {
                command.arg("--build-arg").arg(format!("{name}={value}"));
            } else {
                command.arg("--build-arg").arg(name).env(name, value);
            }
        }
        for (name, value) in self.request.labels {
            command.arg("--label").arg(format!("{name}={value}"));
        }
        if self.options.like_konflux {
            let commit =
                self.facts.source.as_ref().and_then(|source| source.commit.clone()).unwrap_or_default();
            let architecture = match std::env::consts::ARCH {
                "aarch64" => "arm64",
                other => other,
            };
            command.args(["--ulimit", "nofile=4096:4096"]);
            command.args(["--label", &format!("architecture={architecture}"), "--label", "vcs-type=git"]);
            command.args(["--label", &format!("vcs-ref={commit}")]);
        }
        command.arg("--file").arg(&file).arg(&context);
        let mut progress = Progress::default();
        let limits = process::Limits {
            time: self.options.timeout.unwrap_or(std::time::Duration::from_secs(BUILD)),
            stop: &self.options.stop,
        };
        let watch = &mut *self.watch;
        let output = process::run(&mut command, b"", &limits, &mut |line| {
            progress.add(line);
            watch(crate::Event::Output(line));
        });
        let seconds = limits.time.as_secs();
        let Ok(output) = output else { return StepEnd::NotRun("the engine cannot be started".to_owned()) };
        let shown = format!("{} build --no-cache --file {}", builder.engine.as_str(), tree.dockerfile);
        if output.succeeded() {
            builder.is_built = true;
            return StepEnd::Next(Some(format!("`{shown}` exit 0")));
        }
        let failure = progress.failure(&output, seconds, |text| self.without_folder(text));
        if let Some(build) = &mut self.facts.build {
            build.failure = Some(failure);
        }
        let shown = self.without_folder(&evidence(&shown, &output));
        StepEnd::Last(Some(shown.chars().take(300).collect()), "the build failed".to_owned())
    }

    /// Saves the built image and checks it.
    pub(crate) fn built_image(&mut self, builder: Option<&mut Builder>) -> StepEnd {
        let Some(builder) = builder else { return StepEnd::NotRun("there is no engine".to_owned()) };
        let mut command = builder.command(&self.environment);
        let archive = builder.archive.display().to_string();
        let transport = if builder.engine == Engine::Docker { "docker-archive" } else { "oci-archive" };
        match builder.engine {
            Engine::Buildah => command.args([
                "push",
                "--quiet",
                &builder.image,
                &format!("{transport}:{archive}:{}", builder.image),
            ]),
            Engine::Podman => {
                command.args(["save", "--quiet", "--format", transport, "--output", &archive, &builder.image])
            }
            Engine::Docker => command.args(["save", "--output", &archive, &builder.image]),
        };
        let output = process::run(&mut command, b"", &self.limits(PULL), &mut |_| {});
        let unread = match output {
            Ok(output) if output.succeeded() => None,
            Ok(output) => Some(last_message(&output.stderr)),
            Err(error) => Some(error.to_string()),
        };
        let unread = unread.or_else(|| {
            let format = if builder.engine == Engine::Docker { Format::Docker } else { Format::Oci };
            let origin = PartsOrigin::new(Source::field("built image")).index(format, None);
            let reference =
                self.request.reference.map(|text| Text::from(text).called(Source::field("reference")));
            match CheckedImages::of_path(&builder.archive, &origin, reference.as_ref(), self.target) {
                Ok(checked) => {
                    self.image = Some(checked.report);
                    None
                }
                Err(error) => Some(error.reason.to_string()),
            }
        });
        let unread = unread.map(|reason| self.without_folder(&reason));
        let rows = self.image.as_ref().map(Report::forecast).unwrap_or_default();
        let outcomes = rows
            .iter()
            .filter(|row| matches!(row.outcome, Outcome::Pass | Outcome::Fail))
            .map(|row| (row.check.as_str().to_owned(), row.outcome.as_str().to_owned()))
            .collect();
        let is_read = unread.is_none();
        self.facts.image = Some(BuiltImage { outcomes, unread });
        let evidence = is_read.then(|| format!("{} checks decided by the image", rows.len()));
        StepEnd::Next(evidence)
    }

    /// A message without the path of the private folder.
    fn without_folder(&self, text: &str) -> String {
        let folder = self.environment.folder.display().to_string();
        text.replace(&format!("{folder}/source/"), "").replace(&format!("{folder}/"), "").replace(&folder, "")
    }
}

/// The instructions that a build has begun, and its last lines.
#[derive(Default)]
struct Progress {
    /// The current instruction.
    current: String,
    /// The number of times each instruction began.
    begun: HashMap<String, usize>,
    last: Vec<String>,
}

impl Progress {
    fn add(&mut self, line: &str) {
        if let Some(instruction) = step_line(line) {
            *self.begun.entry(instruction.clone()).or_default() += 1;
            self.current = instruction;
            self.last.clear();
        } else if !line.trim().is_empty()
            && !line.starts_with("Error: ")
            && !line.starts_with("error building")
        {
            self.last.push(line.trim_end().to_owned());
            if self.last.len() > LAST_LINES {
                self.last.remove(0);
            }
        }
    }

    fn failure(self, output: &Output, seconds: u64, shown: impl Fn(&str) -> String) -> BuildFailure {
        let before =
            |instruction: &str| self.begun.get(instruction).map_or(0, |count| count.saturating_sub(1));
        if output.ended == Ended::TimedOut {
            let before = before(&self.current);
            return BuildFailure::Timeout { seconds, instruction: self.current, before };
        }
        let message = last_message(&output.stderr);
        let (instruction, reason) = match failed_step(&message) {
            Some((instruction, reason)) => (instruction, reason),
            None if !self.current.is_empty() => (self.current.clone(), message.clone()),
            None => return BuildFailure::Engine { message: shown(&message) },
        };
        BuildFailure::Instruction {
            before: before(&instruction),
            instruction,
            message: shown(&reason),
            output: self.last.iter().map(|line| shown(line)).collect(),
        }
    }
}

/// The instruction that a line says is beginning: `STEP 2/3: RUN false`, or docker's `#6 [2/3] RUN false`.
fn step_line(line: &str) -> Option<String> {
    let rest = match line.find("STEP ") {
        Some(at) if at == 0 || line.starts_with('[') => line.get(at + 5..)?.split_once(": ")?.1,
        _ => {
            let rest = line.strip_prefix('#')?.split_once(" [")?.1;
            let (counter, rest) = rest.split_once("] ")?;
            counter
                .rsplit(' ')
                .next()?
                .split_once('/')
                .filter(|(number, _)| number.parse::<u32>().is_ok())?;
            rest
        }
    };
    Some(rest.trim().to_owned())
}

/// The instruction and the reason in the message of an engine: `building at STEP "RUN false": exit status 1`.
fn failed_step(message: &str) -> Option<(String, String)> {
    let (_, rest) = message.split_once("building at STEP \"")?;
    let (instruction, reason) = rest.split_once("\": ")?;
    Some((instruction.replace("\\\"", "\""), reason.to_owned()))
}

/// The last message of a program, without its prefix.
fn last_message(stderr: &str) -> String {
    let lines = || stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_error =
        |line: &&str| line.starts_with("Error:") || line.starts_with("ERROR:") || line.starts_with("error ");
    let line = lines().rfind(is_error).or_else(|| lines().next_back()).unwrap_or("no message");
    line.trim_start_matches("Error: ").trim_start_matches("ERROR: ").to_owned()
}

fn base_failure(message: &str) -> BaseFailure {
    let lower = message.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if has(&[
        "no such host",
        "connection refused",
        "timeout",
        "does not finish",
        "unreachable",
        "server misbehaving",
    ]) {
        BaseFailure::Unreachable
    } else if has(&["unauthorized", "authentication required", "access denied", "denied", "login"]) {
        BaseFailure::LoginRequired
    } else if has(&[
        "manifest unknown",
        "not found",
        "name unknown",
        "no such image",
        "did not resolve",
        "does not exist",
    ]) {
        BaseFailure::NotFound
    } else {
        BaseFailure::Other
    }
}

/// Returns true if two references name the same image, one of which may lack the tag `latest`.
fn is_same_image(one: &str, other: &str) -> bool {
    let full = |name: &str| {
        let last = name.rsplit('/').next().unwrap_or(name);
        if last.contains(':') || last.contains('@') { name.to_owned() } else { format!("{name}:latest") }
    };
    full(one) == full(other)
}

fn is_tag(text: &str) -> bool {
    rekey_core::Tag::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_engines_name_the_instruction() {
        assert_eq!(step_line("STEP 2/3: RUN false").as_deref(), Some("RUN false"));
        assert_eq!(step_line("[1/2] STEP 2/3: RUN a: b").as_deref(), Some("RUN a: b"));
        assert_eq!(step_line("#6 [2/3] RUN false").as_deref(), Some("RUN false"));
        assert_eq!(step_line("#6 [build 2/3] RUN false").as_deref(), Some("RUN false"));
        assert_eq!(step_line("#1 [internal] load build definition"), None);
        assert_eq!(step_line("a STEP of mine: x"), None);
        let (instruction, reason) =
            failed_step("building at STEP \"RUN false\": while running runtime: exit status 1").unwrap();
        assert_eq!(
            (instruction.as_str(), reason.as_str()),
            ("RUN false", "while running runtime: exit status 1")
        );
    }

    #[test]
    fn failures_of_a_pull_are_told_apart() {
        let cases = [
            (
                "pinging container registry r.example: dial tcp: lookup r.example: no such host",
                BaseFailure::Unreachable,
            ),
            ("reading manifest 1 in r.example/a: manifest unknown", BaseFailure::NotFound),
            (
                "unable to retrieve auth token: invalid username/password: unauthorized",
                BaseFailure::LoginRequired,
            ),
            ("disk quota exceeded", BaseFailure::Other),
        ];
        for (message, expected) in cases {
            assert_eq!(base_failure(message), expected, "{message}");
        }
    }

    #[test]
    fn a_base_has_a_name_and_a_transport() {
        let base: Base = "registry.example/a:1=oci:/images/a".parse().unwrap();
        assert_eq!((base.name.as_str(), base.location.as_str()), ("registry.example/a:1", "oci:/images/a"));
        assert!("a".parse::<Base>().is_err() && "a=docker://b".parse::<Base>().is_err());
        assert!(is_same_image("a/b", "a/b:latest") && !is_same_image("a/b:1", "a/b"));
    }
}
