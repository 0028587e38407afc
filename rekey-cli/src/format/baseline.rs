//! Baselines: a file that lists known findings, so that only new ones are reported.

use std::{collections::BTreeMap, path::Path};

use rekey_core::Report;
use rekey_files::{
    read::{self, Kind, Location, ReadError, Reason},
    write::{self, WriteError},
};
use serde_json::{Value, json};

use super::fingerprint::{Excerpt, fingerprints};

/// The version of the file format.
const VERSION: u64 = 1;

/// The effect of a baseline on a report.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The number of findings that it removed.
    pub(crate) known: usize,
    /// The number of its entries that match no finding.
    pub(crate) gone: usize,
}

/// Writes every finding of a report: its fingerprint by source, with the rule's name for people to read.
pub(crate) fn write(path: &Path, report: &Report, excerpt: &Excerpt<'_>) -> Result<usize, WriteError> {
    let mut sources: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    let names = fingerprints(report.each_finding(), excerpt);
    let count = names.len();
    for (finding, name) in report.each_finding().zip(names) {
        let rules = sources.entry(finding.source().name()).or_default();
        rules.insert(name, finding.id().into_owned());
    }
    let document = json!({"rekey_baseline": VERSION, "findings": sources});
    write::put(path, format!("{document:#}\n").as_bytes())?;
    Ok(count)
}

/// Removes the findings in a baseline from a report.
pub(crate) fn apply(path: &Path, report: &mut Report, excerpt: &Excerpt<'_>) -> Result<Accepted, ReadError> {
    let name = path.to_string_lossy();
    let text = read::file(Location::Named(path), &name, Kind::Json)?;
    let wrong = || ReadError::new(&name, Reason::Form("expected a baseline that `--write-baseline` wrote"));
    let document: Value = serde_json::from_slice(&text).map_err(|_| wrong())?;
    if document["rekey_baseline"].as_u64() != Some(VERSION) {
        return Err(wrong());
    }
    let sources = document["findings"].as_object().ok_or_else(wrong)?;
    let names = sources.values().filter_map(Value::as_object).flat_map(serde_json::Map::keys);
    let mut listed: std::collections::HashSet<&str> = names.map(String::as_str).collect();
    let before = listed.len();
    let mut found = fingerprints(report.each_finding(), excerpt).into_iter();
    report.override_severities(|finding| {
        let known = found.next().is_some_and(|name| listed.remove(&*name));
        (!known).then_some(finding.severity())
    });
    Ok(Accepted { known: before - listed.len(), gone: listed.len() })
}
