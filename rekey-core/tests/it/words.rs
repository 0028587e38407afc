//! The words of messages, comments and documentation: the field's terms, in American spelling.

use std::{fs, path::Path, process::Command};

/// Words that the field does not use or that make a sentence a riddle, and British spellings.
const WORDS: &str = "anew anybody beforehand behaviour blank blanks catalogue catalogues centre colour great greater \
    greatest heal hole holes licence licences mend mended mends misspelt needless nobody \
    organisation recognise refuse refused refuses several sign spoilt told unfamiliar";

const PHRASES: &[&str] = &[
    "base 64",
    "count up",
    "counted up",
    "in clear",
    "leave away",
    "line end",
    "lower case",
    "lower-case",
    "otherwise than",
    "upper case",
    "upper-case",
];

/// More of them, which rarely occur in messages.
const PROSE_WORDS: &str = "analyse artefact artefacts blankness grey healed heals learnt mending needlessly refuses \
    refusing refusal said signs spelt unclear whilst";

const PROSE_PHRASES: &[&str] = &[
    "capital letter",
    "goes without saying",
    "great letter",
    "left away",
    "leaves away",
    "leaving away",
    "line's end",
    "lines end",
    "no matter of",
    "small letter",
    "where it is one",
];

/// British spellings, whatever follows.
const BRITISH: &[&str] = &[
    "behaviour",
    "canonicalis",
    "catalogue",
    "centre",
    "colour",
    "favour",
    "grey",
    "honour",
    "initialis",
    "licence",
    "minimis",
    "misspelt",
    "neighbour",
    "normalis",
    "optimisation",
    "optimise",
    "organis",
    "recognis",
    "serialis",
    "summaris",
    "unrecognis",
];

/// The first words of a doc comment that is a question instead of a name.
const OPENERS: &[&str] = &["How", "What", "Where", "Whether", "Which"];

/// True uses of the words.
const ALLOWED: &[&str] = &[
    // The character `@`.
    "at sign",
    // Go's term for `_`.
    "blank identifier",
    // BuildKit's message, which the command reads.
    "connection refused",
];

/// Texts of other people, and lists of the words themselves.
const SKIPPED: &[&str] = &["CHANGELOG.md", "rekey-core/tests/it/words.rs", "tests/corpus", "tests/partners"];

/// Returns the odd words of a text, each with the text. Quoted text is a person's.
pub(crate) fn odd_words(text: &str) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let words =
        prose.split(|c: char| !c.is_alphanumeric()).filter(|word| WORDS.split(' ').any(|odd| odd == *word));
    let phrases = PHRASES.iter().copied().filter(|phrase| prose.contains(phrase));
    words.chain(phrases).map(|word| format!("`{word}` in {text:?}")).collect()
}

/// A comment, a docstring or a paragraph.
struct Prose {
    /// The number of its first line.
    line: usize,
    /// Its lines, without the marks of comments.
    lines: Vec<String>,
    is_doc: bool,
}

impl Prose {
    /// Returns the faults of the text, each with the number of its line.
    fn faults(&self) -> Vec<(usize, String)> {
        let text = self.without_quotes().to_lowercase();
        let text =
            ALLOWED.iter().fold(text, |text, allowed| text.replace(allowed, &" ".repeat(allowed.len())));
        let line_at = |place: usize| self.line + text[..place].matches('\n').count();
        let mut faults = Vec::new();
        for (place, word) in words(&text) {
            let odd = WORDS.split_whitespace().chain(PROSE_WORDS.split_whitespace()).any(|odd| odd == word);
            if odd || BRITISH.iter().any(|stem| word.starts_with(stem)) {
                faults.push((line_at(place), format!("`{word}`")));
            }
        }
        let joined = text.replace('\n', " ");
        for phrase in PHRASES.iter().chain(PROSE_PHRASES) {
            faults.extend(
                joined.match_indices(phrase).map(|(place, _)| (line_at(place), format!("`{phrase}`"))),
            );
        }
        let first = self.lines.iter().find(|line| !line.is_empty()).and_then(|line| line.split(' ').next());
        if let Some(opener) = first.filter(|first| self.is_doc && OPENERS.contains(first)) {
            faults.push((self.line, format!("a doc comment begins with `{opener}`")));
        }
        faults
    }

    /// Returns the text with spaces for code, addresses and quotations.
    fn without_quotes(&self) -> String {
        let text = self.lines.join("\n");
        let hide = |part: &str| part.replace(|c: char| c != '\n', " ");
        let mut kept = String::new();
        for (index, part) in text.split('`').enumerate() {
            kept.push_str(&if index % 2 == 0 { part.to_owned() } else { hide(part) });
            kept.push(' ');
        }
        let mut prose = String::new();
        for (index, part) in kept.split(['“', '”']).enumerate() {
            prose.push_str(&if index % 2 == 0 { part.to_owned() } else { hide(part) });
            prose.push(' ');
        }
        let words = prose.split_inclusive([' ', '\n']);
        words.map(|word| if word.contains("://") { hide(word) } else { word.to_owned() }).collect()
    }
}

/// Returns the words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_alphanumeric() && c != '_').map(move |word| {
        let place = at;
        at += word.len() + text[place + word.len()..].chars().next().map_or(0, char::len_utf8);
        (place, word)
    })
}

/// The marks of a language's comments.
struct Comments {
    line: &'static str,
    open: &'static str,
    close: &'static str,
}

