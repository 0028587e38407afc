//! The arguments of `rekey`.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    ArgMatches, Args, CommandFactory as _, Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use rekey_core::{
    Date, Flow, Override, Policy, PreflightVersion, Safety, Severity, check_selector, rehearsal::StepName,
};

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
#[command(after_help = EXAMPLES, after_long_help = [EXAMPLES, "\n\n", EXIT_CODES].concat(), disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

const EXAMPLES: &str = "\
Examples:
  rekey check                              the submission in this folder
  rekey check app --fix                    and apply the safe fixes
  rekey dockerfile Dockerfile --flow quay  one Dockerfile
  rekey image oci-archive:app.tar          a built image
  rekey explain HasLicense                 why preflight fails a check";

const EXIT_CODES: &str = "\
Exit codes, the highest wins:
  0  nothing at or above --fail-on
  1  findings
  2  wrong usage or configuration, or nothing to check
  3  an input could not be read; what could be read is still reported";

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Check a whole submission: rekey.toml, and the inputs found in the checkout
    #[command(
        after_help = "Examples:\n  rekey check\n  rekey check app --fix\n  rekey check app --image server --format sarif"
    )]
    Check(Check),
    /// Check image tags
    #[command(
        after_help = "Examples:\n  rekey tag 1.0-1\n  skopeo list-tags docker://quay.io/acme/app | rekey tag -"
    )]
    Tag {
        /// Tags to check; `-` is a list on standard input, one a line or as `skopeo list-tags` prints it
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<OsString>,
    },
    /// Check git source URLs
    #[command(after_help = "Examples:\n  rekey url --private git@github.com:acme/app.git")]
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
    #[command(
        after_help = "Examples:\n  rekey key project_key\n  rekey key project_key --public-key project_key.pub"
    )]
    Key(Keys),
    /// Check Dockerfiles; directories are searched for them
    #[command(
        after_help = "Examples:\n  rekey dockerfile Dockerfile --context .\n  rekey dockerfile . --format github\n  rekey dockerfile Dockerfile --diff --unsafe-fixes"
    )]
    Dockerfile(Dockerfile),
    /// Check a built image, or the reference that an image is pushed to
    #[command(
        after_help = "Examples:\n  rekey image quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1 --flow quay\n  rekey image oci-archive:app.tar\n  rekey image containers-storage:localhost/app:1.0-1\n  rekey image docker://quay.io/acme/app:1.0-1\n  podman save localhost/app:1.0-1 | rekey image -"
    )]
    Image(Image),
    /// Rehearse a submission: clone, build and examine it with the very details of the form
    #[command(
        after_help = "Examples:\n  rekey rehearse\n  rekey rehearse app --no-build\n  rekey rehearse --base registry.access.redhat.com/ubi9/ubi:9.6=oci:ubi9"
    )]
    Rehearse(Rehearse),
    /// Print the tag of the next build of a version, and nothing else
    #[command(
        after_help = "Examples:\n  rekey next 1.0-1\n  rekey next 1.0-1 --registry quay.io/acme/app\n  skopeo list-tags docker://quay.io/acme/app | rekey next 1.0-1 --published -"
    )]
    Next(Next),
    /// Print the newest of multiple tags, and nothing else
    #[command(
        after_help = "Examples:\n  rekey latest 1.0-1 1.0-2\n  skopeo list-tags docker://quay.io/acme/app | rekey latest -"
    )]
    Latest {
        /// Tags; `-` is a list on standard input, one a line or as `skopeo list-tags` prints it
        #[arg(required = true, value_name = "TAG")]
        tags: Vec<OsString>,
    },
    /// Print a key or a URL in another form, and nothing else
    #[command(subcommand)]
    Convert(Convert),
    /// Print the public key of a private key, in the format that git hosts accept
    #[command(after_help = "Examples:\n  rekey public-key project_key")]
    PublicKey {
        /// The private key; `-` is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        key: PathBuf,
    },
    /// Print the commands that push an image to where it is certified; never a key
    #[command(
        after_help = "Examples:\n  rekey push-commands quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1"
    )]
    PushCommands {
        /// The reference to push to, or the folder of a submission
        #[arg(default_value = ".", value_name = "REFERENCE|PATH", value_hint = ValueHint::AnyPath)]
        target: OsString,
    },
    /// Write a rekey.toml from the inputs found in a folder; asks for the rest on a terminal
    #[command(
        after_help = "Examples:\n  rekey init\n  rekey init --flow quay --reference quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1"
    )]
    Init(Init),
    /// List every rule
    #[command(after_help = "Examples:\n  rekey rules | grep label")]
    Rules,
    /// Explain a rule or a check of openshift-preflight, or why a run of preflight failed
    #[command(
        after_help = "Examples:\n  rekey explain HasLicense\n  rekey explain dockerfile-user-root\n  rekey explain artifacts --dockerfile Dockerfile"
    )]
    Explain(Explain),
    /// Print completions for a shell
    #[command(
        after_help = "Examples:\n  rekey completions bash > ~/.local/share/bash-completion/completions/rekey"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page, for `man -l -` or a package
    #[command(after_help = "Examples:\n  rekey man | man -l -")]
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
    #[command(
        after_help = "Examples:\n  rekey convert key id_rsa --out project_key\n  rekey convert key project_key --as env"
    )]
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
    #[command(after_help = "Examples:\n  rekey convert auth-file secret.yaml --out auth.json")]
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
    #[command(after_help = "Examples:\n  rekey convert url https://github.com/acme/app --to ssh")]
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

