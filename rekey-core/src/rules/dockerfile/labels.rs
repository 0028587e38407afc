//! Labels.

use super::{Context, Entry, label_argument, template};
use crate::{
    dockerfile::{Arguments, Base, Instruction, Keyword, Label, shell::is_name},
    facts::{Fact, Label as LabelFact},
    finding::{Findings, ListKind, Safety},
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::{filler, source},
    severity::Severity,
    target::{Flow, Policy},
    text::Span,
};

pub(super) static MISSING_LABEL: Entry = Entry {
    rule: Rule {
        id: "dockerfile-missing-label",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::HasRequiredLabel]),
        summary: "required label is missing or empty",
        why: "Red Hat's catalog shows these labels, and preflight rejects an image that lacks one of them.",
        help: "Set `name`, `vendor`, `version`, `release`, `summary`, `description` and `maintainer` with `LABEL`.",
        basis: source::preflight("internal/policy/container/has_required_labels.go"),
        examples: &[
            Example::bad("FROM scratch\nLABEL name=acme/app\n"),
            Example::fixed(
                "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\nLABEL release=\n",
                "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\nLABEL release=TODO\n",
            ),
            Example::fixed(
                "FROM scratch\nARG N=\nLABEL name=acme/app vendor=Acme version=1 release=$N summary=App description=App maintainer=acme\n",
                "FROM scratch\nARG N=TODO\nLABEL name=acme/app vendor=Acme version=1 release=$N summary=App description=App maintainer=acme\n",
            ),
            Example::good(
                "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
            ),
            Example::fixed(
                "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 summary=App description=App maintainer=acme\n",
                "FROM scratch\nLABEL name=acme/app vendor=Acme version=1 summary=App description=App maintainer=acme\nLABEL release=TODO\n",
            ),
        ],
    },
    check: missing_label,
};

static ADDED: ListKind = ListKind { message: "labels {} are missing", fix: "add the labels {}" };

fn missing_label(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    for key in preflight::REQUIRED_LABELS {
        let set = context.file.labels.get(key);
        match context.facts.label(key).value() {
            Some(LabelFact::Absent) => {
                let draft = findings.report(format!("label `{key}` is missing")).at(from.span);
                context.add_label(draft, key, format!("add the label `{key}`"), &ADDED);
            }
            Some(LabelFact::Value(value)) if value.is_empty() => {
                let span = set.map_or(from.span, |label| label.key_span);
                let draft = findings.report(format!("label `{key}` is empty")).at(span);
                draft.parameter(*key);
                if let Some((place, value)) =
                    set.and_then(|label| label_argument::value_edit(context, key, label))
                {
                    draft.fix(Safety::Unsafe, format!("give the label `{key}` a value"), place, value);
                }
            }
            _ => {}
        }
    }
}

pub(super) static LABEL_INHERITED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-inherited",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "required label is inherited from the base image",
        why: "The image passes preflight, but the catalog shows the base image's labels instead of yours. The scanner \
              that preceded preflight rejected such images.",
        help: "Set the label in the final stage.",
        basis: Basis::Practice {
            source: "Red Hat's scanner of 2019 to 2022 had the checks `non_inherited_base_label_name`, `_summary`, \
                     `_description`",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
            ),
        ],
    },
    check: label_inherited,
};

static SET: ListKind =
    ListKind { message: "labels {} are inherited from the base image", fix: "set the labels {}" };

fn label_inherited(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    for key in preflight::REQUIRED_LABELS {
        let own = preflight::TRADEMARK_LABELS.contains(key) && trademark(context.facts.label(key));
        let is_set =
            matches!(context.facts.label(key).value(), Some(LabelFact::Present | LabelFact::Value(_)));
        if is_set && context.is_inherited(key) && !own {
            let message = format!("label `{key}` is inherited from the base image");
            let draft = findings.report(message).at(from.span);
            context.add_label(draft, key, format!("set the label `{key}`"), &SET);
        }
    }
}

/// Returns true if the label breaks the trademark rule, which reports it as more severe.
fn trademark(fact: &Fact<LabelFact>) -> bool {
    matches!(fact.value(), Some(LabelFact::Value(value)) if preflight::infringes_trademark(value))
}

