//! What the files of a run explain, brought together for the rules.

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

/// What the log explains.
pub(crate) struct LogSummary {
    /// Whether a line of it is preflight's.
    pub(crate) is_one: bool,
    /// Files of packages that layers change, by layer.
    pub(crate) changes: Vec<Changes>,
    /// What stands in the place of licences, and where it is told.
    pub(crate) license: Option<(Span, &'static str)>,
    /// Where it is told that there is no RPM database.
    pub(crate) no_database: Option<Span>,
    /// Where it is told that there is no `/etc/os-release`.
    pub(crate) no_os_release: Option<Span>,
    /// What stopped the run, or the submission after it.
    pub(crate) stopped: Option<Stop>,
}

/// Files of packages that one layer changes in one way.
pub(crate) struct Changes {
    pub(crate) kind: Modification,
    /// The first line about them.
    pub(crate) span: Span,
    pub(crate) layer: Option<usize>,
    /// The instruction that made the layer.
    pub(crate) instruction: Option<String>,
    pub(crate) files: BTreeSet<String>,
}

/// What stopped preflight.
pub(crate) struct Stop {
    pub(crate) span: Span,
    pub(crate) reason: String,
    /// Whether the checks had run.
    pub(crate) finished: bool,
}

impl LogSummary {
    /// What a log explains, with what is known of the image; `license_failed` says whether `HasLicense` did.
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
            // Preflight is silent where it walks the directory and finds nothing that counts.
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
        // Preflight walks a map: its order is another one each time.
        change.files.insert(path.clone());
    }
    changes.into_values().collect()
}

/// What the results explain that no other file does.
pub(crate) struct Outcome {
    /// Whether nothing says what any check came to, nor why.
    pub(crate) none: bool,
    /// Checks that did not pass and that nothing explains.
    pub(crate) open: Vec<UnexplainedCheck>,
    /// Checks of which the data of the run tell another verdict, and why.
    pub(crate) differ: Vec<(CheckResult, String)>,
    /// What tells that the files are not of one run.
    pub(crate) stale: Vec<String>,
    /// The version of preflight, if it is older than all that are judged by.
    pub(crate) outdated: Option<PreflightVersion>,
}

/// A check that did not pass and that nothing explains.
pub(crate) struct UnexplainedCheck {
    pub(crate) result: CheckResult,
    /// What the log says why it could not run.
    pub(crate) reason: Option<String>,
    /// Where the log says so.
    pub(crate) span: Option<Span>,
    /// How many layers the image has, where that is known.
    pub(crate) layers: usize,
    /// The instruction that made the lowest.
    pub(crate) base: Option<String>,
    /// Whether there is a log, and a detailed one.
    pub(crate) detailed: Option<bool>,
}

impl UnexplainedCheck {
    /// Marks where it is said.
    pub(crate) fn mark(&self, draft: &mut Draft) {
        match (&*self.result.pointer, self.span) {
            ("", Some(span)) => draft.at(span),
            (pointer, _) => draft.pointer(pointer),
        };
    }
}

/// An error of preflight as one line that can be shown: secrets masked, cut where it is long.
pub(crate) fn shown(error: &str) -> String {
    const LONGEST: usize = 300;
    // Of a query it is of interest what it answered, and not every layer that it asked for.
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
