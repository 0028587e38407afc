//! Rules about the output of a preflight run.

mod checks;
mod run;

use crate::{
    finding::Findings,
    preflight_run::explanation::{LogSummary, Outcome},
};

/// All rules about a preflight run, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &run::STOPPED,
    &run::INVALID_ARTIFACT,
    &checks::BASE_NOT_UBI,
    &checks::CHECK_ERROR,
    &checks::CHECK_UNEXPLAINED,
    &checks::RESULTS_DIFFER,
    &run::STALE_ARTIFACTS,
    &run::OUTDATED,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about a preflight run: one of its files.
pub(crate) enum Context<'a> {
    /// The file is not one of preflight's, for this reason.
    ArtifactError(String),
    /// The log.
    Log(&'a LogSummary),
    /// `results.json`, after all other files.
    Results(Outcome),
}

impl Context<'_> {
    /// The log of the run.
    fn log(&self) -> Option<&LogSummary> {
        match self {
            Self::Log(log) => Some(log),
            Self::ArtifactError(_) | Self::Results(_) => None,
        }
    }

    /// The results of the run.
    fn results(&self) -> Option<&Outcome> {
        match self {
            Self::Results(results) => Some(results),
            Self::ArtifactError(_) | Self::Log(_) => None,
        }
    }
}
