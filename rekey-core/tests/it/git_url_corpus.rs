//! The URL scanner, compared with the recorded behavior of git and curl for two thousand strings.
//!
//! The strings belong to other projects, so the records are outside of the repository, beside the checkout
//! (`../shared/corpus`). Without them these tests print that they were skipped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{
    corpus,
    git_record::{Fields, Verdict, oracle},
};
use rekey_core::git_url::{Form, GitUrl, ProblemKind, RepairTarget, Scan, Transport, scan};
use rekey_core::{Finding, GitUrlInput, Report, Safety, Severity, Target, apply_fixes, check_git_url};
use serde_json::Value;

/// Texts that git accepts and rekey rejects, by problem, with their number. The reason is that another program
/// reads the text differently, that it was used in an attack, or that no service could clone from it.
const EXPLAINED: &[(ProblemKind, usize, &str)] = &[
    (ProblemKind::LocalPath, 83, "a service cannot clone from a local path"),
    (ProblemKind::WindowsPath, 7, "git on Linux reads the drive as an ssh host"),
    (ProblemKind::Shorthand, 97, "git reads the short form as a directory or an ssh host"),
    (ProblemKind::SlashForColon, 1, "git reads the host as a directory"),
    (ProblemKind::SchemeTypo, 7, "git reads the scheme as an ssh host"),
    (ProblemKind::MissingPath, 2, "git asks the server for nothing"),
    (ProblemKind::UnsupportedScheme, 6, "ftp: fetched by nobody's service"),
    (ProblemKind::PathForPort, 83, "git takes the owner for part of the host name"),
    (ProblemKind::Port, 16, "git takes the number for part of the host name, or port 0"),
    (
        ProblemKind::UserInfo,
        119,
        "git sends it along, to the log too; over git:// it is part of the host name",
    ),
    (ProblemKind::Secret, 172, "git sends it along, to the log too"),
    (ProblemKind::SecondAt, 7, "parsers disagree which `@` ends the user"),
    (ProblemKind::EmptyUser, 2, "ssh gets `@host`"),
    (ProblemKind::UserCharacter, 2, "CVE-2023-51385"),
    (ProblemKind::MissingHost, 28, "curl takes the first part of the path, ssh nothing"),
    (ProblemKind::HostDash, 2, "CVE-2017-1000117"),
    (ProblemKind::HostCharacter, 2, "CVE-2023-51385"),
    (ProblemKind::HostEscape, 6, "git decodes it, curl does not"),
    (ProblemKind::HostLabel, 1, "no name server knows it"),
    (ProblemKind::NumericHost, 2, "0x7f.1 is 127.0.0.1 to curl and a name to others"),
    (ProblemKind::Brackets, 44, "git takes any text in brackets, and IPv6 without"),
    (ProblemKind::PathDash, 2, "CVE-2018-17456"),
    (ProblemKind::DotSegment, 5, "curl resolves it, ssh does not"),
    (ProblemKind::EmptySegment, 1, "forges do not resolve it"),
    (ProblemKind::EncodedSeparator, 27, "git decodes it for ssh, curl does not"),
    (ProblemKind::Query, 14, "swallows what git appends to the URL"),
    (ProblemKind::Fragment, 83, "swallows what git appends to the URL"),
    (ProblemKind::Backslash, 6, "browsers take it for a slash"),
    (ProblemKind::Character, 4, "must be encoded in a URL"),
    (ProblemKind::Control, 2, "CVE-2024-50349"),
    (ProblemKind::Helper, 1, "http::https://… goes through, and others run programs"),
    (ProblemKind::Wrapped, 1, "quotes and blanks round the URL"),
];

