//! Any bytes as a private key; the second half of them as the public key and the fingerprint that belong to it.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use rekey_core::{
    PrivateKeyInput, Report, Target, check_private_key,
    private_key::{Match, Primality, PrivateKey, PublicKey, Scan, Verdict, scan},
};
use rekey_fuzz::inside;

/// The check tests primes whatever the cost; larger ones than this are left to the tests.
const MAX_PRIME_BITS: u32 = 512;

/// The minimum length of a piece of a key that must not occur in output.
const WINDOW: usize = 12;

fuzz_target!(|text: &[u8]| {
    let scan = scan(text);
    places(text, &scan);
    let key = scan.recovered();
    if let Some(key) = &key {
        converts(key);
    }
    reads(text, &scan, key.as_ref());
    let _ = PublicKey::parse(text);
    let small = |key: &PrivateKey| {
        let (first, second) = key.audit(Primality::Skip).prime_bits;
        first.max(second) <= MAX_PRIME_BITS
    };
    if key.as_ref().is_none_or(small) {
        judges(text, key.as_ref());
    }
});

fn places(text: &[u8], scan: &Scan) {
    inside(text, scan.span);
    for problem in scan.problems.iter().chain(&scan.untidy) {
        inside(text, problem.span);
    }
    for block in &scan.blocks {
        inside(text, block.span);
    }
    if scan.verdict == Verdict::Canonical {
        assert!(scan.problems.is_empty() && scan.untidy.is_empty());
    }
    // A rejected text has a reason, unless it is the size of its numbers.
    assert!(scan.verdict != Verdict::Rejected || !scan.problems.is_empty() || scan.recovered().is_some());
}

/// `parse` succeeds exactly if `scan` finds no problem.
fn reads(text: &[u8], scan: &Scan, recovered: Option<&PrivateKey>) {
    match PrivateKey::parse(text) {
        Ok(key) => {
            assert!(scan.problems.is_empty());
            assert_eq!(Some(key.fingerprint()), recovered.map(PrivateKey::fingerprint));
            keeps_secret(&key, &format!("{key:?} {scan:?} {:?}", scan.public));
        }
        Err(problem) => assert_eq!(Some(&problem), scan.problems.first()),
    }
}

/// A key can be parsed from its text, which results in the same text.
fn converts(key: &PrivateKey) {
    let text = key.to_pkcs1_pem();
    let again = PrivateKey::parse(text.as_bytes()).expect("what was written is a key");
    assert_eq!(again.fingerprint(), key.fingerprint());
    assert_eq!(again.bits(), key.bits());
    assert_eq!(*again.to_pkcs1_pem(), *text);
    assert!(scan(text.as_bytes()).untidy.is_empty());
    let public = key.public_key();
    assert_eq!(key.matches(&public), Match::Same);
    if let Some(line) = public.to_line() {
        let read = PublicKey::parse(line.as_bytes()).expect("what was written is a public key");
        assert_eq!(key.matches(&read), Match::Same);
    }
    let audit = key.audit(Primality::Skip);
    let shown: String = audit.flaws.iter().map(ToString::to_string).collect();
    keeps_secret(key, &format!("{audit:?} {shown}"));
}

fn judges(text: &[u8], key: Option<&PrivateKey>) {
    let rest = &text[text.len() / 2..];
    let input = PrivateKeyInput::new(text).public_key(Some(rest.into())).fingerprint(Some(rest.into()));
    for input in [PrivateKeyInput::new(text), input.mode(Some(0o644))] {
        let report = check_private_key(input, target());
        let own = |report: &Report| {
            let findings = report.findings().filter(|finding| finding.source().name() == "git.key");
            findings.filter_map(|finding| finding.range()).map(|range| range.bytes).collect::<Vec<_>>()
        };
        for span in own(&report) {
            inside(text, span);
        }
        if let Some(key) = key {
            keeps_secret(key, &format!("{report:?} {}", report.to_json()));
        }
    }
}

fn target() -> &'static Target {
    static POLICY: OnceLock<Target> = OnceLock::new();
    POLICY.get_or_init(Target::default)
}

/// No window of the private numbers' base64 occurs in output. The public ones come first in a key's text.
fn keeps_secret(key: &PrivateKey, shown: &str) {
    let text = key.to_pkcs1_pem();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    // Header, version, n with its header, e with its header.
    let public = 4 + 3 + 4 + key.bits() as usize / 8 + 1 + 2 + 8;
    let Some(secret) = body.as_bytes().get(public.div_ceil(3) * 4..) else { return };
    // The fingerprint is public, and a fuzzer that sees it copies it into the numbers.
    let fingerprint = key.public_key().fingerprint().to_string();
    let shown = shown.replace(fingerprint.trim_start_matches("SHA256:"), "");
    let is_plain = |window: &[u8]| {
        let mut digits = window.to_vec();
        digits.sort_unstable();
        digits.dedup();
        digits.len() < 4
    };
    for window in secret.windows(WINDOW).filter(|window| !is_plain(window)) {
        let window = std::str::from_utf8(window).expect("base 64 is ASCII");
        assert!(!shown.contains(window), "a piece of the key is shown");
    }
}
