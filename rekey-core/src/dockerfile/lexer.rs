//! Quotes and variables within a word, as BuildKit reads them.
//!
//! ```text
//! 'literal'  "literal but for $ and escapes"  E c, where E is the escape character
//! $name  ${name}  ${name-word}  ${name:-word}  ${name+word}  ${name:+word}  ${name?word}  ${name:?word}
//! ${name#pattern}  ${name##pattern}  ${name%pattern}  ${name%%pattern}  ${name/pattern/word}  ${name//pattern/word}
//! ```
//! A name is a run of digits, one of `@*#?-$!0`, or letters, digits and `_`. Words nest.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::problem::SubstitutionError as Error;
use super::{bytes, limits, pattern, shape};

/// The rules for reading a word.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "four independent habits of one reader")]
pub(super) struct Mode {
    pub(super) escape: u8,
    /// True if quotes are kept in the result.
    pub(super) raw_quotes: bool,
    /// True if escape characters are kept in the result.
    pub(super) raw_escapes: bool,
    /// True if quotes have no meaning.
    pub(super) plain_quotes: bool,
    /// True if unset variables are kept in the result.
    pub(super) keep_unset: bool,
}

impl Mode {
    /// The mode for the arguments of an instruction.
    pub(super) const fn word(escape: u8) -> Self {
        Self { escape, raw_quotes: false, raw_escapes: false, plain_quotes: false, keep_unset: false }
    }

    /// The mode for the lines of a heredoc.
    pub(super) const fn heredoc() -> Self {
        Self { plain_quotes: true, ..Self::word(b'\\') }
    }
}

/// The result of looking up a variable.
pub(super) enum Lookup<'e> {
    Set(&'e str),
    Unset,
    /// The value is unknown; the environment remembers the reason. The text has a [`shape`].
    Unknown(&'e str),
}

/// The way in which a word uses a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usage {
    /// The word uses the value as it is.
    Value,
    /// The word handles an unset variable: `${name:-word}`, `${name:+word}`, `${name:?word}`.
    Tested,
}

/// A source of variables.
pub(super) trait Environment {
    /// The variable of that name.
    fn variable(&mut self, name: &str, usage: Usage) -> Lookup<'_>;

    /// Returns true if it is a build argument without a default that is not given, so that it is unset in a
    /// plain build.
    fn is_not_given(&self, _name: &str) -> bool {
        false
    }

    /// Counts work. Returns `false` if the limit is exceeded.
    fn charge(&mut self, work: usize) -> bool;
}

/// An environment without variables.
pub(super) struct Nothing {
    pub(super) asked: bool,
}

impl Environment for Nothing {
    fn variable(&mut self, _name: &str, _usage: Usage) -> Lookup<'_> {
        self.asked = true;
        Lookup::Unset
    }

    fn charge(&mut self, _work: usize) -> bool {
        true
    }
}

/// A word split off a text, with its place in the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Returns true if a word has anything to replace.
pub(super) fn is_special(text: &str, escape: u8) -> bool {
    text.bytes().any(|byte| matches!(byte, b'$' | b'\'' | b'"') || byte == escape)
        || text.starts_with('\u{feff}')
}

/// The value of a word that uses no variable.
pub(super) fn constant(text: &str, mode: Mode) -> Option<String> {
    let mut nothing = Nothing { asked: false };
    let value = expand(text, mode, &mut nothing).ok()?;
    (!nothing.asked).then(|| value.into_owned())
}

/// Returns the word with its variables replaced and its quotes removed.
pub(super) fn expand<'t>(
    text: &'t str,
    mode: Mode,
    env: &mut dyn Environment,
) -> Result<Cow<'t, str>, Error> {
    if !is_special(text, mode.escape) {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(inner) = quoted_whole(text, mode) {
        return Ok(Cow::Borrowed(inner));
    }
    let mut lexer = Lexer::new(text.as_bytes(), mode, env);
    lexer.until(None, mode.raw_escapes, 0).map(Cow::Owned)
}

/// The text within the one pair of quotes around the word, if nothing in it needs expansion: most labels.
fn quoted_whole(text: &str, mode: Mode) -> Option<&str> {
    if mode.raw_quotes || mode.plain_quotes {
        return None;
    }
    let (quote, stops): (char, &[u8]) = match text.as_bytes().first()? {
        b'"' => ('"', &[b'"', b'$', mode.escape]),
        b'\'' => ('\'', b"'"),
        _ => return None,
    };
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.bytes().any(|byte| stops.contains(&byte))).then_some(inner)
}

