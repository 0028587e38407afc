//! Findings: the result of a rule, with its place, its basis and its fix.

use std::{borrow::Cow, fmt};

use crate::{
    mask,
    rule::{Basis, Rule},
    severity::{Severity, UnknownName},
    text::{Range, Span},
};

/// The name of a text in a report: the path of a file or the name of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    name: Cow<'static, str>,
    file: bool,
}

impl Source {
    /// A field of the submission, such as `tag`.
    pub const fn field(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), file: false }
    }

    /// A field with a name made at run time, such as `image.server.tag`.
    pub fn named_field(name: impl Into<String>) -> Self {
        Self { name: mask::masked_name(Cow::Owned(name.into())), file: false }
    }

    /// A file, by the path that the user knows. A token in the path is masked.
    pub fn file(path: impl Into<String>) -> Self {
        Self { name: mask::masked_name(Cow::Owned(path.into())), file: true }
    }

    /// The path or the field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns true if this is a file.
    pub fn is_file(&self) -> bool {
        self.file
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// The place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A range of the source.
    Text(Range),
    /// A file in a layer of an image.
    Layer {
        /// Number of the layer, from 0 at the base.
        layer: u32,
        /// Path in the image, without a leading slash.
        path: String,
    },
    /// A value in a JSON document, by RFC 6901.
    Pointer(String),
}

/// Another place that helps to explain a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// The explanation.
    pub message: String,
    /// The source, if it differs from the finding's own.
    pub source: Option<Source>,
    /// The place; `None` means the whole source.
    pub range: Option<Range>,
}

/// The safety of a fix.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Safety {
    /// The meaning cannot change.
    Safe,
    /// The meaning changes to a guess of what was meant.
    Unsafe,
    /// Only a person can do it; the edits show how it would look.
    Display,
}

impl Safety {
    /// Every safety, the safest first.
    pub const ALL: &[Self] = &[Self::Safe, Self::Unsafe, Self::Display];

    /// The name in options and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Display => "display",
        }
    }
}

named!(Safety, UnknownName, |found| UnknownName {
    expected: "a safety (`safe`, `unsafe` or `display`)",
    found
});

/// A change of the text that fixes a finding. It is applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The safety of the fix.
    pub safety: Safety,
    /// The effect of the fix, as an imperative: "append `-1`".
    pub description: String,
    /// The changes, ordered by place; they never overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of one range by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The replaced range; if it is empty, the text is inserted there.
    pub range: Range,
    /// The replacement.
    pub text: String,
}

/// One defect that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) parameter: Option<Cow<'static, str>>,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: Cow<'static, str>,
    pub(crate) basis: Basis,
    pub(crate) source: Source,
    pub(crate) place: Option<Place>,
    pub(crate) related: Vec<Related>,
    pub(crate) fix: Option<Fix>,
    pub(crate) incomplete: bool,
    /// The parameters, if there is more than one.
    pub(crate) parameters: Vec<Cow<'static, str>>,
    pub(crate) consequences: Vec<Finding>,
    /// The way in which it joins findings that differ only in the parameter.
    pub(crate) list: Option<Box<List>>,
}

/// The way in which a finding joins others that differ only in the parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) kind: &'static ListKind,
    /// The beginning of the inserted text.
    pub(crate) before: String,
    /// The part of the inserted text that is about this parameter.
    pub(crate) part: String,
    /// The separator of more than two parts.
    pub(crate) lines: String,
    /// The end of the inserted text.
    pub(crate) after: String,
}

/// Texts about more than one parameter; `{}` stands for their names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListKind {
    pub(crate) message: &'static str,
    pub(crate) fix: &'static str,
}

