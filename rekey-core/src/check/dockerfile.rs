//! `check_dockerfile`.

use std::collections::BTreeMap;

use super::{find_causes, image::document_section, run, secrets::Secrets, section};
use crate::{
    dockerfile::{
        BaseConfig, BuildContext, Dockerfile, Options, Summary, build_context::View, names_secret, shell,
    },
    facts::{
        ImageFacts, Settle,
        base_files::BaseFiles,
        base_images,
        dockerfile::{Root, facts},
        licenses::Licenses,
        packages,
    },
    finding::{Draft, Source},
    image::config::{Config, read_config},
    input::Text,
    mask,
    report::{Facts, Report, Section},
    rule::Subject,
    rules::{
        dockerfile::{
            AFTER_IGNORES, CAUSES, Context, Entry, IGNORE_FILE_RULES, RULES, ignore::Ignores,
            template::Template,
        },
        image::Document,
    },
    target::Target,
};

/// Checks whether a Dockerfile can be built, and forecasts what openshift-preflight will report about the
/// image.
///
/// ```
/// use rekey_core::{Target, check_dockerfile};
///
/// let report = check_dockerfile("FROM registry.access.redhat.com/ubi9\nUSER root\n", &Target::default());
/// assert!(report.findings().any(|finding| finding.rule().id == "dockerfile-user-root"));
/// let forecast = report.forecast();
/// let user = forecast.iter().find(|row| row.check == "RunAsNonRoot").unwrap();
/// assert_eq!(user.outcome.as_str(), "fail");
/// ```
pub fn check_dockerfile<'a>(input: impl Into<DockerfileInput<'a>>, target: &Target) -> Report {
    let input = input.into();
    let config = input.base_config.map(read_config);
    let base = config.as_ref().and_then(|config| config.as_ref().ok());
    let view = input.context.map(View::of);
    let setting = Setting { input: &input, base, view: view.as_ref(), target };
    setting.judge(input.text.bytes(), |context| {
        let mut found = drafts(context);
        let again = |text: &[u8]| setting.judge(text, drafts);
        let rank = |draft: &Draft| {
            let is_cause = |(entry, case): &(&Entry, Option<&str>)| {
                entry.rule == *draft.rule && (case.is_none() || *case == draft.parameter.as_deref())
            };
            CAUSES.iter().position(is_cause)
        };
        find_causes(&mut found, input.text.bytes(), rank, again);
        let of_ignore_file =
            run(IGNORE_FILE_RULES, target, |entry, findings| (entry.check)(context, findings));
        let file = context.file;
        let mut image = match context.foreign {
            _ if file.first_error().is_some() => {
                ImageFacts::unknown("the Dockerfile cannot be built", Settle::Dockerfile)
            }
            _ if !of_ignore_file.is_empty() => ImageFacts::unknown(
                "the build does not start: `.dockerignore` cannot be read",
                Settle::Context,
            ),
            Some(base) if base.is_windows() => ImageFacts::unknown(
                "the image is for Windows; preflight checks Linux images only",
                Settle::Image,
            ),
            _ => context.facts.clone(),
        };
        let mut summary = Summary::from(file);
        let mut secrets = secrets(file, &input);
        let Summary { base: base_name, user, labels, .. } = &mut summary;
        hide_keys(labels);
        let hidden =
            secrets.hide_values(base_name.iter_mut().chain(user).chain(labels.values_mut().flatten()));
        // What the image has beside the file's own labels and user comes from other inputs.
        if hidden || !secrets.values.is_empty() || base.is_some() || !input.labels.is_empty() {
            secrets.hide_in_image(&mut image);
        }
        let facts = Facts::Dockerfile(Box::new(summary));
        let section = section(Subject::Dockerfile, &input.text, "dockerfile", found, target, facts, secrets);
        let mut sections = vec![Section { image: Some(Box::new(image)), ..section }];
        if let Some(view) = view.as_ref().filter(|_| !of_ignore_file.is_empty()) {
            sections.push(ignore_file_section(view, of_ignore_file, target));
        }
        if let (Some(json), Some(config @ Err(_))) = (input.base_config, &config) {
            sections.push(document_section(
                &json.into(),
                "base_config",
                &Document::Config(config.clone()),
                target,
            ));
        }
        Report::joined(target, sections)
    })
}

