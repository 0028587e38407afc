//! `explain_preflight_run`.

use std::collections::BTreeMap;

use super::{DockerfileInput, check_dockerfile, image, reference, run, secrets::Secrets, section};
use crate::{
    facts::{Evidence, Fact, ImageFacts, Settle},
    finding::{Draft, Source},
    forecast::{Outcome, forecast},
    image::config::read_config,
    input::{Origin, Text},
    mask,
    preflight::Check,
    preflight_run::{
        artifacts::{
            ArtifactError, CertImage, CheckResult, CheckStatus, Results, Rpm, Summary, read_rpm_manifest,
        },
        explanation::{self, LogSummary, UnexplainedCheck},
        log::Log,
    },
    reference::{ImageReference, scan},
    report::{Facts, Report, Section},
    rule::Subject,
    rules::{
        image::{Context as ImageContext, Document},
        preflight_run::{Context, RULES},
    },
    target::{Policy, PreflightVersion, Target},
    text::Span,
};

/// Explains the files that a preflight run left behind: which label, package, file or layer made each failed
/// check fail.
///
/// The policy and the version of preflight are those of the run, if the files name them.
///
/// ```
/// use rekey_core::{PreflightRunInput, Target, explain_preflight_run};
///
/// let results = r#"{"image": "quay.io/acme/app:1.0-1", "results": {"failed": [{"name": "HasRequiredLabel"}]}}"#;
/// let image = r#"{"raw_config": "{\"config\": {\"Labels\": {\"name\": \"app\"}}}"}"#;
/// let input = PreflightRunInput::default().results(Some(results.into())).cert_image(Some(image.into()));
/// let report = explain_preflight_run(&input, &Target::default());
/// assert!(report.findings().any(|finding| finding.id() == "image-missing-label:vendor"));
/// ```
pub fn explain_preflight_run(input: &PreflightRunInput<'_>, target: &Target) -> Report {
    let files = RunFiles::of(input);
    let target = files.target(target);
    let mut explainer = Explainer { files: &files, target: &target, explained: Vec::new() };
    let mut sections = Vec::new();
    sections.extend(input.log.as_ref().zip(files.log.as_ref()).map(|(text, log)| explainer.log(text, log)));
    sections.extend(explainer.reference(input.results.as_ref(), input.log.as_ref()));
    sections.extend(input.cert_image.as_ref().map(|text| explainer.cert_image(text)));
    sections.extend(input.rpm_manifest.as_ref().map(|text| explainer.rpm_manifest(text)));
    // Checks that no other file explains are reported in the section of the results, which comes first.
    sections.splice(0..0, explainer.results(input.results.as_ref(), input.log.as_ref()));
    let mut report = Report::joined(&target, sections);
    if let Some(dockerfile) = &input.dockerfile {
        report = Report::join(&target, [report, explainer.dockerfile(dockerfile)]);
    }
    report
}

/// The contents of the files.
struct RunFiles {
    results: Option<Result<Results, ArtifactError>>,
    image: Option<Result<CertImage, ArtifactError>>,
    packages: Option<Result<Vec<Rpm>, ArtifactError>>,
    log: Option<Log>,
    /// The result of each check, from the results or, without them, from the log.
    checks: Vec<CheckResult>,
}

impl RunFiles {
    fn of(input: &PreflightRunInput<'_>) -> Self {
        // Preflight opens `results.json` before it starts: an empty file means that it stopped early.
        let results = input.results.as_ref().filter(|text| !text.bytes().trim_ascii().is_empty());
        let results = results.map(|text| Results::read(text.bytes()));
        let image = input.cert_image.as_ref().map(|text| CertImage::read(text.bytes()));
        let packages = input.rpm_manifest.as_ref().map(|text| read_rpm_manifest(text.bytes()));
        let log = input.log.as_ref().map(|text| Log::read(text.bytes(), input.platform));
        let checks = match (&results, &log) {
            (Some(Ok(results)), _) => results.checks.clone(),
            (_, Some(log)) => log.checks(),
            _ => Vec::new(),
        };
        Self { results, image, packages, log, checks }
    }

