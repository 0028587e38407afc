//! The checks: a report about any input, never an exception about what stands in it.

use std::path::PathBuf;

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyString},
};
use rekey_core::{
    CredentialsInput, DockerfileInput, GitUrlInput, ImageInput, ImageReference, PrivateKeyInput,
    ReferenceInput, TagInput, dockerfile::BuildContext, private_key::Primality,
};
use rekey_files::{archive::ImagePath, build_context::ContextFolder};

use crate::{
    convert::Units,
    error::unread,
    input::{Day, Input, Pairs, Strings, Unit},
    options::{policy as read_policy, settings},
    report::Report,
    submission::Submission,
};

/// From how many bytes on other threads of Python run during a check; below, letting them costs more.
const LONG: usize = 4096;

/// Runs `check`, without holding up other threads where the input is long.
fn run(py: Python<'_>, input: &Input<'_>, check: impl FnOnce() -> rekey_core::Report + Send) -> Report {
    let report = if input.bytes().len() < LONG { check() } else { py.detach(check) };
    Report::new(report, Units::All(input.unit()))
}

/// Checks an image tag.
///
/// ``published`` are the tags that the image has been published with. The keywords after it say what the tag is judged
/// against and are the same for every check: ``flow`` is ``"build-service"``, ``"quay"`` or ``"external"``; ``policy`` is
/// preflight's (``"container"``, ``"root"``, ``"scratch-nonroot"``, ``"scratch-root"``, ``"konflux"``);
/// ``preflight_version`` is the newest unless given; ends of life are judged as of ``today``, a ``date`` or
/// ``"2026-11-23"``; ``severity`` changes rules: ``{"rule-id": "off"}``, ``{"rule-id:parameter": "warning"}``.
/// A wrong value of an option raises ``ValueError``; a text never does, except for a ``str`` with lone surrogates,
/// which is no text (``UnicodeEncodeError``).
///
/// >>> check_tag("1.0-1").passed
/// True
/// >>> check_tag("1.0").findings[0].message
/// 'expected a dash and a release number after `1.0`, found the end'
/// >>> check_tag("1.0", severity={"tag-missing-release": "warning"}).passed
/// True
#[pyfunction]
#[pyo3(
    signature = (text, *, published = Strings::default(), flow = "build-service", policy = "container",
                 preflight_version = None, today = None, severity = None),
    text_signature = "(text, *, published=(), flow='build-service', policy='container', preflight_version=None, today=None, severity=None)"
)]
pub(crate) fn check_tag(
    py: Python<'_>,
    text: Input<'_>,
    published: Strings,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    Ok(run(py, &text, || rekey_core::check_tag(TagInput::new(text.text()).published(&published.0), &policy)))
}

/// Checks many image tags against one policy, other threads running meanwhile: the reports in their order.
///
/// >>> [report.passed for report in check_tags(["1.0-1", "1.0"])]
/// [True, False]
#[pyfunction]
#[pyo3(
    signature = (texts, *, published = Strings::default(), flow = "build-service", policy = "container",
                 preflight_version = None, today = None, severity = None),
    text_signature = "(texts, *, published=(), flow='build-service', policy='container', preflight_version=None, today=None, severity=None)"
)]
pub(crate) fn check_tags(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    published: Strings,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Vec<Report>> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    many(py, texts, |text| rekey_core::check_tag(TagInput::new(text.text()).published(&published.0), &policy))
}

/// The reports about many inputs, other threads running meanwhile.
fn many(
    py: Python<'_>,
    inputs: &Bound<'_, PyAny>,
    check: impl Fn(&Input<'_>) -> rekey_core::Report + Send,
) -> PyResult<Vec<Report>> {
    if inputs.is_instance_of::<PyString>() || inputs.is_instance_of::<PyBytes>() {
        let found = inputs.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "expected an iterable of str, bytes or paths, found one {found}"
        )));
    }
    let given: Vec<Bound<'_, PyAny>> = inputs.try_iter()?.collect::<PyResult<_>>()?;
    let inputs: Vec<Input<'_>> = given.iter().map(PyAnyMethods::extract).collect::<PyResult<_>>()?;
    let reports: Vec<_> = py.detach(|| inputs.iter().map(check).collect());
    let each = reports.into_iter().zip(&inputs);
    Ok(each.map(|(report, input)| Report::new(report, Units::All(input.unit()))).collect())
}

/// Checks a git source URL. ``private`` says whether the repository is, where that is known.
///
/// The other keywords are those of :func:`check_tag`.
///
/// >>> check_git_url("https://github.com/acme/app").passed
/// True
#[pyfunction]
#[pyo3(signature = (text, *, private = None, flow = "build-service", policy = "container",
                    preflight_version = None, today = None, severity = None))]