#[test]
fn the_scanner_agrees_with_git_and_curl() {
    let mut differences = String::new();
    let mut counts = BTreeMap::<&str, [usize; 5]>::new();
    let mut refused = vec![0; EXPLAINED.len()];
    for (file, row) in records() {
        let url = url_of(&row);
        let scanned = scan(url.as_bytes());
        let parsed = GitUrl::parse(url);
        assert_eq!(parsed.is_ok(), scanned.problems.is_empty(), "{url}");
        let verdict = oracle(&row);
        let count = counts.entry(file).or_default();
        count[match verdict {
            Verdict::Accept(_) => 0,
            Verdict::Host { .. } => 1,
            Verdict::Refuse => 2,
            Verdict::Unjudged => 3,
        }] += 1;
        count[4] += usize::from(parsed.is_ok());
        if let Some(difference) = difference(&verdict, &scanned, parsed.as_ref().ok()) {
            writeln!(differences, "{url:?}: {difference}").unwrap();
        }
        if let (Verdict::Accept(_) | Verdict::Host { .. }, Err(problem)) = (&verdict, &parsed) {
            match EXPLAINED.iter().position(|(kind, ..)| *kind == problem.kind) {
                Some(reason) => refused[reason] += 1,
                None => writeln!(differences, "{url:?}: refused, unexplained: {problem}").unwrap(),
            }
        }
    }
    if counts.is_empty() {
        return;
    }
    println!("accept, host, refuse, unjudged, parsed: {counts:?}");
    assert!(differences.is_empty(), "{differences}");
    assert_eq!(counts["git-url-tables"], [1021, 295, 242, 0, 519]);
    assert_eq!(counts["git-url-cases"], [43, 32, 25, 0, 37]);
    assert_eq!(counts["git-urls-real"], [0, 0, 0, 2050, 1867]);
    for ((kind, expected, reason), found) in EXPLAINED.iter().zip(refused) {
        println!("git takes, we refuse: {found:4} {kind:?}: {reason}");
        assert_eq!(found, *expected, "{kind:?}");
    }
}

fn difference(verdict: &Verdict, scanned: &Scan<'_>, parsed: Option<&GitUrl>) -> Option<String> {
    match verdict {
        Verdict::Refuse => parsed.map(|_| "git refuses it".to_owned()),
        Verdict::Unjudged => None,
        Verdict::Accept(fields) => {
            form_difference(fields, scanned).or_else(|| field_difference(fields, parsed?))
        }
        Verdict::Host { host, port } => host_difference(host, *port, parsed?),
    }
}

/// Compares the form that the scanner chose with git's, also for rejected texts.
fn form_difference(fields: &Fields, scanned: &Scan<'_>) -> Option<String> {
    let agrees = match fields.protocol.as_str() {
        "ssh" => matches!(scanned.form, Form::Ssh | Form::Scp),
        "git" => scanned.form == Form::Git,
        "file" => matches!(scanned.form, Form::File | Form::Local),
        _ => false,
    };
    // Text around a URL is removed before it is parsed.
    let wrapped = scanned.problem_of(ProblemKind::Wrapped).is_some();
    (!agrees && !wrapped).then(|| format!("git reads {}, we {:?}", fields.protocol, scanned.form))
}

fn field_difference(fields: &Fields, parsed: &GitUrl) -> Option<String> {
    let user_and_host = match parsed.user() {
        Some(user) => format!("{user}@{}", parsed.host()),
        None => parsed.host().to_owned(),
    };
    let port =
        if parsed.transport() == Transport::Git { parsed.port().or(Some(9418)) } else { parsed.port() };
    let ours = (user_and_host.to_lowercase(), port, parsed.path());
    let theirs =
        (fields.user_and_host.clone().unwrap_or_default().to_lowercase(), fields.port, fields.path.as_str());
    (ours != theirs).then(|| format!("git reads {theirs:?}, we {ours:?}"))
}

fn host_difference(host: &str, port: u16, parsed: &GitUrl) -> Option<String> {
    let ours = (parsed.host(), parsed.port().unwrap_or(parsed.transport().default_port()));
    (ours != (&host.to_lowercase(), port)).then(|| format!("contacted {host}:{port}, we read {ours:?}"))
}