    fn run(&self) -> Option<&Results> {
        self.results.as_ref()?.as_ref().ok()
    }

    fn cert_image(&self) -> Option<&CertImage> {
        self.image.as_ref()?.as_ref().ok()
    }

    /// The version of preflight as written in the files.
    fn version(&self) -> Option<&str> {
        let logged = || self.log.as_ref().and_then(|log| log.version.as_deref());
        self.run().and_then(|run| run.version.as_deref()).or_else(logged)
    }

    /// The reference that preflight checked.
    fn reference(&self) -> Option<&str> {
        let logged = || self.log.as_ref().and_then(|log| log.image.as_deref());
        self.run().and_then(|run| run.image.as_deref()).or_else(logged)
    }

    /// The policy that the checks belong to, in the version that ran.
    fn target(&self, given: &Target) -> Target {
        let ran = |check: Check| self.checks.iter().any(|one| check == *one.check);
        let known = Check::ALL.iter().any(|check| ran(*check));
        let version = self.version().and_then(PreflightVersion::recorded);
        let version = version.unwrap_or(given.preflight_version());
        // Versions before Konflux had no check of that name.
        let has_konflux = version.triple() >= Policy::Konflux.since();
        let policy = match (known, ran(Check::HasNoProhibitedPackages), ran(Check::RunAsNonRoot)) {
            (false, ..) => given.policy(),
            (true, false, true) => Policy::ScratchNonroot,
            (true, false, false) => Policy::ScratchRoot,
            (true, true, false) => Policy::Root,
            (true, true, true) if has_konflux && !ran(Check::HasProhibitedContainerName) => Policy::Konflux,
            (true, true, true) => Policy::Container,
        };
        given.judging(policy).in_version(version)
    }

    /// The facts about the image that the files contain, as preflight sees it.
    fn facts(&self) -> ImageFacts {
        let config = self.cert_image().and_then(|image| read_config(image.raw_config.as_bytes()).ok());
        let mut facts = config.map_or_else(
            || ImageFacts::unknown("the image's config is missing", Settle::Image),
            |config| ImageFacts::from(&config),
        );
        if let Some(Ok(packages)) = &self.packages {
            let names: Vec<_> = packages.iter().map(|package| package.name.clone()).collect();
            let names =
                if names.is_empty() { Err("preflight found no RPM database".into()) } else { Ok(names) };
            facts.packages = Fact::Known(names, Evidence::Config);
        }
        let reference = self.reference().and_then(|text| ImageReference::parse(text).ok());
        match reference {
            Some(reference) => facts.completed_by(reference::image_facts(&reference, Evidence::Reference)),
            None => facts,
        }
    }
}

/// The state while the failed checks of a run are explained, file by file.
struct Explainer<'r> {
    files: &'r RunFiles,
    target: &'r Target,
    /// The checks whose cause a finding names.
    explained: Vec<Check>,
}

