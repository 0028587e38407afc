//! The words that open heredocs: `<<EOF`, `<<-EOF`, `3<<"EOF"`, `<< EOF`.

use std::ops::Range;

use super::lexer::{self, Mode, Nothing};
use super::problem::SubstitutionError;

/// A heredoc that a line opens.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opener {
    pub(super) name: String,
    pub(super) range: Range<usize>,
    pub(super) descriptor: u32,
    pub(super) chomp: bool,
    pub(super) expand: bool,
}

/// The escape character here is `\`, even if a directive sets another.
const RAW: Mode = Mode { raw_quotes: true, raw_escapes: true, keep_unset: true, ..Mode::word(b'\\') };
const RAW_QUOTES: Mode = Mode { raw_escapes: false, ..RAW };
const COOKED: Mode = Mode { raw_quotes: false, ..RAW_QUOTES };

/// The heredocs that a logical line opens. An unclosed quote hides all of them.
pub(super) fn openers(line: &[u8]) -> Result<Vec<Opener>, (SubstitutionError, Range<usize>)> {
    let mut openers = Vec::new();
    let mut nothing = Nothing { asked: false };
    let words = lexer::words_that(line, RAW, &mut nothing, |word| word.contains("<<")).unwrap_or_default();
    for word in words {
        match opener(&word.text) {
            Ok(None) => {}
            Ok(Some(opener)) => openers.push(Opener { range: word.range, ..opener }),
            Err(error) => return Err((error, word.range)),
        }
    }
    Ok(openers)
}

/// Returns true if a word opens a heredoc.
pub(super) fn is_opener(word: &str) -> bool {
    word.contains("<<") && matches!(opener(word), Ok(Some(_)))
}

fn opener(word: &str) -> Result<Option<Opener>, SubstitutionError> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (descriptor, rest) = word.split_at(digits);
    let Some(rest) = rest.strip_prefix("<<") else { return Ok(None) };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\x0c', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let cooked = lexer::words(rest.as_bytes(), COOKED, &mut Nothing { asked: false })?;
    let raw = lexer::words(rest.as_bytes(), RAW_QUOTES, &mut Nothing { asked: false })?;
    let ([cooked], [raw]) = (cooked.as_slice(), raw.as_slice()) else { return Ok(None) };
    let quotes = |text: &str| text.bytes().filter(|byte| matches!(byte, b'\'' | b'"')).count();
    Ok(Some(Opener {
        name: cooked.text.clone(),
        range: 0..0,
        descriptor: descriptor.parse().unwrap_or(if digits == 0 { 0 } else { u32::MAX }),
        chomp,
        expand: quotes(&cooked.text) == quotes(&raw.text),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers_are_words() {
        for (line, expected) in [
            ("RUN <<EOF", &["EOF"][..]),
            ("RUN cat <<A 3<<-'B' > f", &["A", "B"]),
            ("RUN cat << EOF", &["EOF"]),
            ("RUN cat<<EOF", &[]),
            ("RUN cat <<<EOF", &[]),
            ("RUN echo '<<EOF'", &[]),
            ("RUN echo $((1<<2))", &[]),
            ("RUN echo $((1 << 2))", &["2))"]),
            ("RUN don't <<EOF", &[]),
            ("RUN <<\"\"", &[]),
            (r"RUN <<\EOF", &["EOF"]),
            ("RUN <<\"E O F\"", &["E O F"]),
        ] {
            let openers = openers(line.as_bytes()).expect("no name is broken");
            let names: Vec<_> = openers.iter().map(|opener| opener.name.as_str()).collect();
            assert_eq!(names, expected, "{line}");
        }
    }

    #[test]
    fn quoted_names_do_not_expand() {
        let openers = openers(b"COPY <<A <<-'B' 3<<\"C\" /x").expect("no name is broken");
        let found: Vec<_> =
            openers.iter().map(|found| (found.descriptor, found.chomp, found.expand)).collect();
        assert_eq!(found, [(0, false, true), (0, true, false), (3, false, false)]);
    }
}
