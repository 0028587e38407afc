//! Secrets in texts without a parser of their own, and words of an input as messages quote them.
//!
//! The parser of a text knows its secrets; [`secrets`] is for everything else: commands, comments, JSON,
//! logs, arguments.
#![allow(
    clippy::indexing_slicing,
    reason = "places were found in the same text; the fuzz targets dockerfile and git_url hold it"
)]

use std::{borrow::Cow, fmt};

use memchr::{memchr, memchr_iter, memmem};

use crate::text::Span;

pub(crate) mod token;

pub use token::Issuer;

/// The text that replaces a secret, whatever its length.
pub const MASK: &str = "***";

/// Returns the parts of a text that must never be shown, in order and without overlaps:
///
/// - user info in URLs, an ssh user's name apart;
/// - text between the boundaries of a private key;
/// - values that are assigned to names such as `DB_PASSWORD`, in files, commands, headers and URL queries;
/// - passwords in `curl -u user:password` and `echo user:password | chpasswd`;
/// - tokens that are known by their form, such as `ghp_…`;
/// - long runs of base64 or hexadecimal digits, as in the lines of a key.
///
/// The time is linear in the text.
pub fn secrets(text: &[u8]) -> Vec<Span> {
    secrets_with(text, &Signs::of(text))
}

/// Like [`secrets`], for a text that was already surveyed.
pub(crate) fn secrets_with(text: &[u8], signs: &Signs) -> Vec<Span> {
    let mut found = Vec::new();
    if !signs.may_hold_secret() {
        return found;
    }
    if signs.has(CAPITALS_OF_KEY) {
        key_bodies(text, &mut found);
    }
    if signs.longest_word >= token::SHORTEST {
        found.extend(token::Finder::new(text, token::Need::Likely).map(|(span, _)| span));
    }
    if signs.seen & (ASSIGNS | DASH | ANGLE) != 0 || has_env(text, signs) {
        lines(text).for_each(|(at, line)| assignments(line, at, &mut found));
    }
    if signs.has(ASSIGNS) {
        lines(text).for_each(|(at, line)| logins(line, at, &mut found));
    }
    let has_at = signs.has(AT);
    if (has_at || signs.has(PERCENT)) && signs.has(SLASH) {
        lines(text).for_each(|(at, line)| urls(line, at, &mut found));
    }
    if has_at || signs.longest_word >= SHORTEST_KEY {
        for word in words(text) {
            if has_at {
                scp_password(text, word, &mut found);
            }
            key_digits(text, word, &mut found);
        }
    }
    if found.is_empty() { found } else { merged(found) }
}

/// The result of one pass over a text, which decides which searches are worthwhile.
pub(crate) struct Signs {
    /// The kinds of characters that occur.
    seen: u16,
    /// The length of the longest run of characters that occur in tokens and key lines.
    longest_word: usize,
}

const AT: u16 = 1;
const SLASH: u16 = 2;
const PERCENT: u16 = 4;
/// `=` and `:`.
const ASSIGNS: u16 = 8;
const DASH: u16 = 16;
/// An uppercase K. Other letters of `PRIVATE KEY` come before it, but one is enough to start a search.
const CAPITALS_OF_KEY: u16 = 32;
/// A character that occurs in tokens.
const OF_WORD: u16 = 64;
/// A digit of base64 or base64url.
const OF_KEY: u16 = 128;
const DIGIT: u16 = 256;
const UPPERCASE: u16 = 512;
/// A `v`, as in `env name value`.
const LETTER_OF_ENV: u16 = 1024;
/// `>`, as in `<password>value<`.
const ANGLE: u16 = 2048;

/// The length of the run of token characters from a place on.
fn word_length(text: &[u8], at: usize) -> usize {
    text[at..].iter().take_while(|b| SIGNS[**b as usize] & OF_WORD != 0).count()
}

static SIGNS: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'@' => AT,
            b'/' => SLASH | OF_KEY,
            b'+' => OF_KEY,
            b'%' => PERCENT,
            b'>' => ANGLE,
            b'=' => ASSIGNS | OF_WORD,
            b':' => ASSIGNS,
            b'-' => DASH | OF_WORD | OF_KEY,
            b'v' => LETTER_OF_ENV | OF_WORD | OF_KEY,
            b'K' => CAPITALS_OF_KEY | UPPERCASE | OF_WORD | OF_KEY,
            b'.' | b'~' => OF_WORD,
            b'_' | b'a'..=b'z' => OF_WORD | OF_KEY,
            b'0'..=b'9' => DIGIT | OF_WORD | OF_KEY,
            b'A'..=b'Z' => UPPERCASE | OF_WORD | OF_KEY,
            _ => 0,
        };
        byte += 1;
    }
    table
};

impl Signs {
    pub(crate) fn of(text: &[u8]) -> Self {
        let mut signs = Self { seen: 0, longest_word: 0 };
        let mut length = 0;
        for byte in text {
            let sign = SIGNS[*byte as usize];
            signs.seen |= sign;
            if sign & (OF_WORD | OF_KEY) != 0 {
                length += 1;
            } else {
                signs.longest_word = signs.longest_word.max(length);
                length = 0;
            }
        }
        signs.longest_word = signs.longest_word.max(length);
        signs
    }

