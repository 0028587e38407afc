//! `RUN --mount`: a line of CSV.

use super::problem::ProblemKind;

/// The fields of a line, or none when a quote is misplaced or there are none.
pub(super) fn fields(line: &str) -> Option<Vec<String>> {
    let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let Some(quoted) = text.strip_prefix('"') else {
            let (field, after) = match text.split_once(',') {
                Some((field, after)) => (field, Some(after)),
                None => (text, None),
            };
            if field.contains('"') {
                return None;
            }
            fields.push(field.to_owned());
            rest = after;
            continue;
        };
        let mut field = String::new();
        let mut text = quoted;
        rest = loop {
            let (inside, after) = text.split_once('"')?;
            field.push_str(inside);
            match after.chars().next() {
                Some('"') => {
                    field.push('"');
                    text = after.get(1..).unwrap_or_default();
                }
                Some(',') => break after.get(1..),
                None => break None,
                Some(_) => return None,
            }
        };
        fields.push(field);
    }
    Some(fields)
}

/// What BuildKit checks before variables are replaced.
pub(super) fn check(value: &str) -> Result<(), ProblemKind> {
    let fields = fields(value).ok_or(ProblemKind::MountFields)?;
    for field in &fields {
        let Some((key, value)) = field.split_once('=') else { continue };
        let variable = value.find('$').is_some_and(|at| at + 1 < value.len());
        if key.eq_ignore_ascii_case("from") && variable {
            return Err(ProblemKind::MountFromVariable(value.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_csv() {
        for (line, expected) in [
            ("type=cache,target=/x", Some(&["type=cache", "target=/x"][..])),
            ("a,\"b,c\",d", Some(&["a", "b,c", "d"])),
            ("\"a\"\"b\"", Some(&["a\"b"])),
            ("a,", Some(&["a", ""])),
            ("", None),
            ("a\"b", None),
            ("\"a\"b", None),
            ("\"a", None),
        ] {
            let found = fields(line);
            assert_eq!(found, expected.map(|all| all.iter().map(ToString::to_string).collect()), "{line}");
        }
    }
}
