//! The commands of a shell script, as far as rules need them: words, quotes, separators, comments.
//!
//! This is no shell. What is expanded at run time stays as it is written; keywords of compound commands are skipped, so that `if x; then dnf install y; fi` holds the command `dnf install y`.

use std::borrow::Cow;

use crate::{preflight::is_prohibited_package, text::Span};

/// A command with its arguments.
#[derive(Debug)]
pub(super) struct Command<'a> {
    /// The program and its arguments, at least one word.
    pub(super) words: Vec<Word<'a>>,
}

/// A word of a command.
#[derive(Debug)]
pub(super) struct Word<'a> {
    /// What the shell makes of it, quotes removed.
    pub(super) text: Cow<'a, str>,
    /// Where it stands in the script.
    pub(super) span: Span,
}

impl Command<'_> {
    /// The program's name without its folder.
    pub(super) fn program(&self) -> &str {
        let name = self.words.first().map_or("", |word| &word.text);
        name.rsplit('/').next().unwrap_or(name)
    }

    /// The arguments after the program.
    pub(super) fn arguments(&self) -> &[Word<'_>] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// Words in front of a command that are not its program.
const PREFIXES: &[&str] = &[
    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "sudo", "exec", "time", "command", "env",
    "nice",
];

/// The commands of `script`, in order.
pub(super) fn commands(script: &[u8]) -> Vec<Command<'_>> {
    let mut reader = Reader { script, at: 0 };
    let mut commands = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    loop {
        match reader.next() {
            Token::Word(word) => {
                let begins = words.is_empty();
                if !(begins && (PREFIXES.contains(&&*word.text) || is_assignment(&word.text))) {
                    words.push(word);
                }
            }
            Token::End if words.is_empty() => return commands,
            Token::Separator | Token::End => {
                if !words.is_empty() {
                    commands.push(Command { words: std::mem::take(&mut words) });
                }
            }
        }
    }
}

fn is_assignment(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    name.len() < word.len()
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

enum Token<'a> {
    Word(Word<'a>),
    Separator,
    End,
}

struct Reader<'a> {
    script: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Token<'a> {
        loop {
            match self.peek(0) {
                None => return Token::End,
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.line_end(1).is_some() => self.at += 1 + self.line_end(1).unwrap_or(0),
                Some(b'#') => self.skip_line(),
                Some(b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'`') => {
                    self.at += 1;
                    return Token::Separator;
                }
                Some(b'<' | b'>') => self.skip_redirection(),
                Some(b'$') if self.peek(1) == Some(b'(') => {
                    self.at += 2;
                    return Token::Separator;
                }
                Some(_) => return Token::Word(self.word()),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.script.get(self.at + ahead).copied()
    }

    /// How many bytes the line end has that begins `ahead` bytes further on.
    fn line_end(&self, ahead: usize) -> Option<usize> {
        match (self.peek(ahead), self.peek(ahead + 1)) {
            (Some(b'\n'), _) => Some(1),
            (Some(b'\r'), Some(b'\n')) => Some(2),
            _ => None,
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|b| b != b'\n') {
            self.at += 1;
        }
    }

    /// `2>&1`, `> file`: the sign, and the file as no word of the command.
    fn skip_redirection(&mut self) {
        while matches!(self.peek(0), Some(b'<' | b'>' | b'&' | b' ' | b'\t')) {
            self.at += 1;
        }
        if self.peek(0).is_some_and(|b| !is_end(b)) {
            self.word();
        }
    }

    fn word(&mut self) -> Word<'a> {
        let start = self.at;
        let mut cooked: Option<Vec<u8>> = None;
        while let Some(b) = self.peek(0) {
            match b {
                _ if is_end(b) => break,
                b'\'' | b'"' => {
                    let cooked = cooked.get_or_insert_with(|| self.script[start..self.at].to_vec());
                    self.quoted(b, cooked);
                }
                b'\\' => {
                    let cooked = cooked.get_or_insert_with(|| self.script[start..self.at].to_vec());
                    self.at += 1;
                    if let Some(width) = self.line_end(0) {
                        self.at += width;
                    } else if let Some(b) = self.peek(0) {
                        cooked.push(b);
                        self.at += 1;
                    }
                }
                b'$' if self.peek(1) == Some(b'(') => break,
                _ => {
                    if let Some(cooked) = &mut cooked {
                        cooked.push(b);
                    }
                    self.at += 1;
                }
            }
        }
        let text = match cooked {
            None => String::from_utf8_lossy(&self.script[start..self.at]),
            Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        };
        Word { text, span: Span::new(start, self.at) }
    }

    /// A quoted part of a word, up to its closing quote or the end.
    fn quoted(&mut self, quote: u8, cooked: &mut Vec<u8>) {
        self.at += 1;
        while let Some(b) = self.peek(0) {
            self.at += 1;
            match b {
                _ if b == quote => break,
                b'\\' if quote == b'"' => {
                    cooked.extend(self.peek(0));
                    self.at += 1;
                }
                _ => cooked.push(b),
            }
        }
        self.at = self.at.min(self.script.len());
    }
}

fn is_end(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b'`')
}

