//! What openshift-preflight will say, as a table.

use rekey_core::{Forecast, Outcome, Report, Source, image::facts::Settle};

use super::{BAD, BOLD, DIM, GOOD, NOTE, Page, wrap::wrap};
use crate::printable;

impl Page<'_, '_> {
    /// One table for each image.
    pub(super) fn forecasts(&mut self, report: &Report) {
        let policy = report.policy();
        for section in report.sections() {
            let rows = section.forecast(policy);
            if !rows.is_empty() {
                self.forecast(&rows, section.source(), &policy.preflight_version().to_string());
            }
        }
    }

    fn forecast(&mut self, rows: &[Forecast], source: &Source, version: &str) {
        self.gap();
        let title = format!("what openshift-preflight {version} will say of {}", printable(source.name()));
        self.line(&self.paint(BOLD, &title));
        let widest = rows.iter().map(|row| row.check.len()).max().unwrap_or(0);
        let indent = " ".repeat(2 + OUTCOME + 2 + widest + 2);
        for row in rows {
            let style = match row.outcome {
                Outcome::Pass => GOOD,
                Outcome::Fail | Outcome::Error => BAD,
                Outcome::Unknown => NOTE,
            };
            let outcome = self.paint(style, &format!("{:OUTCOME$}", row.outcome.as_str()));
            let mut reason = printable(&row.reason).into_owned();
            if let Some(settle) = row.settle.and_then(settled_by) {
                reason = format!("{reason}; settled by {settle}");
            }
            let reason = wrap(&reason, self.options.width, &indent);
            self.line(&format!("  {outcome}  {:widest$}  {reason}", row.check));
        }
    }

    /// What only Red Hat can say.
    pub(super) fn unchecked(&mut self, report: &Report) {
        let rows = report.forecast();
        if rows.is_empty() {
            return;
        }
        let mut open: Vec<_> =
            rows.iter().filter(|row| row.settle == Some(Settle::Service)).map(|row| row.check).collect();
        open.sort_unstable();
        open.dedup();
        open.push("the vulnerability grade");
        self.line(&self.paint(DIM, &format!("not checked offline: {}", open.join(", "))));
    }
}

/// As wide as the longest outcome.
const OUTCOME: usize = 7;

/// The input that settles an unknown, by the name that the flags and `rekey.toml` share.
fn settled_by(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::BaseConfig => "`base-config`",
        Settle::BuildArgs => "build arguments",
        Settle::Labels => "labels given at build time",
        Settle::Context => "the build context",
        Settle::Image => "the image itself",
        Settle::Reference => "the image reference",
        Settle::Dockerfile => "a mend of the Dockerfile",
        _ => return None,
    })
}