impl Finding {
    /// The rule that was broken.
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }

    /// The parameter in `rule-id:parameter`, which tells the cases of a rule apart: a label's name, for
    /// example.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// Returns the cases of the rule that it is about: more than one if it joins findings that differ in nothing else.
    ///
    /// ```
    /// use rekey_core::{Target, check_dockerfile};
    ///
    /// let report = check_dockerfile("FROM scratch\nLABEL name=a vendor=b version=c release=d summary=e\n", &Target::default());
    /// let missing = report.findings().find(|finding| finding.rule().id == "dockerfile-missing-label").unwrap();
    /// assert_eq!(missing.message(), "labels `description` and `maintainer` are missing");
    /// assert_eq!(missing.parameters().collect::<Vec<_>>(), ["description", "maintainer"]);
    /// ```
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().chain(&self.parameter).map(|parameter| &**parameter)
    }

    /// Returns the findings that disappear when this one's fix is applied; a report counts and lists them here only.
    ///
    /// ```
    /// use rekey_core::{Target, check_dockerfile};
    ///
    /// let report = check_dockerfile("FROM scratch\nLABEL a=1 \\\n\nUSER 1001\n", &Target::default());
    /// let cause = report.findings().find(|finding| finding.rule().id == "dockerfile-swallowed-instruction").unwrap();
    /// assert!(cause.consequences().iter().any(|finding| finding.rule().id == "dockerfile-missing-user"));
    /// assert!(!report.findings().any(|finding| finding.rule().id == "dockerfile-missing-user"));
    /// ```
    pub fn consequences(&self) -> &[Finding] {
        &self.consequences
    }

    /// The severity, after the policy's overrides.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The message: one line that says what is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The advice on how to resolve the finding.
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The basis of the requirement.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// The source of the finding.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The place; `None` if the finding is about the whole input.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The rule's id with the parameter, if any: the selector of the finding in options and comments.
    pub fn id(&self) -> Cow<'static, str> {
        match &self.parameter {
            Some(parameter) => Cow::Owned(format!("{}:{parameter}", self.rule.id)),
            None => Cow::Borrowed(self.rule.id),
        }
    }

    /// The range, if the finding is in a text.
    pub fn range(&self) -> Option<&Range> {
        match &self.place {
            Some(Place::Text(range)) => Some(range),
            _ => None,
        }
    }

    /// Other places that help to explain the finding.
    pub fn related(&self) -> &[Related] {
        &self.related
    }

    /// The fix, if there is one.
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }

    /// Returns true if the input may be the beginning of a valid value that is still being typed.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

impl fmt::Display for Finding {
    /// One line: `Dockerfile:3:1: error[dockerfile-user-root] the user is root`.
    ///
    /// ```
    /// use rekey_core::{Target, check_tag};
    ///
    /// let report = check_tag("1.0", &Target::default());
    /// let line = report.findings().next().unwrap().to_string();
    /// assert!(line.starts_with("tag:1:1: error[tag-missing-release] "), "{line}");
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.source)?;
        if let Some(range) = self.range() {
            write!(f, "{}:{}:", range.line, range.column)?;
        }
        write!(f, " {}[{}] {}", self.severity, self.id(), self.message)?;
        match self.consequences.len() {
            0 => Ok(()),
            1 => f.write_str(" (1 more follows from this)"),
            count => write!(f, " ({count} more follow from this)"),
        }
    }
}

/// A finding as a rule writes it: spans in the checked text, without source and severity.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) parameter: Option<Cow<'static, str>>,
    pub(crate) help: Option<Cow<'static, str>>,
    pub(crate) place: Option<DraftPlace>,
    pub(crate) related: Vec<(String, Span)>,
    pub(crate) elsewhere: Vec<(String, Source)>,
    pub(crate) fix: Option<DraftFix>,
    pub(crate) incomplete: bool,
    pub(crate) list: Option<Box<List>>,
    /// The number of the draft whose fix makes this one disappear.
    pub(crate) cause: Option<usize>,
}

/// A place in a draft.
#[derive(Debug)]
pub(crate) enum DraftPlace {
    Text(Span),
    Pointer(String),
    Layer(u32, String),
}

