//! What a rule is: data. The table of its subject pairs it with a function.

use std::{borrow::Cow, fmt};

use crate::{
    preflight::Check,
    severity::{Severity, UnknownName},
    target::{Flow, Policy, Target},
};

/// The URL below which the documentation is published.
///
/// The project has no home on the web yet: `.example` names belong to nobody. When it has one, this constant is the only place to
/// change.
pub const DOCS: &str = "https://rekey.example/";

/// What kind of input a rule or a finding is about.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// The fields of a submission taken together.
    Submission,
    /// The git source URL.
    GitUrl,
    /// The SSH private key.
    PrivateKey,
    /// The Dockerfile.
    Dockerfile,
    /// The image tag.
    Tag,
    /// The reference that an image is pushed to.
    Reference,
    /// An image: its config, its manifest and what its layers hold.
    Image,
    /// What an image is pushed with: an auth file or a registry key.
    Credentials,
    /// What a run of openshift-preflight left behind.
    PreflightRun,
}

impl Subject {
    /// Every subject, in the order in which reports show them.
    pub const ALL: &[Self] = &[
        Self::Submission,
        Self::GitUrl,
        Self::PrivateKey,
        Self::Dockerfile,
        Self::Tag,
        Self::Reference,
        Self::Image,
        Self::Credentials,
        Self::PreflightRun,
    ];

    /// The name at every level: `git_url`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::GitUrl => "git_url",
            Self::PrivateKey => "private_key",
            Self::Dockerfile => "dockerfile",
            Self::Tag => "tag",
            Self::Reference => "reference",
            Self::Image => "image",
            Self::Credentials => "credentials",
            Self::PreflightRun => "preflight_run",
        }
    }
}

named!(Subject, UnknownName, |found| UnknownName {
    expected: "the name of a subject such as `git_url`",
    found
});

/// Who requires what a rule checks: Red Hat is named only for what Red Hat requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// Red Hat's own words.
    Documented {
        /// The page.
        source: &'static str,
        /// The words.
        quote: &'static str,
        /// The day as of which the page said so.
        date: &'static str,
    },
    /// What the code of openshift-preflight does.
    Enforced {
        /// The file in `redhat-openshift-ecosystem/openshift-preflight`.
        source: &'static str,
        /// The version in which it was read.
        version: &'static str,
    },
    /// What git, OpenSSH, OCI, BuildKit or a standard does.
    Upstream {
        /// Project and file, RFC or page.
        source: &'static str,
    },
    /// What follows from a requirement without being written in it.
    Inferred {
        /// From what it follows.
        source: &'static str,
    },
    /// Our own advice.
    Practice {
        /// Why we give it.
        source: &'static str,
    },
}

impl Basis {
    /// The name of the kind: `documented`, `enforced`, `upstream`, `inferred` or `practice`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Documented { .. } => "documented",
            Self::Enforced { .. } => "enforced",
            Self::Upstream { .. } => "upstream",
            Self::Inferred { .. } => "inferred",
            Self::Practice { .. } => "practice",
        }
    }

    /// Where it can be read, or why it holds.
    pub fn source(&self) -> Cow<'static, str> {
        match self {
            Self::Enforced { source, version } => {
                Cow::Owned(format!("openshift-preflight {version} {source}"))
            }
            Self::Documented { source, .. }
            | Self::Upstream { source }
            | Self::Inferred { source }
            | Self::Practice { source } => Cow::Borrowed(source),
        }
    }

    /// The words of the page, where they are Red Hat's.
    pub const fn quote(&self) -> Option<&'static str> {
        match self {
            Self::Documented { quote, .. } => Some(quote),
            _ => None,
        }
    }

    /// The day as of which the page said so.
    pub const fn date(&self) -> Option<&'static str> {
        match self {
            Self::Documented { date, .. } => Some(date),
            _ => None,
        }
    }
}

impl fmt::Display for Basis {
    /// One line: the words, or what kind of basis it is, and where it can be read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented { source, quote, date } => write!(f, "\"{quote}\" ({source}, as of {date})"),
            Self::Enforced { .. } => write!(f, "enforced by {}", self.source()),
            Self::Upstream { source } => f.write_str(source),
            Self::Inferred { source } => write!(f, "inferred: {source}"),
            Self::Practice { source } => write!(f, "best practice (not required): {source}"),
        }
    }
}