/// A transport for the submission of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    /// As for a private repository
    Ssh,
    /// As for a public repository
    Https,
}

#[derive(Args, Debug)]
pub(crate) struct Image {
    /// The reference, such as `quay.io/acme/app:1.0-1`; or a built image: a path, `oci:DIR`, `oci-archive:FILE`,
    /// `docker-archive:FILE`, each with `:NAME` if it contains multiple images, `dir:DIR`; `-` for an archive on standard
    /// input; `containers-storage:IMAGE` or `docker-daemon:IMAGE` for a local image of podman or docker;
    /// `docker://REFERENCE` for an image in a registry
    #[arg(value_name = "IMAGE", value_hint = ValueHint::AnyPath)]
    pub(crate) location: OsString,
    /// The reference that a built image will be pushed to
    #[arg(long = "reference", value_name = "REFERENCE")]
    pub(crate) pushed_to: Option<OsString>,
    /// The image's config JSON, as `skopeo inspect --config` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// The image's manifest, as `skopeo inspect --raw` prints it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: Option<PathBuf>,
    /// The file with the credentials of the push, or of the pull with docker://: podman's auth.json or docker's config.json
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) auth_file: Option<PathBuf>,
    /// Read the project's registry key from standard input
    #[arg(long)]
    pub(crate) registry_key_stdin: bool,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Options of connections to a registry.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Connection {
    /// Use HTTP without TLS for the registry
    #[arg(long, hide_short_help = true)]
    pub(crate) plain_http: bool,
    /// Run the credential helpers that an auth file names
    #[arg(long, hide_short_help = true)]
    pub(crate) credential_helpers: bool,
    /// Give up a try if the registry sends nothing for this many seconds; there are up to six tries
    #[arg(long, hide_short_help = true, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}

#[derive(Args, Debug)]
pub(crate) struct Rehearse {
    /// The folder of the submission, or its rekey.toml
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// Rehearse the image with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) image: Option<String>,
    /// Stop after this step
    #[arg(long, value_name = "STEP", default_value = "image", value_parser = step())]
    pub(crate) until: StepName,
    /// Stop before the base images are pulled and anything of the repository runs
    #[arg(long, conflicts_with = "until")]
    pub(crate) no_build: bool,
    /// Keep the clone and the built image, and print where they are
    #[arg(long)]
    pub(crate) keep: bool,
    /// The program that builds [default: the first one that is installed]
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(crate) engine: Option<Engine>,
    /// Take a base image from disk: `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE` or `dir:DIR`; may be repeated
    #[arg(long = "base", value_name = "NAME=oci:DIR")]
    pub(crate) bases: Vec<String>,
    /// The fingerprint of the git host's key, as its administrators publish it
    #[arg(long, value_name = "SHA256:…", value_parser = fingerprint)]
    pub(crate) host_key: Option<String>,
    /// The limit of each step in seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: Option<u64>,
    /// Build with the options of another service
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub(crate) like: Option<Like>,
    /// The branch to clone [default: that of the repository]
    #[arg(long, value_name = "BRANCH")]
    pub(crate) branch: Option<String>,
    /// The platform to build for
    #[arg(long, value_name = "PLATFORM", default_value = "linux/amd64")]
    pub(crate) platform: String,
}

/// A program that builds images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// buildah
    Buildah,
    /// podman
    Podman,
    /// docker
    Docker,
}

