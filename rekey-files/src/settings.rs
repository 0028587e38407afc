//! Settings of the target, each of which may be unset.

use rekey_core::{Date, Flow, Override, Policy, PreflightVersion, Target, TargetError};

/// The settings of the target in `rekey.toml` or on the command line; each may be unset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The flow.
    pub flow: Option<Flow>,
    /// The certification policy.
    pub policy: Option<Policy>,
    /// The version of preflight.
    pub preflight_version: Option<PreflightVersion>,
    /// The date for judging ends of life.
    pub today: Option<Date>,
    /// Overrides of severities; the last one wins.
    pub overrides: Vec<Override>,
}

impl Settings {
    /// The target, with defaults for unset parts.
    ///
    /// # Errors
    /// Returns an error if the version of preflight does not have the policy.
    pub fn to_target(&self) -> Result<Target, TargetError> {
        let version = self.preflight_version.unwrap_or_default();
        let mut target =
            Target::new(self.flow.unwrap_or_default(), self.policy.unwrap_or_default(), version)?;
        if let Some(today) = self.today {
            target = target.with_today(today);
        }
        Ok(self.overrides.iter().cloned().fold(target, Target::with_override))
    }

    /// These settings, with unset parts taken from `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        Self {
            flow: self.flow.or(base.flow),
            policy: self.policy.or(base.policy),
            preflight_version: self.preflight_version.or(base.preflight_version),
            today: self.today.or(base.today),
            overrides: base.overrides.iter().chain(&self.overrides).cloned().collect(),
        }
    }
}
