//! `rekey check`.

use std::{collections::HashMap, path::Path};

use rekey_core::{
    Report, Source,
    facts::Settle,
    text::{printable, shell_quoted},
};
use rekey_files::submission::{LoadError, LoadedSubmission};
use rekey_render as render;

use super::{Session, UNREADABLE, USAGE, fix};
use crate::{args, diff::Diff};

impl Session<'_, '_> {
    pub(super) fn check(&mut self, args: &args::Check) {
        if !self.accepts_diff(&args.fixes) {
            return;
        }
        let spinner = self.spinner("checking the submission");
        let Some(mut loaded) = self.loaded(LoadedSubmission::load(&args.path), args) else { return };
        for error in loaded.unread() {
            self.unread(error);
        }
        if args.show_files {
            let inputs = loaded.inputs();
            let names: Vec<_> = inputs.iter().map(|source| printable(source.name())).collect();
            return self.print(&(names.join("\n") + "\n"));
        }
        let Some(mut report) = self.checked(&loaded) else { return };
        drop(spinner);
        if args.reach {
            let Some(reached) = self.reach(&loaded, args.host_key.as_deref()) else { return };
            report = Report::join(&report.target().clone(), [report, reached]);
        }
        let mut notices = loaded.notices().to_vec();
        if args.fixes.diff {
            return self.diff_of_submission(&loaded, report, args);
        }
        if args.fixes.fix {
            let fixed = self.fix_submission(&loaded, &report, args);
            if !fixed.is_empty() {
                notices.extend(fixed);
                let Some(again) = self.loaded(LoadedSubmission::load(&args.path), args) else { return };
                let Some(checked) = self.checked(&again) else { return };
                (loaded, report) = (again, checked);
            }
        }
        let text = |source: &Source| loaded.source_text(source);
        let command = fix_command(&args.path);
        let options = render::Options {
            found: loaded.found(),
            notices: &notices,
            fix_command: Some(&command),
            advice,
            ..render::Options::default()
        };
        self.report(report, &text, &options);
    }

    fn loaded(
        &mut self,
        loaded: Result<LoadedSubmission, LoadError>,
        args: &args::Check,
    ) -> Option<LoadedSubmission> {
        let loaded = loaded.and_then(|mut loaded| {
            if let Some(name) = &args.image {
                loaded.keep_image(name)?;
            }
            Ok(loaded)
        });
        loaded.map_err(|error| self.unloaded(&error)).ok()
    }

    fn checked(&mut self, loaded: &LoadedSubmission) -> Option<Report> {
        let mut report =
            loaded.check(&self.settings).map_err(|error| self.complain(&error.to_string(), USAGE)).ok()?;
        self.selected().apply(&mut report);
        Some(report)
    }

    /// Rewrites the files that fixes change. Returns a notice for each.
    fn fix_submission(
        &mut self,
        loaded: &LoadedSubmission,
        report: &Report,
        args: &args::Check,
    ) -> Vec<String> {
        let mut notices = Vec::new();
        for (source, text) in loaded.files() {
            let (fixed, count) = fix::fixed(report, source, text, &args.fixes);
            if count == 0 {
                continue;
            }
            match loaded.rewrite(source, &fixed) {
                Ok(()) => notices.push(fix::notice(source, count)),
                Err(error) => {
                    let name = printable(source.name());
                    self.complain(&format!("{name}: not rewritten: {error}"), UNREADABLE);
                }
            }
        }
        notices
    }

    fn diff_of_submission(&mut self, loaded: &LoadedSubmission, report: Report, args: &args::Check) {
        let fixed = |(source, text): (&Source, &[u8])| {
            let (fixed, count) = fix::fixed(&report, source, text, &args.fixes);
            (count > 0).then(|| (source.clone(), fixed))
        };
        let texts: HashMap<_, _> = loaded.files().filter_map(fixed).collect();
        let mut diff = Diff::default();
        if !texts.is_empty() {
            // The secrets in the new texts are known only from a report on them.
            let Some(after) = self.loaded(loaded.with_texts(texts), args) else { return };
            let Some(new_report) = self.checked(&after) else { return };
            for (source, old) in loaded.files() {
                let new = after.source_text(source).unwrap_or(old);
                diff.append(fix::diff(source, (old, &report), (new, &new_report), &args.fixes));
            }
        }
        let text = |source: &Source| loaded.source_text(source);
        self.print_diff(&diff, report, &text, loaded.notices(), &args.fixes);
    }
}

/// The command that applies the fixes of a submission.
fn fix_command(path: &Path) -> String {
    if path == Path::new(".") {
        return "rekey check --fix".to_owned();
    }
    format!("rekey check {} --fix", shell_quoted(&path.to_string_lossy()))
}

/// Returns the addition to `rekey.toml`, or the command, that resolves an unknown outcome.
fn advice(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::BaseConfig => "set `base-config` in rekey.toml to check",
        Settle::BuildArgs => "set `build-args` in rekey.toml to check",
        Settle::Labels => "set `labels` in rekey.toml to check",
        Settle::Context => "set `context` in rekey.toml to check",
        Settle::Image => "check the built image: `rekey image oci-archive:FILE`",
        Settle::Reference => "set `reference` in rekey.toml to check",
        Settle::Dockerfile => "fix the Dockerfile first",
        _ => return None,
    })
}