/// One rule. Documentation, `rekey explain`, SARIF metadata and the bindings' id types all come out of these.
///
/// ```
/// let rule = rekey_core::rule("tag-missing-release").unwrap();
/// assert_eq!(rule.subject.as_str(), "tag");
/// assert_eq!(rule.basis.kind(), "documented");
/// ```
#[non_exhaustive]
pub struct Rule {
    /// `subject-defect`: names what is wrong. Part of the public interface; never reused.
    pub id: &'static str,
    /// The kind of input that the rule is about.
    pub subject: Subject,
    /// How grave a finding of this rule is.
    pub severity: Severity,
    /// Where the rule holds, and the checks of openshift-preflight that fail for the same reason.
    pub scope: Scope,
    /// What is wrong, without any input's values.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub help: &'static str,
    /// Who requires it.
    pub basis: Basis,
    /// Inputs that show it. They run as the rule's first tests.
    pub examples: &'static [Example],
}

impl Rule {
    /// Whether a selector means the rule: its id, one of its checks, or either with `:parameter`.
    pub fn is_selected_by(&self, selector: &str, parameter: Option<&str>) -> bool {
        let (id, wanted) = selector.split_once(':').map_or((selector, None), |(id, p)| (id, Some(p)));
        (id == self.id || self.checks().iter().any(|check| *check == id))
            && (wanted.is_none() || wanted == parameter)
    }

    /// The checks of openshift-preflight that fail for the same reason.
    pub const fn checks(&self) -> &'static [Check] {
        self.scope.checks
    }

    /// The version of rekey that brought the rule.
    pub const fn since(&self) -> &'static str {
        self.scope.introduced
    }

    /// The names of the checks of openshift-preflight that fail for the same reason.
    pub fn check_names(&self) -> Vec<&'static str> {
        self.checks().iter().map(|check| check.as_str()).collect()
    }

    /// Returns the URL of the rule's page.
    ///
    /// ```
    /// let rule = rekey_core::rule("tag-latest").unwrap();
    /// assert_eq!(rule.docs(), format!("{}rules/tag-latest.html", rekey_core::DOCS));
    /// ```
    pub fn docs(&self) -> String {
        format!("{DOCS}rules/{}.html", self.id)
    }
}

impl std::fmt::Debug for Rule {
    /// The id says it all.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rule").field(&self.id).finish()
    }
}

impl std::fmt::Display for Rule {
    /// The id.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id)
    }
}

impl PartialEq for Rule {
    /// An id belongs to one rule.
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl std::hash::Hash for Rule {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// A row in the table of a subject: a rule, and the function that reports its findings in that subject's context.
pub(crate) struct Entry<F> {
    pub(crate) rule: Rule,
    pub(crate) check: F,
}

/// In which flow, policy and version of preflight a rule holds, which of preflight's checks it explains, and since when it is
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Nothing narrows it: asked first, since most rules hold everywhere.
    everywhere: bool,
    flows: u8,
    policies: u8,
    since: u64,
    before: u64,
    checks: &'static [Check],
    introduced: &'static str,
}

impl Scope {
    /// Everywhere, since the first version of rekey, beside preflight's checks.
    pub const ALWAYS: Self = Self {
        everywhere: true,
        flows: u8::MAX,
        policies: u8::MAX,
        since: 0,
        before: u64::MAX,
        checks: &[],
        introduced: "0.1.0",
    };

    /// In one flow only.
    #[must_use]
    pub const fn in_flow(flow: Flow) -> Self {
        Self { everywhere: false, flows: 1 << flow as u8, ..Self::ALWAYS }
    }

    /// In every flow but one.
    #[must_use]
    pub const fn outside_flow(flow: Flow) -> Self {
        Self { everywhere: false, flows: !(1 << flow as u8), ..Self::ALWAYS }
    }

    /// Under these policies only.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "`get` is not const")]
    pub const fn under(self, policies: &[Policy]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < policies.len() {
            bits |= 1 << policies[at] as u8;
            at += 1;
        }
        Self { everywhere: false, policies: bits, ..self }
    }

    /// From a version of preflight on.
    #[must_use]
    pub const fn since_preflight(self, major: u16, minor: u16, patch: u16) -> Self {
        Self { everywhere: false, since: packed(major, minor, patch), ..self }
    }

    /// Before a version of preflight.
    #[must_use]
    pub const fn before_preflight(self, major: u16, minor: u16, patch: u16) -> Self {
        Self { everywhere: false, before: packed(major, minor, patch), ..self }
    }