impl Explainer<'_> {
    /// Keeps the findings about checks that failed.
    fn keep(&mut self, mut drafts: Vec<Draft>) -> Vec<Draft> {
        drafts.retain(|draft| self.speaks_of_a_failure(draft));
        self.explained.extend(drafts.iter().flat_map(|draft| draft.rule.checks()));
        drafts
    }

    /// Runs the rules about preflight runs on one file.
    fn judge(&mut self, context: &Context<'_>) -> Vec<Draft> {
        self.keep(run(RULES, self.target, |entry, findings| (entry.check)(context, findings)))
    }

    /// Runs the rules about images on one file.
    fn judge_image(&mut self, context: &ImageContext<'_>) -> Vec<Draft> {
        self.keep(image::judge(context, self.target))
    }

    /// Returns true if one of the rule's checks failed, or if the rule is about no check.
    fn speaks_of_a_failure(&self, draft: &Draft) -> bool {
        let checks = draft.rule.checks();
        checks.is_empty() || self.files.checks.is_empty() || checks.iter().any(|check| self.failed(*check))
    }

    fn failed(&self, check: Check) -> bool {
        self.files.checks.iter().any(|one| check == *one.check && one.status != CheckStatus::Passed)
    }

    fn section(&self, subject: Subject, text: &Text<'_>, field: &'static str, drafts: Vec<Draft>) -> Section {
        section(subject, text, field, drafts, self.target, Facts::None, Secrets::default())
    }

    fn log(&mut self, text: &Text<'_>, log: &Log) -> Section {
        let failed = self.failed(Check::HasLicense);
        let logged = LogSummary::of(log, self.files.cert_image(), failed);
        let mut drafts = self.judge_image(&ImageContext::Log(&logged));
        drafts.extend(self.judge(&Context::Log(&logged)));
        self.section(Subject::PreflightRun, text, "preflight.log", drafts)
    }

    /// The findings about the reference that preflight checked, placed in the results or the log.
    fn reference(&mut self, results: Option<&Text<'_>>, log: Option<&Text<'_>>) -> Option<Section> {
        let image = self.files.reference()?;
        let (text, place) = [results, log]
            .into_iter()
            .flatten()
            .find_map(|text| Some((text, place_of(image.as_bytes(), text.bytes())?)))?;
        let scan = scan(image.as_bytes());
        let reference = ImageReference::from_scan(&scan)?;
        let mut drafts = self.keep(reference::judge(&scan, Some(&reference), None, self.target));
        // Rules about where to push do not explain a result of preflight.
        drafts.retain(|draft| !draft.rule.checks().is_empty());
        if drafts.is_empty() {
            return None;
        }
        let origin = Origin { source: text.source("results.json"), document: text.bytes(), span: place };
        let named = Text::from(image).read_from(origin);
        Some(self.section(Subject::Reference, &named, "results.json", drafts))
    }

    fn cert_image(&mut self, text: &Text<'_>) -> Section {
        let image = match self.files.image.as_ref().expect("the image was read") {
            Ok(image) => image,
            Err(problem) => return self.malformed(text, "cert-image.json", problem),
        };
        let called = Source::named_field(format!("{} raw_config", text.source("cert-image.json")));
        let config = Text::from(&image.raw_config).called(called);
        let document = Document::Config(read_config(image.raw_config.as_bytes()));
        let drafts = self.judge_image(&ImageContext::RunConfig(&document, image));
        self.section(Subject::Image, &config, "cert-image.json", drafts)
    }

    fn rpm_manifest(&mut self, text: &Text<'_>) -> Section {
        match self.files.packages.as_ref().expect("the manifest was read") {
            Err(problem) => self.malformed(text, "rpm-manifest.json", problem),
            Ok(packages) => {
                let drafts = self.judge_image(&ImageContext::Packages(packages));
                self.section(Subject::Image, text, "rpm-manifest.json", drafts)
            }
        }
    }

    fn malformed(&mut self, text: &Text<'_>, field: &'static str, problem: &ArtifactError) -> Section {
        let drafts = self.judge(&Context::ArtifactError(problem.to_string()));
        self.section(Subject::PreflightRun, text, field, drafts)
    }

    /// The section about the results or, without them, about the checks in the log.
    fn results(&mut self, results: Option<&Text<'_>>, log: Option<&Text<'_>>) -> Option<Section> {
        let text = results.or(log)?;
        if let Some(Err(problem)) = &self.files.results {
            return Some(self.malformed(text, "results.json", problem));
        }
        let files = self.files;
        let tells = |log: &Log| log.stopped.is_some() || !log.is_one;
        let turn = explanation::Outcome {
            none: files.checks.is_empty() && !files.log.as_ref().is_some_and(tells),
            open: files.checks.iter().filter_map(|one| self.open(one)).collect(),
            differ: self.different(),
            stale: self.stale(),
            outdated: Some(self.target.preflight_version()).filter(|version| version.is_outdated()),
        };
        let drafts = self.judge(&Context::Results(turn));
        let summary = Summary {
            image: files.reference().map(mask::masked),
            digest: files.cert_image().and_then(|image| image.digest.clone()),
            preflight_version: files.version().map(mask::masked),
            checks: files.checks.clone(),
        };
        let said = !drafts.is_empty() || !summary.checks.is_empty();
        let facts = Facts::PreflightRun(Box::new(summary));
        said.then(|| {
            section(
                Subject::PreflightRun,
                text,
                "results.json",
                drafts,
                self.target,
                facts,
                Secrets::default(),
            )
        })
    }

    /// Returns a check that did not pass and that no finding explains.
    fn open(&self, one: &CheckResult) -> Option<UnexplainedCheck> {
        if one.status == CheckStatus::Passed || self.explained.iter().any(|check| *check == *one.check) {
            return None;
        }
        let mut logged = self.files.log.iter().flat_map(|log| &log.verdicts);
        let logged = logged.find(|verdict| verdict.check == one.check);
        let reason = logged.and_then(|verdict| verdict.reason.clone());
        let span = logged.map(|verdict| verdict.span);
        let layers = self.files.cert_image().map_or(0, |image| image.layers.len());
        let base = self.files.cert_image().and_then(|image| image.instruction(0)).map(str::to_owned);
        let detailed = self.files.log.as_ref().map(|log| log.detailed);
        Some(UnexplainedCheck { result: one.clone(), reason, span, layers, base, detailed })
    }

    /// The checks for which the data of the run imply a different verdict from preflight's.
    fn different(&self) -> Vec<(CheckResult, String)> {
        let facts = self.files.facts();
        let source = Source::field("results.json");
        let ours: BTreeMap<_, _> = forecast(&facts, self.target, &source)
            .into_iter()
            .map(|row| (row.check, (row.outcome, row.reason)))
            .collect();
        let differs = |one: &&CheckResult| match (ours.get(&one.check.parse().ok()?)?, one.status) {
            ((Outcome::Pass, reason), CheckStatus::Failed)
            | ((Outcome::Fail, reason), CheckStatus::Passed) => Some(((*one).clone(), reason.to_string())),
            _ => None,
        };
        self.files.checks.iter().filter_map(|one| differs(&one)).collect()
    }

    /// The reasons to believe that the files are not from one run.
    fn stale(&self) -> Vec<String> {
        let files = self.files;
        let mut stale = Vec::new();
        let mut compare =
            |what: &str, here: Option<&str>, there: Option<&str>, same: fn(&str, &str) -> bool| {
                if let (Some(here), Some(there)) = (here, there)
                    && !same(here, there)
                {
                    stale.push(format!("{what}: `{}` and `{}`", mask::masked(here), mask::masked(there)));
                }
            };
        let equal = |a: &str, b: &str| a == b;
        let same_image = |a: &str, b: &str| match (ImageReference::parse(a), ImageReference::parse(b)) {
            // Go's reference parser uses another name for Docker Hub.
            (Ok(a), Ok(b)) => {
                let domain = |image: &ImageReference| image.domain().replace("index.docker.io", "docker.io");
                let named = |image: &ImageReference| {
                    let tag = image.tag().unwrap_or("latest").to_owned();
                    (image.path().to_owned(), image.digest().map_or(tag, str::to_owned))
                };
                domain(&a) == domain(&b) && named(&a) == named(&b)
            }
            _ => a == b,
        };
        let image = files.cert_image();
        let given = files.run().and_then(|run| run.image.as_deref());
        let log = files.log.as_ref();
        compare(
            "results.json and cert-image.json name different images",
            given,
            image.and_then(|image| image.reference.as_deref()),
            same_image,
        );
        compare(
            "results.json and the log name different images",
            given,
            log.and_then(|log| log.image.as_deref()),
            same_image,
        );
        compare(
            "cert-image.json and the log have different digests",
            image.and_then(|image| image.digest.as_deref()),
            log.and_then(|log| log.digest.as_deref()),
            equal,
        );
        stale
    }

    /// The report on the Dockerfile, limited to the checks that failed. Inherited values are known, since the
    /// image has them.
    fn dockerfile(&self, input: &DockerfileInput<'_>) -> Report {
        let inherited = self.files.cert_image().and_then(|image| inherited(&image.raw_config));
        let mut input = input.clone();
        if input.base_config.is_none() {
            input.base_config = inherited.as_deref();
        }
        let mut report = check_dockerfile(input, self.target);
        report.override_severities(|finding| {
            let speaks = finding.rule().checks().iter().any(|check| self.failed(*check));
            speaks.then_some(finding.severity())
        });
        report.without_forecast()
    }
}

