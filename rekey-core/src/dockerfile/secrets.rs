//! Values in a Dockerfile that must not be shown.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::{Arguments, Dockerfile, Instruction, Keyword, Word};
use crate::{mask, text::Span};

/// Returns true if a variable's name contains a word for a secret and no word that negates it, as in
/// BuildKit's linter.
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

/// Returns true if a variable's name is that of a secret, by BuildKit's list or by rekey's.
pub(crate) fn names_secret(name: &str) -> bool {
    is_secret_name(name) || mask::is_secret_name(name.as_bytes())
}

impl Dockerfile<'_> {
    /// The values of variables and labels with secret names: their places, and their text without quotes and
    /// escapes. Values that only refer to another variable are excluded.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (Span, Cow<'_, [u8]>)> {
        let assigned = self.instructions.iter().flat_map(|instruction| values(instruction));
        let assigned = assigned.map(|value| {
            let cooked = value.cooked().map(|cooked| Cow::Owned(cooked.into_owned().into_bytes()));
            (value.span, cooked.unwrap_or(Cow::Borrowed(&*value.raw)))
        });
        assigned.chain(self.lost_values())
    }

    /// The defaults that words have for variables with secret names.
    pub(crate) fn secret_defaults(&self) -> impl Iterator<Item = (Span, Cow<'_, [u8]>)> {
        self.instructions.iter().flat_map(defaults)
    }

    /// The final values of variables with secret names, whether the file, an argument or the base image sets
    /// them. Values written in the file are also among [`Self::secrets`], so the number of values is limited
    /// here.
    pub(crate) fn secret_variables(&self) -> impl Iterator<Item = &str> {
        const MAX_BYTES: usize = 4 << 20;
        let is_secret = |(name, value): &(&str, &str)| names_secret(name) && mask::is_value(value.as_bytes());
        let mut left = MAX_BYTES;
        self.variables.known().filter(is_secret).map_while(move |(_, value)| {
            left = left.checked_sub(value.len())?;
            Some(value)
        })
    }

    /// Lines without an instruction after `ENV NAME` without a value: a backslash is missing between them.
    fn lost_values(&self) -> impl Iterator<Item = (Span, Cow<'_, [u8]>)> {
        self.instructions.windows(2).filter_map(|pair| {
            let [env, next] = pair else { return None };
            let Arguments::Other(Some(name)) = &env.arguments else { return None };
            let is_lost = env.keyword == Keyword::Env && next.keyword == Keyword::Unknown;
            (is_lost && names_secret(&name.text())).then(|| (next.name.span, Cow::Borrowed(&*next.name.raw)))
        })
    }
}

