//! How often rekey and its peers answer otherwise than BuildKit, git and Go did, over the recorded answers.

use std::{
    collections::BTreeSet,
    ops::Range,
    panic,
    path::{Path, PathBuf},
    process::Command,
};

use bstr::ByteSlice as _;
use dockerfile_parser_rs::Dockerfile as Peer;
use oci_spec::distribution::Reference;
use rekey_core::{GitUrl, dockerfile::Syntax, reference::ImageReference};
use serde_json::Value;

use crate::{
    git_record::{Verdict, oracle},
    programs, recorded,
    rows::{self, Row},
};

/// How many files hadolint is given at once.
const BATCH: usize = 200;

/// What is wrong with a reader's answer; nothing where it is right.
type Judged = Option<&'static str>;

/// A reader: its name, and whether it takes an input.
type Reader<I> = (&'static str, fn(&I) -> bool);

const REFUSED: &str = "refused though it is right";
const TAKEN: &str = "taken though it is wrong";
const OTHER: &str = "taken for another host";
const PANICKED: &str = "no answer but a crash";

pub(crate) fn run() {
    dockerfiles();
    git_urls();
    references();
}

/// Prints a table for each way to be wrong: how many answers of each reader are.
fn count(what: &str, inputs: usize, ways: &[&'static str], readers: &[(&str, Vec<Judged>)]) {
    for way in ways {
        let rows = readers.iter().map(|(name, judged)| {
            let wrong = judged.iter().filter(|answer| **answer == Some(way)).count();
            Row::alone(*name, wrong as f64, "wrong")
        });
        rows::table(&format!("{what}, {way}"), &format!("{inputs} inputs"), rows);
    }
}

/// Whether the answer is BuildKit's or Go's.
fn taken(takes: bool, right: bool) -> Judged {
    match (takes, right) {
        (false, true) => Some(REFUSED),
        (true, false) => Some(TAKEN),
        _ => None,
    }
}

fn dockerfiles() {
    let Some(cases) = recorded::dockerfiles() else {
        rows::missing("verdicts on Dockerfiles: BuildKit's answers are not beside the checkout");
        return;
    };
    let readers: [Reader<[u8]>; 3] = [
        ("rekey", |input| Syntax::scan(input).accepted()),
        ("parse-dockerfile", |input| text(input, |text| parse_dockerfile::parse(text).is_ok())),
        ("dockerfile-parser-rs", |input| text(input, |text| text.parse::<Peer>().is_ok())),
    ];
    let mut judged: Vec<(&str, Vec<Judged>)> = readers
        .into_iter()
        .map(|(name, takes)| {
            let answers = cases.iter().map(|case| taken(takes(&case.input), case.verdict.accepts));
            (name, answers.collect())
        })
        .collect();
    let inputs: Vec<&[u8]> = cases.iter().map(|case| &case.input[..]).collect();
    match hadolint(&inputs) {
        Ok(answers) => {
            let judged_by = cases.iter().zip(answers);
            let of_case = |(case, takes): (&recorded::Case, Option<bool>)| match takes {
                Some(takes) => taken(takes, case.verdict.accepts),
                None => Some(PANICKED),
            };
            judged.push(("hadolint", judged_by.map(of_case).collect()));
        }
        Err(why) => rows::missing(&format!("verdicts of hadolint: {why}")),
    }
    count("Dockerfiles, beside BuildKit", cases.len(), &[REFUSED, TAKEN, PANICKED], &judged);
}

/// Readers of text alone refuse what is not UTF-8.
fn text(input: &[u8], takes: impl Fn(&str) -> bool) -> bool {
    std::str::from_utf8(input).is_ok_and(takes)
}

/// Whether hadolint can read each of the files, in which it finds no DL1000 then; none where it ends without an answer.
fn hadolint(inputs: &[&[u8]]) -> Result<Vec<Option<bool>>, String> {
    let target = PathBuf::from(programs::ROOT).join("target");
    programs::install(&target);
    let program = target.join("venv-bench/bin/hadolint");
    if !program.exists() {
        return Err("it is not installed".to_owned());
    }
    let folder = target.join("bench-verdicts");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    for (at, input) in inputs.iter().enumerate() {
        std::fs::write(folder.join(at.to_string()), input).map_err(|error| error.to_string())?;
    }
    let batches = (0..inputs.len()).step_by(BATCH).map(|at| at..inputs.len().min(at + BATCH));
    Ok(batches.flat_map(|files| read(&program, &folder, files)).collect())
}

/// One file that hadolint does not survive takes the answers for all others with it: such a run is done again in halves.
fn read(program: &Path, folder: &Path, files: Range<usize>) -> Vec<Option<bool>> {
    let mut command = Command::new(program);
    command
        .args(["--no-fail", "--format", "json"])
        .args(files.clone().map(|at| at.to_string()))
        .current_dir(folder);
    let said = command.output().ok().and_then(|done| serde_json::from_slice::<Vec<Value>>(&done.stdout).ok());
    match said {
        Some(said) => {
            let unread = said.iter().filter(|one| one["code"] == "DL1000");
            let unread: BTreeSet<usize> =
                unread.filter_map(|one| one["file"].as_str()?.parse().ok()).collect();
            files.map(|at| Some(!unread.contains(&at))).collect()
        }
        None if files.len() < 2 => vec![None; files.len()],
        None => {
            let middle = files.start.midpoint(files.end);
            let mut answers = read(program, folder, files.start..middle);
            answers.extend(read(program, folder, middle..files.end));
            answers
        }
    }
}

/// The host that a reader finds; none where it refuses.
type Hosts = fn(&str) -> Option<String>;

fn git_urls() {
    let lists = ["git-url-tables.jsonl", "git-url-cases.jsonl"].map(recorded::strings);
    let rows: Vec<Value> =
        lists.iter().flatten().flat_map(|list| list.lines()).flat_map(serde_json::from_str).collect();
    if rows.is_empty() {
        rows::missing("verdicts on git URLs: git's answers are not beside the checkout");
        return;
    }
    let readers: [(&str, Hosts); 4] = [
        ("rekey", |url| Some(GitUrl::parse(url).ok()?.host().to_owned())),
        ("gix-url", |url| {
            Some(gix_url::parse(url.as_bytes().as_bstr()).ok()?.host().unwrap_or_default().to_owned())
        }),
        ("git-url-parse", |url| {
            Some(git_url_parse::GitUrl::parse(url).ok()?.host().unwrap_or_default().to_owned())
        }),
        ("url", |url| Some(url::Url::parse(url).ok()?.host_str().unwrap_or_default().to_owned())),
    ];
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let judged = readers.map(|(name, host)| (name, rows.iter().map(|row| of_url(row, host)).collect()));
    panic::set_hook(hook);
    count("git URLs, beside git and curl", rows.len(), &[OTHER, TAKEN, REFUSED, PANICKED], &judged);
}

fn of_url(row: &Value, read: Hosts) -> Judged {
    let url = row["url"].as_str().unwrap_or_default();
    let Ok(found) = panic::catch_unwind(|| read(url)) else { return Some(PANICKED) };
    let right = match oracle(row) {
        Verdict::Refuse => return found.map(|_| TAKEN),
        Verdict::Unjudged => return None,
        Verdict::Host { host, .. } => host,
        Verdict::Accept(fields) => {
            let user_and_host = fields.user_and_host.unwrap_or_default();
            user_and_host.rsplit('@').next().unwrap_or_default().to_owned()
        }
    };
    match found {
        None => Some(REFUSED),
        Some(host) => (host.trim_matches(['[', ']']).to_lowercase() != right.to_lowercase()).then_some(OTHER),
    }
}

fn references() {
    let Some(list) = recorded::strings("image-references.jsonl") else {
        rows::missing("verdicts on references: Go's answers are not beside the checkout");
        return;
    };
    let rows: Vec<Value> = list.lines().flat_map(serde_json::from_str).collect();
    let readers: [Reader<str>; 2] = [
        ("rekey", |text| ImageReference::parse(text).is_ok()),
        ("oci-spec", |text| text.parse::<Reference>().is_ok()),
    ];
    let judged = readers.map(|(name, takes)| {
        let answers = rows
            .iter()
            .map(|row| taken(takes(row["input"].as_str().unwrap_or_default()), row["error"].is_null()));
        (name, answers.collect())
    });
    count("image references, beside Go's distribution/reference", rows.len(), &[REFUSED, TAKEN], &judged);
}