/// The other inputs of a check. The text is passed separately, so that a changed text can be judged with the same inputs.
struct Setting<'s> {
    input: &'s DockerfileInput<'s>,
    base: Option<&'s Config>,
    view: Option<&'s View<'s>>,
    target: &'s Target,
}

impl Setting<'_> {
    /// Reads a text and hands what is known of it to `then`.
    fn judge<R>(&self, text: &[u8], then: impl FnOnce(&Context<'_>) -> R) -> R {
        let Self { input, base, view, target } = *self;
        let file = Dockerfile::parse(text, &options(input, base));
        let root = Root::of(&file, base);
        let runs = shell::runs(&file);
        let commands = shell::commands(&file, &runs);
        let ignores = Ignores::of(&file);
        let licenses = Licenses::of(&file, &runs, &commands, view);
        let terms = licenses.fact(&file, &runs, &commands, root.row.as_ref(), view.is_some());
        let prohibited = packages::prohibited(&file, &commands);
        let base_files = BaseFiles::of(&file, &runs, &commands, root.row.as_ref());
        let image = facts(&file, input.labels, &root, terms, &prohibited, &base_files);
        let template = Template::find(&file);
        then(&Context {
            file: &file,
            facts: &image,
            base: root.row,
            foreign: root.foreign,
            commands: &commands,
            licenses,
            prohibited: &prohibited,
            base_files: &base_files,
            folder: view,
            label_values: input.label_values,
            template: template.as_ref(),
            ignores: &ignores,
            target,
        })
    }
}

/// Returns the findings of all rules that no comment ignores.
fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let judge = |table: &'static [&'static Entry]| {
        run(table, context.target, |entry, findings| (entry.check)(context, findings))
    };
    let mut drafts = judge(RULES);
    context.ignores.apply(&mut drafts);
    drafts.extend(judge(AFTER_IGNORES));
    drafts
}

/// The section of the report about the ignore file of the build context.
fn ignore_file_section(view: &View<'_>, drafts: Vec<Draft>, target: &Target) -> Section {
    let (name, text) = view.ignore_file();
    let text = Text::from(text).called(Source::file(name));
    section(Subject::Dockerfile, &text, "ignore_file", drafts, target, Facts::None, Secrets::default())
}

/// Masks label keys that contain a token.
fn hide_keys(labels: &mut BTreeMap<String, Option<String>>) {
    if labels.keys().any(|key| mask::has_token_or_key(key.as_bytes())) {
        let hidden = std::mem::take(labels).into_iter();
        labels.extend(hidden.map(|(key, value)| (mask::masked(&key), value)));
    }
}

/// The values of variables with secret names, from the file, the base image or the build arguments.
fn secrets<'a>(file: &'a Dockerfile<'_>, input: &'a DockerfileInput<'_>) -> Secrets<'a> {
    let mut secrets = Secrets { text: input.text.bytes(), ..Secrets::default() };
    let has_defaults = memchr::memmem::find(secrets.text, b"${").is_some();
    let defaults = has_defaults.then(|| file.secret_defaults()).into_iter().flatten();
    for (span, value) in file.secrets().chain(defaults) {
        secrets.spans.push(span);
        secrets.values.push(value);
    }
    let given = input.build_args.iter().filter(|(name, _)| names_secret(name));
    secrets.values.extend(given.map(|(_, value)| value.as_bytes().into()));
    secrets.values.extend(file.secret_variables().map(|value| value.as_bytes().into()));
    secrets
}