/// The words of a text, split at spaces outside of quotes after variables are replaced.
pub(super) fn words(text: &[u8], mode: Mode, env: &mut dyn Environment) -> Result<Vec<Split>, Error> {
    words_that(text, mode, env, |_| true)
}

/// The words of a text that pass a filter.
pub(super) fn words_that(
    text: &[u8],
    mode: Mode,
    env: &mut dyn Environment,
    is_wanted: fn(&str) -> bool,
) -> Result<Vec<Split>, Error> {
    let mut lexer = Lexer::new(text, mode, env);
    lexer.splitter = Some(Splitter { words: Vec::new(), word: String::new(), start: 0, is_wanted });
    lexer.until(None, mode.raw_escapes, 0)?;
    let end = lexer.at;
    Ok(lexer.splitter.take().map(|splitter| splitter.finish(end)).unwrap_or_default())
}

struct Splitter {
    words: Vec<Split>,
    word: String,
    start: usize,
    is_wanted: fn(&str) -> bool,
}

impl Splitter {
    fn push(&mut self, ch: char, at: usize) {
        if ch.is_whitespace() {
            self.close(at);
        } else {
            self.push_raw(ch, at);
        }
    }

    fn push_raw(&mut self, ch: char, at: usize) {
        if self.word.is_empty() {
            self.start = at;
        }
        self.word.push(ch);
    }

    fn close(&mut self, at: usize) {
        // One more than the limit is kept, so that the excess is noticed.
        if self.words.len() > limits::MAX_WORDS || !(self.is_wanted)(&self.word) {
            self.word.clear();
        }
        if !self.word.is_empty() {
            self.words.push(Split { text: std::mem::take(&mut self.word), range: self.start..at });
        }
    }

    fn finish(mut self, at: usize) -> Vec<Split> {
        self.close(at);
        self.words
    }
}

struct Lexer<'t, 'e> {
    text: &'t [u8],
    at: usize,
    mode: Mode,
    env: &'e mut dyn Environment,
    splitter: Option<Splitter>,
    /// True if a variable that was looked up is unknown.
    unknown: bool,
}

impl<'t, 'e> Lexer<'t, 'e> {
    fn new(text: &'t [u8], mode: Mode, env: &'e mut dyn Environment) -> Self {
        // A byte order mark before the first character of a word is dropped.
        let at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { text, at, mode, env, splitter: None, unknown: false }
    }

    fn peek(&self) -> Option<char> {
        bytes::decode(self.text, self.at).map(|(ch, _)| ch)
    }

    fn next(&mut self) -> Option<char> {
        let (ch, len) = bytes::decode(self.text, self.at)?;
        self.at += len;
        Some(ch)
    }

    fn is_escape(&self, ch: char) -> bool {
        ch == char::from(self.mode.escape)
    }

    fn charge(&mut self, work: usize) -> Result<(), Error> {
        if self.env.charge(work) { Ok(()) } else { Err(Error::TooLong) }
    }