/// The scanner is not too strict: plain forms on known hosts parse, with owner and repository.
#[test]
fn plain_forms_parse() {
    let mut plain = 0;
    for (_, row) in records() {
        let url = url_of(&row);
        let Some((owner, repository)) = plain_form(url) else { continue };
        let parsed = GitUrl::parse(url).unwrap_or_else(|problem| panic!("{url}: {problem}"));
        assert_eq!(parsed.owner(), Some(owner), "{url}");
        assert_eq!(parsed.repository(), Some(repository), "{url}");
        plain += 1;
    }
    println!("plain forms: {plain}");
}

/// `https://host/owner/repository[.git]`, `git@host:…`, `ssh://git@host/…` on the hosts that people know.
fn plain_form(url: &str) -> Option<(&str, &str)> {
    let rest = ["https://", "git@", "ssh://git@"].into_iter().find_map(|start| url.strip_prefix(start))?;
    let hosts = ["github.com", "gitlab.com", "bitbucket.org"];
    let path = hosts.into_iter().find_map(|host| rest.strip_prefix(host))?;
    let separator = if url.starts_with("git@") { ':' } else { '/' };
    let (owner, repository) = path.strip_prefix(separator)?.split_once('/')?;
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let name = |text: &str| {
        !text.starts_with('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let named = |text: &str| name(text) && !text.trim_matches('.').is_empty();
    (named(owner) && named(repository)).then_some((owner, repository))
}

/// A value that is displayed and parsed again is the same value, and its other form names the same
/// repository.
#[test]
fn values_round_trip_through_text() {
    for (_, row) in records() {
        let url = url_of(&row);
        let Ok(parsed) = GitUrl::parse(url) else { continue };
        let shown = parsed.to_string();
        assert_eq!(GitUrl::parse(&shown).as_ref(), Ok(&parsed), "{url} -> {shown}");
        for other in [parsed.to_ssh(), parsed.to_https()].into_iter().flatten() {
            assert!(other.same_repository(&parsed), "{url} -> {other}");
            assert!(parsed.same_repository(&other), "{url} -> {other}");
        }
    }
}

#[test]
fn no_output_contains_a_password() {
    for (_, row) in records() {
        let url = url_of(&row);
        let scanned = scan(url.as_bytes());
        let mut shown =
            format!("{scanned:?} {:?} {:?}", GitUrl::parse(url), scanned.repair(RepairTarget::Meant));
        for problem in &scanned.problems {
            write!(shown, "{problem} {problem:?}").unwrap();
        }
        if let Ok(parsed) = GitUrl::parse(url) {
            write!(shown, "{parsed} {parsed:?}").unwrap();
        }
        for part in [scanned.password, scanned.secret.map(|(span, _)| span)].into_iter().flatten() {
            let secret = scanned.str(Some(part)).unwrap_or_default();
            // Words that rekey's own messages use are not leaks.
            let common = ["password", "pass", "token", "user", "x", "a", "host"].contains(&secret);
            assert!(common || !shown.contains(secret), "{url}: {shown}");
        }
    }
}

/// Every invalid text has a finding, and every text that git rejects has an error.
#[test]
fn every_invalid_url_has_a_finding() {
    for (_, row) in records() {
        let url = url_of(&row);
        let report = check(url, None);
        let parsed = GitUrl::parse(url);
        assert!(parsed.is_ok() || report.findings().next().is_some(), "{url}");
        assert!(!matches!(oracle(&row), Verdict::Refuse) || !report.passed(), "{url}");
    }
}

/// Rules whose findings no text can fix: they remain after a repair.
const STAYS: &[&str] = &[
    "git-url-other-forge",
    "git-url-legacy-name",
    "git-url-gist",
    "git-url-wiki",
    "git-url-idn-host",
    "git-url-placeholder",
    "git-url-azure-suffix",
];

/// Plain forms have no findings, except about the host.
#[test]
fn plain_forms_have_no_findings() {
    let (mut clean, mut named) = (0, 0);
    for (_, row) in records() {
        let url = url_of(&row);
        let plain = plain_form(url).is_some() || is_host_owner_repository(url);
        if !plain {
            continue;
        }
        let found = rules_of(&check(url, None));
        assert!(found.iter().all(|rule| STAYS.contains(rule)), "{url}: {found:?}");
        *(if found.is_empty() { &mut clean } else { &mut named }) += 1;
    }
    println!("plain forms: {clean} clean, {named} with a word about the place");
}

/// `https://host/owner/repository` with a public host and plain names.
fn is_host_owner_repository(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let parts: Vec<_> = rest.split('/').collect();
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let named = |text: &str| plain(text) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let host = parts[0];
    let a_forge = host.ends_with(|c: char| c.is_ascii_alphabetic())
        && host.contains('.')
        && !host.starts_with("www.")
        && !host.contains("raw.")
        && !host.ends_with(".github.io")
        && !host.contains("codeload.");
    parts.len() == 3 && a_forge && named(host) && parts[1..].iter().all(|part| named(part))
}

/// Every fix in a report yields a URL without findings.
#[test]
fn fixed_texts_have_no_findings() {
    let mut count = 0;
    for (_, row) in records() {
        let url = url_of(&row);
        for private in [None, Some(false), Some(true)] {
            let report = check(url, private);
            let fixes: Vec<_> = report.findings().filter_map(Finding::fix).collect();
            if fixes.is_empty() {
                continue;
            }
            let (text, applied) = apply_fixes(url.as_bytes(), fixes, Safety::Unsafe);
            let text = String::from_utf8(text).expect("a repair is text");
            let found = rules_of(&check(&text, private));
            assert_eq!(applied, 1, "{url}: all fixes of one URL are the same");
            assert!(found.iter().all(|rule| STAYS.contains(rule)), "{url} -> {text} {private:?}: {found:?}");
            count += 1;
        }
    }
    println!("fixed: {count}");
}

/// No report contains a password, in any form.
#[test]
fn no_report_contains_a_password() {
    for secret in ["hunter2hunter2", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "glpat-9876543210zyxwvutsrq"]
    {
        for url in [
            "https://jane:{}@github.com/acme/app",
            "https://{}@github.com/acme/app",
            "https://jane:{}@10.0.0.1/acme/app/tree/main?x#y",
            "http://{}:x-oauth-basic@github.com/acme/app",
            "ssh://jane:{}@github.com/acme/app",
            "jane:{}@github.com:acme/app",
            "git+https://jane:{}@github.com/acme/app",
            "htps://jane:{}@github.com/acme/app",
            "HTTPS://jane:{}@github.com/acme/app",
            "ftp://jane:{}@example.com/app",
            "ext::jane:{}@github.com/app",
            "git clone https://jane:{}@github.com/acme/app",
            "github:jane:{}@acme/app",
            "https://jane:{}@x@github.com/acme/app",
            "https:/jane:{}@github.com/acme/app",
            "see https://jane:{}@github.com/acme/app",
        ] {
            let plain = url.contains("//{}@") && secret.starts_with("hunter");
            let url = url.replace("{}", secret);
            let report = check(&url, None);
            let shown = format!("{report:?} {:?} {:?}", scan(url.as_bytes()), GitUrl::parse(&url));
            // A word before `@` could be just a name.
            assert!(plain || !shown.contains(secret), "{url}: {shown}");
            assert!(!report.findings().all(|finding| finding.severity() < Severity::Warning), "{url}");
        }
    }
}

/// Randomly changed texts: nothing panics, and they have the same properties as the recorded ones.
#[test]
fn mutated_texts_have_the_same_properties() {
    let rows = records();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below.max(1) as u64) as usize
    };
    let pieces: [&[u8]; 16] = [
        b"@", b":", b"/", b"[", b"]", b"%", b"%2f", b"%7e", b"@[", b"://", b"..", b"~", b"\\", b"-", b"\xff",
        b"?",
    ];
    for (_, row) in &rows {
        for _ in 0..3 {
            let mut text = url_of(row).as_bytes().to_vec();
            for _ in 0..=next(2) {
                let (at, piece) = (next(text.len() + 1), pieces[next(pieces.len())]);
                let end = (at + next(3)).min(text.len());
                text.splice(at..end, piece.iter().copied());
            }
            holds(&text);
        }
    }
}

