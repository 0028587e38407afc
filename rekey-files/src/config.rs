//! `rekey.toml`: the submission, and the target that it is checked against.

use rekey_core::{
    Flow, Override, OverrideError, Policy, PreflightVersion, Span, UnknownSelector, git_url, mask,
    text::{Locator, printable},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use self::reader::{Reader, Table, Wrong};
use crate::{scope::ScopedOverride, settings::Settings};

mod reader;
mod schema;

pub use self::schema::schema;

/// The maximum number of images in one file, and of `[[override]]` tables.
pub const MAX_TABLES: usize = 256;

/// The name of the file.
pub const FILE: &str = "rekey.toml";

/// The content of a `rekey.toml`. Texts that are checked keep their place.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The settings of the target.
    pub settings: Settings,
    /// The git source.
    pub git: GitConfig,
    /// The images; empty if the file has no `[[image]]`.
    pub images: Vec<ImageConfig>,
    /// Overrides of severities for some files only.
    pub scoped: Vec<ScopedOverride>,
}

/// The table `[git]`.
#[derive(Clone, Default)]
pub struct GitConfig {
    /// The git source URL.
    pub url: Option<Value>,
    /// True for a private repository, false for a public one.
    pub private: Option<bool>,
    /// The path of the private key.
    pub key: Option<Value>,
    /// The environment variable that contains the private key.
    pub key_env: Option<Value>,
    /// The path of the public key.
    pub public_key: Option<Value>,
    /// The fingerprint that the git host shows.
    pub key_fingerprint: Option<Value>,
}

/// One `[[image]]`.
#[derive(Clone, Debug, Default)]
pub struct ImageConfig {
    /// The name in reports.
    pub name: Option<Value>,
    /// The path of the Dockerfile.
    pub dockerfile: Option<Value>,
    /// The path of the build context; by default, the folder of the file.
    pub context: Option<Value>,
    /// The stage to build.
    pub target: Option<Value>,
    /// The image tag.
    pub tag: Option<Value>,
    /// The tags that the image was already published with.
    pub published: Option<Published>,
    /// The reference that the image is pushed to.
    pub reference: Option<Value>,
    /// Values of build arguments.
    pub build_args: Vec<(String, String)>,
    /// Labels that the build sets.
    pub labels: Vec<(String, String)>,
    /// The path of the base image's config JSON.
    pub base_config: Option<Value>,
    /// The certification policy, if it differs from the file's.
    pub policy: Option<Policy>,
}

/// The tags that an image was already published with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// A list in `rekey.toml`.
    List(Vec<String>),
    /// A file with one tag per line, or with the output of `skopeo list-tags`.
    File(Value),
}

/// A string with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The string without escapes.
    pub text: String,
    /// Its place in the file, without quotes.
    pub span: Span,
}

impl Config {
    /// Parses a `rekey.toml`.
    ///
    /// # Errors
    /// Returns all its mistakes, ordered by place.
    pub fn parse(document: &[u8]) -> Result<Self, Vec<ConfigProblem>> {
        let text = std::str::from_utf8(document).map_err(|error| {
            let at = error.valid_up_to();
            vec![ConfigProblem::new("expected UTF-8, found other bytes", Span::new(at, at + 1))]
        })?;
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().map_or(Span::at(0), |span| Span::new(span.start, span.end));
            vec![ConfigProblem::new(syntax(error.message()), span)]
        })?;
        let mut reader = Reader::new(text);
        let config = root(&mut reader, table.get_ref());
        reader.finish(config)
    }
}

impl std::fmt::Debug for GitConfig {
    /// Omits the URL, which may contain a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GitConfig").field("private", &self.private).finish_non_exhaustive()
    }
}

/// One mistake in a `rekey.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigProblem {
    /// One line that says what is wrong.
    pub message: String,
    /// Its place.
    pub span: Span,
    /// The advice on how to resolve it.
    pub help: Option<String>,
}

impl ConfigProblem {
    fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: mask::message(&message.into()).into_owned(), span, help: None }
    }
}

/// A `rekey.toml` that cannot be parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The path that the user knows.
    pub name: String,
    /// The mistakes, at least one.
    pub problems: Vec<ConfigProblem>,
    document: Vec<u8>,
}

