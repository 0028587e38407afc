//! A submission read from a folder: `rekey.toml`, the files that it names, and inputs found in the checkout.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rekey_core::{
    Origin, Policy, Report, Source, Span, Submission, Target, TargetError, Text, check_submission,
    dockerfile::BuildContext,
    submission::{GitSource, ImageSource, UnreadField},
    suggest::nearest,
    text::printable,
};
use zeroize::Zeroizing;

use crate::{
    build_context::ContextFolder,
    config::{self, Config, ConfigError, GitConfig, ImageConfig, Published, Value},
    discover,
    folder::Folder,
    published,
    read::{self, Kind, Location, ReadError, Reason, shown},
    scope::{Changes, ScopedOverride},
    settings::Settings,
    write::{self, WriteError},
};

/// A submission with the texts that it was read from. A key's buffer is wiped on drop.
///
/// ```no_run
/// use rekey_files::{settings::Settings, submission::LoadedSubmission};
///
/// let loaded = LoadedSubmission::from_path("app")?;
/// let report = loaded.check(&Settings::default())?;
/// println!("{}", report.passed());
/// # Ok::<(), rekey_files::submission::LoadError>(())
/// ```
pub struct LoadedSubmission {
    /// The folder or `rekey.toml` that it was loaded from.
    path: PathBuf,
    settings: Settings,
    scoped: Vec<ScopedOverride>,
    base: PathBuf,
    documents: Vec<Document>,
    /// The index of `rekey.toml`.
    config: Option<usize>,
    git: LoadedGit,
    images: Vec<LoadedImage>,
    found: Vec<Source>,
    notices: Vec<String>,
    unread: Vec<ReadError>,
    unread_fields: Vec<UnreadField>,
}

/// The targets of a submission: its own, and those of images with another policy.
pub struct Targets {
    own: Target,
    images: Vec<Option<Target>>,
}

/// The content of a file, with its name in reports.
struct Document {
    source: Source,
    bytes: Vec<u8>,
    /// The path below the submission's folder, if fixes may rewrite the file.
    path: Option<PathBuf>,
}

/// A text that is checked.
enum Field {
    /// A whole document, by its index.
    Document(usize),
    /// A value in a document.
    Value { text: String, document: usize, span: Span },
}

/// The content of a key, wiped when dropped, with its name in reports.
type LoadedKey = (Source, Zeroizing<Vec<u8>>);

#[derive(Default)]
struct LoadedGit {
    url: Option<Field>,
    found: bool,
    private: Option<bool>,
    key: Option<LoadedKey>,
    key_mode: Option<u32>,
    public_key: Option<LoadedKey>,
    key_fingerprint: Option<Field>,
}

#[derive(Default)]
struct LoadedImage {
    name: Option<String>,
    dockerfile: Option<Field>,
    tag: Option<Field>,
    published: Arc<[String]>,
    reference: Option<Field>,
    build_args: Vec<(String, String)>,
    labels: Vec<(String, String)>,
    stage: Option<String>,
    base_config: Option<Arc<[u8]>>,
    context: Option<Arc<ContextFolder>>,
    policy: Option<Policy>,
    /// The paths of the Dockerfile and of the build context.
    place: (Option<String>, Option<String>),
}

/// The place of a build below the submission's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildPlace<'a> {
    /// The path of the Dockerfile, also if it is not there.
    pub dockerfile: &'a str,
    /// The path of the build context; empty for the folder itself.
    pub context: &'a str,
}

