//! The forecast: the results of openshift-preflight's checks, as far as they are known offline.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use serde::Serialize;

use crate::{
    facts::{Evidence, Fact, ImageFacts, Label, Settle, Unknown, base_images},
    finding::Source,
    mask,
    preflight::{self, Check},
    rules::rules,
    severity::UnknownName,
    target::Target,
};

/// The expected result of one openshift-preflight check.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Forecast {
    /// The check.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub check: Check,
    /// The expected outcome.
    pub outcome: Outcome,
    /// The reason, in one line.
    pub reason: Cow<'static, str>,
    /// The evidence; the weakest if multiple facts decide.
    pub evidence: Option<Evidence>,
    /// The input that would resolve an unknown outcome.
    pub settle: Option<Settle>,
    /// The rules about the same requirement.
    pub rules: Vec<&'static str>,
    /// The image it is about.
    #[serde(skip)]
    pub source: Source,
}

/// The outcome of a check.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The check passes.
    Pass,
    /// The check fails.
    Fail,
    /// The check cannot run, which counts as a failure.
    Error,
    /// The outcome is unknown.
    Unknown,
}

impl Outcome {
    /// Every outcome, the best first.
    pub const ALL: &[Self] = &[Self::Pass, Self::Fail, Self::Error, Self::Unknown];

    /// The name in output.
    ///
    /// ```
    /// use rekey_core::Outcome;
    ///
    /// assert_eq!("pass".parse(), Ok(Outcome::Pass));
    /// assert_eq!(Outcome::Unknown.to_string(), Outcome::Unknown.as_str());
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}

named!(Outcome, UnknownName, |found| UnknownName {
    expected: "an outcome (`pass`, `fail`, `error` or `unknown`)",
    found
});

/// The outcome of one check, with its reason.
struct Verdict {
    outcome: Outcome,
    reason: Cow<'static, str>,
    evidence: Option<Evidence>,
    settle: Option<Settle>,
}

/// The rules about each check's requirement, computed once from the table of more than two hundred rules.
static RULES_OF: LazyLock<HashMap<Check, Vec<&'static str>>> = LazyLock::new(|| {
    let of =
        |check: &Check| rules().filter(|rule| rule.checks().contains(check)).map(|rule| rule.id).collect();
    Check::ALL.iter().map(|check| (*check, of(check))).collect()
});

/// The number of checks of the policy whose outcome is unknown.
pub(crate) fn unknown_count(facts: &ImageFacts, target: &Target) -> usize {
    verdicts(facts, target).filter(|(_, verdict)| verdict.outcome == Outcome::Unknown).count()
}

/// The forecast for every check of the policy.
pub(crate) fn forecast(facts: &ImageFacts, target: &Target, source: &Source) -> Vec<Forecast> {
    verdicts(facts, target)
        .map(|(check, verdict)| {
            let rules = RULES_OF.get(&check).cloned().unwrap_or_default();
            let Verdict { outcome, mut reason, evidence, settle } = verdict;
            if evidence == Some(Evidence::BaseTable) {
                reason = format!("{reason} (rekey's table of base images, {})", base_images::AS_OF).into();
            }
            if let Cow::Owned(masked) = mask::message(&reason) {
                reason = masked.into();
            }
            Forecast { check, outcome, reason, evidence, settle, rules, source: source.clone() }
        })
        .collect()
}

/// Each check of the policy with its verdict. An operator bundle is checked under another policy, so it has
/// none.
fn verdicts<'f>(
    facts: &'f ImageFacts,
    target: &'f Target,
) -> impl Iterator<Item = (Check, Verdict)> + use<'f> {
    let checks = Check::ALL.iter().copied().filter(|_| !facts.operator_bundle);
    let run = checks.filter(|check| check.is_run_by(target));
    run.map(|check| (check, verdict(check, facts, target)))
}

fn verdict(check: Check, facts: &ImageFacts, target: &Target) -> Verdict {
    match check {
        Check::HasLicense => license(facts),
        Check::HasUniqueTag => unique_tag(facts),
        Check::LayerCountAcceptable => layers(facts),
        Check::HasNoProhibitedPackages => packages(facts),
        Check::HasRequiredLabel => required_labels(facts, target),
        Check::HasNoProhibitedLabels => trademark_labels(facts),
        Check::RunAsNonRoot => user(facts),
        Check::HasModifiedFiles => modified_files(facts),
        Check::HasProhibitedContainerName => container_name(facts),
        Check::BasedOnUbi => base(facts),
    }
}

