//! `check_dockerfile`.

use super::{run, section};
use crate::{
    finding::Subject,
    input::Text,
    policy::Policy,
    report::{Facts, Report},
    rule::Check,
    rules::dockerfile::{Context, RULES},
};

/// Checks a Dockerfile.
pub fn check_dockerfile<'a>(input: impl Into<DockerfileInput<'a>>, policy: &Policy) -> Report {
    let input = input.into();
    let context = Context { policy };
    let drafts = run(RULES, policy, |rule, findings| {
        if let Check::Dockerfile(check) = rule.check {
            check(&context, findings);
        }
    });
    Report::of(policy, section(Subject::Dockerfile, &input.text, "dockerfile", drafts, policy, Facts::None))
}

/// What [`check_dockerfile`] looks at.
#[derive(Clone, Debug)]
pub struct DockerfileInput<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) build_args: &'a [(String, String)],
    pub(crate) target: Option<&'a str>,
    pub(crate) labels: &'a [(String, String)],
    pub(crate) base_config: Option<&'a [u8]>,
    pub(crate) platform: Option<&'a str>,
}

impl<'a> DockerfileInput<'a> {
    /// A Dockerfile alone.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self {
            text: text.into(),
            build_args: &[],
            target: None,
            labels: &[],
            base_config: None,
            platform: None,
        }
    }

    /// Values of build arguments, as `--build-arg` gives them.
    #[must_use]
    pub fn build_args(mut self, args: &'a [(String, String)]) -> Self {
        self.build_args = args;
        self
    }

    /// The stage to build, by name or number; the last one unless given.
    #[must_use]
    pub fn target(mut self, stage: Option<&'a str>) -> Self {
        self.target = stage;
        self
    }

    /// Labels that the build sets, as `--label` gives them.
    #[must_use]
    pub fn labels(mut self, labels: &'a [(String, String)]) -> Self {
        self.labels = labels;
        self
    }

    /// The config JSON of the base image, as `skopeo inspect --config` prints it.
    #[must_use]
    pub fn base_config(mut self, json: Option<&'a [u8]>) -> Self {
        self.base_config = json;
        self
    }

    /// The platform to build for, `os/architecture`; `linux/amd64` unless given.
    #[must_use]
    pub fn platform(mut self, platform: Option<&'a str>) -> Self {
        self.platform = platform;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for DockerfileInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
