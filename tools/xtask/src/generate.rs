//! What is made out of the code: a page for each rule and their lists, the schemas of what is read and written, the table
//! of base images, the interfaces of the packages, each and side by side, and the picture on the first page.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use rekey_core::{Rule, Severity, rule::Verdict, rules};

use crate::{api, base_images, book, parity, picture, run::root};

const REFRESH: &str = "cargo xtask generate";

/// Writes every generated file and removes those that are generated no more.
pub(crate) fn write() -> Result<(), String> {
    let files = files()?;
    for stale in leftovers(&files) {
        fs::remove_file(&stale).map_err(|error| format!("{}: {error}", stale.display()))?;
    }
    for (path, text) in &files {
        let folder = path.parent().expect("a generated file stands in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("{} generated files written", files.len());
    Ok(())
}

/// Says which generated files are stale.
pub(crate) fn check() -> Result<(), String> {
    let files = files()?;
    let stale = files.iter().filter(|(path, text)| fs::read_to_string(path).ok().as_ref() != Some(*text));
    let stale: Vec<_> = stale.map(|(path, _)| path.clone()).chain(leftovers(&files)).collect();
    if stale.is_empty() {
        println!("{} generated files are fresh", files.len());
        return Ok(());
    }
    let names: Vec<_> = stale.iter().map(|path| path.display().to_string()).collect();
    Err(format!("stale, run `{REFRESH}`:\n{}", names.join("\n")))
}

/// Generated files that are there and would not be written.
fn leftovers(files: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let folders = ["docs/api", "docs/images", "docs/rules", "docs/schema"]
        .map(|folder| fs::read_dir(root().join(folder)));
    let there = folders.into_iter().flatten().flatten().flatten().map(|entry| entry.path());
    there.filter(|path| !files.contains_key(path)).collect()
}

fn files() -> Result<BTreeMap<PathBuf, String>, String> {
    let folder = root().join("docs/rules");
    let mut files: BTreeMap<_, _> =
        rules().map(|rule| (folder.join(format!("{}.md", rule.id)), page(rule))).collect();
    files.insert(folder.join("index.md"), index());
    files.extend(
        book::subjects()
            .map(|(subject, page, rules)| (folder.join(page), table(&subject.to_string(), &rules))),
    );
    files.insert(root().join("docs/SUMMARY.md"), book::contents()?);
    files.insert(root().join("docs/api/python.md"), api::python());
    files.insert(root().join("docs/api/node.md"), api::node());
    let schema = |name: &str, schema: serde_json::Value| {
        (root().join("docs/schema").join(name), format!("{schema:#}\n"))
    };
    files.extend([
        schema("report.schema.json", rekey_core::report::schema()),
        schema("rekey.toml.schema.json", rekey_cli::config::schema()),
        (root().join("docs/images/first-try.svg"), picture::svg()?),
    ]);
    files.insert(root().join("docs/guide/base-images.md"), header() + &base_images::page());
    files.insert(root().join("docs/guide/parity.md"), parity::page()?);
    Ok(files)
}

fn header() -> String {
    format!("<!-- Generated out of the rule table; refresh with `{REFRESH}`. -->\n\n")
}

/// How many rules there are about what, and where they are listed.
fn index() -> String {
    let mut out = header();
    let _ = write!(
        out,
        "# Rules\n\n{} rules, by what they are about. A rule is named in `rekey.toml` and on the command line by its id; \
         `rekey explain ID` says what its page says, and `rekey rules` lists all.\n\n\
         | about | errors | warnings | notes |\n|---|---:|---:|---:|\n",
        rules().count()
    );
    for (subject, page, rules) in book::subjects() {
        let count = |severity| rules.iter().filter(|rule| rule.severity == severity).count();
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(count);
        let _ = writeln!(out, "| [{subject}]({page}) | {errors} | {warnings} | {notes} |");
    }
    out.push_str(
        "\nAn error: the service refuses it, or clone, build or scan fail. A warning: it works today and fails on a later rebuild, or is against the \
         guide though no tool notices. A note: advice. What is an error in one flow and advice in another is two rules: each \
         page says where its rule holds.\n",
    );
    out
}

/// The rules of one subject.
fn table(subject: &str, rules: &[&Rule]) -> String {
    let mut out = header();
    let _ = write!(
        out,
        "# Rules: {subject}\n\n| rule | severity | basis | preflight | what is wrong |\n|---|---|---|---|---|\n"
    );
    for rule in rules {
        let _ = writeln!(
            out,
            "| [`{id}`]({id}.md) | {} | {} | {} | {} |",
            rule.severity,
            rule.basis.kind(),
            rule.checks.join(", "),
            cell(rule.summary),
            id = rule.id,
        );
    }
    out
}

fn page(rule: &Rule) -> String {
    let mut out = header();
    let _ = write!(out, "# {}\n\n**{}**: {}.\n\n{}\n\n", rule.id, rule.severity, rule.summary, rule.why);
    let _ = write!(out, "## What to do\n\n{}\n\n", rule.help);
    let _ = write!(out, "## Who requires it\n\n{}: {}", rule.basis.kind(), rule.basis.source());
    if let Some(date) = rule.basis.date() {
        let _ = write!(out, ", {date}");
    }
    out.push_str(".\n\n");
    if let Some(quote) = rule.basis.quote() {
        let _ = write!(out, "> {quote}\n\n");
    }
    let _ = write!(out, "## Where it holds\n\n{}\n\n", applies(rule));
    if !rule.checks.is_empty() {
        let _ = write!(
            out,
            "Checks of openshift-preflight that fail for this: `{}`.\n\n",
            rule.checks.join("`, `")
        );
    }
    out.push_str("## Examples\n");
    for example in rule.examples {
        let verdict = match example.verdict {
            Verdict::Good => "Right",
            Verdict::Bad | Verdict::Fixed(_) => "Wrong",
        };
        let given = example
            .given
            .iter()
            .map(|(key, value)| format!(" with `{key}` = `{}`", value.replace('\n', " ")));
        let _ = write!(out, "\n{verdict}{}:\n\n{}", given.collect::<String>(), fenced(example.input));
        if let Verdict::Fixed(good) = example.verdict {
            let _ = write!(out, "\nMended:\n\n{}", fenced(good));
        }
    }
    let _ = write!(out, "\nSince rekey {}.\n", rule.since);
    out
}

fn applies(rule: &Rule) -> String {
    let flows: Vec<_> = rule.applies.flows().map(|flow| format!("`{flow}`")).collect();
    let policies: Vec<_> = rule.applies.policies().map(|kind| format!("`{kind}`")).collect();
    let version = |(major, minor, patch): (u16, u16, u16)| format!("{major}.{minor}.{patch}");
    let mut out = format!("Flows {}; policies {}", flows.join(", "), policies.join(", "));
    if let Some(since) = rule.applies.since() {
        let _ = write!(out, "; from preflight {}", version(since));
    }
    if let Some(before) = rule.applies.before() {
        let _ = write!(out, "; before preflight {}", version(before));
    }
    out + "."
}

/// A text as a code block; blanks that nobody would see are made visible.
fn fenced(text: &str) -> String {
    if text.is_empty() {
        return "(nothing)\n".to_owned();
    }
    let invisible = text.trim() != text.trim_end_matches('\n') || text.contains(['\r', '\t']);
    let shown = if invisible { text.escape_debug().to_string() } else { text.to_owned() };
    format!("```text\n{}\n```\n", shown.trim_end_matches('\n'))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