fn options(input: &DockerfileInput<'_>, base: Option<&Config>) -> Options {
    let mut options = Options {
        build_args: input.build_args.to_vec(),
        stage: input.stage.map(str::to_owned),
        base: base.map(base_config),
        base_variables: |reference| base_images::find(reference)?.variables,
        ..Options::default()
    };
    if let Some(platform) = input.platform {
        platform.clone_into(&mut options.platform);
    }
    options
}

fn base_config(config: &Config) -> BaseConfig {
    let split = |variable: &String| {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        (name.to_owned(), value.to_owned())
    };
    BaseConfig {
        user: config.user.clone(),
        labels: config.labels.clone().into_iter().collect(),
        env: config.inherited.env.iter().map(split).collect(),
        workdir: config.inherited.working_dir.clone(),
        onbuild: config.inherited.on_build.clone(),
    }
}

/// The input of [`check_dockerfile`].
#[derive(Clone, Debug)]
pub struct DockerfileInput<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) build_args: &'a [(String, String)],
    pub(crate) stage: Option<&'a str>,
    pub(crate) labels: &'a [(String, String)],
    pub(crate) base_config: Option<&'a [u8]>,
    pub(crate) platform: Option<&'a str>,
    pub(crate) context: Option<&'a dyn BuildContext>,
    pub(crate) label_values: &'a [(String, String)],
}

impl<'a> DockerfileInput<'a> {
    /// A Dockerfile alone.
    pub fn new(text: impl Into<Text<'a>>) -> Self {
        Self {
            text: text.into(),
            build_args: &[],
            stage: None,
            labels: &[],
            base_config: None,
            platform: None,
            context: None,
            label_values: &[],
        }
    }

    /// Values of build arguments, as `--build-arg` gives them.
    #[must_use]
    pub fn build_args(mut self, args: &'a [(String, String)]) -> Self {
        self.build_args = args;
        self
    }

    /// The stage to build, by name or number. Default: the last one.
    #[must_use]
    pub fn stage(mut self, stage: Option<&'a str>) -> Self {
        self.stage = stage;
        self
    }

    /// Labels that the build sets, as `--label` gives them.
    #[must_use]
    pub fn labels(mut self, labels: &'a [(String, String)]) -> Self {
        self.labels = labels;
        self
    }

    /// The config JSON of the base image, as `skopeo inspect --config` prints it.
    #[must_use]
    pub fn base_config(mut self, json: Option<&'a [u8]>) -> Self {
        self.base_config = json;
        self
    }

    /// The folder that the build copies from.
    #[must_use]
    pub fn context(mut self, folder: Option<&'a dyn BuildContext>) -> Self {
        self.context = folder;
        self
    }

    /// Values for labels that the file does not set. Only fixes use them, never a verdict.
    ///
    /// ```
    /// use rekey_core::{DockerfileInput, Target, Safety, apply_fixes, check_dockerfile};
    ///
    /// let values = [("release".to_owned(), "1".to_owned())];
    /// let file = "FROM scratch\nLABEL name=a vendor=b version=c summary=d description=e maintainer=f\n";
    /// let report = check_dockerfile(DockerfileInput::new(file).label_values(&values), &Target::default());
    /// let missing = report.findings().filter(|finding| finding.rule().id == "dockerfile-missing-label");
    /// let fixes = missing.filter_map(|finding| finding.fix());
    /// let (fixed, _) = apply_fixes(file.as_bytes(), fixes, Safety::Unsafe);
    /// assert!(fixed.ends_with(b"\nLABEL release=1\n"));
    /// ```
    #[must_use]
    pub fn label_values(mut self, values: &'a [(String, String)]) -> Self {
        self.label_values = values;
        self
    }

    /// The platform to build for, `os/architecture`. Default: `linux/amd64`.
    #[must_use]
    pub fn platform(mut self, platform: Option<&'a str>) -> Self {
        self.platform = platform;
        self
    }
}

impl<'a, T: Into<Text<'a>>> From<T> for DockerfileInput<'a> {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}
