//! Places in Dockerfiles are correct: a word is found again at its place, and an edit there changes only that
//! word.
//!
//! The inputs are the shared traps, and the files of the corpus if it is there; each unchanged, and with CRLF
//! and a byte order mark.

use std::fmt::Write as _;

use crate::{corpus, traps};
use rekey_core::Span;
use rekey_core::dockerfile::{
    Arguments, Dockerfile, Fact, Heredoc, Instruction, Keyword, Options, Pair, Quote, Syntax, Word,
};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A file by its name.
struct Input {
    name: String,
    text: Vec<u8>,
}

fn inputs() -> Vec<Input> {
    let traps = traps::traps().into_iter().map(|trap| Input { text: trap.bytes(), name: trap.trap });
    let files = corpus::dockerfiles().into_iter().flatten();
    let files = files.map(|case| Input { text: case.input, name: case.verdict.file });
    let mut inputs: Vec<_> = traps.chain(files).collect();
    let dos: Vec<_> = inputs.iter().filter_map(Input::dos).collect();
    inputs.extend(dos);
    inputs
}

impl Input {
    /// The file as an editor on Windows may save it, unless it already has that form.
    fn dos(&self) -> Option<Self> {
        let mut text = if self.text.starts_with(BOM) { Vec::new() } else { BOM.to_vec() };
        for line in self.text.split_inclusive(|&byte| byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(bare) => {
                    text.extend_from_slice(&[bare.strip_suffix(b"\r").unwrap_or(bare), b"\r\n"].concat());
                }
                None => text.extend_from_slice(line),
            }
        }
        (text != self.text).then(|| Self { name: format!("{}, with CRLF", self.name), text })
    }
}

/// The number of inputs, and the errors found in them.
#[derive(Default)]
struct Tally {
    inputs: usize,
    compared: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// Prints a summary, and fails if there was an error or no input.
    #[track_caller]
    fn report(&self, what: &str) {
        println!("{what}: {} in {} inputs, {} wrong", self.compared, self.inputs, self.wrong.len());
        let mut text = String::new();
        for line in self.wrong.iter().take(40) {
            writeln!(text, "{line}").unwrap();
        }
        assert!(self.wrong.is_empty(), "{} wrong:\n{text}", self.wrong.len());
        assert!(self.compared > 0);
    }
}

fn shown(text: &[u8]) -> String {
    text.escape_ascii().to_string()
}

// Places of words.

/// The text of a span without continuations, and without the empty lines and comments after them.
fn without_continuations(text: &[u8], escape: u8) -> Vec<u8> {
    let mut joined = Vec::new();
    for (number, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let bare = line.trim_ascii_end();
        let blank = bare.trim_ascii_start();
        let is_last = !line.ends_with(b"\n");
        if number > 0 && !is_last && (blank.is_empty() || blank.starts_with(b"#")) {
            continue;
        }
        let kept = if is_last { line } else { bare.strip_suffix(&[escape]).unwrap_or(bare) };
        joined.extend_from_slice(kept);
    }
    joined
}

/// The places in a file, with the text at each.
struct Places<'a> {
    input: &'a [u8],
    escape: u8,
    compared: usize,
    wrong: Vec<String>,
}

