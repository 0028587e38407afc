//! One input of any subject through its check, with options as text: what the tables and the examples share.
#![allow(dead_code, reason = "each test file uses a part")]

use rekey_core::{ImageInput, Policy, Report, Subject, TagInput, check_image, check_tag};

/// The policy with `flow`, `policy`, `preflight_version` and `today` as given.
pub(crate) fn policy(default: Policy, given: &[(&str, &str)]) -> Policy {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let flow = option("flow").map_or(default.flow(), |text| text.parse().unwrap());
    let kind = option("policy").map_or(default.kind(), |text| text.parse().unwrap());
    let version =
        option("preflight_version").map_or(default.preflight_version().clone(), |text| text.parse().unwrap());
    let policy = Policy::new(flow, kind, version).unwrap();
    match option("today") {
        Some(today) => policy.with_today(today.parse().unwrap()),
        None => policy,
    }
}

/// The options of a case as text: a list is joined by blanks, a table is `key=value` joined by line ends.
pub(crate) fn given(options: &toml::Table) -> Vec<(String, String)> {
    options.iter().map(|(key, value)| (key.clone(), flat(value))).collect()
}

fn flat(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(list) => list.iter().map(flat).collect::<Vec<_>>().join(" "),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| format!("{key}={}", flat(value))).collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}

pub(crate) fn judge(subject: Subject, input: &str, given: &[(&str, &str)], policy: &Policy) -> Report {
    judge_bytes(subject, input.as_bytes(), given, policy)
}

pub(crate) fn judge_bytes(subject: Subject, input: &[u8], given: &[(&str, &str)], policy: &Policy) -> Report {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    match subject {
        Subject::Tag => {
            let published = published(option("published"));
            check_tag(TagInput::new(input).published(&published), policy)
        }
        Subject::Image => {
            let published = published(option("published"));
            check_image(ImageInput::new(input).published(&published), policy)
        }
        other => panic!("no check for {other} yet"),
    }
}

fn published(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