pub(crate) fn check_git_url(
    py: Python<'_>,
    text: Input<'_>,
    private: Option<bool>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    Ok(run(py, &text, || rekey_core::check_git_url(GitUrlInput::new(text.text()).private(private), &policy)))
}

/// Checks many git source URLs against one policy, other threads running meanwhile: the reports in their order.
///
/// >>> [report.passed for report in check_git_urls(["https://github.com/acme/app", "github.com/acme/app"])]
/// [True, False]
#[pyfunction]
#[pyo3(signature = (texts, *, private = None, flow = "build-service", policy = "container",
                    preflight_version = None, today = None, severity = None))]
pub(crate) fn check_git_urls(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    private: Option<bool>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Vec<Report>> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    many(py, texts, |text| rekey_core::check_git_url(GitUrlInput::new(text.text()).private(private), &policy))
}

/// Checks an SSH private key: ``str`` or ``bytes`` are its content, a path is its file.
///
/// ``public_key`` and ``fingerprint`` are what the git host shows: they must belong to the key. ``mode`` are the
/// permission bits of its file, where it is not read here. ``quick`` tests the primes to base 2 only, which takes a third
/// of the time and finds accidents but not every forgery. The report holds no key material. A file that is read here is
/// wiped from memory afterwards; Python's own ``str`` and ``bytes`` cannot be.
/// The other keywords are those of :func:`check_tag`.
///
/// >>> check_private_key("").to_json().count("BEGIN")
/// 0
#[pyfunction]
#[pyo3(signature = (data, *, public_key = None, fingerprint = None, mode = None, quick = false, flow = "build-service",
                    policy = "container", preflight_version = None, today = None, severity = None))]
pub(crate) fn check_private_key(
    py: Python<'_>,
    data: Input<'_>,
    public_key: Option<Input<'_>>,
    fingerprint: Option<Input<'_>>,
    mode: Option<u32>,
    quick: bool,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let check = || {
        let input = PrivateKeyInput::new(data.text())
            .public_key(public_key.as_ref().map(Input::text))
            .fingerprint(fingerprint.as_ref().map(Input::text))
            .mode(mode.or(data.mode()))
            .primality(if quick { Primality::Quick } else { Primality::Full });
        rekey_core::check_private_key(input, &policy)
    };
    // The arithmetic of a key takes far longer than its bytes suggest.
    let report = py.detach(check);
    Ok(Report::new(report, Units::All(data.unit())))
}

/// Checks a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.
///
/// What it does not show can be given: ``build_args`` and ``labels`` as the build is given them, ``target`` the stage to
/// build, ``base_config`` the config JSON of the base image (``skopeo inspect --config``), ``context`` the path of the folder
/// that the build copies from, ``platform`` such as ``"linux/arm64"``. The other keywords are those of :func:`check_tag`.
///
/// >>> report = check_dockerfile("FROM registry.access.redhat.com/ubi9/ubi\n", labels={"name": "acme/app"})
/// >>> report.counts.errors == sum(finding.severity == "error" for finding in report.findings)
/// True
#[pyfunction]
#[pyo3(signature = (data, *, build_args = None, target = None, labels = None, base_config = None, context = None,
                    platform = None, flow = "build-service", policy = "container", preflight_version = None, today = None,
                    severity = None))]
pub(crate) fn check_dockerfile(
    py: Python<'_>,
    data: Input<'_>,
    build_args: Option<Pairs>,
    target: Option<&str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'_>>,
    context: Option<PathBuf>,
    platform: Option<&str>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let context = context.map(|path| ContextFolder::open(path, data.path())).transpose().map_err(unread)?;
    let build = BuildKeywords { build_args, target, labels, base_config, context, platform };
    Ok(run(py, &data, || rekey_core::check_dockerfile(build.of(&data), &policy)))
}

/// Checks many Dockerfiles that are built alike, other threads running meanwhile: the reports in their order.
///
/// The keywords are those of :func:`check_dockerfile`.
///
/// >>> reports = check_dockerfiles(["FROM scratch", "FORM scratch"])
/// >>> [any(f.rule == "dockerfile-invalid-syntax" for f in report.findings) for report in reports]
/// [False, True]
#[pyfunction]
#[pyo3(signature = (datas, *, build_args = None, target = None, labels = None, base_config = None, context = None,
                    platform = None, flow = "build-service", policy = "container", preflight_version = None, today = None,
                    severity = None))]
