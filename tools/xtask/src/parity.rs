//! The public interfaces of the three languages, read from their code and listed side by side.
//!
//! Items with the same name in all three, apart from case, are matched by name; all others must be in
//! [`OTHERWISE`] or, with the reason why the others lack them, in [`ALONE`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::run::root;

/// The interface of one language: the displayed text by a name that is meant to be the same in all languages.
type Face = BTreeMap<String, String>;

/// Items with different names in Rust, Python or Node; an empty name if a language lacks it, for the given
/// reason.
const OTHERWISE: &[(&str, &str, &str, &str)] = &[
    ("rules", "RULES", "RULES", ""),
    (
        "",
        "check_tags",
        "check_tags",
        "in Rust `check_tag` in a loop; Node gives verdicts alone, since reports cost more than checks",
    ),
    ("", "check_git_urls", "check_git_urls", "in Rust `check_git_url` in a loop; Node gives verdicts alone"),
    ("", "is_tag", "is_tag", "in Rust `parse(…).is_ok()`"),
    ("", "is_git_url", "is_git_url", "in Rust `parse(…).is_ok()`"),
    ("", "is_private_key", "is_private_key", "in Rust `parse(…).is_ok()`"),
    ("", "is_image_reference", "is_image_reference", "in Rust `parse(…).is_ok()`"),
    ("latest", "latest_tag", "latest_tag", ""),
    ("Tag.parse", "Tag.parse", "parse_tag", ""),
    (
        "Tag.next_release",
        "Tag.next_release",
        "next_release",
        "in Rust `next_release_after` where tags have been published",
    ),
    ("GitUrl.parse", "GitUrl.parse", "parse_git_url", ""),
    ("GitUrl.to_ssh", "GitUrl.to_ssh", "to_ssh", ""),
    ("GitUrl.to_https", "GitUrl.to_https", "to_https", ""),
    ("GitUrl.same_repository", "GitUrl.same_repository", "same_repository", ""),
    ("ImageReference.parse", "ImageReference.parse", "parse_image_reference", ""),
    (
        "PrivateKey.parse",
        "PrivateKey.parse",
        "parse_private_key",
        "Node holds no key: it gives what may be known of one",
    ),
    ("PrivateKey.matches", "PrivateKey.matches", "private_key_matches", ""),
    ("PrivateKey.to_pkcs1_pem", "PrivateKey.to_pkcs1_pem", "to_pkcs1_pem", ""),
    ("Dockerfile.parse", "Dockerfile.parse", "parse_dockerfile", ""),
    ("Report.to_json", "Report.to_json", "to_json", ""),
    (
        "Report.to_sarif",
        "Report.to_sarif",
        "to_sarif",
        "Node writes it with the report, where `sarif` asks for it",
    ),
    (
        "render.text",
        "Report.render",
        "render",
        "in Rust in `rekey-render`; Node writes it with the report, where `render` asks for it",
    ),
    ("archive.check_image_archive", "check_image_archive", "check_image_archive", "in Rust in `rekey-files`"),
    (
        "LoadedSubmission.from_path",
        "Submission.from_path",
        "SubmissionFolder.path",
        "in Rust in `rekey-files`",
    ),
    ("LoadedSubmission.notices", "Report.notices", "Report.notices", "in Rust in `rekey-files`"),
    ("Target.overrides", "Target.severity", "Target.severity", ""),
    ("PrivateKeyInput.primality", "PrivateKeyInput.quick", "PrivateKeyInput.quick", ""),
];

