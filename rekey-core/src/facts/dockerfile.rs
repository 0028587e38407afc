//! Facts from a Dockerfile, the other inputs of its build, and its base image.

use std::collections::BTreeMap;

use crate::{
    dockerfile::{self, Base, Dockerfile, Problem, ProblemKind},
    facts::{
        Evidence, Fact, ImageFacts, Label, Readable, Settle, are_of_bundle,
        base_files::BaseFiles,
        base_images::{self, BaseImage, BaseLabel},
        foreign_bases::{self, ForeignBase},
    },
    image::config::Config,
    preflight::{REFUSED_USERS, REQUIRED_LABELS},
    text::Span,
};

/// The image at the root of a Dockerfile's chain.
#[derive(Clone, Copy)]
pub(crate) struct Root<'a> {
    /// Its config, if given.
    pub(crate) config: Option<&'a Config>,
    /// Its row in the table of Red Hat's base images.
    pub(crate) row: Option<BaseImage>,
    /// The facts about it if it is certainly not one of Red Hat's.
    pub(crate) foreign: Option<ForeignBase>,
}

impl<'a> Root<'a> {
    /// The image that the file is built on, with its config, if given.
    pub(crate) fn of(file: &Dockerfile<'_>, config: Option<&'a Config>) -> Self {
        let Base::Image(reference) = &file.base else { return Self { config, row: None, foreign: None } };
        let foreign = if base_images::is_red_hat(reference) { None } else { foreign_bases::find(reference) };
        Self { config, row: base_images::find(reference), foreign }
    }
}

/// Returns the facts about the image that a Dockerfile produces. `labels` are those given to the build; they
/// win.
pub(crate) fn facts(
    file: &Dockerfile<'_>,
    labels: &[(String, String)],
    root: &Root<'_>,
    licenses: Fact<Readable<bool>>,
    prohibited: &[(String, Span)],
    base_files: &BaseFiles,
) -> ImageFacts {
    let by = Evidence::BaseTable;
    let packages = match base_files.database {
        Some(_) => Fact::Known(Err("preflight finds no RPM database".into()), by),
        None => Fact::unknown("only the image shows the packages of its base", Settle::Image),
    };
    let modified_files = if base_files.changed.is_empty() {
        Fact::unknown("only the layers of the image show which files changed", Settle::Image)
    } else {
        Fact::Known(Ok(base_files.changed.iter().map(|(path, _)| path.clone()).collect()), by)
    };
    let layers = Layers::of(file, root);
    let other_labels = other_label(file, root, None);
    let labels = own_labels(file, labels, root);
    ImageFacts {
        user: user(file, root),
        user_is_never_refused: user_is_never_refused(file),
        on_red_hat: on_red_hat(&file.base, root.foreign),
        operator_bundle: are_of_bundle(&labels),
        labels,
        other_labels,
        layers: layers.exactly,
        layers_at_least: layers.least,
        layers_at_most: layers.most,
        licenses,
        packages,
        prohibited_packages: prohibited.iter().map(|(name, _)| name.clone()).collect(),
        modified_files,
        ..ImageFacts::unknown("a Dockerfile does not show it", Settle::Image)
    }
}

fn user(file: &Dockerfile<'_>, root: &Root<'_>) -> Fact<String> {
    match &file.user.fact {
        dockerfile::Fact::Known(user) if file.user.step.is_none() && root.config.is_some() => {
            Fact::Known(user.clone(), Evidence::BaseConfig)
        }
        dockerfile::Fact::Known(user) => {
            Fact::Known(user.clone(), Variables::of(file, root).evidence(file.user.span))
        }
        dockerfile::Fact::Inherited => match (&file.base, root.row.and_then(|row| row.user)) {
            (Base::Scratch, _) => Fact::Known(String::new(), Evidence::Dockerfile),
            (_, Some(user)) => Fact::Known(user.to_owned(), Evidence::BaseTable),
            (..) => inherited(file),
        },
        dockerfile::Fact::Unresolved(cause, _) => unresolved(cause),
        dockerfile::Fact::Error(error) => Fact::unknown(error.to_string(), Settle::Dockerfile),
    }
}

/// Returns true if the user is unknown but not one that preflight rejects, whatever its variables are.
fn user_is_never_refused(file: &Dockerfile<'_>) -> bool {
    match &file.user.fact {
        dockerfile::Fact::Unresolved(_, shape) => !REFUSED_USERS.iter().any(|user| shape.may_be(user)),
        _ => false,
    }
}

/// Returns whether preflight will find one of Red Hat's layers. It will not if there is no base image or if
/// it is of another distribution.
fn on_red_hat(base: &Base, foreign: Option<ForeignBase>) -> Fact<bool> {
    let is_foreign = matches!(base, Base::Scratch) || foreign.is_some();
    if is_foreign { Fact::Known(false, Evidence::Dockerfile) } else { Fact::in_catalog() }
}

/// The evidence for a value with variables: an undeclared variable is empty because the base image, according
/// to the table, does not set it.
#[derive(Clone, Copy)]
struct Variables<'a> {
    input: &'a [u8],
    evidence: Evidence,
}

