//! Checks of one input of any subject, with options as text, for the tables and the examples.

use std::collections::BTreeMap;

use rekey_core::{
    CredentialsInput, DockerfileInput, GitUrlInput, ImageInput, ImageReference, PreflightRunInput,
    PrivateKeyInput, ReferenceInput, RehearsalInput, Report, Source, Subject, Submission, TagInput, Target,
    check_credentials, check_dockerfile, check_git_url, check_image, check_private_key, check_reference,
    check_rehearsal, check_submissions, check_tag,
    dockerfile::{self, BuildContext},
    explain_preflight_run,
    image::contents::{
        Database, Entry, EntryKind, Fault, FaultKind, ImageContents, Layer, Package, PackageFile, Repository,
        clean_path,
    },
    private_key::{Fingerprint, PublicKey},
    rehearsal::Rehearsal,
    submission::ImageSource,
};

/// The default target with `flow`, `policy`, `preflight_version` and `today` as given.
pub(crate) fn target(default: &Target, given: &[(&str, &str)]) -> Target {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let flow = option("flow").map_or(default.flow(), |text| text.parse().unwrap());
    let kind = option("policy").map_or(default.policy(), |text| text.parse().unwrap());
    let version =
        option("preflight_version").map_or(default.preflight_version(), |text| text.parse().unwrap());
    let target = Target::new(flow, kind, version).unwrap();
    match option("today") {
        Some(today) => target.with_today(today.parse().unwrap()),
        None => target,
    }
}

/// The options of a case as text: a list is joined by spaces, a table is `key=value` joined by newlines.
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

/// Checks an example: the text itself, or for a key the name of its file.
pub(crate) fn judge(subject: Subject, input: &str, given: &[(&str, &str)], target: &Target) -> Report {
    if subject == Subject::PrivateKey {
        return judge_bytes(subject, &key(input), given, target);
    }
    judge_bytes(subject, input.as_bytes(), given, target)
}

pub(crate) fn judge_bytes(subject: Subject, input: &[u8], given: &[(&str, &str)], target: &Target) -> Report {
    let option = |key: &str| given.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    match subject {
        Subject::Tag => {
            let published = published(option("published"));
            check_tag(TagInput::new(input).published(&published), target)
        }
        Subject::GitUrl => {
            let private = option("private").map(|text| text.parse().unwrap());
            check_git_url(GitUrlInput::new(input).private(private), target)
        }
        Subject::PrivateKey => {
            let public_key = option("public_key").map(key);
            let others: Vec<_> = option("other").map(other).into_iter().collect();
            let input = PrivateKeyInput::new(input)
                .public_key(public_key.as_ref().map(Into::into))
                .others(&others)
                .fingerprint(option("fingerprint").map(Into::into))
                .mode(option("mode").map(|octal| u32::from_str_radix(octal, 8).unwrap()));
            check_private_key(input, target)
        }
        Subject::Dockerfile => {
            let (build_args, labels) = (pairs(option("build_args")), pairs(option("labels")));
            let context = option("context").map(|files| Context {
                files: context(files),
                ignore: option("ignore"),
                buildah_ignore: option("buildah_ignore"),
            });
            let input = DockerfileInput::new(input)
                .build_args(&build_args)
                .labels(&labels)
                .stage(option("stage"))
                .platform(option("platform"))
                .context(context.as_ref().map(|context| context as &dyn BuildContext))
                .base_config(option("base_config").map(str::as_bytes));
            check_dockerfile(input, target)
        }
        Subject::Image | Subject::PreflightRun
            if given.iter().any(|(name, _)| matches!(*name, "results" | "cert_image" | "log")) =>
        {
            let artifacts = PreflightRunInput::default()
                .results(option("results").map(Into::into))
                .cert_image(option("cert_image").map(Into::into))
                .rpm_manifest(option("rpm_manifest").map(Into::into))
                .log(option("log").map(Into::into));
            explain_preflight_run(&artifacts, target)
        }
        Subject::Reference => {
            let published = published(option("published"));
            check_reference(ReferenceInput::new(input).published(&published), target)
        }
        Subject::Credentials => {
            let text = std::str::from_utf8(input).unwrap();
            let reference = ImageReference::parse(text).ok();
            let input = CredentialsInput::new()
                .auth_file(option("auth_file").map(Into::into))
                .registry_key(option("registry_key").map(Into::into))
                .reference(reference.as_ref());
            check_credentials(&input, target)
        }
        Subject::Image => {
            let published = published(option("published"));
            let (contents, called) = (option("layers").map(contents), Source::field("image"));
            let input = match &contents {
                Some(contents) => ImageInput::archive(contents, &called).reference(Some(input.into())),
                None => ImageInput::new(input),
            };
            let input = input
                .published(&published)
                .config(option("config").map(Into::into))
                .manifest(option("manifest").map(Into::into))
                .auth_file(option("auth_file").map(Into::into))
                .registry_key(option("registry_key").map(Into::into));
            check_image(input, target)
        }
        Subject::Rehearsal => {
            let facts = Rehearsal::from_json(option("facts").unwrap_or("{}").as_bytes()).unwrap();
            let dockerfile = (!input.is_empty()).then(|| DockerfileInput::new(input));
            check_rehearsal(RehearsalInput::new(&facts).dockerfile(dockerfile), target)
        }
        Subject::Submission => submission(input, target),
        other => panic!("no check for {other} yet"),
    }
}