impl LoadedSubmission {
    /// Loads the submission in a folder, or that of a `rekey.toml`; every input must be readable.
    ///
    /// # Errors
    /// Returns an error if an input cannot be read, if `rekey.toml` is invalid, or if there is nothing to
    /// check.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let loaded = Self::load(path)?;
        match loaded.unread.first() {
            Some(error) => Err(LoadError::Read(error.clone())),
            None => Ok(loaded),
        }
    }

    /// Like [`Self::from_path`], except that unreadable inputs are omitted and listed in [`Self::unread`].
    ///
    /// # Errors
    /// Returns an error if the folder or `rekey.toml` cannot be read, if `rekey.toml` is invalid, or if there
    /// is nothing to check.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::load_edited(path.as_ref(), HashMap::new())
    }

    /// Loads the submission again, with other texts in place of its [files](Self::files). Nothing is written.
    ///
    /// # Errors
    /// Like those of [`Self::load`].
    pub fn with_texts(&self, texts: HashMap<Source, Vec<u8>>) -> Result<Self, LoadError> {
        Self::load_edited(&self.path, texts)
    }

    fn load_edited(path: &Path, edited: HashMap<Source, Vec<u8>>) -> Result<Self, LoadError> {
        let name = path.to_string_lossy();
        let unreadable = |error: std::io::Error| LoadError::Read(ReadError::new(name.clone(), error.into()));
        let metadata = path.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            let loader = Loader::new(path, path, edited);
            let config = Path::new(config::FILE);
            let missing = matches!(loader.folder.kind(config), Err(Reason::Missing));
            let location = Location::Below(&loader.folder.clone(), config);
            return loader.load((!missing).then_some((config::FILE, location)));
        }
        let file = path.file_name().and_then(|file| file.to_str());
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        let file =
            file.filter(|_| is_toml).ok_or_else(|| LoadError::NotAFolder { path: name.to_string() })?;
        let base = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        Loader::new(path, base, edited).load(Some((file, Location::Named(path))))
    }

    /// Keeps only the image with that name.
    ///
    /// # Errors
    /// Returns an error if no image has that name.
    pub fn keep_image(&mut self, name: &str) -> Result<(), LoadError> {
        if !self.images.iter().any(|image| image.name.as_deref() == Some(name)) {
            let names = self.images.iter().filter_map(|image| image.name.as_deref());
            let near = nearest(name, names).map(str::to_owned);
            return Err(LoadError::NoImage { name: name.to_owned(), near });
        }
        self.images.retain(|image| image.name.as_deref() == Some(name));
        Ok(())
    }

    /// The input for `rekey_core`, with every image checked against the same target; [`Self::check`] uses the
    /// policy of each.
    pub fn submission(&self) -> Submission<'_> {
        Submission {
            document: self.config.map(|number| self.document(number)),
            git: self.git_source(),
            images: self.images.iter().map(|image| self.image(image)).collect(),
            unread: &self.unread_fields,
            target: None,
        }
    }

    /// The folder of the submission.
    pub fn folder(&self) -> &Path {
        &self.base
    }

    /// The place of each image's build, in the order of the images.
    pub fn build_places(&self) -> impl ExactSizeIterator<Item = BuildPlace<'_>> {
        self.images.iter().map(|image| BuildPlace {
            dockerfile: image.place.0.as_deref().unwrap_or("Dockerfile"),
            context: image.place.1.as_deref().unwrap_or_default(),
        })
    }

    /// The name of the private key in reports.
    pub fn key_source(&self) -> Option<&Source> {
        self.git.key.as_ref().map(|(source, _)| source)
    }

    /// The settings in `rekey.toml`.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The target that follows from `rekey.toml` alone.
    pub fn target(&self) -> Target {
        self.settings.to_target().expect("the policy was judged when the file was read")
    }

    /// Checks everything against the target of `rekey.toml`, with `settings` taking precedence.
    ///
    /// # Errors
    /// Returns an error if the version of preflight does not have the policy.
    pub fn check(&self, settings: &Settings) -> Result<Report, TargetError> {
        let targets = self.targets(settings)?;
        let mut report = check_submission(&self.judged_by(&targets), &targets.own);
        self.settle(&mut report, settings);
        Ok(report)
    }

    /// The targets that follow from `rekey.toml`, with `settings` taking precedence.
    ///
    /// # Errors
    /// Returns an error if the version of preflight does not have the policy.
    pub fn targets(&self, settings: &Settings) -> Result<Targets, TargetError> {
        let mut asked = settings.over(&self.settings);
        if !self.scoped.is_empty() {
            asked.overrides.clear(); // `settle` applies all of them
        }
        let own = |image: &LoadedImage| match image.policy.filter(|_| settings.policy.is_none()) {
            Some(kind) => Settings { policy: Some(kind), ..asked.clone() }.to_target().map(Some),
            None => Ok(None),
        };
        let images = self.images.iter().map(own).collect::<Result<_, _>>()?;
        Ok(Targets { own: asked.to_target()?, images })
    }

    /// Applies the overrides for some files only from `rekey.toml`, in a report on [`Self::targets`].
    pub fn settle(&self, report: &mut Report, settings: &Settings) {
        if self.scoped.is_empty() {
            return;
        }
        let scoped = (&*self.scoped, &*self.base);
        Changes { file: &self.settings.overrides, scoped, asked: &settings.overrides }.apply(report);
    }

    /// The input for `rekey_core::check_submissions`, in which each submission has its own targets.
    pub fn judged_by<'a>(&'a self, targets: &'a Targets) -> Submission<'a> {
        let mut submission = self.submission();
        submission.target = Some(&targets.own);
        for (image, own) in submission.images.iter_mut().zip(&targets.images) {
            image.target = own.as_ref();
        }
        submission
    }

    /// The text of a finding's source, for snippets. That of a private key is not available.
    pub fn source_text(&self, source: &Source) -> Option<&[u8]> {
        let document = self.documents.iter().find(|document| document.source == *source);
        document.map(|document| document.bytes.as_slice())
    }

    /// The texts that fixes may change: `rekey.toml` and the Dockerfiles.
    pub fn files(&self) -> impl Iterator<Item = (&Source, &[u8])> {
        let editable = self.documents.iter().filter(|document| document.path.is_some());
        editable.map(|document| (&document.source, document.bytes.as_slice()))
    }

    /// The names of all inputs: files, and the environment variable of a key.
    pub fn inputs(&self) -> Vec<&Source> {
        let keys = self.git.key.iter().chain(&self.git.public_key).map(|(source, _)| source);
        self.documents.iter().map(|document| &document.source).chain(keys).collect()
    }

    /// Replaces the content of one of the [files](Self::files) on disk, atomically.
    ///
    /// # Errors
    /// Returns an error if the file changed since it was read, or cannot be written; then it is left
    /// unchanged.
    pub fn rewrite(&self, source: &Source, text: &[u8]) -> Result<(), WriteError> {
        let document = self.documents.iter().find(|document| document.source == *source);
        let place = document.and_then(|document| Some((document, document.path.as_deref()?)));
        let Some((document, path)) = place else {
            return Err(std::io::Error::from(std::io::ErrorKind::NotFound).into());
        };
        let folder = Folder::new(&self.base);
        write::remove_leftover(&folder, path);
        write::rewrite(&folder, path, &document.bytes, text)
    }

    /// The inputs that were found in the checkout rather than given.
    pub fn found(&self) -> &[Source] {
        &self.found
    }

    /// Notices about the loading for the user, one line each.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The inputs that could not be read.
    pub fn unread(&self) -> &[ReadError] {
        &self.unread
    }

    fn git_source(&self) -> GitSource<'_> {
        let git = &self.git;
        GitSource {
            url: git.url.as_ref().map(|field| self.text(field)),
            found: git.found,
            private: git.private,
            key: git.key.as_ref().map(key_text),
            key_mode: git.key_mode,
            public_key: git.public_key.as_ref().map(key_text),
            key_fingerprint: git.key_fingerprint.as_ref().map(|field| self.text(field)),
        }
    }

    fn image<'a>(&'a self, image: &'a LoadedImage) -> ImageSource<'a> {
        ImageSource {
            name: image.name.as_deref(),
            dockerfile: image.dockerfile.as_ref().map(|field| self.text(field)),
            tag: image.tag.as_ref().map(|field| self.text(field)),
            published: &image.published,
            reference: image.reference.as_ref().map(|field| self.text(field)),
            build_args: &image.build_args,
            labels: &image.labels,
            stage: image.stage.as_deref(),
            base_config: image.base_config.as_deref(),
            context: image.context.as_deref().map(|folder| folder as &dyn BuildContext),
            ..ImageSource::default()
        }
    }

    fn text<'a>(&'a self, field: &'a Field) -> Text<'a> {
        match field {
            Field::Document(number) => self.document(*number),
            Field::Value { text, document, span } => {
                let Document { source, bytes, .. } = &self.documents[*document];
                Text::from(text).read_from(Origin { source: source.clone(), document: bytes, span: *span })
            }
        }
    }

    fn document(&self, number: usize) -> Text<'_> {
        let Document { source, bytes, .. } = &self.documents[number];
        Text::from(bytes).called(source.clone())
    }
}