/// A service whose options are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Like {
    /// Konflux, with which Red Hat builds its own images
    Konflux,
}

/// Parses a step.
fn step() -> impl clap::builder::TypedValueParser<Value = StepName> {
    let names = StepName::ALL.iter().map(|step| step.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<StepName>())
}

/// Parses a fingerprint, `SHA256:` and 43 digits.
fn fingerprint(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix("SHA256:").unwrap_or_default().trim_end_matches('=');
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    if digits.len() == 43 && digits.bytes().all(is_digit) {
        Ok(format!("SHA256:{digits}"))
    } else {
        Err("expected `SHA256:` and 43 characters, as `ssh-keygen -l` prints it".to_owned())
    }
}

#[derive(Args, Debug)]
pub(crate) struct Next {
    /// A tag of the version, such as `1.0-1` [default: the tag of --registry]
    #[arg(value_name = "TAG", required_unless_present = "registry")]
    pub(crate) tag: Option<OsString>,
    /// The tags that are published: one a line, or as `skopeo list-tags` prints them; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) published: Option<PathBuf>,
    /// A tag that is published
    #[arg(long = "published-tag", value_name = "TAG")]
    pub(crate) published_tags: Vec<String>,
    /// Ask the registry for the published tags of this reference, such as `quay.io/acme/app`
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) registry: Option<String>,
    /// With --registry: the file with the credentials [default: podman's or docker's]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "registry")]
    pub(crate) auth_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// The folder of the submission, or its rekey.toml
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    /// Check only the image with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) image: Option<String>,
    #[command(flatten)]
    pub(crate) fixes: Fixes,
    /// List the inputs, and check nothing
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub(crate) show_files: bool,
    /// Also try to reach the repository with the key, as the first steps of `rekey rehearse` do
    #[arg(long, conflicts_with_all = ["fix", "diff", "show_files"])]
    pub(crate) reach: bool,
    /// With --reach: the fingerprint of the git host's key
    #[arg(long, value_name = "SHA256:…", value_parser = fingerprint, requires = "reach", hide_short_help = true)]
    pub(crate) host_key: Option<String>,
}

/// Options for fixes.
#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, clippy::struct_field_names, reason = "each is named as its flag")]
pub(crate) struct Fixes {
    /// Apply safe fixes to the files
    #[arg(long, conflicts_with = "diff")]
    pub(crate) fix: bool,
    /// Print the changes that --fix would make, and change nothing; secrets are masked
    #[arg(long)]
    pub(crate) diff: bool,
    /// With --fix or --diff, also apply unsafe fixes, which may change the meaning
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// With --diff, print secrets and control characters unmasked, so that `patch` can apply the diff
    #[arg(long, requires = "diff", hide_short_help = true)]
    pub(crate) show_secrets: bool,
}

