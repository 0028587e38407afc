//! Rules as data. The table of a rule's subject pairs it with a function.

use std::{borrow::Cow, fmt};

use crate::{
    preflight::Check,
    severity::{Severity, UnknownName},
    target::{Flow, Policy, Target},
};

/// The URL below which the documentation is published.
///
/// The project has no website yet, and `.example` names cannot be registered. When it has one, this constant is the only place to
/// change.
pub const DOCS: &str = "https://rekey.example/";

/// The kind of input that a rule or a finding is about.
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
    /// An image: its config, its manifest and the contents of its layers.
    Image,
    /// The credentials for a push: an auth file or a registry key.
    Credentials,
    /// The output of an openshift-preflight run.
    PreflightRun,
    /// A rehearsal: a clone, a build and an examination on this machine.
    Rehearsal,
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
        Self::Rehearsal,
    ];

    /// The name at every level, such as `git_url`.
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
            Self::Rehearsal => "rehearsal",
        }
    }
}

named!(Subject, UnknownName, |found| UnknownName {
    expected: "the name of a subject such as `git_url`",
    found
});

/// The basis of a rule: who requires it. Red Hat is named only for its own requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// A requirement in Red Hat's own words.
    Documented {
        /// The page.
        source: &'static str,
        /// A quotation from it.
        quote: &'static str,
        /// The date of the quoted page.
        date: &'static str,
    },
    /// A condition in the code of openshift-preflight.
    Enforced {
        /// The file in `redhat-openshift-ecosystem/openshift-preflight`.
        source: &'static str,
        /// The version of that file.
        version: &'static str,
    },
    /// The behavior of git, OpenSSH, OCI, BuildKit or a standard.
    Upstream {
        /// A project and file, an RFC or a page.
        source: &'static str,
    },
    /// A consequence of a requirement that is not written in it.
    Inferred {
        /// The requirement.
        source: &'static str,
    },
    /// Advice from rekey.
    Practice {
        /// The reason for the advice.
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

    /// The place where the requirement can be read, or the reason for it.
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

    /// The quotation, if it is from Red Hat.
    pub const fn quote(&self) -> Option<&'static str> {
        match self {
            Self::Documented { quote, .. } => Some(quote),
            _ => None,
        }
    }

    /// The date of the quoted page.
    pub const fn date(&self) -> Option<&'static str> {
        match self {
            Self::Documented { date, .. } => Some(date),
            _ => None,
        }
    }
}

impl fmt::Display for Basis {
    /// Writes one line: the quotation or the kind of basis, and the source.
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

/// A rule. The documentation, `rekey explain`, SARIF metadata and the bindings' id types are all generated
/// from rules.
///
/// ```
/// let rule = rekey_core::rule("tag-missing-release").unwrap();
/// assert_eq!(rule.subject.as_str(), "tag");
/// assert_eq!(rule.basis.kind(), "documented");
/// ```
#[non_exhaustive]
pub struct Rule {
    /// The id, `subject-defect`. Part of the public interface; never reused.
    pub id: &'static str,
    /// The kind of input that the rule is about.
    pub subject: Subject,
    /// The severity of its findings, before overrides.
    pub severity: Severity,
    /// The targets for which the rule applies, and the checks of openshift-preflight that fail for the same
    /// reason.
    pub scope: Scope,
    /// One line that says what is wrong, without values of an input.
    pub summary: &'static str,
    /// The reason why it matters.
    pub why: &'static str,
    /// The advice on how to resolve a finding.
    pub help: &'static str,
    /// The basis of the requirement.
    pub basis: Basis,
    /// Inputs that illustrate it. They run as the rule's first tests.
    pub examples: &'static [Example],
}

impl Rule {
    /// Returns true if a selector matches the rule: its id, one of its checks, or either with `:parameter`.
    pub fn is_selected_by(&self, selector: &str, parameter: Option<&str>) -> bool {
        let (id, wanted) = selector.split_once(':').map_or((selector, None), |(id, p)| (id, Some(p)));
        (id == self.id || self.checks().iter().any(|check| *check == id))
            && (wanted.is_none() || wanted == parameter)
    }

    /// The checks of openshift-preflight that fail for the same reason.
    pub const fn checks(&self) -> &'static [Check] {
        self.scope.checks
    }

    /// The version of rekey that introduced the rule.
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
    /// Writes only the id.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rule").field(&self.id).finish()
    }
}

impl std::fmt::Display for Rule {
    /// Writes the id.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id)
    }
}