    /// These checks of preflight fail for the same reason.
    #[must_use]
    pub const fn of_checks(self, checks: &'static [Check]) -> Self {
        Self { checks, ..self }
    }

    /// Since a version of rekey.
    #[must_use]
    pub const fn introduced(self, version: &'static str) -> Self {
        Self { introduced: version, ..self }
    }

    /// Returns whether the rule holds under a target.
    pub fn to(&self, target: &Target) -> bool {
        TargetBits::by(target).has(self)
    }

    /// The flows in which the rule holds.
    pub fn flows(&self) -> impl Iterator<Item = Flow> {
        let bits = self.flows;
        Flow::ALL.iter().copied().filter(move |flow| bits & 1 << *flow as u8 != 0)
    }

    /// The policies under which the rule holds.
    pub fn policies(&self) -> impl Iterator<Item = Policy> {
        let bits = self.policies;
        Policy::ALL.iter().copied().filter(move |kind| bits & 1 << *kind as u8 != 0)
    }

    /// The first version of preflight for which the rule holds, where it is not every one.
    pub fn since(&self) -> Option<(u16, u16, u16)> {
        (self.since != Self::ALWAYS.since).then(|| unpacked(self.since))
    }

    /// The first version of preflight for which the rule holds no more.
    pub fn before(&self) -> Option<(u16, u16, u16)> {
        (self.before != Self::ALWAYS.before).then(|| unpacked(self.before))
    }

    /// The default policy, changed as little as it takes for the rule to hold.
    pub fn example(&self) -> Target {
        let (major, minor, patch) = unpacked(self.since);
        let version = self.before().and_then(|_| format!("{major}.{minor}.{patch}").parse().ok());
        let flow = self.flows().next().unwrap_or_default();
        let kind = self.policies().next().unwrap_or_default();
        Target::new(flow, kind, version.unwrap_or_default()).unwrap_or_default()
    }
}

/// What of a policy decides whether a rule holds, brought to numbers once for all rules of a table.
#[derive(Clone, Copy)]
pub(crate) struct TargetBits {
    flow: u8,
    policy: u8,
    version: u64,
}

impl TargetBits {
    pub(crate) fn by(target: &Target) -> Self {
        let (major, minor, patch) = target.preflight_version().triple();
        let version = packed(major, minor, patch);
        Self { flow: 1 << target.flow() as u8, policy: 1 << target.policy() as u8, version }
    }

    /// Whether a rule holds.
    pub(crate) fn has(self, scope: &Scope) -> bool {
        scope.everywhere
            || scope.flows & self.flow != 0
                && scope.policies & self.policy != 0
                && self.version >= scope.since
                && self.version < scope.before
    }
}

const fn packed(major: u16, minor: u16, patch: u16) -> u64 {
    (major as u64) << 32 | (minor as u64) << 16 | patch as u64
}

const fn unpacked(version: u64) -> (u16, u16, u16) {
    ((version >> 32) as u16, (version >> 16) as u16, version as u16)
}

/// An input that shows a rule: shown in its documentation and run as its first test.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Example {
    /// The input as a person would write it; for a key the name of a file in `tests/keys`, for a submission
    /// one `field = value` a line.
    pub input: &'static str,
    /// What the rule does with it.
    pub verdict: Verdict,
    /// What else was given, as `(option, value)`: `("published", "1.0-1 1.0-2")`.
    pub given: &'static [(&'static str, &'static str)],
}

/// What a rule does with an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule is silent.
    Good,
    /// The rule finds something.
    Bad,
    /// The rule finds something and its fix turns the input into this, which is good.
    Fixed(&'static str),
}

impl Example {
    /// An input on which the rule is silent.
    pub const fn good(input: &'static str) -> Self {
        Self { input, verdict: Verdict::Good, given: &[] }
    }

    /// An input in which the rule finds something.
    pub const fn bad(input: &'static str) -> Self {
        Self { input, verdict: Verdict::Bad, given: &[] }
    }

    /// An input that the rule's fix turns into `good`.
    pub const fn fixed(bad: &'static str, good: &'static str) -> Self {
        Self { input: bad, verdict: Verdict::Fixed(good), given: &[] }
    }

    /// The same with other options of the check given.
    #[must_use]
    pub const fn given(self, given: &'static [(&'static str, &'static str)]) -> Self {
        Self { given, ..self }
    }
}