/// A config with the values that the image may have inherited from its base: whatever the Dockerfile does not
/// set is inherited, and whatever the image lacks its base lacks too.
fn inherited(raw_config: &str) -> Option<Vec<u8>> {
    let config: serde_json::Value = serde_json::from_str(raw_config).ok()?;
    let settings = config.get("config")?;
    let user = settings.get("User").filter(|user| !user.is_null()).cloned().unwrap_or_else(|| "".into());
    let labels = settings.get("Labels").cloned().unwrap_or_default();
    serde_json::to_vec(&serde_json::json!({ "config": { "User": user, "Labels": labels } })).ok()
}

/// The place of a text in a document, as a JSON string without escapes.
fn place_of(text: &[u8], document: &[u8]) -> Option<Span> {
    let quoted = [b"\"", text, b"\""].concat();
    let at = memchr::memmem::find(document, &quoted)? + 1;
    Some(Span::new(at, at + text.len()))
}

/// The input of [`explain_preflight_run`]: the files of one preflight run, as many as there are.
#[derive(Clone, Debug, Default)]
pub struct PreflightRunInput<'a> {
    pub(crate) results: Option<Text<'a>>,
    pub(crate) cert_image: Option<Text<'a>>,
    pub(crate) rpm_manifest: Option<Text<'a>>,
    pub(crate) log: Option<Text<'a>>,
    pub(crate) platform: Option<&'a str>,
    pub(crate) dockerfile: Option<DockerfileInput<'a>>,
}

impl<'a> PreflightRunInput<'a> {
    /// `results.json`, with the outcome of each check.
    #[must_use]
    pub fn results(mut self, json: Option<Text<'a>>) -> Self {
        self.results = json;
        self
    }

    /// `cert-image.json`, with the image's config.
    #[must_use]
    pub fn cert_image(mut self, json: Option<Text<'a>>) -> Self {
        self.cert_image = json;
        self
    }

    /// `rpm-manifest.json`, with the packages.
    #[must_use]
    pub fn rpm_manifest(mut self, json: Option<Text<'a>>) -> Self {
        self.rpm_manifest = json;
        self
    }

    /// `preflight.log`, or what preflight printed on standard error.
    #[must_use]
    pub fn log(mut self, text: Option<Text<'a>>) -> Self {
        self.log = text;
        self
    }

    /// The platform of the run, such as `amd64`. A log may cover more than one.
    #[must_use]
    pub fn platform(mut self, platform: Option<&'a str>) -> Self {
        self.platform = platform;
        self
    }

    /// The Dockerfile that the image was built from, which is searched for the causes.
    #[must_use]
    pub fn dockerfile(mut self, input: Option<DockerfileInput<'a>>) -> Self {
        self.dockerfile = input;
        self
    }
}
