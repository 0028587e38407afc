//! What is typed after `rekey`.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    ArgAction, ArgMatches, Args, Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use rekey_core::{Date, Flow, Override, Policy, PreflightVersion, Severity, check_selector};

use rekey_files::settings::Settings;

/// Checks what is submitted to Red Hat's container certification, offline
#[derive(Parser, Debug)]
#[command(
    name = "rekey",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    max_term_width = 100
)]
#[command(after_help = EXIT_CODES, disable_help_subcommand = true, disable_help_flag = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

const EXIT_CODES: &str = "\
Exit codes, the highest wins:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage or configuration, or nothing to check
  3  an input could not be read; what could be read is still reported";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Check a whole submission: rekey.toml, and the inputs found in the checkout
    Check(Check),
    /// Check image tags
    Tag {
        /// Tags to check
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<OsString>,
    },
    /// Check git source URLs
    Url {
        /// URLs to check
        #[arg(required = true, value_name = "URL")]
        urls: Vec<OsString>,
        /// The repository is private: an SSH link is needed
        #[arg(long, conflicts_with = "public")]
        private: bool,
        /// The repository is public: an HTTPS link is needed
        #[arg(long)]
        public: bool,
    },
    /// Check private keys
    Key(Keys),
    /// Check Dockerfiles; directories are searched for them
    Dockerfile(Dockerfile),
    /// Check the reference that an image is pushed to, and the image's config and manifest
    Image(Image),
    /// Print the tag of the next build of a version, and nothing else
    Next(Next),
    /// Print the newest of multiple tags, and nothing else
    Latest {
        /// Tags; `-` is a list on standard input, one a line or as `skopeo list-tags` prints it
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<OsString>,
    },
    /// Print a key or a URL in another form, and nothing else
    #[command(subcommand)]
    Convert(Convert),
    /// Print the public key of a private key, in the format that git hosts accept
    PublicKey {
        /// The private key; `-` is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        key: PathBuf,
    },
    /// Print the commands that push an image to where it is certified; never a key
    PushCommands {
        /// The reference to push to, or the folder of a submission
        #[arg(default_value = ".", value_name = "REFERENCE|PATH", value_hint = ValueHint::AnyPath)]
        target: OsString,
    },
    /// Write a rekey.toml from the inputs found in a folder; asks for the rest on a terminal
    Init(Init),
    /// List every rule
    Rules,
    /// Explain a rule or a check of openshift-preflight, or why a run of preflight failed
    Explain(Explain),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page, for `man -l -` or a package
    Man {
        /// The command to describe [default: all of rekey]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Keys {
    /// Keys, each of a different project; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// The public key that the git host has; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) public_key: Option<PathBuf>,
    /// The fingerprint that the git host shows
    #[arg(long, value_name = "FINGERPRINT")]
    pub(crate) fingerprint: Option<OsString>,
    /// Test the primes to base 2 only: a third of the time, finds accidents but not every forgery
    #[arg(long)]
    pub(crate) quick: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Convert {
    /// A private key as the service accepts it: PKCS#1 in PEM, from any other format, a damaged text, or base64, JSON, YAML, a
    /// Kubernetes Secret or a page that contains it
    Key {
        /// The key; `-` is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        key: PathBuf,
        /// Write a new file that only its owner can read, instead of standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
        /// Write it in a form that survives a field without newlines
        #[arg(long = "as", value_enum, value_name = "FORM")]
        form: Option<As>,
        /// Let --out replace a file
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// An auth file from base64, a Kubernetes Secret, UTF-16 or the form of `.dockercfg`
    AuthFile {
        /// The file; `-` is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Write a new file that only its owner can read, instead of standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
        /// Let --out replace a file
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// A git URL for the other transport
    Url {
        /// The URL
        #[arg(value_name = "URL")]
        url: OsString,
        /// `ssh` for a private repository, `https` for a public one
        #[arg(long, value_enum, value_name = "TRANSPORT")]
        to: To,
    },
}

/// A form of a key for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum As {
    /// A line of a `.env` file, with `\\n` for newlines
    Env,
    /// A JSON string
    Json,
    /// Base64 on one line
    Base64,
    /// A Kubernetes Secret
    Secret,
}

/// A transport that a repository is submitted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// As for a private repository
    Ssh,
    /// As for a public repository
    Https,
}

#[derive(Args, Debug)]
pub(crate) struct Image {
    /// The reference, such as `quay.io/acme/app:1.0-1`; or a built image on disk: `oci:DIR`, `oci-archive:FILE`,
    /// `docker-archive:FILE`, each with `:NAME` if it contains multiple images, `dir:DIR`, or a path
    #[arg(value_name = "REFERENCE", value_hint = ValueHint::AnyPath)]
    pub(crate) reference: OsString,
    /// The reference that an image on disk will be pushed to
    #[arg(long = "reference", value_name = "REFERENCE")]
    pub(crate) pushed_to: Option<OsString>,
    /// The image's config JSON, as `skopeo inspect --config` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// The image's manifest, as `skopeo inspect --raw` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: Option<PathBuf>,
    /// The file with the credentials of the push: podman's auth.json or docker's config.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) auth_file: Option<PathBuf>,
    /// Read the project's registry key from standard input
    #[arg(long)]
    pub(crate) registry_key_stdin: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Next {
    /// A tag of the version, such as `1.0-1`
    #[arg(value_name = "TAG")]
    pub(crate) tag: OsString,
    /// The tags that are published: one a line, or as `skopeo list-tags` prints them; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) published: Option<PathBuf>,
    /// A tag that is published
    #[arg(long = "published-tag", value_name = "TAG")]
    pub(crate) published_tags: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// The folder of the submission, or its rekey.toml
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// Check this one image only
    #[arg(long, value_name = "NAME")]
    pub(crate) image: Option<String>,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Init {
    /// The folder of the submission
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) path: PathBuf,
    /// Replace an existing rekey.toml
    #[arg(long)]
    pub(crate) force: bool,
    /// The git source URL [default: that of the checkout's origin]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// The repository is private
    #[arg(long, conflicts_with = "public")]
    pub(crate) private: bool,
    /// The repository is public
    #[arg(long)]
    pub(crate) public: bool,
    /// The file of the private key, relative to the folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key: Option<String>,
    /// A Dockerfile, relative to the folder; may be repeated [default: those in the folder]
    #[arg(long = "dockerfile", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) dockerfiles: Vec<String>,
    /// The image tag
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<String>,
    /// The reference that the image is pushed to
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) reference: Option<String>,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Dockerfile {
    /// Dockerfiles, folders to search, patterns such as `**/*.ubi`, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// The name of standard input in reports: the path of the file that it comes from
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) stdin_filename: Option<String>,
    /// Take flow, policy and rules from this rekey.toml [default: that of this folder, if any]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Value of a build argument
    #[arg(long = "build-arg", value_name = "K=V", value_parser = pair)]
    pub(crate) build_args: Vec<(String, String)>,
    /// The stage to build
    #[arg(long, value_name = "STAGE")]
    pub(crate) target: Option<String>,
    /// A label that the build sets
    #[arg(long = "label", value_name = "K=V", value_parser = pair)]
    pub(crate) labels: Vec<(String, String)>,
    /// The config JSON of the base image, as `skopeo inspect --config` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) base_config: Option<PathBuf>,
    /// The folder that the build copies from: check that the files of COPY exist and licenses are not empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) context: Option<PathBuf>,
    /// Apply safe fixes, in place
    #[arg(long, conflicts_with = "diff")]
    pub(crate) fix: bool,
    /// Print what --fix would change, and change nothing; secrets are masked
    #[arg(long)]
    pub(crate) diff: bool,
    /// With --diff, print secrets and control characters as they are, so that the diff can be applied
    #[arg(long, requires = "diff")]
    pub(crate) show_secrets: bool,
    /// With --fix or --diff, also apply unsafe fixes, which may change the meaning
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A rule id such as `tag-missing-release`, a check such as `HasLicense`, or preflight's artifacts: its folder
    /// `artifacts`, the archive of `--offline`, or a log
    #[arg(value_name = "RULE|CHECK|ARTIFACTS", value_hint = ValueHint::AnyPath)]
    pub(crate) what: OsString,
    /// With artifacts: the log, or what preflight printed on standard error [default: preflight.log in the folder or beside it]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) log: Option<PathBuf>,
    /// With artifacts: the Dockerfile that the image was built from, to look for the causes in
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) dockerfile: Option<PathBuf>,
    /// Value of a build argument
    #[arg(long = "build-arg", value_name = "K=V", value_parser = pair, requires = "dockerfile")]
    pub(crate) build_args: Vec<(String, String)>,
    /// The stage that was built
    #[arg(long, value_name = "STAGE", requires = "dockerfile")]
    pub(crate) target: Option<String>,
    /// A label that the build sets
    #[arg(long = "label", value_name = "K=V", value_parser = pair, requires = "dockerfile")]
    pub(crate) labels: Vec<(String, String)>,
    /// The config JSON of the base image; without it, what the image has counts as inherited
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "dockerfile")]
    pub(crate) base_config: Option<PathBuf>,
    /// The folder that the build copied from
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "dockerfile")]
    pub(crate) context: Option<PathBuf>,
}

