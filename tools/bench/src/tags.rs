//! Tags and references, compared with the crates semver, rpm-version and oci-spec.

use std::{cmp::Ordering, hint::black_box};

use oci_spec::distribution::Reference;
use rekey_core::{Tag, Target, check_tag, reference::ImageReference};
use rpm_version::Evr;
use semver::Version;

use crate::{
    corpus, first,
    measure::{Contender, compare},
};

/// First calls, each in its own process.
pub(crate) const ONCE: &[(&str, fn())] = &[
    ("rekey ImageReference::parse", || drop(black_box(ImageReference::parse(black_box(REFERENCE))))),
    ("oci-spec Reference", || drop(black_box(black_box(REFERENCE).parse::<Reference>()))),
    ("rekey check_tag", || drop(black_box(check_tag(black_box("1.0-1"), &Target::default())))),
];

const REFERENCE: &str = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1";

/// Inputs for use without the corpus.
const OWN: &[&str] = &[
    "registry.connect.redhat.com/acme/server:1.4.2-3",
    "registry.connect.redhat.com/acme/server:1.4.2",
    "registry.connect.redhat.com/acme/server:v1.5.0",
    "registry.connect.redhat.com/acme/agent:7.6.0-ubi",
    "registry.connect.redhat.com/acme/agent:11.12.0.7388-1",
    "registry.connect.redhat.com/acme/agent:latest",
    "registry.access.redhat.com/ubi9/ubi:9.7-1763362218",
    "registry.access.redhat.com/ubi8/ubi:8.7-923.1669829893",
];

pub(crate) fn run() {
    let references = references();
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    let values: Vec<_> = references.iter().flat_map(ImageReference::parse).collect();
    let tags: Vec<&str> = values.iter().filter_map(ImageReference::tag).collect();
    checks(&tags);
    parses(&tags);
    comparisons(&tags);
    reference_parses(&references);
    let names: Vec<_> = ONCE.iter().map(|(name, _)| *name).collect();
    first::compare("first call in a process", &names);
}

fn references() -> Vec<String> {
    let partners = corpus::lines("tags-partners.txt");
    let red_hat = partners.is_some().then(|| corpus::lines("tags-redhat.txt")).flatten();
    let mut all: Vec<String> = partners.into_iter().chain(red_hat).flatten().collect();
    all.retain(|text| ImageReference::parse(text).is_ok());
    if all.is_empty() { OWN.iter().map(|text| (*text).to_owned()).collect() } else { all }
}

fn checks(tags: &[&str]) {
    let target = Target::default();
    let right: Vec<&str> =
        tags.iter().copied().filter(|tag| check_tag(*tag, &target).findings().next().is_none()).collect();
    let wrong: Vec<&str> =
        tags.iter().copied().filter(|tag| check_tag(*tag, &target).findings().next().is_some()).collect();
    let check = |tags| Contender::new("rekey check_tag", tags, |tag: &&str| check_tag(*tag, &target));
    compare("a tag's check, nothing found", right.len(), vec![check(&right)]);
    compare("a tag's check, something found", wrong.len(), vec![check(&wrong)]);
}

fn parses(tags: &[&str]) {
    let contenders = vec![
        Contender::new("rekey Tag::parse", tags, |tag: &&str| Tag::parse(tag)),
        Contender::new("rekey tag::scan", tags, |tag: &&str| rekey_core::tag::scan(tag.as_bytes()).problem),
        Contender::new("rpm-version Evr::parse", tags, |tag: &&str| Evr::parse(tag)),
    ];
    compare("reading a tag", tags.len(), contenders);
    let few: Vec<&str> = tags.iter().copied().filter(|tag| Version::parse(tag).is_ok()).collect();
    let contenders = vec![
        Contender::new("rekey Tag::parse", &few, |tag: &&str| Tag::parse(tag)),
        Contender::new("rpm-version Evr::parse", &few, |tag: &&str| Evr::parse(tag)),
        Contender::new("semver Version::parse", &few, |tag: &&str| Version::parse(tag)),
    ];
    compare("the same, those that semver reads", few.len(), contenders);
}

/// Compares each tag with the next one, and with the previous one in order, as sorting does.
fn comparisons(tags: &[&str]) {
    let mut sorted = tags.to_vec();
    sorted.sort_by_cached_key(|tag| Tag::parse(tag).ok());
    let pairs: Vec<(&str, &str)> = [tags, &sorted]
        .iter()
        .flat_map(|list| list.iter().zip(list.iter().skip(1)).map(|(a, b)| (*a, *b)))
        .collect();
    let both: Vec<(&str, &str)> = pairs
        .iter()
        .copied()
        .filter(|(a, b)| Version::parse(a).is_ok() && Version::parse(b).is_ok())
        .collect();
    for (what, pairs) in [("two tags", &pairs), ("the same, those that semver reads", &both)] {
        let ours = read(pairs, |text| Tag::parse(text).ok());
        let rpm = read(pairs, |text| Some(Evr::parse(text)));
        let semver = read(pairs, |text| Version::parse(text).ok());
        let mut contenders = vec![
            Contender::new("rekey Tag::cmp", &ours, |(a, b): &(Tag, Tag)| a.cmp(b)),
            Contender::new("rpm-version Evr::cmp", &rpm, |(a, b): &(Evr<'_>, Evr<'_>)| a.cmp(b)),
        ];
        if semver.len() == pairs.len() {
            let cmp = |(a, b): &(Version, Version)| -> Ordering { a.cmp(b) };
            contenders.push(Contender::new("semver Version::cmp", &semver, cmp));
        }
        compare(&format!("comparing {what}, read before"), pairs.len(), contenders);
        compare(&format!("reading and comparing {what}"), pairs.len(), from_text(pairs));
    }
}

fn from_text<'a>(pairs: &'a [(&'a str, &'a str)]) -> Vec<Contender<'a>> {
    let mut contenders = vec![
        Contender::new("rekey", pairs, |(a, b): &(&str, &str)| {
            Some(Tag::parse(a).ok()?.cmp(&Tag::parse(b).ok()?))
        }),
        Contender::new("rpm-version", pairs, |(a, b): &(&str, &str)| Evr::parse(a).cmp(&Evr::parse(b))),
    ];
    let read = |(a, b): &(&str, &str)| Some((Version::parse(a).ok()?, Version::parse(b).ok()?));
    if pairs.iter().all(|pair| read(pair).is_some()) {
        contenders.push(Contender::new("semver", pairs, move |pair| read(pair).map(|(a, b)| a.cmp(&b))));
    }
    contenders
}

fn read<'a, T>(pairs: &[(&'a str, &'a str)], parse: impl Fn(&'a str) -> Option<T>) -> Vec<(T, T)> {
    pairs.iter().filter_map(|(a, b)| Some((parse(a)?, parse(b)?))).collect()
}

fn reference_parses(references: &[&str]) {
    let contenders = vec![
        Contender::new("rekey ImageReference::parse", references, |text: &&str| ImageReference::parse(text)),
        Contender::new("rekey reference::scan", references, |text: &&str| {
            rekey_core::reference::scan(text.as_bytes()).path
        }),
        Contender::new("oci-spec Reference", references, |text: &&str| text.parse::<Reference>()),
    ];
    compare("reading a reference", references.len(), contenders);
}
