//! The commands of a shell script, as far as rules need them: words, quotes, separators, comments.
//!
//! This is not a shell. Keywords of compound commands are skipped, so that `if x; then dnf install y; fi`
//! contains the command `dnf install y`; the arguments of `sh -c` and `eval` are read as scripts too. A
//! variable is replaced only if it is a whole word and the script or the Dockerfile sets its value; a loop
//! variable has all of its values. The output of `echo` piped to `xargs` becomes arguments of its command.

use std::borrow::Cow;

use super::{
    Dockerfile, Keyword,
    instruction::{Arguments, Command as Form, Instruction, Script},
    limits,
};
use crate::text::Span;

/// The maximum nesting of `sh -c`.
const MAX_DEPTH: u32 = 4;
/// The maximum number of bytes that replace variables in a file.
const MAX_REPLACED: usize = 1 << 20;
/// The maximum number of variables remembered of one script.
const MAX_LOCALS: usize = 256;

/// A `RUN` of the image's chain, with the texts that it runs.
#[derive(Debug)]
pub(crate) struct Run<'i, 'a> {
    pub(crate) step: usize,
    /// Its instruction.
    pub(crate) instruction: &'i Instruction<'a>,
    /// The command line and the heredocs, or each string of a JSON array.
    pub(crate) scripts: Vec<Script<'i, 'a>>,
}

/// A command with its arguments.
#[derive(Debug)]
pub(crate) struct Command<'s> {
    /// The step that runs it.
    pub(crate) step: usize,
    /// The program and its arguments, at least one word.
    pub(crate) words: Box<[Word<'s>]>,
    /// The files that its output is redirected to: `> file`.
    pub(crate) outputs: Box<[Word<'s>]>,
    /// True if it runs in every successful build: there is no condition, branch or loop around it.
    pub(crate) is_certain: bool,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub(crate) struct Word<'s> {
    /// The text after the shell has removed quotes.
    pub(crate) text: Cow<'s, str>,
    script: &'s Script<'s, 's>,
    /// Its place in the script.
    span: Span,
}

impl Command<'_> {
    /// The program's name without its folder.
    pub(crate) fn program(&self) -> &str {
        let name = self.words.first().map_or("", |word| &word.text);
        name.rsplit('/').next().unwrap_or(name)
    }

    /// The arguments after the program.
    pub(crate) fn arguments(&self) -> &[Word<'_>] {
        self.words.get(1..).unwrap_or_default()
    }
}

impl Word<'_> {
    /// The place of the word in the file; a word from a variable or `sh -c` is marked as a whole.
    pub(crate) fn place(&self) -> Span {
        self.script.span(self.span.range())
    }
}

/// The `RUN` steps that build the image, in order.
pub(crate) fn runs<'i, 'a>(file: &'i Dockerfile<'a>) -> Vec<Run<'i, 'a>> {
    let steps = 0..file.steps.len();
    steps
        .filter_map(|step| {
            let instruction = file.instruction(step).filter(|one| one.keyword == Keyword::Run)?;
            Some(Run { step, instruction, scripts: instruction.scripts() })
        })
        .collect()
}

/// The `RUN` steps that build a stage outside the image's chain, from the root of its own chain.
pub(crate) fn runs_of_stage<'i, 'a>(file: &'i Dockerfile<'a>, stage: usize) -> Vec<Run<'i, 'a>> {
    let mut chain = Vec::new();
    let mut next = Some(stage);
    // A stage can only begin with an earlier one.
    while let Some(stage) = next.and_then(|index| file.stages.get(index)) {
        chain.push(stage.instructions.clone());
        next = stage.parent().filter(|parent| *parent < stage.index);
    }
    let instructions = chain.into_iter().rev().filter_map(|body| file.instructions.get(body)).flatten();
    let runs = instructions.filter(|instruction| instruction.keyword == Keyword::Run);
    runs.map(|instruction| Run { step: 0, instruction, scripts: instruction.scripts() }).collect()
}

