//! Preflight's output files, from a folder, an archive or a log.
//!
//! Preflight writes `artifacts/PLATFORM/results.json` and other files beside it, and its log to the current
//! folder; with `--offline` the log is in `artifacts`, and each platform's folder has an `artifacts.tar` with
//! the others. Pipelines keep any of these, so folders and archives are searched for the names of the files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use rekey_core::{PreflightRunInput, Source, Text, preflight::ARCHITECTURES};

use crate::{
    folder::{EntryKind, Folder},
    read::{self, Kind, Location, ReadError, Reason},
};

/// The maximum depth of a search: `artifacts/amd64`, and the folder of a job above.
const DEPTH: usize = 3;
/// The maximum number of entries of a folder or an archive.
const MOST_ENTRIES: usize = 10_000;

/// Files by path.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The files of preflight, by their name in reports.
#[derive(Default)]
pub struct LoadedArtifacts {
    files: BTreeMap<Source, Vec<u8>>,
    runs: Vec<Run>,
}

/// The files of one run: those in one folder.
#[derive(Default)]
struct Run {
    platform: Option<String>,
    results: Option<Source>,
    cert_image: Option<Source>,
    rpm_manifest: Option<Source>,
    log: Option<Source>,
}

impl LoadedArtifacts {
    /// Reads a folder, an archive, a log or one of the files; `log` is an additional log.
    ///
    /// # Errors
    /// Returns an error if something cannot be read, or if it contains no file of preflight's.
    pub fn read(path: &Path, log: Option<&Path>) -> Result<Self, ReadError> {
        let name = path.to_string_lossy();
        let failed = |reason| ReadError::new(&name, reason);
        let mut files = Files::new();
        // One of the files represents its folder, except for a log, which may be all that there is.
        let named = is_part(path) && !path.ends_with(LOG) && path.is_file();
        let (folder, depth) = if named { (above(path), 0) } else { (path.to_owned(), DEPTH) };
        if fs::metadata(&folder).map_err(|error| failed(error.into()))?.is_dir() {
            let folder = Folder::new(folder);
            let mut found = Vec::new();
            search(&folder, Path::new(""), depth, &mut found).map_err(failed)?;
            let log = log_beside(folder.path(), &found);
            for below in found {
                let whole = folder.path().join(&below);
                let own = named && below.file_name() == path.file_name();
                let location = if own { Location::Named(path) } else { Location::Below(&folder, &below) };
                let text = read::file(location, &whole.to_string_lossy(), kind(&below))?;
                files.insert(whole, text);
            }
            if let Some(path) = log {
                let text = read_log(&path)?;
                files.insert(path, text);
            }
        } else {
            let bytes = read::file(Location::Named(path), &name, Kind::Archive)?;
            if let Some(entries) = unpacked(&bytes).map_err(failed)? {
                files.extend(entries.into_iter().map(|(inner, text)| (path.join(inner), text)));
                let found: Vec<_> = files.keys().cloned().collect();
                if let Some(path) = log_beside(path, &found) {
                    let text = read_log(&path)?;
                    files.insert(path, text);
                }
            } else {
                // A text is one of the files, whatever its name.
                files.insert(path.to_owned(), bytes);
            }
        }
        let single = files.len() == 1 && files.contains_key(path);
        if let Some(log) = log {
            files.retain(|path, _| single || !path.ends_with(LOG));
            let text = read::file(Location::Named(log), &log.to_string_lossy(), Kind::Log)?;
            return Ok(Self::of(files, Some((log.to_owned(), text))));
        }
        let loaded = Self::of(files, None);
        if loaded.runs.is_empty() {
            return Err(failed(Reason::Form(
                "contains no results.json, cert-image.json or preflight.log of preflight",
            )));
        }
        Ok(loaded)
    }

    /// Groups the files by run: those in one folder belong together, and a log belongs to every run below its
    /// folder.
    fn of(files: Files, log: Option<(PathBuf, Vec<u8>)>) -> Self {
        let mut loaded = Self::default();
        let mut runs: BTreeMap<PathBuf, Run> = BTreeMap::new();
        let mut logs = Vec::new();
        for (path, text) in files {
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            let source = Source::file(path.to_string_lossy());
            match part(&path, &text) {
                Part::Log => logs.push((folder, source.clone())),
                part => {
                    let platform = platform(&folder);
                    let run = runs.entry(folder).or_default();
                    run.platform = platform;
                    let place = match part {
                        Part::Results => &mut run.results,
                        Part::CertImage => &mut run.cert_image,
                        _ => &mut run.rpm_manifest,
                    };
                    *place = Some(source.clone());
                }
            }
            loaded.files.insert(source, text);
        }
        let named = log.map(|(path, text)| {
            let source = Source::file(path.to_string_lossy());
            loaded.files.insert(source.clone(), text);
            source
        });
        for (folder, run) in &mut runs {
            // The nearest log above; one beside the whole folder is the last choice.
            let above = logs
                .iter()
                .filter(|(of, _)| folder.starts_with(of))
                .max_by_key(|(of, _)| of.as_os_str().len());
            let log = above.or_else(|| logs.first().filter(|_| logs.len() == 1));
            run.log = named.clone().or_else(|| log.map(|(_, source)| source.clone()));
        }
        loaded.runs = runs.into_values().collect();
        if loaded.runs.is_empty() {
            let alone = named.into_iter().chain(logs.into_iter().map(|(_, source)| source));
            loaded.runs = alone.map(|source| Run { log: Some(source), ..Run::default() }).collect();
        }
        loaded
    }