pub(crate) fn check_dockerfiles(
    py: Python<'_>,
    datas: &Bound<'_, PyAny>,
    build_args: Option<Pairs>,
    target: Option<&str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'_>>,
    context: Option<PathBuf>,
    platform: Option<&str>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Vec<Report>> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let context = context.map(|path| ContextFolder::open(path, None)).transpose().map_err(unread)?;
    let build = BuildKeywords { build_args, target, labels, base_config, context, platform };
    many(py, datas, |data| rekey_core::check_dockerfile(build.of(data), &policy))
}

/// How a Dockerfile is built.
struct BuildKeywords<'a> {
    build_args: Option<Pairs>,
    target: Option<&'a str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'a>>,
    context: Option<ContextFolder>,
    platform: Option<&'a str>,
}

impl BuildKeywords<'_> {
    fn of<'a>(&'a self, data: &'a Input<'_>) -> DockerfileInput<'a> {
        let pairs = |pairs: &'a Option<Pairs>| pairs.as_ref().map_or(&[][..], |pairs| &pairs.0);
        DockerfileInput::new(data.text())
            .build_args(pairs(&self.build_args))
            .stage(self.target)
            .labels(pairs(&self.labels))
            .base_config(self.base_config.as_ref().map(Input::bytes))
            .context(self.context.as_ref().map(|folder| folder as &dyn BuildContext))
            .platform(self.platform)
    }
}

/// Checks the reference that an image is pushed to, and what else is given of the image and its push.
///
/// ``published`` are the tags that the image has been published with, ``config`` and ``manifest`` its JSON documents,
/// ``auth_file`` is the file of credentials of the push (podman's ``auth.json``, docker's ``config.json``), ``registry_key``
/// the project's key. No part of the last two is shown anywhere. The other keywords are those of :func:`check_tag`.
///
/// >>> reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
/// >>> check_image(reference, flow="quay").passed
/// True
/// >>> [finding.message for finding in check_image(reference, registry_key="0A" * 30, flow="quay").findings]
/// ['expected a key of 64 uppercase letters and digits, found 60']
#[pyfunction]
#[pyo3(
    signature = (reference, *, published = Strings::default(), config = None, manifest = None, auth_file = None,
                 registry_key = None, flow = "build-service", policy = "container", preflight_version = None,
                 today = None, severity = None),
    text_signature = "(reference, *, published=(), config=None, manifest=None, auth_file=None, registry_key=None, flow='build-service', policy='container', preflight_version=None, today=None, severity=None)"
)]
pub(crate) fn check_image(
    py: Python<'_>,
    reference: Input<'_>,
    published: Strings,
    config: Option<Input<'_>>,
    manifest: Option<Input<'_>>,
    auth_file: Option<Input<'_>>,
    registry_key: Option<Input<'_>>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let report = run(py, &reference, || {
        let input = ImageInput::new(reference.text())
            .published(&published.0)
            .config(config.as_ref().map(Input::text))
            .manifest(manifest.as_ref().map(Input::text))
            .auth_file(auth_file.as_ref().map(Input::text))
            .registry_key(registry_key.as_ref().map(Input::text));
        rekey_core::check_image(input, &policy)
    });
    let beside = [
        ("config", &config),
        ("manifest", &manifest),
        ("auth_file", &auth_file),
        ("registry_key", &registry_key),
    ];
    if beside.iter().all(|(_, input)| input.is_none()) {
        return Ok(report);
    }
    let inputs = beside.iter().filter_map(|(name, input)| Some((*name, input.as_ref()?)));
    let chars = inputs.chain([("reference", &reference)]).filter(|(_, input)| input.unit() == Unit::Chars);
    Ok(report.counted(Units::Chars(chars.map(|(name, _)| name.to_owned()).collect())))
}

/// Checks the reference that an image is pushed to.
///
/// ``published`` are the tags that the image has been published with. The other keywords are those of :func:`check_tag`.
///
/// >>> [finding.rule for finding in check_reference("quay.io/acme/app:latest", flow="external").findings]
/// ['reference-latest']
#[pyfunction]
#[pyo3(
    signature = (text, *, published = Strings::default(), flow = "build-service", policy = "container",
                 preflight_version = None, today = None, severity = None),
    text_signature = "(text, *, published=(), flow='build-service', policy='container', preflight_version=None, today=None, severity=None)"
)]
pub(crate) fn check_reference(
    py: Python<'_>,
    text: Input<'_>,
    published: Strings,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let input = || ReferenceInput::new(text.text()).published(&published.0);
    Ok(run(py, &text, || rekey_core::check_reference(input(), &policy)))
}

