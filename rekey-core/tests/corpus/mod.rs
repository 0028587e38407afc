//! Dockerfiles of others with BuildKit's answers, read from the folder `shared` beside the checkout.
//!
//! They are no part of this repository: without the folder a test says that it was skipped.
#![allow(dead_code, reason = "each test file uses a part")]

use std::{collections::BTreeMap, io::Read as _, path::Path};

use serde::Deserialize;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/dockerfiles-open.tar.gz");

/// BuildKit's answer for one file.
#[derive(Deserialize)]
pub(crate) struct Verdict {
    pub(crate) file: String,
    pub(crate) accepts: bool,
    pub(crate) error: Option<String>,
    pub(crate) convert_error: Option<String>,
    #[serde(default)]
    pub(crate) nodes: Vec<(String, u32, u32)>,
    #[serde(default)]
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) added_layers: u32,
}

/// A file and BuildKit's answer for it.
pub(crate) struct Case {
    pub(crate) verdict: Verdict,
    pub(crate) input: Vec<u8>,
}

impl Case {
    /// The set that the file belongs to.
    pub(crate) fn set(&self) -> &str {
        self.verdict.file.split('/').next().unwrap_or_default()
    }

    /// Whether BuildKit followed the file to an image.
    pub(crate) fn is_converted(&self) -> bool {
        self.verdict.accepts && self.verdict.error.is_none() && self.verdict.convert_error.is_none()
    }
}

/// Every file with its answer; none where the folder is not there.
pub(crate) fn dockerfiles() -> Option<Vec<Case>> {
    if !Path::new(ARCHIVE).exists() {
        println!("skipped: no corpus of Dockerfiles in `shared/corpus` beside the checkout");
        return None;
    }
    let archive = std::fs::File::open(ARCHIVE).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut files = BTreeMap::new();
    let mut verdicts = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
        let mut input = Vec::new();
        entry.read_to_end(&mut input).unwrap();
        if path == "verdicts.jsonl" {
            let lines = input.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
            verdicts = lines.map(|line| serde_json::from_slice::<Verdict>(line).unwrap()).collect();
        } else {
            files.insert(path, input);
        }
    }
    let case = |verdict: Verdict| Case { input: files.remove(&verdict.file).unwrap(), verdict };
    Some(verdicts.into_iter().map(case).collect())
}
