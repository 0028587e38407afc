//! Texts from other projects with the answers of the real tools, read from the folder `shared` beside the
//! checkout.
//!
//! They are not part of this repository: without the folder a test prints that it was skipped.

use std::{collections::BTreeMap, fs::File, io::Read as _, path::Path};

use serde::Deserialize;

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
    /// The linter's rules that have findings, with the line of each.
    #[serde(default)]
    pub(crate) lint: Vec<(String, u32)>,
}

/// A file and BuildKit's answer for it.
pub(crate) struct Case {
    pub(crate) verdict: Verdict,
    pub(crate) input: Vec<u8>,
}

impl Case {
    /// The name of the set that contains the file.
    pub(crate) fn set(&self) -> &str {
        self.verdict.file.split('/').next().unwrap_or_default()
    }

    /// Returns true if BuildKit converted the file to an image.
    pub(crate) fn is_converted(&self) -> bool {
        self.verdict.accepts && self.verdict.error.is_none() && self.verdict.convert_error.is_none()
    }
}

/// Returns every Dockerfile with BuildKit's answer; `None` without the folder.
pub(crate) fn dockerfiles() -> Option<Vec<Case>> {
    let mut files = files("dockerfiles-open.tar.gz")?;
    let verdicts = files.remove("verdicts.jsonl").unwrap();
    let lines = verdicts.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    let mut case = |verdict: Verdict| Case { input: files.remove(&verdict.file).unwrap(), verdict };
    Some(lines.map(|line| case(serde_json::from_slice(line).unwrap())).collect())
}

/// Returns one of the lists of URLs, tags and references; `None` without the folder.
pub(crate) fn strings(name: &str) -> Option<String> {
    let files = files("strings-open.tar.gz")?;
    let (_, list) =
        files.into_iter().find(|(path, _)| Path::new(path).file_name() == Some(name.as_ref())).unwrap();
    Some(String::from_utf8(list).unwrap())
}

/// Returns the files of an archive, by path. The calling package may be at any depth of the checkout.
fn files(archive: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find_map(|folder| File::open(folder.join("shared/corpus").join(archive)).ok());
    let Some(file) = file else {
        crate::skip::lacks(&format!("`{archive}`"), "put it into `shared/corpus` beside the checkout");
        return None;
    };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().trim_start_matches("./").to_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (path, content)
    });
    Some(entries.collect())
}
