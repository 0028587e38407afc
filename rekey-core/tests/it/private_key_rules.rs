//! The rules about private keys: their examples by the files of `tests/keys`, and that no report shows a piece of a key.

use std::fs;

use crate::judge;
use rekey_core::{
    PrivateKeyInput, Report, Severity, Source, Subject, Target, Text, check_private_key, private_key::scan,
    rule::Verdict, rules,
};

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/keys");

fn report(name: &str, given: &[(&str, &str)]) -> Report {
    judge::judge(Subject::PrivateKey, name, given, &Target::default())
}

fn found(report: &Report) -> Vec<&'static str> {
    report.findings().map(|finding| finding.rule().id).collect()
}

#[test]
fn examples_by_file_have_their_verdict() {
    let mut count = 0;
    for rule in rules().filter(|rule| rule.subject == Subject::PrivateKey) {
        for example in rule.examples {
            let found = found(&report(example.input, example.given));
            let bad = example.verdict != Verdict::Good;
            assert_eq!(found.contains(&rule.id), bad, "{}: {} {found:?}", rule.id, example.input);
            count += 1;
        }
    }
    println!("{count} examples");
}

#[test]
fn a_valid_key_has_only_advice() {
    for name in ["right.pem", "bits_3072.pem", "bits_4096.pem", "swapped_primes.pem"] {
        let report = report(name, &[]);
        assert!(
            report.findings().all(|finding| finding.severity() == Severity::Note),
            "{name}: {:?}",
            found(&report)
        );
    }
}

#[test]
fn a_text_that_does_not_load_is_an_error() {
    for entry in fs::read_dir(KEYS).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let rejected = scan(&judge::key(&name)).verdict == rekey_core::private_key::Verdict::Rejected;
        if rejected {
            assert!(!report(&name, &[]).passed(), "{name} does not load and passes");
        }
    }
}

#[test]
fn a_default_file_name_is_a_note() {
    let text = judge::key("bits_3072.pem");
    let called = |path: &str| {
        let text = Text::from(&text).called(Source::file(path));
        found(&check_private_key(PrivateKeyInput::new(text), &Target::default()))
    };
    assert_eq!(called("/home/alice/.ssh/id_rsa"), ["private-key-personal"]);
    assert!(called("project_key").is_empty());
}

#[test]
fn no_report_shows_a_piece_of_a_key() {
    let public = ["fingerprint.txt", "fingerprint_md5.txt", "github.json", "base64_public.txt"];
    let secret = |name: &str| name.rsplit('.').next() != Some("pub") && !public.contains(&name);
    let right = String::from_utf8(judge::key("right.pem")).unwrap();
    let right: Vec<_> = right.lines().filter(|line| !line.starts_with('-')).collect();
    let names = fs::read_dir(KEYS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names.filter(|name| secret(name)) {
        let text = judge::key(&name);
        let report = report(&name, &[("mode", "644")]);
        let shown = format!("{report:?} {}", report.to_json());
        // In any wrapping.
        let windows = right.iter().flat_map(|line| line.as_bytes().windows(10));
        let mut windows = windows.map(|window| std::str::from_utf8(window).unwrap());
        assert!(!windows.any(|window| shown.contains(window)), "{name}: a piece of the key is shown");
        for line in text.split(u8::is_ascii_whitespace).filter(|word| word.len() > 40) {
            for window in line.windows(6) {
                let Ok(window) = std::str::from_utf8(window) else { continue };
                let digits =
                    window.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
                let secret =
                    digits && window.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
                // The message contains this word too.
                let secret = secret && window != "base64";
                assert!(!secret || !shown.contains(window), "{name}: a piece of the key is shown");
            }
        }
    }
}

/// No place of a finding covers digits of a key, so a renderer shows nothing of the body.
#[test]
fn no_finding_marks_a_piece_of_a_key() {
    for entry in fs::read_dir(KEYS).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = judge::key(&name);
        for finding in report(&name, &[]).findings() {
            let marked = finding.range().map_or(&[][..], |range| range.bytes.of(&text));
            // UTF-16 has a zero byte beside each letter.
            let marked: Vec<u8> = marked.iter().copied().filter(|byte| *byte != 0).collect();
            let mark = String::from_utf8_lossy(&marked);
            let harmless =
                marked.len() <= 3 || marked.is_ascii() && marked.iter().all(u8::is_ascii_whitespace);
            let label = ["BEGIN", "END", "begin", "end"].iter().any(|word| mark.contains(word));
            assert!(
                harmless || label && mark.len() < 80,
                "{name}: {} marks {}",
                finding.rule().id,
                marked.len()
            );
        }
    }
}

#[test]
#[ignore = "prints what tests/cases/private_key.toml should hold, to be read before it is believed"]
fn print_cases() {
    let mut names: Vec<_> =
        fs::read_dir(KEYS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names {
        let text = judge::key(&name);
        let report = report(&name, &[]);
        let findings = report.findings().filter(|finding| finding.severity() > Severity::Note);
        let find: Vec<_> = findings
            .map(|finding| {
                let marked = finding.range().map_or(&[][..], |range| range.bytes.of(&text));
                format!("[{:?}, {:?}]", finding.rule().id, String::from_utf8_lossy(marked))
            })
            .collect();
        println!("[[case]]\nfile = \"keys/{name}\"\nfind = [{}]\n", find.join(", "));
    }
}

#[test]
fn a_key_that_is_converted_anyway_is_not_untidy() {
    let text = String::from_utf8(judge::key("openssh.pem")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let body = lines[1..lines.len() - 1].concat();
    let narrow: String =
        body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect();
    let narrow = format!("{}\n{narrow}{}\n", lines[0], lines[lines.len() - 1]);
    assert_eq!(scan(narrow.as_bytes()).untidy.len(), 1);
    let ids = |text: &[u8]| found(&check_private_key(text, &Target::default()));
    assert_eq!(ids(narrow.as_bytes()), ids(text.as_bytes()));
}

#[test]
fn remedies_are_for_the_format_of_the_key() {
    for (name, command) in [
        ("right.pem", "rekey convert key"),
        ("pkcs8.pem", "rekey convert key"),
        ("two_keys.pem", "Paste only the key"),
    ] {
        let text = [b"This is the key:\n", &judge::key(name)[..]].concat();
        let report = check_private_key(&text, &Target::default());
        let untidy =
            report.findings().find(|finding| finding.rule().id == "private-key-nonstandard-pem").unwrap();
        assert!(untidy.help().contains(command), "{name}: {}", untidy.help());
    }
}
