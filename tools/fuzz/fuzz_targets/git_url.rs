//! Any bytes as a git URL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_core::{
    GitUrlInput, Safety, Target, apply_fixes, check_git_url,
    git_url::{GitUrl, RepairTarget, scan},
    mask::masked,
};
use rekey_fuzz::{findings_are_inside, inside};

fuzz_target!(|text: &[u8]| {
    reads(text);
    converts(text);
    repairs(text);
    masked(&String::from_utf8_lossy(text));
    for private in [None, Some(true), Some(false)] {
        judges(text, private);
    }
});

fn reads(text: &[u8]) {
    let scan = scan(text);
    let parts = [
        Some(scan.url),
        scan.scheme,
        scan.user,
        scan.password,
        scan.host,
        scan.port,
        scan.path,
        scan.owner,
        scan.repository,
        scan.extra,
        scan.query,
        scan.fragment,
        scan.needless_escape,
        scan.secret.map(|(span, _)| span),
    ];
    for span in parts.into_iter().flatten().chain(scan.problems.iter().map(|problem| problem.span)) {
        inside(text, span);
    }
    assert_eq!(GitUrl::parse(text).is_ok(), scan.problems.is_empty());
}

/// A value can be parsed from its text, and so can its other forms, which name the same repository.
fn converts(text: &[u8]) {
    let Ok(url) = GitUrl::parse(text) else { return };
    assert_eq!(GitUrl::parse(url.to_string()).as_ref(), Ok(&url));
    assert!(url.same_repository(&url));
    for other in [url.to_ssh(), url.to_https()].into_iter().flatten() {
        assert!(url.same_repository(&other) && other.same_repository(&url), "{url} {other}");
        assert_eq!(GitUrl::parse(other.to_string()).as_ref(), Ok(&other));
    }
}

/// A repair is a valid URL, with nothing left to repair.
fn repairs(text: &[u8]) {
    for wanted in [RepairTarget::Meant, RepairTarget::Https, RepairTarget::Ssh] {
        let Some(repair) = scan(text).repair(wanted) else { continue };
        let again = scan(repair.text.as_bytes());
        assert!(again.problems.is_empty(), "{} {:?}", repair.text, again.problems);
        assert_eq!(again.repair(wanted), None, "{}", repair.text);
    }
}

fn judges(text: &[u8], private: Option<bool>) {
    let report = check_git_url(GitUrlInput::new(text).private(private), &Target::default());
    findings_are_inside(text, &report);
    apply_fixes(text, report.findings().filter_map(|finding| finding.fix()), Safety::Display);
    let Some(secret) = scan(text).secret.and_then(|(span, _)| span.str(text)) else { return };
    // A short secret may be one of rekey's own words, such as `git-url-secret`; one that occurs twice may be
    // a host as well.
    let ours = secret.len() < 12 || rekey_core::rules().any(|rule| rule.id.contains(secret));
    if !ours && String::from_utf8_lossy(text).matches(secret).count() == 1 {
        assert!(!report.to_json().contains(secret), "a secret is shown");
        assert!(!format!("{report:?}").contains(secret), "a secret is shown");
    }
}
