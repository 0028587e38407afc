//! The target of a check: the flow, the certification policy, the version of preflight.

use std::{fmt, str::FromStr};

use semver::Version;

use crate::{mask::Quoted, severity::Severity};

/// The way in which a partner submits an image to Red Hat.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "kebab-case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Flow {
    /// Red Hat clones a git repository and builds its Dockerfile, or the partner pushes to
    /// `scan.connect.redhat.com`: the partner guide as of 2021-06-30.
    #[default]
    BuildService,
    /// The partner pushes to `quay.io/redhat-isv-containers`: the hosted upload since 2022-11-03.
    Quay,
    /// The image stays in the partner's own registry and is certified there.
    External,
}

impl Flow {
    /// Every flow, the default first.
    pub const ALL: &[Self] = &[Self::BuildService, Self::Quay, Self::External];

    /// The name in configuration and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuildService => "build-service",
            Self::Quay => "quay",
            Self::External => "external",
        }
    }
}

/// A set of checks in openshift-preflight, by preflight's name.
///
/// The policy follows from the project's settings at Red Hat, not from the image. Source: openshift-preflight
/// `internal/policy/policy.go`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "kebab-case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Policy {
    /// An ordinary container.
    #[default]
    Container,
    /// A project that Red Hat allows to run privileged.
    Root,
    /// An image built from scratch.
    ScratchNonroot,
    /// An image built from scratch that may run privileged.
    ScratchRoot,
    /// Red Hat's own images, built in Konflux.
    Konflux,
}

impl Policy {
    /// Every policy, the default first.
    pub const ALL: &[Self] =
        &[Self::Container, Self::Root, Self::ScratchNonroot, Self::ScratchRoot, Self::Konflux];

    /// The name in preflight's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Root => "root",
            Self::ScratchNonroot => "scratch-nonroot",
            Self::ScratchRoot => "scratch-root",
            Self::Konflux => "konflux",
        }
    }

    /// The first version of preflight that has the policy, among those that rekey knows.
    pub(crate) const fn since(self) -> (u16, u16, u16) {
        match self {
            Self::Konflux => (1, 13, 0),
            _ => OLDEST,
        }
    }
}

/// The latest version of preflight that rekey knows: its rules apply unless an older version is named.
pub const NEWEST: (u16, u16, u16) = (1, 21, 0);
/// The oldest version of preflight that rekey knows in full.
pub const OLDEST: (u16, u16, u16) = (1, 11, 0);

/// The target that an input is checked against.
///
/// ```
/// use rekey_core::{Flow, Target, Policy};
///
/// let target = Target::new(Flow::Quay, Policy::Container, "1.21".parse()?)?;
/// assert_eq!(target.flow(), Flow::Quay);
/// assert!(Target::new(Flow::Quay, Policy::Konflux, "1.12".parse()?).is_err());
/// # Ok::<(), rekey_core::TargetError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Target {
    flow: Flow,
    policy: Policy,
    preflight: PreflightVersion,
    /// The version that was requested, if it is later than all known versions.
    unknown: Option<PreflightVersion>,
    today: Option<Date>,
    overrides: Vec<Override>,
}

impl Target {
    /// Creates a target without a date and without overrides. For a version of preflight later than all known
    /// versions, the rules of the latest known one apply.
    ///
    /// # Errors
    /// Returns an error if the policy was added to preflight in a later version.
    pub fn new(flow: Flow, policy: Policy, preflight: PreflightVersion) -> Result<Self, TargetError> {
        if preflight.triple() < policy.since() {
            return Err(TargetError::TooNew { policy, preflight });
        }
        Ok(Self { flow, policy, ..Self::default() }.in_version(preflight))
    }

    /// Sets the date for judging ends of life.
    #[must_use]
    pub fn with_today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Adds an override of severities; later ones win.
    #[must_use]
    pub fn with_override(mut self, change: Override) -> Self {
        self.overrides.push(change);
        self
    }

    /// The same target with another certification policy, for an image that needs it.
    pub(crate) fn judging(&self, policy: Policy) -> Self {
        Self { policy, ..self.clone() }
    }

    /// The same target with another version of preflight.
    pub(crate) fn in_version(self, preflight: PreflightVersion) -> Self {
        let newest = PreflightVersion::default();
        Self { preflight: preflight.min(newest), unknown: (preflight > newest).then_some(preflight), ..self }
    }

    /// The flow.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The certification policy.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// The version of preflight whose rules are used.
    pub fn preflight_version(&self) -> PreflightVersion {
        self.preflight
    }

    /// The version of preflight that was requested, if it is later than all known versions.
    ///
    /// ```
    /// use rekey_core::{Flow, Target, Policy};
    ///
    /// let target = Target::new(Flow::Quay, Policy::Container, "9.9".parse()?)?;
    /// assert_eq!(target.unknown_preflight_version().unwrap().to_string(), "9.9.0");
    /// assert_eq!(target.preflight_version(), Target::default().preflight_version());
    /// # Ok::<(), rekey_core::TargetError>(())
    /// ```
    pub fn unknown_preflight_version(&self) -> Option<PreflightVersion> {
        self.unknown
    }

