//! Git URLs, compared with the crates gix-url, git-url-parse and url.

use bstr::ByteSlice as _;
use rekey_core::{GitUrl, Target, check_git_url};
use serde_json::Value;

use crate::{
    corpus,
    measure::{Contender, compare},
};

/// Inputs for use without the corpus.
const OWN: &[&str] = &[
    "https://github.com/acme/app",
    "https://github.com/acme/app.git",
    "https://gitlab.com/acme/group/subgroup/app.git",
    "https://bitbucket.org/acme/app.git",
    "git@github.com:acme/app.git",
    "git@gitlab.com:acme/group/app.git",
    "ssh://git@github.com/acme/app.git",
    "http://github.com/acme/app",
    "github.com/acme/app",
];

pub(crate) fn run() {
    let urls = urls();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let target = Target::default();
    let found = |url: &&&str| check_git_url(**url, &target).findings().next().is_some();
    let (wrong, right): (Vec<&str>, Vec<&str>) = urls.iter().partition(found);
    let check = |urls| Contender::new("rekey check_git_url", urls, |url: &&str| check_git_url(*url, &target));
    compare("a URL's check, nothing found", right.len(), vec![check(&right)]);
    compare("a URL's check, something found", wrong.len(), vec![check(&wrong)]);
    reads("reading a URL in which nothing is found", &right);
    reads("reading any URL", &urls);
}

/// The values differ: `url` does not support the scp form, and none of the three checks anything (their docs
/// have details).
fn reads(what: &str, urls: &[&str]) {
    let contenders = vec![
        Contender::new("rekey GitUrl::parse", urls, |url: &&str| GitUrl::parse(url.as_bytes())),
        Contender::new("rekey git_url::scan", urls, |url: &&str| {
            rekey_core::git_url::scan(url.as_bytes()).problems.len()
        }),
        Contender::new("gix-url parse", urls, |url: &&str| gix_url::parse(url.as_bytes().as_bstr())),
        Contender::new("git-url-parse GitUrl::parse", urls, |url: &&str| git_url_parse::GitUrl::parse(url)),
        Contender::new("url Url::parse", urls, |url: &&str| url::Url::parse(url)),
    ];
    compare(what, urls.len(), contenders);
}

fn urls() -> Vec<String> {
    let Some(rows) = corpus::lines("git-urls-real.jsonl") else {
        return OWN.iter().map(|url| (*url).to_owned()).collect();
    };
    let url = |row: &String| Some(serde_json::from_str::<Value>(row).ok()?["url"].as_str()?.to_owned());
    rows.iter().filter_map(url).collect()
}