/// The defaults in `${NAME:-default}` for variables with secret names.
fn defaults<'i>(instruction: &'i Instruction<'_>) -> Vec<(Span, Cow<'i, [u8]>)> {
    let mut found = Vec::new();
    for word in instruction.words() {
        let mut at = 0;
        while let Some(start) = memmem::find(word.raw.get(at..).unwrap_or_default(), b"${") {
            let name = at + start + 2;
            let rest = word.raw.get(name..).unwrap_or_default();
            let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            let (text, rest) = rest.split_at(length);
            let colon = usize::from(rest.first() == Some(&b':'));
            at = name + length;
            let has_default = matches!(rest.get(colon), Some(b'-' | b'+' | b'=' | b'?'));
            if !has_default || !names_secret(&String::from_utf8_lossy(text)) {
                continue;
            }
            let from = at + colon + 1;
            let rest = word.raw.get(from..).unwrap_or_default();
            let value = memchr(b'}', rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
            at = from + value.len();
            if mask::is_value(value) {
                found.push((instruction.effective().part(word, from..at), Cow::Borrowed(value)));
            }
        }
    }
    found
}

/// The values assigned to secret names.
fn values<'i>(instruction: &'i Instruction<'_>) -> Vec<&'i Word<'i>> {
    let mut arguments = &instruction.arguments;
    while let Arguments::Onbuild(trigger) = arguments {
        arguments = &trigger.instruction.arguments;
    }
    let is_label = instruction.effective().keyword == Keyword::Label;
    let is_secret = |name: &Word<'_>| {
        let name = name.text();
        // A label named `key` is usually an example, and no builder reads it.
        if is_label { mask::is_secret_name(name.as_bytes()) } else { names_secret(&name) }
    };
    let secret = |name: &Word<'_>, value: &'i Word<'i>| {
        let is_value = || mask::is_value(value.cooked().as_deref().map_or(&*value.raw, str::as_bytes));
        (!value.span.is_empty() && is_secret(name) && is_value()).then_some(value)
    };
    match arguments {
        Arguments::Pairs(pairs) => pairs.iter().filter_map(|pair| secret(&pair.key, &pair.value)).collect(),
        Arguments::Variables(all) => {
            all.iter().filter_map(|variable| secret(&variable.name, variable.value.as_ref()?)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{DockerfileInput, Target, check_dockerfile, dockerfile::Dockerfile};

    /// Asserts that no message of a Dockerfile's report contains the secret, in JSON or in text.
    #[track_caller]
    fn shows_nothing(input: DockerfileInput<'_>) {
        let json = check_dockerfile(input, &Target::default()).to_json();
        assert!(json.contains("***"), "nothing is masked, so nothing was said of it: {json}");
        assert!(!json.contains("CANARYcan"), "{json}");
    }

    #[test]
    fn a_secret_is_known_wherever_its_variable_is_set() {
        for text in [
            "FROM scratch\nEXPOSE ${DB_PASSWORD:-CANARYcanary}\n",
            "FROM scratch\nEXPOSE ${DB_PASSWORD-CANARYcanary}\n",
            "FROM scratch\nONBUILD ENV A=b\nEXPOSE a${API_TOKEN:-CANARYcanary}\n",
            "FROM scratch\nENV DB_PASSWORD=CANARYcanary\nEXPOSE $DB_PASSWORD\n",
            "FROM scratch\nENV DB_PASS=CANARYcanary\nEXPOSE $DB_PASS\n",
            "FROM scratch\nARG A=CANARYcanary\nENV B_TOKEN=$A\nEXPOSE $B_TOKEN\n",
        ] {
            shows_nothing(text.into());
        }
        let mut input = DockerfileInput::from("FROM x\nEXPOSE $DB_PASSWORD\nUSER a-$B_TOKEN\n");
        let config = r#"{"config":{"Env":["DB_PASSWORD=CANARYcanary"],"OnBuild":["ENV B_TOKEN=CANARYcanary"]},"rootfs":{}}"#;
        input.base_config = Some(config.as_bytes());
        shows_nothing(input);
    }

    #[test]
    fn values_are_found_and_references_are_not() {
        let table: &[(&str, &[&str])] = &[
            ("ENV A_TOKEN=x B=y", &["x"]),
            ("ENV A_TOKEN=$B", &[]),
            ("ENV A_TOKEN=\"\"", &[]),
            ("ENV EMPTY_PASSWORD=yes", &[]),
            ("LABEL key=value a.token=x", &["x"]),
            ("RUN echo ${A_TOKEN:-x} ${B:-y} ${C_TOKEN?z", &["x", "z"]),
            ("RUN echo ${A_TOKEN:-${B_TOKEN:-x}}", &["${B_TOKEN:-x"]),
            ("RUN echo a \\\n ${A_TOKEN:-x}", &["x"]),
            ("ENV A_TOKEN\nx", &["x"]),
            ("ENV A\nx", &[]),
        ];
        for (line, expected) in table {
            let text = format!("FROM scratch\n{line}\n");
            let file = Dockerfile::parse(text.as_bytes(), &crate::dockerfile::Options::default());
            let found: Vec<_> = file
                .secrets()
                .chain(file.secret_defaults())
                .map(|(span, _)| span.of(text.as_bytes()))
                .collect();
            let expected: Vec<_> = expected.iter().map(|value| value.as_bytes()).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
