//! Overrides of severities for some files only: `[[override]]` of a `rekey.toml`.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rekey_core::{Finding, Override, Report};

/// The maximum number of patterns in one `[[override]]`: each is compiled to an automaton a thousand times as
/// large.
const MAX_PATTERNS: usize = 64;
/// The maximum length of a pattern in bytes.
const MAX_PATTERN_BYTES: usize = 1024;

/// One `[[override]]`.
#[derive(Clone, Debug)]
pub struct ScopedOverride {
    paths: GlobSet,
    changes: Vec<Override>,
}

impl ScopedOverride {
    /// Overrides for the files that match a pattern, as in `.gitignore`: relative to the folder of
    /// `rekey.toml`, and at any depth if it has no slash.
    ///
    /// # Errors
    /// Returns a message about the first invalid pattern.
    pub fn new(patterns: &[String], changes: Vec<Override>) -> Result<Self, String> {
        if patterns.len() > MAX_PATTERNS {
            return Err(format!("there are {} patterns; at most {MAX_PATTERNS} are allowed", patterns.len()));
        }
        let mut paths = GlobSetBuilder::new();
        for pattern in patterns {
            if pattern.len() > MAX_PATTERN_BYTES {
                return Err(format!("expected patterns of at most {MAX_PATTERN_BYTES} bytes"));
            }
            let path = pattern.strip_prefix("./").unwrap_or(pattern);
            let path = if path.contains('/') { path.to_owned() } else { format!("**/{path}") };
            let glob = GlobBuilder::new(&path).literal_separator(true).build();
            paths.add(glob.map_err(|error| format!("`{pattern}`: {}", error.kind()))?);
        }
        let paths = paths.build().map_err(|error| error.kind().to_string())?;
        Ok(Self { paths, changes })
    }
}

/// The sources of overrides, in increasing order of precedence.
pub struct Changes<'c> {
    /// The `[rules]` of a `rekey.toml`.
    pub file: &'c [Override],
    /// Its `[[override]]` tables, and the folder that their paths are relative to.
    pub scoped: (&'c [ScopedOverride], &'c Path),
    /// The overrides of the user.
    pub asked: &'c [Override],
}

impl Changes<'_> {
    /// Sets the severities of the findings in a report that was made without any of these overrides.
    pub fn apply(&self, report: &mut Report) {
        report.override_severities(|finding| {
            let selects =
                |change: &&Override| finding.rule().is_selected_by(&change.selector, finding.parameter());
            let last = self.of(finding).filter(selects);
            last.last().map_or(Some(finding.severity()), |change| change.severity)
        });
    }

    fn of<'a>(&'a self, finding: &Finding) -> impl Iterator<Item = &'a Override> {
        let (scoped, folder) = self.scoped;
        let source = finding.source();
        let path = (source.is_file() && !scoped.is_empty())
            .then(|| below(Path::new(source.name()), folder))
            .flatten();
        let holds = move |one: &&ScopedOverride| path.as_ref().is_some_and(|path| one.paths.is_match(path));
        let scoped = scoped.iter().filter(holds).flat_map(|one| &one.changes);
        self.file.iter().chain(scoped).chain(self.asked)
    }
}

/// The path of a file relative to a folder.
fn below(path: &Path, folder: &Path) -> Option<std::path::PathBuf> {
    let (path, folder) = (std::path::absolute(path).ok()?, std::path::absolute(folder).ok()?);
    path.strip_prefix(folder).ok().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_bounded() {
        let of =
            |count: usize, length: usize| ScopedOverride::new(&vec!["a".repeat(length); count], Vec::new());
        assert!(of(MAX_PATTERNS, MAX_PATTERN_BYTES).is_ok());
        assert_eq!(of(MAX_PATTERNS + 1, 1).unwrap_err(), "there are 65 patterns; at most 64 are allowed");
        assert_eq!(of(1, MAX_PATTERN_BYTES + 1).unwrap_err(), "expected patterns of at most 1024 bytes");
    }
}
