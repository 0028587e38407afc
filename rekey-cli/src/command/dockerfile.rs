//! `rekey dockerfile`.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use rekey_core::{
    DockerfileInput, Override, Report, Source, Tag, Text, check_dockerfile,
    dockerfile::BuildContext,
    facts::Settle,
    text::{printable, shell_quoted},
};

use rekey_files::{
    Folder,
    build_context::ContextFolder,
    config::{self, Config, ConfigError, ImageConfig, Value},
    read::{self, Kind, Location, ReadError, shown},
    scope::{Changes, ScopedOverride},
    search::{FoundFile, Search},
    settings::Settings,
    submission::LoadError,
    write::{self, WriteError},
};
use rekey_render as render;

use super::{Session, Texts, USAGE, fix, progress::Progress};
use crate::{args, diff::Diff};

/// The number of files from which cores share the work; for fewer files, starting threads takes longer.
const MANY: usize = 16;
/// The number of files that are checked before their findings are counted.
const TOGETHER: usize = 512;
/// The number of findings after which no further files are checked: a checkout may contain one file a hundred thousand times.
const MAX_FINDINGS: usize = 1_000_000;

impl Session<'_, '_> {
    pub(super) fn dockerfiles(&mut self, args: &args::Dockerfile) {
        let Some(config) = self.rules_for_dockerfiles(args.config.as_deref()) else { return };
        let Some(target) = self.target() else { return };
        if args.fixes.fix && args.paths.iter().any(|path| path == Path::new("-")) {
            return self.complain("cannot rewrite standard input in place; use --diff", USAGE);
        }
        if !self.accepts_diff(&args.fixes) {
            return;
        }
        let base_config = args.base_config.as_deref().map(|path| self.file(path, Kind::Json));
        let base_config = base_config.flatten().map(|(_, json)| json);
        if let Some(error) = args.context.as_ref().and_then(|path| ContextFolder::open(path, None).err()) {
            return self.unread(&error);
        }
        let (asked, selected) = (self.settings.overrides.clone(), self.selected());
        let judge = |source: &Source, text: &[u8], context: Option<&ContextFolder>| {
            let values = config.label_values(Path::new(source.name()));
            let input = DockerfileInput::new(Text::from(text).called(source.clone()))
                .build_args(&args.build_args)
                .labels(&args.labels)
                .label_values(&values)
                .stage(args.target.as_deref())
                .context(context.map(|folder| folder as &dyn BuildContext))
                .base_config(base_config.as_deref());
            let mut report = check_dockerfile(input, &target);
            config.changes(&asked).apply(&mut report);
            selected.apply(&mut report);
            report
        };
        let Search { files, notices: searched, unread } = Search::dockerfiles(&args.paths);
        for error in &unread {
            self.unread(error);
        }
        if args.show_files {
            let names: String =
                files.iter().flat_map(|file| [shown(&file.path.to_string_lossy()), "\n".into()]).collect();
            return self.print(&names);
        }
        let stdin = if files.iter().any(FoundFile::is_stdin) {
            self.file(Path::new("-"), Kind::Dockerfile)
        } else {
            None
        };
        let stdin =
            stdin.map(|(source, text)| (args.stdin_filename.clone().map_or(source, Source::file), text));
        let progress = Progress::new(files.len(), self.streams.progress && !self.global.quiet);
        let one = |file: &FoundFile| {
            let read = if file.is_stdin() { Ok(stdin.clone()?) } else { content(file) };
            let checked = read.and_then(|(source, text)| {
                // A Dockerfile may have its own ignore file.
                let folder = |path| ContextFolder::open(path, Some(Path::new(source.name())));
                let context = args.context.as_ref().map(folder).transpose()?;
                let judge = |source: &Source, text: &[u8]| judge(source, text, context.as_ref());
                Ok(CheckedFile::new(file, source, text, args, &judge))
            });
            progress.step();
            Some(checked)
        };
        let found = |checked: &Option<Result<CheckedFile, ReadError>>| match checked {
            Some(Ok(checked)) => checked.report.findings().count(),
            _ => 0,
        };
        let mut checked: Vec<_> = files.iter().map(|_| None).collect();
        let (mut left, mut unchecked) = (MAX_FINDINGS, None);
        for round in rounds(&files, args.fixes.fix) {
            let done = in_parts(&round, left, found, |number| files.get(*number).and_then(one));
            left = left.saturating_sub(done.iter().map(found).sum());
            unchecked = round.get(done.len()).and_then(|number| files.get(*number));
            for (number, result) in round.into_iter().zip(done) {
                checked[number] = result;
            }
            if unchecked.is_some() {
                break;
            }
        }
        progress.finish();
        if let Some(file) = unchecked {
            let name = shown(&file.path.to_string_lossy());
            let message =
                format!("more than {MAX_FINDINGS} findings: from {name} on, files were not checked");
            self.complain(&message, super::UNREADABLE);
        }
        let mut texts = Texts::default();
        let mut reports = Vec::with_capacity(checked.len());
        let mut notices = config.notices();
        notices.extend(searched);
        let mut diffs = Diff::default();
        for checked in checked.into_iter().flatten() {
            let Some(checked) = self.keep(checked) else { continue };
            diffs.append(checked.diff);
            match checked.fixed {
                Ok(0) => {}
                Ok(count) => notices.push(fix::notice(&checked.source, count)),
                Err(error) => {
                    let name = printable(checked.source.name());
                    self.complain(&format!("{name}: not rewritten: {error}"), super::UNREADABLE);
                }
            }
            // Only findings need the text of a file.
            if checked.report.findings().next().is_some() {
                texts.insert(checked.source, checked.text);
            }
            reports.push(checked.report);
        }
        if reports.is_empty() {
            if self.status == 0 {
                let names: Vec<_> = args.paths.iter().map(|path| shown(&path.to_string_lossy())).collect();
                self.complain(&format!("{}: nothing to check: no Dockerfile found", names.join(", ")), USAGE);
            }
            return;
        }
        let report = Report::join(&target, reports);
        let text = |source: &Source| texts.get(source);
        if args.fixes.diff {
            return self.print_diff(&diffs, report, &text, &notices, &args.fixes);
        }
        let command = fix_command(&args.paths);
        let options = render::Options {
            notices: &notices,
            fix_command: command.as_deref(),
            advice,
            ..render::Options::default()
        };
        self.report(report, &text, &options);
    }

