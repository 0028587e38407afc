//! Rules about Dockerfiles.

mod base_image;
mod files;
mod ignores;
mod label_argument;
mod labels;
mod layers;
mod licenses;
mod packages;
mod syntax;
pub(crate) mod template;
mod user;
mod variables;

pub(crate) mod ignore;

use crate::{
    dockerfile::{Base, Dockerfile, Instruction, Keyword, Step, build_context::View, shell::Command},
    facts::{
        Evidence, Fact, ImageFacts,
        base_files::BaseFiles,
        base_images::{self, BaseImage},
        foreign_bases::ForeignBase,
        licenses::Licenses,
    },
    finding::{Draft, Findings, List, ListKind, Safety},
    target::Target,
    text::Span,
};

/// All rules about Dockerfiles, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &syntax::INVALID_SYNTAX,
    &template::TEMPLATE,
    &syntax::SWALLOWED_INSTRUCTION,
    &syntax::SWALLOWED_COMMENT,
    &syntax::EMPTY_CONTINUATION,
    &syntax::DUPLICATE_STAGE,
    &syntax::BUILDAH_DIFFERENCE,
    &syntax::BUILDAH_VERSION,
    &variables::UNDECLARED_VARIABLE,
    &base_image::BASE_NOT_RED_HAT,
    &base_image::BASE_SHORT_NAME,
    &base_image::BASE_UNKNOWN,
    &base_image::BASE_SCRATCH,
    &base_image::BASE_UNRESOLVED,
    &base_image::BASE_END_OF_LIFE,
    &base_image::BASE_MIRROR,
    &labels::MISSING_LABEL,
    &labels::LABEL_INHERITED,
    &labels::LABEL_UNEXPANDED,
    &labels::LABEL_PLACEHOLDER,
    &labels::LABEL_WITHOUT_VALUE,
    &labels::LABEL_NEEDS_ARGUMENT,
    &labels::LABEL_TRADEMARK,
    &labels::LABEL_DUPLICATE,
    &labels::LABEL_LEGACY,
    &labels::MAINTAINER,
    &user::MISSING_USER,
    &user::USER_ROOT,
    &user::USER_ROOT_UNDETECTED,
    &user::USER_NAMED,
    &licenses::MISSING_LICENSES,
    &licenses::LICENSES_MISPLACED,
    &licenses::LICENSES_FILE,
    &licenses::LICENSES_EMPTY,
    &licenses::LICENSES_NOT_FOUND,
    &files::MISSING_SOURCE,
    &layers::TOO_MANY_LAYERS,
    &layers::LAYER_LIMIT,
    &packages::PROHIBITED_PACKAGE,
    &packages::PACKAGES_FORCED,
    &packages::PACKAGES_REMOVED,
    &files::BASE_FILE_CHANGED,
    &packages::RPM_DATABASE_REMOVED,
    &files::FILES_CHANGED,
    &files::COPY_TO_ROOT_DIR,
    &packages::FOREIGN_REPOSITORY,
    &packages::REPOSITORY_REMOVED,
    &packages::NO_SECURITY_UPDATE,
    &variables::SECRET,
    &ignores::IGNORE_UNKNOWN_RULE,
    &ignores::IGNORE_UNUSED,
];

/// The rule about files that a build context lacks.
pub(crate) fn missing_source() -> &'static crate::rule::Rule {
    &files::MISSING_SOURCE.rule
}

/// The rules whose fix can make other findings disappear, with the case for which it can; the likelier cause first. A test tries
/// the fixes of all others.
pub(crate) static CAUSES: &[(&Entry, Option<&str>)] = &[
    (&syntax::SWALLOWED_INSTRUCTION, None),
    (&syntax::SWALLOWED_COMMENT, None),
    (&variables::UNDECLARED_VARIABLE, None),
    (&base_image::BASE_SHORT_NAME, None),
    (&labels::MAINTAINER, None),
    (&labels::MISSING_LABEL, Some("maintainer")),
    (&labels::LABEL_INHERITED, Some("maintainer")),
    (&labels::LABEL_TRADEMARK, Some("maintainer")),
];

/// The rule that says what the comments did not silence: it has nothing to say before the others have run.
pub(crate) static AFTER_IGNORES: &[&Entry] = &[&ignores::IGNORE_UNUSED];