    /// Copies characters without a special meaning, inside double quotes and outside; words are split
    /// elsewhere.
    fn plain(&mut self, value: &mut String, stop: Option<char>) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let escape = self.mode.escape;
        let is_plain = |&byte: &u8| {
            !matches!(byte, b'\'' | b'"' | b'$' | b'<') && byte != escape && stop != Some(char::from(byte))
        };
        let len = rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
        if let Ok(text) = std::str::from_utf8(rest.get(..len).unwrap_or_default()) {
            value.push_str(text);
            self.at += len;
        }
    }

    /// Reads up to `stop` or the end. Only the outermost level splits words.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool, depth: usize) -> Result<String, Error> {
        if depth > limits::MAX_SUBSTITUTION_DEPTH {
            return Err(Error::TooDeep);
        }
        let mut value = String::new();
        loop {
            if self.splitter.is_none() {
                self.plain(&mut value, stop);
            }
            let Some(ch) = self.peek() else { break };
            let start = self.at;
            if Some(ch) == stop {
                self.next();
                return Ok(value);
            }
            match ch {
                '\'' if !self.mode.plain_quotes => {
                    let quoted = self.single_quoted()?;
                    self.split_raw(&quoted, start, depth);
                    value.push_str(&quoted);
                }
                '"' if !self.mode.plain_quotes => {
                    let quoted = self.double_quoted(raw_escapes, depth)?;
                    self.split_raw(&quoted, start, depth);
                    value.push_str(&quoted);
                }
                '$' => {
                    let found = self.dollar(depth)?;
                    if depth == 0
                        && let Some(splitter) = &mut self.splitter
                    {
                        found.chars().for_each(|ch| splitter.push(ch, start));
                    }
                    value.push_str(&found);
                }
                '<' => {
                    let found = self.less();
                    self.split_raw(found, start, depth);
                    value.push_str(found);
                }
                ch => {
                    self.next();
                    if self.is_escape(ch) {
                        if raw_escapes {
                            self.split_raw_char(ch, start, depth);
                            value.push(ch);
                        }
                        let Some(escaped) = self.next() else { break };
                        self.split_raw_char(escaped, start, depth);
                        value.push(escaped);
                    } else {
                        if depth == 0
                            && let Some(splitter) = &mut self.splitter
                        {
                            splitter.push(ch, start);
                        }
                        value.push(ch);
                    }
                }
            }
            if value.len() > limits::MAX_VALUE.max(self.text.len()) {
                return Err(Error::TooLong);
            }
        }
        stop.map_or(Ok(value), |stop| Err(unended(stop)))
    }

    fn split_raw(&mut self, text: &str, at: usize, depth: usize) {
        text.chars().for_each(|ch| self.split_raw_char(ch, at, depth));
    }

    fn split_raw_char(&mut self, ch: char, at: usize, depth: usize) {
        if depth == 0
            && let Some(splitter) = &mut self.splitter
        {
            splitter.push_raw(ch, at);
        }
    }

    fn single_quoted(&mut self) -> Result<String, Error> {
        let start = self.at;
        let inside = start + 1;
        let rest = self.text.get(inside..).unwrap_or_default();
        let Some(len) = memchr(b'\'', rest) else {
            self.at = self.text.len();
            return Err(Error::SingleQuote);
        };
        self.at = inside + len + 1;
        let range = if self.mode.raw_quotes { start..self.at } else { inside..inside + len };
        Ok(bytes::text(self.text.get(range).unwrap_or_default()).into_owned())
    }

    fn double_quoted(&mut self, raw_escapes: bool, depth: usize) -> Result<String, Error> {
        self.next();
        let mut value = String::new();
        if self.mode.raw_quotes {
            value.push('"');
        }
        loop {
            self.plain(&mut value, None);
            match self.peek().ok_or(Error::DoubleQuote)? {
                '"' => {
                    self.next();
                    if self.mode.raw_quotes {
                        value.push('"');
                    }
                    return Ok(value);
                }
                '$' => value.push_str(&self.dollar(depth)?),
                mut ch => {
                    self.next();
                    if self.is_escape(ch) {
                        if raw_escapes {
                            value.push(ch);
                        }
                        match self.peek() {
                            None => continue,
                            Some(escaped) if matches!(escaped, '"' | '$') || self.is_escape(escaped) => {
                                self.next();
                                ch = escaped;
                            }
                            Some(_) => {}
                        }
                    }
                    value.push(ch);
                }
            }
            if value.len() > limits::MAX_VALUE.max(self.text.len()) {
                return Err(Error::TooLong);
            }
        }
    }

    /// Reads `<`, or `<<` with the spaces after it, which thereby belong to the word.
    fn less(&mut self) -> &'t str {
        let start = self.at;
        self.next();
        if self.peek() == Some('<') {
            self.next();
            while matches!(self.peek(), Some('\t' | '\r' | ' ')) {
                self.next();
            }
        }
        let found = self.text.get(start..self.at).unwrap_or_default();
        std::str::from_utf8(found).unwrap_or_default()
    }

    fn dollar(&mut self, depth: usize) -> Result<String, Error> {
        self.next();
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return match self.lookup(&name, Usage::Value)? {
                None if self.mode.keep_unset => Ok(format!("${name}")),
                value => Ok(value.unwrap_or_default()),
            };
        }
        self.next();
        match self.peek() {
            None => return Err(Error::Brace),
            Some('{' | '}' | ':') => return Err(Error::Name),
            Some(_) => {}
        }
        let name = self.name();
        let Some(modifier) = self.next() else {
            return Err(Error::Modifier(char::REPLACEMENT_CHARACTER.to_string().into()));
        };
        match modifier {
            '}' => match self.lookup(&name, Usage::Value)? {
                None if self.mode.keep_unset => Ok(format!("${{{name}}}")),
                value => Ok(value.unwrap_or_default()),
            },
            ':' => {
                let second = self.next().unwrap_or(char::REPLACEMENT_CHARACTER);
                self.modified(&name, second, true, depth)
            }
            '+' | '-' | '?' | '#' | '%' => self.modified(&name, modifier, false, depth),
            '/' => self.replaced(&name, depth),
            other => Err(Error::Modifier(other.to_string().into())),
        }
    }

    /// Reads the word of a modifier. The outer word under construction is lost, as in BuildKit, whose levels
    /// share a buffer.
    fn operand(&mut self, stop: char, raw_escapes: bool, depth: usize) -> Result<String, Error> {
        if let Some(splitter) = &mut self.splitter {
            splitter.word.clear();
        }
        // If the text ends too early, the error is that the operand does not end.
        self.until(Some(stop), raw_escapes, depth + 1).map_err(|error| match error {
            Error::TooDeep | Error::TooLong => error,
            _ if self.peek().is_none() => unended(stop),
            _ => error,
        })
    }

    fn modified(
        &mut self,
        name: &str,
        modifier: char,
        or_empty: bool,
        depth: usize,
    ) -> Result<String, Error> {
        let colon = if or_empty { ":" } else { "" };
        let is_trim = matches!(modifier, '#' | '%');
        if or_empty && is_trim {
            return Err(Error::Modifier(format!(":{modifier}").into()));
        }
        let word = self.operand('}', is_trim, depth)?;
        if modifier == '-' && self.env.is_not_given(name) {
            return Ok(word);
        }
        let value = self.lookup(name, if is_trim { Usage::Value } else { Usage::Tested })?;
        if value.is_none() && self.mode.keep_unset {
            return Ok(format!("${{{name}{colon}{modifier}{word}}}"));
        }
        if let Some(value) = value.as_deref().filter(|value| self.is_open(value)) {
            return self.modified_open(value, modifier, &word, or_empty);
        }
        let is_missing = value.as_ref().is_none_or(|value| or_empty && value.is_empty());
        match modifier {
            '-' => Ok(if is_missing { word } else { value.unwrap_or_default() }),
            '+' => Ok(if is_missing { String::new() } else { word }),
            '?' if is_missing => {
                let default = if value.is_none() { "must be set" } else { "must not be empty" };
                let message = if word.is_empty() { default.to_owned() } else { word };
                Err(Error::Required { name: name.into(), message: message.into() })
            }
            '?' => Ok(value.unwrap_or_default()),
            '#' | '%' => {
                let value = value.unwrap_or_default();
                let (greedy, word) = match word.strip_prefix(modifier) {
                    Some(rest) => (true, rest),
                    None => (false, word.as_str()),
                };
                self.charge(pattern::cost(word, &value))?;
                let side = if modifier == '#' { pattern::trim_start } else { pattern::trim_end };
                let trimmed = side(word, &value, greedy).ok_or_else(|| Error::Pattern(word.into()))?;
                Ok(if self.is_open(word) { shape::ANY_TEXT.to_owned() } else { trimmed })
            }
            other => Err(Error::Modifier(format!("{colon}{other}").into())),
        }
    }

    /// The certain part of the result if the value is unknown.
    fn modified_open(
        &mut self,
        value: &str,
        modifier: char,
        word: &str,
        or_empty: bool,
    ) -> Result<String, Error> {
        let may_be_empty = shape::may_be_empty(value);
        let result = match modifier {
            '-' if !may_be_empty => value,
            '-' if or_empty && !shape::may_be_empty(word) => shape::SOME_TEXT,
            '+' if !may_be_empty || word.is_empty() => word,
            '?' if may_be_empty && or_empty => shape::SOME_TEXT,
            '?' => value,
            '#' | '%' => {
                let word = word.strip_prefix(modifier).unwrap_or(word);
                self.charge(pattern::cost(word, ""))?;
                pattern::trim_start(word, "", false).ok_or_else(|| Error::Pattern(word.into()))?;
                shape::ANY_TEXT
            }
            _ => shape::ANY_TEXT,
        };
        Ok(result.to_owned())
    }

    /// Returns true if a part of a value or of an operand is unknown.
    fn is_open(&self, text: &str) -> bool {
        self.unknown && shape::is_open(text)
    }

    fn replaced(&mut self, name: &str, depth: usize) -> Result<String, Error> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let pattern = self.operand('/', true, depth)?;
        let replacement = self.operand('}', true, depth)?;
        let Some(value) = self.lookup(name, Usage::Value)? else {
            if self.mode.keep_unset {
                return Ok(format!("${{{name}/{pattern}/{replacement}}}"));
            }
            return self.replace(&pattern, "", &replacement, all);
        };
        if [&value, &pattern, &replacement].into_iter().any(|text| self.is_open(text)) {
            self.replace(&pattern, "", "", all)?;
            return Ok(shape::ANY_TEXT.to_owned());
        }
        self.replace(&pattern, &value, &replacement, all)
    }

    fn replace(&mut self, pattern: &str, value: &str, replacement: &str, all: bool) -> Result<String, Error> {
        self.charge(pattern::replace_cost(pattern, value, replacement))?;
        pattern::replace(pattern, value, replacement, all).ok_or_else(|| Error::Pattern(pattern.into()))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(ch) = self.peek() {
            if name.is_empty() {
                if ch.is_ascii_digit() {
                    while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
                        name.push(digit);
                        self.next();
                    }
                    return name;
                }
                if matches!(ch, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
                    self.next();
                    return ch.to_string();
                }
            }
            if !(ch.is_alphabetic() || ch.is_ascii_digit() || ch == '_') {
                break;
            }
            name.push(ch);
            self.next();
        }
        name
    }

    /// The value of a variable; for an unknown one, its shape.
    fn lookup(&mut self, name: &str, usage: Usage) -> Result<Option<String>, Error> {
        let (value, is_unknown) = match self.env.variable(name, usage) {
            Lookup::Set(value) => (Some(value.to_owned()), false),
            Lookup::Unset => (None, false),
            Lookup::Unknown(shape) => (Some(shape.to_owned()), true),
        };
        self.unknown |= is_unknown;
        self.charge(1 + value.as_ref().map_or(0, String::len))?;
        Ok(value)
    }
}