impl<'a> Variables<'a> {
    fn of(file: &Dockerfile<'a>, root: &Root<'_>) -> Self {
        let by_table = root.config.is_none() && root.row.is_some_and(|row| row.variables.is_some());
        let is_undeclared =
            |problem: &Problem| matches!(problem.kind, ProblemKind::UndeclaredVariable { .. });
        let evidence = if by_table && file.problems.iter().any(is_undeclared) {
            Evidence::BaseTable
        } else {
            Evidence::Dockerfile
        };
        Self { input: file.input, evidence }
    }

    fn evidence(self, value: Option<Span>) -> Evidence {
        let has_variable = value.is_some_and(|value| value.of(self.input).contains(&b'$'));
        if has_variable { self.evidence } else { Evidence::Dockerfile }
    }
}

fn own_labels(
    file: &Dockerfile<'_>,
    given: &[(String, String)],
    root: &Root<'_>,
) -> BTreeMap<String, Fact<Label>> {
    let mut labels = BTreeMap::new();
    for key in REQUIRED_LABELS {
        labels.insert((*key).to_owned(), other_label(file, root, Some(key)));
    }
    let variables = Variables::of(file, root);
    for label in file.labels.iter() {
        let Some(key) = label.key.value() else { continue };
        let evidence = if label.step.is_some() {
            variables.evidence(Some(label.value_span))
        } else {
            Evidence::BaseConfig
        };
        let fact = match &label.value {
            dockerfile::Fact::Known(value) => Fact::Known(Label::Value(value.clone()), evidence),
            dockerfile::Fact::Unresolved(_, shape) if !shape.may_be_empty() => {
                Fact::Known(Label::Present, evidence)
            }
            dockerfile::Fact::Unresolved(cause, _) => unresolved(cause),
            dockerfile::Fact::Error(error) => Fact::unknown(error.to_string(), Settle::Dockerfile),
            dockerfile::Fact::Inherited => inherited(file),
        };
        labels.insert(key.to_owned(), fact);
    }
    for (key, value) in given {
        labels.insert(key.clone(), Fact::Known(Label::Value(value.clone()), Evidence::BuildLabels));
    }
    labels
}

/// The fact about a label that the file does not set.
fn other_label(file: &Dockerfile<'_>, root: &Root<'_>, key: Option<&str>) -> Fact<Label> {
    if file.labels.has_unknown_key() {
        return Fact::unknown("a label's key depends on a build argument", Settle::BuildArgs);
    }
    if file.base == Base::Scratch {
        return Fact::Known(Label::Absent, Evidence::Dockerfile);
    }
    if root.config.is_some() {
        return Fact::Known(Label::Absent, Evidence::BaseConfig);
    }
    let column = key.and_then(|key| REQUIRED_LABELS.iter().position(|required| *required == key));
    let cell = column.and_then(|column| root.row?.labels.get(column).copied());
    let known = |label| Fact::Known(label, Evidence::BaseTable);
    match cell {
        Some(BaseLabel::Present) => known(Label::Present),
        Some(BaseLabel::Value(value)) => known(Label::Value(value.to_owned())),
        Some(BaseLabel::Absent) => known(Label::Absent),
        Some(BaseLabel::Unknown) | None => inherited(file),
    }
}

/// A fact that depends on an unknown base image.
fn inherited<T>(file: &Dockerfile<'_>) -> Fact<T> {
    match &file.base {
        Base::Image(reference) => Fact::unknown(
            format!("it depends on the base image `{reference}`, which is not known here"),
            Settle::BaseConfig,
        ),
        Base::Unresolved(cause) => {
            Fact::unknown(format!("the base image is not known: {cause}"), Settle::BuildArgs)
        }
        _ => Fact::unknown("the base image is not known", Settle::Dockerfile),
    }
}

fn unresolved<T>(cause: &dockerfile::Cause) -> Fact<T> {
    let settle = match cause {
        dockerfile::Cause::FromBase(_) | dockerfile::Cause::BaseWorkdir => Settle::BaseConfig,
        _ => Settle::BuildArgs,
    };
    Fact::unknown(cause.to_string(), settle)
}

/// The number of layers of the image.
struct Layers {
    exactly: Fact<u32>,
    least: u32,
    most: Option<u32>,
}

impl Layers {
    fn of(file: &Dockerfile<'_>, root: &Root<'_>) -> Self {
        let added = file.added_layers;
        let least = added.saturating_sub(file.uncertain_layers);
        let (base, evidence) = match (&file.base, root.config.and_then(|config| config.layers)) {
            (Base::Scratch, _) => (Some((0, 0)), Evidence::Dockerfile),
            (_, Some(layers)) => (Some((layers, layers)), Evidence::BaseConfig),
            _ => (root.row.and_then(|row| row.layers), Evidence::BaseTable),
        };
        let (fewest, most) =
            base.map_or((0, None), |(fewest, most)| (fewest, Some(added.saturating_add(most))));
        let least = least.saturating_add(fewest);
        let exactly = match most {
            Some(most) if most == least => Fact::Known(most, evidence),
            Some(_) => Fact::unknown("builds of the base image differ in their layers", Settle::BaseConfig),
            None => inherited(file),
        };
        Self { exactly, least, most }
    }
}