/// What every command understands.
#[derive(Args, Debug)]
#[command(next_help_heading = "Common options")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Global {
    /// How to print
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Write the report to a file, too, such as `sarif=rekey.sarif`; may be repeated
    #[arg(long, global = true, value_name = "FORMAT=FILE", value_parser = output, value_hint = ValueHint::FilePath)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// How the image is submitted [default: build-service]
    #[arg(long, global = true, value_name = "FLOW", value_parser = named::<Flow>(Flow::ALL.iter().map(|flow| flow.as_str())))]
    flow: Option<Flow>,
    /// The certification policy [default: container]
    #[arg(long, global = true, value_name = "POLICY", value_parser = named::<Policy>(Policy::ALL.iter().map(|kind| kind.as_str())))]
    policy: Option<Policy>,
    /// The version of openshift-preflight, 1.11 or later
    #[arg(long, global = true, value_name = "VERSION")]
    preflight_version: Option<PreflightVersion>,
    /// The day on which ends of life are judged [default: the system's]
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Turn off a rule: an id, id:parameter, or a check of preflight
    #[arg(long, global = true, value_name = "RULE", value_parser = selector)]
    ignore: Vec<String>,
    /// Make a rule's findings errors
    #[arg(long, global = true, value_name = "RULE", value_parser = selector)]
    error: Vec<String>,
    /// Make a rule's findings warnings
    #[arg(long, global = true, value_name = "RULE", value_parser = selector)]
    warn: Vec<String>,
    /// Make a rule's findings notes
    #[arg(long, global = true, value_name = "RULE", value_parser = selector)]
    note: Vec<String>,
    /// The lowest result that makes the exit code 1; `unknown` includes checks that another input would settle
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) fail_on: FailOn,
    /// Hide the findings that this file lists
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the current findings into the file of --baseline
    #[arg(long, global = true, requires = "baseline")]
    pub(crate) write_baseline: bool,
    /// Print without colors
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Print help
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
    /// Print findings only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Explain every finding in full, and name every input and every image's forecast
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code hosts and editors: SARIF 2.1.0
    Sarif,
    /// For CI systems: JUnit XML
    Junit,
    /// For a ticket, a merge request or the summary of a job
    Markdown,
    /// For GitHub's runner, which makes annotations of it
    Github,
    /// For GitLab: a Code Quality report
    #[value(name = "codeclimate", alias = "code-climate")]
    CodeClimate,
}