impl std::fmt::Debug for LoadedSubmission {
    /// Omits all texts, which may contain a key, or a password in a URL.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedSubmission")
            .field("settings", &self.settings)
            .field(
                "sources",
                &self.documents.iter().map(|document| document.source.name()).collect::<Vec<_>>(),
            )
            .field("unread", &self.unread)
            .finish_non_exhaustive()
    }
}

/// The reason why there is no submission to check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// An input could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// `rekey.toml` is invalid.
    #[error(transparent)]
    Config(#[from] Box<ConfigError>),
    /// The settings are inconsistent.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The path is a file of the wrong kind.
    #[error("{}: expected a directory or a rekey.toml, found another file", shown(path))]
    NotAFolder {
        /// The path as given.
        path: String,
    },
    /// The folder contains no part of a submission.
    #[error(
        "{}: nothing to check: no rekey.toml that names an input, no Dockerfile, no git remote",
        shown(path)
    )]
    Nothing {
        /// The path as given.
        path: String,
    },
    /// `rekey.toml` has no image with that name.
    #[error("no image is named `{}`{}", shown(name), near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    NoImage {
        /// The requested name.
        name: String,
        /// The name that may have been meant.
        near: Option<String>,
    },
}

/// The state while a submission is loaded.
struct Loader<'p> {
    base: &'p Path,
    /// The same folder, which contains everything that `rekey.toml` names.
    folder: Folder,
    loaded: LoadedSubmission,
    // The files that images have named so far, with the result of reading them: images that name the same
    // file share it.
    base_configs: HashMap<String, Option<Arc<[u8]>>>,
    published: HashMap<String, Option<Arc<[String]>>>,
    contexts: HashMap<(PathBuf, Option<PathBuf>), Option<Arc<ContextFolder>>>,
    /// The documents of Dockerfiles, by path.
    dockerfiles: HashMap<String, usize>,
    /// The total size of the files that images are checked with, each file counted for each image that names
    /// it.
    judged: usize,
    /// Texts that replace those of files.
    edited: HashMap<Source, Vec<u8>>,
}