    /// Returns true if one of the searches may find something.
    fn may_hold_secret(&self) -> bool {
        self.seen & (AT | PERCENT | ASSIGNS | DASH | ANGLE | CAPITALS_OF_KEY | UPPERCASE) != 0
            || self.longest_word >= token::SHORTEST
            || self.has(LETTER_OF_ENV)
    }

    /// Returns true if there may be a piece of a token: a long word with digits and uppercase letters.
    pub(crate) fn may_hold_piece(&self, length: usize) -> bool {
        self.longest_word > length && self.has(DIGIT) && self.has(UPPERCASE)
    }

    const fn has(&self, sign: u16) -> bool {
        self.seen & sign != 0
    }
}

/// Returns true if a line may be `ENV name value`, the one assignment without `=`.
fn has_env(text: &[u8], signs: &Signs) -> bool {
    signs.has(UPPERCASE) && memmem::find(text, b"ENV").is_some()
        || signs.has(LETTER_OF_ENV) && memmem::find(text, b"env").is_some()
}

/// Returns the text with every secret masked.
///
/// ```
/// assert_eq!(rekey_core::mask::masked("ENV DB_PASSWORD=hunter2 A=b"), "ENV DB_PASSWORD=*** A=b");
/// ```
pub fn masked(text: &str) -> String {
    without(text, &secrets(text.as_bytes()))
}