/// Items that only one language has, with the reason. A name that ends with `*` matches a prefix.
const ALONE: &[(&str, &str, &str)] = &[
    ("Python and Node", "Finding.*", "in Rust behind `rule()`, `range()`, `place()` and `is_incomplete()`"),
    (
        "Python and Node",
        "Related.*",
        "in Rust the fields of `finding::Related`, whose `range` has every unit",
    ),
    ("Python and Node", "Edit.*", "in Rust the `range` of an edit has every unit"),
    ("Python and Node", "Rule.*", "in Rust behind `applies`"),
    ("Python and Node", "Report.facts", "in Rust `Section::facts`"),
    ("Python and Node", "Instruction.*", "in Rust the fields of `dockerfile::Instruction`"),
    ("Python and Node", "Flag.*", "in Rust the fields of `dockerfile::Flag`"),
    ("Python and Node", "Argument.*", "in Rust `Instruction::words`"),
    ("Python and Node", "Stage.*", "in Rust the fields of `dockerfile::Stage`"),
    ("Python and Node", "Fact.*", "in Rust the variants of `dockerfile::Fact`"),
    ("Python and Node", "Problem.*", "in Rust the fields of `dockerfile::Problem`"),
    (
        "Python and Node",
        "RekeyError.*",
        "in Rust each value has a `Problem` of its own, with a kind and a span",
    ),
    ("Rust and Node", "GitSource.key_mode", "Python reads it of the file that is named"),
    ("Rust and Node", "Submission.git", "in Python the fields of the submission itself"),
    ("Rust and Node", "Span.*", "in Python every place has `start` and `end`"),
    ("Node", "Credentials.*", "elsewhere keywords and `CredentialsInput`"),
    ("Node", "RekeyError.code", "Python tells them apart by class"),
    ("Node", "RekeyError.name", "every `Error` of JavaScript has one"),
    ("Node", "*Input.render", "what `render` prints is made with the report, which does not keep its input"),
    ("Node", "*Input.sarif", "what `toSarif` gives is made with the report"),
    ("Node", "Place.*", "a type to name what findings, related places and edits have"),
    ("Node", "MaybePlace.*", "a type to name what findings and related places have"),
    ("Node", "Edit.*", "Python's edits have offsets alone"),
    ("Node", "OpenFile.*", "in Python any file object, in Rust `ArchiveSource::Stream`"),
    ("Node", "Verdicts.*", "what `checkTags` and `checkGitUrls` give"),
    ("Python", "check_dockerfiles", "in Rust `check_dockerfile` in a loop; workers of Node share no lock"),
    ("Node", "parse_tags", "elsewhere `Tag.parse` in a loop, which costs less"),
    ("Node", "to_public_key", "elsewhere `PrivateKey.public_key`"),
    ("Python", "*Error", "Node has one class whose `code` tells them apart"),
    ("Python", "RekeyError.message", "every `Error` of JavaScript has one"),
    ("Python", "Report.rows", "in JavaScript a finding is a plain object, in Rust it is `Serialize`"),
    ("Python", "Submission.path", "in Node the caller has it"),
    ("Python", "__version__", "in Node the `version` of `rekey-node/package.json`"),
    ("Rust", "*.new", "constructors; elsewhere keywords and plain objects"),
    ("Rust", "*.as_str", "elsewhere these are strings"),
    ("Rust", "PrivateKey.to_form", "the command's `--as`; elsewhere the language has base64 and JSON"),
    ("Rust", "Text.*", "elsewhere native strings and bytes"),
    ("Rust", "Origin.*", "what the command reads a text out of, `rekey.toml` say"),
    ("Rust", "Source.*", "elsewhere the names of sources are strings"),
    ("Rust", "Span.*", "elsewhere numbers"),
    ("Rust", "Finding.*", "elsewhere a field each: `start`, `line`, `pointer`, `layer`, `incomplete`"),
    ("Rust", "Edit.*", "elsewhere `start` and `end`"),
    ("Rust", "Target.*", "elsewhere arguments, and the notices of a report"),
    ("Rust", "Override.*", "elsewhere a mapping"),
    ("Rust", "PreflightVersion.*", "elsewhere strings"),
    ("Rust", "Date.*", "elsewhere strings"),
    ("Rust", "Rule.*", "elsewhere `flows`, `policies` and the versions; examples stand on the rule's page"),
    ("Rust", "Forecast.evidence", "elsewhere the `reason` says it"),
    ("Rust", "Report.join", "for programs that print many reports as one, as the command does"),
    ("Rust", "check_selector", "elsewhere the option `severity` says what is wrong with a selector"),
    ("Rust", "Report.override_severities", "elsewhere findings are taken or left by their own fields"),
    ("Rust", "Report.each_finding", "for baselines, which the command alone writes"),
    ("Rust", "Report.online_checks", "elsewhere the forecasts that only the service settles"),
    ("Rust", "Report.secrets", "in Python and Node `render` shows the lines, and masks them"),
    ("Rust", "Section.*", "elsewhere the report has the findings and forecasts of all"),
    ("Rust", "Submission.*", "what `rekey.toml` gives: `Submission.from_path` and `{ path }` elsewhere"),
    ("Rust", "GitSource.found", "what `rekey.toml` gives"),
    ("Rust", "ImageSource.target", "what `rekey.toml` gives"),
    (
        "Rust",
        "DockerfileInput.label_values",
        "what fixes write for a label that is missing; elsewhere a submission's tag tells",
    ),
    ("Rust", "CredentialsInput.*", "elsewhere the keywords of `check_credentials`, and a plain object"),
    ("Rust", "UnknownSelector.*", "elsewhere the words of the error"),
    ("Rust", "RehearsalInput.*", "what `rekey rehearse` adds; elsewhere the keyword `facts`"),
    ("Node", "RehearsalInput.facts", "in Rust an argument of `RehearsalInput::new`"),
    (
        "Node",
        "RehearsalStep.*",
        "elsewhere the fields of `rehearsal::StepResult`, and in Python a dictionary",
    ),
    ("Python", "Rehearsal.*", "the steps of `rehearse`, as they end"),
    ("Python", "rehearse", "in Rust in `rekey-rehearse`; from Node, run the command"),
    ("Rust", "PreflightRunInput.*", "`rekey explain`, which both packages have"),
    ("Rust", "explain_preflight_run", "`rekey explain`, which both packages have"),
    ("Python and Node", "ImageArchiveInput.reference", "in Rust an argument of `check_image_archive`"),
    ("Rust", "ImageInput.archive", "elsewhere `check_image_archive`, which opens the file"),
    ("Rust", "ImageInput.reference", "elsewhere an option of `check_image_archive`"),
    ("Rust", "PrivateKeyInput.others", "elsewhere `check_submissions` compares keys"),
    ("Rust", "PrivateKey.*", "what the rules about keys ask; their findings say it"),
    ("Rust", "Tag.*", "what the rules about tags ask; Python's tags are ordered by age"),
    ("Rust", "GitUrl.*", "what the rules about URLs ask"),
    ("Rust", "ImageReference.*", "parts of `domain`, `path` and the text"),
    (
        "Rust",
        "Dockerfile.*",
        "the syntax tree and what it evaluates to, for programs that rewrite Dockerfiles",
    ),
];