impl Places<'_> {
    fn expect(&mut self, what: &str, span: Span, raw: &[u8]) {
        self.compared += 1;
        let found = without_continuations(span.of(self.input), self.escape);
        if found != raw {
            self.wrong.push(format!("{what}: `{}`, at its place `{}`", shown(raw), shown(&found)));
        }
    }

    fn expect_true(&mut self, what: &str, holds: bool) {
        self.compared += 1;
        if !holds {
            self.wrong.push(what.to_owned());
        }
    }

    fn instruction(&mut self, instruction: &Instruction<'_>) {
        let inner = instruction.effective();
        self.expect("keyword", instruction.name.span, &instruction.name.raw);
        self.expect("inner keyword", inner.name.span, &inner.name.raw);
        for word in instruction.words() {
            self.expect("word", word.span, &word.raw);
            // Every part of a word can be found again too.
            for cut in (0..word.raw.len()).step_by(7.max(word.raw.len() / 8)) {
                self.expect("start", inner.part(word, 0..cut), &word.raw[..cut]);
                self.expect("end", inner.part(word, cut..word.raw.len()), &word.raw[cut..]);
            }
        }
        for flag in instruction.flags.iter().chain(&inner.flags) {
            let text = without_continuations(flag.span.of(self.input), self.escape);
            self.expect_true("flag begins with dashes", text.starts_with(b"--"));
            match &flag.value {
                Some(value) => {
                    self.expect_true("flag ends in its value", text.ends_with(&value.raw));
                    self.expect_true("flag and value end at one place", flag.span.end == value.span.end);
                    let before = text.len() - value.raw.len();
                    self.expect_true("`=` before the value", text[..before].ends_with(b"="));
                }
                None => self.expect_true("no `=`", !text.contains(&b'=')),
            }
        }
        let mut from = instruction.span.end;
        for heredoc in &instruction.heredocs {
            self.heredoc(instruction, heredoc);
            self.expect_true("heredocs follow each other", from <= heredoc.content.start);
            from = heredoc.terminator.end;
        }
        let extent = instruction.extent;
        self.expect_true("the instruction's lines hold it", extent.start <= instruction.span.start);
        self.expect_true("the instruction's lines hold its heredocs", from <= extent.end);
        self.expect_true("a line begins there", is_start(self.input, extent.start));
        self.expect_true(
            "a line ends there",
            is_start(self.input, extent.end) || extent.end as usize == self.input.len(),
        );
        let lines = extent.of(self.input).split_inclusive(|&byte| byte == b'\n').count();
        self.expect_true(
            "as many lines as it says",
            lines == (instruction.end_line - instruction.line) as usize + 1,
        );
    }

    fn heredoc(&mut self, instruction: &Instruction<'_>, heredoc: &Heredoc<'_>) {
        let opener = without_continuations(heredoc.opener.of(self.input), self.escape);
        let digits = opener.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let sign: &[u8] = if heredoc.chomp { b"<<-" } else { b"<<" };
        self.expect_true("heredoc opens with its sign", opener[digits..].starts_with(sign));
        let name = &opener[digits + sign.len().min(opener.len() - digits)..];
        let quotes = |text: &[u8]| text.iter().filter(|byte| matches!(byte, b'\'' | b'"')).count();
        self.expect_true(
            "heredoc's name is quoted unless it expands",
            heredoc.expand == (quotes(name) == quotes(heredoc.name.as_bytes())),
        );
        let within =
            instruction.span.start <= heredoc.opener.start && heredoc.opener.end <= instruction.span.end;
        self.expect_true("heredoc opens in its instruction", within);
        self.expect_true("heredoc's lines", heredoc.content.of(self.input) == heredoc.text);
        self.expect_true("heredoc begins a line", is_start(self.input, heredoc.content.start));
        self.expect_true("heredoc's end follows", heredoc.content.end == heredoc.terminator.start);
        let line = heredoc.terminator.of(self.input);
        let tabs = if heredoc.chomp { line.iter().take_while(|&&byte| byte == b'\t').count() } else { 0 };
        // Bytes that are not UTF-8 are replaced in a name.
        let bare = String::from_utf8_lossy(&line[tabs..]);
        self.expect_true("heredoc ends in its name", bare == heredoc.name);
        let rest = self.input[heredoc.terminator.end as usize..].trim_ascii_start();
        let end = self.input.len() - rest.len();
        let gap = &self.input[heredoc.terminator.end as usize..end];
        let gap = gap.split(|&byte| byte == b'\n').next().unwrap_or_default();
        self.expect_true("heredoc ends its line", gap.iter().all(|&byte| byte == b'\r'));
    }
}

fn is_start(input: &[u8], at: u32) -> bool {
    at == 0 || input.get(at as usize - 1) == Some(&b'\n')
}