impl Fixes {
    /// The least safe kind of fix that is applied.
    pub(crate) fn at_most(&self) -> Safety {
        if self.unsafe_fixes { Safety::Unsafe } else { Safety::Safe }
    }
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
    #[command(flatten)]
    pub(crate) fixes: Fixes,
    /// List the Dockerfiles, and check nothing
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub(crate) show_files: bool,
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

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = COMMON)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Global {
    /// The format of the report
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Write the report to a file, too, such as `sarif=rekey.sarif`; may be repeated
    #[arg(long, global = true, hide_short_help = true, value_name = "FORMAT=FILE", value_parser = output, value_hint = ValueHint::FilePath)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// The way the image is submitted [default: build-service]
    #[arg(long, global = true, value_name = "FLOW", value_parser = named::<Flow>(Flow::ALL.iter().map(|flow| flow.as_str())))]
    flow: Option<Flow>,
    /// The certification policy [default: container]
    #[arg(long, global = true, value_name = "POLICY", value_parser = named::<Policy>(Policy::ALL.iter().map(|kind| kind.as_str())))]
    policy: Option<Policy>,
    /// The version of openshift-preflight, 1.11 or later
    #[arg(long, global = true, hide_short_help = true, value_name = "VERSION")]
    preflight_version: Option<PreflightVersion>,
    /// The day on which ends of life are judged [default: the system's]
    #[arg(long, global = true, hide_short_help = true, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Turn off a rule: an id, id:parameter, or a check of preflight
    #[arg(long, global = true, value_name = "RULE", value_parser = selector)]
    ignore: Vec<String>,
    /// Report only these rules: ids, id:parameter, or checks of preflight; may be repeated
    #[arg(long, global = true, hide_short_help = true, value_name = "RULE", value_parser = selector)]
    pub(crate) select: Vec<String>,
    /// Make a rule's findings errors
    #[arg(long, global = true, hide_short_help = true, value_name = "RULE", value_parser = selector)]
    error: Vec<String>,
    /// Make a rule's findings warnings
    #[arg(long, global = true, hide_short_help = true, value_name = "RULE", value_parser = selector)]
    warn: Vec<String>,
    /// Make a rule's findings notes
    #[arg(long, global = true, hide_short_help = true, value_name = "RULE", value_parser = selector)]
    note: Vec<String>,
    /// The lowest result that makes the exit code 1; `unknown` includes checks that another input would settle
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) fail_on: FailOn,
    /// Hide the findings that this file lists
    #[arg(long, global = true, hide_short_help = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the current findings into the file of --baseline
    #[arg(long, global = true, hide_short_help = true, requires = "baseline")]
    pub(crate) write_baseline: bool,
    /// Open no connection: `docker://`, `--registry`, `--reach` and `rekey rehearse` are errors
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) offline: bool,
    /// Print without colors
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) no_color: bool,
    /// Print only errors and warnings
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print notes, the reason and source of every finding, every input and every check of preflight
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// Print how many findings each rule has, instead of the findings
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) statistics: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// One line for each finding: `file:line:column: severity[rule] message`
    Concise,
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

impl Cli {
    /// The command as its help describes it: a subcommand's help names the common options, `rekey --help`
    /// explains them.
    pub(crate) fn described() -> clap::Command {
        let command = Self::command();
        let is_common = |arg: &clap::Arg| arg.get_help_heading() == Some(COMMON);
        let common: Vec<_> = command.get_arguments().filter(|arg| is_common(arg)).cloned().collect();
        let names: Vec<_> =
            common.iter().filter_map(clap::Arg::get_long).map(|name| format!("--{name}")).collect();
        let names = rekey_render::wrap(&names.join(", "), 100, "  ");
        let footer = format!("{COMMON} (`rekey --help` explains them):\n  {names}");
        short(command, &common, &footer)
    }
}

/// The heading of the common options.
const COMMON: &str = "Common options";

/// A command whose subcommands show only the names of the common options.
fn short(command: clap::Command, common: &[clap::Arg], footer: &str) -> clap::Command {
    command.mut_subcommands(|mut sub| {
        // Global options that a subcommand already has are not added again.
        sub = sub.args(common.iter().map(|arg| arg.clone().hide(true)));
        let examples = sub.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
        let sub = sub.after_help(format!("{examples}{footer}"));
        short(sub, common, footer)
    })
}

impl Format {
    /// The name as typed.
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
    /// Returns the settings of the options; overrides are in the order in which they were typed.
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

/// A parser for one of some names, with suggestions and completions.
fn named<T>(names: impl Iterator<Item = &'static str>) -> impl clap::builder::TypedValueParser<Value = T>
where
    T: std::str::FromStr<Err = rekey_core::TargetError> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse())
}

/// Parses `K=V`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected `KEY=VALUE`".to_owned()),
    }
}

/// Parses `FORMAT=FILE`.
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