/// The rule about the ignore file of the build context, with places in that file.
pub(crate) static IGNORE_FILE_RULES: &[&Entry] = &[&files::INVALID_IGNORE_FILE];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about Dockerfiles.
pub(crate) struct Context<'a> {
    /// The file, evaluated to its image.
    pub(crate) file: &'a Dockerfile<'a>,
    /// The facts about the image.
    pub(crate) facts: &'a ImageFacts,
    /// The table's row for the base image, if it is one of Red Hat's.
    pub(crate) base: Option<BaseImage>,
    /// The facts about a base image that is certainly not Red Hat's.
    pub(crate) foreign: Option<ForeignBase>,
    /// The commands that run to build the image.
    pub(crate) commands: &'a [Command<'a>],
    /// The effects of the file on `/licenses`.
    pub(crate) licenses: Licenses,
    /// Prohibited packages that are installed, with the places that name them.
    pub(crate) prohibited: &'a [(String, Span)],
    /// The changes to files of the base image's packages.
    pub(crate) base_files: &'a BaseFiles,
    /// The folder that the build copies from, if given.
    pub(crate) folder: Option<&'a View<'a>>,
    /// Values for labels that the file does not set, for fixes.
    pub(crate) label_values: &'a [(String, String)],
    /// The evidence that the file is a template, if any.
    pub(crate) template: Option<&'a template::Template>,
    /// The comments that ignore findings.
    pub(crate) ignores: &'a ignore::Ignores<'a>,
    /// The target that it is checked against.
    pub(crate) target: &'a Target,
}

impl<'a> Context<'a> {
    /// Returns true if the file makes an image that the policy covers: it has a stage, and is neither a
    /// template nor an operator bundle nor a Windows image.
    fn is_judged(&self) -> bool {
        self.file.target.is_some()
            && !self.facts.operator_bundle
            && !self.is_windows()
            && !self.template.is_some_and(template::Template::is_whole_file)
    }

    /// Returns true if the image runs on Windows, which preflight does not check.
    fn is_windows(&self) -> bool {
        self.foreign.is_some_and(ForeignBase::is_windows)
    }

    /// The `FROM` of the stage that is built, which is the place of findings about something missing.
    fn from(&self) -> Option<&'a Instruction<'a>> {
        let stage = self.file.stages.get(self.file.target?)?;
        self.file.instructions.get(stage.from)
    }

    /// The instruction that names the image at the root of the chain.
    fn base_from(&self) -> Option<&'a Instruction<'a>> {
        self.file.instructions.get(self.file.base_from?)
    }

