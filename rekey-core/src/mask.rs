//! Secrets in texts that are shown.
#![allow(
    clippy::indexing_slicing,
    reason = "places were found in the same text; the fuzz targets dockerfile and git_url hold it"
)]

use crate::text::Span;

/// What stands in the place of a secret, whatever its length.
pub const MASK: &str = "***";

/// The parts of a text that must never be shown, in order, none overlapping:
///
/// - user info in URLs, an ssh user's name apart;
/// - what stands between the lines of a private key;
/// - values that are assigned to names such as `DB_PASSWORD`;
/// - tokens that are known by their first characters;
/// - lines of base 64, as those of a key are whose marks are lost.
pub fn secrets(text: &[u8]) -> Vec<Span> {
    let mut found = Vec::new();
    key_bodies(text, &mut found);
    for word in words(text) {
        user_info(text, word, &mut found);
        known_token(text, word, &mut found);
        key_digits(text, word, &mut found);
    }
    for (at, line) in lines(text) {
        assignments(line, at, &mut found);
    }
    merged(found)
}

/// The same text with every secret masked.
///
/// ```
/// assert_eq!(rekey_core::mask::masked("ENV DB_PASSWORD=hunter2 A=b"), "ENV DB_PASSWORD=*** A=b");
/// ```
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for span in secrets(text.as_bytes()) {
        out.push_str(text.get(kept..span.start as usize).unwrap_or_default());
        out.push_str(MASK);
        kept = span.end as usize;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// The same as one line, secrets masked, cut where it is longer than so many characters.
pub(crate) fn masked_line(text: &str, longest: usize) -> String {
    let line = masked(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// What stands between `BEGIN … PRIVATE KEY` and `END`, or the end of the text.
fn key_bodies(text: &[u8], found: &mut Vec<Span>) {
    const NAME: &[u8] = b"PRIVATE KEY";
    let mut at = 0;
    while let Some(name) = find(text, NAME, at) {
        let line = text[..name].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1);
        at = name + NAME.len();
        if find(&text[..name], b"BEGIN", line).is_none() {
            continue;
        }
        let dashes = text[at..].iter().take_while(|b| matches!(b, b'-' | b' ')).count();
        let start = at + dashes;
        let end = find(text, b"END", start).map_or(text.len(), |end| {
            end - text[start..end].iter().rev().take_while(|b| matches!(b, b'-' | b' ')).count()
        });
        let blank = |b: &u8| b.is_ascii_whitespace();
        let (before, body) = (text[start..end].iter().take_while(|b| blank(b)).count(), &text[start..end]);
        let after = body[before..].iter().rev().take_while(|b| blank(b)).count();
        if before + after < body.len() {
            found.push(Span::new(start + before, end - after));
        }
        at = end.max(at);
    }
}

/// The user info of `scheme://info@host`, or the password of `user:password@host`.
fn user_info(text: &[u8], word: Span, found: &mut Vec<Span>) {
    let bytes = word.of(text);
    let start = word.start as usize;
    let Some(last) = bytes.iter().rposition(|b| *b == b'@') else { return };
    let Some(scheme) = find(bytes, b"://", 0) else {
        let from = bytes[..last].iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
        let colon = bytes[from..last].iter().position(|b| *b == b':').map(|colon| from + colon);
        let digest = bytes[last + 1..].starts_with(b"sha256:") || bytes[last + 1..].starts_with(b"sha512:");
        if let Some(colon) = colon.filter(|colon| !digest && !bytes[from..*colon].ends_with(b"mailto")) {
            found.push(Span::new(start + colon + 1, start + last));
        }
        return;
    };
    let from = scheme + 3;
    let is_slash = |b: &u8| matches!(b, b'/' | b'?' | b'#');
    let authority = bytes[from..].iter().position(is_slash).map_or(bytes.len(), |end| from + end);
    let host = bytes[from..authority].iter().rposition(|b| *b == b'@').map(|at| from + at);
    // A password with a slash in it ends the authority too early: `user:pa/ss@host`.
    let cut = || bytes[from..authority].iter().position(|b| *b == b':').map(|colon| from + colon + 1);
    let is_port = |colon: usize| bytes[colon..authority].iter().all(u8::is_ascii_digit);
    let Some(at) =
        host.or_else(|| (last > from && cut().is_some_and(|colon| !is_port(colon))).then_some(last))
    else {
        return;
    };
    let secret = if bytes[..scheme].ends_with(b"ssh") {
        bytes[from..at].iter().position(|b| *b == b':').map(|colon| from + colon + 1)
    } else {
        Some(from)
    };
    if let Some(secret) = secret.filter(|secret| *secret < at) {
        found.push(Span::new(start + secret, start + at));
    }
}

/// Tokens that say what they are. Sources: GitHub "Token formats", GitLab "Token overview", AWS IAM "unique identifiers".
fn known_token(text: &[u8], word: Span, found: &mut Vec<Span>) {
    const PREFIXES: &[&[u8]] = &[
        b"ghp_",
        b"gho_",
        b"ghs_",
        b"ghu_",
        b"ghr_",
        b"github_pat_",
        b"glpat-",
        b"AKIA",
        b"ASIA",
        b"xoxb-",
        b"xoxp-",
    ];
    let bytes = word.of(text);
    for prefix in PREFIXES {
        if let Some(at) = find(bytes, prefix, 0) {
            let token =
                bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
            let length = token.count();
            if length >= 16 {
                found.push(Span::new(word.start as usize + at, word.start as usize + at + length));
            }
        }
    }
}

/// What looks like a line of a key: a long run of base 64 with capitals, small letters and digits in it, and few slashes,
/// of which a path has many.
fn key_digits(text: &[u8], word: Span, found: &mut Vec<Span>) {
    const SHORTEST: usize = 32;
    /// Nobody writes a name that long, with a digit in it or without.
    const LONGEST_NAME: usize = 60;
    let bytes = word.of(text);
    let mut start = word.start as usize;
    for run in bytes.split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))) {
        let count = |is: fn(&u8) -> bool| run.iter().filter(|b| is(b)).count();
        let letters = count(u8::is_ascii_uppercase) >= 3 && count(u8::is_ascii_lowercase) >= 3;
        let mixed = letters && (count(u8::is_ascii_digit) > 0 || run.len() >= LONGEST_NAME);
        if run.len() >= SHORTEST && mixed && count(|b| *b == b'/') <= run.len() / 12 {
            found.push(Span::new(start, start + run.len()));
        }
        start += run.len() + 1;
    }
}