fn holds(text: &[u8]) {
    let shown = String::from_utf8_lossy(text);
    let scanned = scan(text);
    let parts = [scanned.user, scanned.host, scanned.port, scanned.path, scanned.owner, scanned.repository];
    let parts = parts.into_iter().flatten().chain(scanned.problems.iter().map(|problem| problem.span));
    for part in parts.chain([scanned.url]) {
        assert!(part.start <= part.end && part.end as usize <= text.len(), "{shown}");
        if let Ok(text) = std::str::from_utf8(text) {
            assert!(text.get(part.range()).is_some(), "{shown}: in the middle of a character");
        }
    }
    let parsed = GitUrl::parse(text);
    assert_eq!(parsed.is_ok(), scanned.problems.is_empty(), "{shown}");
    if let Ok(parsed) = parsed {
        assert_eq!(GitUrl::parse(parsed.to_string()), Ok(parsed), "{shown}");
    }
    for private in [None, Some(false), Some(true)] {
        let report = check_git_url(GitUrlInput::new(text).private(private), &Target::default());
        assert!(scanned.problems.is_empty() || report.findings().next().is_some(), "{shown}");
        let fixes: Vec<_> = report.findings().filter_map(Finding::fix).collect();
        if !fixes.is_empty() {
            let (fixed, _) = apply_fixes(text, fixes, Safety::Unsafe);
            let report = check_git_url(GitUrlInput::new(&fixed).private(private), &Target::default());
            let found = rules_of(&report);
            assert!(
                found.iter().all(|rule| STAYS.contains(rule)),
                "{shown} -> {} {private:?}: {found:?}",
                String::from_utf8_lossy(&fixed)
            );
        }
    }
}

