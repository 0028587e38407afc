//! `Submission` and `Image`.

use std::path::{Path, PathBuf};

use pyo3::{
    Borrowed, IntoPyObjectExt,
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDict, PyString, PyTuple},
};
use rekey_core::{
    Source, Text,
    dockerfile::BuildContext,
    submission::{GitSource, ImageSource},
};
use rekey_files::{
    build_context::ContextFolder,
    settings::Settings,
    submission::{LoadedSubmission, Targets},
};
use rekey_render::SourceText;

use crate::{
    convert::Units,
    error::{self, unread},
    input::{Input, Pairs, Strings, Unit},
    pickle::{Reduced, reduce_text},
    report::Report,
    target::wrong,
};

/// Content as a Python object, which is read when it is checked.
struct Content(Py<PyAny>);

impl Content {
    fn read<'a>(&'a self, py: Python<'a>) -> PyResult<Input<'a>> {
        self.0.bind_borrowed(py).extract()
    }

    fn is_path(&self, py: Python<'_>) -> bool {
        let content = self.0.bind(py);
        !content.is_instance_of::<PyString>() && !content.is_instance_of::<PyBytes>()
    }
}

impl Content {
    /// Content that was read elsewhere: a `str` if possible.
    fn of(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into_py_any(py).map(Self),
            Err(_) => PyBytes::new(py, bytes).into_py_any(py).map(Self),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Content {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let content = Self(given.to_owned().unbind());
        if content.is_path(given.py()) && !given.hasattr("__fspath__")? {
            let found = given.get_type().name()?;
            return Err(PyTypeError::new_err(format!("expected str, bytes or os.PathLike, found {found}")));
        }
        Ok(content)
    }
}

/// One image of a submission: its Dockerfile, the inputs of its build, and its names.
///
/// >>> image = Image(tag="1.0-1", labels={"name": "acme/app"})
/// >>> image.tag, image.labels
/// ('1.0-1', {'name': 'acme/app'})
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Image {
    name: Option<String>,
    dockerfile: Option<Content>,
    tag: Option<Content>,
    published: Vec<String>,
    reference: Option<Content>,
    auth_file: Option<Content>,
    registry_key: Option<Content>,
    build_args: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    stage: Option<String>,
    base_config: Option<Content>,
    context: Option<PathBuf>,
}

/// The submission of a partner to Red Hat, as a whole. Each field may be missing: the flow decides which ones
/// are required.
///
/// ``str`` and ``bytes`` are content, paths are files, which are read when the submission is checked. A
/// single image can be given by its fields, multiple ones by ``images``. A submission that contains a key
/// cannot be pickled, copied or hashed; one that names the key's file can.
///
/// >>> submission = Submission(git_url="https://github.com/acme/app", tag="1.0-1")
/// >>> submission.git_url, submission.images[0].tag
/// ('https://github.com/acme/app', '1.0-1')
/// >>> import pickle
/// >>> pickle.dumps(Submission(private_key="..."))
/// Traceback (most recent call last):
///     ...
/// TypeError: a Submission with a private key cannot be pickled, copied or hashed: pass the path of its file
#[pyclass(frozen, module = "rekey")]
pub(crate) struct Submission {
    git_url: Option<Content>,
    private: Option<bool>,
    private_key: Option<Content>,
    public_key: Option<Content>,
    fingerprint: Option<Content>,
    images: Vec<Py<Image>>,
    folder: Option<Folder>,
}

/// The origin of a submission, and the texts that were read.
struct Folder {
    path: PathBuf,
    loaded: LoadedSubmission,
}

#[pymethods]
impl Image {
    #[new]
    #[pyo3(
        signature = (*, name = None, dockerfile = None, tag = None, published = Strings::default(), reference = None,
                     auth_file = None, registry_key = None, build_args = None, labels = None, stage = None,
                     base_config = None, context = None),
        text_signature = "(*, name=None, dockerfile=None, tag=None, published=(), reference=None, auth_file=None, registry_key=None, build_args=None, labels=None, stage=None, base_config=None, context=None)"
    )]
    fn new(
        name: Option<String>,
        dockerfile: Option<Content>,
        tag: Option<Content>,
        published: Strings,
        reference: Option<Content>,
        auth_file: Option<Content>,
        registry_key: Option<Content>,
        build_args: Option<Pairs>,
        labels: Option<Pairs>,
        stage: Option<String>,
        base_config: Option<Content>,
        context: Option<PathBuf>,
    ) -> Self {
        Self {
            name,
            dockerfile,
            tag,
            published: published.0,
            reference,
            auth_file,
            registry_key,
            build_args: build_args.unwrap_or_default().0,
            labels: labels.unwrap_or_default().0,
            stage,
            base_config,
            context,
        }
    }

    /// The name in reports, if there are multiple images.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The Dockerfile, by content or path.
    #[getter]
    fn dockerfile(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.dockerfile.as_ref())
    }

    /// The image tag.
    #[getter]
    fn tag(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.tag.as_ref())
    }

    /// The tags that the image was already published with.
    #[getter]
    fn published<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.published)
    }

    /// The reference that the image is pushed to.
    #[getter]
    fn reference(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.reference.as_ref())
    }

    /// Values of build arguments.
    #[getter]
    fn build_args<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.build_args)
    }

    /// Labels that the build sets.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        dict(py, &self.labels)
    }

    /// The stage to build.
    #[getter]
    fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// The config JSON of the base image, by content or path.
    #[getter]
    fn base_config(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.base_config.as_ref())
    }

    /// The folder that the build copies from.
    #[getter]
    fn context(&self) -> Option<&Path> {
        self.context.as_deref()
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.arguments(py)?.eq(other.arguments(py)?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let tag =
            self.tag(py).map_or_else(|| Ok("no tag".to_owned()), |tag| Ok(tag.bind(py).repr()?.to_string()));
        tag.map(|tag: String| match &self.name {
            Some(name) => format!("<Image {name}: {tag}>"),
            None => format!("<Image {tag}>"),
        })
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        if self.holds_a_secret(py) {
            return Err(PyTypeError::new_err(
                "an Image with a registry key or credentials cannot be pickled, copied or hashed: pass the path of the file",
            ));
        }
        Ok((PyTuple::empty(py), self.arguments(py)?))
    }
}

