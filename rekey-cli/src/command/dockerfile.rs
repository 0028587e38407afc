//! `rekey dockerfile`.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use rekey_core::{
    DockerfileInput, Finding, Policy, Report, Safety, Source, Text, apply_fixes, check_dockerfile,
};

use super::{Session, Texts, USAGE};
use crate::{
    args, fix, printable,
    read::{Kind, ReadError, Reason},
    render,
};

impl Session<'_, '_> {
    pub(super) fn dockerfiles(&mut self, args: &args::Dockerfile) {
        let Some(policy) = self.policy() else { return };
        if args.fix && args.paths.iter().any(|path| path == Path::new("-")) {
            return self
                .complain("standard input cannot be mended in place; --diff shows how it would be", USAGE);
        }
        let base_config = args.base_config.as_deref().map(|path| self.file(path, Kind::Json));
        let base_config = base_config.flatten().map(|(_, json)| json);
        let check = |source: &Source, text: &[u8], policy: &Policy| {
            let input = DockerfileInput::new(Text::from(text).called(source.clone()))
                .build_args(&args.build_args)
                .labels(&args.labels)
                .target(args.target.as_deref())
                .base_config(base_config.as_deref());
            check_dockerfile(input, policy)
        };
        let mut texts = Texts::default();
        let mut reports = Vec::new();
        let mut notices = Vec::new();
        let mut diffs = String::new();
        for path in self.dockerfile_paths(&args.paths) {
            let Some((source, mut text)) = self.file(&path, Kind::Dockerfile) else { continue };
            let mut report = check(&source, &text, &policy);
            if args.fix || args.diff {
                let wanted = |finding: &&Finding| applies(finding, args.unsafe_fixes);
                let fixes = report.findings().filter(wanted).filter_map(Finding::fix);
                let (mended, count) = apply_fixes(&text, fixes);
                if args.diff {
                    diffs += &fix::diff(&text, &mended, source.name());
                } else if count > 0 && self.rewrite(&path, &mended) {
                    let times = if count == 1 { "1 finding" } else { &format!("{count} findings") };
                    notices.push(format!("mended {times} in {}", source.name()));
                    text = mended;
                    report = check(&source, &text, &policy);
                }
            }
            reports.push(report);
            texts.0.push((source, text));
        }
        if reports.is_empty() {
            if self.status == 0 {
                self.complain("nothing to check: no Dockerfile found", USAGE);
            }
            return;
        }
        let report = Report::join(&policy, reports);
        if args.diff {
            self.print(&diffs);
            if super::fails(&report, self.global.fail_on) {
                self.raise(super::FOUND);
            }
            return;
        }
        let options = render::Options { notices: &notices, ..render::Options::default() };
        self.report(&report, &|source| texts.get(source), &options);
    }

    /// The files that are named, and those found in the folders that are named, in a stable order.
    fn dockerfile_paths(&mut self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for path in paths {
            if !path.is_dir() {
                found.push(path.clone());
                continue;
            }
            let walk = WalkBuilder::new(path).sort_by_file_name(Ord::cmp).require_git(false).build();
            for entry in walk {
                match entry {
                    Ok(entry) if is_dockerfile(entry.path()) && !entry.path().is_dir() => {
                        let path = entry.into_path();
                        found.push(path.strip_prefix(".").map_or(path.clone(), Path::to_owned));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let name = path.to_string_lossy();
                        let reason =
                            error.into_io_error().map_or(Reason::Form("cannot be searched"), Reason::from);
                        self.unread(&ReadError::new(name, reason));
                    }
                }
            }
        }
        found
    }

    fn rewrite(&mut self, path: &Path, text: &[u8]) -> bool {
        let written = fix::rewrite(path, text);
        if let Err(error) = &written {
            let name = path.to_string_lossy();
            self.complain(&format!("{}: cannot be rewritten: {error}", printable(&name)), super::UNREADABLE);
        }
        written.is_ok()
    }
}

/// Whether a fix is one that was asked for.
fn applies(finding: &Finding, guesses: bool) -> bool {
    finding.fix().is_some_and(|fix| fix.safety == Safety::Safe || (guesses && fix.safety == Safety::Unsafe))
}

/// `Dockerfile`, `Containerfile`, `Dockerfile.ubi`, `app.Dockerfile`.
fn is_dockerfile(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let is = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "dockerfile" | "containerfile");
    let ignore_list = name.to_ascii_lowercase().ends_with(".dockerignore");
    let first = name.split('.').next().is_some_and(is);
    let last = name.rsplit('.').next().is_some_and(is);
    (first || last) && !ignore_list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        let table = [
            ("Dockerfile", true),
            ("Containerfile", true),
            ("Dockerfile.ubi", true),
            ("a/app.Dockerfile", true),
            ("app.dockerfile", true),
            ("Dockerfile.dockerignore", false),
            ("Dockerfiles", false),
            ("README.md", false),
        ];
        for (name, expected) in table {
            assert_eq!(is_dockerfile(Path::new(name)), expected, "{name}");
        }
    }
}