fn unended(stop: char) -> Error {
    if stop == '/' { Error::Slash } else { Error::Brace }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `A` is `a.b.c`, `E` is empty, `B` is `/usr/lib/`, `V` begins with `v`, `N` is an argument that is not
    /// given, `O` is unknown; others are unset.
    struct Few;

    impl Environment for Few {
        fn variable(&mut self, name: &str, _usage: Usage) -> Lookup<'_> {
            match name {
                "A" => Lookup::Set("a.b.c"),
                "B" => Lookup::Set("/usr/lib/"),
                "E" => Lookup::Set(""),
                "N" | "O" => Lookup::Unknown(shape::ANY_TEXT),
                "V" => Lookup::Unknown("v\u{10ffff}"),
                _ => Lookup::Unset,
            }
        }

        fn is_not_given(&self, name: &str) -> bool {
            name == "N"
        }

        fn charge(&mut self, _work: usize) -> bool {
            true
        }
    }

    #[track_caller]
    fn expands(word: &str, expected: &str) {
        assert_eq!(expand(word, Mode::word(b'\\'), &mut Few).as_deref(), Ok(expected), "{word}");
    }

    #[test]
    fn words_expand() {
        for (word, expected) in [
            ("plain", "plain"),
            ("$A", "a.b.c"),
            ("${A}x", "a.b.cx"),
            ("$Ax", ""),
            ("$A.x", "a.b.c.x"),
            ("$", "$"),
            ("$/", "$/"),
            ("$1A", "A"),
            ("$$", ""),
            (r"\$A", "$A"),
            (r"\\$A", r"\a.b.c"),
            ("'$A'", "$A"),
            ("\"$A\"", "a.b.c"),
            (r#""\$A\n\"""#, r#"$A\n""#),
            ("\"x\"'y'z", "xyz"),
            ("a\\", "a"),
            ("${U-w}${E-w}", "w"),
            ("${U:-w}${E:-w}", "ww"),
            ("${A:-w}", "a.b.c"),
            ("${U+w}${E+w}", "w"),
            ("${E:+w}${A:+w}", "w"),
            ("${A:?m}", "a.b.c"),
            ("${U:-${E:-$A}}", "a.b.c"),
            ("${U:-\"}\"}", "}"),
            (r"${U:-\}}", "}"),
            ("${A#*.}", "b.c"),
            ("${A##*.}", "c"),
            ("${A%.*}", "a.b"),
            ("${A%%.*}", "a"),
            ("${B%/}", "/usr/lib"),
            ("${A/./-}", "a-b.c"),
            ("${A//./-}", "a-b-c"),
            (r"${B//\//_}", "_usr_lib_"),
            ("${A/?}/}", "a.b.c"),
            ("\u{feff}$E|", "|"),
        ] {
            expands(word, expected);
        }
    }

    /// `*` is any text, `+` any non-empty text.
    #[test]
    fn the_certain_part_of_an_unknown_value_is_kept() {
        for (word, expected) in [
            ("$O", "*"),
            ("v${O}-$N", "v*-*"),
            ("\"$V\"", "v*"),
            ("${N:-1001}${N-1}", "10011"),
            ("${N:-$O}", "*"),
            ("${N:+w}", "*"),
            ("${O:-1001}", "+"),
            ("${O:-$E}", "*"),
            ("${O-1001}", "*"),
            ("${O:-${V}}", "+"),
            ("${V:-w}${V-w}", "v*v*"),
            ("${O:+w}${O+}", "*"),
            ("${V:+w}${V:+$O}", "w*"),
            ("${O:?m}${O?m}${V:?m}", "+*v*"),
            ("${V#v}", "*"),
            ("${A#$O}${A%%$O}", "**"),
            ("${A/$O/x}${A/a/$O}${V/v/w}", "***"),
            ("${A:-$O}", "a.b.c"),
            ("${E:+$O}", ""),
        ] {
            let expected = expected.replace('*', shape::ANY_TEXT).replace('+', shape::SOME_TEXT);
            expands(word, &expected);
        }
        let wrong = expand(r"${O#\a}", Mode::word(b'\\'), &mut Few);
        assert_eq!(wrong, Err(Error::Pattern(r"\a".into())));
    }

    #[test]
    fn errors_name_the_missing_part() {
        for (word, expected) in [
            ("'a", Error::SingleQuote),
            ("\"a", Error::DoubleQuote),
            ("${A", Error::Modifier("\u{fffd}".into())),
            ("${A:-", Error::Brace),
            ("${", Error::Brace),
            ("${}", Error::Name),
            ("${{A}}", Error::Name),
            ("${:A}", Error::Name),
            ("${A.b}", Error::Modifier(".".into())),
            ("${A:=b}", Error::Modifier(":=".into())),
            ("${A:#b}", Error::Modifier(":#".into())),
            ("${A//.}", Error::Slash),
            ("${U?x}", Error::Required { name: "U".into(), message: "x".into() }),
            (r"${A#\a}", Error::Pattern(r"\a".into())),
        ] {
            assert_eq!(expand(word, Mode::word(b'\\'), &mut Few), Err(expected), "{word}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let word = format!("{}{}", "${U:-".repeat(5_000), "}".repeat(5_000));
        assert_eq!(expand(&word, Mode::word(b'\\'), &mut Few), Err(Error::TooDeep));
    }

    #[test]
    fn quotes_stand_for_themselves_where_they_mean_nothing() {
        for (word, expected) in [("a'b\"c", "a'b\"c"), ("${U:-'x' \"y\"}", "'x' \"y\"")] {
            assert_eq!(expand(word, Mode::heredoc(), &mut Few).as_deref(), Ok(expected), "{word}");
        }
    }

    #[test]
    fn words_split_outside_of_quotes() {
        for (text, expected) in [
            ("a  b", &["a", "b"][..]),
            ("a\\ b 'c d'", &["a b", "c d"]),
            ("80${U:-81}", &["81"]),
            ("$A $E x", &["a.b.c", "x"]),
            ("cat <<  EOF", &["cat", "<<  EOF"]),
        ] {
            let words = words(text.as_bytes(), Mode::word(b'\\'), &mut Few).expect("the text is well formed");
            let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(texts, expected, "{text}");
        }
    }
}