impl Image {
    /// The arguments of its constructor.
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let arguments = PyDict::new(py);
        arguments.set_item("name", &self.name)?;
        arguments.set_item("dockerfile", self.dockerfile(py))?;
        arguments.set_item("tag", self.tag(py))?;
        arguments.set_item("published", self.published(py)?)?;
        arguments.set_item("reference", self.reference(py))?;
        arguments.set_item("auth_file", given(py, self.auth_file.as_ref()))?;
        arguments.set_item("registry_key", given(py, self.registry_key.as_ref()))?;
        arguments.set_item("build_args", self.build_args(py)?)?;
        arguments.set_item("labels", self.labels(py)?)?;
        arguments.set_item("stage", &self.stage)?;
        arguments.set_item("base_config", self.base_config(py))?;
        arguments.set_item("context", self.context())?;
        Ok(arguments)
    }

    /// Converts an image that was read elsewhere.
    fn read(py: Python<'_>, from: &ImageSource<'_>) -> PyResult<Self> {
        let content = |text: Option<&[u8]>| text.map(|text| Content::of(py, text)).transpose();
        Ok(Self {
            name: from.name.map(str::to_owned),
            dockerfile: content(from.dockerfile.as_ref().map(Text::bytes))?,
            tag: content(from.tag.as_ref().map(Text::bytes))?,
            published: from.published.to_vec(),
            reference: content(from.reference.as_ref().map(Text::bytes))?,
            auth_file: None,
            registry_key: None,
            build_args: from.build_args.to_vec(),
            labels: from.labels.to_vec(),
            stage: from.stage.map(str::to_owned),
            base_config: content(from.base_config)?,
            context: None,
        })
    }

    fn holds_a_secret(&self, py: Python<'_>) -> bool {
        let secrets = [&self.auth_file, &self.registry_key];
        secrets.into_iter().flatten().any(|secret| !secret.is_path(py))
    }

    fn is_empty(&self) -> bool {
        let texts = [
            &self.dockerfile,
            &self.tag,
            &self.reference,
            &self.auth_file,
            &self.registry_key,
            &self.base_config,
        ];
        texts.iter().all(|text| text.is_none())
            && self.published.is_empty()
            && self.build_args.is_empty()
            && self.labels.is_empty()
            && self.stage.is_none()
            && self.context.is_none()
    }
}