/// The values of `NAME=value`, `NAME = "value"`, `ENV NAME value` and `--name value` whose name is that of a secret.
fn assignments(line: &[u8], at: usize, found: &mut Vec<Span>) {
    const NAMES: &[&[u8]] =
        &[b"password", b"passwd", b"secret", b"token", b"apikey", b"accesskey", b"privatekey", b"credential"];
    let mut end = 0;
    while end < line.len() {
        let start = end + line[end..].iter().take_while(|b| !is_name(**b)).count();
        end = start + line[start..].iter().take_while(|b| is_name(**b)).count();
        let plain = |b: &&u8| !matches!(**b, b'_' | b'-' | b'.');
        let name: Vec<u8> = line[start..end].iter().filter(plain).map(u8::to_ascii_lowercase).collect();
        if !NAMES.iter().any(|secret| find(&name, secret, 0).is_some()) {
            continue;
        }
        if let Some(value) = value(line, start, end) {
            found.push(value.shifted(at));
            end = value.end as usize;
        }
    }
}

/// The value that follows the name between `start` and `end`.
fn value(line: &[u8], start: usize, end: usize) -> Option<Span> {
    let blanks = |from: usize| from + line[from..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let quoted = usize::from(matches!(line.get(end), Some(b'"' | b'\'')));
    let next = blanks(end + quoted);
    let assigned = matches!(line.get(next), Some(b'=' | b':'));
    let option = line[start..end].starts_with(b"--");
    let first = line.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
    let set =
        |word: &[u8]| line[first..].get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
    let legacy = set(b"ENV ") && blanks(first + 4) == start;
    let from = if assigned { blanks(next + 1) } else { next };
    if !(assigned || option || legacy) || from == end {
        return None;
    }
    let (from, to) = match line.get(from).copied()? {
        quote @ (b'"' | b'\'') => {
            let length = line[from + 1..].iter().take_while(|b| **b != quote).count();
            (from + 1, from + 1 + length)
        }
        b'$' => return None,
        _ if legacy && !assigned => (from, line.len()),
        _ => (from, from + line[from..].iter().take_while(|b| !b.is_ascii_whitespace()).count()),
    };
    (from < to).then(|| Span::new(from, to))
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// The runs of bytes between blanks, quotes and angle brackets.
fn words(text: &[u8]) -> impl Iterator<Item = Span> {
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>');
    let mut at = 0;
    text.split(is_end).filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (!word.is_empty()).then(|| Span::new(start, start + word.len()))
    })
}

/// The lines with the offsets of their first bytes.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split(|b| *b == b'\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

fn find(text: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(text.get(from..)?, wanted).map(|at| from + at)
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
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
            ("NPM_TOKEN = \"CANARY\"", "NPM_TOKEN = \"***\""),
            ("RUN login --password CANARY h", "RUN login --password *** h"),
            ("ENV DB_PASSWORD=$PASS", "ENV DB_PASSWORD=$PASS"),
            ("ARG GITHUB_TOKEN", "ARG GITHUB_TOKEN"),
            ("RUN echo ghp_0123456789CANARY0123", "RUN echo ***"),
            ("RUN --mount=type=secret,id=x true", "RUN --mount=type=secret,id=x true"),
            ("tmsqKoztLTo/uIPHtKxIhG/7o8hzHo9DZjRKH626qwcPN27r", "***"),
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