/// The limit on that size: the maximum for one image, and some more.
const MAX_JUDGED: usize = 64 << 20;

impl<'p> Loader<'p> {
    fn new(path: &Path, base: &'p Path, edited: HashMap<Source, Vec<u8>>) -> Self {
        let loaded = LoadedSubmission {
            path: path.to_owned(),
            settings: Settings::default(),
            scoped: Vec::new(),
            base: base.to_owned(),
            documents: Vec::new(),
            config: None,
            git: LoadedGit::default(),
            images: Vec::new(),
            found: Vec::new(),
            notices: Vec::new(),
            unread: Vec::new(),
            unread_fields: Vec::new(),
        };
        Self {
            base,
            folder: Folder::new(base),
            loaded,
            base_configs: HashMap::new(),
            published: HashMap::new(),
            contexts: HashMap::new(),
            dockerfiles: HashMap::new(),
            judged: 0,
            edited,
        }
    }

    fn load(mut self, file: Option<(&str, Location<'_>)>) -> Result<LoadedSubmission, LoadError> {
        let config =
            file.map(|(file, location)| self.config(file, location)).transpose()?.unwrap_or_default();
        self.loaded.settings = config.settings;
        self.loaded.scoped = config.scoped;
        self.git(config.git);
        if config.images.is_empty() {
            self.image(ImageConfig::default());
        }
        for image in config.images {
            self.image(image);
        }
        self.loaded.images.retain(|image| !image.is_empty());
        let LoadedSubmission { git, images, unread, .. } = &self.loaded;
        if git.url.is_none() && git.key.is_none() && images.is_empty() && unread.is_empty() {
            return Err(LoadError::Nothing { path: self.base.to_string_lossy().into_owned() });
        }
        Ok(self.loaded)
    }

    /// Reads `rekey.toml`, which is the first document.
    fn config(&mut self, file: &str, location: Location<'_>) -> Result<Config, LoadError> {
        let name = read::name(self.base, file);
        let edited = self.edited.remove(&Source::file(name.clone()));
        let bytes = edited.map_or_else(|| read::file(location, &name, Kind::Config), Ok)?;
        match Config::parse(&bytes) {
            Ok(config) => {
                self.loaded.config = Some(self.document(name, bytes, Some(file.into())));
                Ok(config)
            }
            Err(problems) => Err(Box::new(ConfigError::new(name, bytes, problems)).into()),
        }
    }

    fn git(&mut self, config: GitConfig) {
        self.loaded.git.private = config.private;
        self.loaded.git.url = config.url.map(field);
        self.loaded.git.key_fingerprint = config.key_fingerprint.map(field);
        let wanted = config.key.is_some() || config.key_env.is_some();
        if let Some((key, mode)) = config.key.and_then(|path| self.key(&path.text)) {
            self.loaded.git.key = Some(key);
            self.loaded.git.key_mode = mode;
        }
        self.loaded.git.public_key =
            config.public_key.and_then(|path| self.key(&path.text)).map(|(key, _)| key);
        if let Some(variable) = config.key_env {
            let read = read::variable(&variable.text);
            self.loaded.git.key =
                self.keep(read).map(|key| (Source::named_field(format!("${}", variable.text)), key));
        }
        if wanted && self.loaded.git.key.is_none() {
            self.loaded.unread_fields.push(UnreadField::Key);
        }
        let build_service = self.loaded.settings.flow.unwrap_or_default() == rekey_core::Flow::BuildService;
        if self.loaded.git.url.is_none() && build_service {
            self.find_url();
        }
    }

    /// Reads a key file. A public key is treated like a private one, which may have been given in its place.
    fn key(&mut self, path: &str) -> Option<(LoadedKey, Option<u32>)> {
        let name = read::name(self.base, path);
        let read = read::key(self.below(path), &name);
        let (bytes, mode) = self.keep(read)?;
        Some(((Source::file(name), bytes), mode))
    }

    fn find_url(&mut self) {
        let found = discover::git_url(self.base);
        if found.is_err() {
            self.loaded.unread_fields.push(UnreadField::GitUrl);
        }
        let Some(found) = self.keep(found).flatten() else { return };
        if let Some(user) = found.token {
            let name = printable(&found.name);
            let notice =
                format!("{name}: removed the token of `{user}` from the URL: it belongs to the CI job");
            self.loaded.notices.push(notice);
        }
        let document = self.document(found.name, found.document, None);
        self.loaded.found.push(self.loaded.documents[document].source.clone());
        self.loaded.git.found = true;
        self.loaded.git.url = Some(Field::Value { text: found.url, document, span: found.span });
    }

    fn image(&mut self, config: ImageConfig) {
        let text = |value: Option<Value>| value.map(|value| value.text);
        let context = config.context.map(|context| context.text);
        let named = config.dockerfile.as_ref().map(|path| path.text.clone());
        let dockerfile = self.dockerfile(config.dockerfile, context.as_deref());
        let found = dockerfile.and_then(|number| self.loaded.documents.get(number)?.path.as_ref());
        let found = found.map(|path| path.to_string_lossy().into_owned());
        let place = (named.or(found), context.clone());
        let folder = match &context {
            Some(context) => {
                let name = read::name(self.base, context);
                let folder = self.folder.folder(Path::new(context));
                let folder = self.keep(folder.map_err(|reason| ReadError::new(name, reason)));
                folder.map(|folder| folder.path().to_owned())
            }
            // Builds run in the folder of `rekey.toml`, or in the root of the checkout.
            None => dockerfile.map(|_| self.base.to_owned()),
        };
        let context = folder.and_then(|folder| {
            let document = dockerfile.and_then(|number| self.loaded.documents.get(number));
            let file = document.map(|document| PathBuf::from(document.source.name()));
            self.context(folder, file)
        });
        let published = match config.published {
            None => None,
            Some(Published::List(list)) => Some(list.into()),
            Some(Published::File(path)) => self.published(path.text),
        };
        let base_config = config.base_config.and_then(|path| self.base_config(path.text));
        let length = dockerfile
            .and_then(|number| self.loaded.documents.get(number))
            .map(|document| document.bytes.len());
        let tags: usize = published.iter().flat_map(|tags| tags.iter()).map(String::len).sum();
        self.judged += length.unwrap_or(0) + tags + base_config.as_ref().map_or(0, |config| config.len());
        if self.judged > MAX_JUDGED {
            let name = read::name(self.base, config::FILE);
            let _ = self.keep::<()>(Err(ReadError::new(name, Reason::NamedTooOften { limit: MAX_JUDGED })));
            return;
        }
        self.loaded.images.push(LoadedImage {
            name: text(config.name),
            dockerfile: dockerfile.map(Field::Document),
            tag: config.tag.map(field),
            published: published.unwrap_or_default(),
            reference: config.reference.map(field),
            build_args: config.build_args,
            labels: config.labels,
            stage: text(config.target),
            base_config,
            context,
            policy: config.policy,
            place,
        });
    }

    /// The named Dockerfile, or else the one found in the build context.
    fn dockerfile(&mut self, path: Option<Value>, context: Option<&str>) -> Option<usize> {
        if let Some(path) = path {
            let document = self.file(&path.text, Kind::Dockerfile);
            if document.is_none() {
                self.loaded.unread_fields.push(UnreadField::Dockerfile);
            }
            return document;
        }
        let name = discover::dockerfile(&self.folder, Path::new(context.unwrap_or("")))?;
        let path = context.map_or_else(|| name.to_owned(), |context| format!("{context}/{name}"));
        let document = self.file(&path, Kind::Dockerfile)?;
        self.loaded.found.push(self.loaded.documents[document].source.clone());
        Some(document)
    }

    fn context(&mut self, folder: PathBuf, dockerfile: Option<PathBuf>) -> Option<Arc<ContextFolder>> {
        let place = (folder, dockerfile);
        if let Some(known) = self.contexts.get(&place) {
            return known.clone();
        }
        let opened = ContextFolder::open(&place.0, place.1.as_deref());
        let context = self.keep(opened).map(Arc::new);
        self.contexts.insert(place, context.clone());
        context
    }

    fn base_config(&mut self, path: String) -> Option<Arc<[u8]>> {
        if let Some(known) = self.base_configs.get(&path) {
            return known.clone();
        }
        let name = read::name(self.base, &path);
        let read = read::file(self.below(&path), &name, Kind::Json);
        let config: Option<Arc<[u8]>> = self.keep(read).map(Into::into);
        self.base_configs.insert(path, config.clone());
        config
    }

    fn published(&mut self, path: String) -> Option<Arc<[String]>> {
        if let Some(known) = self.published.get(&path) {
            return known.clone();
        }
        let name = read::name(self.base, &path);
        let tags = read::file(self.below(&path), &name, Kind::Tags)
            .and_then(|bytes| published::tags(&bytes).map_err(|reason| ReadError::new(name, reason)));
        let tags: Option<Arc<[String]>> = self.keep(tags).map(Into::into);
        self.published.insert(path, tags.clone());
        tags
    }

    /// Reads a file that the submission names, and returns the index of its document.
    fn file(&mut self, path: &str, kind: Kind) -> Option<usize> {
        let name = read::name(self.base, path);
        if let Some(known) = self.dockerfiles.get(&name) {
            return Some(*known);
        }
        let edited = self.edited.remove(&Source::file(name.clone()));
        let read = edited.map_or_else(|| read::file(self.below(path), &name, kind), Ok);
        let bytes = self.keep(read)?;
        let number = self.document(name.clone(), bytes, Some(path.into()));
        self.dockerfiles.insert(name, number);
        Some(number)
    }

    fn below<'a>(&'a self, path: &'a str) -> Location<'a> {
        Location::Below(&self.folder, Path::new(path))
    }

    fn document(&mut self, name: String, bytes: Vec<u8>, path: Option<PathBuf>) -> usize {
        self.loaded.documents.push(Document { source: Source::file(name), bytes, path });
        self.loaded.documents.len() - 1
    }

    fn keep<T>(&mut self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error: ReadError| {
            let unread = &mut self.loaded.unread;
            if !unread.contains(&error) {
                unread.push(error);
            }
        })
        .ok()
    }
}

impl LoadedImage {
    fn is_empty(&self) -> bool {
        self.dockerfile.is_none() && self.tag.is_none() && self.reference.is_none()
    }
}

fn key_text((source, key): &LoadedKey) -> Text<'_> {
    Text::from(key.as_slice()).called(source.clone())
}

/// A value of `rekey.toml`, which is the first document.
fn field(value: Value) -> Field {
    Field::Value { text: value.text, document: 0, span: value.span }
}