#[pymethods]
impl Submission {
    #[new]
    #[pyo3(
        signature = (*, git_url = None, private = None, private_key = None, public_key = None, fingerprint = None,
                     dockerfile = None, tag = None, published = Strings::default(), reference = None,
                     auth_file = None, registry_key = None, build_args = None, labels = None, stage = None,
                     base_config = None, context = None, images = None),
        text_signature = "(*, git_url=None, private=None, private_key=None, public_key=None, fingerprint=None, dockerfile=None, tag=None, published=(), reference=None, auth_file=None, registry_key=None, build_args=None, labels=None, stage=None, base_config=None, context=None, images=None)"
    )]
    fn new(
        py: Python<'_>,
        git_url: Option<Content>,
        private: Option<bool>,
        private_key: Option<Content>,
        public_key: Option<Content>,
        fingerprint: Option<Content>,
        dockerfile: Option<Content>,
        tag: Option<Content>,
        published: Strings,
        reference: Option<Content>,
        auth_file: Option<Content>,
        registry_key: Option<Content>,
        build_args: Option<Pairs>,
        labels: Option<Pairs>,
        stage: Option<String>,
        base_config: Option<Content>,
        context: Option<PathBuf>,
        images: Option<Vec<Py<Image>>>,
    ) -> PyResult<Self> {
        let image = Image {
            name: None,
            dockerfile,
            tag,
            published: published.0,
            reference,
            auth_file,
            registry_key,
            build_args: build_args.unwrap_or_default().0,
            labels: labels.unwrap_or_default().0,
            stage,
            base_config,
            context,
        };
        let images = match images {
            Some(_) if !image.is_empty() => {
                return Err(PyValueError::new_err(
                    "expected the fields of one image or `images`, found both",
                ));
            }
            Some(images) => images,
            None if image.is_empty() => Vec::new(),
            None => vec![Py::new(py, image)?],
        };
        Ok(Self { git_url, private, private_key, public_key, fingerprint, images, folder: None })
    }

    /// Loads the submission in a folder, or that of a ``rekey.toml``: the files that it names, and inputs
    /// found in the checkout. Raises ``OSError`` if a file cannot be read, and ``ValueError`` if
    /// ``rekey.toml`` is invalid or there is nothing to check.
    ///
    /// Offsets of its findings count bytes. It is pickled as its path.
    ///
    /// >>> import pathlib, tempfile
    /// >>> with tempfile.TemporaryDirectory() as folder:
    /// ...     _ = pathlib.Path(folder, "rekey.toml").write_text("[[image]]\ntag = '1.0'\n")
    /// ...     submission = Submission.from_path(folder)
    /// >>> submission.images[0].tag, check_submission(submission).passed
    /// ('1.0', False)
    #[staticmethod]
    pub(crate) fn from_path(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let loaded = py.detach(|| LoadedSubmission::from_path(&path)).map_err(error::load)?;
        let read = loaded.submission();
        let git_url = read.git.url.as_ref().map(|text| Content::of(py, text.bytes())).transpose()?;
        let private = read.git.private;
        let images = read.images.iter().map(|image| Py::new(py, Image::read(py, image)?));
        let images = images.collect::<PyResult<_>>()?;
        let folder = Some(Folder { path, loaded });
        Ok(Self { git_url, private, private_key: None, public_key: None, fingerprint: None, images, folder })
    }

    /// The folder or ``rekey.toml`` that it was read from.
    #[getter]
    fn path(&self) -> Option<&Path> {
        self.folder.as_ref().map(|folder| folder.path.as_path())
    }

    /// The git source URL.
    #[getter]
    fn git_url(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.git_url.as_ref())
    }

    /// True for a private repository, false for a public one; ``None`` if unknown.
    #[getter]
    fn private(&self) -> Option<bool> {
        self.private
    }

    /// The public half that the git host has, by content or path.
    #[getter]
    fn public_key(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.public_key.as_ref())
    }

    /// The fingerprint that the git host shows.
    #[getter]
    fn fingerprint(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        given(py, self.fingerprint.as_ref())
    }

    /// The images that are built, at least one.
    #[getter]
    fn images<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.images)
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.arguments(py)?.eq(other.arguments(py)?)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        if let Some(folder) = &self.folder {
            return format!("<Submission of {}>", folder.path.display());
        }
        let key = match &self.private_key {
            None => "no key",
            Some(key) if key.is_path(py) => "a key's path",
            Some(_) => "a key",
        };
        let url = if self.git_url.is_some() { "a git URL" } else { "no git URL" };
        let images = self.images.len();
        format!("<Submission of {url}, {key} and {images} image{}>", if images == 1 { "" } else { "s" })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        if let Some(folder) = &self.folder {
            return reduce_text(py, "Submission", &folder.path.to_string_lossy());
        }
        if self.private_key.as_ref().is_some_and(|key| !key.is_path(py)) {
            return Err(PyTypeError::new_err(
                "a Submission with a private key cannot be pickled, copied or hashed: pass the path of its file",
            ));
        }
        for image in self.images.iter().filter(|image| image.get().holds_a_secret(py)) {
            image.get().__getnewargs_ex__(py)?;
        }
        let state = (py.get_type::<Self>(), PyTuple::empty(py), self.arguments(py)?);
        Ok((py.import("copyreg")?.getattr("__newobj_ex__")?, state.into_pyobject(py)?))
    }
}