    /// The text of a file, for snippets.
    pub fn text(&self, source: &Source) -> Option<&[u8]> {
        self.files.get(source).map(Vec::as_slice)
    }

    /// The inputs to explain, one for each run.
    pub fn inputs(&self) -> impl Iterator<Item = PreflightRunInput<'_>> {
        self.runs.iter().map(|run| {
            let text = |source: &Option<Source>| {
                let source = source.as_ref()?;
                Some(Text::from(self.text(source)?).called(source.clone()))
            };
            PreflightRunInput::default()
                .results(text(&run.results))
                .cert_image(text(&run.cert_image))
                .rpm_manifest(text(&run.rpm_manifest))
                .log(text(&run.log))
                .platform(run.platform.as_deref())
        })
    }
}

/// The platform in the name of a folder, or of the folder that contains an archive.
fn platform(folder: &Path) -> Option<String> {
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let mut names = whole.ancestors().take(2).filter_map(|path| path.file_name()?.to_str());
    names.find(|name| ARCHITECTURES.contains(name)).map(str::to_owned)
}

const RESULTS: &str = "results.json";
const CERT_IMAGE: &str = "cert-image.json";
const RPM_MANIFEST: &str = "rpm-manifest.json";
const LOG: &str = "preflight.log";

/// One of preflight's files.
enum Part {
    Results,
    CertImage,
    RpmManifest,
    Log,
}

/// Identifies a file by its name, or by its beginning if it was named directly.
fn part(path: &Path, text: &[u8]) -> Part {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(CERT_IMAGE) => Part::CertImage,
        Some(RPM_MANIFEST) => Part::RpmManifest,
        Some(RESULTS) => Part::Results,
        Some(LOG) => Part::Log,
        _ if text.trim_ascii_start().starts_with(b"{") => Part::Results,
        _ => Part::Log,
    }
}

fn is_part(path: &Path) -> bool {
    [RESULTS, CERT_IMAGE, RPM_MANIFEST, LOG].iter().any(|name| path.ends_with(name))
}

/// The parent folder.
fn above(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent == Path::new("") && path.file_name().is_some() => PathBuf::from("."),
        Some(parent) if path.file_name().is_some() => parent.to_owned(),
        _ => path.join(".."),
    }
}

/// The log beside a folder or an archive, or one folder above, if there is none inside: preflight writes it
/// to the current folder, and with `--offline` beside the folders of platforms.
fn log_beside(path: &Path, found: &[PathBuf]) -> Option<PathBuf> {
    let none = !found.iter().any(|path| path.ends_with(LOG));
    let log = |folder: PathBuf| if folder == Path::new(".") { LOG.into() } else { folder.join(LOG) };
    let places = [log(above(path)), log(above(&above(path)))];
    places.into_iter().find(|log| none && Folder::of(log).has(Path::new(LOG)))
}

/// Reads a log that was found in its folder.
fn read_log(path: &Path) -> Result<Vec<u8>, ReadError> {
    read::file(Location::Below(&Folder::of(path), Path::new(LOG)), &path.to_string_lossy(), Kind::Log)
}

fn kind(path: &Path) -> Kind {
    if path.ends_with(LOG) { Kind::Log } else { Kind::Json }
}

/// The files of preflight in a folder and below, as paths below the root; links to folders are not followed.
fn search(root: &Folder, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Reason> {
    for entry in root.list(folder)?.into_iter().take(MOST_ENTRIES) {
        let path = folder.join(entry.name);
        if entry.kind == EntryKind::Folder {
            if depth > 0 {
                search(root, &path, depth - 1, found)?;
            }
        } else if is_part(&path) && root.has(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// The files of preflight in an archive, `tar` or `tar.gz`; `None` if it is not an archive.
///
/// Nothing is written, so the paths in an archive do not matter. Sizes are limited before anything is stored,
/// including the total: a sparse file can be larger than its archive.
fn unpacked(bytes: &[u8]) -> Result<Option<Files>, Reason> {
    let plain;
    let tar = if bytes.starts_with(&[0x1f, 0x8b]) {
        plain = read::bounded(MultiGzDecoder::new(bytes), Kind::Archive)?;
        &plain
    } else if bytes.get(257..262) == Some(b"ustar") {
        bytes
    } else {
        return Ok(None);
    };
    let mut files = Files::new();
    let mut room = Kind::Archive.limit();
    for entry in tar::Archive::new(tar).entries()?.take(MOST_ENTRIES) {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        if entry.header().entry_type().is_file() && is_part(&path) {
            let mut text = read::bounded(&mut entry, kind(&path))?;
            room = room.checked_sub(text.len()).ok_or(Reason::TooLarge { kind: Kind::Archive })?;
            files.insert(path, std::mem::take(&mut *text));
        }
    }
    Ok(Some(files))
}