/// The page. Fails if an item exists only in one language without a reason.
pub(crate) fn page() -> Result<String, String> {
    let faces = Faces { rust: rust(), python: python(), node: node() };
    let mut wrong = Vec::new();
    let rows = rows(&faces, &mut wrong);
    if wrong.is_empty() {
        Ok(written(&rows))
    } else {
        Err(format!(
            "tools/xtask/src/parity.rs: no language may lack what another has:\n{}",
            wrong.join("\n")
        ))
    }
}

struct Faces {
    rust: Face,
    python: Face,
    node: Face,
}

/// An item in each language.
struct Row {
    name: String,
    shown: [String; 3],
    note: String,
}

fn rows(faces: &Faces, wrong: &mut Vec<String>) -> Vec<Row> {
    let languages = [("Rust", &faces.rust), ("Python", &faces.python), ("Node", &faces.node)];
    let mut left: Vec<BTreeSet<&str>> =
        languages.iter().map(|(_, face)| face.keys().map(String::as_str).collect()).collect();
    let mut rows = Vec::new();
    for (rust, python, node, note) in OTHERWISE {
        let mut shown: [String; 3] = Default::default();
        for (at, name) in [*rust, *python, *node].into_iter().enumerate().filter(|(_, name)| !name.is_empty())
        {
            let (language, face) = languages[at];
            left[at].remove(name);
            match face.get(name) {
                Some(known) => shown[at].clone_from(known),
                None => wrong.push(format!("{language} has no `{name}`, which OTHERWISE names")),
            }
        }
        rows.push(Row { name: (*python).to_owned(), shown, note: (*note).to_owned() });
    }
    let names: BTreeSet<&str> = left.iter().flatten().copied().collect();
    let mut alone: BTreeMap<usize, Row> = BTreeMap::new();
    for name in names {
        let having: Vec<usize> = (0..3).filter(|at| left[*at].contains(name)).collect();
        let display =
            |at: usize| if having.contains(&at) { languages[at].1[name].clone() } else { String::new() };
        if having.len() == 3 {
            rows.push(Row { name: name.to_owned(), shown: [0, 1, 2].map(display), note: String::new() });
            continue;
        }
        let have = having.iter().map(|at| languages[*at].0).collect::<Vec<_>>().join(" and ");
        let reason = ALONE.iter().position(|(who, pattern, _)| *who == have && matches(pattern, name));
        let Some(reason) = reason else {
            wrong.push(format!("`{name}` is in {have} alone"));
            continue;
        };
        let (_, pattern, note) = ALONE[reason];
        if !pattern.contains('*') {
            rows.push(Row { name: name.to_owned(), shown: [0, 1, 2].map(display), note: note.to_owned() });
            continue;
        }
        let empty = || Row { name: pattern.to_owned(), shown: Default::default(), note: note.to_owned() };
        let row = alone.entry(reason).or_insert_with(empty);
        for (at, shown) in row.shown.iter_mut().enumerate().filter(|(at, _)| having.contains(at)) {
            let before = if shown.is_empty() { "" } else { ", " };
            let _ = write!(shown, "{before}{}", display(at));
        }
    }
    for (at, (who, pattern, _)) in ALONE.iter().enumerate() {
        let used = rows.iter().any(|row| row.name == *pattern) || alone.contains_key(&at);
        if !used {
            wrong.push(format!("ALONE names `{pattern}` of {who}, which is not there or not alone"));
        }
    }
    rows.sort_by(|a, b| group(&a.name).cmp(group(&b.name)).then_with(|| a.name.cmp(&b.name)));
    rows.extend(alone.into_values());
    rows
}