impl Submission {
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let arguments = PyDict::new(py);
        arguments.set_item("git_url", self.git_url(py))?;
        arguments.set_item("private", self.private)?;
        arguments.set_item("private_key", given(py, self.private_key.as_ref()))?;
        arguments.set_item("public_key", self.public_key(py))?;
        arguments.set_item("fingerprint", self.fingerprint(py))?;
        arguments.set_item("images", self.images(py)?)?;
        if let Some(path) = self.path() {
            arguments.set_item("path", path)?;
        }
        Ok(arguments)
    }

    /// Reads the files that are given by path, and checks all submissions, without blocking other threads.
    pub(crate) fn check(py: Python<'_>, batch: &[&Self], settings: &Settings) -> PyResult<Vec<Report>> {
        let target = settings.to_target().map_err(wrong)?;
        let batch: Vec<_> =
            batch.iter().map(|one| BatchEntry::of(py, one, settings)).collect::<PyResult<_>>()?;
        let reports = py.detach(|| {
            let sources: Vec<_> = batch.iter().map(BatchEntry::source).collect();
            let mut reports = rekey_core::check_submissions(&sources, &target);
            reports.iter_mut().zip(&batch).for_each(|(report, from)| from.settle(report, settings));
            reports
        });
        let each = reports.into_iter().zip(&batch);
        Ok(each.map(|(report, from)| Report::new(report, from.units()).noticed(from.notices())).collect())
    }

    /// Calls `show` with the text of each source except the key.
    pub(crate) fn with_texts<T>(
        &self,
        py: Python<'_>,
        show: impl for<'t> FnOnce(&'t SourceText<'t>) -> T,
    ) -> PyResult<T> {
        if let Some(Folder { loaded, .. }) = &self.folder {
            return Ok(show(&|source| loaded.source_text(source)));
        }
        let read = SubmissionInputs::of(py, self)?;
        let texts: Vec<_> = read.texts().map(|one| (one.text_source(), one.input.bytes())).collect();
        Ok(show(&|source| texts.iter().find(|(known, _)| known == source).map(|(_, text)| *text)))
    }
}