impl ConfigError {
    /// The problems of a document with that name.
    pub fn new(name: String, document: Vec<u8>, problems: Vec<ConfigProblem>) -> Self {
        Self { name, problems, document }
    }

    /// The content of the file for snippets, and the parts of it that must not be shown.
    pub fn document(&self) -> (&[u8], Vec<Span>) {
        (&self.document, secrets(&self.document))
    }
}

impl std::error::Error for ConfigError {}

impl std::fmt::Display for ConfigError {
    /// Writes one line: the first mistake with its place, and the number of further ones.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", printable(&self.name))?;
        if let Some(first) = self.problems.first() {
            let range = Locator::new(&self.document).locate(first.span);
            write!(f, ":{}:{}: {}", range.line, range.column, first.message)?;
            if let Some(help) = &first.help {
                write!(f, " ({help})")?;
            }
        }
        match self.problems.len() {
            0 | 1 => Ok(()),
            n => write!(f, " and {} more", n - 1),
        }
    }
}

impl std::fmt::Debug for ConfigError {
    /// Omits the document, in which a URL may contain a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigError")
            .field("name", &self.name)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// The secrets of a document, as far as it is TOML: any string may be a URL with a password, and values of
/// names such as `registry-key` are hidden as a whole.
fn secrets(document: &[u8]) -> Vec<Span> {
    let mut found = mask::secrets(document);
    let text = document.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let (table, _) = DeTable::parse_recoverable(text);
    let mut strings = Vec::new();
    strings_of(table.get_ref(), &mut strings);
    for (key, value, span) in strings {
        if names_secret(key) {
            found.push(Span::new(span.start, span.end));
            continue;
        }
        let secrets = git_url::scan(value.as_bytes()).secrets();
        let is_verbatim = document.get(span.start + 1..span.end.saturating_sub(1)) == Some(value.as_bytes());
        found.extend(secrets.iter().map(|secret| {
            if is_verbatim { secret.shifted(span.start + 1) } else { Span::new(span.start, span.end) }
        }));
    }
    mask::merged(found)
}

/// Returns true if the value of a key may be a secret.
fn names_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let is_named = |words: &[&str]| words.iter().any(|word| key.contains(word));
    !KNOWN.contains(&&*key) && is_named(&["key", "pass", "secret", "token", "auth", "credential"])
}

/// The known keys, whose values are paths, names and fingerprints.
const KNOWN: &[&str] = &["key", "key-env", "public-key", "key-fingerprint"];

/// Collects every string in a table with its key, and the place of the value and its quotes.
fn strings_of<'t>(table: &'t DeTable<'_>, strings: &mut Vec<(&'t str, &'t str, std::ops::Range<usize>)>) {
    fn value<'t>(
        key: &'t str,
        found: &'t Spanned<DeValue<'_>>,
        strings: &mut Vec<(&'t str, &'t str, std::ops::Range<usize>)>,
    ) {
        match found.get_ref() {
            DeValue::String(text) => strings.push((key, text, found.span())),
            DeValue::Array(values) => values.iter().for_each(|each| value(key, each, strings)),
            DeValue::Table(table) => strings_of(table, strings),
            _ => {}
        }
    }
    table.iter().for_each(|(key, each)| value(key.get_ref(), each, strings));
}