    /// Returns the flow, policy and rules of a `rekey.toml`, or complains that it cannot be read.
    ///
    /// Options override it. [`Rules::changes`] applies severities, because some apply to some files only.
    fn rules_for_dockerfiles(&mut self, given: Option<&Path>) -> Option<Rules> {
        let path = given.unwrap_or(Path::new(config::FILE));
        let here = Folder::new(".");
        if given.is_none() && !here.has(path) {
            return Some(Rules::default());
        }
        let name = path.to_string_lossy();
        let location = given.map_or(Location::Below(&here, path), Location::Named);
        let document = self.keep(read::file(location, &name, Kind::Config))?;
        match Config::parse(&document) {
            Ok(config) => {
                let overrides = config.settings.overrides.clone();
                let plain = Settings { overrides: Vec::new(), ..config.settings };
                let asked = std::mem::take(&mut self.settings.overrides);
                self.settings = self.settings.over(&plain);
                self.settings.overrides = asked;
                let folder = path.parent().unwrap_or(Path::new(""));
                let mut labels = HashMap::new();
                for image in &config.images {
                    let (path, known) = known_labels(image, folder);
                    if let Ok(path) = std::path::absolute(path) {
                        labels.entry(path).or_insert(known);
                    }
                }
                Some(Rules { path: Some(path.to_owned()), overrides, scoped: config.scoped, labels })
            }
            Err(problems) => {
                let error = ConfigError::new(name.into_owned(), document, problems);
                self.unloaded(&LoadError::Config(Box::new(error)));
                None
            }
        }
    }
}

/// The rules of a `rekey.toml`.
#[derive(Default)]
struct Rules {
    path: Option<PathBuf>,
    overrides: Vec<Override>,
    scoped: Vec<ScopedOverride>,
    /// The known labels of each image, by its Dockerfile.
    labels: HashMap<PathBuf, Vec<(String, String)>>,
}

impl Rules {
    /// Values for labels that a file lacks: those of its image, and those that its tag implies.
    fn label_values(&self, dockerfile: &Path) -> Vec<(String, String)> {
        let path = std::path::absolute(dockerfile).ok();
        path.and_then(|path| self.labels.get(&path)).cloned().unwrap_or_default()
    }

    fn changes<'c>(&'c self, asked: &'c [Override]) -> Changes<'c> {
        let folder = self.path.as_deref().and_then(Path::parent).filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        Changes { file: &self.overrides, scoped: (&self.scoped, folder), asked }
    }

    fn notices(&self) -> Vec<String> {
        self.path
            .iter()
            .map(|path| format!("flow, policy and rules are those of {}", path.display()))
            .collect()
    }
}

/// The Dockerfile of an image, and the labels that its tag and its build set.
fn known_labels(image: &ImageConfig, folder: &Path) -> (PathBuf, Vec<(String, String)>) {
    let text = |value: &Option<Value>| value.as_ref().map(|value| value.text.clone());
    let context = text(&image.context).unwrap_or_default();
    let file = text(&image.dockerfile).map(|path| folder.join(path));
    let file = file.unwrap_or_else(|| folder.join(context).join("Dockerfile"));
    let tag = text(&image.tag).and_then(|tag| Tag::parse(&tag).ok());
    let mut labels = tag.map(|tag| tag.labels()).unwrap_or_default();
    labels.extend(image.labels.iter().cloned());
    (file, labels)
}