/// A submission with all inputs of its check.
enum BatchEntry<'a> {
    Fields(Box<SubmissionInputs<'a>>),
    Folder(&'a LoadedSubmission, Targets),
}

impl<'a> BatchEntry<'a> {
    fn of(py: Python<'a>, from: &'a Submission, settings: &Settings) -> PyResult<Self> {
        match &from.folder {
            Some(Folder { loaded, .. }) => Ok(Self::Folder(loaded, loaded.targets(settings).map_err(wrong)?)),
            None => Ok(Self::Fields(Box::new(SubmissionInputs::of(py, from)?))),
        }
    }

    fn settle(&self, report: &mut rekey_core::Report, settings: &Settings) {
        if let Self::Folder(loaded, _) = self {
            loaded.settle(report, settings);
        }
    }

    fn source(&self) -> rekey_core::Submission<'_> {
        match self {
            Self::Fields(read) => read.source(),
            Self::Folder(loaded, policies) => loaded.judged_by(policies),
        }
    }

    fn notices(&self) -> &[String] {
        match self {
            Self::Fields(_) => &[],
            Self::Folder(loaded, _) => loaded.notices(),
        }
    }

    fn units(&self) -> Units {
        match self {
            Self::Fields(read) => Units::Chars(read.chars()),
            Self::Folder(..) => Units::All(Unit::Bytes),
        }
    }
}

/// The contents of the fields of a submission.
struct SubmissionInputs<'a> {
    git: Option<FieldInput<'a>>,
    private: Option<bool>,
    key: Option<FieldInput<'a>>,
    public_key: Option<FieldInput<'a>>,
    fingerprint: Option<FieldInput<'a>>,
    images: Vec<ImageInputs<'a>>,
}

impl<'a> SubmissionInputs<'a> {
    fn of(py: Python<'a>, from: &'a Submission) -> PyResult<Self> {
        let several = from.images.len() > 1;
        let image =
            |(at, image): (usize, &'a Py<Image>)| ImageInputs::of(py, image.get(), several.then_some(at));
        Ok(Self {
            git: FieldInput::of(py, from.git_url.as_ref(), "git.url")?,
            private: from.private,
            key: FieldInput::of(py, from.private_key.as_ref(), "git.key")?,
            public_key: FieldInput::of(py, from.public_key.as_ref(), "git.public-key")?,
            fingerprint: FieldInput::of(py, from.fingerprint.as_ref(), "git.key-fingerprint")?,
            images: from.images.iter().enumerate().map(image).collect::<PyResult<_>>()?,
        })
    }

    /// All texts except the key.
    fn texts(&self) -> impl Iterator<Item = &FieldInput<'a>> {
        let of_images =
            self.images.iter().flat_map(|image| [&image.dockerfile, &image.tag, &image.reference]).flatten();
        [&self.git, &self.public_key, &self.fingerprint].into_iter().flatten().chain(of_images)
    }

    /// The names of the texts whose offsets count code points.
    fn chars(&self) -> Vec<String> {
        let secrets = self.images.iter().flat_map(|image| [&image.auth_file, &image.registry_key]).flatten();
        let all = self.texts().chain(&self.key).chain(secrets);
        all.filter(|one| one.input.unit() == Unit::Chars).map(|one| one.name.clone()).collect()
    }