/// The commands of these steps, in order.
pub(crate) fn commands<'s>(file: &'s Dockerfile<'_>, runs: &'s [Run<'s, 's>]) -> Vec<Command<'s>> {
    read(Some(file), runs)
}

/// The commands of a stage outside the image's chain, in order; its variables are unknown.
pub(crate) fn commands_of_stage<'s>(runs: &'s [Run<'s, 's>]) -> Vec<Command<'s>> {
    read(None, runs)
}

fn read<'s>(file: Option<&'s Dockerfile<'_>>, runs: &'s [Run<'s, 's>]) -> Vec<Command<'s>> {
    let mut commands = Commands { all: Vec::new(), room: limits::MAX_SHELL_WORDS, replaced: 0, file };
    for run in runs {
        let step = run.step;
        if let Arguments::Command(Form::Exec(strings)) = &run.instruction.arguments {
            let word = |script: &'s Script<'s, 's>| Word {
                text: Cow::Borrowed(&script.text),
                script,
                span: Span::at(0),
            };
            let words = run.scripts.iter().take(strings.len()).map(word).collect();
            commands.push(Command { step, words, outputs: Box::default(), is_certain: true }, 0);
            continue;
        }
        let Some((line, documents)) = run.scripts.split_first() else { continue };
        let first = commands.all.len();
        commands.read(step, line);
        if commands.all.get(first).is_none_or(|reader| is_shell(reader.program())) {
            for document in documents.iter().filter(|document| is_shell_script(&document.text)) {
                commands.read(step, document);
            }
        }
    }
    commands.all
}

/// Words before a command that are not its program.
const PREFIXES: &[&str] = &[
    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "sudo", "exec", "time", "command", "env",
    "nice", "export", "xargs",
];

fn is_shell(program: &str) -> bool {
    matches!(program, "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh")
}

/// Returns true if a heredoc for a shell names no other interpreter.
fn is_shell_script(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.strip_prefix("#!").is_none_or(|interpreter| interpreter.split(['/', ' ']).any(is_shell))
}

/// The script that `sh -c`, `bash -lc`, `su - user -c` or `eval` runs.
fn inner_script<'c, 's>(command: &'c Command<'s>) -> Option<&'c Word<'s>> {
    let program = command.program();
    if program == "eval" {
        return command.words.get(1);
    }
    if !(is_shell(program) || matches!(program, "su" | "runuser")) {
        return None;
    }
    let is_c = |word: &Word<'_>| {
        word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c')
    };
    let at = command.words.iter().position(is_c)?;
    command.words.get(at + 1)
}

/// A growing list of commands.
struct Commands<'s, 'f> {
    /// The file whose variables are known.
    file: Option<&'f Dockerfile<'f>>,
    all: Vec<Command<'s>>,
    /// The number of words left.
    room: usize,
    /// The number of bytes that replaced variables.
    replaced: usize,
}

