//! What a check says: one finding, its place, who requires it, and how to fix it.

use std::{borrow::Cow, fmt};

use crate::{
    mask,
    rule::{Basis, Rule},
    severity::{Severity, UnknownName},
    text::{Range, Span},
};

/// What a text is called in a report: a file by its path, or a field by its name.
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

    /// A file, by the path that the user knows it by. A token in the path is masked.
    pub fn file(path: impl Into<String>) -> Self {
        Self { name: mask::masked_name(Cow::Owned(path.into())), file: true }
    }

    /// The path or the field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a file.
    pub fn is_file(&self) -> bool {
        self.file
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// Where a finding is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Bytes of the source.
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

/// Another place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// What is to be seen there.
    pub message: String,
    /// The source, where it is not the finding's own.
    pub source: Option<Source>,
    /// The place; none means the whole source.
    pub range: Option<Range>,
}

/// How sure a fix is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "lowercase"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Safety {
    /// The meaning cannot change.
    Safe,
    /// The meaning changes, to what we guess was meant.
    Unsafe,
    /// Only a person can do it; the edits show how it would look.
    Display,
}

impl Safety {
    /// Every safety, the safest first.
    pub const ALL: &[Self] = &[Self::Safe, Self::Unsafe, Self::Display];

    /// The name as it is written in options and output.
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

/// A change of text that fixes a finding. It applies whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How sure it is.
    pub safety: Safety,
    /// What it does, as an order: "append `-1`".
    pub description: String,
    /// The changes, in the order of their places; they never overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of one range by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty range is where the text is inserted.
    pub range: Range,
    /// What stands there afterwards.
    pub text: String,
}

/// One thing that a rule found.
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
    /// How it joins others that differ in the parameter only.
    pub(crate) list: Option<Box<List>>,
    /// Findings to be joined with it.
    pub(crate) more: Vec<Finding>,
}

/// How a finding joins others that differ in the parameter only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) kind: &'static ListKind,
    /// What the inserted text begins with.
    pub(crate) before: String,
    /// The part of the inserted text that is about this parameter.
    pub(crate) part: String,
    /// What stands between more than two parts.
    pub(crate) lines: String,
    /// What the inserted text ends with.
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

    /// Which of the rule's cases it is, for `rule-id:parameter`: a label's name, say.
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

    /// How grave it is, after the policy's overrides.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub fn help(&self) -> &str {
        &self.help
    }

    /// Who requires it.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// The text or file it is about.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where it is; none when it is about the whole input.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The rule's id, and with it which of its cases it is: what selects it where rules are named.
    pub fn id(&self) -> Cow<'static, str> {
        match &self.parameter {
            Some(parameter) => Cow::Owned(format!("{}:{parameter}", self.rule.id)),
            None => Cow::Borrowed(self.rule.id),
        }
    }

    /// The place, where it is in a text.
    pub fn range(&self) -> Option<&Range> {
        match &self.place {
            Some(Place::Text(range)) => Some(range),
            _ => None,
        }
    }

    /// Other places that explain it.
    pub fn related(&self) -> &[Related] {
        &self.related
    }

    /// A change of text that fixes it.
    pub fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }

    /// Whether the input is the beginning of a right value, as one types.
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

/// A finding as a rule writes it down: spans in the text that was judged, nothing yet of its source or severity.
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

/// A place as a rule knows it.
#[derive(Debug)]
pub(crate) enum DraftPlace {
    Text(Span),
    Pointer(String),
    Layer(u32, String),
}

/// A fix as a rule knows it.
#[derive(Debug)]
pub(crate) struct DraftFix {
    pub(crate) safety: Safety,
    pub(crate) description: String,
    pub(crate) edits: Vec<(Span, String)>,
}

impl Draft {
    /// Marks the bytes that are wrong.
    pub(crate) fn at(&mut self, span: Span) -> &mut Self {
        self.place = Some(DraftPlace::Text(span));
        self
    }

    /// Marks a value of a JSON document.
    pub(crate) fn pointer(&mut self, pointer: impl Into<String>) -> &mut Self {
        self.place = Some(DraftPlace::Pointer(pointer.into()));
        self
    }

    /// Marks a file in a layer of an image.
    pub(crate) fn layer(&mut self, layer: usize, path: impl Into<String>) -> &mut Self {
        self.place = Some(DraftPlace::Layer(u32::try_from(layer).unwrap_or(u32::MAX), path.into()));
        self
    }

    /// Says which case of the rule it is.
    pub(crate) fn parameter(&mut self, parameter: impl Into<Cow<'static, str>>) -> &mut Self {
        self.parameter = Some(parameter.into());
        self
    }

    /// Advice that fits this occurrence better than the rule's own.
    pub(crate) fn help(&mut self, help: impl Into<Cow<'static, str>>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Shows another place of the same text.
    pub(crate) fn related(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push((message.into(), span));
        self
    }

    /// Names another input.
    pub(crate) fn elsewhere(&mut self, source: Source, message: impl Into<String>) -> &mut Self {
        self.elsewhere.push((message.into(), source));
        self
    }

    /// Offers a change of one span.
    pub(crate) fn fix(
        &mut self,
        safety: Safety,
        description: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> &mut Self {
        self.fixes(safety, description, vec![(span, text.into())])
    }

    /// Offers several changes that belong together, in the order of their places.
    pub(crate) fn fixes(
        &mut self,
        safety: Safety,
        description: impl Into<String>,
        edits: Vec<(Span, String)>,
    ) -> &mut Self {
        self.fix = Some(DraftFix { safety, description: description.into(), edits });
        self
    }

    /// Moves every place to where the judged text stands in a longer one.
    pub(crate) fn shift(&mut self, by: usize) {
        if let Some(DraftPlace::Text(span)) = &mut self.place {
            *span = span.shifted(by);
        }
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|(span, _)| span);
        for span in edits.chain(self.related.iter_mut().map(|(_, span)| span)) {
            *span = span.shifted(by);
        }
    }

    /// Says that the input is the beginning of a right value.
    pub(crate) fn incomplete(&mut self) -> &mut Self {
        self.incomplete = true;
        self
    }
}

/// Where rules put what they find.
#[derive(Debug)]
pub(crate) struct Findings {
    rule: &'static Rule,
    drafts: Vec<Draft>,
}

/// How many findings one input may have; the rest would help nobody.
pub const MAX_FINDINGS: usize = 1000;

impl Findings {
    /// An empty list, about to be filled by `rule`.
    pub(crate) fn new(rule: &'static Rule) -> Self {
        Self { rule, drafts: Vec::new() }
    }

    /// Says whose turn it is.
    pub(crate) fn turn(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// Writes down one finding; what the draft does not say comes from the rule.
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

    /// What was found.
    pub(crate) fn into_drafts(self) -> Vec<Draft> {
        self.drafts
    }
}