fn matches(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(begin)) => name.starts_with(begin),
        _ => name == pattern,
    }
}

/// Functions come first, then each type.
fn group(name: &str) -> &str {
    name.split_once('.').map_or("", |(before, _)| before)
}

fn written(rows: &[Row]) -> String {
    let mut out = String::from(
        "<!-- Generated out of the code of the three packages; refresh with `cargo xtask generate`. -->\n\n\
         # Rust, Python and Node side by side\n\n\
         Everything that the packages give, by the names that it has in each. Where one lacks something, the note says why;\n\
         a name without its like and without a reason fails the tests.\n",
    );
    let (grouped, alone): (Vec<_>, Vec<_>) = rows.iter().partition(|row| !row.name.contains('*'));
    let mut current = None;
    for row in &grouped {
        let group = group(&row.name);
        if current != Some(group) {
            current = Some(group);
            let title = if group.is_empty() { "Functions" } else { group };
            let _ = write!(out, "\n## {title}\n\n| Rust | Python | Node | |\n|---|---|---|---|\n");
        }
        line(&mut out, row);
    }
    out.push_str("\n## What one language has alone\n\n| Rust | Python | Node | why |\n|---|---|---|---|\n");
    for row in alone {
        line(&mut out, row);
    }
    out
}

fn line(out: &mut String, row: &Row) {
    let cell = |shown: &String| {
        let names = shown.split(", ").filter(|name| !name.is_empty());
        names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let [rust, python, node] = &row.shown;
    let _ = writeln!(out, "| {} | {} | {} | {} |", cell(rust), cell(python), cell(node), row.note);
}

/// The name of a check's option in all languages.
fn option(check: &str, name: &str) -> String {
    format!("{}Input.{name}", upper_camel(check))
}

/// The free functions and the public members of the types at the root of `rekey-core`, and some of
/// `rekey-files`.
fn rust() -> Face {
    let root_names = exported(&text("rekey-core/src/lib.rs"));
    let mut face = Face::new();
    for path in sources(&root().join("rekey-core/src")) {
        let source = fs::read_to_string(&path).unwrap_or_default();
        let at_root =
            path.ends_with("check.rs") || path.parent().is_some_and(|folder| folder.ends_with("check"));
        for (name, owner) in members(&source) {
            let is_free = owner.is_empty();
            let public =
                if is_free { at_root || root_names.contains(&name) || name == "latest" } else { true };
            if public
                && (is_free
                    || root_names.contains(&owner)
                    || owner.ends_with("Input")
                    || SUBMISSION.contains(&&*owner))
            {
                let full = if is_free { name.clone() } else { format!("{owner}.{name}") };
                let shown = if name == "latest" { "tag::latest".to_owned() } else { full.replace('.', "::") };
                face.insert(full, shown);
            }
        }
    }
    face.insert(
        "archive.check_image_archive".to_owned(),
        "rekey_files::archive::check_image_archive".to_owned(),
    );
    let beside = [("rekey-render/src/lib.rs", "text"), ("rekey-files/src/submission.rs", "LoadedSubmission")];
    for (path, wanted) in beside {
        for (name, owner) in members(&text(path)) {
            if owner.is_empty() && name == wanted {
                face.insert(format!("render.{name}"), format!("rekey_render::{name}"));
            } else if owner == wanted && ["from_path", "notices"].contains(&&*name) {
                face.insert(format!("{owner}.{name}"), format!("{owner}::{name}"));
            }
        }
    }
    face
}

/// The types of `rekey_core::submission`.
const SUBMISSION: &[&str] = &["GitSource", "ImageSource"];

/// Every public function and field in a file in rustfmt's format, with its type.
fn members(source: &str) -> Vec<(String, String)> {
    let mut owner = String::new();
    let mut out = Vec::new();
    for line in source.lines() {
        if line == "#[cfg(test)]" {
            break;
        }
        if let Some(rest) = line.strip_prefix("impl") {
            let header = rest.trim_start_matches(|c| c != ' ').trim_start();
            owner = if rest.contains(" for ") { "-".to_owned() } else { word(header) };
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            owner = word(rest);
        } else if let Some(rest) = line.strip_prefix("pub fn ").or(line.strip_prefix("pub const fn ")) {
            out.push((word(rest), String::new()));
        } else if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            "-".clone_into(&mut owner);
        } else if let Some(rest) = line.strip_prefix("    pub ") {
            let rest = rest.strip_prefix("const ").unwrap_or(rest);
            let name = word(rest.strip_prefix("fn ").unwrap_or(rest));
            if name.starts_with(|c: char| c.is_ascii_lowercase()) && !rest.starts_with('(') && owner != "-" {
                out.push((name, owner.clone()));
            }
        }
    }
    out
}