/// Returns the text with each of these parts replaced by [`MASK`]; they must be in order and not overlap.
pub(crate) fn without(text: &str, secrets: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for span in secrets {
        out.push_str(text.get(kept..span.start as usize).unwrap_or_default());
        out.push_str(MASK);
        kept = span.end as usize;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// Returns true if a short text, such as a tag, contains a token or looks like a line of a key.
pub(crate) fn has_token_or_key(text: &[u8]) -> bool {
    if text.len() < token::SHORTEST {
        return false;
    }
    let signs = Signs::of(text);
    if signs.longest_word < token::SHORTEST {
        return false;
    }
    let mut found = Vec::new();
    words(text).for_each(|word| key_digits(text, word, &mut found));
    let has_token = |need| token::Finder::new(text, need).next().is_some();
    !found.is_empty() || has_token(token::Need::Likely) || has_token(token::Need::Certain)
}

/// A name of a file or field with tokens and key lines masked; other secrets are not searched for, since
/// paths resemble them.
pub(crate) fn masked_name(name: Cow<'static, str>) -> Cow<'static, str> {
    let text = name.as_bytes();
    let mut found: Vec<_> = token::Finder::new(text, token::Need::Likely).map(|(span, _)| span).collect();
    words(text).for_each(|word| key_digits(text, word, &mut found));
    if found.is_empty() { name } else { without(&name, &merged(found)).into() }
}

/// The text as one line, with secrets masked, cut after `longest` characters.
pub(crate) fn masked_line(text: &str, longest: usize) -> String {
    cut(masked(&text.split_whitespace().collect::<Vec<_>>().join(" ")), longest)
}

/// Cuts a text after a number of characters.
fn cut(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Masks the quoted part of a message: everything between its first and its last backtick.
///
/// rekey's own words are outside of backticks, so they are never mistaken for secrets.
///
/// ```
/// use rekey_core::mask::message;
///
/// assert_eq!(message("the password `ghp_0123456789abcdef0123` is one"), "the password `***` is one");
/// ```
pub fn message(text: &str) -> Cow<'_, str> {
    let Some((start, end)) = quoted_part(text) else { return text.into() };
    let found = secrets(&text.as_bytes()[start..end]);
    if found.is_empty() {
        return text.into();
    }
    let spans: Vec<_> = found.into_iter().map(|span| span.shifted(start)).collect();
    without(text, &spans).into()
}

/// The place of a message's quotation: from its first backtick to its last.
pub(crate) fn quoted_part(message: &str) -> Option<(usize, usize)> {
    let start = memchr(b'`', message.as_bytes())? + 1;
    let end = memchr::memrchr(b'`', message.as_bytes()).filter(|end| *end >= start)?;
    Some((start, end))
}

/// A word of an input as errors quote it: secrets masked, cut after eighty characters.
///
/// Errors store words only in this form, so neither their `Display` nor their `Debug` can reveal a secret.
///
/// ```
/// use rekey_core::mask::Quoted;
///
/// assert_eq!(Quoted::from("8080/tpc").as_str(), "8080/tpc");
/// assert_eq!(Quoted::from("ghp_0123456789abcdef0123").as_str(), "***");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Quoted(Box<str>);

impl Quoted {
    /// The maximum length of a word in characters.
    const LONGEST: usize = 80;

    /// The word for display.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<str>> From<T> for Quoted {
    fn from(word: T) -> Self {
        Self(cut(masked(word.as_ref()), Self::LONGEST).into())
    }
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text between `BEGIN … PRIVATE KEY` in one line and `END`, or the end of the text.
fn key_bodies(text: &[u8], found: &mut Vec<Span>) {
    const NAME: &[u8] = b"PRIVATE KEY";
    let mut begins = memmem::find_iter(text, b"BEGIN").peekable();
    let mut newlines = memchr_iter(b'\n', text).peekable();
    let (mut begin, mut line) = (None, 0);
    let mut at = 0;
    while let Some(name) = find(text, NAME, at) {
        at = name + NAME.len();
        while let Some(place) = begins.next_if(|place| *place < name) {
            begin = Some(place);
        }
        while let Some(newline) = newlines.next_if(|newline| *newline < name) {
            line = newline + 1;
        }
        if begin.is_none_or(|begin| begin < line) {
            continue;
        }
        let dashes = text[at..].iter().take_while(|b| matches!(b, b'-' | b' ')).count();
        let start = at + dashes;
        let end = find(text, b"END", start).map_or(text.len(), |end| {
            end - text[start..end].iter().rev().take_while(|b| matches!(b, b'-' | b' ')).count()
        });
        let body = &text[start..end];
        let before = body.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let after = body[before..].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
        if before + after < body.len() {
            found.push(Span::new(start + before, end - after));
        }
        at = end.max(at);
    }
}

/// The user info of each `scheme://info@host` in a line.
fn urls(line: &[u8], at: usize, found: &mut Vec<Span>) {
    // The first `@` after a place, cached: it is searched once in each part of the line.
    let mut next_at = Some(0);
    let mut from = 0;
    while let Some(scheme) = find(line, b"://", from) {
        let start = scheme + 3;
        let stop = authority_end(line, start);
        from = stop.max(start);
        let ssh = line[..scheme].ends_with(b"ssh") || line[..scheme].ends_with(b"ssh+git");
        let authority = &line[start..stop];
        let info_end = authority.iter().rposition(|b| *b == b'@').map(|end| start + end).or_else(|| {
            // A password with a slash or a space seems to end the authority: `user:pa/ss@host`.
            let colon = start + authority.iter().position(|b| *b == b':')? + 1;
            let is_port = line[colon..stop].iter().all(u8::is_ascii_digit);
            let encoded = memmem::find(&line[colon..stop], b"%40").map(|end| colon + end);
            if is_port || encoded.is_some() {
                return encoded;
            }
            while next_at.is_some_and(|next| next < stop) {
                next_at = memchr(b'@', &line[stop..]).map(|next| stop + next);
            }
            let next = next_at?;
            let in_between = &line[stop..next];
            let may_be_password = in_between.len() <= MAX_PASSWORD && memchr(b'\n', in_between).is_none();
            (may_be_password && memmem::find(in_between, b"://").is_none()).then_some(next)
        });
        let Some(end) = info_end else { continue };
        let info = &line[start..end];
        let secret = if ssh { info.iter().position(|b| *b == b':').map(|colon| colon + 1) } else { Some(0) };
        if let Some(secret) = secret.filter(|secret| *secret < info.len()) {
            found.push(Span::new(start + secret, end).shifted(at));
        }
        from = from.max(end);
    }
}

/// The passwords in `curl -u user:password` and `echo user:password | chpasswd`.
fn logins(line: &[u8], at: usize, found: &mut Vec<Span>) {
    let password = |word: Span| {
        let bytes = word.of(line);
        let colon = bytes.iter().position(|b| *b == b':')?;
        let value = &bytes[colon + 1..];
        let is_id = value.iter().all(u8::is_ascii_digit);
        let is_user = bytes[..colon].iter().all(|b| is_name(*b));
        let span = Span::new(word.start as usize + colon + 1, word.end as usize);
        (is_user && !is_id && is_value(value)).then(|| span.shifted(at))
    };
    if let Some(end) = find(line, b"chpasswd", 0) {
        found.extend(words(&line[..end]).filter_map(password));
    }
    if let Some(start) = find(line, b"curl ", 0) {
        let mut words = words(&line[start..]).map(|word| word.shifted(start));
        while let Some(word) = words.next() {
            if matches!(word.of(line), b"-u" | b"--user") {
                found.extend(words.next().and_then(password));
            }
        }
    }
}

/// The maximum distance of the end of a password that seems to end the authority.
const MAX_PASSWORD: usize = 200;

/// The end of an authority: a slash, `?`, `#`, or whitespace other than a newline after a backslash.
fn authority_end(line: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = line.get(at) {
        let is_joined = || line[start..at].ends_with(b"\\") || line[start..at].ends_with(b"\\\r");
        match byte {
            b'/' | b'?' | b'#' => break,
            b'\n' if is_joined() => {}
            b'\r' if line[start..at].ends_with(b"\\") => {}
            b if b.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The password of `user:password@host`.
fn scp_password(text: &[u8], word: Span, found: &mut Vec<Span>) {
    let bytes = word.of(text);
    let Some(last) = bytes.iter().rposition(|b| *b == b'@') else { return };
    if memmem::find(bytes, b"://").is_some() {
        return;
    }
    let from = bytes[..last].iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    let colon = bytes[from..last].iter().position(|b| *b == b':').map(|colon| from + colon);
    let digest = bytes[last + 1..].starts_with(b"sha256:") || bytes[last + 1..].starts_with(b"sha512:");
    let Some(colon) = colon.filter(|colon| !digest && !bytes[from..*colon].ends_with(b"mailto")) else {
        return;
    };
    // `url:git@host` is a word before a URL, and `git` is not a password.
    let colons = bytes[colon..last].iter().take_while(|b| **b == b':').count();
    if !is_known_user(&bytes[colon + colons..last]) {
        found.push(Span::new(word.start as usize + colon + 1, word.start as usize + last));
    }
}

/// Returns true if user info is a name that everyone uses for a service.
pub(crate) fn is_known_user(info: &[u8]) -> bool {
    const USERS: &[&[u8]] = &[b"git", b"hg", b"gitea", b"forgejo", b"gitolite"];
    USERS.iter().any(|user| info.eq_ignore_ascii_case(user))
}

/// The minimum number of digits for a line of a key.
const SHORTEST_KEY: usize = 32;

/// Runs of digits that look like a line of a key:
///
/// - base64 with uppercase and lowercase letters and digits, and few slashes, of which a path has many;
/// - base64url, which has long parts without `-` or `_`, unlike a name;
/// - more hexadecimal digits than a digest has.
fn key_digits(text: &[u8], word: Span, found: &mut Vec<Span>) {
    /// Names are shorter than this, with or without a digit.
    const LONGEST_NAME: usize = 60;
    /// The digits of SHA-512.
    const LONGEST_DIGEST: usize = 128;
    let bytes = word.of(text);
    if bytes.len() < SHORTEST_KEY {
        return;
    }
    let mut start = word.start as usize;
    for run in bytes.split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_'))) {
        let count = |is: fn(&u8) -> bool| run.iter().filter(|b| is(b)).count();
        if run.len() >= SHORTEST_KEY {
            let letters = count(u8::is_ascii_uppercase) >= 3 && count(u8::is_ascii_lowercase) >= 3;
            let mixed = letters && (count(u8::is_ascii_digit) > 0 || run.len() >= LONGEST_NAME);
            let is_dash = |b: &u8| matches!(b, b'-' | b'_');
            let dashes = count(is_dash);
            let is_base64 = mixed && count(|b| *b == b'/') <= run.len() / 12 && is_random(run);
            let longest = || run.split(|b| is_dash(b)).map(<[u8]>::len).max().unwrap_or(0);
            let is_key =
                is_base64 && (dashes == 0 || dashes <= run.len() / 12 && run.len() > 40 && longest() >= 16);
            let is_hex = run.len() > LONGEST_DIGEST && run.iter().all(u8::is_ascii_hexdigit);
            if is_key || is_hex {
                found.push(Span::new(start, start + run.len()));
            } else if dashes > 0 {
                parts_of_key(run, start, found);
            }
        }
        start += run.len() + 1;
    }
}

/// Returns true if a run looks like base64 of random bytes: the kind of character changes after two of three
/// characters, two of five are uppercase letters, and one of six is a digit. Names and paths, even in
/// CamelCase, have fewer of all three.
fn is_random(run: &[u8]) -> bool {
    let class = |b: u8| match b {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let words;
    let run = if memchr(b'/', run).is_some() {
        // The words of paths include digests, UUIDs and versions.
        let parts = run.split(|b| matches!(b, b'/' | b'-' | b'_'));
        words = parts.filter(|part| !is_hexadecimal(part)).collect::<Vec<_>>().join(&b'/');
        &words[..]
    } else {
        run
    };
    if run.is_empty() {
        return false;
    }
    let changes = run.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let of_class = |wanted| run.iter().filter(|b| class(**b) == wanted).count();
    changes * 100 >= (run.len() - 1) * 42 && (of_class(1) * 4 >= run.len() || of_class(2) * 8 >= run.len())
}

/// Returns true if a part of a path consists of hexadecimal digits with letters of one case.
fn is_hexadecimal(part: &[u8]) -> bool {
    part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        || part.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))
}

/// Base64 within a longer run with dashes: `app-MIIE…`.
fn parts_of_key(run: &[u8], mut start: usize, found: &mut Vec<Span>) {
    for part in run.split(|b| matches!(b, b'-' | b'_')) {
        let mut digits = Vec::new();
        key_digits(part, Span::new(0, part.len()), &mut digits);
        found.extend(digits.iter().map(|span| span.shifted(start)));
        start += part.len() + 1;
    }
}

/// The values of `NAME=value`, `NAME = "value"`, `ENV NAME value`, `--name value`, `<name>value<` and
/// `?name=value` with a secret name, and of `Authorization: Bearer value`.
fn assignments(line: &[u8], at: usize, found: &mut Vec<Span>) {
    let first = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let env = line[first..].get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"ENV"));
    let blanks = if env { blank_length(line, first + 3) } else { 0 };
    let legacy_name = (blanks > 0).then_some(first + 3 + blanks);
    let in_pairs =
        blanks > 0 && memchr(b'=', line).is_some_and(|sign| !line[first + 3 + blanks..sign].contains(&b' '));
    let mut quotes = Quotes::default();
    let mut end = 0;
    while end < line.len() {
        let start = end + line[end..].iter().take_while(|b| !is_name(**b)).count();
        end = start + line[start..].iter().take_while(|b| is_name(**b)).count();
        let before = start.checked_sub(1).map(|before| line[before]);
        let in_query = matches!(before, Some(b'?' | b'&'));
        let name = &line[start..end];
        let is_secret = is_secret_name(name) || in_query && is_secret_parameter(name) || is_scheme(name);
        if !is_secret {
            continue;
        }
        let name = Name {
            start,
            end,
            before,
            legacy: legacy_name == Some(start),
            lacks_sign: in_pairs && matches!(before, Some(b' ' | b'\t')),
            string_end: quotes.string_end(line, start, end),
        };
        if let Some(value) = value(line, &name) {
            found.push(value.shifted(at));
            end = value.end as usize;
        }
    }
}

/// Returns true if a word in a header precedes credentials.
fn is_scheme(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"bearer") || name.eq_ignore_ascii_case(b"basic")
}

/// The quotation marks of a line, followed from left to right.
#[derive(Default)]
struct Quotes {
    at: usize,
    open: Option<u8>,
    /// The next quotation mark after a name; it is searched once in each part of the line.
    next: usize,
}

impl Quotes {
    /// The end of the quoted string that contains a name, if no other string begins before it.
    fn string_end(&mut self, line: &[u8], start: usize, end: usize) -> Option<usize> {
        while self.at < start {
            match (line[self.at], self.open) {
                (b'\\', None | Some(b'"')) => self.at += 1,
                (quote @ (b'"' | b'\''), None) => self.open = Some(quote),
                (quote, Some(open)) if quote == open => self.open = None,
                _ => {}
            }
            self.at += 1;
        }
        let open = self.open?;
        if self.next < end {
            let found = memchr::memchr2(b'"', b'\'', &line[end..]);
            self.next = found.map_or(line.len(), |length| end + length);
        }
        let is_end = line.get(self.next) == Some(&open) && line[self.next - 1] != b'\\';
        is_end.then_some(self.next)
    }
}

/// Returns true if a variable, key or option of that name contains a secret.
pub(crate) fn is_secret_name(name: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[
        b"password",
        b"passwd",
        b"passphrase",
        b"secret",
        b"token",
        b"apikey",
        b"accesskey",
        b"activationkey",
        b"privatekey",
        b"credential",
    ];
    /// Words that mark a secret as the last of multiple words: `DB_PASS`.
    const LAST: &[&[u8]] = &[b"pass", b"pwd", b"pword"];
    /// Words that negate a secret name: `NOPASSWD`, `--disabled-password`, `--password-stdin`,
    /// `PublicKeyToken`.
    const HARMLESS: &[&[u8]] = &[
        b"nopass",
        b"disabledpassword",
        b"passwordstdin",
        b"tokenstdin",
        b"secretstdin",
        b"publickey",
        b"showsecrets",
    ];
    /// Only the end of a longer name is considered.
    const LONGEST: usize = 256;
    /// The number of letters in `A_PWD`.
    const FEWEST_LETTERS: usize = 4;
    if name.iter().filter(|b| b.is_ascii_alphabetic()).count() < FEWEST_LETTERS {
        return false;
    }
    let name = &name[name.len().saturating_sub(LONGEST)..];
    let is_dash = |b: &u8| matches!(b, b'_' | b'-' | b'.');
    let (mut plain, mut length) = ([0; LONGEST], 0);
    for (place, byte) in plain.iter_mut().zip(name.iter().filter(|b| !is_dash(b))) {
        *place = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = &plain[..length];
    let has = |words: &[&[u8]]| {
        let starts =
            |at: usize| words.iter().any(|word| word[0] == plain[at] && plain[at..].starts_with(word));
        (0..length).any(starts)
    };
    let last = name.iter().rposition(is_dash).map_or(&b""[..], |dash| &name[dash + 1..]);
    let is_last = last.len() < length && LAST.iter().any(|word| last.eq_ignore_ascii_case(word));
    (has(NAMES) || is_last) && !has(HARMLESS)
}

/// Returns true if a parameter of a URL's query contains a secret.
pub(crate) fn is_secret_parameter(name: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[
        b"auth",
        b"authorization",
        b"jwt",
        b"key",
        b"pass",
        b"pat",
        b"pwd",
        b"sig",
        b"signature",
        b"t",
        b"x-amz-signature",
        b"x-goog-signature",
    ];
    is_secret_name(name) || NAMES.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// A name in a line whose value is wanted.
struct Name {
    start: usize,
    end: usize,
    before: Option<u8>,
    /// True for the name in `ENV name value`.
    legacy: bool,
    /// True if it is among `name=value` pairs of `ENV`, one of which may lack its `=`.
    lacks_sign: bool,
    /// The end of the quoted string that contains it.
    string_end: Option<usize>,
}

/// The value that follows a name.
fn value(line: &[u8], name: &Name) -> Option<Span> {
    let blanks = |from: usize| from + blank_length(line, from);
    let quoted = usize::from(matches!(line.get(name.end), Some(b'"' | b'\'')));
    let next = blanks(name.end + quoted);
    let word = &line[name.start..name.end];
    let signs = match &line[next.min(line.len())..] {
        [b'=', b'=', ..] => 2,
        [b'=', ..] => 1,
        [b':', ..] if name.before != Some(b'/') => 1,
        [b'>', ..] if name.before == Some(b'<') => 1,
        _ => 0,
    };
    let assigned = signs > 0;
    let option = word.starts_with(b"--");
    let scheme = is_scheme(word) && is_authorization(&line[..name.start]);
    let from = if assigned { blanks(next + signs) } else { next };
    let follows = if is_scheme(word) {
        scheme
    } else {
        assigned || option || name.legacy || name.lacks_sign && name.string_end.is_none()
    };
    if !follows || from == name.end || option && !assigned && line[from..].starts_with(b"--") {
        return None;
    }
    let to = match () {
        () if matches!(name.before, Some(b'?' | b'&')) => {
            let ends =
                |b: &u8| matches!(b, b'&' | b'#' | b'"' | b'\'' | b'<' | b'>') || b.is_ascii_whitespace();
            line[from..].iter().position(ends).map_or(line.len(), |length| from + length)
        }
        () if name.legacy && !assigned => line.len(),
        () if assigned && line[next] == b'>' => {
            memchr(b'<', &line[from..]).map_or(line.len(), |length| from + length)
        }
        () => {
            name.string_end.filter(|end| quoted == 0 && *end > from).unwrap_or_else(|| word_end(line, from))
        }
    };
    let (from, to) = match &line[from..to] {
        [quote @ (b'"' | b'\''), .., last] if quote == last => (from + 1, to - 1),
        [b'"' | b'\'', ..] => (from + 1, to),
        _ => (from, to),
    };
    // `printf "password=%s" value`
    let is_format = name.string_end == Some(to) && memmem::find(&line[from..to], b"%s").is_some();
    let to = if is_format { word_end(line, blanks(to + 1)) } else { to };
    (from < to && is_value(&line[from..to])).then(|| Span::new(from, to))
}

/// Returns true if the text before a place is the name of a header with credentials.
fn is_authorization(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let Some(before) = before.strip_suffix(b":").map(<[u8]>::trim_ascii_end) else { return false };
    let start = before.len().saturating_sub(b"authorization".len());
    before[start..].eq_ignore_ascii_case(b"authorization")
}

/// Returns true if a value may itself be a secret: it is neither a reference to a variable nor yes or no.
pub(crate) fn is_value(value: &[u8]) -> bool {
    const SWITCHES: &[&[u8]] = &[b"", b"true", b"false", b"yes", b"no", b"on", b"off"];
    !is_variable(value) && !SWITCHES.iter().any(|switch| value.eq_ignore_ascii_case(switch))
}

/// The end of a word as a shell reads it, with quotes and escapes.
///
/// A quoted string ends the word unless something is joined to it: `'it'"'"'s'`. A comma after it belongs to
/// JSON.
fn word_end(line: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => break,
            b'\\' if line[at..].starts_with(b"\\\r\n") => at += 3,
            b'\\' => at += 2,
            quote @ (b'"' | b'\'') => {
                at += 1;
                while let Some(inner) = line.get(at).filter(|inner| *inner != quote) {
                    at += if *inner == b'\\' && *quote == b'"' { 2 } else { 1 };
                }
                at += 1;
                if line.get(at).is_some_and(|b| matches!(b, b',' | b'}' | b']' | b')' | b';')) {
                    break;
                }
            }
            _ => at += 1,
        }
    }
    at.min(line.len())
}

/// Returns true for `$NAME`, `${NAME}` or `${NAME:-}`, which is not itself a secret.
pub(crate) fn is_variable(word: &[u8]) -> bool {
    let Some(name) = word.strip_prefix(b"$") else { return false };
    let name = match name {
        [b'{', name @ .., b':', b'-', b'}'] | [b'{', name @ .., b'}'] | name => name,
    };
    name.first().is_some_and(|b| !b.is_ascii_digit())
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// The runs of bytes between whitespace, quotation marks and angle brackets.
fn words(text: &[u8]) -> impl Iterator<Item = Span> {
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>');
    let mut at = 0;
    text.split(is_end).filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then(|| Span::new(start, start + word.len()))
    })
}

/// The lines, each with the offset of its first byte. A line that ends with a backslash continues in the next
/// one.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut newlines = memchr_iter(b'\n', text).filter(|end| !is_continued(&text[..*end]));
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let end = newlines.next();
        next = end.map(|end| end + 1);
        Some((start, &text[start..end.unwrap_or(text.len())]))
    })
}

