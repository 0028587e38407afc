//! Any bytes as a reference; the text after the first line as the auth file and the registry key for its
//! push.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_core::{
    Flow, ImageInput, Policy, PreflightVersion, Safety, Target, apply_fixes, check_image,
    reference::{ImageReference, parse_plain, scan},
};
use rekey_fuzz::inside;

fuzz_target!(|text: &[u8]| {
    reads(text);
    let at = text.iter().position(|b| *b == b'\n');
    let (line, rest) = at.map_or((text, &b""[..]), |at| (&text[..at], &text[at + 1..]));
    reads(line);
    judges(line, rest);
});

fn reads(text: &[u8]) {
    let scan = scan(text);
    let parts = [scan.scheme, scan.domain, Some(scan.path), scan.tag, scan.digest];
    for span in parts.into_iter().flatten().chain(scan.problems.iter().map(|problem| problem.span)) {
        inside(text, span);
    }
    let Ok(utf8) = std::str::from_utf8(text) else {
        assert!(!scan.problems.is_empty());
        return;
    };
    let Ok(reference) = ImageReference::parse(utf8) else {
        assert!(!scan.problems.is_empty());
        plain(utf8);
        return;
    };
    assert!(scan.problems.is_empty());
    assert_eq!(ImageReference::parse(reference.as_str()).as_ref(), Ok(&reference));
    let mut whole = reference.name().to_owned();
    whole.extend(reference.tag().map(|tag| format!(":{tag}")));
    whole.extend(reference.digest().map(|digest| format!("@{digest}")));
    assert_eq!(whole, reference.as_str());
    assert_eq!(scan.tag.and_then(|span| span.str(text)), reference.tag());
    assert_eq!(scan.digest.and_then(|span| span.str(text)), reference.digest());
    // The plain form accepts everything that the full form accepts.
    assert!(parse_plain(utf8).is_ok());
    plain(utf8);
}

fn plain(text: &str) {
    let Ok(plain) = parse_plain(text) else { return };
    let mut whole = plain.domain.map_or_else(String::new, |domain| format!("{domain}/"));
    whole.push_str(plain.path);
    whole.extend(plain.tag.map(|tag| format!(":{tag}")));
    whole.extend(plain.digest.map(|digest| format!("@{digest}")));
    assert_eq!(whole, text);
}

fn judges(text: &[u8], rest: &[u8]) {
    for flow in Flow::ALL {
        let target = Target::new(*flow, Policy::Container, PreflightVersion::default());
        let input = ImageInput::new(text).auth_file(Some(rest.into())).registry_key(Some(rest.into()));
        let report = check_image(input, &target.expect("preflight knows the policy"));
        let own = || report.findings().filter(|finding| finding.source().name() == "reference");
        for range in own().filter_map(|finding| finding.range()) {
            inside(text, range.bytes);
        }
        apply_fixes(text, own().filter_map(|finding| finding.fix()), Safety::Display);
    }
}