    /// The image at the root of the chain, with its variables replaced.
    fn base_reference(&self) -> Option<&'a str> {
        match &self.file.base {
            Base::Image(reference) => Some(reference),
            _ => None,
        }
    }

    /// Returns true if the image at the root of the chain is served by Red Hat.
    fn is_on_red_hat(&self) -> bool {
        self.base_reference().is_some_and(base_images::is_red_hat)
    }

    /// Returns true if a label of the image comes from its base image.
    fn is_inherited(&self, key: &str) -> bool {
        let is_of_base = |evidence| matches!(evidence, Evidence::BaseConfig | Evidence::BaseTable);
        let is_own = self.file.labels.get(key).is_some_and(|label| label.step.is_some());
        !is_own && matches!(self.facts.label(key), Fact::Known(_, evidence) if is_of_base(*evidence))
    }

    /// The value that a fix gives to a label, in quotes: a known value or a placeholder.
    fn label_value(&self, key: &str) -> String {
        let known = self.label_values.iter().rev().find(|(name, _)| name == key);
        let value = known.map_or("TODO", |(_, value)| value.as_str());
        let plain =
            value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'/' | b'+'));
        if plain && !value.is_empty() {
            return value.to_owned();
        }
        let mut quoted = String::from("\"");
        for ch in value.chars().filter(|ch| !ch.is_control()) {
            if matches!(ch, '"' | '$') || ch == self.file.escape {
                quoted.push(self.file.escape);
            }
            quoted.push(ch);
        }
        quoted + "\""
    }

    /// The place and text for a new label in the stage that is built. The label `maintainer` replaces a
    /// `MAINTAINER`.
    fn new_label(&self, key: &str) -> Option<(Span, String)> {
        let stage = || self.file.stages.get(self.file.target?);
        let body = || self.file.instructions.get(stage()?.instructions.clone());
        let author = || body()?.iter().rev().find_map(|instruction| labels::as_label(self, instruction));
        if let Some(edit) = (key == "maintainer").then(author).flatten() {
            return Some(edit);
        }
        self.insertion(&[Keyword::Label], &format!("LABEL {key}={}", self.label_value(key)))
    }

    /// Offers to add a label to the stage that is built, alone or in one instruction with others.
    fn add_label(&self, draft: &mut Draft, key: &'static str, description: String, kind: &'static ListKind) {
        draft.parameter(key);
        let Some((place, line)) = self.new_label(key) else { return };
        draft.fix(Safety::Unsafe, description, place, line);
        let part = format!("{key}={}", self.label_value(key));
        let line = draft.fix.as_ref().and_then(|fix| fix.edits.first()).map_or("", |(_, line)| line);
        let Some((before, after)) = line.split_once(&part) else { return };
        let newline = if line.contains("\r\n") { "\r\n" } else { "\n" };
        let lines = format!(" {}{newline}      ", self.file.escape);
        draft.list =
            Some(Box::new(List { kind, before: before.to_owned(), part, lines, after: after.to_owned() }));
    }

    /// The steps that build the target, in order; an `ONBUILD` only keeps its instruction for another build.
    fn steps(&self) -> impl Iterator<Item = (usize, &'a Step, &'a Instruction<'a>)> {
        let file = self.file;
        let steps = file.steps.iter().enumerate();
        steps
            .filter_map(move |(at, step)| Some((at, step, file.instruction(at)?)))
            .filter(|(_, _, instruction)| instruction.keyword != Keyword::Onbuild)
    }

    /// The place and text for inserting an instruction into the stage that is built: after the last
    /// instruction with a keyword in `after`, or else after its `FROM`.
    fn insertion(&self, after: &[Keyword], text: &str) -> Option<(Span, String)> {
        let stage = self.file.stages.get(self.file.target?)?;
        let body = self.file.instructions.get(stage.instructions.clone())?;
        let last = body.iter().rev().find(|instruction| after.contains(&instruction.keyword));
        self.line_after(last.or(self.from())?, text)
    }

    /// Adds a fix that ends the stage as a user other than root.
    fn leave_root(&self, draft: &mut Draft) {
        if let Some((place, line)) = self.stage_end("USER 1001") {
            draft.fix(Safety::Unsafe, "run as user 1001", place, line);
        }
    }

    /// The place and text for an instruction at the end of the stage that is built.
    fn stage_end(&self, text: &str) -> Option<(Span, String)> {
        let stage = self.file.stages.get(self.file.target?)?;
        let last = self.file.instructions.get(stage.instructions.clone())?.last();
        self.line_after(last.or(self.from())?, text)
    }

    /// The place and text for a line after an instruction, with the file's own newlines; `None` if a
    /// continuation at its end would make the line part of the instruction.
    fn line_after(&self, instruction: &Instruction<'_>, text: &str) -> Option<(Span, String)> {
        if self.is_left_open(instruction) {
            return None;
        }
        let input = self.file.input;
        let end = instruction.extent.end as usize;
        let newline = if input.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let ended = input.get(end.checked_sub(1)?) == Some(&b'\n');
        let line = if ended { format!("{text}{newline}") } else { format!("{newline}{text}") };
        Some((Span::at(end), line))
    }

    /// Returns true if the last line of an instruction ends in a continuation, possibly with empty lines and
    /// comments below.
    fn is_left_open(&self, instruction: &Instruction<'_>) -> bool {
        let mut lines = instruction.extent.of(self.file.input).rsplit(|byte| *byte == b'\n');
        let last = lines.find(|line| !matches!(line.trim_ascii_start().first(), None | Some(b'#')));
        let is_escaped = last.is_some_and(|line| line.trim_ascii_end().ends_with(&[self.file.escape as u8]));
        is_escaped && instruction.heredocs.is_empty()
    }
}
