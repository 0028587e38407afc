//! Rules about Dockerfiles.

mod base_end_of_life;
mod base_file_changed;
mod base_mirror;
mod base_not_red_hat;
mod base_scratch;
mod base_short_name;
mod base_unfamiliar;
mod base_unresolved;
mod buildah;
mod buildah_version;
mod copy_onto_root;
mod duplicate_stage;
mod empty_continuation;
mod files_changed;
mod foreign_repository;
pub(crate) mod ignore;
mod ignore_unknown;
mod ignore_unused;
mod invalid_ignore_file;
mod label_argument;
mod label_duplicate;
mod label_inherited;
mod label_legacy;
mod label_missing;
mod label_needs_argument;
mod label_placeholder;
mod label_trademark;
mod label_unexpanded;
mod label_without_value;
mod layers_at_limit;
mod licenses_empty;
mod licenses_file;
mod licenses_misplaced;
mod licenses_missing;
mod licenses_unseen;
mod maintainer;
mod no_security_update;
mod packages_forced;
mod packages_removed;
mod prohibited_package;
mod repository_removed;
mod rpm_database_removed;
mod secret;
mod source_missing;
mod swallowed_comment;
mod swallowed_instruction;
mod syntax;
pub(crate) mod template;
mod too_many_layers;
mod user_missing;
mod user_named;
mod user_root;
mod user_root_in_disguise;
mod variable_undeclared;

use crate::{
    dockerfile::{Base, Dockerfile, Instruction, Keyword, Step, build_context::View, shell::Command},
    finding::{Draft, Safety},
    image::{
        base::{self, BaseImage},
        base_files::BaseFiles,
        facts::{Evidence, Fact, ImageFacts},
        foreign::ForeignBase,
        licenses::Licenses,
    },
    policy::Policy,
    rule::Rule,
    text::Span,
};

/// Every rule about Dockerfiles, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &syntax::RULE,
    &template::RULE,
    &swallowed_instruction::RULE,
    &swallowed_comment::RULE,
    &empty_continuation::RULE,
    &duplicate_stage::RULE,
    &buildah::RULE,
    &buildah_version::RULE,
    &variable_undeclared::RULE,
    &base_not_red_hat::RULE,
    &base_short_name::RULE,
    &base_unfamiliar::RULE,
    &base_scratch::RULE,
    &base_unresolved::RULE,
    &base_end_of_life::RULE,
    &base_mirror::RULE,
    &label_missing::RULE,
    &label_inherited::RULE,
    &label_unexpanded::RULE,
    &label_placeholder::RULE,
    &label_without_value::RULE,
    &label_needs_argument::RULE,
    &label_trademark::RULE,
    &label_duplicate::RULE,
    &label_legacy::RULE,
    &maintainer::RULE,
    &user_missing::RULE,
    &user_root::RULE,
    &user_root_in_disguise::RULE,
    &user_named::RULE,
    &licenses_missing::RULE,
    &licenses_misplaced::RULE,
    &licenses_file::RULE,
    &licenses_empty::RULE,
    &licenses_unseen::RULE,
    &source_missing::RULE,
    &too_many_layers::RULE,
    &layers_at_limit::RULE,
    &prohibited_package::RULE,
    &packages_forced::RULE,
    &packages_removed::RULE,
    &base_file_changed::RULE,
    &rpm_database_removed::RULE,
    &files_changed::RULE,
    &copy_onto_root::RULE,
    &foreign_repository::RULE,
    &repository_removed::RULE,
    &no_security_update::RULE,
    &secret::RULE,
    &ignore_unknown::RULE,
    &ignore_unused::RULE,
];

/// The rule that says what the comments did not silence: it has nothing to say before the others have run.
pub(crate) static AFTER_IGNORES: &[&Rule] = &[&ignore_unused::RULE];

/// The rule about the list of what is left out of the build context: its places are in that list.
pub(crate) static IGNORE_FILE_RULES: &[&Rule] = &[&invalid_ignore_file::RULE];

/// What a rule about Dockerfiles looks at.
pub(crate) struct Context<'a> {
    /// The file, followed to its image.
    pub(crate) file: &'a Dockerfile<'a>,
    /// What is known of the image.
    pub(crate) facts: &'a ImageFacts,
    /// The row of the base image, if it is one of Red Hat's that the table has.
    pub(crate) base: Option<BaseImage>,
    /// What is known of a base image that is certainly not Red Hat's.
    pub(crate) foreign: Option<ForeignBase>,
    /// The commands that run to build the image.
    pub(crate) commands: &'a [Command<'a>],
    /// What the file does with `/licenses`.
    pub(crate) licenses: Licenses,
    /// Prohibited packages that are installed, and where they are asked for.
    pub(crate) prohibited: &'a [(String, Span)],
    /// What happens to the files of the base image's packages.
    pub(crate) base_files: &'a BaseFiles,
    /// The folder that the build copies from, where it is given.
    pub(crate) folder: Option<&'a View<'a>>,
    /// Values for labels that the file does not set, for its fixes.
    pub(crate) label_values: &'a [(String, String)],
    /// What shows that the file is a template.
    pub(crate) template: Option<&'a template::Template>,
    /// The comments that silence rules.
    pub(crate) ignores: &'a ignore::Ignores<'a>,
    /// What it is judged against.
    pub(crate) policy: &'a Policy,
}