fn root(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Config {
    let mut root = reader.table(table, "", Span::at(0));
    let settings = Settings {
        flow: root.parsed("flow", str::parse::<Flow>),
        policy: root.parsed("policy", str::parse::<Policy>),
        preflight_version: root.parsed("preflight-version", str::parse::<PreflightVersion>),
        today: None,
        overrides: root.each("rules", rule),
    };
    if let Err(error) = settings.to_target() {
        root.problem_at("policy", error.to_string());
    }
    let git = root.sub("git", git).unwrap_or_default();
    let images = root.list("image", image);
    let scoped = root.list("override", scoped);
    root.finish();
    same_names(reader, &images);
    Config { settings, git, images, scoped: scoped.into_iter().flatten().collect() }
}

fn scoped(mut table: Table<'_, '_>) -> Option<ScopedOverride> {
    let patterns = table.strings("paths");
    let changes = table.each("rules", rule);
    let scoped =
        ScopedOverride::new(&patterns, changes).map_err(|error| table.problem_at("paths", error)).ok();
    if patterns.is_empty() {
        table.problem_missing("paths", "`paths`, the files that it applies to, is missing");
    }
    table.finish();
    scoped
}

fn git(mut table: Table<'_, '_>) -> GitConfig {
    let git = GitConfig {
        url: table.string("url"),
        private: table.boolean("private"),
        key: table.string("key"),
        key_env: table.string("key-env"),
        public_key: table.string("public-key"),
        key_fingerprint: table.string("key-fingerprint"),
    };
    if git.key.is_some() && git.key_env.is_some() {
        table.problem_at("key-env", "`key` and `key-env` cannot be set together");
    }
    for (key, value) in [("key", &git.key), ("key-env", &git.key_env), ("public-key", &git.public_key)] {
        if value.as_ref().is_some_and(|value| value.text.contains("PRIVATE KEY")) {
            let message = format!("`git.{key}`: expected the name of a key, found a private key");
            table.problem_at(key, message);
        }
    }
    table.finish();
    git
}

fn image(mut table: Table<'_, '_>) -> ImageConfig {
    let image = ImageConfig {
        name: table.string("name"),
        dockerfile: table.string("dockerfile"),
        context: table.string("context"),
        target: table.string("target"),
        tag: table.string("tag"),
        published: table.strings_or_path("published"),
        reference: table.string("reference"),
        build_args: table.pairs("build-args"),
        labels: table.pairs("labels"),
        base_config: table.string("base-config"),
        policy: table.parsed("policy", str::parse::<Policy>),
    };
    table.finish();
    image
}

/// Parses one line of `[rules]`.
fn rule(selector: &str, value: &DeValue<'_>) -> Result<Override, Wrong> {
    Override::parse(selector, value.as_str().unwrap_or_default()).map_err(|error| {
        let OverrideError::Selector(UnknownSelector { nearest, .. }) = error else {
            let message = "expected \"off\", \"note\", \"warning\" or \"error\"".to_owned();
            return Wrong { is_key: false, message, help: None };
        };
        let help = nearest.map(|name| format!("did you mean `{name}`?"));
        Wrong { is_key: true, message: format!("no rule is named `{selector}`"), help }
    })
}

/// Reports an image with the same name as an earlier one.
fn same_names(reader: &mut Reader<'_>, images: &[ImageConfig]) {
    let mut seen = std::collections::BTreeSet::new();
    for name in images.iter().filter_map(|image| image.name.as_ref()) {
        if !seen.insert(&name.text) {
            reader.problem(name.span, format!("two images are named `{}`", name.text), None);
        }
    }
}

/// The parser's message in the style of rekey's: one line, lowercase, without a period.
fn syntax(message: &str) -> String {
    let line = message.lines().next().unwrap_or("invalid TOML");
    line.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn problem(text: &str) -> (String, String, Option<String>) {
        let problems = Config::parse(text.as_bytes()).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        let problem = problems.into_iter().next().unwrap();
        (problem.span.str(text.as_bytes()).unwrap().to_owned(), problem.message, problem.help)
    }

    #[test]
    fn images_are_counted_to_the_limit() {
        let text = |images: usize| "[[image]]\ntag = '1'\n".repeat(images);
        assert_eq!(Config::parse(text(MAX_TABLES).as_bytes()).unwrap().images.len(), MAX_TABLES);
        let (_, message, _) = problem(&text(MAX_TABLES + 44));
        assert_eq!(message, "`image` has 300 tables; at most 256 are allowed");
    }

    #[test]
    fn mistakes_are_reported_to_the_limit() {
        let lines: Vec<_> = (0..1_000).map(|number| format!("a{number} = 1")).collect();
        assert_eq!(Config::parse(lines.join("\n").as_bytes()).unwrap_err().len(), 100);
    }

    #[test]
    fn every_key_of_the_schema_is_read() {
        let text = r#"
flow = "quay"
policy = "root"
preflight-version = "1.20"
[git]
url = "git@github.com:acme/app.git"
private = true
key = "key.pem"
public-key = "key.pub"
key-fingerprint = "SHA256:x"
[[image]]
name = "app"
dockerfile = "Dockerfile"
context = "."
target = "final"
tag = "1.0-1"
published = ["1.0-1"]
reference = "quay.io/x/y:1.0-1"
build-args = { A = "1" }
labels = { release = "1" }
base-config = "base.json"
policy = "container"
[[image]]
published = "tags.txt"
[rules]
"tag-missing-release" = "off"
"HasRequiredLabel" = "warning"
[[override]]
paths = ["legacy/**", "*.old"]
rules = { "dockerfile-user-root" = "note" }
"#;
        let config = Config::parse(text.as_bytes()).unwrap();
        let [app, other] = config.images.as_slice() else { panic!("two images") };
        assert_eq!(config.settings.flow, Some(Flow::Quay));
        assert_eq!(config.settings.overrides.len(), 2);
        assert_eq!(config.scoped.len(), 1);
        assert_eq!(config.git.private, Some(true));
        assert_eq!(app.tag.as_ref().unwrap().span.str(text.as_bytes()), Some("1.0-1"));
        assert_eq!(app.published, Some(Published::List(vec!["1.0-1".into()])));
        assert!(matches!(&other.published, Some(Published::File(value)) if value.text == "tags.txt"));
    }

    #[test]
    fn mistakes_have_a_place_a_reason_and_a_suggestion() {
        let table = [
            ("flows = 1", "flows", "unknown key `flows`", Some("did you mean `flow`?")),
            ("[git]\nulr = 'x'", "ulr", "unknown key `git.ulr`", Some("did you mean `url`?")),
            ("[gti]", "gti", "unknown key `gti`", Some("did you mean `git`?")),
            ("[[image]]\ncolour = 1", "colour", "unknown key `image.colour`", None),
            ("tag = '1'", "tag", "unknown key `tag`", Some("`tag` belongs in `[[image]]`")),
            (
                "[[image]]\ntag = 1.0",
                "1.0",
                "`image.tag`: expected a string, found a float",
                Some("write it in quotes: `\"1.0\"`"),
            ),
            (
                "[git]\nprivate = 'yes'",
                "'yes'",
                "`git.private`: expected true or false, found a string",
                None,
            ),
            (
                "[image]\ntag = '1'",
                "image",
                "`image`: expected a list of tables, found one table",
                Some("write `[[image]]`"),
            ),
            ("git = 1", "1", "`git`: expected a table, found an integer", None),
            (
                "flow = 'quy'",
                "quy",
                "expected a flow (`build-service`, `quay` or `external`), found `quy`",
                Some("did you mean `quay`?"),
            ),
            (
                "[rules]\ntag-mising-release = 'off'",
                "tag-mising-release",
                "no rule is named `tag-mising-release`",
                Some("did you mean `tag-missing-release`?"),
            ),
            (
                "[rules]\ntag-missing-release = 'no'",
                "'no'",
                "expected \"off\", \"note\", \"warning\" or \"error\"",
                None,
            ),
            (
                "[[override]]\nrules = {}",
                "[[override]]",
                "`paths`, the files that it applies to, is missing",
                None,
            ),
            (
                "[[override]]\npaths = 'a'",
                "'a'",
                "`override.paths`: expected strings in an array, found a string",
                None,
            ),
            ("[[override]]\npaths = ['a[']", "paths", "`a[`: unclosed character class; missing ']'", None),
            ("[[image]]\nname='a'\n[[image]]\nname='a'", "a", "two images are named `a`", None),
        ];
        for (text, marked, message, help) in table {
            let expected = (marked.to_owned(), message.to_owned(), help.map(str::to_owned));
            assert_eq!(problem(text), expected, "{text}");
        }
    }

    #[test]
    fn a_value_is_marked_without_its_quotes() {
        for text in ["[git]\nurl='u'", "[git]\nurl=\"u\"", "[git]\nurl='''u'''", "[git]\nurl=\"\"\"\nu\"\"\""]
        {
            let url = Config::parse(text.as_bytes()).unwrap().git.url.unwrap();
            assert_eq!((url.text.as_str(), url.span.str(text.as_bytes())), ("u", Some("u")), "{text}");
        }
    }

    #[test]
    fn no_bytes_panic() {
        for text in [&b"\xff"[..], b"", b"[", b"a = \"", b"\xef\xbb\xbfflow = 'quay'", b"[[image]]\n[image]"]
        {
            drop(Config::parse(text));
        }
    }
}
