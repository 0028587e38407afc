//! `--fix` and `--diff`: the fixes of a report applied to a text, and the diff that they make.

use rekey_core::{Finding, Report, Safety, Source, apply_fixes};
use rekey_render as render;

use super::{Session, USAGE};
use crate::{
    args::{Fixes, Format},
    diff::{Diff, Side},
};

/// Returns the text of a source with the fixes of its findings applied, and their number.
pub(super) fn fixed(report: &Report, source: &Source, text: &[u8], args: &Fixes) -> (Vec<u8>, usize) {
    let findings = report.findings().filter(|finding| finding.source() == source);
    apply_fixes(text, findings.filter_map(Finding::fix), args.at_most())
}

/// Returns the changes from one text of a source to another. The report on each text knows its secrets.
pub(super) fn diff(
    source: &Source,
    (old, old_report): (&[u8], &Report),
    (new, new_report): (&[u8], &Report),
    args: &Fixes,
) -> Diff {
    let name = source.name();
    if args.show_secrets {
        let plain = |text| Side { text, secrets: Vec::new() };
        return Diff::exact(&plain(old), &plain(new), name);
    }
    let side = |text, report: &Report| Side { text, secrets: report.secrets(source, text) };
    Diff::masked(&side(old, old_report), &side(new, new_report), name)
}

/// `fixed 2 findings in Dockerfile`.
pub(super) fn notice(source: &Source, count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("fixed {count} finding{plural} in {source}")
}

impl Session<'_, '_> {
    /// Complains and returns false if `--diff` is used with another format.
    pub(super) fn accepts_diff(&mut self, args: &Fixes) -> bool {
        let accepted = !args.diff || self.global.format == Format::Text;
        if !accepted {
            let message =
                "--diff prints a diff: remove --format, or write the report to a file with --output";
            self.complain(message, USAGE);
        }
        accepted
    }

    /// Prints a diff in place of a report, which still determines the exit code and goes to the files of
    /// `--output`.
    pub(super) fn print_diff<'t>(
        &mut self,
        diff: &Diff,
        mut report: Report,
        source_text: &'t render::SourceText<'t>,
        notices: &[String],
        args: &Fixes,
    ) {
        self.print_bytes(&diff.text);
        let count = |safety| {
            let fixes = report.findings().filter_map(Finding::fix);
            fixes.filter(|fix| fix.safety == safety).count()
        };
        let guesses = count(Safety::Unsafe);
        let note = if diff.is_masked {
            Some("secrets and invisible characters are masked, so this diff cannot be applied; --show-secrets shows them".to_owned())
        } else if diff.text.is_empty() && guesses > 0 && !args.unsafe_fixes {
            Some(format!("no fix is safe; --unsafe-fixes shows {guesses} that may change the meaning"))
        } else if diff.text.is_empty() {
            Some("nothing to fix".to_owned())
        } else {
            None
        };
        if let Some(note) = note {
            // Ignore the error: there is no stream left to report it on.
            drop(writeln!(self.streams.stderr, "note: {note}"));
        }
        self.accept(&mut report, source_text);
        self.write_outputs(&report, source_text, &render::Options { notices, ..render::Options::default() });
        self.judge(&report);
    }
}