    /// Returns the notices for a reader of the report, one line each: that Red Hat withdrew the flow, and
    /// that the version of preflight is unknown.
    ///
    /// ```
    /// use rekey_core::{Flow, Policy, Target};
    ///
    /// assert!(Target::default().notices()[0].starts_with("Red Hat withdrew the flow `build-service`"));
    /// assert!(Target::new(Flow::Quay, Policy::Container, "1.21".parse()?)?.notices().is_empty());
    /// # Ok::<(), rekey_core::TargetError>(())
    /// ```
    pub fn notices(&self) -> Vec<String> {
        // RHC4TP/documentation 996f0cc (2022-05-03); redhat-openshift-ecosystem/certification-releases 338f6d9 (2022-11-03)
        let withdrawn = (self.flow == Flow::BuildService).then(|| {
            "Red Hat withdrew the flow `build-service` in 2022; today's flow is `quay`, a push to quay.io"
                .to_owned()
        });
        let unknown = self.unknown.map(|unknown| {
            format!(
                "preflight {unknown} is not known; rekey used the rules of {}, the latest known version",
                self.preflight
            )
        });
        withdrawn.into_iter().chain(unknown).collect()
    }

    /// The date for judging ends of life; unknown unless given, since the core has no clock.
    pub fn today(&self) -> Option<Date> {
        self.today
    }

    /// The overrides in the order in which they were added.
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }
}

/// A change of severity for every finding that a selector matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Override {
    /// A rule id, `rule-id:parameter`, or the name of an upstream check.
    pub selector: String,
    /// The new severity; `None` drops the finding.
    pub severity: Option<Severity>,
}

/// A version of openshift-preflight, `1.21` or `1.21.0`, from 1.11 on.
///
/// # Deviation
/// The patch may be omitted: people say "preflight 1.21". Pre-releases are rejected.
///
/// ```
/// use rekey_core::PreflightVersion;
///
/// let version: PreflightVersion = "1.21".parse()?;
/// assert!(version > PreflightVersion::try_from("1.11.3")?);
/// assert_eq!(serde_json::to_string(&version).unwrap(), r#""1.21.0""#);
/// # Ok::<(), rekey_core::TargetError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreflightVersion {
    major: u16,
    minor: u16,
    patch: u16,
}

impl PreflightVersion {
    /// Major, minor, patch.
    pub fn triple(self) -> (u16, u16, u16) {
        (self.major, self.minor, self.patch)
    }

    /// The version in a report, which may be a pre-release or older than all versions that rekey knows.
    pub(crate) fn recorded(text: &str) -> Option<Self> {
        let part = |number: u64| u16::try_from(number).ok();
        let version = Version::parse(text).ok()?;
        Some(Self { major: part(version.major)?, minor: part(version.minor)?, patch: part(version.patch)? })
    }

    /// Returns true if the version is older than those that rekey knows.
    pub(crate) fn is_outdated(self) -> bool {
        self.triple() < OLDEST
    }
}

impl Default for PreflightVersion {
    fn default() -> Self {
        let (major, minor, patch) = NEWEST;
        Self { major, minor, patch }
    }
}

impl FromStr for PreflightVersion {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let full = if text.matches('.').count() == 1 { format!("{text}.0") } else { text.to_owned() };
        let wrong = || TargetError::Version(text.into());
        let version = Version::parse(&full).map_err(|_| wrong())?;
        if !version.pre.is_empty() || !version.build.is_empty() {
            return Err(wrong());
        }
        let part = |number: u64| u16::try_from(number).map_err(|_| wrong());
        let (major, minor, patch) = (part(version.major)?, part(version.minor)?, part(version.patch)?);
        let version = Self { major, minor, patch };
        if version.triple() < OLDEST { Err(TargetError::TooOld(text.into())) } else { Ok(version) }
    }
}

impl fmt::Display for PreflightVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A day of the Gregorian calendar, `2026-11-23`.
///
/// ```
/// use rekey_core::Date;
///
/// assert!("2024-02-29".parse::<Date>()? < "2026-11-23".parse()?);
/// assert!("2026-02-29".parse::<Date>().is_err());
/// # Ok::<(), rekey_core::TargetError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Returns the day if the calendar has it.
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if day >= 1 && day <= days { Some(Self { year, month, day }) } else { None }
    }

    /// The year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl FromStr for Date {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let digits = |from: usize, to: usize| -> Option<u16> {
            let part = text.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
        };
        let dashes = matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _]);
        let date = || Self::new(digits(0, 4)?, digits(5, 7)? as u8, digits(8, 10)? as u8);
        dashes.then(date).flatten().ok_or_else(|| TargetError::Date(text.into()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

written_as_text!(PreflightVersion, TargetError);
written_as_text!(Date, TargetError);
named!(Flow, TargetError, TargetError::Flow);
named!(Policy, TargetError, TargetError::Kind);

/// The reason why a target is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// There is no such flow.
    #[error("expected a flow (`build-service`, `quay` or `external`), found `{0}`")]
    Flow(Quoted),
    /// There is no such policy.
    #[error(
        "expected a policy (`container`, `root`, `scratch-nonroot`, `scratch-root` or `konflux`), found `{0}`"
    )]
    Kind(Quoted),
    /// The text is not a version.
    #[error("expected a version of preflight such as `1.21` or `1.21.0`, found `{0}`")]
    Version(Quoted),
    /// The version is too old: rekey does not know all its checks.
    #[error("expected preflight 1.11 or later, found `{0}`")]
    TooOld(Quoted),
    /// The policy was added to preflight in a later version.
    #[error("preflight {preflight} has no policy `{policy}`; it came with {}.{}", policy.since().0, policy.since().1)]
    TooNew {
        /// The requested policy.
        policy: Policy,
        /// The requested version.
        preflight: PreflightVersion,
    },
    /// The text is not a date.
    #[error("expected a date such as `2026-11-23`, found `{0}`")]
    Date(Quoted),
}
