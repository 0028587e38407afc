//! Values in a Dockerfile that must not be shown.

use std::borrow::Cow;

use super::{Arguments, Dockerfile, Instruction, Word};
use crate::{mask, text::Span};

/// Whether a variable's name has a word that names a secret, and none that takes it back, as BuildKit's linter decides it.
///
/// Source: moby/buildkit `frontend/dockerfile/linter/ruleset.go`, `SecretsUsedInArgOrEnv`.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const SECRET: &[&str] = &[
        "apikey",
        "auth",
        "credential",
        "credentials",
        "key",
        "password",
        "pword",
        "passwd",
        "secret",
        "token",
    ];
    const HARMLESS: &[&str] = &[
        "public",
        "pub",
        "file",
        "version",
        "path",
        "url",
        "name",
        "id",
        "ids",
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "sha",
        "checksum",
        "digest",
        "fingerprint",
        "hash",
        "size",
        "length",
        "type",
        "server",
    ];
    let is_among = |part: &str, words: &[&str]| words.iter().any(|word| part.eq_ignore_ascii_case(word));
    let has = |words: &[&str]| name.split(['_', '-', '.']).any(|part| is_among(part, words));
    has(SECRET) && !has(HARMLESS)
}

impl Dockerfile<'_> {
    /// The values of variables and labels whose names are those of secrets: where they stand, and what they are once quotes
    /// and escapes are gone. Values that only name another variable are none.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (Span, Cow<'_, [u8]>)> {
        self.instructions.iter().flat_map(|instruction| values(instruction)).filter_map(|(name, value)| {
            let name = name.text();
            let is_secret = is_secret_name(&name) || mask::is_secret_name(name.as_bytes());
            if !is_secret || value.span.is_empty() || mask::is_variable(value.text().as_bytes()) {
                return None;
            }
            let cooked = value.cooked().map(|cooked| Cow::Owned(cooked.into_owned().into_bytes()));
            Some((value.span, cooked.unwrap_or(Cow::Borrowed(&*value.raw))))
        })
    }
}

/// The names that an instruction sets, with their values.
fn values<'i>(instruction: &'i Instruction<'_>) -> Vec<(&'i Word<'i>, &'i Word<'i>)> {
    let mut arguments = &instruction.arguments;
    while let Arguments::Onbuild(trigger) = arguments {
        arguments = &trigger.instruction.arguments;
    }
    match arguments {
        Arguments::Pairs(pairs) => pairs.iter().map(|pair| (&pair.key, &pair.value)).collect(),
        Arguments::Variables(all) => {
            all.iter().filter_map(|variable| Some((&variable.name, variable.value.as_ref()?))).collect()
        }
        _ => Vec::new(),
    }
}