pub(super) static LABEL_UNEXPANDED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-unexpanded",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "required label contains an unexpanded placeholder",
        why: "Nothing replaces the placeholder, so the catalog shows it verbatim. Variables are not expanded in \
              single quotes or after a backslash.",
        help: "Write the value in `\"`, so that the variable is expanded, or write the value itself.",
        basis: Basis::Upstream {
            source: "docs.docker.com/reference/dockerfile, \"Environment replacement\"",
        },
        examples: &[
            Example::bad("FROM scratch\nARG VERSION=1\nLABEL version='$VERSION'\n"),
            Example::bad("FROM scratch\nLABEL release=\"\\${RELEASE}\"\n"),
            Example::bad("FROM scratch\nLABEL version=@VERSION@\n"),
            Example::bad("FROM scratch\nLABEL version=\"{{ version }}\"\n"),
            Example::bad("FROM scratch\nLABEL version=__VERSION__ release=\"<%= release %>\" name=$(NAME)\n"),
            Example::good("FROM scratch\nARG VERSION=1\nLABEL version=\"$VERSION\"\n"),
            Example::good("FROM scratch\nLABEL summary=\"costs 5$\" maintainer=jo@acme.example\n"),
        ],
    },
    check: label_unexpanded,
};

fn label_unexpanded(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for key in preflight::REQUIRED_LABELS {
        let Fact::Known(LabelFact::Value(value), _) = context.facts.label(key) else { continue };
        let Some(label) = context.file.labels.get(key).filter(|label| label.step.is_some()) else { continue };
        if let Some(found) = placeholder(value) {
            let draft = findings.report(format!("label `{key}` contains the placeholder `{found}`"));
            draft.at(label.value_span).parameter(*key);
        }
    }
}

/// Returns an unfilled placeholder: `$NAME`, `${NAME}`, `{{ name }}`, `<%= name %>`, or a value that is
/// entirely one of [`template::word`].
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
    // `dockerfile-label-placeholder` reports text between `<` and `>`.
    let bounded = || template::word(value).filter(|word| *word == value && !word.starts_with('<'));
    between("${", "}")
        .or_else(|| between("{{", "}}"))
        .or_else(|| between("%%", "%%"))
        .or_else(tag)
        .or_else(bounded)
        .or_else(variable)
}

pub(super) static LABEL_PLACEHOLDER: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-placeholder",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "required label is a placeholder",
        why: "Preflight accepts any text, so the image would be published with it. rekey's fixes write `TODO` if they \
              do not know the value.",
        help: "Replace the placeholder with the value.",
        basis: Basis::Inferred { source: "the catalog shows these labels" },
        examples: &[
            Example::bad("FROM scratch\nLABEL description=TODO\n"),
            Example::bad("FROM scratch\nLABEL name=acme/CHANGEME\n"),
            Example::bad("FROM scratch\nLABEL summary=\"FIXME: what it does\"\n"),
            Example::bad("FROM scratch\nLABEL vendor=\"<your company>\"\n"),
            Example::bad("FROM scratch\nARG VERSION=TODO\nLABEL version=$VERSION\n"),
            Example::good("FROM scratch\nLABEL name=acme/todo summary=\"TODO lists for teams\"\n"),
            Example::good("FROM scratch\nLABEL maintainer=\"Acme <a@acme.example>\"\n"),
        ],
    },
    check: label_placeholder,
};

fn label_placeholder(context: &Context<'_>, findings: &mut Findings) {
    for key in preflight::REQUIRED_LABELS.iter().filter(|_| context.is_judged()) {
        let Fact::Known(LabelFact::Value(value), _) = context.facts.label(key) else { continue };
        let Some(label) = context.file.labels.get(key).filter(|label| label.step.is_some()) else { continue };
        if let Some(place) = filler::find_in_label(value) {
            let found = filler::name(value.get(place).unwrap_or_default());
            let message = format!("label `{key}` contains {found}");
            findings.report(message).at(label.value_span).parameter(*key);
        }
    }
}