impl Format {
    /// The name, as it is typed.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// The lowest result that makes the exit code 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// All findings
    Note,
    /// Checks of preflight whose outcome is unknown, warnings and errors
    Unknown,
    /// No finding
    Never,
}

impl Global {
    /// What the flags say of the policy; overrides in the order in which they were typed.
    pub(crate) fn settings(&self, matches: &ArgMatches) -> Settings {
        let mut matches = matches;
        while let Some((_, deeper)) = matches.subcommand() {
            matches = deeper;
        }
        let flags = [
            ("ignore", &self.ignore, None),
            ("error", &self.error, Some(Severity::Error)),
            ("warn", &self.warn, Some(Severity::Warning)),
            ("note", &self.note, Some(Severity::Note)),
        ];
        let mut overrides = Vec::new();
        for (flag, selectors, severity) in flags {
            let places = matches.indices_of(flag).into_iter().flatten();
            let changes = selectors.iter().map(|selector| Override { selector: selector.clone(), severity });
            overrides.extend(places.zip(changes));
        }
        overrides.sort_by_key(|(place, _)| *place);
        Settings {
            flow: self.flow,
            policy: self.policy,
            preflight_version: self.preflight_version,
            today: self.today.or_else(rekey_files::today),
            overrides: overrides.into_iter().map(|(_, change)| change).collect(),
        }
    }
}

/// One of some names, with suggestions and completions.
fn named<T>(names: impl Iterator<Item = &'static str>) -> impl clap::builder::TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err = rekey_core::TargetError> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

/// `K=V`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected `KEY=VALUE`".to_owned()),
    }
}

/// `FORMAT=FILE`.
fn output(text: &str) -> Result<(Format, PathBuf), String> {
    let expected = || {
        let names: Vec<_> = Format::value_variants().iter().map(|format| format.name()).collect();
        format!("expected `FORMAT=FILE` with one of {}", names.join(", "))
    };
    let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(expected)?;
    let format = Format::from_str(format, false).map_err(|_| expected())?;
    Ok((format, file.into()))
}

fn selector(text: &str) -> Result<String, String> {
    match check_selector(text).map_err(|error| error.nearest) {
        Ok(()) => Ok(text.to_owned()),
        Err(Some(near)) => Err(format!("no such rule; did you mean `{near}`?")),
        Err(None) => Err("no such rule; `rekey rules` lists all rules".to_owned()),
    }
}
