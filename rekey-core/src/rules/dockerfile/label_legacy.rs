//! A label written with a blank.

use super::Context;
use crate::{
    dockerfile::Label,
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-legacy",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "label is written without `=`",
    why: "All of the line becomes the value, so a second pair on the line is lost in the first.",
    help: "Write `LABEL key=\"value\"`.",
    basis: Basis::Upstream {
        source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, LegacyKeyValueFormat",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed("FROM scratch\nLABEL name acme/app\n", "FROM scratch\nLABEL name=acme/app\n"),
        Example::fixed("FROM scratch\nLABEL name  My $APP\n", "FROM scratch\nLABEL name=\"My $APP\"\n"),
        Example::fixed("FROM scratch\nLABEL name \"My app\"\n", "FROM scratch\nLABEL name=\"My app\"\n"),
        Example::fixed("FROM scratch\nLABEL name voilà\n", "FROM scratch\nLABEL name=\"voilà\"\n"),
        Example::bad("FROM scratch\nLABEL name My \"own\" app\n"),
        Example::bad("FROM scratch\nLABEL name a\u{b}b\n"),
        Example::good("FROM scratch\nLABEL name=acme/app\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for label in context.file.labels.settings().iter().filter(|label| label.legacy && label.step.is_some()) {
        let key = label.key.value().unwrap_or("…");
        let draft = findings.report(format!("expected `=` after `{key}`, found a blank"));
        draft.at(label.key_span.to(label.value_span));
        if let Some((place, text)) = pair(context, label) {
            draft.fix(Safety::Safe, "write the pair with `=`", place, text);
        }
    }
}

/// The change that writes the pair with `=` and means the same: quotes are left as they are, and put where there are blanks.
fn pair(context: &Context<'_>, label: &Label) -> Option<(Span, String)> {
    let value = label.value_span.str(context.file.input)?;
    let between = Span { start: label.key_span.end, end: label.value_span.start };
    let special = |text: &str| {
        text.bytes().any(|b| matches!(b, b'"' | b'\'' | b'\\' | b'`') || (b.is_ascii_control() && b != b'\t'))
    };
    // Outside of quotes BuildKit splits at the second byte of `à`, too.
    let one_word = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let only_blanks = between.of(context.file.input).iter().all(|b| matches!(b, b' ' | b'\t'));
    let key = label.key_span.str(context.file.input)?;
    let text = match inner {
        Some(inner) if !special(inner) => format!("={value}"),
        _ if special(value) => return None,
        _ if one_word(value) => format!("={value}"),
        _ => format!("=\"{value}\""),
    };
    (only_blanks && one_word(key)).then(|| (between.to(label.value_span), text))
}
