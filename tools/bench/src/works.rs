//! The hot paths, each run once on an input of the project's own, so that results of different days are
//! comparable.

use std::hint::black_box;

use rekey_core::{
    GitUrl, Tag, Target, check_dockerfile, check_git_url, check_private_key, check_tag,
    dockerfile::{Dockerfile, Options, Syntax},
    private_key::{Primality, PrivateKey, scan},
    reference::ImageReference,
};

const DOCKERFILE: &[u8] = include_bytes!("../../../tests/partners/acme/Dockerfile");
const WRONG_DOCKERFILE: &[u8] = include_bytes!("../../../tests/partners/first-try/Dockerfile");
const KEY: &[u8] = include_bytes!("../../../tests/keys/right.pem");

/// A name, and one run.
pub(crate) type Work = (&'static str, fn());

pub(crate) const WORKS: &[Work] = &[
    ("tag-parse", || drop(black_box(Tag::parse(black_box("1.4.2-3"))))),
    ("tag-check", || drop(black_box(check_tag(black_box("1.4.2-3"), &Target::default())))),
    ("tag-check-finding", || drop(black_box(check_tag(black_box("1.4.2"), &Target::default())))),
    ("url-parse", || drop(black_box(GitUrl::parse(black_box("https://github.com/acme/app"))))),
    ("url-check", || {
        drop(black_box(check_git_url(black_box("https://github.com/acme/app"), &Target::default())));
    }),
    ("url-check-finding", || {
        drop(black_box(check_git_url(black_box("git@github.com/acme/app"), &Target::default())));
    }),
    ("reference-parse", || drop(black_box(ImageReference::parse(black_box("quay.io/acme/app:1.0-1"))))),
    ("dockerfile-scan", || drop(black_box(Syntax::scan(black_box(DOCKERFILE))))),
    ("dockerfile-parse", || drop(black_box(Dockerfile::parse(black_box(DOCKERFILE), &Options::default())))),
    ("dockerfile-check", || drop(black_box(check_dockerfile(black_box(DOCKERFILE), &Target::default())))),
    ("dockerfile-check-findings", || {
        drop(black_box(check_dockerfile(black_box(WRONG_DOCKERFILE), &Target::default())));
    }),
    ("dockerfile-check-json", || {
        drop(black_box(check_dockerfile(black_box(WRONG_DOCKERFILE), &Target::default()).to_json()));
    }),
    ("key-scan", || drop(black_box(scan(black_box(KEY))))),
    ("key-audit-no-primality", || drop(black_box(key().audit(Primality::Skip)))),
    ("key-audit", || drop(black_box(key().audit(Primality::Full)))),
    ("key-check", || drop(black_box(check_private_key(black_box(KEY), &Target::default())))),
];

fn key() -> PrivateKey {
    PrivateKey::parse(black_box(KEY)).expect("the key is a right one")
}