/// A fix in a draft.
#[derive(Debug)]
pub(crate) struct DraftFix {
    pub(crate) safety: Safety,
    pub(crate) description: String,
    pub(crate) edits: Vec<(Span, String)>,
}

impl Draft {
    /// Sets the place to the wrong bytes.
    pub(crate) fn at(&mut self, span: Span) -> &mut Self {
        self.place = Some(DraftPlace::Text(span));
        self
    }

    /// Sets the place to a value of a JSON document.
    pub(crate) fn pointer(&mut self, pointer: impl Into<String>) -> &mut Self {
        self.place = Some(DraftPlace::Pointer(pointer.into()));
        self
    }

    /// Sets the place to a file in a layer of an image.
    pub(crate) fn layer(&mut self, layer: usize, path: impl Into<String>) -> &mut Self {
        self.place = Some(DraftPlace::Layer(u32::try_from(layer).unwrap_or(u32::MAX), path.into()));
        self
    }

    /// Sets the parameter.
    pub(crate) fn parameter(&mut self, parameter: impl Into<Cow<'static, str>>) -> &mut Self {
        self.parameter = Some(parameter.into());
        self
    }

    /// Replaces the rule's help by one for this occurrence.
    pub(crate) fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place in the same text.
    pub(crate) fn related(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push((message.into(), span));
        self
    }

    /// Adds another input.
    pub(crate) fn elsewhere(&mut self, source: Source, message: impl Into<String>) -> &mut Self {
        self.elsewhere.push((message.into(), source));
        self
    }

    /// Adds a fix with one edit.
    pub(crate) fn fix(
        &mut self,
        safety: Safety,
        description: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> &mut Self {
        self.fixes(safety, description, vec![(span, text.into())])
    }

    /// Adds a fix with multiple edits that belong together, ordered by place.
    pub(crate) fn fixes(
        &mut self,
        safety: Safety,
        description: impl Into<String>,
        edits: Vec<(Span, String)>,
    ) -> &mut Self {
        self.fix = Some(DraftFix { safety, description: description.into(), edits });
        self
    }

    /// Shifts every place, for a checked text that is part of a longer one.
    pub(crate) fn shift(&mut self, by: usize) {
        if let Some(DraftPlace::Text(span)) = &mut self.place {
            *span = span.shifted(by);
        }
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|(span, _)| span);
        for span in edits.chain(self.related.iter_mut().map(|(_, span)| span)) {
            *span = span.shifted(by);
        }
    }

    /// Marks the input as the beginning of a valid value.
    pub(crate) fn incomplete(&mut self) -> &mut Self {
        self.incomplete = true;
        self
    }
}

/// The collector of a rule's findings.
#[derive(Debug)]
pub(crate) struct Findings {
    rule: &'static Rule,
    drafts: Vec<Draft>,
}

/// The maximum number of findings for one input; more would help no one.
pub const MAX_FINDINGS: usize = 1000;

impl Findings {
    /// An empty list, with the rule that will fill it first.
    pub(crate) fn new(rule: &'static Rule) -> Self {
        Self { rule, drafts: Vec::new() }
    }

    /// Sets the rule that reports next.
    pub(crate) fn turn(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// Adds a finding; properties that the draft does not set come from the rule.
    pub(crate) fn report(&mut self, message: impl Into<String>) -> &mut Draft {
        let draft = Draft {
            rule: self.rule,
            message: message.into(),
            parameter: None,
            help: None,
            place: None,
            related: Vec::new(),
            elsewhere: Vec::new(),
            fix: None,
            incomplete: false,
            list: None,
            cause: None,
        };
        if self.drafts.len() >= MAX_FINDINGS {
            self.drafts.pop();
        }
        self.drafts.push(draft);
        self.drafts.last_mut().expect("a draft was just pushed")
    }

    /// Returns all drafts.
    pub(crate) fn into_drafts(self) -> Vec<Draft> {
        self.drafts
    }
}