/// Errors in the places of a file.
fn misplaced(syntax: &Syntax<'_>, compared: &mut usize) -> Vec<String> {
    let mut places =
        Places { input: syntax.input, escape: syntax.escape as u8, compared: 0, wrong: Vec::new() };
    for instruction in &syntax.instructions {
        places.instruction(instruction);
    }
    for comment in &syntax.comments {
        places.expect_true("comment begins with its sign", comment.span.of(syntax.input).starts_with(b"#"));
        places.expect_true("comment ends in its text", comment.span.of(syntax.input).ends_with(comment.raw));
    }
    for directive in &syntax.directives {
        places.expect_true("directive", directive.span.of(syntax.input).starts_with(b"#"));
        places.expect("directive's value", directive.value_span, directive.value.as_bytes());
    }
    // Text outside of instructions is a comment, a directive, or empty; but unterminated heredocs leave lines
    // over.
    if syntax.accepted() {
        let instructions = syntax.instructions.iter().map(|one| one.extent);
        let comments = syntax.comments.iter().map(|one| one.span);
        let directives = syntax.directives.iter().map(|one| one.span);
        let mut held = vec![false; syntax.input.len()];
        for span in instructions.chain(comments).chain(directives) {
            held[span.range()].fill(true);
        }
        let loose: Vec<u8> =
            syntax.input.iter().zip(held).filter_map(|(&byte, held)| (!held).then_some(byte)).collect();
        let loose = loose.strip_prefix(BOM).unwrap_or(&loose);
        let is_blank = String::from_utf8_lossy(loose).chars().all(char::is_whitespace);
        places.expect_true("nothing is left over", is_blank);
    }
    *compared += places.compared;
    places.wrong
}

#[test]
fn words_are_at_their_places() {
    let mut tally = Tally::default();
    for input in inputs() {
        tally.inputs += 1;
        let wrong = misplaced(&Syntax::scan(&input.text), &mut tally.compared);
        tally.wrong.extend(wrong.into_iter().map(|text| format!("{}: {text}", input.name)));
    }
    tally.report("places");
}

// Edits.

/// The content of a file, without places.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    escape: char,
    accepted: bool,
    directives: Vec<Vec<u8>>,
    comments: Vec<Vec<u8>>,
    instructions: Vec<Vec<Vec<u8>>>,
}

impl Said {
    /// The content outside of a span.
    fn of(syntax: &Syntax<'_>, without: Span) -> Self {
        let bytes = |span: Span| span.of(syntax.input).to_vec();
        let outside = |span: Span| span.end <= without.start || without.end <= span.start;
        Self {
            escape: syntax.escape,
            accepted: syntax.accepted(),
            directives: syntax.directives.iter().map(|one| bytes(one.span)).collect(),
            comments: syntax
                .comments
                .iter()
                .filter(|comment| outside(comment.span))
                .map(|comment| bytes(comment.span))
                .collect(),
            instructions: syntax.instructions.iter().map(parts).collect(),
        }
    }
}

/// The keyword, the words and the heredocs of an instruction.
fn parts(instruction: &Instruction<'_>) -> Vec<Vec<u8>> {
    let flags = instruction.flags.iter().map(|flag| flag.name.as_bytes().to_vec());
    let words = instruction.words();
    let words = words.iter().map(|word| word.raw.to_vec());
    let heredocs = instruction.heredocs.iter().map(|heredoc| heredoc.text.to_vec());
    std::iter::once(instruction.name.raw.to_vec()).chain(flags).chain(words).chain(heredocs).collect()
}

/// A change to a file, with the expected content.
struct Edit {
    what: &'static str,
    span: Span,
    text: Vec<u8>,
    /// The instruction that is changed, and the index of its part; or the instruction after which a new one
    /// is inserted.
    place: (usize, Option<usize>),
}

const INSERTED: &str = "ARG inserted=yes";

