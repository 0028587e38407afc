//! The forecast of preflight's checks, as a table.

use rekey_core::{Forecast, Outcome, Report, facts::Settle, preflight::Check, text::printable};

use crate::{
    BAD, BOLD, Detail, GOOD, NOTE, Page, Style,
    wrap::{fold, wrap},
};

impl Page<'_, '_> {
    /// Writes one table for each image, or a table of counts if there are many.
    pub(super) fn forecasts(&mut self, report: &Report) {
        const MANY: usize = 5;
        let full = self.options.detail == Detail::Full;
        let version = report.target().preflight_version().to_string();
        let forecasts = report.sections().iter().map(|section| (section.source(), section.forecast(report)));
        let forecasts: Vec<_> = forecasts.filter(|(_, rows)| !rows.is_empty()).collect();
        if forecasts.len() > MANY && !full {
            let rows: Vec<_> = forecasts.iter().flat_map(|(_, rows)| rows).collect();
            return self.tally(&rows, forecasts.len(), &version);
        }
        for (source, rows) in forecasts {
            let name = printable(source.name());
            let name = if source.is_file() { &*name } else { "the image" };
            self.gap();
            if full {
                self.line(
                    &self.paint(BOLD, &format!("what openshift-preflight {version} will say about {name}")),
                );
                self.full_forecast(&rows);
            } else {
                self.short_forecast(&rows, &format!("preflight {version} on {name}"));
            }
        }
    }

    /// Writes one line for each check that does not pass, and the number of those that pass.
    fn short_forecast(&mut self, rows: &[Forecast], title: &str) {
        let count = |outcome: &[Outcome]| rows.iter().filter(|row| outcome.contains(&row.outcome)).count();
        let counts = [
            (count(&[Outcome::Fail, Outcome::Error]), "will fail"),
            (count(&[Outcome::Pass]), "will pass"),
            (count(&[Outcome::Unknown]), "unknown"),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts.map(|(count, what)| format!("{count} {what}")).collect();
        let title = wrap(&format!("{title}: {}", counts.join(", ")), self.options.width, "  ");
        self.line(&self.paint(BOLD, &title));
        let mut rows: Vec<_> = rows.iter().filter(|row| row.outcome != Outcome::Pass).collect();
        rows.sort_by_key(|row| row.outcome == Outcome::Unknown);
        // One cause makes all of these unknown.
        let broken = |row: &&Forecast| row.settle == Some(Settle::Dockerfile);
        let first_broken = rows.iter().find(|row| broken(row)).map(|row| row.check);
        let count = rows.iter().filter(|row| broken(row)).count();
        rows.retain(|row| !broken(row) || Some(row.check) == first_broken);
        let name = |row: &Forecast| match (broken(&row), count) {
            (true, 2..) => format!("{count} checks"),
            _ => row.check.to_string(),
        };
        let widest = rows.iter().map(|row| name(row).len()).max().unwrap_or(0);
        let margin = 2 + OUTCOME + 2 + widest + 2;
        for row in rows {
            let outcome = self.paint(style(row.outcome), &format!("{:OUTCOME$}", row.outcome.as_str()));
            let advice = row.settle.and_then(self.options.advice);
            let reason = advice.map_or_else(|| printable(&row.reason), Into::into);
            let reason = wrap(&reason, self.options.width, &" ".repeat(margin));
            self.line(&format!("  {outcome}  {:widest$}  {reason}", name(row)));
        }
    }

    /// A table with the number of images for each outcome of each check, in preflight's order.
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

    fn full_forecast(&mut self, rows: &[Forecast]) {
        let widest = rows.iter().map(|row| row.check.as_str().len()).max().unwrap_or(0);
        for group in groups(rows, self.options.advice) {
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
}

/// Checks with the same outcome and the same reason.
struct Group {
    outcome: Outcome,
    checks: Vec<Check>,
    reason: String,
}

/// The rows grouped by outcome and reason: failures first, then in preflight's order.
fn groups(rows: &[Forecast], advice: fn(Settle) -> Option<&'static str>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let mut reason = printable(&row.reason).into_owned();
        if let Some(settle) = row.settle.and_then(advice) {
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

/// The width of the longest outcome.
const OUTCOME: usize = 7;

/// Returns the way to supply an input that a forecast lacks, in words for the packages.
pub(crate) fn advice(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::BaseConfig => "pass the base image's config to check",
        Settle::BuildArgs => "pass the build arguments to check",
        Settle::Labels => "pass the labels set at build time to check",
        Settle::Context => "pass the build context to check",
        Settle::Image => "check the image itself",
        Settle::Reference => "pass the image reference to check",
        Settle::Registry => "check the image in its registry",
        Settle::Dockerfile => "fix the Dockerfile first",
        _ => return None,
    })
}
