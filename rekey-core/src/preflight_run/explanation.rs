//! The explanations in the files of a run, collected for the rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    finding::Draft,
    preflight::modified_files::Modification,
    preflight_run::{
        artifacts::{CertImage, CheckResult},
        log::{Change, Log},
    },
    target::PreflightVersion,
    text::Span,
};

/// The explanations in the log.
pub(crate) struct LogSummary {
    /// True if the log has a line from preflight.
    pub(crate) is_one: bool,
    /// Package files that layers change, by layer.
    pub(crate) changes: Vec<Changes>,
    /// The place of the message about `/licenses`, and what is there instead of a directory with licenses.
    pub(crate) license: Option<(Span, &'static str)>,
    /// The place of the message that there is no RPM database.
    pub(crate) no_database: Option<Span>,
    /// The place of the message that there is no `/etc/os-release`.
    pub(crate) no_os_release: Option<Span>,
    /// The error that stopped the run, or the submission after it.
    pub(crate) stopped: Option<Stop>,
}

/// Package files that one layer changes in one way.
pub(crate) struct Changes {
    pub(crate) kind: Modification,
    /// The first line about them.
    pub(crate) span: Span,
    pub(crate) layer: Option<usize>,
    /// The instruction that made the layer.
    pub(crate) instruction: Option<String>,
    pub(crate) files: BTreeSet<String>,
}

/// The error that stopped preflight.
pub(crate) struct Stop {
    pub(crate) span: Span,
    pub(crate) reason: String,
    /// True if the checks had run.
    pub(crate) finished: bool,
}

impl LogSummary {
    /// Collects the explanations in a log, with the facts about the image; `license_failed` is true if
    /// `HasLicense` failed.
    pub(crate) fn of(log: &Log, image: Option<&CertImage>, license_failed: bool) -> Self {
        let reason = |text: &str| {
            let verdicts = log.verdicts.iter();
            verdicts
                .filter(|one| one.reason.as_deref().is_some_and(|why| why.contains(text)))
                .map(|one| one.span)
                .next()
        };
        let found = |why: &str| {
            if why.contains("not a directory") { "it is a file" } else { "there is no such directory" }
        };
        let walked = || {
            // Preflight logs nothing if it walks the directory and finds no suitable file.
            let verdict =
                log.verdicts.iter().find(|one| crate::preflight::Check::HasLicense == *one.check)?;
            Some((verdict.span, "there is no file, or only empty ones"))
        };
        let license = log.no_license.as_ref().map(|(span, why)| (*span, found(why))).or_else(walked);
        Self {
            is_one: log.is_one,
            changes: changes(log, image),
            license: license.filter(|_| license_failed),
            no_database: reason("could not find rpm db/packages"),
            no_os_release: reason("could not open os-release"),
            stopped: log.stopped.clone().map(|(span, reason)| Stop {
                span,
                reason,
                finished: !log.verdicts.is_empty(),
            }),
        }
    }
}

/// The changed files by layer and kind, in the order of the layers.
fn changes(log: &Log, image: Option<&CertImage>) -> Vec<Changes> {
    let mut changes: BTreeMap<(Option<usize>, Modification), Changes> = BTreeMap::new();
    for Change { span, kind, path, layer } in &log.changes {
        let layer = image.map_or_else(|| CertImage::default().layer(layer), |image| image.layer(layer));
        let change = changes.entry((layer, *kind)).or_insert_with(|| {
            let instruction = layer.and_then(|layer| image?.instruction(layer)).map(str::to_owned);
            Changes { kind: *kind, span: *span, layer, instruction, files: BTreeSet::new() }
        });
        // Preflight iterates over a map, so its order is random.
        change.files.insert(path.clone());
    }
    changes.into_values().collect()
}

/// The results that no other file explains.
pub(crate) struct Outcome {
    /// True if there are no results and no reason for their absence.
    pub(crate) none: bool,
    /// Checks that did not pass and that nothing explains.
    pub(crate) open: Vec<UnexplainedCheck>,
    /// Checks for which the data of the run imply a different result, with the reason.
    pub(crate) differ: Vec<(CheckResult, String)>,
    /// The reasons to believe that the files are not from one run.
    pub(crate) stale: Vec<String>,
    /// The version of preflight, if it is older than all versions that rekey knows.
    pub(crate) outdated: Option<PreflightVersion>,
}

/// A check that did not pass and that nothing explains.
pub(crate) struct UnexplainedCheck {
    pub(crate) result: CheckResult,
    /// The reason in the log why it could not run.
    pub(crate) reason: Option<String>,
    /// The place of that reason in the log.
    pub(crate) span: Option<Span>,
    /// The number of layers of the image, if known.
    pub(crate) layers: usize,
    /// The instruction that made the lowest layer.
    pub(crate) base: Option<String>,
    /// True if there is a detailed log, false if the log is not detailed, `None` without a log.
    pub(crate) detailed: Option<bool>,
}

impl UnexplainedCheck {
    /// Sets the place to that in the log.
    pub(crate) fn mark(&self, draft: &mut Draft) {
        match (&*self.result.pointer, self.span) {
            ("", Some(span)) => draft.at(span),
            (pointer, _) => draft.pointer(pointer),
        };
    }
}

/// An error of preflight as one line for display: secrets masked, cut if too long.
pub(crate) fn shown(error: &str) -> String {
    const LONGEST: usize = 300;
    // Of a query, the answer is relevant, not the list of layers in the request.
    let error = error.rsplit_once("] failed: ").map_or(error, |(_, answer)| answer);
    crate::mask::masked_line(error, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_shown_in_one_line_without_secrets() {
        assert_eq!(shown("a\n b https://u:CANARY@h"), "a b https://***@h");
        assert_eq!(shown("query for [\"sha256:1\"] failed: no such host"), "no such host");
        assert_eq!(shown(&"x ".repeat(400)).chars().count(), 301);
    }
}
