//! The header `WWW-Authenticate`.

use std::collections::BTreeMap;

/// A way to authenticate that a server offers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// The scheme in lowercase.
    pub(crate) scheme: String,
    /// The parameters, by their name in lowercase.
    pub(crate) parameters: BTreeMap<String, String>,
}

/// Returns the challenges of a header. What does not follow the grammar is skipped.
///
/// Source: RFC 9110, section 11.6.1.
pub(crate) fn scan(header: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    let mut rest = header.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (word, after) = word(rest);
        if word.is_empty() {
            let mut characters = rest.chars();
            characters.next();
            rest = characters.as_str().trim_start_matches([' ', '\t', ',']);
            continue;
        }
        rest = after.trim_start();
        match (rest.strip_prefix('='), challenges.last_mut()) {
            (Some(after), Some(challenge)) => {
                let (value, after) = value(after.trim_start());
                challenge.parameters.entry(word.to_ascii_lowercase()).or_insert(value);
                rest = after;
            }
            (Some(after), None) => rest = value(after.trim_start()).1,
            (None, _) => {
                let scheme = word.to_ascii_lowercase();
                challenges.push(Challenge { scheme, parameters: BTreeMap::new() });
            }
        }
        rest = rest.trim_start_matches([' ', '\t', ',']);
    }
    challenges
}

fn word(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}

/// A quoted string, or the text up to a comma.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find([',', ' ']).unwrap_or(text.len()));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => value.extend(characters.next()),
            c => value.push(c),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read_with_their_parameters() {
        for (header, expected) in [
            ("", ""),
            ("Basic realm=\"x\"", "basic[realm=x]"),
            (
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a/b:pull,push\"",
                "bearer[realm=https://a/t][scope=repository:a/b:pull,push][service=s]",
            ),
            (
                "Negotiate, Basic realm=x , BEARER Realm = \"y\\\"z\"",
                "negotiate basic[realm=x] bearer[realm=y\"z]",
            ),
            ("realm=\"x\", Basic", "basic"),
            ("Bearer realm=\"unfinished", "bearer[realm=unfinished]"),
            ("Bearer realm=\"a\",realm=\"b\"", "bearer[realm=a]"),
            ("\u{1}\u{e9} Basic", "basic"),
        ] {
            let found: Vec<_> = scan(header)
                .into_iter()
                .map(|challenge| {
                    let parameters = challenge.parameters.iter();
                    let parameters: Vec<_> =
                        parameters.map(|(name, value)| format!("[{name}={value}]")).collect();
                    challenge.scheme + &parameters.concat()
                })
                .collect();
            assert_eq!(found.join(" "), expected, "{header}");
        }
    }
}
