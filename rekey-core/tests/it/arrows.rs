//! The parts of core and the parts that each may use: the arrows of `DESIGN.md`, compared with the paths in
//! the source files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The parts of core, each with the parts that it may use. A part is a file of `src` with the folder of the
/// same name.
const ARROWS: &[(&str, &[&str])] = &[
    ("base64", &[]),
    (
        "check",
        &[
            "credentials",
            "dockerfile",
            "facts",
            "finding",
            "fix",
            "forecast",
            "git_url",
            "image",
            "input",
            "mask",
            "preflight",
            "preflight_run",
            "private_key",
            "reference",
            "rehearsal",
            "report",
            "rule",
            "rules",
            "severity",
            "submission",
            "tag",
            "target",
            "text",
        ],
    ),
    ("credentials", &["base64", "mask", "reference"]),
    ("dockerfile", &["mask", "reference", "suggest", "text"]),
    ("facts", &["dockerfile", "image", "mask", "preflight", "reference", "target", "text"]),
    ("finding", &["mask", "rule", "severity", "text"]),
    ("fix", &["finding", "text"]),
    ("forecast", &["facts", "finding", "mask", "preflight", "rules", "severity", "target"]),
    ("git_url", &["mask", "suggest", "text"]),
    ("image", &["mask", "reference"]),
    ("input", &["finding", "text"]),
    ("mask", &["text"]),
    ("preflight", &["image", "severity", "target"]),
    ("preflight_run", &["finding", "image", "mask", "preflight", "target", "text"]),
    ("private_key", &["base64", "text"]),
    ("reference", &["tag", "text"]),
    ("rehearsal", &["dockerfile", "severity", "text"]),
    (
        "report",
        &[
            "dockerfile",
            "facts",
            "finding",
            "forecast",
            "git_url",
            "image",
            "mask",
            "preflight",
            "preflight_run",
            "private_key",
            "reference",
            "rehearsal",
            "rule",
            "severity",
            "tag",
            "target",
            "text",
        ],
    ),
    ("rule", &["preflight", "severity", "target"]),
    (
        "rules",
        &[
            "credentials",
            "dockerfile",
            "facts",
            "finding",
            "git_url",
            "image",
            "input",
            "mask",
            "preflight",
            "preflight_run",
            "private_key",
            "reference",
            "rehearsal",
            "rule",
            "severity",
            "submission",
            "suggest",
            "tag",
            "target",
            "text",
        ],
    ),
    ("selector", &["mask", "preflight", "rules", "suggest", "target"]),
    ("severity", &["mask"]),
    (
        "submission",
        &[
            "credentials",
            "dockerfile",
            "finding",
            "git_url",
            "input",
            "private_key",
            "reference",
            "tag",
            "target",
        ],
    ),
    ("suggest", &[]),
    ("tag", &["mask", "text"]),
    ("target", &["mask", "severity"]),
    ("text", &[]),
];

/// The maximum number of files that may use each other in a circle.
const LARGEST_CIRCLE: usize = 4;