/// Edits of a file: the values of `USER` and of labels, images, destinations, and a new line after each
/// instruction.
fn edits(syntax: &Syntax<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (index, instruction) in syntax.instructions.iter().enumerate() {
        let mut replace = |what, word: &Word<'_>, text: &str| {
            let all = instruction.words();
            let at = all.iter().position(|found| std::ptr::eq(*found, word)).unwrap();
            let place = (index, Some(1 + instruction.flags.len() + at));
            edits.push(Edit { what, span: word.span, text: text.into(), place });
        };
        let inner = instruction.effective();
        match &inner.arguments {
            Arguments::Value(word) if inner.keyword == Keyword::User => replace("user", word, "4711:0"),
            Arguments::Pairs(pairs) if inner.keyword == Keyword::Label => {
                for Pair { key, value, .. } in pairs {
                    // A quote that is opened in the key would end in the value.
                    let open = key.quote() == Quote::Mixed;
                    replace("label", value, if open { "new-value" } else { "\"new value\"" });
                }
            }
            Arguments::From { image, .. } => replace("image", image, "registry.example/new:1"),
            Arguments::Copy { destination, .. } => {
                let json = destination.quote() == Quote::Json;
                replace("destination", destination, if json { "\"/new/\"" } else { "/new/" });
            }
            _ => {}
        }
        let lines = instruction.extent.of(syntax.input);
        if syntax.instructions.get(index + 1).is_some() || !is_open(lines, syntax.escape as u8) {
            let newline = if lines.ends_with(b"\r\n") { "\r\n" } else { "\n" };
            let before = if lines.ends_with(b"\n") { "" } else { newline };
            let text = format!("{before}{INSERTED}{newline}").into_bytes();
            let span = Span::at(instruction.extent.end as usize);
            edits.push(Edit { what: "line", span, text, place: (index, None) });
        }
    }
    edits
}

/// Returns true if the last line is a continuation at the end of the file.
fn is_open(lines: &[u8], escape: u8) -> bool {
    let mut open = false;
    for line in lines.split(|&byte| byte == b'\n') {
        let text = line.trim_ascii();
        if !(open && (text.is_empty() || text.starts_with(b"#"))) {
            let escapes = text.iter().rev().take_while(|&&byte| byte == escape).count();
            open = !text.is_empty() && escapes == 1;
        }
    }
    open
}

impl Edit {
    fn apply(&self, input: &[u8]) -> Vec<u8> {
        let range = self.span.range();
        [&input[..range.start], &self.text, &input[range.end..]].concat()
    }

    /// The expected content after the edit.
    fn expected(&self, before: &Syntax<'_>) -> Said {
        let mut said = Said::of(before, self.span);
        match self.place {
            (index, Some(part)) => said.instructions[index][part].clone_from(&self.text),
            (index, None) => {
                let words = ["ARG", "inserted", "yes"].map(|word| word.as_bytes().to_vec());
                said.instructions.insert(index + 1, words.to_vec());
            }
        }
        said
    }

    /// The unintended changes that the edit made.
    fn damage(&self, before: &Syntax<'_>) -> Option<String> {
        let input = self.apply(before.input);
        let after = Syntax::scan(&input);
        let (expected, found) = (self.expected(before), Said::of(&after, Span::at(0)));
        let same_start = before.input.starts_with(BOM) == input.starts_with(BOM);
        let bare = |text: &[u8]| text.split(|&byte| byte == b'\n').count() - newlines(text);
        let newlines_kept = !self.text.ends_with(b"\r\n") || bare(before.input) == bare(&input);
        if expected == found && same_start && newlines_kept {
            return None;
        }
        let at = expected.instructions.iter().zip(&found.instructions).position(|(a, b)| a != b);
        let instruction = |said: &Said| {
            let parts = at.and_then(|at| said.instructions.get(at)).map(|parts| parts.join(&b"|"[..]));
            shown(&parts.unwrap_or_default())
        };
        Some(format!(
            "{} at {}: expected `{}`, found `{}`",
            self.what,
            self.span,
            instruction(&expected),
            instruction(&found)
        ))
    }
}

/// The number of CRLF newlines.
fn newlines(text: &[u8]) -> usize {
    text.windows(2).filter(|pair| pair == b"\r\n").count()
}

/// The maximum number of labels of a file that are edited.
const EDITS: usize = 24;

