//! What an input is judged against, as far as somebody said so.

use rekey_core::{Date, Flow, Override, Policy, PreflightVersion, Target, TargetError};

/// A policy of which every part may be left open: what `rekey.toml` says, or what the flags say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The flow.
    pub flow: Option<Flow>,
    /// The certification policy.
    pub policy: Option<Policy>,
    /// The version of preflight.
    pub preflight_version: Option<PreflightVersion>,
    /// The day on which ends of life are judged.
    pub today: Option<Date>,
    /// Changes of severity; what comes last holds.
    pub overrides: Vec<Override>,
}

impl Settings {
    /// The policy, with defaults for what is open.
    ///
    /// # Errors
    /// When the version of preflight does not know the policy.
    pub fn to_target(&self) -> Result<Target, TargetError> {
        let version = self.preflight_version.unwrap_or_default();
        let mut target =
            Target::new(self.flow.unwrap_or_default(), self.policy.unwrap_or_default(), version)?;
        if let Some(today) = self.today {
            target = target.with_today(today);
        }
        Ok(self.overrides.iter().cloned().fold(target, Target::with_override))
    }

    /// These settings, and `base` where they are open.
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