impl<'s> Commands<'s, '_> {
    fn read(&mut self, step: usize, script: &'s Script<'s, 's>) {
        let word = |text, span| Word { text, script, span };
        self.split(step, &script.text, &word, 0);
    }

    /// Splits a text into commands; `word` makes a word of a text with its place.
    fn split<'t>(
        &mut self,
        step: usize,
        text: &'t str,
        word: &dyn Fn(Cow<'t, str>, Span) -> Word<'s>,
        depth: u32,
    ) {
        let mut locals: Vec<(Cow<'t, str>, Cow<'t, str>)> = Vec::new();
        let mut reader = Reader { script: text, at: 0 };
        let (mut words, mut outputs): (Vec<Word<'s>>, Vec<Word<'s>>) = (Vec::new(), Vec::new());
        let mut after_prefix = false;
        let mut piped: Vec<Word<'s>> = Vec::new();
        let mut order = Order::default();
        let first = self.all.len();
        loop {
            let token = if words.len() < self.room { reader.next() } else { Token::End };
            match token {
                Token::Word(text, _) if words.is_empty() && PREFIXES.contains(&&*text) => {
                    after_prefix = true;
                    order.keyword(&text);
                    if text != "xargs" {
                        piped.clear();
                    }
                }
                // An option of the prefix, as in `sudo -E`.
                Token::Word(text, _) if words.is_empty() && after_prefix && text.starts_with('-') => {}
                Token::Word(text, _) if words.is_empty() && is_assignment(&text) => {
                    if locals.len() < MAX_LOCALS {
                        locals.push(assignment(text));
                    }
                }
                Token::Word(text, span) => {
                    let value = variable(&text).and_then(|name| {
                        let local = locals.iter().rev().find(|(local, _)| local == name);
                        let known = || self.file.and_then(|file| file.variable(step, name));
                        local.map(|(_, value)| &**value).or_else(known)
                    });
                    match value.filter(|_| self.replaced < MAX_REPLACED) {
                        Some(value) => {
                            self.replaced += value.len();
                            let parts = value.split_ascii_whitespace();
                            words.extend(parts.map(|part| word(Cow::Owned(part.to_owned()), span)));
                        }
                        None => words.push(word(text, span)),
                    }
                }
                Token::Output(text, span) => outputs.push(word(text, span)),
                end => {
                    if after_prefix {
                        words.append(&mut piped);
                    }
                    after_prefix = false;
                    piped.clear();
                    if !words.is_empty() {
                        if locals.len() < MAX_LOCALS {
                            locals.extend(loop_variable(&words));
                        }
                        let program = words.first().map_or("", |word| &word.text);
                        if matches!(end, Token::Pipe) && matches!(program, "echo" | "printf") {
                            let arguments = words.iter().skip(1).filter(|word| !word.text.starts_with('-'));
                            piped.extend(arguments.cloned());
                        }
                        // It may fail if something else runs then.
                        let is_certain = order.command(program) && !matches!(end, Token::Or);
                        let (words, outputs) = (words.drain(..).collect(), outputs.drain(..).collect());
                        self.push(Command { step, words, outputs, is_certain }, depth);
                    }
                    outputs.clear();
                    order.separator(&end);
                    if matches!(end, Token::End) {
                        // After `a && b; c` it is unknown whether `b` ran.
                        if order.is_sequence {
                            let commands = self.all.get_mut(first..).unwrap_or_default();
                            for command in commands {
                                command.is_certain &= !order.is_joined;
                            }
                        }
                        return;
                    }
                }
            }
        }
    }

    /// Adds a command or the commands that it runs itself.
    fn push(&mut self, command: Command<'s>, depth: u32) {
        self.room = self.room.saturating_sub(command.words.len());
        let Some(inner) = inner_script(&command).filter(|_| depth < MAX_DEPTH) else {
            return self.all.push(command);
        };
        let word = |text: Cow<'_, str>, _| Word {
            text: Cow::Owned(text.into_owned()),
            script: inner.script,
            span: inner.span,
        };
        let first = self.all.len();
        self.split(command.step, &inner.text, &word, depth + 1);
        let inner = self.all.get_mut(first..).unwrap_or_default();
        for inner in inner {
            inner.is_certain &= command.is_certain;
        }
    }
}

/// The variable of `for NAME in VALUES`, and its values.
fn loop_variable<'t>(words: &[Word<'_>]) -> Option<(Cow<'t, str>, Cow<'t, str>)> {
    let [head, name, link, values @ ..] = words else { return None };
    let is_loop = head.text == "for" && link.text == "in";
    let values = || values.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
    is_loop.then(|| (name.text.to_string().into(), values().into()))
}

