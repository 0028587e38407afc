//! `rekey explain`: a rule, a check, or the artifacts of a run of preflight.

use std::path::Path;

use rekey_core::{
    DockerfileInput, Facts, Report, Section, Source, Text, check_selector,
    dockerfile::BuildContext,
    explain_preflight_run,
    preflight_run::artifacts::{CheckStatus, Summary},
};

use rekey_files::{artifacts::LoadedArtifacts, build_context::ContextFolder, read::Kind};
use rekey_render as render;

use super::{Session, Texts, USAGE};
use crate::args::Explain;

impl Session<'_, '_> {
    pub(super) fn explain(&mut self, args: &Explain) {
        let path = Path::new(&args.what);
        let name = args.what.to_string_lossy();
        // A rule's name has no slash; a folder with such a name can be written as `./so`.
        let is_name = !name.contains('/') && (check_selector(&name).is_ok() || !path.exists());
        if !is_name {
            return self.explain_preflight_run(path, args);
        }
        if args.dockerfile.is_some() || args.log.is_some() {
            let complaint =
                "`--dockerfile` and `--log` need preflight's artifacts, such as a directory `artifacts`";
            return self.complain(complaint, USAGE);
        }
        self.explain_rule(&name);
    }

    fn explain_preflight_run(&mut self, path: &Path, args: &Explain) {
        let Some(target) = self.target() else { return };
        let Some(loaded) = self.keep(LoadedArtifacts::read(path, args.log.as_deref())) else { return };
        let mut texts = Texts::default();
        let mut named = |path: &Option<std::path::PathBuf>, kind| {
            let (source, text) = self.file(path.as_deref()?, kind)?;
            texts.insert(source.clone(), text);
            Some(source)
        };
        let dockerfile = named(&args.dockerfile, Kind::Dockerfile);
        let base_config = named(&args.base_config, Kind::Json);
        let context = args.context.as_ref().map(|path| ContextFolder::open(path, args.dockerfile.as_deref()));
        let context = match context.transpose() {
            Ok(context) => context,
            Err(error) => return self.unread(&error),
        };
        let file = dockerfile.as_ref().and_then(|source| {
            Some(
                DockerfileInput::new(Text::from(texts.get(source)?).called(source.clone()))
                    .build_args(&args.build_args)
                    .labels(&args.labels)
                    .stage(args.target.as_deref())
                    .context(context.as_ref().map(|folder| folder as &dyn BuildContext))
                    .base_config(base_config.as_ref().and_then(|source| texts.get(source))),
            )
        });
        let mut reports: Vec<Report> = Vec::new();
        for input in loaded.inputs() {
            let report = explain_preflight_run(&input, &target);
            // A Dockerfile for multiple platforms is checked once, for the first platform that failed.
            let first = !report.passed() && reports.iter().all(Report::passed);
            let input = input.dockerfile(file.clone().filter(|_| first));
            reports.push(if first && file.is_some() {
                explain_preflight_run(&input, &target)
            } else {
                report
            });
        }
        let judged = reports.first().map_or(target, |report| report.target().clone());
        let told = |section: &Section| match section.facts() {
            Facts::PreflightRun(summary) => Some(notice(section.source(), summary)),
            _ => None,
        };
        let notices: Vec<_> = reports.iter().flat_map(Report::sections).filter_map(told).collect();
        let report = Report::join(&judged, reports);
        let text = |source: &Source| texts.get(source).or_else(|| loaded.text(source));
        self.report(report, &text, &render::Options { notices: &notices, ..render::Options::default() });
    }
}

/// The run, and the number of checks with each result.
fn notice(source: &Source, summary: &Summary) -> String {
    let version = summary.preflight_version.as_deref().filter(|version| *version != "unknown");
    let version = version.unwrap_or("of an unknown version");
    let image = summary.image.as_deref().unwrap_or("an image");
    let count = |status| summary.checks.iter().filter(|one| one.status == status).count();
    let counts = [
        (CheckStatus::Passed, "passed"),
        (CheckStatus::Failed, "failed"),
        (CheckStatus::Errors, "could not run"),
        (CheckStatus::Warning, "warned"),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .filter_map(|(status, verb)| {
            Some(count(status)).filter(|count| *count > 0).map(|count| format!("{count} {verb}"))
        })
        .collect();
    let counts = if counts.is_empty() { "no verdict".to_owned() } else { counts.join(", ") };
    format!("{source}: preflight {version} checked {image}: {counts}")
}