pub(super) static LABEL_WITHOUT_VALUE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-without-value",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService).of_checks(&[preflight::Check::HasRequiredLabel]),
        summary: "required label depends on a build argument that has no value",
        why: "The Build Service has no field for build arguments, so the argument stays empty, and the label is empty \
              or inherited from the base image.",
        help: "Give the `ARG` a default.",
        basis: Basis::Inferred {
            source: "the partner guide of 2021-06-30 names no field for build arguments",
        },
        examples: &[
            Example::fixed(
                "FROM scratch\nARG VERSION\nLABEL version=$VERSION\n",
                "FROM scratch\nARG VERSION=TODO\nLABEL version=$VERSION\n",
            ),
            Example::good("FROM scratch\nARG VERSION=1\nLABEL version=$VERSION\n"),
            Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION\n")
                .given(&[("build_args", "VERSION=1")]),
            Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION\n").given(&[("flow", "quay")]),
        ],
    },
    check: label_without_value,
};

fn label_without_value(context: &Context<'_>, findings: &mut Findings) {
    for unset in label_argument::unset(context) {
        let (subject, verb) = (unset.subject(), unset.verb("has", "have"));
        let message =
            format!("{subject} {verb} no value: build argument `{}` has no default", unset.argument);
        unset.report(context, findings, message);
    }
}

pub(super) static LABEL_NEEDS_ARGUMENT: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-needs-argument",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::outside_flow(Flow::BuildService).of_checks(&[preflight::Check::HasRequiredLabel]),
        summary: "required label is empty unless a build argument is given",
        why: "A build without the argument makes an image that preflight rejects. `version` and `release` differ from \
              build to build, so a build argument suits them; the other labels do not change.",
        help: "Give the `ARG` a default, or build with `--build-arg` and pass the same option to rekey.",
        basis: Basis::Practice { source: "builds that need no arguments are harder to get wrong" },
        examples: &[
            Example::fixed(
                "FROM scratch\nARG TEXT\nLABEL summary=\"${TEXT}\" description=$TEXT\n",
                "FROM scratch\nARG TEXT=TODO\nLABEL summary=\"${TEXT}\" description=$TEXT\n",
            )
            .given(&[("flow", "quay")]),
            Example::good("FROM scratch\nARG NAME\nLABEL name=$NAME\n")
                .given(&[("flow", "quay"), ("build_args", "NAME=app")]),
            Example::good("FROM scratch\nARG NAME\nLABEL name=\"acme/$NAME\"\n").given(&[("flow", "quay")]),
            Example::good("FROM scratch\nARG VERSION\nLABEL version=$VERSION release=$VERSION\n")
                .given(&[("flow", "quay")]),
            Example::good("ARG BASE\nFROM $BASE\nARG NAME\nLABEL name=$NAME\n").given(&[("flow", "quay")]),
        ],
    },
    check: label_needs_argument,
};

fn label_needs_argument(context: &Context<'_>, findings: &mut Findings) {
    // Such a file is always built with arguments.
    if matches!(context.file.base, Base::Unresolved(_)) {
        return;
    }
    let is_constant = |key: &str| !matches!(key, "version" | "release");
    for unset in label_argument::unset(context) {
        let Some(unset) = unset.only(is_constant) else { continue };
        let (subject, verb) = (unset.subject(), unset.verb("is", "are"));
        let message = format!("{subject} {verb} empty unless build argument `{}` is given", unset.argument);
        unset.report(context, findings, message);
    }
}

pub(super) static LABEL_TRADEMARK: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-trademark",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::ScratchNonroot, Policy::ScratchRoot])
            .of_checks(&[preflight::Check::HasNoProhibitedLabels]),
        summary: "label uses Red Hat's trademark",
        why: "`name`, `vendor` and `maintainer` must not claim to be Red Hat's. The base images say `Red Hat, Inc.` in the \
              last two, so an image that does not set them fails.",
        help: "Set the label to your own company or product; `… for Red Hat …` is allowed once.",
        basis: source::preflight("internal/policy/container/trademark_validator.go"),
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\n"),
            Example::bad("FROM scratch\nLABEL vendor=\"Red Hat, Inc.\"\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL name=acme/app vendor=Acme version=1 release=1 summary=App description=App maintainer=acme\n",
            ),
            Example::good("FROM scratch\nLABEL name=\"Acme for Red Hat OpenShift\"\n"),
        ],
    },
    check: label_trademark,
};