impl PartialEq for Rule {
    /// Compares the ids, which are unique.
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

/// A row in the table of a subject: a rule, and the function that reports its findings for that subject's
/// context.
pub(crate) struct Entry<F> {
    pub(crate) rule: Rule,
    pub(crate) check: F,
}

/// The flows, policies and versions of preflight in which a rule applies, the preflight checks that it
/// explains, and the version that introduced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// True if nothing restricts it: tested first, since most rules apply everywhere.
    everywhere: bool,
    flows: u8,
    policies: u8,
    since: u64,
    before: u64,
    checks: &'static [Check],
    introduced: &'static str,
}

impl Scope {
    /// The scope of every target, since the first version of rekey, without a preflight check.
    pub const ALWAYS: Self = Self {
        everywhere: true,
        flows: u8::MAX,
        policies: u8::MAX,
        since: 0,
        before: u64::MAX,
        checks: &[],
        introduced: "0.1.0",
    };

    /// The scope of one flow.
    #[must_use]
    pub const fn in_flow(flow: Flow) -> Self {
        Self { everywhere: false, flows: 1 << flow as u8, ..Self::ALWAYS }
    }

    /// The scope of every flow but one.
    #[must_use]
    pub const fn outside_flow(flow: Flow) -> Self {
        Self { everywhere: false, flows: !(1 << flow as u8), ..Self::ALWAYS }
    }

    /// Limits the scope to these policies.
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

    /// Limits the scope to this version of preflight and later ones.
    #[must_use]
    pub const fn since_preflight(self, major: u16, minor: u16, patch: u16) -> Self {
        Self { everywhere: false, since: packed(major, minor, patch), ..self }
    }

    /// Limits the scope to versions of preflight before this one.
    #[must_use]
    pub const fn before_preflight(self, major: u16, minor: u16, patch: u16) -> Self {
        Self { everywhere: false, before: packed(major, minor, patch), ..self }
    }

    /// Names the preflight checks that fail for the same reason.
    #[must_use]
    pub const fn of_checks(self, checks: &'static [Check]) -> Self {
        Self { checks, ..self }
    }

    /// Names the version of rekey that introduced the rule.
    #[must_use]
    pub const fn introduced(self, version: &'static str) -> Self {
        Self { introduced: version, ..self }
    }

    /// Returns true if the rule applies for a target.
    pub fn to(&self, target: &Target) -> bool {
        TargetBits::by(target).has(self)
    }

    /// The flows in which the rule applies.
    pub fn flows(&self) -> impl Iterator<Item = Flow> {
        let bits = self.flows;
        Flow::ALL.iter().copied().filter(move |flow| bits & 1 << *flow as u8 != 0)
    }

    /// The policies under which the rule applies.
    pub fn policies(&self) -> impl Iterator<Item = Policy> {
        let bits = self.policies;
        Policy::ALL.iter().copied().filter(move |kind| bits & 1 << *kind as u8 != 0)
    }

    /// The first version of preflight for which the rule applies, if any is excluded.
    pub fn since(&self) -> Option<(u16, u16, u16)> {
        (self.since != Self::ALWAYS.since).then(|| unpacked(self.since))
    }

    /// The first version of preflight for which the rule no longer applies.
    pub fn before(&self) -> Option<(u16, u16, u16)> {
        (self.before != Self::ALWAYS.before).then(|| unpacked(self.before))
    }

    /// The default target, with the minimum of changes for the rule to apply.
    pub fn example(&self) -> Target {
        let (major, minor, patch) = unpacked(self.since);
        let version = self.before().and_then(|_| format!("{major}.{minor}.{patch}").parse().ok());
        let flow = self.flows().next().unwrap_or_default();
        let kind = self.policies().next().unwrap_or_default();
        Target::new(flow, kind, version.unwrap_or_default()).unwrap_or_default()
    }
}

/// The parts of a target that decide whether a rule applies, encoded once for all rules of a table.
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

    /// Returns true if a rule with that scope applies.
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

/// An input that illustrates a rule: shown in its documentation and run as its first test.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Example {
    /// The input as a person would write it; for a key the name of a file in `tests/keys`, for a submission
    /// one `field = value` per line.
    pub input: &'static str,
    /// The rule's verdict.
    pub verdict: Verdict,
    /// Other options of the check, as `(option, value)`: `("published", "1.0-1 1.0-2")`.
    pub given: &'static [(&'static str, &'static str)],
}

/// The verdict of a rule on an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule finds nothing.
    Good,
    /// The rule finds something.
    Bad,
    /// The rule finds something, and its fix turns the input into this text, in which it finds nothing.
    Fixed(&'static str),
}

impl Example {
    /// An input in which the rule finds nothing.
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

    /// Adds options for the check.
    #[must_use]
    pub const fn given(self, given: &'static [(&'static str, &'static str)]) -> Self {
        Self { given, ..self }
    }
}