impl Comments {
    fn of(path: &str) -> Option<Self> {
        match path.rsplit('.').next()? {
            "rs" | "js" | "cjs" | "mjs" | "ts" | "cts" => Some(Self { line: "//", open: "/*", close: "*/" }),
            "py" | "pyi" | "sh" | "toml" | "yaml" | "yml" => {
                Some(Self { line: "#", open: "\"\"\"", close: "\"\"\"" })
            }
            _ => None,
        }
    }

    /// Returns the comments of a source, those on adjacent lines as one.
    fn scan(&self, source: &str) -> Vec<Prose> {
        let mut found: Vec<Prose> = Vec::new();
        let mut previous = None;
        let mut in_block = false;
        for (number, line) in (1..).zip(source.lines()) {
            let trimmed = line.trim();
            let mark;
            if in_block || trimmed.starts_with(self.open) {
                let text =
                    if in_block { trimmed } else { trimmed.strip_prefix(self.open).unwrap_or(trimmed) };
                let end = text.find(self.close);
                let text = text[..end.unwrap_or(text.len())].trim_start_matches('*').trim();
                let text = text.to_owned();
                match found.last_mut().filter(|_| in_block) {
                    Some(block) => block.lines.push(text),
                    None => found.push(Prose { line: number, lines: vec![text], is_doc: true }),
                }
                in_block = end.is_none();
                mark = None;
            } else if let Some(comment) = self.at_the_end_of(line) {
                let is_own = trimmed.starts_with(self.line);
                let text = comment.trim_start_matches(self.line);
                let is_doc = comment.starts_with("///") || text.starts_with('!');
                let text = text.trim_start_matches(['/', '!']).trim().to_owned();
                let this = is_own.then_some((number, is_doc));
                match found.last_mut().filter(|_| this.is_some() && previous == Some((number - 1, is_doc))) {
                    Some(block) => block.lines.push(text),
                    None => found.push(Prose { line: number, lines: vec![text], is_doc }),
                }
                mark = this;
            } else {
                mark = None;
            }
            previous = mark;
        }
        found
    }

    fn at_the_end_of<'l>(&self, line: &'l str) -> Option<&'l str> {
        let is_comment = |place: &usize| {
            let before = &line[..*place];
            (before.is_empty() || before.ends_with(' '))
                && before.matches(['"', '\'']).count().is_multiple_of(2)
        };
        line.match_indices(self.line).map(|(place, _)| place).find(is_comment).map(|place| &line[place..])
    }
}

/// Returns the paragraphs of a Markdown text, without blocks of code.
fn paragraphs(source: &str) -> Vec<Prose> {
    let mut found: Vec<Prose> = Vec::new();
    let mut in_code = false;
    let mut is_open = false;
    for (number, line) in (1..).zip(source.lines()) {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        if in_code || is_fence || line.trim().is_empty() || line.starts_with('>') {
            is_open = false;
            continue;
        }
        match found.last_mut().filter(|_| is_open) {
            Some(paragraph) => paragraph.lines.push(line.to_owned()),
            None => found.push(Prose { line: number, lines: vec![line.to_owned()], is_doc: false }),
        }
        is_open = true;
    }
    found
}

#[test]
fn prose_uses_the_words_of_the_field() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let listed = Command::new("git").arg("-C").arg(root).args(["ls-files", "-z"]).output().expect("git runs");
    let listed = String::from_utf8(listed.stdout).expect("paths in UTF-8");
    let mut read = 0;
    let mut faults = Vec::new();
    for path in listed.split('\0').filter(|path| !SKIPPED.iter().any(|skipped| path.starts_with(skipped))) {
        // A file may be deleted and not yet committed.
        let Ok(source) = fs::read_to_string(root.join(path)) else { continue };
        let prose = match Comments::of(path) {
            Some(comments) => comments.scan(&source),
            None if Path::new(path).extension().is_some_and(|end| end == "md") => paragraphs(&source),
            None => continue,
        };
        read += prose.len();
        let of_file = prose.iter().flat_map(Prose::faults);
        faults.extend(of_file.map(|(line, fault)| format!("{path}:{line}: {fault}")));
    }
    assert!(read > 5000, "read only {read} comments and paragraphs");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn faults_are_found_at_their_lines() {
    let rust = "/// Whether it is so.\nfn a() {\n    let b = \"// blank\"; // a line\n    // A line\n    // end: `blank`.\n}\n";
    let python = "def a():\n    \"\"\"The colour.\n\n    It is mended.\"\"\"\n    b = '# blank'  # anew\n";
    let markdown = "A `blank`.\n\n```\nblank\n```\nThe Red Hat guide says “sign”. See https://a.example/licence here.\n\nA\ngreat one.\n";
    let places = |prose: Vec<Prose>| -> Vec<String> {
        let faults = prose.iter().flat_map(Prose::faults);
        faults.map(|(line, fault)| format!("{line}: {fault}")).collect()
    };
    let scan =
        |path: &str, source| Comments::of(path).map(|comments| comments.scan(source)).unwrap_or_default();
    assert_eq!(places(scan("a.rs", rust)), ["1: a doc comment begins with `Whether`", "4: `line end`"]);
    assert_eq!(places(scan("a.py", python)), ["2: `colour`", "4: `mended`", "5: `anew`"]);
    assert_eq!(places(paragraphs(markdown)), ["9: `great`"]);
}
