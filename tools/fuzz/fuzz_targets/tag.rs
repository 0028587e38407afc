//! Any bytes as a tag, and three lines of them as tags in order.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use rekey_core::{
    Safety, TagInput, Target, apply_fixes, check_tag,
    tag::{
        Tag,
        order::{compare_versions, rpmvercmp},
        scan,
    },
};
use rekey_fuzz::inside;

fuzz_target!(|text: &[u8]| {
    reads(text);
    judges(text);
    let lines: Vec<&[u8]> = text.splitn(3, |b| *b == b'\n').collect();
    if let [a, b, c] = lines.as_slice() {
        orders(a, b, c);
    }
});

fn reads(text: &[u8]) {
    let scan = scan(text);
    for span in
        [Some(scan.version), scan.release, scan.problem.map(|problem| problem.span)].into_iter().flatten()
    {
        inside(text, span);
    }
    let Ok(utf8) = std::str::from_utf8(text) else {
        assert!(scan.problem.is_some());
        return;
    };
    let Ok(tag) = Tag::parse(utf8) else {
        assert!(scan.problem.is_some());
        return;
    };
    assert_eq!(scan.problem, None);
    assert_eq!(tag.as_str(), utf8);
    assert_eq!(Tag::parse(&tag.to_string()).as_ref(), Ok(&tag));
    assert_eq!(scan.version.str(text), Some(tag.version()));
    assert_eq!(scan.release.and_then(|span| span.str(text)), tag.release());
    if let Ok(next) = tag.next_release() {
        assert_eq!(next.version(), tag.version());
        assert!(next.compare_age(&tag).is_gt(), "{next} {tag}");
    }
}

/// A check returns a report whose places are in the text and whose fixes apply.
fn judges(text: &[u8]) {
    let published: Vec<String> =
        String::from_utf8_lossy(text).split(['\n', ' ']).skip(1).take(8).map(str::to_owned).collect();
    let report = check_tag(TagInput::new(text).published(&published), &Target::default());
    let (findings, fixes): (Vec<_>, Vec<_>) =
        (report.findings().collect(), report.findings().filter_map(|finding| finding.fix()).collect());
    for range in findings.iter().filter_map(|finding| finding.range()) {
        inside(text, range.bytes);
    }
    let (fixed, _) = apply_fixes(text, fixes, Safety::Display);
    assert!(fixed.len() <= text.len() + 64 * (findings.len() + 1));
}

fn orders(a: &[u8], b: &[u8], c: &[u8]) {
    total(a, b, c, |a, b| rpmvercmp(a, b));
    let text = |bytes| std::str::from_utf8(bytes);
    let (Ok(a), Ok(b), Ok(c)) = (text(a), text(b), text(c)) else { return };
    total(a, b, c, |a, b| compare_versions(a, b));
    if let (Ok(a), Ok(b), Ok(c)) = (Tag::parse(a), Tag::parse(b), Tag::parse(c)) {
        total(&a, &b, &c, Tag::compare_age);
        total(&a, &b, &c, Tag::cmp);
        assert_eq!(a.cmp(&b).is_eq(), a == b);
    }
}

/// The order is reflexive, antisymmetric and transitive; equal values compare equally with all others.
fn total<T: ?Sized>(a: &T, b: &T, c: &T, compare: impl Fn(&T, &T) -> Ordering) {
    let all = [a, b, c];
    for x in all {
        assert!(compare(x, x).is_eq());
        for y in all {
            assert_eq!(compare(x, y), compare(y, x).reverse());
            for z in all {
                if compare(x, y).is_le() && compare(y, z).is_le() {
                    assert!(compare(x, z).is_le());
                }
                if compare(x, y).is_eq() {
                    assert_eq!(compare(x, z), compare(y, z));
                }
            }
        }
    }
}
