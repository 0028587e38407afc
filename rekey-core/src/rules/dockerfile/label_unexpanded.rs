//! A label that shows a placeholder to the world.

use super::{Context, template};
use crate::{
    dockerfile::shell::is_name,
    finding::{Basis, Findings, Severity},
    image::facts::{Fact, Label},
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-label-unexpanded",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "required label holds a placeholder",
    why: "Nothing fills the placeholder in, so the catalogue shows it as it stands. Variables are not replaced between `'`, \
          nor after a backslash.",
    help: "Write the value between `\"`, so that the variable is replaced, or the value itself.",
    basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"Environment replacement\"" },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nARG VERSION=1\nLABEL version='$VERSION'\n"),
        Example::bad("FROM scratch\nLABEL release=\"\\${RELEASE}\"\n"),
        Example::bad("FROM scratch\nLABEL version=@VERSION@\n"),
        Example::bad("FROM scratch\nLABEL version=\"{{ version }}\"\n"),
        Example::bad("FROM scratch\nLABEL version=__VERSION__ release=\"<%= release %>\" name=$(NAME)\n"),
        Example::good("FROM scratch\nARG VERSION=1\nLABEL version=\"$VERSION\"\n"),
        Example::good("FROM scratch\nLABEL summary=\"costs 5$\" maintainer=jo@acme.example\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for key in preflight::REQUIRED_LABELS {
        let Fact::Known(Label::Value(value), _) = context.facts.label(key) else { continue };
        let Some(label) = context.file.labels.get(key).filter(|label| label.step.is_some()) else { continue };
        if let Some(found) = placeholder(value) {
            let draft =
                findings.report(format!("expected a value for `{key}`, found the placeholder `{found}`"));
            draft.at(label.value_span).parameter(*key);
        }
    }
}

/// What a program was to fill in: `$NAME`, `${NAME}`, `{{ name }}`, `<%= name %>`, and a value that is all one of
/// [`template::word`].
fn placeholder(value: &str) -> Option<&str> {
    if !value.bytes().any(|b| matches!(b, b'$' | b'{' | b'%' | b'@' | b'_')) {
        return None;
    }
    let between = |open: &str, close: &str| {
        let start = value.find(open)?;
        let (name, _) = value.get(start + open.len()..)?.split_once(close)?;
        let length = open.len() + name.len() + close.len();
        value.get(start..start + length).filter(|_| is_name(name.trim()))
    };
    let variable = || {
        let start = value.find('$')?;
        let rest = value.get(start + 1..)?;
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let begins = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        value.get(start..=start + name).filter(|_| begins)
    };
    let tag = || {
        let start = value.find("<%")?;
        value.get(start..start + value.get(start..)?.find("%>")? + 2)
    };
    // What stands between `<` and `>` is the business of `dockerfile-label-placeholder`.
    let bounded = || template::word(value).filter(|word| *word == value && !word.starts_with('<'));
    between("${", "}")
        .or_else(|| between("{{", "}}"))
        .or_else(|| between("%%", "%%"))
        .or_else(tag)
        .or_else(bounded)
        .or_else(variable)
}