    fn source(&self) -> rekey_core::Submission<'_> {
        rekey_core::Submission {
            git: GitSource {
                url: self.git.as_ref().map(FieldInput::text),
                found: false,
                private: self.private,
                key: self.key.as_ref().map(FieldInput::text),
                key_mode: self.key.as_ref().and_then(|key| key.input.mode()),
                public_key: self.public_key.as_ref().map(FieldInput::text),
                key_fingerprint: self.fingerprint.as_ref().map(FieldInput::text),
            },
            images: self.images.iter().map(ImageInputs::source).collect(),
            ..rekey_core::Submission::default()
        }
    }
}

/// The content of a field, with the name that reports use.
struct FieldInput<'a> {
    input: Input<'a>,
    name: String,
}

impl<'a> FieldInput<'a> {
    fn of(py: Python<'a>, content: Option<&'a Content>, name: &str) -> PyResult<Option<Self>> {
        let read = |content: &'a Content| Ok(Self { input: content.read(py)?, name: name.to_owned() });
        content.map(read).transpose()
    }

    fn text(&self) -> Text<'_> {
        self.input.text().called(self.text_source())
    }

    fn text_source(&self) -> Source {
        match &self.input {
            Input::File(file) => file.source(),
            _ => Source::named_field(self.name.as_str()),
        }
    }
}

/// The contents of the fields of an image.
struct ImageInputs<'a> {
    image: &'a Image,
    dockerfile: Option<FieldInput<'a>>,
    tag: Option<FieldInput<'a>>,
    reference: Option<FieldInput<'a>>,
    auth_file: Option<FieldInput<'a>>,
    registry_key: Option<FieldInput<'a>>,
    base_config: Option<Input<'a>>,
    context: Option<ContextFolder>,
}

impl<'a> ImageInputs<'a> {
    /// `number` distinguishes multiple images without a name.
    fn of(py: Python<'a>, image: &'a Image, number: Option<usize>) -> PyResult<Self> {
        let field = |field: &str| match (number, &image.name) {
            (None, _) => field.to_owned(),
            (Some(_), Some(name)) => format!("image.{name}.{field}"),
            (Some(number), None) => format!("image.{number}.{field}"),
        };
        let dockerfile = FieldInput::of(py, image.dockerfile.as_ref(), &field("dockerfile"))?;
        let beside = dockerfile.as_ref().and_then(|read| read.input.path());
        let context = image.context.as_ref().map(|path| ContextFolder::open(path, beside)).transpose();
        Ok(Self {
            image,
            context: context.map_err(unread)?,
            dockerfile,
            tag: FieldInput::of(py, image.tag.as_ref(), &field("tag"))?,
            reference: FieldInput::of(py, image.reference.as_ref(), &field("reference"))?,
            auth_file: FieldInput::of(py, image.auth_file.as_ref(), &field("auth-file"))?,
            registry_key: FieldInput::of(py, image.registry_key.as_ref(), &field("registry-key"))?,
            base_config: image.base_config.as_ref().map(|config| config.read(py)).transpose()?,
        })
    }

    fn source(&self) -> ImageSource<'_> {
        ImageSource {
            name: self.image.name.as_deref(),
            dockerfile: self.dockerfile.as_ref().map(FieldInput::text),
            tag: self.tag.as_ref().map(FieldInput::text),
            published: &self.image.published,
            reference: self.reference.as_ref().map(FieldInput::text),
            auth_file: self.auth_file.as_ref().map(FieldInput::text),
            registry_key: self.registry_key.as_ref().map(FieldInput::text),
            build_args: &self.image.build_args,
            labels: &self.image.labels,
            stage: self.image.stage.as_deref(),
            base_config: self.base_config.as_ref().map(Input::bytes),
            context: self.context.as_ref().map(|folder| folder as &dyn BuildContext),
            ..ImageSource::default()
        }
    }
}

fn given(py: Python<'_>, content: Option<&Content>) -> Option<Py<PyAny>> {
    content.map(|content| content.0.clone_ref(py))
}

fn dict<'py>(py: Python<'py>, pairs: &[(String, String)]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (key, value) in pairs {
        dict.set_item(key, value)?;
    }
    Ok(dict)
}