/// Returns true if a line that ends here continues in the next one.
fn is_continued(line: &[u8]) -> bool {
    line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\")
}

/// The length of the whitespace here, which includes a backslash with a newline.
fn blank_length(line: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        at += match &line[at.min(line.len())..] {
            [b' ' | b'\t', ..] => 1,
            [b'\\', b'\n', ..] => 2,
            [b'\\', b'\r', b'\n', ..] => 3,
            _ => return at - from,
        };
    }
}

fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    memmem::find(text.get(from..)?, wanted).map(|at| from + at)
}

/// Returns the spans in order, joined if they touch.
pub fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_nothing_else() {
        let table = [
            ("https://u:CANARY@h/p", "https://***@h/p"),
            ("https://CANARY@h/p", "https://***@h/p"),
            ("https://u:CAN/ARY@h/p", "https://***@h/p"),
            ("https://u:CAN@ARY@h/p", "https://***@h/p"),
            ("https://u:CAN'ARY@h/p", "https://***@h/p"),
            ("https://u:CAN\"<`>ARY@h/p x", "https://***@h/p x"),
            ("url = https://u:CAN ARY@h/p x", "url = https://***@h/p x"),
            ("https://u:CANARY%40h/p", "https://***%40h/p"),
            ("curl http://h:8080 | mail a@b", "curl http://h:8080 | mail a@b"),
            ("curl https://h/p | mail a@b", "curl https://h/p | mail a@b"),
            ("https://h/a?token=CANARY&x=y", "https://h/a?token=***&x=y"),
            ("https://h/a?x=y&sig=CANARY#z", "https://h/a?x=y&sig=***#z"),
            ("https://h/a?tab=readme", "https://h/a?tab=readme"),
            ("url:git@github.com:a/b", "url:git@github.com:a/b"),
            ("git::git@github.com:a/b", "git::git@github.com:a/b"),
            ("u:CANARY:git@h:p", "u:***@h:p"),
            ("https:/u:CANARY@h/p", "https:/u:***@h/p"),
            ("u:CANARY@h:p", "u:***@h:p"),
            ("ssh://git:CANARY@h/p", "ssh://git:***@h/p"),
            ("ssh://git@h/p", "ssh://git@h/p"),
            ("git@h:p", "git@h:p"),
            ("https://h:8443/@scope/p", "https://h:8443/@scope/p"),
            ("https://h/p@v1", "https://h/p@v1"),
            ("FROM ubi9:9.4@sha256:00", "FROM ubi9:9.4@sha256:00"),
            ("url = \"https://u:CANARY@h/p\" # x", "url = \"https://***@h/p\" # x"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA",
                "-----BEGIN RSA PRIVATE KEY-----\n***\n-----END RSA",
            ),
            ("k = \"-----BEGIN PRIVATE KEY-----\\nCANARY", "k = \"-----BEGIN PRIVATE KEY-----***"),
            ("your PRIVATE KEY is END", "your PRIVATE KEY is END"),
            ("ENV DB_PASSWORD=CANARY A=b", "ENV DB_PASSWORD=*** A=b"),
            ("ENV DB_PASSWORD CANARY CANARY", "ENV DB_PASSWORD ***"),
            ("ARG NPM_TOKEN=\"CAN ARY\" x", "ARG NPM_TOKEN=\"***\" x"),
            ("ENV DB_PASSWORD=CAN\\ ARY x", "ENV DB_PASSWORD=*** x"),
            ("ENV DB_PASSWORD='CAN'\"'\"'ARY' x", "ENV DB_PASSWORD='***' x"),
            ("{\"token\":\"CAN\\\"ARY\",\"x\":\"y\"}", "{\"token\":\"***\",\"x\":\"y\"}"),
            ("ENV DB_PASSWORD=$CANARY-1", "ENV DB_PASSWORD=***"),
            ("ENV DB_PASSWORD=${PASS}", "ENV DB_PASSWORD=${PASS}"),
            ("ENV DB_PASSWORD=${PASS:-}", "ENV DB_PASSWORD=${PASS:-}"),
            ("ENV DB_PASSWORD=${PASS:-CANARY}", "ENV DB_PASSWORD=***"),
            ("ENV DB_PASS=CANARY MYSQL_PWD=CANARY PWD=/", "ENV DB_PASS=*** MYSQL_PWD=*** PWD=/"),
            ("ENV PASSPHRASE=CANARY", "ENV PASSPHRASE=***"),
            ("ENV\tDB_PASSWORD\tCANARY", "ENV\tDB_PASSWORD\t***"),
            ("ENV DB_PASSWORD \\\n  CANARY", "ENV DB_PASSWORD \\\n  ***"),
            ("RUN x --password \\\n CANARY && y", "RUN x --password \\\n *** && y"),
            ("RUN x --password \\\r\n CANARY && y", "RUN x --password \\\r\n *** && y"),
            ("RUN x --password=CAN\\\nARY && y", "RUN x --password=*** && y"),
            ("RUN x --password=CAN\\\r\nARY && y", "RUN x --password=*** && y"),
            ("RUN curl https://u:CAN\\\nARY@h/x", "RUN curl https://***@h/x"),
            ("RUN curl https://u:CAN\\\r\nARY@h/x", "RUN curl https://***@h/x"),
            ("RUN curl http://h:$P/x \\\n && mail a@b", "RUN curl http://h:$P/x \\\n && mail a@b"),
            ("curl -H \"Authorization: Bearer CANARY\" h", "curl -H \"Authorization: Bearer ***\" h"),
            ("curl -H 'authorization: basic CANARY' h", "curl -H 'authorization: basic ***' h"),
            ("a basic thing", "a basic thing"),
            ("RUN printf \"password=%s\" CANARY > x", "RUN printf \"password=*** > x"),
            ("ENV A=b DB_PASSWORD CANARY C=d", "ENV A=b DB_PASSWORD *** C=d"),
            ("ENV A=\"the token is long\" B=c", "ENV A=\"the token is long\" B=c"),
            (
                "RUN subscription-manager register --activationkey=CANARY",
                "RUN subscription-manager register --activationkey=***",
            ),
            ("RUN curl -fsS -u jane:CANARY h && x", "RUN curl -fsS -u jane:*** h && x"),
            ("RUN curl h && docker run -u 1000:1000 x", "RUN curl h && docker run -u 1000:1000 x"),
            ("RUN echo 'root:CANARY' | chpasswd && x:y", "RUN echo 'root:***' | chpasswd && x:y"),
            ("RUN docker run -u root:root x", "RUN docker run -u root:root x"),
            ("<password>CANARY</password>", "<password>***</password>"),
            ("RUN [ \"$A_TOKEN\" == \"CANARY\" ]", "RUN [ \"$A_TOKEN\" == \"***\" ]"),
            ("RUN echo \"password=CANARY\" >> a && b", "RUN echo \"password=***\" >> a && b"),
            ("RUN echo \"password=CAN'ARY\" >> a && b", "RUN echo \"password=***"),
            ("RUN echo \"password=$P\" >> a && b", "RUN echo \"password=$P\" >> a && b"),
            ("RUN echo \"x ALL=(ALL) NOPASSWD: ALL\" >> y", "RUN echo \"x ALL=(ALL) NOPASSWD: ALL\" >> y"),
            ("RUN adduser --disabled-password --gecos x", "RUN adduser --disabled-password --gecos x"),
            ("RUN x --password --verbose", "RUN x --password --verbose"),
            ("RUN login --password-stdin && x", "RUN login --password-stdin && x"),
            ("ENV ALLOW_EMPTY_PASSWORD=yes", "ENV ALLOW_EMPTY_PASSWORD=yes"),
            ("-v /etc/passwd:/etc/passwd", "-v /etc/passwd:/etc/passwd"),
            ("a, PublicKeyToken=31bf3856ad364e35", "a, PublicKeyToken=31bf3856ad364e35"),
            (
                "# https://github.com/acme/docker-images/blob/a56e0d1ed968ff669d2e2ba8a1483d0f3acc80c0/OneJava/java-8/Dockerfile",
                "# https://github.com/acme/docker-images/blob/a56e0d1ed968ff669d2e2ba8a1483d0f3acc80c0/OneJava/java-8/Dockerfile",
            ),
            (
                "https://h.example/download/E/9/8/E9849D6A-020E-47E4-9FD0-A023E99B54EB/requestRouter_amd64.msi",
                "https://h.example/download/E/9/8/E9849D6A-020E-47E4-9FD0-A023E99B54EB/requestRouter_amd64.msi",
            ),
            (
                "https://h.example/java/GA/jdk27/55ce5470a6294008af0057ff4626d0e5/35/GPL/openjdk-27_windows-x64_bin.zip",
                "https://h.example/java/GA/jdk27/55ce5470a6294008af0057ff4626d0e5/35/GPL/openjdk-27_windows-x64_bin.zip",
            ),
            ("NPM_TOKEN = \"CANARY\"", "NPM_TOKEN = \"***\""),
            ("RUN login --password CANARY h", "RUN login --password *** h"),
            ("ENV DB_PASSWORD=$PASS", "ENV DB_PASSWORD=$PASS"),
            ("ARG GITHUB_TOKEN", "ARG GITHUB_TOKEN"),
            ("RUN echo ghp_0123456789CANARY0123", "RUN echo ***"),
            ("RUN --mount=type=secret,id=x true", "RUN --mount=type=secret,id=x true"),
            ("tmsqKoztLTo/uIPHtKxIhG/7o8hzHo9DZjRKH626qwcPN27r", "***"),
            ("tmsqKoztLTo_uIPHtKxIhG7o8hzHo9DZjRKH626qw-cPN27r", "***"),
            ("my-big-app-v-2-x-y-tmsqKoztLTo7uIPHtKxIhG7o8hzHo9DZjRKH626qwcPN27r", "my-big-app-v-2-x-y-***"),
            (
                "COPY /Users/JohnSmithWithLongName2/ProjectFolder /",
                "COPY /Users/JohnSmithWithLongName2/ProjectFolder /",
            ),
            (
                "COPY My-Project-2.0-SNAPSHOT-jar-with-dependencies.jar /",
                "COPY My-Project-2.0-SNAPSHOT-jar-with-dependencies.jar /",
            ),
            (
                "FROM a/b@sha256:0123456789abcdef0123456789abcdef",
                "FROM a/b@sha256:0123456789abcdef0123456789abcdef",
            ),
            (
                "COPY /opt/App1/Bin/x86/Lib/a/B2/c/Data3/e/f/g /",
                "COPY /opt/App1/Bin/x86/Lib/a/B2/c/Data3/e/f/g /",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(masked(text), expected, "{text}");
        }
        let long = format!("ENV {}_PASSWORD=", "X".repeat(1_000));
        assert_eq!(masked(&format!("{long}CANARY")), format!("{long}***"));
    }

    #[test]
    fn no_bytes_panic() {
        for text in [
            &b""[..],
            b"@",
            b"://@",
            b":@",
            b"PRIVATE KEY",
            b"BEGIN PRIVATE KEY",
            b"token=",
            b"token='",
            b"\xff://\xff@",
        ] {
            secrets(text);
        }
    }
}
