//! Dockerfiles, compared with the crates parse-dockerfile and dockerfile-parser-rs and the programs hadolint
//! and tally.

use dockerfile_parser_rs::Dockerfile as Peer;
use rekey_core::{
    Target, check_dockerfile,
    dockerfile::{Dockerfile, Options, Syntax},
};

use crate::{
    corpus,
    measure::{Contender, compare_bytes},
    programs,
};

/// Inputs for use without the corpus.
const OWN: &[&str] = &[
    "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=\"acme/app\" vendor=\"Acme\" \\\n  version=\"1.0\"\n\
     RUN microdnf install -y tar && \\\n    microdnf clean all\nCOPY licenses /licenses\nUSER 1001\nCMD [\"/app\"]\n",
    "# syntax=docker/dockerfile:1\nARG GO=1.25\nFROM golang:${GO} AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\n\
     FROM scratch\nCOPY --from=build --chown=1001:0 /app /app\nUSER 1001:0\nENTRYPOINT [\"/app\"]\n",
];

pub(crate) fn run() {
    let files = files();
    speeds("every file", &files.iter().collect::<Vec<_>>(), &[]);
    let parse = ("parse-dockerfile parse", (|text: &str| parse_dockerfile::parse(text).is_ok()) as Reads);
    let peer = ("dockerfile-parser-rs", (|text: &str| text.parse::<Peer>().is_ok()) as Reads);
    for reader in [parse, peer] {
        let accepted: Vec<_> = files.iter().filter(|text| is_accepted(text) && reader.1(text)).collect();
        speeds(&format!("files that rekey and {} accept", reader.0), &accepted, &[reader]);
    }
    let accepted: Vec<_> = files.iter().filter(|text| is_accepted(text)).collect();
    programs::run(&accepted);
}

/// Parses a text, and returns true if it is a Dockerfile.
type Reads = fn(&str) -> bool;

fn is_accepted(text: &str) -> bool {
    Syntax::scan(text.as_bytes()).accepted()
}

fn files() -> Vec<String> {
    let files = corpus::dockerfiles().unwrap_or_default();
    let files: Vec<String> = files.into_iter().filter_map(|file| String::from_utf8(file).ok()).collect();
    if files.is_empty() { OWN.iter().map(|text| (*text).to_owned()).collect() } else { files }
}

fn speeds(what: &str, texts: &[&String], others: &[(&'static str, Reads)]) {
    let (target, options) = (Target::default(), Options::default());
    let mut contenders = vec![
        Contender::new("rekey Syntax::scan", texts, |text: &&String| {
            Syntax::scan(text.as_bytes()).instructions.len()
        }),
        Contender::new("rekey Dockerfile::parse", texts, |text: &&String| {
            Dockerfile::parse(text.as_bytes(), &options).steps.len()
        }),
        Contender::new("rekey check_dockerfile", texts, |text: &&String| {
            check_dockerfile(text.as_bytes(), &target)
        }),
    ];
    contenders.extend(
        others.iter().map(|(name, reads)| Contender::new(name, texts, move |text: &&String| reads(text))),
    );
    compare_bytes(what, texts.len(), texts.iter().map(|text| text.len()).sum(), contenders);
}
