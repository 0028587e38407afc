//! Names of findings that are unique in a report and stay the same if lines above them move.

use std::collections::HashMap;

use rekey_core::Finding;
use sha2::{Digest as _, Sha256};

/// Returns the lines that a finding marks, with secrets masked; `None` if they are not available or may not
/// be shown.
pub(crate) type Excerpt<'e> = dyn Fn(&Finding) -> Option<String> + 'e;

/// Computes a fingerprint for each finding, in order, from the rule, its parameter, the source and the marked
/// lines without spaces.
///
/// If two findings agree in all of these, their order distinguishes them. Messages are not included, since a
/// later version of rekey may change them.
pub(super) fn fingerprints<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    excerpt: &Excerpt<'_>,
) -> Vec<String> {
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    findings
        .map(|finding| {
            let same = digest(finding, excerpt(finding).as_deref().unwrap_or_default());
            let nth = seen.entry(same).or_default();
            *nth += 1;
            let digest = Sha256::new_with_prefix(same).chain_update(nth.to_be_bytes()).finalize();
            hex(digest.first_chunk::<16>().expect("a digest has 32 bytes"))
        })
        .collect()
}

fn digest(finding: &Finding, excerpt: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [&*finding.id(), finding.source().name()] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    for word in excerpt.split_whitespace() {
        digest.update(word);
        digest.update(b" ");
    }
    digest.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekey_core::{Target, check_dockerfile};

    fn names(text: &str) -> Vec<(String, String)> {
        let report = check_dockerfile(text, &Target::default());
        let lines: Vec<_> = text.lines().collect();
        let line = |finding: &Finding| {
            finding
                .range()
                .and_then(|range| lines.get(range.line as usize - 1))
                .map(|line| (*line).to_owned())
        };
        let ids = report.findings().map(|finding| finding.id().into_owned());
        ids.zip(fingerprints(report.findings(), &line)).collect()
    }

    #[test]
    fn a_fingerprint_survives_new_lines_above_and_other_spaces() {
        let before = names("FROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER root\n");
        let after = names("# why\n\nFROM registry.access.redhat.com/ubi9/ubi:9.6\nUSER   root\n");
        assert!(before.iter().any(|(id, _)| id == "dockerfile-user-root"));
        assert_eq!(before, after);
    }

    #[test]
    fn fingerprints_differ_within_a_report() {
        let mut names: Vec<_> =
            names("FROM registry.access.redhat.com/ubi9/ubi\nRUN a \\\n\n b\nRUN a \\\n\n b\n")
                .into_iter()
                .map(|(_, name)| name)
                .collect();
        let count = names.len();
        assert!(count > 4);
        assert!(names.iter().all(|name| name.len() == 32));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