#[test]
fn edits_change_only_their_word() {
    let mut tally = Tally::default();
    for input in inputs() {
        let syntax = Syntax::scan(&input.text);
        if !syntax.accepted() {
            continue;
        }
        tally.inputs += 1;
        let edits = edits(&syntax);
        for edit in edits.iter().step_by(edits.len().div_ceil(EDITS).max(1)) {
            tally.compared += 1;
            let damage = edit.damage(&syntax);
            tally.wrong.extend(damage.map(|text| format!("{}: {text}", input.name)));
        }
    }
    tally.report("edits");
}

#[test]
fn edits_of_effective_values_take_effect() {
    let mut tally = Tally::default();
    for input in inputs() {
        let file = Dockerfile::parse(&input.text, &Options::default());
        if !file.accepted() || file.first_error().is_some() {
            continue;
        }
        tally.inputs += 1;
        let edited = |span: Span, text: &str| {
            let range = span.range();
            [&input.text[..range.start], text.as_bytes(), &input.text[range.end..]].concat()
        };
        let labels = |file: &Dockerfile<'_>| -> Vec<_> {
            file.labels.iter().map(|label| (label.key.clone(), label.value.clone())).collect()
        };
        if let Some(span) = file.user.span {
            tally.compared += 1;
            let text = edited(span, "4711");
            let after = Dockerfile::parse(&text, &Options::default());
            let same = labels(&after) == labels(&file) && after.added_layers == file.added_layers;
            if after.user.value() != Some("4711") || !same {
                tally.wrong.push(format!("{}: user is {:?}", input.name, after.user));
            }
        }
        for (index, label) in file.labels.iter().enumerate().filter(|(_, label)| label.step.is_some()) {
            tally.compared += 1;
            let text = edited(label.value_span, "'new value'");
            let after = Dockerfile::parse(&text, &Options::default());
            let (mut before, after) = (labels(&file), labels(&after));
            before[index].1 = Fact::Known("new value".to_owned());
            if after != before {
                tally.wrong.push(format!("{}: labels are {after:?}", input.name));
            }
        }
    }
    tally.report("settings");
}

// The comparisons detect errors.

const FILE: &[u8] =
    b"\xef\xbb\xbf# escape=`\r\nFROM scratch\r\nLABEL a=1 `\r\n# why\r\n  b=\"x `\r\n y\"\r\nUSER 1001\r\nCMD []\r\n";

#[test]
fn a_wrong_place_is_detected() {
    let syntax = Syntax::scan(FILE);
    let mut compared = 0;
    assert_eq!(misplaced(&syntax, &mut compared), Vec::<String>::new());
    let words: Vec<_> = syntax.instructions.iter().flat_map(Instruction::words).collect();
    assert_eq!(words.len(), 6);
    for word in words {
        for (start, end) in [(1, 0), (0, 1), (1, 1), (3, 3)] {
            let mut places = Places { input: FILE, escape: b'`', compared: 0, wrong: Vec::new() };
            let span = Span::new(word.span.start as usize - start, word.span.end as usize - end);
            places.expect("word", span, &word.raw);
            assert_eq!(places.wrong.len(), 1, "{}", shown(span.of(FILE)));
        }
    }
    // A place without the text between its lines differs.
    assert_eq!(without_continuations(b"\"x `\r\n# no\r\n y\"", b'`'), b"\"x  y\"");
    assert_ne!(without_continuations(b"\"x `\r\n y\"", b'\\'), b"\"x  y\"");
}

#[test]
fn damage_is_detected() {
    let syntax = Syntax::scan(FILE);
    let all = edits(&syntax);
    assert_eq!(all.len(), 8);
    for edit in all {
        assert_eq!(edit.damage(&syntax), None);
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        let damaged = [
            Edit { span: Span::new(start - 1, end), text: edit.text.clone(), ..edit },
            Edit {
                span: Span::new(start, (end + 2).min(FILE.len())),
                text: [b"\0", &edit.text[..]].concat(),
                ..edit
            },
            Edit { text: [&edit.text[..], b"\r\nRUN extra\r\n"].concat(), ..edit },
            Edit { text: [&edit.text[..], b"\r\n# extra\r\n"].concat(), ..edit },
        ];
        for wrong in damaged {
            assert!(wrong.damage(&syntax).is_some(), "{}: {}", edit.what, shown(&wrong.text));
        }
    }
}