fn published(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// The contents of an image, one per line, from the base upwards:
///
/// ```text
/// platform linux/arm64
/// file PATH BYTES [MODE]       link PATH -> TARGET       hardlink PATH -> TARGET       directory PATH
/// os-release el9
/// rpms PATH                    a database; what follows is in it
/// rpm NAME VERSION RELEASE ARCHITECTURE VENDOR TIME FILE…
/// damaged PATH                 a database that cannot be read
/// layer [INSTRUCTION]          the next layer begins
/// fault digest|unreadable|limit MESSAGE
/// pulled REFERENCE             the image was read from a registry
/// tags TAG…                    the tags that the registry lists
/// ```
pub(crate) fn contents(text: &str) -> ImageContents {
    let mut image = ImageContents { platform: "linux/amd64".into(), ..ImageContents::default() };
    image.layers.push(Layer::default());
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = rest.split(' ').collect();
        let number = u32::try_from(image.layers.len() - 1).unwrap();
        let layer = image.layers.last_mut().unwrap();
        match (word, words.as_slice()) {
            ("platform", [platform]) => image.platform = (*platform).into(),
            ("file", [path, size]) => layer.entries.push(entry(path, EntryKind::File, size, "644", "")),
            ("file", [path, size, mode]) => layer.entries.push(entry(path, EntryKind::File, size, mode, "")),
            ("directory", [path]) => layer.entries.push(entry(path, EntryKind::Directory, "0", "755", "")),
            ("link", [path, "->", to]) => layer.entries.push(entry(path, EntryKind::Symlink, "0", "777", to)),
            ("hardlink", [path, "->", to]) => {
                layer.entries.push(entry(path, EntryKind::Hardlink, "0", "644", to));
            }
            ("os-release", [name]) => {
                let text = format!("ID=\"rhel\"\nPLATFORM_ID=\"platform:{name}\"\n");
                let file = entry("etc/os-release", EntryKind::File, &text.len().to_string(), "644", "");
                layer.texts.push((file.path.clone(), text.into()));
                layer.entries.push(file);
            }
            ("rpms" | "damaged", [path]) => {
                let file = entry(path, EntryKind::File, "4096", "644", "");
                let packages = if word == "rpms" { Ok(Vec::new()) } else { Err("page 1 is damaged".into()) };
                layer.databases.push(Database { path: file.path.clone(), packages });
                layer.entries.push(file);
            }
            ("rpm", [name, version, release, arch, vendor, time, files @ ..]) => {
                let file =
                    |path: &&str| PackageFile { path: format!("/{path}").into_bytes().into(), flags: 0 };
                let package = Package {
                    name: (*name).into(),
                    version: (*version).into(),
                    release: (*release).into(),
                    arch: (*arch).into(),
                    vendor: vendor.replace('_', " "),
                    install_time: time.parse().unwrap(),
                    files: files.iter().map(file).collect(),
                    ..Package::default()
                };
                layer.databases.last_mut().unwrap().packages.as_mut().unwrap().push(package);
            }
            ("layer", _) => {
                let created_by = (!rest.is_empty()).then(|| rest.to_owned());
                image.layers.push(Layer { created_by, ..Layer::default() });
            }
            ("fault", [kind, ..]) => {
                let message = rest.split_once(' ').unwrap().1.to_owned();
                let kind = match *kind {
                    "digest" => FaultKind::Digest,
                    "unreadable" => FaultKind::Unreadable,
                    "limit" => FaultKind::Limit,
                    "indexes" => FaultKind::Indexes,
                    "attestation" => FaultKind::Attestation,
                    other => panic!("no fault {other}"),
                };
                image.faults.push(Fault { kind, layer: Some(number), path: String::new(), message });
            }
            ("pulled", [reference]) => {
                image.repository = Some(Repository::new(ImageReference::parse(reference).unwrap()));
            }
            ("tags", tags) => {
                let tags = tags.iter().filter(|tag| !tag.is_empty()).map(|tag| (*tag).to_owned());
                image.repository = image.repository.map(|own| own.tags(tags.collect()));
            }
            _ => panic!("no line of an image's contents: {line}"),
        }
    }
    image
}