/// Programs that install RPM packages.
const MANAGERS: &[&str] = &["yum", "dnf", "dnf5", "microdnf", "tdnf"];
/// Their verbs that install.
const INSTALL: &[&str] =
    &["install", "reinstall", "localinstall", "in", "install-n", "install-na", "install-nevra"];
/// Their options that take the next word as a value.
const VALUED: &[&str] = &[
    "-c",
    "--config",
    "-d",
    "-e",
    "-R",
    "--installroot",
    "--releasever",
    "--setopt",
    "--enablerepo",
    "--disablerepo",
    "--repo",
    "--repoid",
    "--exclude",
    "-x",
    "--forcearch",
    "--disableplugin",
    "--enableplugin",
];

/// The packages that a command installs; none if it installs nothing.
pub(super) fn installed<'c>(command: &'c Command<'_>) -> impl Iterator<Item = &'c Word<'c>> {
    let manager = MANAGERS.contains(&command.program());
    let mut plain = plain(command.arguments());
    let installs = manager && plain.next().is_some_and(|verb| INSTALL.contains(&&*verb.text));
    plain.filter(move |_| installs)
}

/// The verb of a package manager's command: `install` in `dnf -y install x`.
pub(super) fn verb<'c>(command: &'c Command<'_>) -> Option<&'c Word<'c>> {
    MANAGERS.contains(&command.program()).then(|| plain(command.arguments()).next()).flatten()
}

/// Arguments that are neither options nor values of options.
fn plain<'c>(arguments: &'c [Word<'c>]) -> impl Iterator<Item = &'c Word<'c>> {
    let mut value = false;
    arguments.iter().filter(move |word| {
        let skip = value || word.text.starts_with('-');
        value = !value && VALUED.contains(&&*word.text);
        !skip
    })
}

/// The prohibited package that a person asks for by name, by name and version, or by name and architecture:
/// `kernel`, `kernel-5.14.0-1.el9.x86_64`, `kernel.x86_64`.
pub(super) fn prohibited(asked: &str) -> Option<&str> {
    let bytes = asked.as_bytes();
    let version = (1..bytes.len()).find(|at| bytes[at - 1] == b'-' && bytes[*at].is_ascii_digit());
    let unversioned = version.map(|at| &asked[..at - 1]);
    let plain = asked.rsplit_once('.').filter(|(_, arch)| ARCHITECTURES.contains(arch)).map(|(name, _)| name);
    [Some(asked), unversioned, plain].into_iter().flatten().find(|name| is_prohibited_package(name))
}

const ARCHITECTURES: &[&str] = &["x86_64", "aarch64", "noarch", "ppc64le", "s390x", "i686"];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn words(script: &str) -> Vec<Vec<String>> {
        let found = commands(script.as_bytes());
        found.iter().map(|command| command.words.iter().map(|word| word.text.to_string()).collect()).collect()
    }

    #[track_caller]
    fn packages(script: &str) -> Vec<String> {
        let found = commands(script.as_bytes());
        found
            .iter()
            .flat_map(|command| installed(command).map(|word| word.text.to_string()).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn a_script_is_split_into_commands_and_words() {
        for (script, expected) in [
            ("a b && c d", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a;b|c\nd", vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"]]),
            ("a 'b c' \"d e\" f\\ g", vec![vec!["a", "b c", "d e", "f g"]]),
            ("a \\\n b", vec![vec!["a", "b"]]),
            ("a # b\nc", vec![vec!["a"], vec!["c"]]),
            ("a#b", vec![vec!["a#b"]]),
            ("a > f 2>&1", vec![vec!["a", "2"]]),
            ("A=1 B='x y' cmd", vec![vec!["cmd"]]),
            ("if x; then y; fi", vec![vec!["x"], vec!["y"], vec!["fi"]]),
            ("a $(b c) d", vec![vec!["a"], vec!["b", "c"], vec!["d"]]),
            ("a 'open", vec![vec!["a", "open"]]),
            ("a \"open\\", vec![vec!["a", "open"]]),
            ("", vec![]),
        ] {
            assert_eq!(words(script), expected, "{script:?}");
        }
    }

    #[test]
    fn packages_are_what_an_installing_command_names() {
        for (script, expected) in [
            ("yum install -y kernel", vec!["kernel"]),
            ("dnf -y --setopt tsflags=nodocs install a b && dnf clean all", vec!["a", "b"]),
            ("microdnf install --nodocs -y \\\n  a \\\n  b", vec!["a", "b"]),
            ("/usr/bin/dnf install a", vec!["a"]),
            ("dnf remove kernel", vec![]),
            ("pip install kernel", vec![]),
            ("if true; then dnf install a; fi", vec!["a"]),
        ] {
            assert_eq!(packages(script), expected, "{script:?}");
        }
    }

    #[test]
    fn a_prohibited_package_is_known_in_every_spelling() {
        for (asked, name) in [
            ("kernel", Some("kernel")),
            ("kernel-5.14.0-1.el9.x86_64", Some("kernel")),
            ("kernel.x86_64", Some("kernel")),
            ("kernel-core-5.14.0", Some("kernel-core")),
            ("kpatch-patch", Some("kpatch-patch")),
            ("kernel-headers", None),
            ("kernel-rt", None),
            ("java-17-openjdk", None),
            ("", None),
        ] {
            assert_eq!(prohibited(asked), name, "{asked}");
        }
    }
}