#[test]
fn parts_use_those_that_they_may_use() {
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (file, used) in uses() {
        for target in used {
            let (Some(part), Some(other)) = (file.first(), target.first()) else { continue };
            if part == other {
                continue;
            }
            seen.insert((part.clone(), other.clone()));
            if !allowed.get(part.as_str()).is_some_and(|may| may.contains(&other.as_str())) {
                wrong.insert(format!("{} uses {}", file.join("::"), target.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "no arrow is listed for:\n{}", Vec::from_iter(wrong).join("\n"));
    let unused: Vec<_> = ARROWS
        .iter()
        .flat_map(|(part, may)| may.iter().map(move |other| (*part, *other)))
        .filter(|(part, other)| !seen.contains(&((*part).to_owned(), (*other).to_owned())))
        .collect();
    assert!(unused.is_empty(), "arrows that no file has: {unused:?}");
}

#[test]
fn no_circle_of_files_is_large() {
    let uses = uses();
    let largest = circles(&uses).into_iter().max_by_key(Vec::len).unwrap_or_default();
    let names: Vec<_> = largest.iter().map(|file| file.join("::")).collect();
    assert!(names.len() <= LARGEST_CIRCLE, "{} files use each other: {names:?}", names.len());
    assert!(names.len() > 1, "a hub and its parts use each other, so some circle is there to be found");
}

#[test]
fn no_parts_use_each_other_in_a_circle() {
    let uses = ARROWS.iter().map(|(part, may)| {
        let module = |name: &str| vec![name.to_owned()];
        (module(part), may.iter().map(|other| module(other)).collect())
    });
    assert_eq!(circles(&uses.collect()), Vec::<Vec<Module>>::new());
}

#[test]
fn the_design_shows_these_arrows() {
    const START: &str = "<!-- The parts of core: written by the test `arrows`. -->\n";
    const END: &str = "<!-- The end of the parts of core. -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../DESIGN.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let picture = picture();
    if std::env::var_os("REKEY_REFRESH").is_some() {
        fs::write(&path, format!("{before}{START}{picture}{END}{after}")).unwrap();
        return;
    }
    let refresh = "REKEY_REFRESH=1 cargo test -p rekey-core --test it arrows";
    assert_eq!(shown, picture, "the picture is stale; `{refresh}` writes it");
}

/// Returns the arrows as a Mermaid diagram, without those that a longer path implies.
fn picture() -> String {
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let leads = |start: &str, end: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(part) = open.pop() {
            open.extend(allowed[part].iter().filter(|next| seen.insert(**next)));
        }
        seen.contains(end)
    };
    let mut out = "```mermaid\nflowchart LR\n".to_owned();
    for (part, may) in ARROWS {
        let implied = |other: &&&str| may.iter().any(|next| next != *other && leads(next, other));
        let drawn: Vec<_> = may.iter().filter(|other| !implied(other)).copied().collect();
        if !drawn.is_empty() {
            let _ = writeln!(out, "    {part} --> {}", drawn.join(" & "));
        }
    }
    out + "```\n"
}

/// The module of a file: `["git_url", "scan"]`.
type Module = Vec<String>;

/// Returns the files of core, each with those that it names in a `use` or in a path that begins with
/// `crate::`.
fn uses() -> BTreeMap<Module, BTreeSet<Module>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = BTreeMap::new();
    read(&root, &root, &mut texts);
    assert!(texts.len() > 100, "only {} files", texts.len());
    let modules: BTreeSet<_> = texts.keys().cloned().collect();
    let named = |module: &Module, text: &str| {
        let paths = paths(text).into_iter().filter_map(|path| resolved(module, &path, &modules));
        paths.filter(|target| target != module).collect()
    };
    texts.iter().map(|(module, text)| (module.clone(), named(module, text))).collect()
}

fn read(root: &Path, folder: &Path, texts: &mut BTreeMap<Module, String>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(root, &path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let relative = path.strip_prefix(root).unwrap().with_extension("");
            let module: Module = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            texts.insert(
                if module == ["lib"] { Module::new() } else { module },
                lines.collect::<Vec<_>>().join("\n"),
            );
        }
    }
}

/// Every path that is imported, and every one that begins with `crate::`.
fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("use ") {
        let starts = rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        rest = &rest[at + 4..];
        let end = rest.find(';').unwrap_or(rest.len());
        if starts {
            flatten(&rest[..end], "", &mut found);
        }
    }
    for (at, _) in text.match_indices("crate::") {
        let path = text[at..].split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next();
        found.extend(path.map(str::to_owned));
    }
    found
}

/// Expands `a::{b, c::{d, e}}` to `a::b`, `a::c::d` and `a::c::e`.
fn flatten(tree: &str, before: &str, found: &mut Vec<String>) {
    let (mut depth, mut start) = (0, 0);
    for (at, c) in tree.char_indices().chain([(tree.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = tree[start..at].trim();
                match (part.find('{'), part.rfind('}')) {
                    (Some(open), Some(close)) if open < close => {
                        flatten(&part[open + 1..close], &format!("{before}{}", part[..open].trim()), found);
                    }
                    _ => found.extend(part.split_whitespace().next().map(|path| format!("{before}{path}"))),
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The file that a path leads to.
fn resolved(module: &Module, path: &str, modules: &BTreeSet<Module>) -> Option<Module> {
    let segments: Vec<&str> = path.split("::").collect();
    let up = segments.iter().take_while(|segment| **segment == "super").count();
    let mut full: Module = match *segments.first()? {
        "crate" => Module::new(),
        "self" => module.clone(),
        "super" => module[..module.len().checked_sub(up)?].to_vec(),
        _ => return None,
    };
    full.extend(segments.iter().skip(up.max(1)).map(|segment| (*segment).to_owned()));
    (0..=full.len()).rev().map(|length| full[..length].to_vec()).find(|target| modules.contains(target))
}

/// Returns the sets of files that all lead to each other.
fn circles(uses: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = uses
        .keys()
        .map(|start| {
            let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
            while let Some(file) = open.pop() {
                open.extend(uses[file].iter().filter(|target| reached.insert(*target)));
            }
            (start, reached)
        })
        .collect();
    let circle = |file: &&Module| {
        let both = reached[file].iter().filter(|other| reached[**other].contains(file));
        both.map(|other| (*other).clone()).collect::<Vec<_>>()
    };
    uses.keys().map(|file| circle(&file)).filter(|circle| circle.len() > 1).collect()
}
