//! What each check of openshift-preflight will say, as far as it can be told offline.

use std::borrow::Cow;

use crate::{
    finding::Source,
    image::facts::{Fact, ImageFacts, Label, Settle, Unknown},
    policy::Policy,
    preflight::{self, CHECKS},
    rules::rules,
};

/// What one check of openshift-preflight will say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The check, by the name that preflight prints.
    pub check: &'static str,
    /// What it will say.
    pub outcome: Outcome,
    /// Why, in one line.
    pub reason: Cow<'static, str>,
    /// What would settle an unknown.
    pub settle: Option<Settle>,
    /// The rules that speak of the same requirement.
    pub rules: Vec<&'static str>,
    /// The image it is about.
    pub source: Source,
}

/// What a check says.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The check passes.
    Pass,
    /// The check fails.
    Fail,
    /// The check cannot run, which counts as a failure.
    Error,
    /// It cannot be told.
    Unknown,
}

impl Outcome {
    /// The name as it is written in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}

/// The outcome of one check, and why.
struct Verdict {
    outcome: Outcome,
    reason: Cow<'static, str>,
    settle: Option<Settle>,
}

/// What every check that the policy runs will say of an image. An operator bundle is judged by another policy: nothing.
pub(crate) fn forecast(facts: &ImageFacts, policy: &Policy, source: &Source) -> Vec<Forecast> {
    if facts.operator_bundle {
        return Vec::new();
    }
    let checks = CHECKS.iter().filter(|check| preflight::runs(check, policy));
    checks
        .map(|check| {
            let Verdict { outcome, reason, settle } = verdict(check, facts, policy);
            let rules = rules().filter(|rule| rule.checks.contains(check)).map(|rule| rule.id).collect();
            Forecast { check, outcome, reason, settle, rules, source: source.clone() }
        })
        .collect()
}

fn verdict(check: &str, facts: &ImageFacts, policy: &Policy) -> Verdict {
    match check {
        preflight::HAS_LICENSE => license(facts),
        preflight::HAS_UNIQUE_TAG => unique_tag(facts),
        preflight::LAYER_COUNT => layers(facts),
        preflight::NO_PROHIBITED_PACKAGES => packages(facts),
        preflight::REQUIRED_LABEL => required_labels(facts, policy),
        preflight::NO_PROHIBITED_LABELS => trademark_labels(facts),
        preflight::RUN_AS_NON_ROOT => user(facts),
        preflight::MODIFIED_FILES => modified_files(facts),
        preflight::PROHIBITED_CONTAINER_NAME => container_name(facts),
        _ => unknown(&Unknown {
            reason: "Red Hat's catalogue must be asked whether it knows one of the image's layers".into(),
            settle: Settle::Service,
        }),
    }
}

fn license(facts: &ImageFacts) -> Verdict {
    match &facts.licenses {
        Fact::Known(true, _) => pass("`/licenses` holds a file that is not empty"),
        Fact::Known(false, _) => fail("`/licenses` holds no file, or only empty ones"),
        Fact::Unknown(why) => unknown(why),
    }
}

fn unique_tag(facts: &ImageFacts) -> Verdict {
    match &facts.tag {
        Fact::Known(Some(tag), _) if tag == "latest" => unknown(&Unknown {
            reason: "only the registry knows what tags stand beside `latest`".into(),
            settle: Settle::Service,
        }),
        Fact::Known(Some(tag), _) if tag.eq_ignore_ascii_case("latest") => {
            fail(format!("the tag is `{tag}`"))
        }
        Fact::Known(Some(tag), _) => pass(format!("the tag is `{tag}`")),
        Fact::Known(None, _) => unknown(&Unknown {
            reason: "only the registry knows the tags of a digest".into(),
            settle: Settle::Service,
        }),
        Fact::Unknown(why) => unknown(why),
    }
}

fn layers(facts: &ImageFacts) -> Verdict {
    let max = preflight::LAYER_MAX;
    match &facts.layers {
        Fact::Known(layers, _) if *layers > max => fail(format!("{layers} layers, more than {max}")),
        Fact::Known(layers, _) => pass(format!("{layers} layers, at most {max} are allowed")),
        Fact::Unknown(_) if facts.layers_at_least > max => {
            fail(format!("at least {} layers, more than {max}", facts.layers_at_least))
        }
        Fact::Unknown(why) => match facts.layers_at_most {
            Some(most) if most <= max => pass(format!("at most {most} layers, at most {max} are allowed")),
            _ => unknown(why),
        },
    }
}

fn packages(facts: &ImageFacts) -> Verdict {
    let known = facts.packages.value().into_iter().flatten();
    let mut prohibited =
        known.chain(&facts.prohibited_packages).filter(|name| preflight::is_prohibited_package(name));
    match (prohibited.next(), &facts.packages) {
        (Some(name), _) => fail(format!("the package `{name}` may not be redistributed")),
        (None, Fact::Known(..)) => pass("no prohibited package is installed"),
        (None, Fact::Unknown(why)) => unknown(why),
    }
}

fn required_labels(facts: &ImageFacts, policy: &Policy) -> Verdict {
    let keys = preflight::REQUIRED_LABELS;
    let missing: Vec<_> = keys.iter().copied().filter(|key| lacks(facts, key)).collect();
    if !missing.is_empty() {
        return fail(format!("missing or empty: {}", missing.join(", ")));
    }
    let trademark = trademark_labels(facts);
    let apart = preflight::labels_judged_apart(policy.preflight_version());
    if !apart && trademark.outcome == Outcome::Fail {
        return trademark;
    }
    for key in keys {
        if let Fact::Unknown(why) = facts.label(key) {
            let reason = format!("label `{key}`: {}", why.reason).into();
            return unknown(&Unknown { reason, settle: why.settle });
        }
    }
    if apart { pass("all seven labels are there") } else { trademark }
}

/// Whether a label is certainly missing or empty.
fn lacks(facts: &ImageFacts, key: &str) -> bool {
    facts.label(key).value().is_some_and(|label| match label {
        Label::Absent => true,
        Label::Present => false,
        Label::Value(value) => value.is_empty(),
    })
}

fn trademark_labels(facts: &ImageFacts) -> Verdict {
    let mut open = None;
    for key in preflight::TRADEMARK_LABELS {
        match facts.label(key) {
            Fact::Known(Label::Value(value), _) if preflight::infringes_trademark(value) => {
                return fail(format!("label `{key}` uses the trademark: `{value}`"));
            }
            Fact::Known(Label::Present, _) => {
                let reason = format!("label `{key}`: its words are not known").into();
                open = open.or(Some(Unknown { reason, settle: Settle::BaseConfig }));
            }
            Fact::Known(..) => {}
            Fact::Unknown(why) => {
                let reason = format!("label `{key}`: {}", why.reason).into();
                open = open.or(Some(Unknown { reason, settle: why.settle }));
            }
        }
    }
    open.map_or_else(
        || pass("`name`, `vendor` and `maintainer` do not use the trademark"),
        |why| unknown(&why),
    )
}

fn user(facts: &ImageFacts) -> Verdict {
    match &facts.user {
        Fact::Known(user, _) if user.is_empty() => fail("no user is set: the image runs as root"),
        Fact::Known(user, _) if preflight::is_refused_user(user) => fail(format!("the user is `{user}`")),
        Fact::Known(user, _) => pass(format!("the user is `{user}`")),
        Fact::Unknown(why) => unknown(why),
    }
}

fn modified_files(facts: &ImageFacts) -> Verdict {
    match &facts.modified_files {
        Fact::Known(files, _) => match files.first() {
            Some(file) => fail(format!("`{file}` belongs to a Red Hat package and was changed")),
            None => pass("no file of a Red Hat package was changed"),
        },
        Fact::Unknown(why) => unknown(why),
    }
}

fn container_name(facts: &ImageFacts) -> Verdict {
    match &facts.name {
        Fact::Known(name, _) if preflight::infringes_trademark(name) => {
            fail(format!("the image's name uses the trademark: `{name}`"))
        }
        Fact::Known(name, _) => pass(format!("`{name}` does not use the trademark")),
        Fact::Unknown(why) => unknown(why),
    }
}

fn pass(reason: impl Into<Cow<'static, str>>) -> Verdict {
    Verdict { outcome: Outcome::Pass, reason: reason.into(), settle: None }
}

fn fail(reason: impl Into<Cow<'static, str>>) -> Verdict {
    Verdict { outcome: Outcome::Fail, reason: reason.into(), settle: None }
}

fn unknown(why: &Unknown) -> Verdict {
    Verdict { outcome: Outcome::Unknown, reason: why.reason.clone(), settle: Some(why.settle) }
}