/// The names in `pub use`.
fn exported(lib: &str) -> BTreeSet<String> {
    let uses = lib.split(';').filter_map(|item| item.rsplit_once("pub use ").map(|(_, names)| names));
    let names = uses.flat_map(|names| {
        let listed = names.split_once('{').map_or(names, |(_, rest)| rest);
        listed
            .split([',', '}', '{'])
            .map(|name| word(name.rsplit("::").next().unwrap_or(name).trim()))
            .collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// The exports of `rekey`, with the members in the stub and the keywords of checks and constructors.
fn python() -> Face {
    let stub = text("rekey-py/python/rekey/_rekey.pyi");
    let init = text("rekey-py/python/rekey/__init__.py");
    let all: BTreeSet<&str> = quoted(init.split_once("__all__ = [").map_or("", |(_, rest)| rest));
    let mut face = Face::new();
    for class in
        all.iter().filter(|name| name.ends_with("Error") || **name == "RULES" || **name == "__version__")
    {
        face.insert((*class).to_owned(), (*class).to_owned());
    }
    let errors = text("rekey-py/python/rekey/_errors.py");
    let fields = errors.lines().take_while(|line| !line.contains("def __init__"));
    for field in fields.filter_map(|line| line.strip_prefix("    ")?.split_once(": ")).map(|(name, _)| name) {
        if word(field) == field && !field.is_empty() {
            face.insert(format!("RekeyError.{field}"), format!("RekeyError.{field}"));
        }
    }
    let mut class = String::new();
    let mut function = String::new();
    for line in stub.lines() {
        if let Some(rest) = line.strip_prefix("class ") {
            class = word(rest);
            function.clear();
        } else if let Some(rest) = line.strip_prefix("def ") {
            class.clear();
            function = word(rest);
            if all.contains(&*function) {
                face.insert(function.clone(), function.clone());
            }
        } else if let Some(rest) = line.strip_prefix("    def ") {
            function = word(rest);
            if all.contains(&*class) && !function.starts_with('_') {
                face.entry(member_of(&class, &function)).or_insert(format!("{class}.{function}"));
            }
        } else if let Some((keyword, _)) = line
            .trim_start()
            .split_once(": ")
            .filter(|(name, rest)| word(name) == **name && rest.contains(" = "))
        {
            let takes_one = function.starts_with("check_") && !function.ends_with('s');
            if class.is_empty() && takes_one && keyword != "target" {
                face.entry(option(&function["check_".len()..], keyword))
                    .or_insert(format!("{function}({keyword})"));
            } else if function == "__new__" {
                face.entry(member_of(&class, keyword)).or_insert(format!("{class}({keyword})"));
            }
        }
    }
    face
}

/// The name of a field of Python's `Submission` or `Image` in the other languages.
fn member_of(class: &str, name: &str) -> String {
    match (class, name) {
        ("Submission", "git_url") => "GitSource.url".to_owned(),
        ("Submission", "private_key") => "GitSource.key".to_owned(),
        ("Submission", "fingerprint") => "GitSource.key_fingerprint".to_owned(),
        ("Submission", "private" | "public_key") => format!("GitSource.{name}"),
        ("Submission", "images" | "path" | "from_path") => format!("Submission.{name}"),
        ("Submission" | "Image", _) => format!("ImageSource.{name}"),
        _ => format!("{class}.{name}"),
    }
}

/// The exports of `index.d.cts`, with the members of its types.
fn node() -> Face {
    let declarations = text("rekey-node/index.d.cts");
    let mut bases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut face = Face::new();
    let mut owner = String::new();
    for line in declarations.lines() {
        let declared = line.strip_prefix("export ").and_then(|rest| rest.split_once(' '));
        match declared {
            Some(("function" | "const", rest)) => {
                owner.clear();
                let name = word(rest);
                face.insert(if name == "RULES" { name.clone() } else { snake(&name) }, name);
            }
            Some(("interface" | "class" | "type", rest)) => {
                owner = word(rest);
                let (_, base) = rest.split_once("extends ").or(rest.split_once("= ")).unwrap_or_default();
                let named = base.trim_end_matches([' ', '{', '&']).split(", ").map(word);
                bases.insert(
                    owner.clone(),
                    named.map(|base| if base == "MaybePlace" { "Place".to_owned() } else { base }).collect(),
                );
                fields.entry(owner.clone()).or_default();
            }
            _ => {
                let member =
                    line.strip_prefix("  ").map(|rest| rest.strip_prefix("readonly ").unwrap_or(rest));
                let is_member = |rest: &&str| {
                    rest.starts_with(|c: char| c.is_ascii_lowercase())
                        && !rest.contains("?: never")
                        && rest.contains(':')
                };
                if let Some(rest) = member.filter(is_member).filter(|_| !owner.is_empty()) {
                    fields.entry(owner.clone()).or_default().push(word(rest));
                }
            }
        }
    }
    for (owner, own) in &fields {
        let inherited = bases[owner].iter().filter_map(|base| fields.get(base)).flatten();
        for field in own.iter().chain(inherited) {
            let shown = format!("{owner}.{field}");
            let name = snake(field);
            match owner.strip_suffix("Options") {
                Some("Check" | "Build") => None,
                Some(check) => face.insert(option(&snake(check), &name), shown),
                None => face.insert(format!("{owner}.{name}"), shown),
            };
        }
    }
    face
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The first word of a text.
fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn quoted(list: &str) -> BTreeSet<&str> {
    list.split(']').next().unwrap_or_default().split('"').skip(1).step_by(2).collect()
}

/// Converts `checkTag` to `check_tag`.
fn snake(camel: &str) -> String {
    let mut out = String::new();
    for (at, letter) in camel.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Converts `git_url` to `GitUrl`.
fn upper_camel(snake: &str) -> String {
    let parts = snake.split('_').map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    parts.collect()
}