/// The order of commands, which decides whether each of them is certain to run.
#[derive(Default)]
struct Order {
    /// True after a condition, a branch, a loop or a subshell: the rest may not run.
    is_open: bool,
    /// True if commands are joined by `&&`, and true if some are joined unconditionally.
    is_joined: bool,
    is_sequence: bool,
    /// The token before the next command.
    before: Before,
}

#[derive(Default, PartialEq, Eq)]
enum Before {
    #[default]
    Nothing,
    Command,
    /// A command followed by a `;` or a newline.
    End,
}

impl Order {
    fn keyword(&mut self, prefix: &str) {
        self.is_open |= !matches!(prefix, "sudo" | "time" | "command" | "env" | "nice" | "export" | "xargs");
    }

    /// Returns true if the command that ends here is certain to run.
    fn command(&mut self, program: &str) -> bool {
        self.is_sequence |= self.before == Before::End;
        self.before = Before::Command;
        let is_certain = !self.is_open;
        self.is_open |= matches!(program, "for" | "case" | "exit" | "return");
        is_certain
    }

    fn separator(&mut self, token: &Token<'_>) {
        match token {
            Token::And => self.is_joined = true,
            Token::Next if self.before == Before::Command => self.before = Before::End,
            Token::Or | Token::Pipe | Token::Separator => self.is_open = true,
            _ => {}
        }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Splits `NAME=value` into name and value.
fn assignment(word: Cow<'_, str>) -> (Cow<'_, str>, Cow<'_, str>) {
    match word {
        Cow::Borrowed(word) => {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            (name.into(), value.into())
        }
        Cow::Owned(word) => {
            let (name, value) = word.split_once('=').unwrap_or((&word, ""));
            (name.to_owned().into(), value.to_owned().into())
        }
    }
}

/// The variable that is a whole word: `$NAME`, `${NAME}`.
pub(crate) fn variable(word: &str) -> Option<&str> {
    let name = word.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    is_name(name).then_some(name)
}

pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

enum Token<'t> {
    Word(Cow<'t, str>, Span),
    /// The file after `>`.
    Output(Cow<'t, str>, Span),
    /// `;` or a newline
    Next,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// Anything else that ends a command: `&`, a parenthesis.
    Separator,
    End,
}

struct Reader<'t> {
    script: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Token<'t> {
        loop {
            match self.peek(0) {
                None => return Token::End,
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.line_end(1).is_some() => self.at += 1 + self.line_end(1).unwrap_or(0),
                Some(b'#') => self.skip_line(),
                Some(b'\n' | b';') => {
                    self.at += 1;
                    return Token::Next;
                }
                Some(first @ (b'&' | b'|')) if self.peek(1) == Some(first) => {
                    self.at += 2;
                    return if first == b'&' { Token::And } else { Token::Or };
                }
                Some(b'&') if self.peek(1) == Some(b'>') => self.at += 1,
                Some(b'|') => {
                    self.at += 1;
                    return Token::Pipe;
                }
                Some(b'&' | b'(' | b')' | b'`') => {
                    self.at += 1;
                    return Token::Separator;
                }
                Some(b'<' | b'>') => {
                    if let Some(output) = self.redirection() {
                        return output;
                    }
                }
                Some(b'0'..=b'9') if self.is_descriptor() => {
                    if let Some(output) = self.redirection() {
                        return output;
                    }
                }
                Some(b'$') if self.peek(1) == Some(b'(') => {
                    self.at += 2;
                    return Token::Separator;
                }
                Some(_) => return self.word(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.script.as_bytes().get(self.at + ahead).copied()
    }

    /// The length of the newline that begins `ahead` bytes further on.
    fn line_end(&self, ahead: usize) -> Option<usize> {
        match (self.peek(ahead), self.peek(ahead + 1)) {
            (Some(b'\n'), _) => Some(1),
            (Some(b'\r'), Some(b'\n')) => Some(2),
            _ => None,
        }
    }

    fn skip_line(&mut self) {
        let rest = self.script.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }

    /// Returns true if the digits are directly followed by `<` or `>`.
    fn is_descriptor(&self) -> bool {
        let rest = self.script.as_bytes().get(self.at..).unwrap_or_default();
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        matches!(rest.get(digits), Some(b'<' | b'>'))
    }

    /// Reads a redirection, `2>&1` or `> file`: the file that is written to is not a word of the command.
    fn redirection(&mut self) -> Option<Token<'t>> {
        while matches!(self.peek(0), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let (mut writes, mut copies) = (false, false);
        while let Some(sign @ (b'<' | b'>' | b'&' | b'|' | b' ' | b'\t')) = self.peek(0) {
            if sign == b'|' && !writes {
                break;
            }
            writes |= sign == b'>';
            copies |= sign == b'&' || sign == b'<';
            self.at += 1;
        }
        match self.peek(0).filter(|b| !is_end(*b)).map(|_| self.word()) {
            Some(Token::Word(text, span)) if writes && !copies => Some(Token::Output(text, span)),
            _ => None,
        }
    }

    fn word(&mut self) -> Token<'t> {
        let start = self.at;
        // The text read so far if it differs from the source, and the start of the part that is still to be
        // added.
        let mut cooked: Option<String> = None;
        let mut kept = start;
        while let Some(b) = self.peek(0) {
            match b {
                _ if is_end(b) => break,
                b'$' if self.peek(1) == Some(b'(') => break,
                b'\'' | b'"' => {
                    let cooked = cooked.get_or_insert_default();
                    cooked.push_str(self.since(kept));
                    self.quoted(b, cooked);
                    kept = self.at;
                }
                b'\\' => {
                    let cooked = cooked.get_or_insert_default();
                    cooked.push_str(self.since(kept));
                    self.at += 1;
                    kept = self.at;
                    match self.line_end(0) {
                        Some(width) => {
                            self.at += width;
                            kept = self.at;
                        }
                        None => self.skip_char(),
                    }
                }
                _ => self.at += 1,
            }
        }
        let rest = self.since(kept);
        let text = match cooked {
            None => Cow::Borrowed(rest),
            Some(cooked) => Cow::Owned(cooked + rest),
        };
        Token::Word(text, Span::new(start, self.at))
    }

    /// Reads a quoted part of a word, up to its closing quote or the end.
    fn quoted(&mut self, quote: u8, cooked: &mut String) {
        self.at += 1;
        let mut kept = self.at;
        while let Some(b) = self.peek(0) {
            match b {
                _ if b == quote => {
                    cooked.push_str(self.since(kept));
                    self.at += 1;
                    return;
                }
                b'\\' if quote == b'"' => {
                    cooked.push_str(self.since(kept));
                    self.at += 1;
                    kept = self.at;
                    self.skip_char();
                }
                _ => self.at += 1,
            }
        }
        cooked.push_str(self.since(kept));
    }

    /// The text read since that place.
    fn since(&self, start: usize) -> &'t str {
        self.script.get(start..self.at).unwrap_or_default()
    }

    fn skip_char(&mut self) {
        let rest = self.script.get(self.at..).unwrap_or_default();
        self.at += rest.chars().next().map_or(0, char::len_utf8);
    }
}

fn is_end(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'`')
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;

    /// The words of every command in the last stage of a file.
    #[track_caller]
    fn of_file(text: &str) -> Vec<Vec<String>> {
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let runs = runs(&file);
        let words = |command: &Command<'_>| command.words.iter().map(|word| word.text.to_string()).collect();
        commands(&file, &runs).iter().map(words).collect()
    }

    #[track_caller]
    fn words(script: &str) -> Vec<Vec<String>> {
        of_file(&format!("FROM scratch\nRUN {script}\n"))
    }

    #[test]
    fn a_script_is_split_into_commands_and_words() {
        for (script, expected) in [
            ("a b && c d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a;b|c", vec![vec!["a"], vec!["b"], vec!["c"]]),
            ("a 'b c' \"d e\" f\\ g", vec![vec!["a", "b c", "d e", "f g"]]),
            ("a x'b'y\"z\"w", vec![vec!["a", "xbyzw"]]),
            ("a \\\n b", vec![vec!["a", "b"]]),
            ("a # b", vec![vec!["a"]]),
            ("a#b", vec![vec!["a#b"]]),
            ("a > f 2>&1", vec![vec!["a"]]),
            ("a 22 2> f b", vec![vec!["a", "22", "b"]]),
            ("A=1 B='x y' cmd", vec![vec!["cmd"]]),
            ("if x; then y; fi", vec![vec!["x"], vec!["y"], vec!["fi"]]),
            ("a $(b c) d", vec![vec!["a"], vec!["b", "c"], vec!["d"]]),
            ("sudo -E env A=1 a b", vec![vec!["a", "b"]]),
            ("a 'open", vec![vec!["a", "open"]]),
            ("a é\\é 'é' \"\\é\"", vec![vec!["a", "éé", "é", "é"]]),
            ("a &> f && b >| f", vec![vec!["a"], vec!["b"]]),
            ("echo -n x y | xargs a b", vec![vec!["echo", "-n", "x", "y"], vec!["a", "b", "x", "y"]]),
            ("echo x | a", vec![vec!["echo", "x"], vec!["a"]]),
            ("echo x; xargs a", vec![vec!["echo", "x"], vec!["a"]]),
        ] {
            assert_eq!(words(script), expected, "{script:?}");
        }
    }

    #[test]
    fn only_commands_that_run_in_every_build_are_certain() {
        for (script, expected) in [
            ("a", "a"),
            ("a && b && c", "a b c"),
            ("set -e; a; b", "set a b"),
            ("[\"a\", \"b\"]", "a"),
            ("sh -c 'a && b'", "a b"),
            ("sudo a && env X=1 b", "a b"),
            ("a || b", ""),
            ("a | b", "a"),
            ("a && b; c", ""),
            ("if a; then b; fi", ""),
            ("a && if b; then c; fi", ""),
            ("for x in a; do b; done; c", "for"),
            ("(a) && b", ""),
            ("a; exit 0; b", "a exit"),
            ("x || sh -c 'a && b'", ""),
            ("<<E\na\nb\nE", "a b"),
        ] {
            let text = format!("FROM scratch\nRUN {script}\n");
            let file = Dockerfile::parse(text.as_bytes(), &Options::default());
            let runs = runs(&file);
            let commands = commands(&file, &runs);
            let certain = commands.iter().filter(|command| command.is_certain);
            let certain: Vec<_> = certain.map(Command::program).collect();
            assert_eq!(certain.join(" "), expected, "{script}");
        }
    }

    #[test]
    fn the_files_of_an_output_are_known() {
        for (script, expected) in [
            ("a > /f", "/f"),
            ("a >>/f 2> '/g h'", "/f,/g h"),
            ("a 2>&1 < /in > /out", "/out"),
            ("a &> /f", "/f"),
            ("cat <<E > /f\nx\nE", "/f"),
            ("a < /in", ""),
        ] {
            let text = format!("FROM scratch\nRUN {script}\n");
            let file = Dockerfile::parse(text.as_bytes(), &Options::default());
            let runs = runs(&file);
            let commands = commands(&file, &runs);
            let outputs: Vec<_> = commands
                .iter()
                .flat_map(|command| &command.outputs)
                .map(|word| word.text.to_string())
                .collect();
            assert_eq!(outputs.join(","), expected, "{script}");
        }
    }

    #[test]
    fn the_argument_of_a_shell_is_read_as_a_script() {
        for (script, expected) in [
            ("bash -c 'a b && c'", vec![vec!["a", "b"], vec!["c"]]),
            ("/bin/sh -euxc \"a\" x", vec![vec!["a"]]),
            ("su - user -c 'a b'", vec![vec!["a", "b"]]),
            ("eval 'a b'", vec![vec!["a", "b"]]),
            ("[\"a\", \"b c\"]", vec![vec!["a", "b c"]]),
            ("[\"/bin/bash\", \"-c\", \"a b && c\"]", vec![vec!["a", "b"], vec!["c"]]),
            ("bash --rc a", vec![vec!["bash", "--rc", "a"]]),
            ("<<EOF\na b\nc\nEOF", vec![vec!["a", "b"], vec!["c"]]),
            ("bash <<EOF\na\nEOF", vec![vec!["bash"], vec!["a"]]),
            ("cat > f <<EOF\na\nEOF", vec![vec!["cat"]]),
            ("<<EOF\n#!/usr/bin/env python3\na\nEOF", vec![]),
            ("<<EOF\n#!/bin/bash -e\na\nEOF", vec![vec!["a"]]),
        ] {
            assert_eq!(words(script), expected, "{script:?}");
        }
    }

    #[test]
    fn scripts_within_each_other_are_read_four_deep() {
        let quoted = |script: &str| format!("'{}'", script.replace('\'', "'\\''"));
        let nested =
            |depth| (0..depth).fold("a b".to_owned(), |script, _| format!("sh -c {}", quoted(&script)));
        assert_eq!(words(&nested(4)), [["a", "b"]]);
        assert_eq!(words(&nested(5)), [["sh", "-c", "a b"]]);
    }

    #[test]
    fn a_variable_that_is_all_of_a_word_is_replaced() {
        for (script, expected) in [
            ("P=\"a b\" && i $P ${P}", vec![vec!["i", "a", "b", "a", "b"]]),
            ("export P=a; i $P", vec![vec!["i", "a"]]),
            ("P=a; bash -c \"Q=b; i $Q\"", vec![vec!["i", "b"]]),
            ("i $P x$P", vec![vec!["i", "$P", "x$P"]]),
            (
                "for p in a b; do i $p; done",
                vec![vec!["for", "p", "in", "a", "b"], vec!["i", "a", "b"], vec!["done"]],
            ),
        ] {
            assert_eq!(words(script), expected, "{script:?}");
        }
        let set = "FROM scratch\nARG A=1\nENV P=\"a b$A\"\nRUN i $P $A\nENV P=c\nRUN i $P\n";
        assert_eq!(of_file(set), [vec!["i", "a", "b1", "1"], vec!["i", "c"]]);
    }

    #[test]
    fn only_commands_of_the_target_are_read() {
        let text =
            "FROM scratch AS a\nRUN a\nFROM scratch AS b\nRUN b\nFROM a\nONBUILD RUN c\nCMD d\nRUN e\n";
        assert_eq!(of_file(text), [["a"], ["e"]]);
    }

    #[test]
    fn a_place_is_the_words_own() {
        let text = "FROM scratch\nRUN a \\\n  'b c' && sh -c 'd e'\n";
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let runs = runs(&file);
        let commands = commands(&file, &runs);
        let places: Vec<_> = commands
            .iter()
            .flat_map(|command| &command.words)
            .map(|word| word.place().str(text.as_bytes()).unwrap())
            .collect();
        assert_eq!(places, ["a", "'b c'", "'d e'", "'d e'"]);
    }

    #[test]
    fn replacing_variables_is_bounded() {
        let value = "x".repeat(1 << 16);
        let text = format!("FROM scratch\nENV P={value}\n{}", "RUN i $P\n".repeat(1000));
        let file = Dockerfile::parse(text.as_bytes(), &Options::default());
        let runs = runs(&file);
        let total: usize = commands(&file, &runs)
            .iter()
            .flat_map(|command| &command.words)
            .map(|word| word.text.len())
            .sum();
        assert!(total < MAX_REPLACED + 2 * value.len(), "{total}");
    }
}