fn entry(path: &str, kind: EntryKind, size: &str, mode: &str, target: &str) -> Entry {
    Entry {
        path: clean_path(path.as_bytes()),
        kind,
        mode: u32::from_str_radix(mode, 8).unwrap(),
        size: size.parse().unwrap(),
        target: target.as_bytes().into(),
        capability: false,
    }
}

/// A build context as `path=length`, one per line.
fn context(text: &str) -> BTreeMap<String, u64> {
    pairs(Some(text)).into_iter().map(|(path, len)| (path, len.parse().unwrap())).collect()
}

/// A build context with its `.dockerignore` and `.containerignore`.
#[derive(Debug)]
struct Context<'t> {
    files: BTreeMap<String, u64>,
    ignore: Option<&'t str>,
    buildah_ignore: Option<&'t str>,
}

impl BuildContext for Context<'_> {
    fn list(&self, folder: &str) -> Vec<dockerfile::Entry> {
        self.files.list(folder)
    }

    fn ignore_file(&self) -> Option<&[u8]> {
        self.ignore.map(str::as_bytes)
    }

    fn buildah_ignore_file(&self) -> Option<(&str, &[u8])> {
        Some((".containerignore", self.buildah_ignore?.as_bytes()))
    }
}

/// `key=value`, one per line.
fn pairs(text: Option<&str>) -> Vec<(String, String)> {
    let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    text.unwrap_or_default().lines().map(|line| pair(line).expect("key=value")).collect()
}

/// The report about the first of a batch of submissions, which are separated by an empty line.
fn submission(input: &[u8], target: &Target) -> Report {
    let text = std::str::from_utf8(input).expect("a submission is written as text");
    let batch: Vec<_> = text.split("\n\n").map(fields).collect();
    let batch: Vec<_> = batch.iter().map(|fields| one_submission(fields)).collect();
    check_submissions(&batch, target).swap_remove(0)
}

/// A submission as one `field = value` per line; a key is the name of its file in `tests/keys`, and a line of
/// a Dockerfile ends in `
/// `.
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
    let public = PublicKey::parse(key(file)).unwrap_or_else(|problem| panic!("{file}: {problem}"));
    (Source::file(file), public.fingerprint())
}

pub(crate) fn key(file: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys").join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A block with these digits.
pub(crate) fn armored(label: &str, digits: &str) -> String {
    format!("-----BEGIN {label}-----\n{digits}\n-----END {label}-----\n")
}

/// A DER value.
pub(crate) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match length {
        [0, length @ 0..0x80] => vec![tag, length],
        [0, length] => vec![tag, 0x81, length],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&head, content].concat()
}

/// Digits of base64, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= group.len() { digit } else { '=' });
        }
    }
    out
}