impl<'a> Context<'a> {
    /// Whether the file makes an image that the policy is about: it has a stage, and is neither a template nor an
    /// operator bundle nor an image for Windows.
    fn is_judged(&self) -> bool {
        self.file.target.is_some()
            && !self.facts.operator_bundle
            && !self.is_windows()
            && !self.template.is_some_and(template::Template::is_whole_file)
    }

    /// Whether the image runs on Windows, which preflight does not judge.
    fn is_windows(&self) -> bool {
        self.foreign.is_some_and(ForeignBase::is_windows)
    }

    /// The `FROM` of the stage that is built: where a finding about something missing points.
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

    /// Whether the image at the root of the chain is served by Red Hat.
    fn is_on_red_hat(&self) -> bool {
        self.base_reference().is_some_and(base::is_red_hat)
    }

    /// Whether a label that the image has is the base image's.
    fn is_inherited(&self, key: &str) -> bool {
        let is_of_base = |evidence| matches!(evidence, Evidence::BaseConfig | Evidence::BaseTable);
        let is_own = self.file.labels.get(key).is_some_and(|label| label.step.is_some());
        !is_own && matches!(self.facts.label(key), Fact::Known(_, evidence) if is_of_base(*evidence))
    }

    /// The value that a fix gives to a label, in quotes: what is known of it, or a word that calls for a person.
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

    /// Where a label is added to the stage that is built. The label `maintainer` takes the place of a `MAINTAINER`.
    fn new_label(&self, key: &str) -> Option<(Span, String)> {
        let stage = || self.file.stages.get(self.file.target?);
        let body = || self.file.instructions.get(stage()?.instructions.clone());
        let author = || body()?.iter().rev().find_map(maintainer::as_label);
        if let Some(edit) = (key == "maintainer").then(author).flatten() {
            return Some(edit);
        }
        self.insertion(&[Keyword::Label], &format!("LABEL {key}={}", self.label_value(key)))
    }

    /// What runs to build the target, in order; an `ONBUILD` only keeps its instruction for another build.
    fn steps(&self) -> impl Iterator<Item = (usize, &'a Step, &'a Instruction<'a>)> {
        let file = self.file;
        let steps = file.steps.iter().enumerate();
        steps
            .filter_map(move |(at, step)| Some((at, step, file.instruction(at)?)))
            .filter(|(_, _, instruction)| instruction.keyword != Keyword::Onbuild)
    }

    /// Where an instruction is inserted into the stage that is built, as `(place, text before, text after)`: after the
    /// last one of `after`, or else after its `FROM`.
    fn insertion(&self, after: &[Keyword], text: &str) -> Option<(Span, String)> {
        let stage = self.file.stages.get(self.file.target?)?;
        let body = self.file.instructions.get(stage.instructions.clone())?;
        let last = body.iter().rev().find(|instruction| after.contains(&instruction.keyword));
        self.line_after(last.or(self.from())?, text)
    }

    /// Offers to end the stage that is built as a user other than root.
    fn leave_root(&self, draft: &mut Draft) {
        if let Some((place, line)) = self.stage_end("USER 1001") {
            draft.fix(Safety::Unsafe, "run as user 1001", place, line);
        }
    }

    /// Where an instruction is added at the end of the stage that is built.
    fn stage_end(&self, text: &str) -> Option<(Span, String)> {
        let stage = self.file.stages.get(self.file.target?)?;
        let last = self.file.instructions.get(stage.instructions.clone())?.last();
        self.line_after(last.or(self.from())?, text)
    }

    /// Where a line is inserted after an instruction, in the file's own newlines; none if a continuation at its end would
    /// take the line into the instruction.
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

    /// Whether the last line of an instruction ends in a continuation, perhaps with blank lines and comments below.
    fn is_left_open(&self, instruction: &Instruction<'_>) -> bool {
        let mut lines = instruction.extent.of(self.file.input).rsplit(|byte| *byte == b'\n');
        let last = lines.find(|line| !matches!(line.trim_ascii_start().first(), None | Some(b'#')));
        let is_escaped = last.is_some_and(|line| line.trim_ascii_end().ends_with(&[self.file.escape as u8]));
        is_escaped && instruction.heredocs.is_empty()
    }
}