/// Does the work for the items in order, part by part on all cores, until the sum of `count` exceeds `most`.
fn in_parts<T: Sync, R: Send>(
    items: &[T],
    most: usize,
    count: impl Fn(&R) -> usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let mut done = Vec::with_capacity(items.len());
    let mut counted = 0;
    for part in items.chunks(TOGETHER) {
        if counted > most {
            break;
        }
        let start = done.len();
        if items.len() < MANY {
            done.extend(part.iter().map(&work));
        } else {
            done.par_extend(part.par_iter().map(&work));
        }
        counted += done.iter().skip(start).map(&count).sum::<usize>();
    }
    done
}

/// A Dockerfile that was checked.
struct CheckedFile {
    source: Source,
    text: Vec<u8>,
    report: Report,
    diff: Diff,
    /// The number of findings that were fixed in the file.
    fixed: Result<usize, WriteError>,
}

impl CheckedFile {
    fn new(
        file: &FoundFile,
        source: Source,
        text: Vec<u8>,
        args: &args::Dockerfile,
        judge: &impl Fn(&Source, &[u8]) -> Report,
    ) -> Self {
        let report = judge(&source, &text);
        let mut checked = Self { source, text, report, diff: Diff::default(), fixed: Ok(0) };
        let args = &args.fixes;
        if args.fix {
            let (folder, path) = file.folder();
            write::remove_leftover(&folder, path);
        }
        if args.fix || args.diff {
            let (fixed, count) = fix::fixed(&checked.report, &checked.source, &checked.text, args);
            if args.diff {
                // The secrets in the new text are known only from a report on it.
                let report = judge(&checked.source, &fixed);
                let old = (checked.text.as_slice(), &checked.report);
                checked.diff = fix::diff(&checked.source, old, (&fixed, &report), args);
            } else if count > 0 {
                let (folder, path) = file.folder();
                checked.fixed = write::rewrite(&folder, path, &checked.text, &fixed).map(|()| count);
                if checked.fixed.is_ok() {
                    checked.report = judge(&checked.source, &fixed);
                    checked.text = fixed;
                }
            }
        }
        checked
    }
}

/// The command that applies the fixes, if they can be applied in place.
fn fix_command(paths: &[PathBuf]) -> Option<String> {
    match paths {
        [path] if path == Path::new("-") => None,
        [path] => Some(format!("rekey dockerfile {} --fix", shell_quoted(&path.to_string_lossy()))),
        _ => Some("--fix".to_owned()),
    }
}

/// Returns the option that resolves an unknown outcome.
fn advice(settle: Settle) -> Option<&'static str> {
    Some(match settle {
        Settle::BaseConfig => "pass `--base-config FILE` to check",
        Settle::BuildArgs => "pass `--build-arg K=V` to check",
        Settle::Labels => "pass `--label K=V` to check",
        Settle::Context => "pass `--context DIR` to check",
        Settle::Image => "check the built image: `rekey image oci-archive:FILE`",
        Settle::Reference => "check the reference: `rekey image REFERENCE`",
        Settle::Dockerfile => "fix the Dockerfile first",
        _ => return None,
    })
}

/// A file's name in reports, and its content.
fn content(file: &FoundFile) -> Result<(Source, Vec<u8>), ReadError> {
    let name = file.path.to_string_lossy();
    read::file(file.location(), &name, Kind::Dockerfile).map(|text| (Source::file(name), text))
}

/// The indices of the files that are processed together. If files are rewritten, another path of the same
/// file comes after the first one, so that it is read with the changes.
fn rounds(files: &[FoundFile], rewritten: bool) -> Vec<Vec<usize>> {
    let mut seen = HashSet::new();
    let first = |number: &usize| {
        let place = files.get(*number).map(FoundFile::folder);
        !rewritten
            || place.and_then(|(folder, path)| folder.resolve(path).ok()).is_none_or(|path| seen.insert(path))
    };
    let (together, after): (Vec<_>, Vec<_>) = (0..files.len()).partition(first);
    std::iter::once(together).chain(after.into_iter().map(|number| vec![number])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_stops_at_the_batch_that_exceeds_the_limit() {
        let items: Vec<usize> = (0..3 * TOGETHER + 7).collect();
        let done = |most| in_parts(&items, most, |_| 1, |item| *item);
        for (most, expected) in [
            (usize::MAX, items.len()),
            (items.len(), items.len()),
            (TOGETHER, 2 * TOGETHER),
            (TOGETHER - 1, TOGETHER),
            (0, TOGETHER),
        ] {
            assert_eq!(done(most), items[..expected], "{most}");
        }
        assert_eq!(in_parts(&items[..9], 3, |_| 1, |item| *item).len(), 9);
    }
}