fn base(facts: &ImageFacts) -> Verdict {
    match &facts.on_red_hat {
        Fact::Known(true, by) => pass("the image is built on a Red Hat image").by(*by),
        Fact::Known(false, by) => fail("the image is not built on a Red Hat image").by(*by),
        Fact::Unknown(Unknown { reason, settle }) => {
            let detail = facts.detail(Check::BasedOnUbi).map(|detail| detail.to_owned().into());
            unknown(&Unknown { reason: detail.unwrap_or_else(|| reason.clone()), settle: *settle })
        }
    }
}

fn license(facts: &ImageFacts) -> Verdict {
    match &facts.licenses {
        Fact::Known(Ok(true), by) => {
            let reason =
                facts.detail(Check::HasLicense).unwrap_or("`/licenses` has a file that is not empty");
            pass(reason.to_owned()).by(*by)
        }
        Fact::Known(Err(reason), by) => error(reason.clone()).by(*by),
        Fact::Known(Ok(false), by) => fail("`/licenses` has no file, or only empty ones").by(*by),
        Fact::Unknown(why) => unknown(why),
    }
}

/// Preflight asks the registry only if the image is checked as `latest` or by its digest.
fn unique_tag(facts: &ImageFacts) -> Verdict {
    match &facts.tag {
        Fact::Known(Some(tag), _) if tag == "latest" => listed_tag(facts, "the tag is `latest`"),
        Fact::Known(Some(tag), by) if tag.eq_ignore_ascii_case("latest") => {
            fail(format!("the tag is `{tag}`")).by(*by)
        }
        Fact::Known(Some(tag), by) => pass(format!("the tag is `{tag}`")).by(*by),
        Fact::Known(None, _) => listed_tag(facts, "the reference is a digest"),
        Fact::Unknown(why) => unknown(why),
    }
}

/// The verdict by the tags that the registry lists.
fn listed_tag(facts: &ImageFacts, given: &str) -> Verdict {
    match &facts.repository_tags {
        Fact::Known(tags, by) => match tags.as_slice() {
            [] if facts.tag.value() == Some(&None) => {
                error(format!("{given}, and the registry lists no tag")).by(*by)
            }
            [] => fail(format!("{given}, and the registry lists no tag")).by(*by),
            [tag] if tag.eq_ignore_ascii_case("latest") => {
                fail(format!("{given}, and `{tag}` is the only tag in the repository")).by(*by)
            }
            [tag] => pass(format!("{given}, and the repository has the tag `{tag}`")).by(*by),
            tags => pass(format!("{given}, and the repository has {} tags", tags.len())).by(*by),
        },
        Fact::Unknown(Unknown { reason, settle }) => {
            let reason = format!("{given}: {reason}");
            unknown(&Unknown { reason: reason.into(), settle: *settle })
        }
    }
}

fn layers(facts: &ImageFacts) -> Verdict {
    let max = preflight::LAYER_MAX;
    match &facts.layers {
        Fact::Known(layers, by) if *layers > max => fail(format!("{layers} layers, more than {max}")).by(*by),
        Fact::Known(1, by) => pass(format!("1 layer, at most {max} are allowed")).by(*by),
        Fact::Known(layers, by) => pass(format!("{layers} layers, at most {max} are allowed")).by(*by),
        Fact::Unknown(_) if facts.layers_at_least > max => {
            let reason = format!("at least {} layers, more than {max}", facts.layers_at_least);
            fail(reason).by(Evidence::Dockerfile)
        }
        Fact::Unknown(why) => match facts.layers_at_most {
            Some(most) if most <= max => {
                pass(format!("at most {most} layers, at most {max} are allowed")).by(Evidence::BaseTable)
            }
            _ => unknown(why),
        },
    }
}

fn packages(facts: &ImageFacts) -> Verdict {
    let known = facts.packages.value().and_then(|packages| packages.as_ref().ok()).into_iter().flatten();
    let mut prohibited =
        known.chain(&facts.prohibited_packages).filter(|name| preflight::is_prohibited_package(name));
    match (prohibited.next(), &facts.packages) {
        (_, Fact::Known(Err(reason), by)) => error(reason.clone()).by(*by),
        (Some(name), packages) => {
            let by = if let Fact::Known(_, by) = packages { *by } else { Evidence::Dockerfile };
            fail(format!("the package `{name}` may not be redistributed")).by(by)
        }
        (None, Fact::Known(_, by)) => {
            let detail = facts.detail(Check::HasNoProhibitedPackages);
            pass(detail.unwrap_or("no prohibited package is installed").to_owned()).by(*by)
        }
        (None, Fact::Unknown(why)) => unknown(why),
    }
}