fn check(url: &str, private: Option<bool>) -> Report {
    check_git_url(GitUrlInput::new(url).private(private), &Target::default())
}

fn rules_of(report: &Report) -> Vec<&'static str> {
    report.findings().map(|finding| finding.rule().id).collect()
}

/// Each repair is valid itself, needs no further repair, and points to the same place as the wrong text.
#[test]
fn repairs_are_right() {
    let mut repaired = 0;
    for (_, row) in records() {
        let url = url_of(&row);
        for wanted in [RepairTarget::Meant, RepairTarget::Https, RepairTarget::Ssh] {
            let Some(repair) = scan(url.as_bytes()).repair(wanted) else { continue };
            let again = scan(repair.text.as_bytes());
            assert_eq!(again.problems, [], "{url} -> {}", repair.text);
            assert_eq!(again.repair(wanted), None, "{url} -> {}", repair.text);
            if let Ok(before) = GitUrl::parse(url)
                && before.repository().is_some()
                && scan(url.as_bytes()).scp_port().is_none()
            {
                let after = GitUrl::parse(&repair.text).unwrap();
                let names =
                    |url: &GitUrl| (url.owner().map(str::to_owned), url.repository().map(str::to_owned));
                match scan(url.as_bytes()).meant_host() {
                    // Another host with the same path.
                    Some(meant) => {
                        assert_eq!(
                            (after.host(), names(&after)),
                            (meant, names(&before)),
                            "{url} -> {after}"
                        );
                    }
                    None => assert!(after.same_repository(&before), "{url} -> {after}"),
                }
            }
            if wanted == RepairTarget::Meant {
                repaired += 1;
            }
        }
    }
    println!("repairs: {repaired}");
}

fn url_of(row: &Value) -> &str {
    row["url"].as_str().expect("every row has a URL")
}

/// The rows of the tables, with the table's name; `None` without the tables.
fn records() -> Vec<(&'static str, Value)> {
    const TABLES: [&str; 3] = ["git-url-tables", "git-url-cases", "git-urls-real"];
    let lists =
        TABLES.into_iter().filter_map(|table| Some((table, corpus::strings(&format!("{table}.jsonl"))?)));
    let rows = lists.flat_map(|(table, list)| {
        let row = |line| (table, serde_json::from_str(line).expect("each line is JSON"));
        list.lines().map(row).collect::<Vec<_>>()
    });
    rows.collect()
}
