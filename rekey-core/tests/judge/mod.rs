//! One input of any subject through its check, with options as text: what the tables and the examples share.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;

use rekey_core::{
    DockerfileInput, GitUrlInput, ImageInput, Policy, PrivateKeyInput, Report, Source, Subject, Submission,
    TagInput, check_dockerfile, check_git_url, check_image, check_private_key, check_submissions, check_tag,
    dockerfile::BuildContext,
    private_key::{Fingerprint, PublicKey},
    submission::ImageSource,
};

/// The policy with `flow`, `policy`, `preflight_version` and `today` as given.
pub(crate) fn policy(default: &Policy, given: &[(&str, &str)]) -> Policy {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let flow = option("flow").map_or(default.flow(), |text| text.parse().unwrap());
    let kind = option("policy").map_or(default.kind(), |text| text.parse().unwrap());
    let version =
        option("preflight_version").map_or(default.preflight_version(), |text| text.parse().unwrap());
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

/// An example: the text itself, or for a key the name of its file.
pub(crate) fn judge(subject: Subject, input: &str, given: &[(&str, &str)], policy: &Policy) -> Report {
    if subject == Subject::PrivateKey {
        return judge_bytes(subject, &key(input), given, policy);
    }
    judge_bytes(subject, input.as_bytes(), given, policy)
}

pub(crate) fn judge_bytes(subject: Subject, input: &[u8], given: &[(&str, &str)], policy: &Policy) -> Report {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    match subject {
        Subject::Tag => {
            let published = published(option("published"));
            check_tag(TagInput::new(input).published(&published), policy)
        }
        Subject::GitUrl => {
            let private = option("private").map(|text| text.parse().unwrap());
            check_git_url(GitUrlInput::new(input).private(private), policy)
        }
        Subject::PrivateKey => {
            let public_key = option("public_key").map(key);
            let others: Vec<_> = option("other").map(other).into_iter().collect();
            let input = PrivateKeyInput::new(input)
                .public_key(public_key.as_ref().map(Into::into))
                .others(&others)
                .fingerprint(option("fingerprint").map(Into::into))
                .mode(option("mode").map(|octal| u32::from_str_radix(octal, 8).unwrap()));
            check_private_key(input, policy)
        }
        Subject::Dockerfile => {
            let (build_args, labels) = (pairs(option("build_args")), pairs(option("labels")));
            let context = option("context").map(context);
            let input = DockerfileInput::new(input)
                .build_args(&build_args)
                .labels(&labels)
                .target(option("target"))
                .platform(option("platform"))
                .context(context.as_ref().map(|context| context as &dyn BuildContext))
                .base_config(option("base_config").map(str::as_bytes));
            check_dockerfile(input, policy)
        }
        Subject::Image => {
            let published = published(option("published"));
            let input = ImageInput::new(input)
                .published(&published)
                .config(option("config").map(Into::into))
                .manifest(option("manifest").map(Into::into))
                .auth_file(option("auth_file").map(Into::into))
                .registry_key(option("registry_key").map(Into::into));
            check_image(input, policy)
        }
        Subject::Submission => submission(input, policy),
        other => panic!("no check for {other} yet"),
    }
}

fn published(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// A build context as `path=length`, one a line.
fn context(text: &str) -> BTreeMap<String, u64> {
    pairs(Some(text)).into_iter().map(|(path, len)| (path, len.parse().unwrap())).collect()
}

/// `key=value`, one a line.
fn pairs(text: Option<&str>) -> Vec<(String, String)> {
    let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    text.unwrap_or_default().lines().map(|line| pair(line).expect("key=value")).collect()
}

/// A batch of submissions with a blank line between: the report about the first.
fn submission(input: &[u8], policy: &Policy) -> Report {
    let text = std::str::from_utf8(input).expect("a submission is written as text");
    let batch: Vec<_> = text.split("\n\n").map(fields).collect();
    let batch: Vec<_> = batch.iter().map(|fields| one_submission(fields)).collect();
    check_submissions(&batch, policy).swap_remove(0)
}

/// A submission written as one `field = value` a line; a key is named by its file in `tests/keys`, and a line of a
/// Dockerfile ends in `\n`.
fn fields(text: &str) -> Vec<(&str, Vec<u8>)> {
    let field = |line| {
        let (name, value): (&str, &str) = str::split_once(line, " = ").expect("field = value");
        let value = match name {
            "git.key" => key(value),
            _ => value.replace("\\n", "\n").into_bytes(),
        };
        (name, value)
    };
    text.lines().map(field).collect()
}

fn one_submission<'t>(fields: &'t [(&str, Vec<u8>)]) -> Submission<'t> {
    let mut submission = Submission::default();
    let mut image = ImageSource::default();
    for (name, value) in fields {
        match *name {
            "git.url" => submission.git.url = Some(value.into()),
            "git.private" => submission.git.private = Some(value == b"true"),
            "git.key" => submission.git.key = Some(value.into()),
            "dockerfile" => image.dockerfile = Some(value.into()),
            "tag" => image.tag = Some(value.into()),
            "reference" => image.reference = Some(value.into()),
            "registry-key" => image.registry_key = Some(value.into()),
            other => panic!("no field {other}"),
        }
    }
    submission.images.push(image);
    submission
}

/// The key of another project, by the file of its public half.
fn other(file: &str) -> (Source, Fingerprint) {
    let public = PublicKey::parse(&key(file)).unwrap_or_else(|problem| panic!("{file}: {problem}"));
    (Source::file(file), public.fingerprint())
}

pub(crate) fn key(file: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