fn required_labels(facts: &ImageFacts, target: &Target) -> Verdict {
    let keys = preflight::REQUIRED_LABELS;
    let missing: Vec<_> = keys.iter().copied().filter(|key| lacks(facts, key)).collect();
    if !missing.is_empty() {
        let by = weakest(facts, &missing);
        return Verdict { evidence: by, ..fail(format!("missing or empty: {}", missing.join(", "))) };
    }
    let trademark = trademark_labels(facts);
    let apart = preflight::labels_judged_apart(target.preflight_version());
    if !apart && trademark.outcome == Outcome::Fail {
        return trademark;
    }
    for key in keys {
        if let Fact::Unknown(why) = facts.label(key) {
            let reason = format!("label `{key}`: {}", why.reason).into();
            return unknown(&Unknown { reason, settle: why.settle });
        }
    }
    if !apart {
        return trademark;
    }
    Verdict { evidence: weakest(facts, keys), ..pass("all seven labels are there") }
}

/// The weakest evidence for the labels.
fn weakest(facts: &ImageFacts, keys: &[&str]) -> Option<Evidence> {
    let evidence = keys.iter().map(|key| match facts.label(key) {
        Fact::Known(_, by) => Some(*by),
        Fact::Unknown(_) => None,
    });
    evidence.max().flatten()
}

/// Returns true if a label is certainly missing or empty.
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
            Fact::Known(Label::Value(value), by) if preflight::infringes_trademark(value) => {
                return fail(format!("label `{key}` uses the trademark: `{value}`")).by(*by);
            }
            Fact::Known(Label::Present, by) => {
                let reason = format!("label `{key}`: its value is not known").into();
                let settle = if *by == Evidence::Dockerfile { Settle::BuildArgs } else { Settle::BaseConfig };
                open = open.or(Some(Unknown { reason, settle }));
            }
            Fact::Known(..) => {}
            Fact::Unknown(why) => {
                let reason = format!("label `{key}`: {}", why.reason).into();
                open = open.or(Some(Unknown { reason, settle: why.settle }));
            }
        }
    }
    let clean = || pass("`name`, `vendor` and `maintainer` do not use the trademark");
    let by = || weakest(facts, preflight::TRADEMARK_LABELS);
    open.map_or_else(|| Verdict { evidence: by(), ..clean() }, |why| unknown(&why))
}

fn user(facts: &ImageFacts) -> Verdict {
    match &facts.user {
        Fact::Known(user, by) if user.is_empty() => fail("no user is set: the image runs as root").by(*by),
        Fact::Known(user, by) if preflight::is_refused_user(user) => {
            fail(format!("the user is `{user}`")).by(*by)
        }
        Fact::Known(user, by) => pass(format!("the user is `{user}`")).by(*by),
        Fact::Unknown(_) if facts.user_is_never_refused => {
            pass("the user is neither `root` nor `0`, whatever its variables are").by(Evidence::Dockerfile)
        }
        Fact::Unknown(why) => unknown(why),
    }
}

fn modified_files(facts: &ImageFacts) -> Verdict {
    match &facts.modified_files {
        Fact::Known(Err(reason), by) => error(reason.clone()).by(*by),
        Fact::Known(Ok(files), by) => {
            let Some((file, others)) = files.split_first() else {
                let detail = facts.detail(Check::HasModifiedFiles);
                return pass(detail.unwrap_or("no file of a Red Hat package was changed").to_owned()).by(*by);
            };
            let others =
                if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            fail(format!("`/{file}`{others} of Red Hat's packages changed without rpm")).by(*by)
        }
        Fact::Unknown(why) => unknown(why),
    }
}

fn container_name(facts: &ImageFacts) -> Verdict {
    match &facts.name {
        Fact::Known(name, by) if preflight::infringes_trademark(name) => {
            fail(format!("the image's name uses the trademark: `{name}`")).by(*by)
        }
        Fact::Known(name, by) => pass(format!("`{name}` does not use the trademark")).by(*by),
        Fact::Unknown(why) => unknown(why),
    }
}

fn pass(reason: impl Into<Cow<'static, str>>) -> Verdict {
    Verdict { outcome: Outcome::Pass, reason: reason.into(), evidence: None, settle: None }
}

fn fail(reason: impl Into<Cow<'static, str>>) -> Verdict {
    Verdict { outcome: Outcome::Fail, reason: reason.into(), evidence: None, settle: None }
}

fn error(reason: impl Into<Cow<'static, str>>) -> Verdict {
    Verdict { outcome: Outcome::Error, reason: reason.into(), evidence: None, settle: None }
}

impl Verdict {
    /// Adds the evidence.
    fn by(self, evidence: Evidence) -> Self {
        Self { evidence: Some(evidence), ..self }
    }
}

fn unknown(why: &Unknown) -> Verdict {
    let reason = why.reason.clone();
    Verdict { outcome: Outcome::Unknown, reason, evidence: None, settle: Some(why.settle) }
}