static SET_OWN: ListKind = ListKind {
    message: "labels {} are inherited from the base image, and their values use Red Hat's trademark",
    fix: "set the labels {}",
};

fn label_trademark(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };

    for key in preflight::TRADEMARK_LABELS {
        let Fact::Known(LabelFact::Value(value), _) = context.facts.label(key) else { continue };
        if !preflight::infringes_trademark(value) {
            continue;
        }
        let inherited = context.is_inherited(key);
        let place = context.file.labels.get(key).filter(|_| !inherited).map(|label| label.value_span);
        let message = if inherited {
            format!(
                "label `{key}` is inherited from the base image, and its value `{value}` uses Red Hat's \
                     trademark"
            )
        } else {
            format!("label `{key}` uses Red Hat's trademark: `{value}`")
        };
        let draft = findings.report(message).at(place.unwrap_or(from.span)).parameter(*key);
        if inherited {
            context.add_label(draft, key, format!("set the label `{key}`"), &SET_OWN);
        }
    }
}

pub(super) static LABEL_DUPLICATE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-duplicate",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "label is set twice",
        why: "The last one wins, so the first one has no effect.",
        help: "Keep only one of them.",
        basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"LABEL\"" },
        examples: &[
            Example::bad("FROM scratch\nLABEL a=1\nLABEL a=2\n"),
            Example::good("FROM scratch\nLABEL a=1 b=2\n"),
            Example::good("FROM scratch AS base\nLABEL a=1\nFROM base\nLABEL a=2\n"),
        ],
    },
    check: label_duplicate,
};

fn label_duplicate(context: &Context<'_>, findings: &mut Findings) {
    let labels = &context.file.labels;
    for label in labels.settings() {
        let Some(key) = label.key.value() else { continue };
        let Some(last) = labels.get(key).filter(|last| last.key_span != label.key_span) else { continue };
        // A stage that begins with another one may reasonably have its own value.
        let stage = |step: Option<usize>| step.and_then(|step| Some(context.file.steps.get(step)?.stage));
        if stage(label.step).is_some() && stage(label.step) == stage(last.step) {
            let draft = findings.report(format!("label `{key}` is set again below"));
            draft.at(label.key_span).related(last.key_span, "this one wins").parameter(key.to_owned());
        }
    }
}

pub(super) static LABEL_LEGACY: Entry = Entry {
    rule: Rule {
        id: "dockerfile-label-legacy",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "label is written without `=`",
        why: "The rest of the line becomes the value, so a second pair on the line becomes part of the first.",
        help: "Write `LABEL key=\"value\"`.",
        basis: Basis::Upstream {
            source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, LegacyKeyValueFormat",
        },
        examples: &[
            Example::fixed("FROM scratch\nLABEL name acme/app\n", "FROM scratch\nLABEL name=acme/app\n"),
            Example::fixed("FROM scratch\nLABEL name  My $APP\n", "FROM scratch\nLABEL name=\"My $APP\"\n"),
            Example::fixed("FROM scratch\nLABEL name \"My app\"\n", "FROM scratch\nLABEL name=\"My app\"\n"),
            Example::fixed("FROM scratch\nLABEL name voilà\n", "FROM scratch\nLABEL name=\"voilà\"\n"),
            Example::bad("FROM scratch\nLABEL name My \"own\" app\n"),
            Example::bad("FROM scratch\nLABEL name a\u{b}b\n"),
            Example::good("FROM scratch\nLABEL name=acme/app\n"),
        ],
    },
    check: label_legacy,
};

fn label_legacy(context: &Context<'_>, findings: &mut Findings) {
    for label in context.file.labels.settings().iter().filter(|label| label.legacy && label.step.is_some()) {
        let key = label.key.value().unwrap_or("…");
        let draft = findings.report(format!("expected `=` after `{key}`, found a space"));
        draft.at(label.key_span.to(label.value_span));
        if let Some((place, text)) = pair(context, label) {
            draft.fix(Safety::Safe, "write the pair with `=`", place, text);
        }
    }
}