/// Checks what an image is pushed with: an auth file, the registry key of its project, or both.
///
/// ``reference`` says which entry of the auth file is used. No part of the auth file and the key is shown anywhere. The
/// other keywords are those of :func:`check_tag`.
///
/// >>> [finding.message for finding in check_credentials(registry_key="0A" * 30, flow="quay").findings]
/// ['expected a key of 64 uppercase letters and digits, found 60']
#[pyfunction]
#[pyo3(signature = (*, auth_file = None, registry_key = None, reference = None, flow = "build-service",
                    policy = "container", preflight_version = None, today = None, severity = None))]
pub(crate) fn check_credentials(
    auth_file: Option<Input<'_>>,
    registry_key: Option<Input<'_>>,
    reference: Option<Input<'_>>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let reference = reference.and_then(|text| ImageReference::parse(text.bytes()).ok());
    let input = CredentialsInput::new()
        .auth_file(auth_file.as_ref().map(Input::text))
        .registry_key(registry_key.as_ref().map(Input::text))
        .reference(reference.as_ref());
    // No finding about credentials has a place in their text.
    Ok(Report::new(rekey_core::check_credentials(&input, &policy), Units::Chars(Vec::new())))
}

/// Checks every image of an archive on disk: what ``podman save``, ``docker save`` or ``skopeo copy`` wrote, or an OCI layout.
///
/// ``path`` is a path, or names the kind and the image as skopeo does: ``"oci:DIR:NAME"``, ``"oci-archive:FILE"``,
/// ``"docker-archive:FILE"``. ``reference`` is where the image is going to be pushed. The other keywords are those of
/// :func:`check_tag`. Nothing is written to disk. A file that cannot be read, or has no image in it, raises ``OSError``.
///
/// >>> check_image_archive("no-such.tar")
/// Traceback (most recent call last):
///     ...
/// FileNotFoundError: [Errno 2] No such file or directory: 'no-such.tar'
#[pyfunction]
#[pyo3(signature = (path, *, reference = None, flow = "build-service", policy = "container", preflight_version = None,
                    today = None, severity = None))]
pub(crate) fn check_image_archive(
    py: Python<'_>,
    path: PathBuf,
    reference: Option<Input<'_>>,
    flow: &str,
    policy: &str,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let policy = read_policy(flow, policy, preflight_version, today, severity)?;
    let path = ImagePath::parse(path.as_os_str()).unwrap_or_else(|| ImagePath::new(path));
    let text = reference.as_ref().map(Input::text);
    let report = py.detach(|| rekey_files::archive::check_image_archive(&path, text.as_ref(), &policy));
    let chars = reference.iter().filter(|reference| reference.unit() == Unit::Chars);
    let chars = chars.map(|_| "reference".to_owned()).collect();
    Ok(Report::new(report.map_err(unread)?, Units::Chars(chars)))
}

/// Checks every field of a submission, and that they fit together.
///
/// The keywords are those of :func:`check_tag`; unless given, they are what its ``rekey.toml`` says.
///
/// >>> check_submission(Submission(git_url="https://github.com/acme/app", tag="1.0")).passed
/// False
#[pyfunction]
#[pyo3(signature = (submission, *, flow = None, policy = None, preflight_version = None,
                    today = None, severity = None))]
pub(crate) fn check_submission(
    py: Python<'_>,
    submission: &Submission,
    flow: Option<&str>,
    policy: Option<&str>,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Report> {
    let settings = settings(flow, policy, preflight_version, today, severity)?;
    Ok(Submission::check(py, &[submission], &settings)?.swap_remove(0))
}

/// Checks many submissions, and that none has what another should have for itself: the reports in their order.
///
/// Only a batch shows a private key or a registry key that stands in two places, two keys with a prime in common, and two
/// images that go to one project or under one reference. The findings name the others in ``related``. The keywords are
/// those of :func:`check_submission`. Other threads run meanwhile.
///
/// >>> one, two = check_submissions([Submission(reference="quay.io/acme/app:1.0-1")] * 2)
/// >>> [other.source for finding in two.findings for other in finding.related]
/// ['submissions[0].reference']
#[pyfunction]
#[pyo3(signature = (submissions, *, flow = None, policy = None, preflight_version = None,
                    today = None, severity = None))]
pub(crate) fn check_submissions(
    py: Python<'_>,
    submissions: &Bound<'_, PyAny>,
    flow: Option<&str>,
    policy: Option<&str>,
    preflight_version: Option<&str>,
    today: Option<Day>,
    severity: Option<Pairs>,
) -> PyResult<Vec<Report>> {
    let settings = settings(flow, policy, preflight_version, today, severity)?;
    let batch = submissions.try_iter()?.map(|one| Ok(one?.cast_into::<Submission>()?));
    let batch: Vec<Bound<'_, Submission>> = batch.collect::<PyResult<_>>()?;
    Submission::check(py, &batch.iter().map(Bound::get).collect::<Vec<_>>(), &settings)
}
