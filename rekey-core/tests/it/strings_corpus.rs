//! References, compared with the answers of Go's distribution/reference for a list of real and unusual texts.
//!
//! The texts belong to other projects and are not part of the repository:
//! `../shared/corpus/strings-open.tar.gz` beside the checkout. Without the file the tests print that they
//! were skipped.

use crate::corpus;
use rekey_core::reference::{ImageReference, ProblemKind, parse_plain, scan};
use serde::Deserialize;

/// Go's answer for one text.
#[derive(Deserialize)]
struct Answer {
    input: String,
    normalized: Option<String>,
    error: Option<String>,
    #[serde(flatten)]
    parts: Parts,
    parse: Option<Parts>,
    parse_error: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Parts {
    #[serde(default)]
    domain: String,
    #[serde(default)]
    path: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Parts {
    fn new(domain: &str, path: &str, tag: Option<&str>, digest: Option<&str>) -> Self {
        let owned = |part: Option<&str>| part.map(str::to_owned);
        Self { domain: domain.into(), path: path.into(), tag: owned(tag), digest: owned(digest) }
    }
}

#[test]
fn references_are_equal_to_go_in_the_normalized_form() {
    let mut judged = 0;
    for answer in answers() {
        judged += 1;
        match (ImageReference::parse(&answer.input), answer.normalized) {
            (Ok(reference), Some(normalized)) => {
                assert_eq!(reference.as_str(), normalized, "{}", answer.input);
                let r = &reference;
                assert_eq!(
                    Parts::new(r.domain(), r.path(), r.tag(), r.digest()),
                    answer.parts,
                    "{}",
                    answer.input
                );
                assert_eq!(ImageReference::parse(reference.as_str()).as_ref(), Ok(&reference));
            }
            (Err(_), None) => {
                let error = answer.error.expect("Go gives a reason");
                let kinds: Vec<_> = scan(answer.input.as_bytes()).problems.iter().map(|p| p.kind).collect();
                assert!(kinds.iter().any(|kind| is(*kind, &error)), "{}: {error}, {kinds:?}", answer.input);
            }
            (ours, go) => panic!("{}: {ours:?}, in Go {go:?}", answer.input),
        }
    }
    println!("{judged} references");
}

#[test]
fn references_are_equal_to_go_in_the_plain_form() {
    for answer in answers() {
        match (parse_plain(&answer.input), answer.parse) {
            (Ok(p), Some(parts)) => {
                let ours = Parts::new(p.domain.unwrap_or_default(), p.path, p.tag, p.digest);
                assert_eq!(ours, parts, "{}", answer.input);
            }
            (Err(_), None) => assert!(answer.parse_error.is_some(), "{}", answer.input),
            (ours, go) => panic!("{}: {ours:?}, in Go {go:?}", answer.input),
        }
    }
}

#[test]
fn published_references_are_read() {
    for name in ["tags-partners.txt", "tags-redhat.txt"] {
        let Some(list) = corpus::strings(name) else { return };
        let mut read = 0;
        for line in list.lines().filter(|line| !line.is_empty()) {
            let reference = ImageReference::parse(line).unwrap_or_else(|problem| panic!("{line}: {problem}"));
            assert!(reference.tag().is_some(), "{line}");
            assert_eq!(reference.as_str(), line);
            read += 1;
        }
        assert!(read > 100, "{name} has {read} lines");
        println!("{read} references of {name}");
    }
}

/// Returns true if Go's message is about the same problem.
fn is(kind: ProblemKind, error: &str) -> bool {
    if error.contains("must be lowercase") {
        return matches!(kind, ProblemKind::Uppercase(_));
    }
    match error {
        "unsupported digest algorithm" => kind == ProblemKind::DigestAlgorithm,
        "invalid checksum digest length" => matches!(kind, ProblemKind::DigestLength { .. }),
        "invalid checksum digest format" => matches!(kind, ProblemKind::DigestCase(_)),
        "repository name must not be more than 255 characters" => matches!(kind, ProblemKind::PathTooLong(_)),
        _ if error.contains("64-byte hexadecimal") => kind == ProblemKind::Identifier,
        _ => error == "invalid reference format",
    }
}

fn answers() -> Vec<Answer> {
    let Some(list) = corpus::strings("image-references.jsonl") else { return Vec::new() };
    let answers: Vec<Answer> =
        list.lines().map(|line| serde_json::from_str(line).expect("an answer")).collect();
    assert!(answers.len() > 200, "{} answers", answers.len());
    answers
}