/// The edit that writes the pair with `=` and the same meaning: quotes are kept, and added if there are
/// spaces.
fn pair(context: &Context<'_>, label: &Label) -> Option<(Span, String)> {
    let value = label.value_span.str(context.file.input)?;
    let between = Span { start: label.key_span.end, end: label.value_span.start };
    let special = |text: &str| {
        text.bytes().any(|b| matches!(b, b'"' | b'\'' | b'\\' | b'`') || (b.is_ascii_control() && b != b'\t'))
    };
    // Outside of quotes, BuildKit also splits at the second byte of `à`.
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

pub(super) static MAINTAINER: Entry = Entry {
    rule: Rule {
        id: "dockerfile-maintainer-instruction",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "`MAINTAINER` does not set the label `maintainer`",
        why: "It sets the image's author, which no check reads; the instruction is deprecated, too.",
        help: "Write `LABEL maintainer=\"…\"`.",
        basis: Basis::Upstream {
            source: "docs.docker.com/reference/dockerfile, \"MAINTAINER (deprecated)\"",
        },
        examples: &[
            Example::fixed(
                "FROM scratch\nMAINTAINER Acme <a@acme.example>\n",
                "FROM scratch\nLABEL maintainer=\"Acme <a@acme.example>\"\n",
            ),
            Example::fixed(
                "FROM scratch\nMAINTAINER Jo\nMAINTAINER Acme\n",
                "FROM scratch\nLABEL maintainer=\"Acme\"\n",
            ),
            Example::fixed(
                "FROM acme/base AS build\nMAINTAINER Jo\nFROM acme/base\nMAINTAINER Acme\n",
                "FROM acme/base AS build\nFROM acme/base\nLABEL maintainer=\"Acme\"\n",
            ),
            Example::fixed(
                "FROM scratch\nLABEL maintainer=\"\"\nMAINTAINER Acme\n",
                "FROM scratch\nLABEL maintainer=\"\"\n",
            ),
            Example::good("FROM scratch\nLABEL maintainer=Acme\n"),
            Example::good("FROM scratch\nMAINTAINER Jo\nLABEL maintainer=Acme\n"),
            Example::bad("FROM scratch\nMAINTAINER Red Hat, Inc.\n"),
        ],
    },
    check: maintainer,
};

fn maintainer(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    let label = file.labels.get("maintainer").filter(|label| label.step.is_some());
    if label.is_some_and(|label| label.value.value() != Some("")) {
        return;
    }
    let is_author = |instruction: &&Instruction<'_>| instruction.keyword == Keyword::Maintainer;
    let all: Vec<_> = file.instructions.iter().filter(is_author).collect();
    // The author of the image is the last one; a label that is there already has its own fix.
    let author = context.steps().map(|(.., instruction)| instruction).filter(is_author).last();
    let Some(shown) = author.or(all.last().copied()) else { return };
    let draft = findings.report("`MAINTAINER` sets the author, not the label `maintainer`").at(shown.span);
    for other in all.iter().filter(|other| other.span != shown.span) {
        draft.related(other.span, "another one");
    }
    let edit = |instruction: &Instruction<'_>| {
        if label.is_none() && author.is_some_and(|author| author.span == instruction.span) {
            return as_label(context, instruction);
        }
        (!context.is_left_open(instruction)).then(|| (instruction.extent, String::new()))
    };
    let edits: Option<Vec<_>> = all.iter().map(|instruction| edit(instruction)).collect();
    if let Some(edits) = edits {
        let description = if label.is_none() { "set the label instead" } else { "remove the instruction" };
        draft.fixes(Safety::Unsafe, description, edits);
    }
}

/// The change that makes a label of a `MAINTAINER`; its value is to be filled in if preflight would not accept the author.
pub(super) fn as_label(context: &Context<'_>, instruction: &Instruction<'_>) -> Option<(Span, String)> {
    let Arguments::Value(author) = &instruction.arguments else { return None };
    if instruction.keyword != Keyword::Maintainer {
        return None;
    }
    let text = author.text();
    let is_plain = !text.contains(['"', '\\', '$', '`', '\n']);
    let is_accepted =
        is_plain && !preflight::infringes_trademark(&text) && filler::find_in_label(&text).is_none();
    let value = if is_accepted { format!("\"{text}\"") } else { context.label_value("maintainer") };
    Some((instruction.span, format!("LABEL maintainer={value}")))
}
