//! What openshift-preflight will say, as a table.

use rekey_core::{Forecast, Outcome, Report, Source, facts::Settle, preflight::Check, text::printable};

use crate::{
    BAD, BOLD, DIM, GOOD, NOTE, Page, Style,
    wrap::{fold, wrap},
};

impl Page<'_, '_> {
    /// One table for each image, or one that counts where there are many.
    pub(super) fn forecasts(&mut self, report: &Report) {
        const MANY: usize = 5;
        let target = report.target();
        let version = target.preflight_version().to_string();
        let forecasts = report.sections().iter().map(|section| (section.source(), section.forecast(report)));
        let forecasts: Vec<_> = forecasts.filter(|(_, rows)| !rows.is_empty()).collect();
        if forecasts.len() > MANY && !self.options.verbose {
            let rows: Vec<_> = forecasts.iter().flat_map(|(_, rows)| rows).collect();
            return self.tally(&rows, forecasts.len(), &version);
        }
        for (source, rows) in forecasts {
            self.forecast(&rows, source, &version);
        }
    }

    /// How many images get which outcome, check by check in preflight's order.
    fn tally(&mut self, rows: &[&Forecast], images: usize, version: &str) {
        self.gap();
        self.line(
            &self.paint(BOLD, &format!("what openshift-preflight {version} will say about {images} images")),
        );
        let widest = Check::ALL.iter().map(|check| check.as_str().len()).max().unwrap_or(0);
        self.line(&format!("  {:widest$}  {:>7}  {:>7}  {:>7}", "", "pass", "fail", "unknown"));
        for check in Check::ALL {
            let count = |wanted: &[Outcome]| {
                let rows = rows.iter().filter(|row| row.check == *check);
                rows.filter(|row| wanted.contains(&row.outcome)).count()
            };
            let [pass, fail, unknown] =
                [&[Outcome::Pass][..], &[Outcome::Fail, Outcome::Error], &[Outcome::Unknown]].map(count);
            if pass + fail + unknown > 0 {
                self.line(&format!("  {check:widest$}  {pass:>7}  {fail:>7}  {unknown:>7}"));
            }
        }
    }

    fn forecast(&mut self, rows: &[Forecast], source: &Source, version: &str) {
        let name = printable(source.name());
        let name = if source.is_file() { &*name } else { "the image" };
        let title = format!("what openshift-preflight {version} will say about {name}");
        self.gap();
        self.line(&self.paint(BOLD, &title));
        let widest = rows.iter().map(|row| row.check.as_str().len()).max().unwrap_or(0);
        for group in groups(rows) {
            let reasons = fold(&group.reason, self.options.width, 2 + OUTCOME + 2 + widest + 2);
            let mut reasons = reasons.lines();
            let mut checks = group.checks.iter();
            let mut outcome =
                self.paint(style(group.outcome), &format!("{:OUTCOME$}", group.outcome.as_str()));
            loop {
                let (check, reason) = (checks.next(), reasons.next());
                if check.is_none() && reason.is_none() {
                    break;
                }
                let (check, reason) = (check.map_or("", |check| check.as_str()), reason.unwrap_or(""));
                self.line(format!("  {outcome}  {check:widest$}  {reason}").trim_end());
                outcome = " ".repeat(OUTCOME);
            }
        }
    }

    /// What only Red Hat can say.
    pub(super) fn online_checks(&mut self, report: &Report) {
        let open = report.online_checks();
        if open.is_empty() {
            return;
        }
        let text = format!("not checked offline: {}", open.join(", "));
        self.line(&self.paint(DIM, &wrap(&text, self.options.width, "  ")));
    }
}

/// Checks that share an outcome and its reason.
struct Group {
    outcome: Outcome,
    checks: Vec<Check>,
    reason: String,
}

/// The rows by what they say, the worst first and otherwise in preflight's order.
fn groups(rows: &[Forecast]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let mut reason = printable(&row.reason).into_owned();
        if let Some(settle) = row.settle.and_then(settled_by) {
            reason = format!("{reason}; {settle}");
        }
        match groups.iter_mut().find(|group| group.outcome == row.outcome && group.reason == reason) {
            Some(group) => group.checks.push(row.check),
            None => groups.push(Group { outcome: row.outcome, checks: vec![row.check], reason }),
        }
    }
    groups.sort_by_key(|group| match group.outcome {
        Outcome::Fail | Outcome::Error => 0,
        Outcome::Pass => 1,
        Outcome::Unknown => 2,
    });
    groups
}

fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Pass => GOOD,
        Outcome::Fail | Outcome::Error => BAD,
        Outcome::Unknown => NOTE,
    }
}

/// As wide as the longest outcome.
const OUTCOME: usize = 7;

/// The step that settles an unknown; inputs have the name that the flags and `rekey.toml` share.
fn settled_by(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::BaseConfig => "pass `base-config` to check",
        Settle::BuildArgs => "pass the build arguments to check",
        Settle::Labels => "pass the labels set at build time to check",
        Settle::Context => "pass the build context to check",
        Settle::Image => "check the image itself",
        Settle::Reference => "pass the image reference to check",
        Settle::Dockerfile => "fix the Dockerfile first",
        _ => return None,
    })
}
